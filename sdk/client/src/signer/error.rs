//! Why there is no signature.

use std::path::PathBuf;
use tenor_primitives::{PublicKey, VerifyError};
use thiserror::Error;

/// Why a signer did not sign.
#[derive(Debug, Error)]
pub enum SignerError {
    /// The address of a signing service is none, or not a private way.
    #[error(
        "expected the address of a signing service without a password in it, https, or http by an address \
         of this machine such as http://127.0.0.1:9000/keys/desk, got another"
    )]
    Url,
    /// The service could not be reached, or did not answer as it should.
    #[error("the signing service at {url}: {reason}")]
    Service {
        /// The address.
        url: String,
        /// What failed.
        reason: String,
    },
    /// The service refused.
    #[error("the signing service at {url} refused with {status}: {reason}")]
    Refused {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
        /// Its words.
        reason: String,
    },
    /// The hardware module failed.
    #[error("the module {module}: {reason}")]
    Module {
        /// The module's library.
        module: PathBuf,
        /// What failed.
        reason: String,
    },
    /// What was asked for is not in the module.
    #[error("the module {module}: expected {expected}, got {got}")]
    NotInModule {
        /// The module's library.
        module: PathBuf,
        /// What is needed.
        expected: String,
        /// What is there.
        got: String,
    },
    /// The signature is not the key's.
    #[error("expected a signature by {public_key}, got another: {reason}")]
    WrongSignature {
        /// The key that was to sign.
        public_key: PublicKey,
        /// What is wrong with the signature.
        reason: VerifyError,
    },
}
