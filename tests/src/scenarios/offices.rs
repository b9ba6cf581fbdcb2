//! What each office may ask: every question that is for named parties, asked in everyone's name.
//!
//! Who asks is the node's to check (it lets an account name itself alone); who has the office is the
//! contract's.

use super::market::{self, Bond, Market, utc};
use super::roles::everyone;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_interfaces::issuance::{HoldersPage, Order};
use tenor_interfaces::{AccountBalance, Balance, cash, coupon, issuance};
use tenor_primitives::Address;
use tenor_testing::Chain;

/// Asks in everyone's name; exactly `may` get the answer that overseers get.
fn check<Q: BorshSerialize, R: BorshDeserialize + PartialEq + std::fmt::Debug>(
    chain: &Chain,
    market: &Market,
    contract: Address,
    (open, named): (Q, impl Fn(Address) -> Q),
    may: &[Address],
) {
    let expected: R = chain.query(market.regulator, contract, &open).expect("an answer");
    for party in everyone(market) {
        let answer = chain.query::<Q, R>(party, contract, &named(party));
        match answer {
            Ok(got) if may.contains(&party) => assert_eq!(got, expected),
            Err(_) if !may.contains(&party) => {}
            other => panic!("{party:?} of {may:?}: {other:?}"),
        }
    }
}

fn of_the_bond(chain: &Chain, market: &Market, bond: Bond) {
    use issuance::QueryMsg;
    let (after, limit, period) = (None, 9, 0);
    let parties = [market.issuer, market.lead, market.registrar, market.paying_agent];
    let orders = (QueryMsg::Orders { after: None, limit }, |party| QueryMsg::OrdersFor {
        party,
        after: None,
        limit,
    });
    check::<_, Vec<Order>>(chain, market, bond.issuance, orders, &parties);
    let keepers = [market.issuer, market.registrar, market.paying_agent];
    let holdings = (QueryMsg::Holdings { after, limit }, |party| QueryMsg::HoldingsFor {
        party,
        after,
        limit,
    });
    check::<_, Vec<AccountBalance>>(chain, market, bond.issuance, holdings, &keepers);
    let holders = (QueryMsg::HoldersAt { period, after, limit }, |party| QueryMsg::HoldersAtFor {
        party,
        period,
        after,
        limit,
    });
    check::<_, HoldersPage>(chain, market, bond.issuance, holders, &keepers);
}

/// Orders, holdings, holders, entitlements and balances are for the parties that need them.
pub fn read_what_their_work_needs(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    chain.set_time(utc("2027-01-05", 9, 0));
    bond.advance(chain, 99);
    of_the_bond(chain, &market, bond);
    let (after, limit, period, account) = (None, 9, 0, market.north);
    let entitlements = (coupon::QueryMsg::Entitlements { period, after, limit }, |party| {
        coupon::QueryMsg::EntitlementsFor { party, period, after, limit }
    });
    let payers = [market.issuer, market.paying_agent];
    check::<_, Vec<coupon::Entitlement>>(chain, &market, bond.coupon, entitlements, &payers);
    let provider = [market.provider];
    let balance = (cash::QueryMsg::Balance { account }, |provider| cash::QueryMsg::BalanceFor {
        provider,
        account,
    });
    check::<_, Balance>(chain, &market, market.cash, balance, &provider);
    let balances = (cash::QueryMsg::Balances { after, limit }, |provider| {
        cash::QueryMsg::BalancesFor { provider, after, limit }
    });
    check::<_, Vec<AccountBalance>>(chain, &market, market.cash, balances, &provider);
}
