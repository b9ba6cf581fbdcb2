//! The life of a bond, from the empty market to the last unit burned.

use super::market::{self, MONEY, Trade, UNIT, utc};
use tenor_interfaces::coupon::PaymentStage;
use tenor_interfaces::issuance::BondStatus;
use tenor_interfaces::settlement::InstructionStatus;
use tenor_testing::Chain;

/// Issued, traded, paid twice, redeemed; every holder's cash ties to the cent.
pub fn from_issue_to_redemption(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    assert_eq!(market.cash_of(chain, market.issuer).total.0, MONEY + 100 * UNIT);

    // North sells 10 of its 60 units to harbour at 1,010.00 each.
    let cash = Some(10 * 101_000);
    let (deliverer, receiver, units) = (market.north, market.harbour, 10);
    let trade = Trade { deliverer, receiver, units, cash, settlement_date: "2026-01-05" };
    let status = market.trade(chain, &trade, "T1");
    assert!(matches!(status, InstructionStatus::Settled { .. }), "{status:?}");
    let units = |chain: &Chain| {
        [market.north, market.south, market.harbour].map(|account| bond.units(chain, account))
    };
    assert_eq!(units(chain), [50, 40, 10]);

    // First coupon: 30.00 a unit, record date 4 January 2027, paid on the 5th; south pays 20 %.
    chain.set_time(utc("2027-01-05", 7, 0));
    bond.advance(chain, 99);
    let due = bond.payment(chain, 0);
    assert_eq!((due.stage, due.holders), (PaymentStage::Due, 3));
    assert_eq!((due.gross.0, due.tax.0, due.principal.0), (300_000, 24_000, 0));
    market.fund(chain, bond, 0, 300_000, "COUPON-1");
    market.release(chain, bond, 0).succeeded();
    bond.advance(chain, 99);
    assert_eq!(bond.payment(chain, 0).stage, PaymentStage::Paid);

    // Redemption with the second coupon.
    chain.set_time(utc("2028-01-05", 7, 0));
    bond.advance(chain, 99);
    let due = bond.payment(chain, 1);
    assert_eq!((due.gross.0, due.tax.0, due.principal.0), (300_000, 24_000, 100 * UNIT));
    market.fund(chain, bond, 1, 300_000 + 100 * UNIT, "COUPON-2");
    market.release(chain, bond, 1).succeeded();
    bond.advance(chain, 99);
    assert_eq!(units(chain), [0, 0, 0]);
    assert_eq!(bond.facts(chain).status, BondStatus::Redeemed);

    let cash = |account| market.cash_of(chain, account).total.0;
    let coupon_of = |units: u128| 2 * units * 3_000;
    // North: bought 60, sold 10 at 1,010.00, two coupons on 50, 50 redeemed.
    assert_eq!(cash(market.north), MONEY - 60 * UNIT + 10 * 101_000 + coupon_of(50) + 50 * UNIT);
    // South: bought and held 40, a fifth of its coupons withheld.
    assert_eq!(cash(market.south), MONEY + coupon_of(40) / 5 * 4);
    assert_eq!(cash(market.harbour), MONEY - 10 * 101_000 + coupon_of(10) + 10 * UNIT);
    assert_eq!(cash(market.tax_office), coupon_of(40) / 5);
    assert_eq!(cash(market.issuer), MONEY - coupon_of(100));
    assert_eq!(cash(bond.coupon), 0);
}
