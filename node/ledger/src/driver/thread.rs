//! The thread that a driver runs on.

use super::{ConsensusDriver, DriverError, Mempool};
use crate::Ledger;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

/// Contract calls nest on the native stack, each with a stack of its own for the engine. Only pages
/// that are used are ever paid for.
const STACK_BYTES: usize = 64 << 20;

/// A driver in progress.
#[derive(Debug)]
pub struct DriverThread(JoinHandle<()>);

impl DriverThread {
    /// Starts `driver`. `ended` is called from its thread with how it ended, a panic included.
    pub fn spawn(
        driver: Box<dyn ConsensusDriver>,
        mut ledger: Box<dyn Ledger>,
        mempool: Arc<dyn Mempool>,
        ended: impl FnOnce(Result<(), DriverError>) + Send + 'static,
    ) -> Result<Self, DriverError> {
        let run = move || {
            let run = AssertUnwindSafe(|| driver.run(&mut *ledger, &*mempool));
            let result = catch_unwind(run).unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
                Err(DriverError::Panicked(text.unwrap_or_else(|| "no text".into())))
            });
            // The store is closed before anybody hears of the end.
            drop(ledger);
            ended(result);
        };
        let thread = Builder::new().name("tenor-driver".into()).stack_size(STACK_BYTES);
        thread.spawn(run).map(Self).map_err(DriverError::Thread)
    }

    /// Waits for the end; `ended` has been called then.
    pub fn join(self) {
        // A panic inside `ended` is its owner's bug and has been printed by the panic hook.
        let _ = self.0.join();
    }
}
