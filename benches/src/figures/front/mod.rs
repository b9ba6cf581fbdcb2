//! The front door: what honest callers notice of hostile ones, and how soon a development ledger
//! answers. The node is the `tenor` binary in a process of its own; callers share its processors.

mod attack;
mod dev;
mod flood;
mod honest;
mod place;

use crate::figure;
use honest::Honest;
use place::Place;
use std::time::Duration;
use tenor_benches::rounds::median;

const ROUNDS: u32 = 3;
/// For the node to be rid of what an attack has left.
const REST: Duration = Duration::from_secs(3);

/// From the command `tenor dev` to its first answer.
pub(crate) fn dev() {
    dev::figures();
}

/// Beside sockets that say little or nothing.
pub(crate) fn sockets() {
    run(hostile("front_sockets", attack::Sockets::on));
}

/// Beside senders that fill the mempool.
pub(crate) fn flood() {
    run(hostile("front_flood", flood::Flood::on));
}

fn run(figures: impl Future<Output = ()>) {
    tokio::runtime::Runtime::new().expect("a runtime").block_on(figures);
}

/// Honest requests beside an attack over the same requests without it, in turns on one node with its own
/// limits.
async fn hostile<A>(name: &str, begin: impl AsyncFn(&Place) -> A) {
    let place = Place::start().await;
    let mut honest = Honest::at(&place).await;
    honest.p99().await;
    let memory_quiet = place.memory_peak_mib();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let quiet = honest.p99().await;
        let attack = begin(&place).await;
        let beside = honest.p99().await;
        drop(attack);
        tokio::time::sleep(REST).await;
        rounds.push((quiet, beside));
    }
    let of = |pick: &dyn Fn(&(honest::P99, honest::P99)) -> f64| {
        median(rounds.iter().map(pick).collect())
    };
    figure(&format!("{name}_read_quiet_p99_ms"), of(&|round| round.0.read_ms), "ms");
    figure(&format!("{name}_read_p99_over_quiet"), of(&|(a, b)| b.read_ms / a.read_ms), "ratio");
    figure(&format!("{name}_write_quiet_p99_ms"), of(&|round| round.0.write_ms), "ms");
    figure(&format!("{name}_write_p99_over_quiet"), of(&|(a, b)| b.write_ms / a.write_ms), "ratio");
    figure(&format!("{name}_memory_quiet_mib"), memory_quiet, "MiB");
    figure(&format!("{name}_memory_peak_mib"), place.memory_peak_mib(), "MiB");
}
