//! Settlement where somebody wants it to be done by half.

use super::market::{self, MONEY, Market, Trade, UNIT, reference, utc};
use tenor_interfaces::registry::{Action, CashListing};
use tenor_interfaces::settlement::*;
use tenor_primitives::{Address, HaltCode, Message, TransactionStatus};
use tenor_testing::{Chain, Outcome};

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

/// Eight matched pairs deliver the same sixty units on the same day: one settles, whoever tries, and
/// the others lack them until they come back.
pub fn the_same_units_eight_times(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    for index in 0..8 {
        let trade = Trade { settlement_date: "2026-01-06", ..sale(&market, 60, Some(100)) };
        market.trade(chain, &trade, &format!("T{index}"));
    }
    chain.set_time(utc("2026-01-06", 9, 0));
    let settled = |chain: &Chain| {
        let settled = |index: &u32| {
            matches!(
                status(chain, &market, &format!("T{index}")),
                InstructionStatus::Settled { .. }
            )
        };
        (0..8).filter(settled).count()
    };
    for round in 0..8 {
        let advance = ExecuteMsg::Advance { limit: 100 };
        for _ in 0..3 {
            chain.execute(market.regulator, market.settlement, &advance).succeeded();
        }
        assert_eq!(settled(chain), round + 1);
        assert_eq!((bond.units(chain, market.north), bond.units(chain, market.harbour)), (0, 60));
        let back = Trade {
            deliverer: market.harbour,
            receiver: market.north,
            settlement_date: "2026-01-06",
            ..sale(&market, 60, None)
        };
        market.trade(chain, &back, &format!("BACK{round}"));
        assert_eq!(bond.units(chain, market.north), 60);
    }
}

/// The cash of a currency whose contract holds what it is asked to hold, and then does not pay.
pub fn cash_that_does_not_pay(chain: &mut Chain, unwilling: Address) -> Outcome {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let (deliver, receive) = in_dollars(chain, &market, unwilling, TODAY);
    market.submit(chain, market.north, &deliver).succeeded();
    let second = market.submit(chain, market.harbour, &receive);
    // Units had moved when the cash did not: both are back, and nothing is held.
    for (account, units) in [(market.north, 60), (market.harbour, 0)] {
        let holding = bond.holding(chain, account);
        assert_eq!((holding.total.0, holding.held.0), (units * UNIT, 0));
    }
    second
}

/// Lists dollars, and both sides of a sale against them.
fn in_dollars(
    chain: &mut Chain,
    market: &Market,
    cash: Address,
    settlement_date: &str,
) -> (Instruction, Instruction) {
    let currency = "USD".parse().expect("a currency");
    let listing = CashListing { currency, cash };
    market.decide(chain, vec![Action::ListCash { listing }]).succeeded();
    let trade = Trade { settlement_date, ..sale(market, 5, Some(100)) };
    let (mut deliver, mut receive) = market.instructions(chain, &trade, "T");
    for side in [&mut deliver, &mut receive] {
        side.cash = side.cash.map(|cash| CashLeg { currency, ..cash });
    }
    (deliver, receive)
}

/// Two pairs for tomorrow: the first against such dollars, the second against euros; then it is
/// tomorrow. The first one's number.
fn two_for_tomorrow(chain: &mut Chain, market: &Market, dollars: Address) -> u64 {
    let tomorrow = "2026-01-06";
    let (deliver, receive) = in_dollars(chain, market, dollars, tomorrow);
    let first: Submitted = market.submit(chain, market.north, &deliver).output();
    market.submit(chain, market.harbour, &receive).succeeded();
    let trade = Trade { settlement_date: tomorrow, ..sale(market, 1, Some(100)) };
    market.trade(chain, &trade, "EURO");
    chain.set_time(utc(tomorrow, 9, 0));
    first.id
}

/// A contract that holds and does not move undoes every call that comes to its pair. The pairs behind
/// it are reached all the same; and once officers suspend the bond, nobody asks it any more.
pub fn a_pair_that_undoes_the_queue(chain: &mut Chain, unwilling: Address) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    let id = two_for_tomorrow(chain, &market, unwilling);
    let advance = ExecuteMsg::Advance { limit: 9 };
    assert!(chain.execute(market.regulator, market.settlement, &advance).result().is_err());
    let behind = ExecuteMsg::AdvanceAfter { id, limit: 9 };
    let done: Advanced = chain.execute(market.regulator, market.settlement, &behind).output();
    assert_eq!(done, Advanced { tried: 1, settled: 1, finished: true });
    assert!(chain.execute(market.regulator, market.settlement, &advance).result().is_err());
    let suspend = Action::SuspendSecurity { isin: market::isin(), suspended: true };
    market.decide(chain, vec![suspend]).succeeded();
    let done: Advanced = chain.execute(market.regulator, market.settlement, &advance).output();
    assert_eq!(done, Advanced { tried: 1, settled: 0, finished: true });
}

/// A contract that burns what it is given fails its own pair; the next one settles in the same call.
pub fn a_pair_that_burns_gas(chain: &mut Chain, burning: Address) {
    let market = market::open(chain);
    let _bond = market.issue(chain);
    two_for_tomorrow(chain, &market, burning);
    let advance = ExecuteMsg::Advance { limit: 9 };
    let done: Advanced = chain.execute(market.regulator, market.settlement, &advance).output();
    assert_eq!(done, Advanced { tried: 2, settled: 1, finished: true });
    let waits = status(chain, &market, "T");
    let expected = PendingReason::Unavailable;
    assert!(
        matches!(waits, InstructionStatus::Pending { reason, .. } if reason == expected),
        "{waits:?}"
    );
}

/// Gas limits that a settlement is tried with.
const LIMITS: u64 = 150;

/// A settlement that runs out at any point of its way leaves both legs where they were; with enough
/// it moves both. Gas is the engine's, so this is for compiled contracts.
pub fn cut_at_any_gas(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let (deliver, receive) = market.instructions(chain, &sale(&market, 5, Some(100)), "T");
    market.submit(chain, market.north, &deliver).succeeded();
    let submit = |instruction: &Instruction| {
        let instruction = Box::new(instruction.clone());
        let payload = borsh::to_vec(&ExecuteMsg::Submit { instruction }).expect("encodes");
        vec![Message::Execute { contract: market.settlement, payload }]
    };
    // What all of it costs shows an equal trade of others.
    let (other, same) = market.instructions(
        chain,
        &Trade { deliverer: market.south, receiver: market.harbour, ..sale(&market, 5, Some(101)) },
        "OTHER",
    );
    market.submit(chain, market.south, &other).succeeded();
    let used = chain.send(market.harbour, submit(&same)).succeeded().receipt.gas_used;
    let holdings = |chain: &Chain| {
        [market.north, market.harbour].map(|account| {
            let (units, cash) = (bond.holding(chain, account), market.cash_of(chain, account));
            [units.total.0, units.held.0, cash.total.0, cash.held.0]
        })
    };
    let before = holdings(chain);
    assert_eq!(before[0], [60 * UNIT, 0, MONEY - 60 * UNIT, 0]);
    let entered = used / 10;
    for step in 0..LIMITS {
        // Denser towards the end, where both legs are held and move.
        let left = (used - entered) * (LIMITS - step) * (LIMITS - step) / (LIMITS * LIMITS);
        let limit = used - used / 50 - left;
        let outcome = chain.send_with_gas(market.harbour, submit(&receive), limit);
        let TransactionStatus::Halted { halt, .. } = &outcome.receipt.status else {
            panic!("expected a halt at {limit} of {used}, got {:?}", outcome.receipt.status)
        };
        assert_eq!((halt.code, outcome.receipt.gas_used), (HaltCode::OutOfGas, limit));
        assert_eq!(holdings(chain), before, "at {limit} of {used}");
    }
    chain.send(market.harbour, submit(&receive)).succeeded();
    let after = holdings(chain);
    assert_eq!((before[0][0] - after[0][0], after[1][0] - before[1][0]), (5 * UNIT, 5 * UNIT));
    assert_eq!((after[0][2] - before[0][2], before[1][2] - after[1][2]), (100, 100));
}
