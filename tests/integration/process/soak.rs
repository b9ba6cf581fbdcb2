//! A node under steady load for some minutes: what it keeps in memory does not grow.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tenor_client::HttpClient;
use tenor_client::api::Wait;
use tenor_tests::process::{NodeProcess, Opening};
use tokio::task::JoinSet;

/// Senders at the same time, each on a nonce lane of its own.
const LANES: u8 = 4;
/// How often the node's memory is looked at.
const EVERY: Duration = Duration::from_millis(500);
/// How much more the last third may hold than the second, in per cent.
const GROWTH_PERCENT_MAX: u64 = 5;
/// What a node may hold in all, in KiB.
const RESIDENT_KIB_MAX: u64 = 512 << 10;

/// Transactions after which the caches of a short run are full: only then it is looked at.
const WARM_TRANSACTIONS: u64 = 16_000;
/// How long a short run waits for them at most.
const WARM_MAX: Duration = Duration::from_secs(240);

/// What the senders have done, and whether they go on.
#[derive(Default)]
struct Load {
    sent: AtomicU64,
    is_over: AtomicBool,
}

/// Opens an account, asks for it and for a proof, again and again.
async fn send(client: HttpClient, lane: u8, load: Arc<Load>) {
    let mut opening = Opening::of(&client, lane).await.expect("the node answers");
    while !load.is_over.load(Ordering::Relaxed) {
        opening.time = client.status().await.expect("the node answers").time;
        let transaction = opening.next(0);
        let wait = Wait::committed(Duration::from_secs(20));
        let answer = client.submit(&transaction, wait).await.expect("taken");
        let receipt = answer.receipt.expect("committed");
        assert!(receipt.is_success(), "{:?}", receipt.status);
        client.receipt(&transaction.hash()).await.expect("found");
        load.sent.fetch_add(1, Ordering::Relaxed);
    }
}

/// KiB of the process that are in memory.
fn resident_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the node runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("in memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn mean(samples: &[u64]) -> u64 {
    samples.iter().sum::<u64>() / u64::try_from(samples.len()).expect("few samples")
}

#[test]
fn memory_does_not_grow_under_steady_load() {
    let minutes = std::env::var("TENOR_SOAK_MINUTES").ok().and_then(|text| text.parse().ok());
    let minutes: u64 = minutes.unwrap_or(2);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut node = NodeProcess::init();
        let is_short = minutes < 30;
        if is_short {
            // Caches that are still filling would show nothing.
            node.configure_top("database_memory_bytes_max = 16777216\n");
        }
        node.start().await;
        let load = Arc::new(Load::default());
        let mut senders = JoinSet::new();
        for lane in 0..LANES {
            senders.spawn(send(node.client(), lane, load.clone()));
        }
        let warm_until = Instant::now() + WARM_MAX;
        let is_warm = || load.sent.load(Ordering::Relaxed) >= WARM_TRANSACTIONS;
        while is_short && !is_warm() && Instant::now() < warm_until {
            tokio::time::sleep(EVERY).await;
        }
        let until = Instant::now() + Duration::from_secs(60 * minutes);
        let mut samples = Vec::new();
        while Instant::now() < until {
            tokio::time::sleep(EVERY).await;
            samples.push(resident_kib(node.pid()));
        }
        load.is_over.store(true, Ordering::Relaxed);
        senders.join_all().await;
        let sent = load.sent.load(Ordering::Relaxed);
        let third = samples.len() / 3;
        let (second, last) = (mean(&samples[third..2 * third]), mean(&samples[2 * third..]));
        let first = mean(&samples[..third]);
        println!(
            "{minutes} minutes, {sent} transactions; resident KiB by thirds: {first}, {second}, {last}"
        );
        assert!(sent > 100 * minutes, "the load was a load: {sent}");
        assert!(last * 100 <= second * (100 + GROWTH_PERCENT_MAX), "from {second} to {last} KiB");
        let most = samples.iter().max().copied().unwrap_or_default();
        assert!(most <= RESIDENT_KIB_MAX, "{most} KiB in memory");
    });
}
