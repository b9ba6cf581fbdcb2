//! A node under steady load for some minutes: what it keeps in memory does not grow.

use std::fs;
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

/// Opens an account, asks for it and for a proof, again and again.
async fn load(client: HttpClient, lane: u8, until: Instant) -> u64 {
    let mut opening = Opening::of(&client, lane).await.expect("the node answers");
    let mut sent = 0;
    while Instant::now() < until {
        opening.time = client.status().await.expect("the node answers").time;
        let transaction = opening.next(0);
        let wait = Wait::committed(Duration::from_secs(20));
        let answer = client.submit(&transaction, wait).await.expect("taken");
        let receipt = answer.receipt.expect("committed");
        assert!(receipt.is_success(), "{:?}", receipt.status);
        client.receipt(&transaction.hash()).await.expect("found");
        sent += 1;
    }
    sent
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
        if minutes < 30 {
            // A short run must fill the caches within its first third to show anything.
            node.configure_top("database_memory_bytes_max = 16777216\n");
        }
        node.start().await;
        let until = Instant::now() + Duration::from_secs(60 * minutes);
        let mut senders = JoinSet::new();
        for lane in 0..LANES {
            senders.spawn(load(node.client(), lane, until));
        }
        let mut samples = Vec::new();
        while Instant::now() < until {
            tokio::time::sleep(EVERY).await;
            samples.push(resident_kib(node.pid()));
        }
        let sent: u64 = senders.join_all().await.into_iter().sum();
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
