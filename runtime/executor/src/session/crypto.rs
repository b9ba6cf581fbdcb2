//! Hashing and signatures.

use super::Session;
use crate::HostError;
use tenor_primitives::{Hash, PublicKey, Signature, keccak256, recover, verify};

impl Session {
    pub(super) fn hash(&mut self, bytes: &[u8]) -> Result<Hash, HostError> {
        self.charge_host(self.parameters().gas.keccak256, bytes.len())?;
        Ok(keccak256(bytes))
    }

    pub(super) fn check_signature(
        &mut self,
        digest: &[u8; 32],
        public_key: &[u8; 33],
        signature: &[u8; 64],
    ) -> Result<bool, HostError> {
        self.charge(self.parameters().gas.verify_signature)?;
        let (key, signature) = (PublicKey(*public_key), Signature(*signature));
        Ok(verify(&key, &Hash(*digest), &signature).is_ok())
    }

    pub(super) fn find_key(
        &mut self,
        digest: &[u8; 32],
        signature: &[u8; 64],
        recovery_id: u32,
    ) -> Result<Option<PublicKey>, HostError> {
        self.charge(self.parameters().gas.verify_signature)?;
        let Ok(id) = u8::try_from(recovery_id) else { return Ok(None) };
        Ok(recover(&Hash(*digest), &Signature(*signature), id).ok())
    }
}
