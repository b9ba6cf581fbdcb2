//! What a node runs contracts on. The service knows engines only through this trait.

use std::sync::Arc;
use std::time::Duration;
use tenor_executor::Vm;
use tenor_primitives::Parameters;
use thiserror::Error;

/// The engines of a node. What requests run on shares nothing with what blocks run on, so that no
/// number of questions can hold up a block.
pub trait Engines: Send + Sync {
    /// Runs blocks.
    fn for_blocks(&self) -> Arc<dyn Vm>;

    /// Runs one question or dry run, which begins now. After `limit` it ends with
    /// [`tenor_executor::FatalError::Deadline`].
    fn for_request(&self, limit: Duration) -> Arc<dyn Vm>;

    /// Traces one transaction, from now on and no longer than `limit`, as
    /// [`Engines::for_request`]; it knows the places of what it runs. An error says why there is no
    /// such engine here.
    fn for_trace(&self, limit: Duration) -> Result<Arc<dyn Vm>, String>;

    /// Checks and compiles code before it is let in. May take seconds.
    fn admit_code(&self, code: &[u8], parameters: &Parameters) -> Result<(), CodeNotAdmitted>;
}

/// Why code is not let in. Each has what happened, what was expected and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CodeNotAdmitted {
    /// It breaks a rule, and would again.
    #[error("{detail}")]
    Refused {
        /// The rule, and where it is broken.
        detail: String,
        /// What the rule asks for.
        expected: String,
        /// What the code has.
        got: String,
    },
    /// It was not compiled within the node's limits; another try may succeed.
    #[error("{detail}")]
    Unfinished {
        /// How compiling ended.
        detail: String,
        /// The limits.
        expected: String,
        /// What ended it.
        got: String,
    },
}
