//! Settlement: matching, both legs or none, pending and its reasons, cancellation.

use super::market::{self, MONEY, Market, Trade, UNIT, reference, utc};
use tenor_interfaces::settlement::*;
use tenor_primitives::{Address, Amount, Timestamp};
use tenor_testing::Chain;

const TODAY: &str = "2026-01-05";

fn sale(market: &Market, units: u128, cash: Option<u128>) -> Trade<'static> {
    let (deliverer, receiver) = (market.north, market.harbour);
    Trade { deliverer, receiver, units, cash, settlement_date: TODAY }
}

fn record(chain: &Chain, market: &Market, account: Address, text: &str) -> InstructionRecord {
    let question = QueryMsg::InstructionBy { account, reference: reference(text) };
    let found: Option<InstructionRecord> =
        chain.query(account, market.settlement, &question).expect("an answer");
    found.expect("an instruction")
}

fn reason(status: InstructionStatus) -> PendingReason {
    match status {
        InstructionStatus::Pending { reason, .. } => reason,
        other => panic!("expected a pending pair, got {other:?}"),
    }
}

fn is_settled(status: InstructionStatus) -> bool {
    matches!(status, InstructionStatus::Settled { .. })
}

fn advance(chain: &mut Chain, market: &Market, limit: u32) -> Advanced {
    let message = ExecuteMsg::Advance { limit };
    chain.execute(market.regulator, market.settlement, &message).output()
}

/// Without cash nothing moves; with it, both legs do.
pub fn lack_of_cash(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let trade = sale(&market, 5, Some(MONEY + 1));
    let status = market.trade(chain, &trade, "T");
    assert_eq!(reason(status), PendingReason::LackOfCash);
    assert_eq!(bond.holding(chain, market.north).held, Amount::ZERO, "nothing stays held");
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 1, settled: 0, finished: true });
    market.mint(chain, market.harbour, 1, "TOP-UP");
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 1, settled: 1, finished: true });
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 0, settled: 0, finished: true });
    assert_eq!((bond.units(chain, market.north), bond.units(chain, market.harbour)), (55, 5));
    assert_eq!(market.cash_of(chain, market.harbour).total.0, 0);
    for (account, text) in [(market.north, "T-D"), (market.harbour, "T-R")] {
        assert!(is_settled(record(chain, &market, account, text).status));
    }
}

/// Without securities nothing moves either, although the cash is there.
pub fn lack_of_securities(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let status = market.trade(chain, &sale(&market, 61, Some(100)), "T");
    assert_eq!(reason(status), PendingReason::LackOfSecurities);
    assert_eq!(market.cash_of(chain, market.harbour).total.0, MONEY);
    let (deliverer, receiver) = (market.south, market.north);
    let trade = Trade { deliverer, receiver, units: 1, cash: None, settlement_date: TODAY };
    assert!(is_settled(market.trade(chain, &trade, "FREE")));
    let id = record(chain, &market, market.harbour, "T-R").id;
    let settle = ExecuteMsg::Settle { id };
    let status = chain.execute(market.regulator, market.settlement, &settle).output();
    assert!(is_settled(status));
    assert_eq!((bond.units(chain, market.north), bond.units(chain, market.harbour)), (0, 61));
}

/// Against payment until the cut-off, free until the end of day, nothing before its date.
pub fn dates_and_cut_off(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    let tomorrow = Trade { settlement_date: "2026-01-06", ..sale(&market, 1, Some(100)) };
    assert_eq!(reason(market.trade(chain, &tomorrow, "T1")), PendingReason::FutureDate);
    // One second before the cut-off (16:00 in Berlin, winter), and from the cut-off on.
    let one_sided = |chain: &mut Chain, at: Timestamp, name: &str| {
        let (deliver, receive) = market.instructions(chain, &sale(&market, 1, Some(100)), name);
        market.submit(chain, market.north, &deliver).succeeded();
        chain.set_time(at);
        market.submit(chain, market.harbour, &receive).output::<Submitted>().status
    };
    let before = Timestamp::from_unix_ms(utc(TODAY, 15, 0).unix_ms - 1_000);
    assert!(is_settled(one_sided(chain, before, "T2")));
    let at = Timestamp::from_unix_ms(utc(TODAY, 15, 0).unix_ms + 2_000);
    assert_eq!(reason(one_sided(chain, at, "T3")), PendingReason::CutOff);
    assert!(is_settled(market.trade(chain, &sale(&market, 1, None), "T4")), "free of payment");
    chain.set_time(utc(TODAY, 17, 0));
    // At 18:00 the ledger date turns: tomorrow's trade and the late one both settle.
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 2, settled: 2, finished: true });
}

/// Paging over the queue visits every pair once per round.
pub fn pages(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    for index in 0..5 {
        let tomorrow = Trade { settlement_date: "2026-01-06", ..sale(&market, 1, Some(MONEY)) };
        let status = market.trade(chain, &tomorrow, &format!("T{index}"));
        assert_eq!(reason(status), PendingReason::FutureDate);
    }
    let round = |chain: &mut Chain| [2, 2, 2].map(|limit| advance(chain, &market, limit));
    let page = |tried, settled, finished| Advanced { tried, settled, finished };
    assert_eq!(round(chain), [page(2, 0, false), page(2, 0, false), page(1, 0, true)]);
    chain.set_time(utc("2026-01-06", 9, 0));
    // Cash for one: the first in the queue has it, the others wait on.
    assert_eq!(round(chain), [page(2, 1, false), page(2, 0, false), page(1, 0, true)]);
    // Of those four, one shows what all lack.
    assert_eq!(advance(chain, &market, 2), page(1, 0, true));
    market.mint(chain, market.harbour, 2 * MONEY, "TOP-UP");
    assert_eq!(round(chain), [page(2, 2, false), page(1, 0, true), page(1, 0, true)]);
    // An account's own, page by page in order of their references; nobody else's among them.
    let (account, mut after, mut all) = (market.north, None, Vec::new());
    loop {
        let question = QueryMsg::InstructionsOf { account, after, limit: 2 };
        let page: Vec<InstructionRecord> =
            chain.query(account, market.settlement, &question).expect("an answer");
        let Some(last) = page.last() else { break };
        after = Some(last.instruction.reference);
        assert!(page.iter().all(|record| record.account == account));
        all.extend(page.iter().map(|record| record.instruction.reference.to_string()));
    }
    assert_eq!(all, ["T0-D", "T1-D", "T2-D", "T3-D", "T4-D"]);
}

/// The smaller difference wins; within the tolerance the deliverer's amount is paid.
pub fn tolerance(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    for (amount, name) in [(10_201, "FAR"), (10_200, "EDGE"), (10_100, "NEAR")] {
        let (_, receive) = market.instructions(chain, &sale(&market, 1, Some(amount)), name);
        market.submit(chain, market.harbour, &receive).succeeded();
    }
    let (deliver, _) = market.instructions(chain, &sale(&market, 1, Some(10_000)), "SELL-1");
    let first: Submitted = market.submit(chain, market.north, &deliver).output();
    assert!(is_settled(first.status));
    assert!(is_settled(record(chain, &market, market.harbour, "NEAR-R").status));
    assert_eq!(market.cash_of(chain, market.harbour).total.0, MONEY - 10_000);
    let paid = |text, account| -> Option<u128> {
        let question = QueryMsg::MatchedCash { account, reference: reference(text) };
        let cash: Option<CashLeg> =
            chain.query(account, market.settlement, &question).expect("an answer");
        cash.map(|cash| cash.amount.0)
    };
    // The receiver's own amount was 101.00.
    assert_eq!(paid("NEAR-R", market.harbour), Some(10_000));
    assert_eq!(paid("SELL-1-D", market.north), Some(10_000));
    assert_eq!(paid("FAR-R", market.harbour), None, "not matched");
    assert_eq!(paid("NEAR-R", market.north), None, "another account's reference");
    let (deliver, _) = market.instructions(chain, &sale(&market, 1, Some(10_000)), "SELL-2");
    let second: Submitted = market.submit(chain, market.north, &deliver).output();
    assert!(is_settled(second.status), "exactly 2.00 apart");
    assert_eq!(
        record(chain, &market, market.harbour, "FAR-R").status,
        InstructionStatus::Unmatched
    );
}

/// One side alone is an allegement to the other, and is cancelled by its own account.
pub fn allegement_and_unilateral_cancel(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    let (deliver, receive) = market.instructions(chain, &sale(&market, 1, Some(100)), "T");
    let entered: Submitted = market.submit(chain, market.north, &deliver).output();
    assert_eq!(entered.status, InstructionStatus::Unmatched);
    let alleged = |chain: &Chain, account| -> Vec<Allegement> {
        let bic = market.bic_of(chain, account);
        let question = QueryMsg::Allegements { bic, after: None, limit: 9 };
        chain.query(account, market.settlement, &question).expect("an answer")
    };
    assert_eq!(alleged(chain, market.harbour).len(), 1);
    assert_eq!(alleged(chain, market.south).len(), 0);
    let alleged_of = |chain: &Chain, account| -> Vec<Allegement> {
        let question = QueryMsg::AllegementsOf { account, after: None, limit: 9 };
        chain.query(account, market.settlement, &question).expect("an answer")
    };
    assert_eq!(alleged_of(chain, market.harbour), alleged(chain, market.harbour));
    assert_eq!(alleged_of(chain, market.south), []);
    assert_eq!(alleged_of(chain, market.cash), [], "an account that nobody has registered");
    let cancel = ExecuteMsg::Cancel { reference: deliver.reference };
    let stranger = chain.execute(market.harbour, market.settlement, &cancel);
    let expected = Error::NoSuchInstruction { reference: deliver.reference };
    assert_eq!(stranger.error::<Error>(), expected);
    chain.execute(market.north, market.settlement, &cancel).succeeded();
    assert_eq!(alleged(chain, market.harbour).len(), 0);
    let late: Submitted = market.submit(chain, market.harbour, &receive).output();
    assert_eq!(late.status, InstructionStatus::Unmatched, "a cancelled one matches nothing");
    let again = chain.execute(market.north, market.settlement, &cancel);
    assert_eq!(again.error::<Error>(), Error::Final { id: entered.id });
}

/// A matched pair is cancelled by both sides or not at all.
pub fn bilateral_cancel(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    market.trade(chain, &sale(&market, 1, Some(MONEY + 1)), "T");
    let cancel = |text| ExecuteMsg::Cancel { reference: reference(text) };
    let one: InstructionStatus =
        chain.execute(market.north, market.settlement, &cancel("T-D")).output();
    assert_eq!(reason(one), PendingReason::LackOfCash);
    let twice: InstructionStatus =
        chain.execute(market.north, market.settlement, &cancel("T-D")).output();
    assert_eq!(reason(twice), PendingReason::LackOfCash, "asking twice is one side");
    let both: InstructionStatus =
        chain.execute(market.harbour, market.settlement, &cancel("T-R")).output();
    assert!(matches!(both, InstructionStatus::Cancelled { with: Some(_), .. }));
    market.mint(chain, market.harbour, 1, "TOP-UP");
    assert_eq!(advance(chain, &market, 9), Advanced { tried: 0, settled: 0, finished: true });
}

/// A side on hold keeps a matched pair waiting; releasing it settles.
pub fn hold_and_release(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    let (mut deliver, receive) = market.instructions(chain, &sale(&market, 1, Some(100)), "T");
    deliver.on_hold = true;
    market.submit(chain, market.north, &deliver).succeeded();
    let matched: Submitted = market.submit(chain, market.harbour, &receive).output();
    assert_eq!(reason(matched.status), PendingReason::OnHold);
    let set = |text, on_hold| ExecuteMsg::SetHold { reference: reference(text), on_hold };
    let released = chain.execute(market.north, market.settlement, &set("T-D", false));
    assert!(is_settled(released.output()));
    let late = chain.execute(market.north, market.settlement, &set("T-D", true));
    assert!(matches!(late.error::<Error>(), Error::Final { .. }));
}

/// A reference names one instruction for ever, whatever became of it.
pub fn replayed_reference(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let (deliver, receive) = market.instructions(chain, &sale(&market, 1, Some(100)), "T");
    market.submit(chain, market.north, &deliver).succeeded();
    market.submit(chain, market.harbour, &receive).succeeded();
    let again = market.submit(chain, market.north, &deliver);
    let expected = Error::ReferenceUsed { reference: deliver.reference, id: 1 };
    assert_eq!(again.error::<Error>(), expected);
    assert_eq!(bond.units(chain, market.harbour), 1);
}

/// Both legs to one account never match: nothing is made of nothing.
pub fn both_legs_to_one_account(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let own = Trade { receiver: market.north, ..sale(&market, 1, Some(100)) };
    assert_eq!(market.trade(chain, &own, "T"), InstructionStatus::Unmatched);
    assert_eq!(bond.units(chain, market.north), 60);
    assert_eq!(market.cash_of(chain, market.north).total.0, MONEY - 60 * UNIT);
}

/// A frozen account's trade waits and settles when the freeze ends; it enters no new one.
pub fn frozen_account(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    let (deliver, receive) = market.instructions(chain, &sale(&market, 1, Some(100)), "T");
    market.submit(chain, market.north, &deliver).succeeded();
    market.set_frozen(chain, market.north, true);
    let matched: Submitted = market.submit(chain, market.harbour, &receive).output();
    assert_eq!(reason(matched.status), PendingReason::AccountBlocked);
    let (other, _) = market.instructions(chain, &sale(&market, 1, Some(100)), "U");
    let refused = market.submit(chain, market.north, &other).error::<Error>();
    assert!(matches!(refused, Error::AccountRefused { account, .. } if account == market.north));
    market.set_frozen(chain, market.north, false);
    assert_eq!(advance(chain, &market, 9).settled, 1);
}

/// What makes a good instruction a bad one.
type Change = Box<dyn Fn(&mut Instruction)>;

/// Fields that cannot be right are named.
pub fn wrong_fields(chain: &mut Chain) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    let (good, _) = market.instructions(chain, &sale(&market, 1, Some(100)), "T");
    let other_bic = market.bic_of(chain, market.south);
    let cases: Vec<(InstructionField, Change)> = vec![
        (InstructionField::FaceAmount, Box::new(|i| i.face_amount = Amount::ZERO)),
        (InstructionField::Cash, Box::new(|i| i.cash = None)),
        (
            InstructionField::Cash,
            Box::new(|i| i.cash = i.cash.map(|cash| CashLeg { amount: Amount::ZERO, ..cash })),
        ),
        (
            InstructionField::SettlementDate,
            Box::new(|i| i.settlement_date = market::date("2026-01-02")),
        ),
        (InstructionField::Priority, Box::new(|i| i.priority = 5)),
        (InstructionField::OwnBic, Box::new(move |i| i.deliverer.bic = other_bic)),
        (InstructionField::OwnAccount, Box::new(move |i| i.deliverer.account = Some(market.south))),
        (InstructionField::Bic, Box::new(|i| i.receiver.bic = "NOBIC".parse().expect("printable"))),
        (InstructionField::Csd, Box::new(move |i| i.receiver.csd = other_bic)),
        (InstructionField::Isin, Box::new(|i| i.isin = "DE000BAY0017".parse().expect("an ISIN"))),
        (
            InstructionField::Currency,
            Box::new(|i| {
                let currency = "USD".parse().expect("a currency");
                i.cash = i.cash.map(|cash| CashLeg { currency, ..cash });
            }),
        ),
    ];
    for (field, change) in cases {
        let mut instruction = good.clone();
        change(&mut instruction);
        let refused = market.submit(chain, market.north, &instruction).error::<Error>();
        assert_eq!(refused, Error::InvalidField { field });
    }
    market.submit(chain, market.north, &good).succeeded();
}
