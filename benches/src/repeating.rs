//! An engine that runs every call many times over.

use crate::rounds::per_operation;
use std::sync::{Arc, Mutex, PoisonError};
use tenor_executor::{CodeRefused, CodeReport, GuestCall, GuestExit, Session, Vm};
use tenor_primitives::Parameters;

/// Runs each call of `vm` so often on one and the same frame, and keeps what one run took: the engine
/// alone, without a transaction's share.
pub struct Repeating {
    vm: Arc<dyn Vm>,
    times: u32,
    last_ns: Mutex<f64>,
}

impl Repeating {
    /// Repeats every run of `vm` so many times.
    pub fn new(vm: Arc<dyn Vm>, times: u32) -> Self {
        Self { vm, times, last_ns: Mutex::new(0.0) }
    }

    /// CPU nanoseconds of one of the last runs.
    pub fn last_ns(&self) -> f64 {
        *self.last_ns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Vm for Repeating {
    fn check_code(&self, code: &[u8], parameters: &Parameters) -> Result<CodeReport, CodeRefused> {
        self.vm.check_code(code, parameters)
    }

    fn run(&self, call: GuestCall, session: Box<Session>) -> (Box<Session>, GuestExit) {
        let (mut session, exit) = self.vm.run(call, session);
        let mut there = Some(session);
        let ns = per_operation(self.times, &mut |times| {
            for _ in 0..times {
                let session = there.take().expect("every run gives it back");
                there = Some(self.vm.run(call, session).0);
            }
        });
        *self.last_ns.lock().unwrap_or_else(PoisonError::into_inner) = ns;
        session = there.expect("every run gives it back");
        (session, exit)
    }
}
