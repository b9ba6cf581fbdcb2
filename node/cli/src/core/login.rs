//! Signing in to nodes that show what they hold to accounts only.

use super::context::passphrase;
use super::home::Home;
use std::time::{SystemTime, UNIX_EPOCH};
use tenor_client::{Login, Session, SignedSession};
use tenor_primitives::{Address, Hash, Timestamp};

/// How long a session of a command is good for: a command is short, and asks again when it is not.
const GOOD_FOR_MS: u64 = 600_000;

/// Signs with a key of the keystore, asked for its passphrase only when a node wants a session.
#[derive(Clone, Debug)]
pub(super) struct KeyLogin {
    pub(super) home: Home,
    /// The key's name.
    pub(super) key: String,
    /// The account that reads.
    pub(super) account: Address,
}

impl Login for KeyLogin {
    // A session's time is the machines', not the ledger's.
    #[allow(clippy::disallowed_methods)]
    fn session(&self, genesis_id: &Hash) -> Result<SignedSession, String> {
        let asked = passphrase(&format!("Passphrase of key {}, to read: ", self.key));
        let asked = asked.map_err(|error| error.to_string())?;
        let key = self.home.keystore().load(&self.key, || asked.or_prompt());
        let key = key.map_err(|error| error.to_string())?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        let valid_until = Timestamp::from_unix_ms(now.saturating_add(GOOD_FOR_MS));
        let session = Session { genesis_id: *genesis_id, account: self.account, valid_until };
        Ok(session.sign(&key))
    }
}
