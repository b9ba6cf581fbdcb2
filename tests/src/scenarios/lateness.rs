//! Payments that nobody makes, that come late, or that somebody cannot receive.

use super::market::{self, Bond, Market, UNIT, reference, utc};
use tenor_bond_math::{Calendar, Frequency};
use tenor_interfaces::coupon::*;
use tenor_interfaces::issuance::BondStatus;
use tenor_interfaces::registry::Standing;
use tenor_primitives::{Address, Amount};
use tenor_testing::Chain;

fn timeliness(chain: &mut Chain, bond: Bond, period: u32) -> Timeliness {
    bond.advance(chain, 99);
    bond.payment(chain, period).timeliness
}

fn escrow(chain: &Chain, bond: Bond, account: Address) -> u128 {
    let question = QueryMsg::Escrow { account };
    chain.query::<_, Amount>(account, bond.coupon, &question).expect("an answer").0
}

/// The first payment is computed, funded and released on its day.
fn release_first(chain: &mut Chain, market: &Market, bond: Bond) {
    chain.set_time(utc("2027-01-05", 7, 0));
    bond.advance(chain, 99);
    market.fund(chain, bond, 0, 300_000, "FUND");
    market.release(chain, bond, 0).succeeded();
}

/// A payment date on which the market is closed is paid in time on its next business day.
pub fn due_on_the_next_business_day(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.schedule.frequency = Frequency::QUARTERLY;
    terms.calendar = Calendar::default();
    let draft = market.draft(chain, terms);
    let bond = market.issue_draft(chain, &draft);
    // The payment date is Easter Sunday: since Thursday evening the ledger date is Tuesday.
    chain.set_time(utc("2026-04-04", 17, 0));
    assert_eq!(timeliness(chain, bond, 0), Timeliness::OnTime, "nobody could have paid yet");
    assert_eq!(bond.payment(chain, 0).payment_date, market::date("2026-04-05"));
    chain.set_time(utc("2026-04-07", 15, 0));
    assert_eq!(timeliness(chain, bond, 0), Timeliness::OnTime, "the due date lasts until 18:00");
    chain.set_time(utc("2026-04-07", 17, 0));
    assert_eq!(timeliness(chain, bond, 0), Timeliness::Late);
    chain.set_time(utc("2026-04-17", 15, 0));
    assert_eq!(timeliness(chain, bond, 0), Timeliness::Late, "the tenth day of ten");
    chain.set_time(utc("2026-04-17", 17, 0));
    assert_eq!(timeliness(chain, bond, 0), Timeliness::Default);
}

/// Who releases late cannot hide it by being the first to touch the payment that day.
pub fn a_late_release_is_noted(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    chain.set_time(utc("2027-01-05", 7, 0));
    bond.advance(chain, 99);
    market.fund(chain, bond, 0, 300_000, "FUND");
    chain.set_time(utc("2027-01-20", 7, 0));
    let released = market.release(chain, bond, 0);
    let missed = released.events::<PaymentMissed>("PaymentMissed");
    let found = missed.first().map(|missed| (missed.period, missed.timeliness));
    assert_eq!(found, Some((0, Timeliness::Default)));
    assert_eq!(timeliness(chain, bond, 0), Timeliness::Default);
    assert_eq!(bond.payment(chain, 0).stage, PaymentStage::Paid);
}

/// A paying agent that does nothing keeps nobody from what the issuer has paid in: once the day is
/// over anyone releases, and what is too much goes back at the issuer's own word.
pub fn anyone_releases_what_is_late(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    chain.set_time(utc("2028-01-05", 7, 0));
    bond.advance(chain, 99);
    let required = 300_000 + 100 * UNIT;
    market.fund(chain, bond, 1, required + 5, "FUND");
    let release = |period| ExecuteMsg::Release { period };
    let early = chain.execute(market.north, bond.coupon, &release(1)).error::<Error>();
    assert!(matches!(early, Error::NotAllowed { .. }), "the day is the paying agent's");
    chain.set_time(utc("2028-01-05", 17, 0));
    let unfunded = chain.execute(market.north, bond.coupon, &release(0)).error::<Error>();
    assert_eq!(unfunded, Error::Underfunded { funded: Amount::ZERO, short_by: Amount(300_000) });
    let released = chain.execute(market.north, bond.coupon, &release(1));
    let missed = released.events::<PaymentMissed>("PaymentMissed");
    let found = missed.first().map(|missed| (missed.timeliness, missed.funded, missed.required));
    let expected = (Timeliness::Late, Amount(required + 5), Amount(required));
    assert_eq!(found, Some(expected), "late, and not for lack of money");
    bond.advance(chain, 99);
    assert_eq!(bond.facts(chain).status, BondStatus::Redeemed);
    let back = ExecuteMsg::ReturnExcess { reference: reference("BACK") };
    let other = chain.execute(market.north, bond.coupon, &back).error::<Error>();
    assert!(matches!(other, Error::NotAllowed { .. }));
    let returned = chain.execute(market.issuer, bond.coupon, &back);
    assert_eq!(returned.output::<Amount>(), Amount(5));
    assert_eq!(market.cash_of(chain, bond.coupon).total, Amount::ZERO);
}

/// What takes no money needs no release, and nobody misses it: a bond whose rate is nothing is late
/// with its principal alone.
pub fn nothing_is_paid_by_itself(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.coupon = tenor_bond_math::Coupon::Fixed { rate: tenor_bond_math::Decimal::ZERO };
    let draft = market.draft(chain, terms);
    let bond = market.issue_draft(chain, &draft);
    chain.set_time(utc("2027-02-05", 7, 0));
    bond.advance(chain, 99);
    let paid = bond.payment(chain, 0);
    assert_eq!((paid.stage, paid.timeliness), (PaymentStage::Paid, Timeliness::OnTime));
    chain.set_time(utc("2028-02-05", 7, 0));
    assert_eq!(timeliness(chain, bond, 1), Timeliness::Default);
    assert_eq!(bond.payment(chain, 1).required(), Some(Amount(100 * UNIT)));
}

/// Grace that ends on a Saturday lasts until the end of Monday.
pub fn grace_ends_on_a_business_day(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    // Due on Wednesday 5 January 2028; ten days later is Saturday the 15th.
    chain.set_time(utc("2028-01-14", 17, 0));
    assert_eq!(timeliness(chain, bond, 1), Timeliness::Late, "the ledger date is Monday");
    chain.set_time(utc("2028-01-17", 16, 0));
    assert_eq!(timeliness(chain, bond, 1), Timeliness::Late, "the last day of grace");
    chain.set_time(utc("2028-01-17", 17, 0));
    assert_eq!(timeliness(chain, bond, 1), Timeliness::Default);
}

/// What was funded for a payment that nobody is entitled to is free again.
pub fn funding_without_holders_comes_back(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    bond.advance(chain, 99);
    market.fund(chain, bond, 0, 300_000, "FUND");
    chain.set_time(utc("2027-01-05", 7, 0));
    bond.advance(chain, 99);
    let payment = bond.payment(chain, 0);
    assert_eq!((payment.stage, payment.holders), (PaymentStage::Paid, 0));
    let back = ExecuteMsg::ReturnExcess { reference: reference("BACK") };
    let returned = chain.execute(market.paying_agent, bond.coupon, &back);
    assert_eq!(returned.output::<Amount>(), Amount(300_000));
}

/// A tax account that cannot receive gets its tax later; the holders get theirs now.
pub fn a_blocked_tax_account_stops_nobody(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    market.set_frozen(chain, market.tax_office, true);
    release_first(chain, &market, bond);
    bond.advance(chain, 99);
    let paid = bond.payment(chain, 0);
    assert_eq!(paid.stage, PaymentStage::Paid);
    assert_eq!((paid.paid.0, paid.tax_paid.0, paid.escrowed.0), (276_000, 0, 24_000));
    assert_eq!(escrow(chain, bond, market.tax_office), 24_000);
    assert_eq!(market.cash_of(chain, bond.coupon).total.0, 24_000);
    let claim = ExecuteMsg::ClaimEscrow { account: market.tax_office };
    let frozen = chain.execute(market.regulator, bond.coupon, &claim).error::<Error>();
    let account = market.tax_office;
    assert_eq!(frozen, Error::AccountRefused { account, standing: Standing::Frozen });
    market.set_frozen(chain, market.tax_office, false);
    chain.execute(market.regulator, bond.coupon, &claim).succeeded();
    assert_eq!(market.cash_of(chain, market.tax_office).total.0, 24_000);
    assert_eq!(escrow(chain, bond, market.tax_office), 0);
}

/// An instance whose tax would go to itself could never pay.
pub fn an_instance_takes_no_tax(chain: &mut Chain) {
    let market = market::open(chain);
    let account = chain.instance_address(market.issuer, "other");
    let config = Config {
        issuance: market.registry,
        tax_account: account,
        tax_rates: vec![],
        grace_days: 0,
        first_period: 0,
    };
    let refused = chain.try_instantiate(market.issuer, "coupon", "other", &config);
    assert_eq!(refused.error::<Error>(), Error::OwnTaxAccount { account });
}

/// However many payments are unpaid, the last one is computed, noted, paid, and redeems the bond.
pub fn unpaid_payments_do_not_stop_the_last(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.schedule.frequency = Frequency::MONTHLY;
    terms.maturity = Some(market::date("2029-01-05"));
    let draft = market.draft(chain, terms);
    let bond = market.issue_draft(chain, &draft);
    chain.set_time(utc("2029-01-05", 7, 0));
    bond.advance(chain, 99);
    let last = 35;
    let (before, payment) = (bond.payment(chain, last - 1), bond.payment(chain, last));
    assert_eq!((before.stage, before.timeliness), (PaymentStage::Due, Timeliness::Default));
    assert_eq!((payment.stage, payment.timeliness), (PaymentStage::Due, Timeliness::OnTime));
    assert!(payment.redeems);
    market.fund(chain, bond, last, 25_000 + 100 * UNIT, "LAST");
    market.release(chain, bond, last).succeeded();
    bond.advance(chain, 99);
    assert_eq!(bond.payment(chain, last).stage, PaymentStage::Paid);
    assert_eq!(bond.facts(chain).status, BondStatus::Redeemed);
    // The others are owed as ever.
    market.fund(chain, bond, 20, 25_000, "TWENTY");
    market.release(chain, bond, 20).succeeded();
    bond.advance(chain, 99);
    assert_eq!(bond.payment(chain, 20).stage, PaymentStage::Paid);
}
