//! Time for questions and dry runs, counted in the engine's epochs: compiled code compares the epoch
//! with its deadline at every loop and function, and stops. Blocks never have a deadline.

use crate::WasmVm;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;
use tenor_executor::{CodeRefused, CodeReport, GuestCall, GuestExit, Session, Vm};
use tenor_primitives::Parameters;
use wasmtime::Engine;

/// How long an epoch lasts, in milliseconds.
const EPOCH_MS: u64 = 10;

/// Counts an engine's epochs.
#[derive(Debug)]
pub(crate) struct Epochs(Arc<AtomicU64>);

/// The epoch in which a request must be done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(u64);

impl Epochs {
    /// Starts to count, as long as `engine` is there.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(engine: &Engine) -> std::io::Result<Self> {
        let count = Arc::new(AtomicU64::new(0));
        let (engine, counted) = (engine.weak(), Arc::clone(&count));
        thread::Builder::new().name("tenor-epochs".into()).spawn(move || {
            loop {
                thread::sleep(Duration::from_millis(EPOCH_MS));
                let Some(engine) = engine.upgrade() else { return };
                counted.fetch_add(1, Ordering::Relaxed);
                engine.increment_epoch();
            }
        })?;
        Ok(Self(count))
    }

    /// The deadline of a request that begins now and may take `limit`.
    pub(crate) fn deadline(&self, limit: Duration) -> Deadline {
        let epochs = limit.as_millis().div_ceil(EPOCH_MS.into());
        let epochs = u64::try_from(epochs).unwrap_or(u64::MAX);
        Deadline(self.0.load(Ordering::Relaxed).saturating_add(epochs))
    }

    /// Epochs until `deadline`; `None` when it is over.
    pub(crate) fn left(&self, deadline: Deadline) -> Option<u64> {
        let left = deadline.0.saturating_sub(self.0.load(Ordering::Relaxed));
        (left > 0).then_some(left)
    }
}

/// An engine for one request, nested calls included.
pub(crate) struct Timed {
    pub(crate) vm: Arc<WasmVm>,
    pub(crate) deadline: Deadline,
}

impl Vm for Timed {
    fn check_code(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, CodeRefused> {
        self.vm.check_code(code, parameters)
    }

    fn run(&self, call: GuestCall, session: Box<Session>) -> (Box<Session>, GuestExit) {
        self.vm.run_until(&call, session, Some(self.deadline))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_comes_and_the_thread_ends_with_the_engine() {
        let engine = Engine::default();
        let epochs = Epochs::start(&engine).expect("a thread");
        let (soon, late) =
            (epochs.deadline(Duration::from_millis(1)), epochs.deadline(Duration::MAX));
        assert!(epochs.left(late) > epochs.left(soon));
        while epochs.left(soon).is_some() {
            thread::yield_now();
        }
        assert!(epochs.left(late).is_some());
        drop(engine);
        while Arc::strong_count(&epochs.0) > 1 {
            thread::yield_now();
        }
    }
}
