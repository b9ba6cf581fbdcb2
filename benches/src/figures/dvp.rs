//! Delivery versus payment, end to end.

use crate::figure;
use std::num::NonZero;
use std::time::Instant;
use tenor_benches::desks::{CASH, Desks, Stream, first_trades};
use tenor_benches::market::NodeMarket;
use tenor_benches::rounds::{median, per_operation};
use tenor_benches::{cpu, load};
use tenor_client::HttpClient;
use tenor_primitives::{Hash, PublicKey, Signature, verify};
use tenor_tests::scenarios::market::UNIT;

/// Rounds that count.
const ROUNDS: u32 = 21;
/// Trades of one desk in a round: even, so that every round begins with the same holdings.
const DESK_TRADES: u32 = 8;
/// Trades of one desk before the rounds: odd, so that units and cash lie elsewhere at the end.
const WARM_UP: u32 = 7;

/// What was measured in one round, per trade.
struct Round {
    node_ns: f64,
    signatures_ns: f64,
    wall_ns: f64,
    block_transactions: f64,
}

/// One trade (two instructions, entered independently by two custodians, matched, settled delivery
/// versus payment, durable) through a running node over HTTP, against checking the signatures of its
/// transactions and nothing else.
pub(crate) fn figures() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let rounds = runtime.expect("a runtime").block_on(rounds());
    let column = |pick: fn(&Round) -> f64| median(rounds.iter().map(pick).collect());
    figure("dvp_cpu_us", column(|round| round.node_ns / 1e3), "us");
    figure("dvp_signatures_us", column(|round| round.signatures_ns / 1e3), "us");
    let ratio = column(|round| round.node_ns / round.signatures_ns);
    figure("dvp_cpu_over_signatures", ratio, "ratio");
    figure("dvp_block_transactions", column(|round| round.block_transactions), "transactions");
    figure("dvp_per_second", column(|round| 1e9 / round.wall_ns), "1/s");
}

async fn rounds() -> Vec<Round> {
    let market = NodeMarket::open(first_trades).await;
    let client = market.node.client();
    let mut desks = Desks::of(&market.chain, &market.market);
    // Connections are opened and caches filled.
    one_round(&market, &client, desks.trade(&market.chain, WARM_UP)).await;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let streams = desks.trade(&market.chain, DESK_TRADES);
        rounds.push(one_round(&market, &client, streams).await);
    }
    check_balances(&market, &client, &desks).await;
    rounds
}

/// The signatures are checked before and after the load: the machine's speed changes meanwhile.
#[allow(clippy::cast_precision_loss)] // a measurement, not money
async fn one_round(market: &NodeMarket, client: &HttpClient, streams: Vec<Stream>) -> Round {
    let signed = signatures(&streams);
    let before_ns = check_all(&signed);
    let (started, node_before_ns) = (Instant::now(), node_ns(market));
    let loaded = load::send(client, streams).await;
    let (wall, node_after_ns) = (started.elapsed(), node_ns(market));
    let after_ns = check_all(&signed);
    assert_eq!(loaded.transactions, loaded.settled * 2, "every trade settled");
    let trades = f64::from(loaded.settled);
    Round {
        node_ns: (node_after_ns - node_before_ns) as f64 / trades,
        signatures_ns: f64::midpoint(before_ns, after_ns) / trades,
        wall_ns: wall.as_nanos() as f64 / trades,
        block_transactions: f64::from(loaded.transactions) / loaded.blocks.len() as f64,
    }
}

/// Every signature of the transactions, with what it signs.
fn signatures(streams: &[Stream]) -> Vec<(PublicKey, Hash, Signature)> {
    let mut signed = Vec::new();
    for transaction in streams.iter().flatten() {
        let digest = transaction.body.hash();
        let entries = transaction.signatures.iter();
        signed.extend(entries.map(|entry| (entry.public_key, digest, entry.signature)));
    }
    signed
}

/// CPU nanoseconds of checking all signatures once, with the function that the node uses. Every
/// processor does it at the same time: under load they are all busy too, and slower for it.
#[allow(clippy::cast_precision_loss)] // a few threads
fn check_all(signed: &[(PublicKey, Hash, Signature)]) -> f64 {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let spent: f64 = std::thread::scope(|scope| {
        let check = |_| scope.spawn(|| per_operation(1, &mut |_| check_each(signed)));
        let running: Vec<_> = (0..threads).map(check).collect();
        running.into_iter().map(|thread| thread.join().expect("all are valid")).sum()
    });
    spent / threads as f64
}

fn check_each(signed: &[(PublicKey, Hash, Signature)]) {
    for (key, digest, signature) in signed {
        verify(key, digest, signature).expect("signed");
    }
}

fn node_ns(market: &NodeMarket) -> u64 {
    cpu::of_process_ns(market.node.pid()).expect("the node runs")
}

/// Units and cash lie where the trades have put them, and nothing stayed held.
async fn check_balances(market: &NodeMarket, client: &HttpClient, desks: &Desks) {
    let (chain, addresses, bond) = (&market.chain, &market.market, &market.bond);
    for account in [addresses.north, addresses.south, addresses.harbour] {
        let gained = desks.gained(account);
        let of = |total: u128, each: u128, gained: i128| {
            let change = each * gained.unsigned_abs();
            if gained < 0 { total - change } else { total + change }
        };
        let (units, cash) = market.balances(client, account).await;
        let units_before = bond.holding(chain, account).total.0;
        let cash_before = addresses.cash_of(chain, account).total.0;
        assert_eq!(units.total.0, of(units_before, UNIT, gained), "units of {account}");
        assert_eq!(cash.total.0, of(cash_before, CASH, -gained), "cash of {account}");
        assert!(units.held.is_zero() && cash.held.is_zero(), "{account} holds nothing back");
    }
}
