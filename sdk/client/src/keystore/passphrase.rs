//! Passphrases: wiped after use, never printed.

use super::KeystoreError;
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

/// A passphrase. Its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// The fewest characters that a new key may be encrypted with.
    pub const CHARACTERS_MIN: usize = 8;

    /// Wraps a text.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The first line of a file, without its line end.
    pub fn from_file(path: &Path) -> Result<Self, KeystoreError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| KeystoreError::Io { path: path.into(), source })?;
        let text = Zeroizing::new(text);
        Ok(Self::new(text.lines().next().unwrap_or_default().to_owned()))
    }

    /// Refuses one that is too short for a new key.
    pub fn check_strength(&self) -> Result<(), KeystoreError> {
        let got = self.0.chars().count();
        if got < Self::CHARACTERS_MIN {
            return Err(KeystoreError::WeakPassphrase { min: Self::CHARACTERS_MIN, got });
        }
        Ok(())
    }

    /// The passphrase as a module's PIN, which is wiped too.
    pub(crate) fn to_pin(&self) -> cryptoki::types::AuthPin {
        cryptoki::types::AuthPin::new(self.0.as_str().into())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}
