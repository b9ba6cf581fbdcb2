//! What is signed.

use crate::Session;
use borsh::BorshSerialize;
use borsh::io;
use tenor_primitives::{Domain, Hash, TransactionBody};

/// What is to be signed, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    domain: Domain,
    bytes: Vec<u8>,
}

impl Statement {
    /// A transaction, as its sender.
    pub fn transaction(body: &TransactionBody) -> Self {
        Self::of(Domain::Transaction, body)
    }

    /// A session, as who reads.
    pub fn session(session: &Session) -> Self {
        Self::of(Domain::Session, session)
    }

    fn of<T: BorshSerialize>(domain: Domain, value: &T) -> Self {
        Self { domain, bytes: borsh::to_vec(value).expect("a value in memory encodes") }
    }

    /// What it is: the tag that its hash begins with.
    pub fn purpose(&self) -> &'static str {
        self.domain.tag()
    }

    /// Its borsh bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What the key signs.
    pub fn hash(&self) -> Hash {
        self.domain.hash(&Encoded(&self.bytes))
    }
}

/// Bytes that are an encoding already.
struct Encoded<'a>(&'a [u8]);

impl BorshSerialize for Encoded<'_> {
    fn serialize<W: io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_primitives::{Address, Timestamp};

    #[test]
    fn the_hash_is_that_of_what_is_stated() {
        let session = Session {
            genesis_id: Hash([1; 32]),
            account: Address([2; 32]),
            valid_until: Timestamp::from_unix_ms(3),
        };
        let statement = Statement::session(&session);
        assert_eq!(statement.hash(), session.hash());
        assert_eq!(statement.purpose(), "tenor/session/1");
        assert_eq!(borsh::from_slice::<Session>(statement.bytes()).expect("decodes"), session);
    }
}
