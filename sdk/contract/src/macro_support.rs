//! What [`contract!`](crate::contract) expands to; not for direct use.

pub use crate::entry::{run_execute, run_query, run_setup};
#[cfg(target_arch = "wasm32")]
pub use crate::guest::run_guest;
pub use crate::host::Host;
#[cfg(not(target_arch = "wasm32"))]
pub use crate::host::run_native;
pub use crate::spec_check::check;
pub use tenor_abi::spec::declare::{ContractSchema, ErrorType, EventType, Functions};
pub use tenor_abi::spec::{encode, encoded_len};
pub use tenor_primitives::schema::{Schema, TypeSchema};
