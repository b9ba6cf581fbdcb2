//! Issuance: acceptance, the book, closing, record instants, free transfers.

use super::inner_error;
use super::market::{self, Bond, ISSUE, MONEY, Market, UNIT, reference, utc};
use tenor_bond_math::{Centre, Coupon, Decimal, Frequency, PaymentInKind};
use tenor_interfaces::issuance::*;
use tenor_interfaces::registry::{BusinessRole, Standing};
use tenor_interfaces::{AgentRight, Appointment, Payment, cash, registry};
use tenor_primitives::{Address, Amount, Hash, Role, Timestamp, keccak256};
use tenor_testing::{Chain, Outcome};

fn free(
    chain: &mut Chain,
    bond: Bond,
    from: Address,
    to: Address,
    units: u128,
    text: &str,
) -> Outcome {
    let face_amount = Amount(units * UNIT);
    let message = ExecuteMsg::TransferFree { to, face_amount, reference: reference(text) };
    chain.execute(from, bond.issuance, &message)
}

fn held_at(chain: &Chain, bond: Bond, account: Address, period: u32) -> u128 {
    let question = QueryMsg::HoldingAt { account, period };
    let face: Amount = chain.query(account, bond.issuance, &question).expect("an answer");
    face.0 / UNIT
}

fn holders_at(chain: &Chain, bond: Bond, period: u32) -> Vec<(Address, u128)> {
    let (mut holders, mut after) = (Vec::new(), None);
    loop {
        let question = QueryMsg::HoldersAt { period, after, limit: 1 };
        let page: HoldersPage =
            chain.query(bond.issuance, bond.issuance, &question).expect("an answer");
        let positions = page.positions.into_iter();
        holders.extend(positions.map(|found| (found.account, found.face_amount.0 / UNIT)));
        match page.next {
            Some(next) => after = Some(next),
            None => return holders,
        }
    }
}

fn record_at(chain: &Chain, bond: Bond, period: usize) -> Timestamp {
    let instants: Vec<RecordInstant> =
        chain.query(bond.issuance, bond.issuance, &QueryMsg::RecordInstants).expect("an answer");
    instants[period].at
}

/// A holder that sells everything after the record instant is still the one that is entitled.
pub fn sold_out_after_record(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let instant = record_at(chain, bond, 0);
    assert_eq!(instant.unix_ms, utc("2027-01-04", 17, 0).unix_ms - 1, "18:00 in Berlin");
    chain.set_time(Timestamp::from_unix_ms(instant.unix_ms + 3_600_000));
    free(chain, bond, market.south, market.harbour, 40, "S-1").succeeded();
    assert_eq!(bond.units(chain, market.south), 0);
    assert_eq!(held_at(chain, bond, market.south, 0), 40);
    assert_eq!(held_at(chain, bond, market.harbour, 0), 0);
    let mut expected = vec![(market.north, 60), (market.south, 40)];
    expected.sort_unstable();
    assert_eq!(holders_at(chain, bond, 0), expected);
}

/// The last millisecond of the record day counts; the market's first of the next day does not.
pub fn trade_in_the_second_of_the_cut_off(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let instant = record_at(chain, bond, 0);
    chain.set_time(instant);
    free(chain, bond, market.north, market.harbour, 1, "C-1").succeeded();
    assert_eq!(chain.time(), instant, "at the very instant");
    // The chain's next block is a second later; the day ended one millisecond after the instant.
    let early = chain.query::<_, HoldersPage>(
        market.north,
        bond.issuance,
        &QueryMsg::HoldersAt { period: 0, after: None, limit: 9 },
    );
    let refused: Option<Error> = early.expect_err("not passed").error();
    assert_eq!(refused, Some(Error::NoRecordYet { period: 0 }));
    free(chain, bond, market.north, market.harbour, 10, "C-2").succeeded();
    assert_eq!(held_at(chain, bond, market.north, 0), 59);
    assert_eq!(held_at(chain, bond, market.harbour, 0), 1);
    assert_eq!(bond.units(chain, market.harbour), 11);
}

/// Two record dates with no trade between: both know the holding of before.
pub fn two_record_dates_without_a_trade(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.schedule.frequency = Frequency::QUARTERLY;
    let draft = market.draft(chain, terms);
    let bond = market.issue_draft(chain, &draft);
    chain.set_time(utc("2026-11-02", 9, 0));
    free(chain, bond, market.north, market.harbour, 60, "Q-1").succeeded();
    for period in [0, 1, 2] {
        assert_eq!(held_at(chain, bond, market.north, period), 60, "{period}");
        assert_eq!(held_at(chain, bond, market.harbour, period), 0, "{period}");
    }
    chain.set_time(utc("2027-02-02", 9, 0));
    assert_eq!(held_at(chain, bond, market.harbour, 3), 60);
    assert_eq!(held_at(chain, bond, market.north, 3), 0);
}

/// A record date without business ends with the business day before it: a trade for the payment's own
/// day, which settles from that evening on, comes without the payment. No local time after the end of
/// the day is a record instant.
pub fn a_record_date_without_business(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.schedule.frequency = Frequency::QUARTERLY;
    terms.calendar = tenor_bond_math::Calendar::default();
    let mut draft = market.draft(chain, terms.clone());
    draft.record_seconds = Some(18 * 3_600 + 1);
    draft.terms.isin = "DE000BAY0017".parse().expect("an ISIN");
    let late = market.second_bond(chain, draft, "late");
    let refused = market.try_accept(chain, late.issuance);
    let code = "XTEN".parse().expect("a code");
    let expected = registry::Error::AfterEndOfDay { market: code, end_of_day_seconds: 18 * 3_600 };
    assert_eq!(inner_error::<registry::Error>(&refused), expected);

    let draft = market.draft(chain, terms);
    let bond = market.issue_draft(chain, &draft);
    // Paid on Easter Sunday, recorded on the Saturday: the last day of business is Thursday.
    let end = utc("2026-04-02", 16, 0);
    assert_eq!(record_at(chain, bond, 0).unix_ms, end.unix_ms - 1);
    chain.set_time(end);
    let (deliverer, receiver) = (market.north, market.harbour);
    let settlement_date = "2026-04-07";
    let trade = market::Trade { deliverer, receiver, units: 60, cash: None, settlement_date };
    let status = market.trade(chain, &trade, "EX");
    assert!(matches!(status, tenor_interfaces::settlement::InstructionStatus::Settled { .. }));
    assert_eq!(bond.units(chain, market.harbour), 60);
    let held = [market.north, market.harbour].map(|account| held_at(chain, bond, account, 0));
    assert_eq!(held, [60, 0]);
}

/// Units that are held count for their owner at the record instant.
pub fn held_units_count_for_their_owner(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let expiry = utc("2027-02-01", 0, 0);
    let pledgee = market.harbour;
    market.appoint_in_issuance(chain, bond, pledgee, Some(AgentRight::Holds));
    let hold = ExecuteMsg::Hold {
        account: market.north,
        amount: Amount(25 * UNIT),
        agent: pledgee,
        expiry,
        reference: reference("PLEDGE"),
    };
    chain.execute(market.north, bond.issuance, &hold).succeeded();
    let short = free(chain, bond, market.north, market.south, 36, "H-1").error::<Error>();
    let expected = Error::Insufficient {
        account: market.north,
        available: Amount(35 * UNIT),
        short_by: Amount(UNIT),
    };
    assert_eq!(short, expected);
    chain.set_time(utc("2027-01-05", 9, 0));
    assert_eq!(held_at(chain, bond, market.north, 0), 60);
}

/// Terms freeze with the third acceptance of exactly these terms; roles and titles are checked.
pub fn acceptance(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    let terms_hash = bond.facts(chain).terms_hash;
    let accept = |terms_hash| ExecuteMsg::Accept { terms_hash };
    let wrong = chain.execute(market.issuer, bond.issuance, &accept(Hash([9; 32])));
    assert_eq!(wrong.error::<Error>(), Error::TermsChanged { expected: terms_hash });
    let stranger = chain.execute(market.north, bond.issuance, &accept(terms_hash));
    assert_eq!(stranger.error::<Error>(), Error::NotAnAcceptor { caller: market.north });
    chain.execute(market.issuer, bond.issuance, &accept(terms_hash)).succeeded();
    chain.execute(market.issuer, bond.issuance, &accept(terms_hash)).succeeded();
    chain.execute(market.registrar, bond.issuance, &accept(terms_hash)).succeeded();
    assert_eq!(bond.facts(chain).status, BondStatus::Draft);
    let order = ExecuteMsg::PlaceOrder { face_amount: Amount(UNIT), reference: reference("O") };
    let early = chain.execute(market.north, bond.issuance, &order).error::<Error>();
    assert!(matches!(early, Error::WrongStatus { expected: BondStatus::Book, .. }));
    chain.execute(market.paying_agent, bond.issuance, &accept(terms_hash)).succeeded();
    assert_eq!(bond.facts(chain).status, BondStatus::Book);
    let instants: Vec<RecordInstant> =
        chain.query(market.north, bond.issuance, &QueryMsg::RecordInstants).expect("an answer");
    assert_eq!(instants.len(), 2);

    // A party without its role in the registry: the third acceptance is refused.
    let mut draft = market.draft(chain, market.terms());
    draft.parties.lead_manager = market.south;
    let config = market.coupon_config(chain.instance_address(market.issuer, "bond-2"));
    draft.coupon_config_hash = keccak256(&borsh::to_vec(&config).expect("encodes"));
    draft.agents[1].agent = chain.instantiate(market.issuer, "coupon", "coupon-2", &config);
    let second = chain.instantiate(market.issuer, "issuance", "bond-2", &draft);
    let second = Bond { issuance: second, ..bond };
    let accept = accept(second.facts(chain).terms_hash);
    chain.execute(market.issuer, second.issuance, &accept).succeeded();
    chain.execute(market.paying_agent, second.issuance, &accept).succeeded();
    let refused = chain.execute(market.registrar, second.issuance, &accept).error::<Error>();
    assert_eq!(refused, Error::RoleMissing { account: market.south });
    let roles = vec![BusinessRole::LeadManager];
    let party = market::party("SOUTH", roles);
    let action = tenor_interfaces::registry::Action::SetParty { party };
    market.decide(chain, vec![action]).succeeded();
    chain.execute(market.registrar, second.issuance, &accept).succeeded();
}

/// What makes a good draft a bad one.
type Change = Box<dyn Fn(&mut Draft)>;

/// Drafts that cannot be carried are refused by what is wrong with them.
pub fn refused_drafts(chain: &mut Chain) {
    let market = market::open(chain);
    let good = market.draft(chain, market.terms());
    let agent = |right| Appointment { agent: Address([9; 32]), right };
    let cases: Vec<(TermsPart, Change)> = vec![
        (
            TermsPart::Redemption,
            Box::new(|draft| {
                let date = market::date("2027-01-05");
                draft.terms.payment_in_kind = PaymentInKind::Until { date };
            }),
        ),
        (TermsPart::Parties, Box::new(|draft| draft.parties.paying_agent = draft.parties.issuer)),
        (TermsPart::HeldBack, Box::new(|draft| draft.held_back = Amount(1))),
        (TermsPart::HeldBack, Box::new(|draft| draft.held_back = Amount(ISSUE))),
        (
            TermsPart::Agents,
            Box::new(move |draft| draft.agents = vec![agent(AgentRight::Holds); 2]),
        ),
        (TermsPart::Agents, Box::new(|draft| draft.agents[0].agent = draft.parties.registrar)),
        (TermsPart::Agents, Box::new(|draft| draft.agents.truncate(1))),
        (TermsPart::Agents, Box::new(|draft| draft.issuer_cash_account = draft.agents[1].agent)),
        (
            TermsPart::Payments,
            Box::new(|draft| {
                let rate = Decimal::from_bps(-100);
                draft.terms.coupon = Coupon::Fixed { rate };
            }),
        ),
    ];
    for (index, (part, change)) in cases.into_iter().enumerate() {
        let mut draft = good.clone();
        change(&mut draft);
        let label = format!("bad-{index}");
        let refused = chain.try_instantiate(market.issuer, "issuance", &label, &draft);
        assert_eq!(refused.error::<Error>(), Error::TermsRefused { part });
    }
    // What contradicts itself is named by its field.
    let fields: [(&str, &str, Change); 2] = [
        (
            "issue_size_minor",
            "is not a multiple of the denomination",
            Box::new(|draft| draft.terms.issue_size_minor += 1),
        ),
        (
            "calendar.centres",
            "names a centre twice",
            Box::new(|draft| draft.terms.calendar.centres = vec![Centre::Target; 2]),
        ),
    ];
    for (index, (named, says, change)) in fields.into_iter().enumerate() {
        let mut draft = good.clone();
        change(&mut draft);
        let label = format!("invalid-{index}");
        let refused = chain.try_instantiate(market.issuer, "issuance", &label, &draft);
        match refused.error::<Error>() {
            Error::TermsInvalid { field, reason } => {
                assert_eq!(field, named);
                assert!(reason.contains(says), "{reason}");
            }
            other => panic!("expected the field {named}, got {other:?}"),
        }
    }
    let other = chain.try_instantiate(market.lead, "issuance", "other", &good).error::<Error>();
    assert_eq!(other, Error::NotAllowed { expected: market.issuer, caller: market.lead });
}

/// Eligible holders only, whole denominations, never more than ordered, the total as agreed.
pub fn book(chain: &mut Chain) {
    let market = market::open(chain);
    let mut draft = market.draft(chain, market.terms());
    draft.held_back = Amount(10 * UNIT);
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    let place = |face, text| ExecuteMsg::PlaceOrder {
        face_amount: Amount(face),
        reference: reference(text),
    };
    let odd = chain.execute(market.north, bond.issuance, &place(UNIT + 1, "O-1")).error::<Error>();
    assert_eq!(odd, Error::NotAMultiple { denomination: Amount(UNIT) });
    let zero = chain.execute(market.north, bond.issuance, &place(0, "O-1")).error::<Error>();
    assert_eq!(zero, Error::ZeroAmount);
    let stranger = chain.account("stranger", &[Role::Participant]);
    let refused = chain.execute(stranger, bond.issuance, &place(UNIT, "O-1")).error::<Error>();
    let expected = Error::AccountRefused { account: stranger, standing: Standing::Unknown };
    assert_eq!(refused, expected);
    chain.execute(market.north, bond.issuance, &place(80 * UNIT, "O-1")).succeeded();
    chain.execute(market.south, bond.issuance, &place(50 * UNIT, "O-1")).succeeded();
    chain.execute(market.harbour, bond.issuance, &place(50 * UNIT, "O-1")).succeeded();
    let cancel = ExecuteMsg::CancelOrder { reference: reference("O-1") };
    chain.execute(market.harbour, bond.issuance, &cancel).succeeded();

    let line = |account, units: u128| Allocation {
        account,
        reference: reference("O-1"),
        face_amount: Amount(units * UNIT),
    };
    let mut allocate = |lines: Vec<Allocation>| {
        chain.execute(market.lead, bond.issuance, &ExecuteMsg::Allocate { allocations: lines })
    };
    let above = allocate(vec![line(market.south, 51)]).error::<Error>();
    assert_eq!(above, Error::AboveOrder { account: market.south, ordered: Amount(50 * UNIT) });
    let gone = allocate(vec![line(market.harbour, 1)]).error::<Error>();
    assert!(matches!(gone, Error::NoSuchOrder { .. }));
    allocate(vec![line(market.north, 70), line(market.south, 30)]).succeeded();
    let refused = market.confirm(chain, bond, 100 * UNIT).error::<Error>();
    let expected = Error::TotalMismatch { expected: Amount(90 * UNIT), got: Amount(100 * UNIT) };
    assert_eq!(refused, expected);
    let lines = ExecuteMsg::Allocate { allocations: vec![line(market.south, 20)] };
    chain.execute(market.lead, bond.issuance, &lines).succeeded();
    let allotted = chain.execute(market.south, bond.issuance, &cancel).error::<Error>();
    assert!(matches!(allotted, Error::NoSuchOrder { .. }), "an allotment binds");
    let refused = market.confirm(chain, bond, 91 * UNIT).error::<Error>();
    assert!(matches!(refused, Error::TotalMismatch { .. }));
    market.confirm(chain, bond, 90 * UNIT).succeeded();
}

/// Never minted without cash, never paid without units; what is not paid lapses.
pub fn closing_per_allottee(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    let early = market.pay_and_close(chain, bond, market.north).error::<Error>();
    assert!(matches!(early, Error::BeforeIssueDate { .. }));
    assert_eq!(market.cash_of(chain, market.north).held, Amount::ZERO, "the hold is undone too");
    chain.set_time(utc("2026-01-05", 8, 0));
    market.pay_and_close(chain, bond, market.north).succeeded();
    assert_eq!(bond.units(chain, market.north), 60);

    let orders = vec![OrderKey { account: market.south, reference: reference("ORDER") }];
    let close = ExecuteMsg::Close { orders };
    let unpaid = chain.execute(market.lead, bond.issuance, &close);
    assert!(matches!(inner_error(&unpaid), cash::Error::NoSuchHold { .. }));
    assert_eq!(bond.units(chain, market.south), 0);
    let other = chain.execute(market.north, bond.issuance, &close).error::<Error>();
    assert!(matches!(other, Error::NotAllowed { .. }), "nobody closes for another");
    let trade = free(chain, bond, market.north, market.harbour, 1, "EARLY").error::<Error>();
    assert!(matches!(trade, Error::WrongStatus { expected: BondStatus::Live, .. }));

    chain.set_time(utc("2026-01-06", 8, 0));
    let end = ExecuteMsg::EndClosing { limit: 1 };
    let mut rounds = 0;
    while !chain.execute(market.lead, bond.issuance, &end).output::<bool>() {
        rounds += 1;
    }
    assert_eq!(rounds, 2, "two orders, one a page");
    assert_eq!(bond.facts(chain).status, BondStatus::Live);
    let totals: IssueTotals =
        chain.query(market.north, bond.issuance, &QueryMsg::Totals).expect("an answer");
    assert_eq!((totals.issued.0, totals.unclosed.0), (60 * UNIT, 0));
    assert_eq!(market.cash_of(chain, market.south).total.0, MONEY);
}

/// All or nothing: one allottee without cash keeps the whole issue back.
pub fn closing_all_or_nothing(chain: &mut Chain) {
    let market = market::open(chain);
    let mut draft = market.draft(chain, market.terms());
    draft.closing = Closing::AllOrNothing;
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    chain.set_time(utc("2026-01-05", 8, 0));
    let hold = |account, units: u128| cash::ExecuteMsg::Hold {
        account,
        amount: Amount(units * UNIT),
        agent: bond.issuance,
        expiry: utc("2026-01-06", 8, 0),
        reference: reference("ORDER"),
    };
    chain.execute(market.north, market.cash, &hold(market.north, 60)).succeeded();
    let key = |account| OrderKey { account, reference: reference("ORDER") };
    let close = |accounts: &[Address]| ExecuteMsg::Close {
        orders: accounts.iter().map(|account| key(*account)).collect(),
    };
    let both = close(&[market.north, market.south]);
    let unpaid = chain.execute(market.lead, bond.issuance, &both);
    assert!(matches!(inner_error(&unpaid), cash::Error::NoSuchHold { .. }));
    let partly = chain.execute(market.lead, bond.issuance, &close(&[market.north]));
    assert_eq!(partly.error::<Error>(), Error::AllOrdersNeeded { missing: Amount(40 * UNIT) });
    assert_eq!((bond.units(chain, market.north), bond.units(chain, market.south)), (0, 0));
    chain.execute(market.south, market.cash, &hold(market.south, 40)).succeeded();
    chain.execute(market.paying_agent, bond.issuance, &both).succeeded();
    assert_eq!((bond.units(chain, market.north), bond.units(chain, market.south)), (60, 40));
    assert_eq!(market.cash_of(chain, market.issuer).total.0, MONEY + ISSUE);
}

/// A holder's own transfer: refused to itself, for nothing, twice, and where the terms forbid it.
pub fn free_transfers(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let own = free(chain, bond, market.north, market.north, 1, "F-1").error::<Error>();
    assert_eq!(own, Error::SameAccount { account: market.north });
    let zero = free(chain, bond, market.north, market.south, 0, "F-1").error::<Error>();
    assert_eq!(zero, Error::ZeroAmount);
    free(chain, bond, market.north, market.south, 1, "F-1").succeeded();
    let again = free(chain, bond, market.north, market.south, 1, "F-1").error::<Error>();
    assert_eq!(again, Error::ReferenceUsed { reference: reference("F-1") });
    market.set_frozen(chain, market.south, true);
    let frozen = free(chain, bond, market.north, market.south, 1, "F-2").error::<Error>();
    let expected = Error::AccountRefused { account: market.south, standing: Standing::Frozen };
    assert_eq!(frozen, expected);
    // From the last record instant on, units no longer move.
    chain.set_time(utc("2028-01-04", 18, 0));
    let ended = free(chain, bond, market.north, market.harbour, 1, "F-3").error::<Error>();
    assert!(matches!(ended, Error::TransfersEnded { .. }));
}

/// Where the terms forbid free transfers, settlement still delivers.
pub fn without_free_transfers(chain: &mut Chain) {
    let market = market::open(chain);
    let mut draft = market.draft(chain, market.terms());
    draft.free_transfers = false;
    let bond = market.issue_draft(chain, &draft);
    let refused = free(chain, bond, market.north, market.south, 1, "F-1").error::<Error>();
    assert_eq!(refused, Error::FreeTransfersRefused);
    settle_one(chain, &market);
    assert_eq!(bond.units(chain, market.south), 41);
}

fn settle_one(chain: &mut Chain, market: &Market) {
    let (deliverer, receiver) = (market.north, market.south);
    let trade =
        market::Trade { deliverer, receiver, units: 1, cash: None, settlement_date: "2026-01-05" };
    market.trade(chain, &trade, "T");
}

/// Cash that is sent by accident to the bond's own instance is refused: it has no account.
pub fn instances_have_no_account_of_their_own(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let payments = vec![Payment { to: bond.issuance, amount: Amount(1) }];
    let batch = cash::ExecuteMsg::TransferBatch { payments, reference: reference("OOPS") };
    let refused = chain.execute(market.north, market.cash, &batch).error::<cash::Error>();
    assert!(matches!(refused, cash::Error::AccountRefused { .. }));
}

/// Units that are held for an agent out of office are their owner's to release.
pub fn units_held_for_a_dismissed_agent(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let (account, agent) = (market.north, market.harbour);
    market.appoint_in_issuance(chain, bond, agent, Some(AgentRight::Holds));
    let hold = ExecuteMsg::Hold {
        account,
        amount: Amount(25 * UNIT),
        agent,
        expiry: utc("2027-01-01", 0, 0),
        reference: reference("PLEDGE"),
    };
    chain.execute(account, bond.issuance, &hold).succeeded();
    let release = ExecuteMsg::ReleaseHold { account, agent, reference: reference("PLEDGE") };
    let early = chain.execute(account, bond.issuance, &release).error::<Error>();
    assert!(matches!(early, Error::HoldNotExpired { .. }), "the agent is in office");
    let dismiss = ExecuteMsg::AppointAgent { agent, right: None };
    chain.execute(market.issuer, bond.issuance, &dismiss).succeeded();
    assert!(chain.execute(market.registrar, bond.issuance, &dismiss).output::<bool>());
    let other = chain.execute(market.south, bond.issuance, &release).error::<Error>();
    assert!(matches!(other, Error::HoldNotExpired { .. }), "not its units");
    chain.execute(account, bond.issuance, &release).succeeded();
    assert_eq!(bond.holding(chain, account).held, Amount::ZERO);
}
