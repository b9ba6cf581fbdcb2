//! A sign of life for whatever takes longer than a second.

use indicatif::ProgressBar;
use std::future::Future;
use std::io::IsTerminal as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a command may be silent.
const SILENT_MAX: Duration = Duration::from_secs(1);

/// How often the sign moves.
const EVERY: Duration = Duration::from_millis(100);

/// While a person is asked for something, nothing may move on their terminal.
static IS_ASKING: AtomicBool = AtomicBool::new(false);

/// Asks a person; the sign of life is gone meanwhile.
pub(crate) fn asking<T>(ask: impl FnOnce() -> T) -> T {
    IS_ASKING.store(true, Ordering::SeqCst);
    // One more turn of the task takes the sign away.
    std::thread::sleep(EVERY);
    let answer = ask();
    IS_ASKING.store(false, Ordering::SeqCst);
    answer
}

/// Runs `work` with a sign of life on a terminal from the first second on.
pub(crate) async fn shown<T>(work: impl Future<Output = T>) -> T {
    if !std::io::stderr().is_terminal() {
        return work.await;
    }
    let bar = ProgressBar::new_spinner().with_message("working");
    let sign = tokio::spawn(moving(bar.clone()));
    let done = work.await;
    sign.abort();
    // It has ended, one way or the other, before its line is cleared.
    let _ = sign.await;
    bar.finish_and_clear();
    done
}

async fn moving(bar: ProgressBar) {
    tokio::time::sleep(SILENT_MAX).await;
    loop {
        if IS_ASKING.load(Ordering::SeqCst) {
            bar.finish_and_clear();
            bar.reset();
        } else {
            bar.tick();
        }
        tokio::time::sleep(EVERY).await;
    }
}
