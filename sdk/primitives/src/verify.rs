//! Signing and checking with k256. One path for transactions, certificates, sessions and the host
//! function, so that what the conformance vectors check is what the ledger does.

use crate::{Hash, PublicKey, Signature};
use alloc::vec::Vec;
use core::fmt;
use k256::ecdsa::signature::hazmat::PrehashVerifier;
use k256::ecdsa::{self, RecoveryId, VerifyingKey};

/// Why a signature does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// The key is not a compressed point of secp256k1.
    PublicKey,
    /// r or s is zero or not below the order.
    Scalar,
    /// The bytes are not a signature in the expected encoding.
    Encoding,
    /// s lies in the upper half of the order; the same signature with a low s is accepted.
    HighS,
    /// The signature is not this key's signature of this digest.
    Mismatch,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PublicKey => "expected a compressed secp256k1 public key of 33 bytes",
            Self::Scalar => "expected r and s between 1 and the order of secp256k1",
            Self::Encoding => "expected 64 bytes (r then s), or strict DER where DER is taken",
            Self::HighS => "expected s in the lower half of the order; replace s by n - s",
            Self::Mismatch => "the signature does not belong to this key and digest",
        })
    }
}

impl core::error::Error for VerifyError {}

fn parse(signature: &Signature) -> Result<ecdsa::Signature, VerifyError> {
    let parsed = ecdsa::Signature::from_slice(&signature.0).map_err(|_| VerifyError::Scalar)?;
    if parsed.normalize_s() != parsed {
        return Err(VerifyError::HighS);
    }
    Ok(parsed)
}

impl Signature {
    /// A signature from its 64 bytes, r then s, big-endian.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, VerifyError> {
        bytes.try_into().map(Self).map_err(|_| VerifyError::Encoding)
    }

    /// A signature from strict DER, as hardware modules and key services give it. A high s stays
    /// high; [`Signature::normalized`] lowers it.
    pub fn from_der(bytes: &[u8]) -> Result<Self, VerifyError> {
        let parsed = ecdsa::Signature::from_der(bytes).map_err(|_| VerifyError::Encoding)?;
        Ok(Self(parsed.to_bytes().into()))
    }

    /// The same signature with s in the lower half of the order, for signers that do not care.
    pub fn normalized(&self) -> Result<Self, VerifyError> {
        let parsed = ecdsa::Signature::from_slice(&self.0).map_err(|_| VerifyError::Scalar)?;
        Ok(Self(parsed.normalize_s().to_bytes().into()))
    }
}

/// Checks that `signature` is `key`'s over `digest`, low s only.
pub fn verify(key: &PublicKey, digest: &Hash, signature: &Signature) -> Result<(), VerifyError> {
    let signature = parse(signature)?;
    if !key.is_compressed() {
        return Err(VerifyError::PublicKey);
    }
    let key = VerifyingKey::from_sec1_bytes(&key.0).map_err(|_| VerifyError::PublicKey)?;
    key.verify_prehash(&digest.0, &signature).map_err(|_| VerifyError::Mismatch)
}

/// The key that made `signature` over `digest`, given the recovery id (0 to 3).
pub fn recover(digest: &Hash, signature: &Signature, id: u8) -> Result<PublicKey, VerifyError> {
    let signature = parse(signature)?;
    let id = RecoveryId::from_byte(id).ok_or(VerifyError::Scalar)?;
    let key = VerifyingKey::recover_from_prehash(&digest.0, &signature, id)
        .map_err(|_| VerifyError::Mismatch)?;
    Ok(compressed(&key))
}

fn compressed(key: &VerifyingKey) -> PublicKey {
    let point = key.to_sec1_point(true);
    PublicKey(point.as_bytes().try_into().expect("a compressed point has 33 bytes"))
}

/// A secp256k1 secret key. Its bytes are wiped when it is dropped, and it prints as nothing.
#[derive(Clone)]
pub struct SigningKey(ecdsa::SigningKey);

impl SigningKey {
    /// A key from its 32 secret bytes; `None` when they are zero or not below the order.
    pub fn from_bytes(secret: &[u8; 32]) -> Option<Self> {
        ecdsa::SigningKey::from_slice(secret).ok().map(Self)
    }

    /// The secret bytes, for a keystore to encrypt.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_bytes().to_vec()
    }

    /// The public key.
    pub fn public_key(&self) -> PublicKey {
        compressed(self.0.verifying_key())
    }

    /// Signs `digest` deterministically (RFC 6979), low s.
    pub fn sign(&self, digest: &Hash) -> Signature {
        use k256::ecdsa::signature::hazmat::PrehashSigner;
        let signature: ecdsa::Signature =
            self.0.sign_prehash(&digest.0).expect("a 32-byte digest can be signed");
        Signature(signature.normalize_s().to_bytes().into())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?})", self.public_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keccak256;

    #[test]
    fn what_is_signed_verifies_and_nothing_else_does() {
        let key = SigningKey::from_bytes(&[7; 32]).expect("valid secret");
        let other = SigningKey::from_bytes(&[8; 32]).expect("valid secret").public_key();
        let (digest, wrong) = (keccak256(b"a"), keccak256(b"b"));
        let signature = key.sign(&digest);
        assert_eq!(verify(&key.public_key(), &digest, &signature), Ok(()));
        assert_eq!(verify(&key.public_key(), &wrong, &signature), Err(VerifyError::Mismatch));
        assert_eq!(verify(&other, &digest, &signature), Err(VerifyError::Mismatch));
        let recovered = [0, 1].map(|id| recover(&digest, &signature, id));
        assert!(recovered.contains(&Ok(key.public_key())));
    }

    #[test]
    fn malformed_keys_and_scalars_are_refused_by_name() {
        let key = SigningKey::from_bytes(&[7; 32]).expect("valid secret");
        let digest = keccak256(b"a");
        let signature = key.sign(&digest);
        let zero = verify(&key.public_key(), &digest, &Signature([0; 64]));
        assert_eq!(zero, Err(VerifyError::Scalar));
        let no_key = verify(&PublicKey([0; 33]), &digest, &signature);
        assert_eq!(no_key, Err(VerifyError::PublicKey));
        let mut compact = key.public_key();
        compact.0[0] = 5;
        let compact = verify(&compact, &digest, &signature);
        assert_eq!(compact, Err(VerifyError::PublicKey), "one key has one encoding");
        let mut high = signature;
        let negated = -*ecdsa::Signature::from_slice(&signature.0).expect("valid").s();
        high.0[32..].copy_from_slice(&negated.to_bytes());
        assert_eq!(verify(&key.public_key(), &digest, &high), Err(VerifyError::HighS));
        assert_eq!(high.normalized(), Ok(signature));
        assert_eq!(Signature::from_slice(&[0; 63]), Err(VerifyError::Encoding));
        assert_eq!(Signature::from_der(&signature.0), Err(VerifyError::Encoding));
        assert!(SigningKey::from_bytes(&[0; 32]).is_none());
    }
}
