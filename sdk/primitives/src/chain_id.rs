//! The name of a ledger, part of everything signed for it.

use alloc::string::String;
use borsh::{BorshDeserialize, BorshSerialize, io};
use core::fmt;

/// A ledger's name: 3 to 32 bytes of `a-z 0-9 -`. Two ledgers with one name accept each other's
/// transactions for as long as those are valid (at most a day), so a name is used once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, BorshSerialize)]
pub struct ChainId(String);

/// A refused chain id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainIdError;

impl fmt::Display for ChainIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a chain id of 3 to 32 characters out of a-z, 0-9 and '-'")
    }
}

impl core::error::Error for ChainIdError {}

impl ChainId {
    /// Checks and wraps a name.
    pub fn new(name: &str) -> Result<Self, ChainIdError> {
        let valid = (3..=32).contains(&name.len())
            && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        valid.then(|| Self(name.into())).ok_or(ChainIdError)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl BorshDeserialize for ChainId {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let name = String::deserialize_reader(reader)?;
        Self::new(&name).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "chain id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked_when_made_and_when_decoded() {
        assert!(ChainId::new("tenor-demo-1").is_ok());
        for bad in ["", "ab", "Tenor", "tenor demo", &"a".repeat(33)] {
            assert_eq!(ChainId::new(bad), Err(ChainIdError));
            let bytes = borsh::to_vec(bad).expect("encodes");
            assert!(borsh::from_slice::<ChainId>(&bytes).is_err());
        }
    }
}
