//! Backups that a node writes of itself while it is under load, and what they are good for.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tenor_client::HttpClient;
use tenor_client::api::Wait;
use tenor_tests::process::{NodeProcess, Opening, tenor};

/// Backups that the node keeps.
const KEEP: usize = 2;
/// Backups of different heights after which the test has seen enough: the first ones are gone.
const SEEN_MIN: usize = 4;
const PATIENCE: Duration = Duration::from_secs(60);

/// Opens one account.
async fn one_more(client: &HttpClient, opening: &mut Opening) {
    opening.time = client.status().await.expect("the node answers").time;
    let wait = Wait::committed(Duration::from_secs(20));
    let answer = client.submit(&opening.next(0), wait).await.expect("taken");
    assert!(answer.receipt.expect("committed").is_success());
}

/// The files of backups, oldest first: their names end with the height.
fn backups(directory: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("read").path());
    let mut paths: Vec<_> =
        paths.filter(|path| path.extension().is_some_and(|kind| kind == "snapshot")).collect();
    paths.sort();
    paths
}

fn done(command: &mut Command) -> String {
    let output = command.output().expect("the binary runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}{words}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_backs_itself_up_under_load_and_keeps_the_newest() {
    let mut node = NodeProcess::init();
    let directory = node.directory().join("backups");
    node.configure(&format!("\n[backup]\nevery_s = 1\nkeep = {KEEP}\n"));
    std::fs::create_dir_all(&directory).expect("made");
    std::fs::write(directory.join("notes.txt"), "not a backup").expect("written");
    node.start().await;
    let (client, begun) = (node.client(), Instant::now());
    let mut opening = Opening::of(&client, 0).await.expect("the node answers");
    let mut seen: Vec<PathBuf> = Vec::new();
    while seen.len() < SEEN_MIN {
        assert!(begun.elapsed() < PATIENCE, "{seen:?} after {PATIENCE:?}");
        one_more(&client, &mut opening).await;
        let found = backups(&directory);
        // One more for a moment: the new one is whole before the oldest goes.
        assert!(found.len() <= KEEP + 1, "{found:?}");
        seen.extend(found.into_iter().filter(|path| !seen.contains(path)).collect::<Vec<_>>());
    }
    node.kill();
    let kept = backups(&directory);
    assert!((KEEP..=KEEP + 1).contains(&kept.len()), "{kept:?}");
    assert!(kept.iter().all(|path| !seen[..SEEN_MIN - KEEP - 1].contains(path)), "{kept:?}");
    assert!(directory.join("notes.txt").exists(), "other files are left alone");
    let genesis = node.directory().join("genesis.toml");
    for path in &kept {
        done(tenor().args(["snapshot", "verify"]).arg(path).arg("--genesis").arg(&genesis));
    }
    restored(&genesis, kept.last().expect("kept"));
}

/// The backup becomes the store of a new node, which is whole.
fn restored(genesis: &Path, backup: &Path) {
    let other = NodeProcess::init();
    std::fs::copy(genesis, other.directory().join("genesis.toml")).expect("copied");
    done(tenor().args(["snapshot", "restore"]).arg(backup).arg(other.directory()));
    done(tenor().args(["db", "verify"]).arg(other.directory()));
}
