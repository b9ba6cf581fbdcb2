//! A key in this process's memory, from the keystore.

use super::{Signer, Signing, Statement};
use tenor_primitives::{PublicKey, SigningKey};

impl Signer for SigningKey {
    fn public_key(&self) -> PublicKey {
        self.public_key()
    }

    fn sign<'a>(&'a self, statement: &'a Statement) -> Signing<'a> {
        Box::pin(std::future::ready(Ok(SigningKey::sign(self, &statement.hash()))))
    }
}
