//! From the command `tenor dev` to its first answer, on a ledger that was there before.

use crate::figure;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use tenor_benches::rounds::median;
use tenor_client::HttpClient;
use tenor_tests::process::tenor;

const ROUNDS: u32 = 9;

/// The yardstick is a process of the same binary that only says its version.
pub(super) fn figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let sample = || runtime.block_on(answer(folder.path())).as_secs_f64();
    // The first one makes the ledger.
    sample();
    let (mut dev, mut version) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        dev.push(sample());
        version.push(process().as_secs_f64());
    }
    let (dev, version) = (median(dev), median(version));
    figure("front_dev_answer_ms", dev * 1e3, "ms");
    figure("front_dev_answer_over_process", dev / version, "ratio");
}

/// How long from the start of the process to an answer of the API.
async fn answer(folder: &Path) -> Duration {
    let started = Instant::now();
    let child = tenor()
        .args(["dev", "--listen", "127.0.0.1:0", "--json", "--data"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let mut child = Killed(child);
    let mut line = String::new();
    let output = child.0.stdout.take().expect("a pipe");
    BufReader::new(output).read_line(&mut line).expect("a line when it is ready");
    let url = line.split('"').find(|word| word.starts_with("http://")).expect("an address");
    HttpClient::new(url).expect("valid").status().await.expect("answers");
    started.elapsed()
}

/// A process that ends with this.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn process() -> Duration {
    let started = Instant::now();
    let output = tenor().arg("--version").output().expect("the binary runs");
    assert!(output.status.success());
    started.elapsed()
}
