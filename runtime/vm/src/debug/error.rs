//! What can be wrong with debug information.

use thiserror::Error;

/// Why there is no debug information.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DebugError {
    /// The file is something else.
    #[error(
        "expected a debug file of a contract, got another file; tenor contract build makes one"
    )]
    NotADebugFile,
    /// The file is cut or changed.
    #[error("the debug file is damaged; tenor contract build makes it again")]
    Damaged,
    /// The module cannot be taken apart.
    #[error("expected a wasm module with debug information, got bytes that are none")]
    NotAModule,
    /// The module has no code.
    #[error("expected a module with a code section, got one without")]
    NoCode,
}
