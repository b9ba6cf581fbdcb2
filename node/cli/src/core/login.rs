//! Signing in to nodes that show what they hold to accounts only.

use super::signers::Signers;
use std::time::{SystemTime, UNIX_EPOCH};
use tenor_client::{LoggingIn, Login, Session, SignedSession};
use tenor_primitives::{Address, Hash, Timestamp};

/// How long a session of a command is good for: a command is short, and asks again when it is not.
const GOOD_FOR_MS: u64 = 600_000;

/// Signs as an account, and opens the signer only when a node wants a session.
#[derive(Clone, Debug)]
pub(super) struct KeyLogin {
    pub(super) signers: Signers,
    /// The signer's name.
    pub(super) key: String,
    /// The account that reads.
    pub(super) account: Address,
}

impl KeyLogin {
    async fn sign(&self, genesis_id: &Hash, ms_max: u64) -> Result<SignedSession, String> {
        let signer = self.signers.open(&self.key).map_err(|error| error.to_string())?;
        // A tenth less than the node allows: its clock may be a little behind this one.
        let good_for_ms = GOOD_FOR_MS.min(ms_max - ms_max / 10);
        let valid_until = now().checked_add_ms(good_for_ms).unwrap_or_default();
        let session = Session { genesis_id: *genesis_id, account: self.account, valid_until };
        session.signed_by(&*signer).await.map_err(|error| error.to_string())
    }
}

impl Login for KeyLogin {
    fn session<'a>(&'a self, genesis_id: &'a Hash, ms_max: u64) -> LoggingIn<'a> {
        Box::pin(self.sign(genesis_id, ms_max))
    }
}

// A session's time is the machines', not the ledger's.
#[allow(clippy::disallowed_methods)]
fn now() -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix_ms(u64::try_from(now.as_millis()).unwrap_or(u64::MAX))
}
