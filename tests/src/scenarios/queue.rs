//! The queue of matched pairs: who is tried when, who leaves it, what stops it.

use super::market::{self, MONEY, Market, Trade, euro, reference, utc};
use tenor_abi::failure::CALL_HALTED;
use tenor_bond_math::HolidayTable;
use tenor_interfaces::issuance::Draft;
use tenor_interfaces::registry::{self, Action, MarketDay};
use tenor_interfaces::settlement::*;
use tenor_primitives::{Amount, Message, Parameters};
use tenor_testing::{Chain, Refusal};

const TODAY: &str = "2026-01-05";

fn sale(market: &Market, units: u128, cash: Option<u128>) -> Trade<'static> {
    let (deliverer, receiver) = (market.north, market.harbour);
    Trade { deliverer, receiver, units, cash, settlement_date: TODAY }
}

fn status(chain: &Chain, market: &Market, name: &str) -> InstructionStatus {
    let account = market.north;
    let question = QueryMsg::InstructionBy { account, reference: reference(&format!("{name}-D")) };
    let found: Option<InstructionRecord> =
        chain.query(account, market.settlement, &question).expect("an answer");
    found.expect("an instruction").status
}

fn reason(status: InstructionStatus) -> PendingReason {
    match status {
        InstructionStatus::Pending { reason, .. } => reason,
        other => panic!("expected a pending pair, got {other:?}"),
    }
}

fn is_settled(chain: &Chain, market: &Market, name: &str) -> bool {
    matches!(status(chain, market, name), InstructionStatus::Settled { .. })
}

fn advance(chain: &mut Chain, market: &Market, limit: u32) -> Advanced {
    let message = ExecuteMsg::Advance { limit };
    chain.execute(market.regulator, market.settlement, &message).output()
}

/// Pairs that wait for what is known to be missing do not use up the tries of others.
pub fn uncovered_pairs_are_passed_over(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    for (name, units) in [("A", 61), ("B", 70), ("C", 61)] {
        let waits = reason(market.trade(chain, &sale(&market, units, None), name));
        assert_eq!(waits, PendingReason::LackOfSecurities);
    }
    let other = Trade { deliverer: market.south, ..sale(&market, 41, Some(100)) };
    let waits = market.trade(chain, &other, "D");
    assert_eq!(reason(waits), PendingReason::LackOfSecurities);
    // North is tried once, south once.
    let done = Advanced { tried: 2, settled: 0, finished: false };
    assert_eq!(advance(chain, &market, 2), done);
    assert_eq!(advance(chain, &market, 2), Advanced { tried: 0, settled: 0, finished: true });
    // What comes in is seen: 61 units serve the first, and leave the others without any.
    let gift = Trade { deliverer: market.south, receiver: market.north, ..sale(&market, 1, None) };
    market.trade(chain, &gift, "GIFT");
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 3, settled: 1, finished: true });
    assert!(is_settled(chain, &market, "A"));
    assert_eq!(bond.units(chain, market.harbour), 61);
    // A smaller one is no shortage: each pair is measured by what there is.
    let back =
        Trade { deliverer: market.harbour, receiver: market.north, ..sale(&market, 61, None) };
    market.trade(chain, &back, "BACK");
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 3, settled: 1, finished: true });
    assert!(is_settled(chain, &market, "C") && !is_settled(chain, &market, "B"));
}

/// A settlement date in the past gives no place ahead of those who have waited.
pub fn dating_back_gives_no_place(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    market.trade(chain, &sale(&market, 1, Some(MONEY + 1)), "FIRST");
    let (deliver, receive) = market.instructions(chain, &sale(&market, 1, Some(MONEY + 1)), "BACK");
    for (account, instruction) in [(market.north, deliver), (market.harbour, receive)] {
        let (trade_date, settlement_date) =
            (market::date("2020-01-02"), market::date("2020-01-03"));
        let instruction = Instruction { trade_date, settlement_date, ..instruction };
        market.submit(chain, account, &instruction).succeeded();
    }
    market.mint(chain, market.harbour, 1, "TOP-UP");
    assert_eq!(advance(chain, &market, 9).settled, 1);
    assert!(is_settled(chain, &market, "FIRST") && !is_settled(chain, &market, "BACK"));
}

/// A pair that has failed for sixty days is cancelled, unless it settles when it is last tried.
pub fn failing_pairs_expire(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    market.trade(chain, &sale(&market, 1, Some(MONEY + 1)), "CASH");
    market.trade(chain, &sale(&market, 61, None), "UNITS");
    chain.set_time(utc("2026-03-06", 9, 0));
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 2, settled: 0, finished: true });
    assert_eq!(reason(status(chain, &market, "UNITS")), PendingReason::LackOfSecurities);
    market.mint(chain, market.harbour, 1, "TOP-UP");
    chain.set_time(utc("2026-03-07", 9, 0));
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 2, settled: 1, finished: true });
    assert!(is_settled(chain, &market, "CASH"));
    let ended = status(chain, &market, "UNITS");
    assert!(matches!(ended, InstructionStatus::Cancelled { with: Some(_), .. }), "{ended:?}");
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 0, settled: 0, finished: true });
}

/// A side alone does not cancel a trade by keeping it on hold; both together do, or the other one
/// when it has had enough.
pub fn holding_back_cancels_nothing(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    for name in ["ONE", "ASKED", "BOTH"] {
        let (mut deliver, mut receive) =
            market.instructions(chain, &sale(&market, 1, Some(100)), name);
        (deliver.on_hold, receive.on_hold) = (name == "BOTH", true);
        market.submit(chain, market.north, &deliver).succeeded();
        market.submit(chain, market.harbour, &receive).succeeded();
    }
    let cancel = ExecuteMsg::Cancel { reference: reference("ASKED-D") };
    chain.execute(market.north, market.settlement, &cancel).succeeded();
    // Nobody is asked about them.
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 0, settled: 0, finished: true });
    chain.set_time(utc("2026-03-07", 9, 0));
    let message = ExecuteMsg::Advance { limit: 9 };
    let ended: Vec<Cancelled> =
        chain.execute(market.regulator, market.settlement, &message).events("Cancelled");
    let failed = CancelCause::Failed { reason: PendingReason::OnHold };
    assert_eq!(ended.iter().map(|event| event.cause).collect::<Vec<_>>(), [failed; 4]);
    assert_eq!(reason(status(chain, &market, "ONE")), PendingReason::OnHold);
    let set = ExecuteMsg::SetHold { reference: reference("ONE-R"), on_hold: false };
    chain.execute(market.harbour, market.settlement, &set).succeeded();
    assert!(is_settled(chain, &market, "ONE"));
}

/// Instructions that are equal but for a reference both sides know: the hundred oldest are looked at,
/// and the search goes on where it stopped.
pub fn a_match_behind_a_hundred(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let (deliver, receive) = market.instructions(chain, &sale(&market, 1, Some(100)), "T");
    let named = |instruction: &Instruction, name: String| {
        let mut instruction = instruction.clone();
        (instruction.common_reference, instruction.on_hold) = (Some(reference(&name)), false);
        instruction.reference = reference(&name);
        let instruction = Box::new(instruction);
        market::message(market.settlement, &ExecuteMsg::Submit { instruction })
    };
    for page in 0..5 {
        let names = (page * 21..(page + 1) * 21).map(|number| format!("R{number:03}"));
        let messages = names.map(|name| named(&deliver, name)).collect();
        chain.send(market.north, messages).succeeded();
    }
    chain.send(market.harbour, vec![named(&receive, "R100".into())]).succeeded();
    let id = |chain: &Chain, account, name: &str| {
        let question = QueryMsg::InstructionBy { account, reference: reference(name) };
        let found: Option<InstructionRecord> =
            chain.query(account, market.settlement, &question).expect("an answer");
        let found = found.expect("an instruction");
        (found.id, found.status)
    };
    let (wanted, unmatched) = id(chain, market.harbour, "R100");
    assert_eq!(unmatched, InstructionStatus::Unmatched);
    let (hundredth, _) = id(chain, market.north, "R099");
    let search = |chain: &mut Chain, after| -> InstructionStatus {
        let message = ExecuteMsg::FindMatch { id: wanted, after };
        chain.execute(market.regulator, market.settlement, &message).output()
    };
    assert_eq!(search(chain, None), InstructionStatus::Unmatched);
    let found = search(chain, Some(hundredth));
    assert!(matches!(found, InstructionStatus::Settled { .. }), "{found:?}");
    assert_eq!(search(chain, None), found, "a matched one is what it is");
    assert_eq!(bond.units(chain, market.harbour), 1);
    let bic = market.bic_of(chain, market.north);
    let question = QueryMsg::Allegements { bic, after: None, limit: 9 };
    let alleged: Vec<Allegement> =
        chain.query(market.north, market.settlement, &question).expect("an answer");
    assert_eq!(alleged, [], "it waits for nobody any more");
}

/// A transaction that has no calls left makes no pair fail: it is undone as a whole.
pub fn calls_that_run_out_cancel_nothing(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    market.trade(chain, &sale(&market, 1, Some(MONEY + 1)), "CASH");
    market.mint(chain, market.harbour, 1, "TOP-UP");
    chain.set_time(utc("2026-03-07", 9, 0));
    // The market's day, the question about the trade, the hold of units, the hold of cash.
    for calls_max in [2, 4] {
        limit_calls(chain, calls_max);
        let message = ExecuteMsg::Advance { limit: 9 };
        let stopped = chain.execute(market.regulator, market.settlement, &message);
        let Err(Refusal::Contract(failure)) = stopped.result() else { panic!("{calls_max} calls") };
        assert_eq!(failure.code, CALL_HALTED, "{calls_max} calls");
    }
    limit_calls(chain, Parameters::initial().limits.calls_max);
    assert_eq!(reason(status(chain, &market, "CASH")), PendingReason::LackOfCash);
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 1, settled: 1, finished: true });
    assert!(is_settled(chain, &market, "CASH"));
}

/// From the next block on.
fn limit_calls(chain: &mut Chain, calls_max: u32) {
    let mut parameters = Box::new(Parameters::initial());
    parameters.limits.calls_max = calls_max;
    let activation_height = chain.height() + 2;
    let schedule = Message::ScheduleParameters { parameters, activation_height };
    chain.send(chain.address("operator"), vec![schedule]).succeeded();
}

/// A side that asked for cancellation can think again, while the other has not joined it.
pub fn a_wish_to_cancel_is_taken_back(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    let (deliver, receive) = market.instructions(chain, &sale(&market, 1, Some(MONEY + 1)), "T");
    let first: Submitted = market.submit(chain, market.north, &deliver).output();
    let withdraw = ExecuteMsg::WithdrawCancel { reference: deliver.reference };
    let refused = chain.execute(market.north, market.settlement, &withdraw).error::<Error>();
    assert_eq!(refused, Error::NotMatched { id: first.id });
    market.submit(chain, market.harbour, &receive).succeeded();
    let refused = chain.execute(market.north, market.settlement, &withdraw).error::<Error>();
    assert_eq!(refused, Error::NotRequested { id: first.id });
    let cancel = |reference| ExecuteMsg::Cancel { reference };
    chain.execute(market.north, market.settlement, &cancel(deliver.reference)).succeeded();
    let back = chain.execute(market.north, market.settlement, &withdraw);
    assert_eq!(back.events::<CancelWithdrawn>("CancelWithdrawn").len(), 1);
    let one: InstructionStatus =
        chain.execute(market.harbour, market.settlement, &cancel(receive.reference)).output();
    assert_eq!(reason(one), PendingReason::LackOfCash, "one side is not both");
    let both: InstructionStatus =
        chain.execute(market.north, market.settlement, &cancel(deliver.reference)).output();
    assert!(matches!(both, InstructionStatus::Cancelled { .. }));
}

/// Tolerances stay small against what they tolerate.
pub fn tolerances_are_bounded(chain: &mut Chain) {
    let market = market::open(chain);
    let refused = |chain: &mut Chain, tolerances: &[(u128, u128)]| {
        let listed = tolerances.iter().map(|(small, large)| Tolerance {
            currency: euro(),
            small_amount_max: Amount(10_000),
            small: Amount(*small),
            large: Amount(*large),
        });
        let config = Config {
            registry: market.registry,
            csd: market::CSD.parse().expect("a BIC"),
            tolerances: listed.collect(),
        };
        let outcome = chain.try_instantiate(market.issuer, "settlement", "other", &config);
        assert_eq!(outcome.error::<Error>(), Error::InvalidTolerance { currency: euro() });
    };
    refused(chain, &[(101, 0)]);
    refused(chain, &[(0, 101)]);
    refused(chain, &[(100, 100), (1, 1)]);
}

/// Officers stop a bond from settling without asking its contract, and let it settle again.
pub fn a_suspended_bond_waits(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let suspend = |isin, suspended| vec![Action::SuspendSecurity { isin, suspended }];
    let unknown = "DE000BAY0017".parse().expect("an ISIN");
    let refused = market.decide(chain, suspend(unknown, true)).error::<registry::Error>();
    assert_eq!(refused, registry::Error::NoSuchSecurity { isin: unknown });
    market.decide(chain, suspend(market::isin(), true)).succeeded();
    let waits = market.trade(chain, &sale(&market, 1, Some(100)), "T");
    assert_eq!(reason(waits), PendingReason::SecurityRefused);
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 1, settled: 0, finished: true });
    market.decide(chain, suspend(market::isin(), false)).succeeded();
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 1, settled: 1, finished: true });
    assert_eq!(bond.units(chain, market.harbour), 1);
}

/// Days of a suspension are nobody's failing: what waits through it is not cancelled, and has its sixty
/// days when it is lifted.
pub fn a_suspension_cancels_nothing(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let suspend = |suspended| vec![Action::SuspendSecurity { isin: market::isin(), suspended }];
    market.decide(chain, suspend(true)).succeeded();
    market.trade(chain, &sale(&market, 1, Some(100)), "GOOD");
    market.trade(chain, &sale(&market, 61, None), "SHORT");
    chain.set_time(utc("2026-03-16", 9, 0));
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 2, settled: 0, finished: true });
    assert_eq!(reason(status(chain, &market, "GOOD")), PendingReason::SecurityRefused);
    market.decide(chain, suspend(false)).succeeded();
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 2, settled: 1, finished: true });
    assert_eq!(bond.units(chain, market.harbour), 1);
    assert_eq!(reason(status(chain, &market, "SHORT")), PendingReason::LackOfSecurities);
    chain.set_time(utc("2026-05-15", 9, 0));
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 1, settled: 0, finished: true });
    assert_eq!(reason(status(chain, &market, "SHORT")), PendingReason::LackOfSecurities);
    chain.set_time(utc("2026-05-16", 9, 0));
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 1, settled: 0, finished: true });
    let ended = status(chain, &market, "SHORT");
    assert!(matches!(ended, InstructionStatus::Cancelled { .. }), "{ended:?}");
}

/// A market that knows the days of 2026 alone.
fn short_market() -> registry::Market {
    let known = |first_year, last_year| HolidayTable {
        name: "short".into(),
        first_year,
        last_year,
        weekend: vec![tenor_bond_math::Weekday::Saturday, tenor_bond_math::Weekday::Sunday],
        holidays: vec![],
    };
    registry::Market {
        code: "XSHT".parse().expect("a code"),
        calendar: tenor_bond_math::Calendar { centres: vec![], tables: vec![known(2026, 2026)] },
        time_zone: registry::TimeZone::Utc,
        cut_off_seconds: 16 * 3_600,
        end_of_day_seconds: 18 * 3_600,
    }
}

/// A market whose calendar has run out stops neither the queue nor the other markets, and goes on
/// when officers append years to it.
pub fn a_calendar_that_runs_out(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    let short = short_market();
    let (code, years) = (short.code, short.calendar.tables[0].clone());
    market.decide(chain, vec![Action::OpenMarket { market: short }]).succeeded();
    let isin = "DE000BAY0017".parse().expect("an ISIN");
    let mut draft = Draft { market: code, ..market.draft(chain, market.terms()) };
    draft.terms.isin = isin;
    let second = market.second_bond(chain, draft, "short");
    market.accept(chain, second);
    chain.set_time(utc("2026-12-30", 9, 0));
    let (deliver, receive) = market.instructions(chain, &sale(&market, 61, None), "SHORT");
    for (account, instruction) in [(market.north, deliver), (market.harbour, receive)] {
        market.submit(chain, account, &Instruction { isin, ..instruction }).succeeded();
    }
    let later = Trade { settlement_date: "2027-01-04", ..sale(&market, 1, None) };
    market.trade(chain, &later, "OTHER");
    chain.set_time(utc("2027-01-04", 9, 0));
    let announce = registry::ExecuteMsg::Advance { limit: 9 };
    let turned: u32 = chain.execute(market.north, market.registry, &announce).output();
    assert_eq!(turned, 1, "the other market turns");
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 2, settled: 1, finished: true });
    assert!(is_settled(chain, &market, "OTHER"));
    assert_eq!(reason(status(chain, &market, "SHORT")), PendingReason::Unavailable);

    let extend = |first_year, last_year| Action::ExtendMarket {
        market: code,
        years: HolidayTable { first_year, last_year, ..years.clone() },
    };
    for (first, last) in [(2026, 2030), (2028, 2030), (2027, 2026), (2027, 2127)] {
        let refused = market.decide(chain, vec![extend(first, last)]).error::<registry::Error>();
        let (expected_first, got_first) = (2027, first);
        let expected = registry::Error::InvalidYears { market: code, expected_first, got_first };
        assert_eq!(refused, expected);
    }
    market.decide(chain, vec![extend(2027, 2027), extend(2028, 2030)]).succeeded();
    let question = registry::QueryMsg::MarketDay { market: code };
    let day: MarketDay = chain.query(market.north, market.registry, &question).expect("an answer");
    assert_eq!(day.date.to_string(), "2027-01-04");
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 1, settled: 0, finished: true });
    let waits = reason(status(chain, &market, "SHORT"));
    assert_eq!(waits, PendingReason::SecurityRefused, "its book is still open");
    let question = registry::QueryMsg::BusinessDays {
        market: code,
        dates: ["2026-12-26", "2030-12-28", "2029-12-31"].map(market::date).to_vec(),
    };
    let days: Vec<tenor_bond_math::Date> =
        chain.query(market.north, market.registry, &question).expect("an answer");
    let days: Vec<String> = days.iter().map(ToString::to_string).collect();
    assert_eq!(days, ["2026-12-28", "2030-12-30", "2029-12-31"]);
    let question = registry::QueryMsg::MarketYears { market: code, after: Some(2027), limit: 9 };
    let appended: Vec<HolidayTable> =
        chain.query(market.north, market.registry, &question).expect("an answer");
    assert_eq!(appended.iter().map(|table| table.last_year).collect::<Vec<_>>(), [2030]);
}
