//! A node that cannot have its store says so in one line and leaves it as it is; one whose disk fills
//! up takes nothing more while it still can write.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;
use tempfile::TempDir;
use tenor_client::HttpClient;
use tenor_client::api::{ErrorCode, ReceiptView, Wait};
use tenor_primitives::{Hash, Transaction};
use tenor_testing::skipped;
use tenor_tests::process::{NodeProcess, Opening};

/// Asserts that a command failed with one line, which says all of `words`.
fn one_line(output: &Output, words: &[&str]) {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = text.lines().collect();
    let [line] = lines.as_slice() else { panic!("expected one line, got {text}") };
    assert!(line.starts_with("error: ") && !output.status.success(), "{line}");
    for word in words {
        assert!(line.contains(word), "expected '{word}' in '{line}'");
    }
}

async fn send(client: &HttpClient, transaction: &Transaction) -> Result<ReceiptView, ErrorCode> {
    let wait = Wait::committed(Duration::from_secs(20));
    match client.submit(transaction, wait).await {
        Ok(answer) => Ok(answer.receipt.expect("committed")),
        Err(error) => Err(error.problem().map_or(ErrorCode::Internal, |problem| problem.code)),
    }
}

/// Sends until the node refuses or is gone; returns what was acknowledged last and why it ended.
async fn fill(client: &HttpClient) -> (Option<Hash>, ErrorCode) {
    let mut opening = Opening::of(client, 0).await.expect("the node answers");
    let mut last = None;
    loop {
        let transaction = opening.next(0);
        match send(client, &transaction).await {
            Ok(_) => last = Some(transaction.hash()),
            Err(code) => return (last, code),
        }
    }
}

/// A file system in memory of so many MiB; unmounted when dropped.
struct Small(TempDir);

impl Small {
    fn mount(mib: u32) -> Result<Self, String> {
        let small = Self(TempDir::new().map_err(|error| error.to_string())?);
        small.run(&["-t", "tmpfs", "-o", &format!("size={mib}m"), "none"])?;
        Ok(small)
    }

    fn resize(&self, mib: u32) {
        self.run(&["-o", &format!("remount,size={mib}m")]).expect("another size");
    }

    fn run(&self, arguments: &[&str]) -> Result<(), String> {
        let output = Command::new("mount").args(arguments).arg(self.path()).output();
        let output = output.map_err(|error| error.to_string())?;
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        output.status.success().then_some(()).ok_or(words)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).output();
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(work)
}

#[test]
fn a_second_node_on_the_same_directory_is_refused_in_one_line() {
    block_on(async {
        let mut node = NodeProcess::init();
        node.start().await;
        one_line(&node.run_once(), &["the store is in use by another process", "stop that one"]);
        let mut opening = Opening::of(&node.client(), 0).await.expect("the first one answers");
        send(&node.client(), &opening.next(0)).await.expect("the first one goes on");
    });
}

#[test]
fn a_node_whose_disk_is_nearly_full_takes_nothing_until_there_is_space() {
    let disk = match Small::mount(256) {
        Ok(disk) => disk,
        Err(reason) => return skipped("a disk that fills up", reason),
    };
    block_on(async {
        let mut node = NodeProcess::init_in(disk.path());
        node.configure("disk_free_bytes_min = 134217728\n");
        node.start().await;
        let client = node.client();
        let mut opening = Opening::of(&client, 0).await.expect("the node answers");
        let first = opening.next(0);
        let receipt = send(&client, &first).await.expect("there is space");
        disk.resize(130);
        tokio::time::sleep(Duration::from_secs(2)).await;
        let second = opening.next(0);
        let refused = client.submit(&second, Wait::committed(Duration::from_secs(20))).await;
        let refused = refused.expect_err("too little space");
        let problem = refused.problem().expect("the node answers");
        assert_eq!((problem.code, problem.status), (ErrorCode::DiskFull, 507), "{problem:?}");
        assert_eq!(problem.expected.as_deref(), Some("at least 134217728 bytes free"));
        assert_eq!(client.receipt(&first.hash()).await.ok(), Some(receipt), "it still answers");
        disk.resize(256);
        tokio::time::sleep(Duration::from_secs(2)).await;
        send(&client, &second).await.expect("there is space again");
    });
}

#[test]
fn a_node_on_a_full_disk_stops_and_has_lost_nothing() {
    let disk = match Small::mount(6) {
        Ok(disk) => disk,
        Err(reason) => return skipped("a node on a full disk", reason),
    };
    block_on(async {
        let mut node = NodeProcess::init_in(disk.path());
        node.configure("disk_free_bytes_min = 0\n");
        node.start().await;
        let (last, _) = fill(&node.client()).await;
        let last = last.expect("some space, some blocks");
        let log = node.wait_for_end();
        let words = log.lines().last().expect("it says why");
        assert!(words.starts_with("error: the node stopped: "), "{words}");
        assert!(words.contains("No space left on device"), "{words}");
        disk.resize(256);
        node.start().await;
        node.client().receipt(&last).await.expect("acknowledged and found");
        let mut opening = Opening::of(&node.client(), 0).await.expect("the node answers");
        send(&node.client(), &opening.next(1)).await.expect("it goes on");
    });
}
