//! What the issuer confirms, and what the lead manager can still change afterwards.

use super::closing::{allot, close, end, hold, order, place};
use super::market::{self, Bond, ISSUE, Market, UNIT, reference, utc};
use tenor_interfaces::issuance::*;
use tenor_primitives::{Address, Amount, Hash, keccak256};
use tenor_testing::Chain;

/// The hash of an allocation, line by line, computed by its definition.
fn hash_of(lines: &[(Address, u128)]) -> Hash {
    lines.iter().fold(Hash::default(), |last, (account, units)| {
        let (account, reference) = (*account, reference("ORDER"));
        let step = AllocationStep { last, account, reference, allotted: Amount(units * UNIT) };
        keccak256(&borsh::to_vec(&step).expect("encodes"))
    })
}

/// An issue that closes all or nothing, confirmed: 60 units to north, 40 to south; harbour has ordered
/// 40 too.
fn all_or_nothing(chain: &mut Chain) -> (Market, Bond) {
    let market = market::open(chain);
    let mut draft = market.draft(chain, market.terms());
    draft.closing = Closing::AllOrNothing;
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    chain.execute(market.harbour, bond.issuance, &place(40, "ORDER")).succeeded();
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    (market, bond)
}

fn cover(chain: &mut Chain, market: &Market, bond: Bond, account: Address, units: u128) {
    let hold = hold(bond, account, units * UNIT, "ORDER");
    chain.execute(account, market.cash, &hold).succeeded();
}

fn status(chain: &Chain, bond: Bond) -> BondStatus {
    bond.facts(chain).status
}

/// The issuer signs for the allocation that it has read. What the lead manager puts in its place, its own
/// order say, is not confirmed by it, and is marked as what it is.
pub fn the_issuer_confirms_one_allocation(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    let Market { north, south, lead, issuer, .. } = market;
    for (account, units) in [(north, 60), (south, 40), (lead, 100)] {
        chain.execute(account, bond.issuance, &place(units, "ORDER")).succeeded();
    }
    let shown = [(north, 60), (south, 40)];
    allot(&market, chain, bond, &[(north, "ORDER", 60), (south, "ORDER", 40)]).succeeded();
    let read = bond.totals(chain);
    assert_eq!(read.allocation_hash, hash_of(&shown));
    assert_eq!(read.allotted_to_manager, Amount::ZERO);

    let own = [(north, "ORDER", 0), (south, "ORDER", 0), (lead, "ORDER", 100)];
    let moved = allot(&market, chain, bond, &own);
    let marks: Vec<OrderAllotted> = moved.events("OrderAllotted");
    let marks: Vec<_> = marks.iter().map(|event| (event.account, event.of_manager)).collect();
    assert_eq!(marks, [(north, false), (south, false), (lead, true)]);
    assert_eq!(bond.totals(chain).allotted_to_manager, Amount(ISSUE));
    let (total, allocation_hash) = (Amount(ISSUE), read.allocation_hash);
    let confirm = ExecuteMsg::ConfirmBook { total, allocation_hash };
    let refused = chain.execute(issuer, bond.issuance, &confirm).error::<Error>();
    let expected = hash_of(&[(north, 60), (south, 40), (north, 0), (south, 0), (lead, 100)]);
    assert_eq!(refused, Error::AllocationChanged { expected });

    let back = [(lead, "ORDER", 0), (north, "ORDER", 60), (south, "ORDER", 40)];
    allot(&market, chain, bond, &back).succeeded();
    assert_eq!(bond.totals(chain).allotted_to_manager, Amount::ZERO);
    let confirmed = market.confirm(chain, bond, ISSUE);
    let told: Vec<BookConfirmed> = confirmed.events("BookConfirmed");
    let told: Vec<_> = told.iter().map(|event| (event.total.0, event.to_manager.0)).collect();
    assert_eq!(told, [(ISSUE, 0)]);
}

/// Confirmed, an allotment is the allottee's: before the issue date in any case, and then as long as
/// the cash for it is there. A line that changes nothing does nothing, and nothing is added that was
/// not taken from who does not pay.
pub fn a_confirmed_allotment_binds(chain: &mut Chain) {
    let (market, bond) = all_or_nothing(chain);
    let Market { north, south, harbour, .. } = market;
    let binds = |account| Error::AllotmentBinds { account, reference: reference("ORDER") };
    let moves = [(south, "ORDER", 0), (harbour, "ORDER", 40)];
    let early = allot(&market, chain, bond, &moves).error::<Error>();
    assert_eq!(early, binds(south), "the issue date is still to come");
    cover(chain, &market, bond, north, 60);
    chain.set_time(utc("2026-01-05", 8, 0));
    let paid = allot(&market, chain, bond, &[(north, "ORDER", 59)]).error::<Error>();
    assert_eq!(paid, binds(north));
    let more = allot(&market, chain, bond, &[(harbour, "ORDER", 40)]).error::<Error>();
    assert_eq!(more, Error::AboveOffer { offered: Amount(ISSUE) });

    let same = allot(&market, chain, bond, &[(north, "ORDER", 60), (harbour, "ORDER", 0)]);
    same.succeeded();
    assert!(same.events::<BookReopened>("BookReopened").is_empty());
    assert!(same.events::<OrderAllotted>("OrderAllotted").is_empty());
    assert_eq!(status(chain, bond), BondStatus::Closing);

    let reopened = allot(&market, chain, bond, &moves);
    assert_eq!(reopened.events::<BookReopened>("BookReopened").len(), 1);
    assert_eq!(status(chain, bond), BondStatus::Book);
    // In the reopened book the others are bound and protected as before.
    let paid = allot(&market, chain, bond, &[(north, "ORDER", 0)]).error::<Error>();
    assert_eq!(paid, binds(north));
    market.confirm(chain, bond, ISSUE).succeeded();
    cover(chain, &market, bond, harbour, 40);
    let both = close(&[(north, "ORDER"), (harbour, "ORDER")]);
    chain.execute(market.paying_agent, bond.issuance, &both).succeeded();
    assert_eq!((bond.units(chain, north), bond.units(chain, harbour)), (60, 40));
}

/// Cash that cannot move pays for nothing: the part of an allottee that is frozen goes to another.
pub fn a_stopped_allottee_binds_nobody(chain: &mut Chain) {
    let (market, bond) = all_or_nothing(chain);
    let Market { north, south, harbour, .. } = market;
    for (account, units) in [(north, 60), (south, 40), (harbour, 40)] {
        cover(chain, &market, bond, account, units);
    }
    market.set_frozen(chain, south, true);
    chain.set_time(utc("2026-01-05", 8, 0));
    let moves = [(south, "ORDER", 0), (harbour, "ORDER", 40)];
    allot(&market, chain, bond, &moves).succeeded();
    market.confirm(chain, bond, ISSUE).succeeded();
    let both = close(&[(north, "ORDER"), (harbour, "ORDER")]);
    chain.execute(market.lead, bond.issuance, &both).succeeded();
    assert_eq!(status(chain, bond), BondStatus::Live);
}

/// A reopened book that the issuer does not confirm again keeps nobody's cash: from the next business
/// day on it is given up like a closing.
pub fn a_reopened_book_is_given_up(chain: &mut Chain) {
    let (market, bond) = all_or_nothing(chain);
    cover(chain, &market, bond, market.north, 60);
    chain.set_time(utc("2026-01-05", 8, 0));
    allot(&market, chain, bond, &[(market.south, "ORDER", 39)]).succeeded();
    let early = end(chain, bond, market.paying_agent, 9).error::<Error>();
    assert!(matches!(early, Error::ClosingOpen { .. }), "{early:?}");
    chain.set_time(utc("2026-01-05", 17, 0));
    assert!(end(chain, bond, market.paying_agent, 9).output::<bool>());
    assert_eq!(status(chain, bond), BondStatus::Redeemed);
    assert_eq!(market.cash_of(chain, market.north).held, Amount::ZERO);
}

/// Where each allottee closes for itself, nobody waits for the others, and a confirmed book stays.
pub fn per_allottee_nothing_is_reopened(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    chain.set_time(utc("2026-01-05", 8, 0));
    let taken = allot(&market, chain, bond, &[(market.south, "ORDER", 0)]).error::<Error>();
    assert!(matches!(taken, Error::WrongStatus { got: BondStatus::Closing, .. }), "{taken:?}");
    assert_eq!(order(chain, bond, market.south, "ORDER").allotted, Amount(40 * UNIT));
}

/// No money moves for units that the registry does not list: of two instances of an ISIN, the one that
/// is not listed is not confirmed.
pub fn nothing_is_confirmed_before_the_listing(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let first = market.instantiate_bond(chain, &draft);
    let second = market.second_bond(chain, draft, "two");
    for bond in [first, second] {
        market.try_accept(chain, bond.issuance).succeeded();
        chain.execute(market.north, bond.issuance, &place(100, "ORDER")).succeeded();
        allot(&market, chain, bond, &[(market.north, "ORDER", 100)]).succeeded();
    }
    let expected = Error::NotListed { isin: market::isin() };
    let unlisted = market.confirm(chain, first, ISSUE).error::<Error>();
    assert_eq!(unlisted, expected);
    market.list(chain, first).succeeded();
    let other = market.confirm(chain, second, ISSUE).error::<Error>();
    assert_eq!(other, expected);
    market.confirm(chain, first, ISSUE).succeeded();
}
