//! Cash and units that are held: raising a hold, and cover for an issue that closes late.

use super::closing::{close, hold, order};
use super::inner_error;
use super::market::{self, Bond, MONEY, Market, UNIT, reference, utc};
use tenor_interfaces::issuance::*;
use tenor_interfaces::{AgentRight, cash};
use tenor_primitives::{Address, Amount, Timestamp};
use tenor_testing::{Chain, Outcome};

/// The closing of a face amount as the ledger quotes it.
fn quote(chain: &Chain, bond: Bond, units: u128) -> ClosingQuote {
    let question = QueryMsg::ClosingQuote { face_amount: Amount(units * UNIT) };
    chain.query(bond.issuance, bond.issuance, &question).expect("a quote")
}

fn hold_cash(
    chain: &mut Chain,
    market: &Market,
    agent: Address,
    amount: u128,
    expiry: Timestamp,
) -> Outcome {
    let (account, reference) = (market.north, reference("H"));
    let amount = Amount(amount);
    let message = cash::ExecuteMsg::Hold { account, amount, agent, expiry, reference };
    chain.execute(account, market.cash, &message)
}

/// The account raises what it holds, in amount or in time, up to all that it has; it lowers nothing, and
/// an agent finds the raised hold under the old name.
pub fn a_hold_of_cash_is_raised(chain: &mut Chain) {
    let market = market::open(chain);
    let (north, agent) = (market.north, market.harbour);
    market.appoint_in_cash(chain, agent, Some(AgentRight::Holds));
    let (soon, later) = (utc("2026-02-01", 0, 0), utc("2026-03-01", 0, 0));
    hold_cash(chain, &market, agent, 100, soon).succeeded();
    let exists = cash::Error::HoldExists { reference: reference("H") };
    for (amount, expiry) in [(100, soon), (99, later), (101, utc("2026-01-31", 0, 0))] {
        let refused = hold_cash(chain, &market, agent, amount, expiry);
        assert_eq!(refused.error::<cash::Error>(), exists, "{amount}");
    }
    let too_much = hold_cash(chain, &market, agent, MONEY + 1, later).error::<cash::Error>();
    let available = Amount(MONEY);
    assert_eq!(
        too_much,
        cash::Error::Insufficient { account: north, available, short_by: Amount(1) }
    );
    assert_eq!(market.cash_of(chain, north).held, Amount(100), "what was refused is undone");
    hold_cash(chain, &market, agent, 100, later).succeeded();
    let raised = hold_cash(chain, &market, agent, MONEY, later);
    assert_eq!(raised.events::<cash::Held>("Held").len(), 1);
    assert_eq!(market.cash_of(chain, north).held, Amount(MONEY));

    let to = market.south;
    let pay = |amount: u128| cash::ExecuteMsg::ExecuteHold {
        account: north,
        reference: reference("H"),
        to,
        amount: Amount(amount),
    };
    chain.execute(agent, market.cash, &pay(MONEY - 40)).succeeded();
    // 40 are left, and no more can be held: the rest is gone.
    let gone = hold_cash(chain, &market, agent, 41, later).error::<cash::Error>();
    assert!(matches!(gone, cash::Error::Insufficient { .. }), "{gone:?}");
    chain.set_time(later);
    // An expired hold is no cover; raised, it is one again.
    let again = utc("2026-04-01", 0, 0);
    hold_cash(chain, &market, agent, 40, again).succeeded();
    chain.execute(agent, market.cash, &pay(40)).succeeded();
    assert_eq!(market.cash_of(chain, north), tenor_interfaces::Balance::default());
}

/// As with cash.
pub fn a_hold_of_units_is_raised(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let (north, agent) = (market.north, market.harbour);
    market.appoint_in_issuance(chain, bond, agent, Some(AgentRight::Holds));
    let pledge = |units: u128, day: &str| ExecuteMsg::Hold {
        account: north,
        amount: Amount(units * UNIT),
        agent,
        expiry: utc(day, 0, 0),
        reference: reference("PLEDGE"),
    };
    chain.execute(north, bond.issuance, &pledge(20, "2026-03-01")).succeeded();
    let exists = Error::HoldExists { reference: reference("PLEDGE") };
    for lower in [pledge(19, "2026-04-01"), pledge(21, "2026-02-01"), pledge(20, "2026-03-01")] {
        let refused = chain.execute(north, bond.issuance, &lower).error::<Error>();
        assert_eq!(refused, exists);
    }
    let foreign = chain.execute(agent, bond.issuance, &pledge(60, "2026-03-01")).error::<Error>();
    assert_eq!(foreign, Error::NotTheAccount { account: north, caller: agent });
    chain.execute(north, bond.issuance, &pledge(60, "2026-03-01")).succeeded();
    assert_eq!(bond.holding(chain, north).held, Amount(60 * UNIT));
    let deliver = ExecuteMsg::ExecuteHold {
        account: north,
        reference: reference("PLEDGE"),
        to: market.south,
        amount: Amount(60 * UNIT),
    };
    chain.execute(agent, bond.issuance, &deliver).succeeded();
    assert_eq!((bond.units(chain, north), bond.units(chain, market.south)), (0, 100));
}

/// An issue that misses its day costs a day's interest more. Who has covered it for the issue date alone
/// covers the rest, and the issue closes.
pub fn all_or_nothing_closes_a_day_late(chain: &mut Chain) {
    let market = market::open(chain);
    let mut draft = market.draft(chain, market.terms());
    draft.closing = Closing::AllOrNothing;
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    let (north, south) = (market.north, market.south);
    market.book(chain, bond, &[(north, 60), (south, 40)]);
    for (account, units) in [(north, 60), (south, 40)] {
        let hold = hold(bond, account, units * UNIT, "ORDER");
        chain.execute(account, market.cash, &hold).succeeded();
    }
    chain.set_time(utc("2026-01-05", 17, 0));
    let all = close(&[(north, "ORDER"), (south, "ORDER")]);
    let short = chain.execute(market.lead, bond.issuance, &all);
    let expected = cash::Error::HoldTooSmall { held: Amount(60 * UNIT) };
    assert!(
        [expected, cash::Error::HoldTooSmall { held: Amount(40 * UNIT) }].contains(&inner_error::<
            cash::Error,
        >(
            &short
        ))
    );
    // 1,000.00 × 3 % × 1/360 is 8.33 cents a unit, rounded to 8.
    for (account, units) in [(north, 60), (south, 40)] {
        let price = quote(chain, bond, units).price;
        assert_eq!(price.0, units * (UNIT + 8));
        let raised = hold(bond, account, price.0, "ORDER");
        chain.execute(account, market.cash, &raised).succeeded();
    }
    chain.execute(market.lead, bond.issuance, &all).succeeded();
    assert_eq!(bond.facts(chain).status, BondStatus::Live);
    let paid = market.cash_of(chain, south);
    assert_eq!((paid.total.0, paid.held.0), (MONEY - 40 * (UNIT + 8), 0));
}

/// Who holds what the last day costs need not look after it again: whenever it closes, it pays what that
/// day costs, and the rest comes back.
pub fn cover_for_the_last_day_is_enough(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    let quoted = quote(chain, bond, 40);
    assert_eq!((quoted.date, quoted.price), (market::date("2026-01-05"), Amount(40 * UNIT)));
    // 1,000.00 × 3 % × 29/360 is 2.41666..., rounded on each unit.
    assert_eq!(quoted.last_date, market::date("2026-02-04"));
    assert_eq!(quoted.price_max, Amount(40 * (UNIT + 242)));
    let hold = hold(bond, market.south, quoted.price_max.0, "ORDER");
    chain.execute(market.south, market.cash, &hold).succeeded();
    chain.set_time(utc("2026-02-04", 16, 0));
    let own = close(&[(market.south, "ORDER")]);
    chain.execute(market.lead, bond.issuance, &own).succeeded();
    assert_eq!(order(chain, bond, market.south, "ORDER").price, quoted.price_max);
    assert_eq!(market.cash_of(chain, market.south).held, Amount::ZERO);
}
