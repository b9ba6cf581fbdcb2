//! From messages to a signed transaction.

mod file;
mod prepare;
mod sign;

pub use file::{TransactionFile, TransactionFileError};
pub use prepare::{TransactionRequest, VALID_FOR_DEFAULT_MS, prepare};
pub use sign::{sign, sign_with};
