//! The process ends at each step of a commit.

use crate::ledger::BLOCKS;
use crate::worker::{End, run_until};
use crate::{check, is_long, places};
use tenor_rocksdb::CommitStep;

#[test]
fn a_crash_at_any_step_loses_nothing_acknowledged() {
    let step_by = if is_long() { 1 } else { 5 };
    for step in CommitStep::ALL {
        for height in (0..BLOCKS).step_by(step_by) {
            let what = format!("crash at {step:?} of block {height}");
            let directory = places::memory();
            let run = run_until(directory.path(), height, step);
            assert_eq!(run.end, End::Killed, "{what}");
            assert_eq!(run.acknowledged, height.checked_sub(1), "{what}");
            let found = check::after_crash(directory.path(), &run, &what);
            let durable = step >= CommitStep::Synced;
            assert_eq!(found == Some(height), durable, "{what}: {found:?}");
        }
    }
}
