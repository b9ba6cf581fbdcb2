//! Closing: when it can happen, how it ends when it does not, and what becomes of the cash held.

use super::inner_error;
use super::market::{self, Bond, ISSUE, MONEY, Market, UNIT, message, reference, utc};
use tenor_interfaces::issuance::*;
use tenor_interfaces::registry::Standing;
use tenor_interfaces::{HOLD_MS_MAX, cash};
use tenor_primitives::{Address, Amount, Message, Timestamp};
use tenor_testing::{Chain, Outcome};

pub(super) fn hold(bond: Bond, account: Address, cents: u128, text: &str) -> cash::ExecuteMsg {
    cash::ExecuteMsg::Hold {
        account,
        amount: Amount(cents),
        agent: bond.issuance,
        expiry: utc("2027-02-01", 0, 0),
        reference: reference(text),
    }
}

pub(super) fn place(units: u128, text: &str) -> ExecuteMsg {
    ExecuteMsg::PlaceOrder { face_amount: Amount(units * UNIT), reference: reference(text) }
}

pub(super) fn close(orders: &[(Address, &str)]) -> ExecuteMsg {
    let key = |(account, text): &(Address, &str)| OrderKey {
        account: *account,
        reference: reference(text),
    };
    ExecuteMsg::Close { orders: orders.iter().map(key).collect() }
}

pub(super) fn allot(
    market: &Market,
    chain: &mut Chain,
    bond: Bond,
    lines: &[(Address, &str, u128)],
) -> Outcome {
    let line = |(account, text, units): &(Address, &str, u128)| Allocation {
        account: *account,
        reference: reference(text),
        face_amount: Amount(units * UNIT),
    };
    let allocations = lines.iter().map(line).collect();
    chain.execute(market.lead, bond.issuance, &ExecuteMsg::Allocate { allocations })
}

pub(super) fn end(chain: &mut Chain, bond: Bond, by: Address, limit: u32) -> Outcome {
    chain.execute(by, bond.issuance, &ExecuteMsg::EndClosing { limit })
}

pub(super) fn order(chain: &Chain, bond: Bond, account: Address, text: &str) -> Order {
    let question = QueryMsg::Order { account, reference: reference(text) };
    let found: Option<Order> = chain.query(account, bond.issuance, &question).expect("an answer");
    found.expect("an order")
}

/// After the first record instant nothing is issued any more, which that payment would miss. Anyone
/// lets the units trade that were paid in time, and they are paid and redeemed.
pub fn nothing_closes_after_the_first_record(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    let early = end(chain, bond, market.lead, 9).error::<Error>();
    assert!(matches!(early, Error::ClosingOpen { .. }), "nobody lapses before the issue date");
    chain.set_time(utc("2026-01-05", 8, 0));
    market.pay_and_close(chain, bond, market.north).succeeded();
    let stranger = end(chain, bond, market.regulator, 9).error::<Error>();
    assert!(matches!(stranger, Error::NotAllowed { .. }), "the closing is still open");

    chain.set_time(utc("2027-01-04", 17, 0));
    let late = market.pay_and_close(chain, bond, market.south).error::<Error>();
    assert!(matches!(late, Error::TooLateToClose { .. }), "{late:?}");
    assert!(end(chain, bond, market.regulator, 9).output::<bool>());
    assert_eq!(bond.facts(chain).status, BondStatus::Live);
    assert_eq!(order(chain, bond, market.south, "ORDER").status, OrderStatus::Lapsed);
    for (period, day, required) in [(0, "2027-01-05", 180_000), (1, "2028-01-05", 6_180_000)] {
        chain.set_time(utc(day, 7, 0));
        bond.advance(chain, 99);
        assert_eq!(bond.payment(chain, period).required(), Some(Amount(required)));
        market.fund(chain, bond, period, required, &format!("FUND-{period}"));
        market.release(chain, bond, period).succeeded();
        bond.advance(chain, 99);
    }
    assert_eq!(bond.facts(chain).status, BondStatus::Redeemed);
    assert_eq!(market.cash_of(chain, market.north).total.0, MONEY + 360_000);
}

/// Terms that are accepted too late do not freeze.
pub fn no_freeze_after_the_first_record(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    chain.set_time(utc("2026-02-05", 8, 0));
    let late = market.try_accept(chain, bond.issuance).error::<Error>();
    assert!(matches!(late, Error::ClosingOver { .. }), "{late:?}");
    chain.set_time(utc("2027-01-04", 17, 0));
    let late = market.try_accept(chain, bond.issuance).error::<Error>();
    assert!(matches!(late, Error::TooLateToClose { .. }), "{late:?}");
}

fn price_now(chain: &Chain, bond: Bond, units: u128) -> u128 {
    let question = QueryMsg::IssuePrice { face_amount: Amount(units * UNIT) };
    chain.query::<_, Amount>(bond.issuance, bond.issuance, &question).expect("a price").0
}

/// Who pays after the issue date earns no interest for the days before: it pays the issue price and the
/// interest of the days since, 30E/360.
pub fn who_pays_late_pays_the_interest(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    assert_eq!(price_now(chain, bond, 40), 40 * UNIT, "the issue date is still to come");
    chain.set_time(utc("2026-01-05", 8, 0));
    market.pay_and_close(chain, bond, market.north).succeeded();

    chain.set_time(utc("2026-02-04", 8, 0));
    // 1,000.00 × 3 % × 29/360 is 2.41666..., rounded on each unit.
    let interest = 40 * 242;
    assert_eq!(price_now(chain, bond, 40), 40 * UNIT + interest);
    let at_the_old_price = market.pay_and_close(chain, bond, market.south);
    let refused = inner_error::<cash::Error>(&at_the_old_price);
    assert_eq!(refused, cash::Error::HoldTooSmall { held: Amount(40 * UNIT) });
    let price = 40 * UNIT + interest;
    let hold = hold(bond, market.south, price + 7, "ORDER");
    chain.execute(market.south, market.cash, &hold).succeeded();
    let closed = chain.execute(market.south, bond.issuance, &close(&[(market.south, "ORDER")]));
    let issued: Vec<Issued> = closed.events("Issued");
    assert_eq!(issued.iter().map(|event| event.price.0).collect::<Vec<_>>(), [price]);
    assert_eq!(order(chain, bond, market.south, "ORDER").price.0, price);
    let paid = market.cash_of(chain, market.south);
    assert_eq!((paid.total.0, paid.held.0), (MONEY - price, 0));
    assert_eq!(market.cash_of(chain, market.issuer).total.0, MONEY + ISSUE + interest);
    assert_eq!(bond.facts(chain).status, BondStatus::Live);
}

/// Thirty days after the issue date whoever has not paid has missed it: anyone lets the units trade
/// that were paid, and a book that was never confirmed ends too.
pub fn nothing_closes_after_thirty_days(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    chain.set_time(utc("2026-01-05", 8, 0));
    market.pay_and_close(chain, bond, market.north).succeeded();
    chain.set_time(utc("2026-02-04", 16, 0));
    let stranger = end(chain, bond, market.regulator, 9).error::<Error>();
    assert!(matches!(stranger, Error::NotAllowed { .. }), "the thirtieth day");

    chain.set_time(utc("2026-02-04", 17, 0));
    let late = market.pay_and_close(chain, bond, market.south).error::<Error>();
    let (issue_date, ledger_date) = (market::date("2026-01-05"), market::date("2026-02-05"));
    assert_eq!(late, Error::ClosingOver { issue_date, ledger_date });
    assert!(end(chain, bond, market.regulator, 9).output::<bool>());
    assert_eq!(bond.facts(chain).status, BondStatus::Live);
    let again = end(chain, bond, market.regulator, 9).error::<Error>();
    assert!(matches!(again, Error::WrongStatus { got: BondStatus::Live, .. }));
}

/// An allottee that does not pay cannot keep an issue from closing all or nothing: its allotment goes
/// to another, and the issuer confirms anew. Once something has closed, nothing is moved any more.
pub fn an_allotment_goes_to_another(chain: &mut Chain) {
    let market = market::open(chain);
    let mut draft = market.draft(chain, market.terms());
    draft.closing = Closing::AllOrNothing;
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    let (north, south, harbour) = (market.north, market.south, market.harbour);
    chain.execute(harbour, bond.issuance, &place(40, "ORDER")).succeeded();
    market.book(chain, bond, &[(north, 60), (south, 40)]);
    chain.set_time(utc("2026-01-05", 8, 0));
    for (account, units) in [(north, 60), (harbour, 40)] {
        let hold = hold(bond, account, units * UNIT, "ORDER");
        chain.execute(account, market.cash, &hold).succeeded();
    }
    let both = close(&[(north, "ORDER"), (south, "ORDER")]);
    let unpaid = chain.execute(market.lead, bond.issuance, &both);
    assert!(matches!(inner_error(&unpaid), cash::Error::NoSuchHold { .. }));

    let lines = [(south, "ORDER", 0), (harbour, "ORDER", 40)];
    let moved = allot(&market, chain, bond, &lines);
    assert_eq!(moved.events::<BookReopened>("BookReopened").len(), 1);
    let others = close(&[(north, "ORDER"), (harbour, "ORDER")]);
    let unconfirmed = chain.execute(market.lead, bond.issuance, &others).error::<Error>();
    assert!(matches!(unconfirmed, Error::WrongStatus { got: BondStatus::Book, .. }));
    market.confirm(chain, bond, ISSUE).succeeded();
    chain.execute(market.lead, bond.issuance, &others).succeeded();
    assert_eq!((bond.units(chain, harbour), bond.units(chain, south)), (40, 0));
    let late = allot(&market, chain, bond, &lines).error::<Error>();
    assert!(matches!(late, Error::WrongStatus { expected: BondStatus::Book, .. }));
}

/// One order of all the money in the world keeps nobody else out of the book.
pub fn an_order_is_at_most_what_is_sold(chain: &mut Chain) {
    let market = market::open(chain);
    let mut draft = market.draft(chain, market.terms());
    draft.held_back = Amount(10 * UNIT);
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    let offered = Amount(90 * UNIT);
    for face in [u128::MAX - u128::MAX % UNIT, 91 * UNIT] {
        let (face_amount, reference) = (Amount(face), reference("GREED"));
        let greed = ExecuteMsg::PlaceOrder { face_amount, reference };
        let refused = chain.execute(market.south, bond.issuance, &greed).error::<Error>();
        assert_eq!(refused, Error::AboveOffer { offered });
    }
    chain.execute(market.south, bond.issuance, &place(90, "GREED")).succeeded();
    chain.execute(market.north, bond.issuance, &place(90, "ORDER")).succeeded();
}

/// One allottee that never pays does not keep the others' cash: the lead manager gives the issue up,
/// and what has begun to lapse does not close.
pub fn all_or_nothing_is_given_up(chain: &mut Chain) {
    let market = market::open(chain);
    let mut draft = market.draft(chain, market.terms());
    draft.closing = Closing::AllOrNothing;
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    let (north, south) = (market.north, market.south);
    for (account, units) in [(north, 60), (south, 40)] {
        let hold = hold(bond, account, units * UNIT, "ORDER");
        chain.execute(account, market.cash, &hold).succeeded();
    }
    market.set_frozen(chain, south, true);
    chain.set_time(utc("2026-01-05", 8, 0));
    let both = close(&[(north, "ORDER"), (south, "ORDER")]);
    let frozen = chain.execute(market.lead, bond.issuance, &both);
    let expected = cash::Error::AccountRefused { account: south, standing: Standing::Frozen };
    assert_eq!(inner_error::<cash::Error>(&frozen), expected);
    // The issue date is the allottees': it is over when the next business day begins.
    for by in [market.lead, market.paying_agent] {
        let early = end(chain, bond, by, 1).error::<Error>();
        assert!(matches!(early, Error::ClosingOpen { .. }), "{early:?}");
    }
    chain.set_time(utc("2026-01-05", 17, 0));
    assert!(!end(chain, bond, market.paying_agent, 1).output::<bool>(), "one of two");
    market.set_frozen(chain, south, false);
    let refused = chain.execute(market.lead, bond.issuance, &both).error::<Error>();
    assert_eq!(refused, Error::Lapsing);
    assert!(end(chain, bond, market.lead, 9).output::<bool>());
    assert_eq!(bond.facts(chain).status, BondStatus::Redeemed);
    for account in [north, south] {
        let cash = market.cash_of(chain, account);
        assert_eq!((cash.total.0, cash.held), (MONEY, Amount::ZERO), "given back");
    }
}

/// A book that the issuer never confirms ends like a closing: once it is too late, by anyone.
pub fn an_unconfirmed_book_ends(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    for (account, units) in [(market.north, 60), (market.south, 40)] {
        chain.execute(account, bond.issuance, &place(units, "ORDER")).succeeded();
        let hold = hold(bond, account, units * UNIT, "ORDER");
        chain.execute(account, market.cash, &hold).succeeded();
    }
    let lines = [(market.north, "ORDER", 60), (market.south, "ORDER", 40)];
    allot(&market, chain, bond, &lines).succeeded();
    let open = end(chain, bond, market.lead, 9).error::<Error>();
    assert!(matches!(open, Error::WrongStatus { expected: BondStatus::Closing, .. }));

    chain.set_time(utc("2027-01-04", 17, 0));
    let late = market.confirm(chain, bond, ISSUE).error::<Error>();
    assert!(matches!(late, Error::TooLateToClose { .. }), "{late:?}");
    assert!(!end(chain, bond, market.regulator, 1).output::<bool>());
    let more = chain.execute(market.harbour, bond.issuance, &place(1, "MORE")).error::<Error>();
    assert!(matches!(more, Error::WrongStatus { got: BondStatus::Closing, .. }));
    assert!(end(chain, bond, market.regulator, 9).output::<bool>());
    assert_eq!(bond.facts(chain).status, BondStatus::Redeemed);
    for account in [market.north, market.south] {
        assert_eq!(market.cash_of(chain, account).held, Amount::ZERO);
    }
}

/// Cash held for an order comes back when the order is done with: over-held, cancelled, not allotted.
pub fn cash_behind_orders_is_given_back(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    let (north, south, harbour) = (market.north, market.south, market.harbour);
    for (account, text, units) in
        [(north, "A", 60), (south, "A", 40), (harbour, "A", 5), (harbour, "B", 7)]
    {
        chain.execute(account, bond.issuance, &place(units, text)).succeeded();
        // Held before the price is known: a fifth more than par.
        let hold = hold(bond, account, units * UNIT * 6 / 5, text);
        chain.execute(account, market.cash, &hold).succeeded();
    }
    let held = |chain: &Chain, account| market.cash_of(chain, account).held.0;
    // Who holds first and orders then is not disturbed by others, and may think better of it.
    chain.execute(harbour, market.cash, &hold(bond, harbour, UNIT, "C")).succeeded();
    let release = ExecuteMsg::ReleaseCover { account: harbour, reference: reference("C") };
    let bound = chain.execute(north, bond.issuance, &release).error::<Error>();
    assert_eq!(bound, Error::CoverNeeded { account: harbour, reference: reference("C") });
    chain.execute(harbour, bond.issuance, &release).succeeded();
    let cancel = |text| ExecuteMsg::CancelOrder { reference: reference(text) };
    chain.execute(harbour, bond.issuance, &cancel("A")).succeeded();
    assert_eq!(held(chain, harbour), 7 * UNIT * 6 / 5);

    allot(&market, chain, bond, &[(north, "A", 60), (south, "A", 40)]).succeeded();
    market.confirm(chain, bond, ISSUE).succeeded();
    chain.execute(harbour, bond.issuance, &cancel("B")).succeeded();
    assert_eq!(held(chain, harbour), 0, "not allotted, and taken back after the book is closed");
    let release = ExecuteMsg::ReleaseCover { account: south, reference: reference("A") };
    let bound = chain.execute(harbour, bond.issuance, &release).error::<Error>();
    assert_eq!(bound, Error::CoverNeeded { account: south, reference: reference("A") });
    let bound = chain.execute(south, bond.issuance, &cancel("A")).error::<Error>();
    assert!(matches!(bound, Error::NoSuchOrder { .. }), "an allotment binds");

    chain.set_time(utc("2026-01-05", 8, 0));
    chain.execute(market.lead, bond.issuance, &close(&[(north, "A")])).succeeded();
    let paid = market.cash_of(chain, north);
    assert_eq!((paid.total.0, paid.held.0), (MONEY - 60 * UNIT, 0));
    assert_eq!(held(chain, south), 40 * UNIT * 6 / 5);
    chain.set_time(utc("2026-01-06", 8, 0));
    assert!(end(chain, bond, market.lead, 9).output::<bool>());
    let lapsed = market.cash_of(chain, south);
    assert_eq!((lapsed.total.0, lapsed.held.0), (MONEY, 0));
}

/// Cash that is held again by mistake, when the order is done with, comes back at anyone's word; what
/// an order still needs does not. No hold lasts for ever, and none is in favour of settlement, which
/// uses and releases only its own.
pub fn cash_held_by_mistake_comes_back(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let north = market.north;
    chain.execute(north, market.cash, &hold(bond, north, 60 * UNIT, "ORDER")).succeeded();
    chain.execute(north, market.cash, &hold(bond, north, 5, "NONE")).succeeded();
    for text in ["ORDER", "NONE"] {
        let release = ExecuteMsg::ReleaseCover { account: north, reference: reference(text) };
        chain.execute(market.regulator, bond.issuance, &release).succeeded();
    }
    assert_eq!(market.cash_of(chain, north).held, Amount::ZERO);

    let now = chain.time();
    let later = |ms| Timestamp::from_unix_ms(now.unix_ms + ms);
    let with = |agent, expiry| cash::ExecuteMsg::Hold {
        account: north,
        amount: Amount(1),
        agent,
        expiry,
        reference: reference("LONG"),
    };
    let long = with(bond.issuance, later(HOLD_MS_MAX + 86_400_000));
    let refused = chain.execute(north, market.cash, &long).error::<cash::Error>();
    assert!(matches!(refused, cash::Error::HoldTooLong { .. }), "{refused:?}");
    let agent = market.settlement;
    let refused = chain.execute(north, market.cash, &with(agent, later(86_400_000)));
    assert_eq!(refused.error::<cash::Error>(), cash::Error::NotAnAgent { agent });
    let pledge = ExecuteMsg::Hold {
        account: north,
        amount: Amount(UNIT),
        agent,
        expiry: later(86_400_000),
        reference: reference("LONG"),
    };
    let refused = chain.execute(north, bond.issuance, &pledge).error::<Error>();
    assert_eq!(refused, Error::NotAnAgent { agent });
}

/// An issue of 101 units in 101 orders cannot close all or nothing; in 100 orders it does, at once.
pub fn all_or_nothing_is_as_large_as_one_call(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.issue_size_minor = 101 * UNIT;
    let mut draft = market.draft(chain, terms);
    draft.closing = Closing::AllOrNothing;
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    let (north, south) = (market.north, market.south);
    let names: Vec<String> = (0..51).map(|number| format!("O-{number:02}")).collect();
    let mut orders: Vec<(Address, &str)> = names.iter().map(|name| (north, &**name)).collect();
    orders.extend(names.iter().take(50).map(|name| (south, &**name)));
    for account in [north, south] {
        let places = of(&orders, account, |name| message(bond.issuance, &place(2, name)));
        chain.send(account, places).succeeded();
    }
    let lines: Vec<(Address, &str, u128)> =
        orders.iter().map(|(account, name)| (*account, *name, 1)).collect();
    allot(&market, chain, bond, &lines[..100]).succeeded();
    allot(&market, chain, bond, &lines[100..]).succeeded();
    let refused = market.confirm(chain, bond, 101 * UNIT).error::<Error>();
    assert_eq!(refused, Error::TooManyOrders { max: 100, got: 101 });

    let (last, name) = orders.pop().expect("orders");
    allot(&market, chain, bond, &[(last, name, 0), (north, "O-00", 2)]).succeeded();
    market.confirm(chain, bond, 101 * UNIT).succeeded();
    chain.set_time(utc("2026-01-05", 8, 0));
    for account in [north, south] {
        let holds = of(&orders, account, |name| {
            // More than any price, so that each closing also gives some back.
            message(market.cash, &hold(bond, account, 2 * UNIT + 1, name))
        });
        chain.send(account, holds).succeeded();
    }
    let all = chain.execute(market.lead, bond.issuance, &close(&orders));
    all.succeeded();
    assert_eq!((bond.units(chain, north), bond.units(chain, south)), (52, 49));
    assert_eq!(bond.facts(chain).status, BondStatus::Live);
    assert_eq!(market.cash_of(chain, north).held, Amount::ZERO);
}

/// One message for each of an account's orders.
fn of(
    orders: &[(Address, &str)],
    account: Address,
    make: impl Fn(&str) -> Message,
) -> Vec<Message> {
    let own = orders.iter().filter(|(owner, _)| *owner == account);
    own.map(|(_, name)| make(name)).collect()
}

/// What costs nothing cannot be paid for, and the issuer's account does not pay itself.
pub fn orders_that_could_never_close(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    // A millionth of par: a unit of 1,000.00 costs a tenth of a cent.
    terms.issue_price = "0.0001".parse().expect("a price");
    let draft = market.draft(chain, terms);
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    let own = chain.execute(market.issuer, bond.issuance, &place(1, "OWN")).error::<Error>();
    assert_eq!(own, Error::SameAccount { account: market.issuer });
    chain.execute(market.north, bond.issuance, &place(60, "O")).succeeded();
    let free = allot(&market, chain, bond, &[(market.north, "O", 1)]).error::<Error>();
    assert_eq!(free, Error::PriceRoundsToZero { face_amount: Amount(UNIT) });
    allot(&market, chain, bond, &[(market.north, "O", 60)]).succeeded();
    assert_eq!(order(chain, bond, market.north, "O").price, Amount(6));
}

/// The thirty days of an issue of Thursday 8 January end on a Saturday: whoever has not paid by Friday
/// evening still can on Monday.
pub fn thirty_days_end_on_a_business_day(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.issue_date = market::date("2026-01-08");
    let draft = market.draft(chain, terms);
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    let close_late = |chain: &mut Chain, account| {
        let price = price_now(chain, bond, if account == market.north { 60 } else { 40 });
        let messages = vec![
            message(market.cash, &hold(bond, account, price, "ORDER")),
            message(bond.issuance, &close(&[(account, "ORDER")])),
        ];
        chain.send(account, messages)
    };
    chain.set_time(utc("2026-02-06", 17, 30));
    close_late(chain, market.north).succeeded();
    chain.set_time(utc("2026-02-09", 17, 30));
    let late = close_late(chain, market.south).error::<Error>();
    let (issue_date, ledger_date) = (market::date("2026-01-08"), market::date("2026-02-10"));
    assert_eq!(late, Error::ClosingOver { issue_date, ledger_date });
}
