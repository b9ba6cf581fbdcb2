//! A transaction on its way from one signer to the next.
//!
//! The maker writes the file, each checker adds a signature on a machine of its own, anyone submits
//! it. What is signed is the body's hash; the file's other fields are for reading and are checked
//! against the body.

use crate::api::{HexBytes, SignatureView};
use crate::signer::{Signer, SignerError, Statement, signed_by};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tenor_primitives::{
    Hash, KeyPolicy, Message, PublicKey, SignatureEntry, Transaction, TransactionBody, verify,
};
use thiserror::Error;

/// A transaction file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransactionFile {
    /// The format, [`TransactionFile::FORMAT`].
    format: String,
    /// The body's hash: what is signed.
    transaction_hash: Hash,
    /// The borsh bytes of the body.
    body: HexBytes,
    /// The signatures so far.
    signatures: Vec<SignatureView>,
}

/// Why a transaction file is refused.
#[derive(Debug, Error)]
pub enum TransactionFileError {
    /// The file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not a transaction file.
    #[error("{path} is not a transaction file: {reason}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The hash is not the body's: the file was changed by hand.
    #[error("expected the hash {expected} of the body, got {got} in the file; do not sign it")]
    HashMismatch {
        /// The body's.
        expected: Hash,
        /// The file's.
        got: Hash,
    },
    /// A signature in the file does not belong to the body.
    #[error("the signature by {public_key} does not belong to this transaction; remove it")]
    BadSignature {
        /// Whose it claims to be.
        public_key: PublicKey,
    },
    /// The key has signed already.
    #[error("{public_key} has signed already; sign with another key, or submit it")]
    SignedAlready {
        /// The key.
        public_key: PublicKey,
    },
    /// The key is not one of the sender's.
    #[error(
        "expected a key of the sending account's policy, got {public_key}; the ledger refuses a \
         transaction that a stranger signed: sign with a key of the account"
    )]
    Stranger {
        /// The key.
        public_key: PublicKey,
    },
    /// The signer gave no signature.
    #[error(transparent)]
    Signer(#[from] SignerError),
}

impl TransactionFile {
    /// The format's name and version.
    pub const FORMAT: &str = "tenor-transaction-1";

    /// A file for `body`, unsigned.
    pub fn new(body: &TransactionBody) -> Self {
        let bytes = borsh::to_vec(body).expect("a body in memory encodes");
        Self {
            format: Self::FORMAT.into(),
            transaction_hash: body.hash(),
            body: HexBytes(bytes),
            signatures: Vec::new(),
        }
    }

    /// Reads a file and checks all of it.
    pub fn load(path: &Path) -> Result<Self, TransactionFileError> {
        let malformed =
            |reason: String| TransactionFileError::Malformed { path: path.into(), reason };
        let text = std::fs::read_to_string(path)
            .map_err(|source| TransactionFileError::Io { path: path.into(), source })?;
        let file: Self =
            serde_json::from_str(&text).map_err(|error| malformed(error.to_string()))?;
        if file.format != Self::FORMAT {
            let reason = format!("expected the format {}, got {:?}", Self::FORMAT, file.format);
            return Err(malformed(reason));
        }
        let body: TransactionBody = borsh::from_slice(&file.body.0)
            .map_err(|_| malformed("the body is not a transaction's".into()))?;
        if body.hash() != file.transaction_hash {
            let (expected, got) = (body.hash(), file.transaction_hash);
            return Err(TransactionFileError::HashMismatch { expected, got });
        }
        for entry in &file.signatures {
            let public_key = entry.public_key;
            verify(&public_key, &file.transaction_hash, &entry.signature)
                .map_err(|_| TransactionFileError::BadSignature { public_key })?;
        }
        Ok(file)
    }

    /// Writes the file; an existing one is replaced as a whole.
    pub fn save(&self, path: &Path) -> Result<(), TransactionFileError> {
        let io = |source| TransactionFileError::Io { path: path.into(), source };
        let json = serde_json::to_string_pretty(self).map_err(|error| io(error.into()))?;
        let mut temporary = path.to_owned();
        temporary.as_mut_os_string().push(".new");
        std::fs::write(&temporary, json + "\n").map_err(io)?;
        std::fs::rename(&temporary, path).map_err(io)
    }

    /// Adds a signature by a key of `policy`, which is the sender's. Another key is not asked for one.
    pub async fn add(
        &mut self,
        signer: &dyn Signer,
        policy: &KeyPolicy,
    ) -> Result<(), TransactionFileError> {
        let public_key = signer.public_key();
        if !has(policy, &public_key) {
            return Err(TransactionFileError::Stranger { public_key });
        }
        if self.signers().any(|signer| signer == public_key) {
            return Err(TransactionFileError::SignedAlready { public_key });
        }
        let statement = Statement::transaction(&self.transaction().body);
        let SignatureEntry { public_key, signature } = signed_by(signer, &statement).await?;
        self.signatures.push(SignatureView { public_key, signature });
        Ok(())
    }

    /// The hash that is signed.
    pub fn hash(&self) -> Hash {
        self.transaction_hash
    }

    /// Who has signed.
    pub fn signers(&self) -> impl Iterator<Item = PublicKey> + '_ {
        self.signatures.iter().map(|entry| entry.public_key)
    }

    /// Whether the ledger will take the signatures: they satisfy the sender's policy, and none is by
    /// a stranger.
    pub fn is_complete(&self, policy: &KeyPolicy) -> bool {
        let signers: Vec<_> = self.signers().collect();
        let is_enough = if self.changes_own_keys() {
            policy.authorizes_admin(&signers)
        } else {
            policy.authorizes(&signers)
        };
        is_enough && self.strangers(policy).next().is_none()
    }

    /// Whether it changes its sender's own keys, which admin keys sign and no others need to. The
    /// ledger takes nothing else in such a transaction.
    pub fn changes_own_keys(&self) -> bool {
        let body = self.transaction().body;
        body.messages.iter().any(|message| {
            matches!(message, Message::UpdateKeyPolicy { account, .. } if *account == body.sender)
        })
    }

    /// Signers that the sender's policy does not name: the ledger refuses their signatures.
    pub fn strangers(&self, policy: &KeyPolicy) -> impl Iterator<Item = PublicKey> {
        self.signers().filter(|signer| !has(policy, signer))
    }

    /// The transaction with the signatures so far.
    pub fn transaction(&self) -> Transaction {
        let body = borsh::from_slice(&self.body.0).expect("checked when the file was made or read");
        let signatures = self.signatures.iter().map(|entry| SignatureEntry {
            public_key: entry.public_key,
            signature: entry.signature,
        });
        Transaction { body, signatures: signatures.collect() }
    }
}

fn has(policy: &KeyPolicy, public_key: &PublicKey) -> bool {
    policy.keys.iter().any(|entry| entry.public_key == *public_key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keystore::dev_key;
    use tenor_primitives::{Address, ChainId, KeyEntry, Scopes, SigningKey, Timestamp};

    fn body() -> TransactionBody {
        TransactionBody {
            version: TransactionBody::VERSION,
            chain_id: ChainId::new("tenor-test").expect("valid"),
            sender: Address([1; 32]),
            lane: 0,
            nonce: 7,
            valid_until: Timestamp::from_unix_ms(1),
            client_ref: None,
            gas_limit: 1,
            messages: vec![Message::ApproveCode { code_hash: Hash([2; 32]) }],
        }
    }

    fn four_eyes(maker: &SigningKey, checker: &SigningKey) -> KeyPolicy {
        let mut keys = vec![
            KeyEntry { public_key: maker.public_key(), scopes: Scopes::INITIATE },
            KeyEntry {
                public_key: checker.public_key(),
                scopes: Scopes::APPROVE.with(Scopes::ADMIN),
            },
        ];
        keys.sort_by_key(|entry| entry.public_key);
        KeyPolicy { keys, approvals_required: 1, admins_required: 1 }
    }

    #[tokio::test]
    async fn two_people_sign_one_after_the_other() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("tx.json");
        let (maker, checker) = (dev_key("maker"), dev_key("checker"));
        let policy = four_eyes(&maker, &checker);
        let mut file = TransactionFile::new(&body());
        file.add(&maker, &policy).await.expect("signs");
        file.save(&path).expect("written");
        let mut file = TransactionFile::load(&path).expect("read");
        assert!(!file.is_complete(&policy));
        assert!(matches!(
            file.add(&maker, &policy).await,
            Err(TransactionFileError::SignedAlready { .. })
        ));
        file.add(&checker, &policy).await.expect("signs");
        assert!(file.is_complete(&policy));
        let transaction = file.transaction();
        assert_eq!(transaction.body, body());
        for entry in &transaction.signatures {
            assert!(verify(&entry.public_key, &transaction.hash(), &entry.signature).is_ok());
        }
    }

    /// The checker alone has an admin key: it changes the account's own keys, and nothing else.
    #[tokio::test]
    async fn an_admin_key_completes_a_change_of_its_own_accounts_keys() {
        let (maker, checker) = (dev_key("maker"), dev_key("checker"));
        let policy = four_eyes(&maker, &checker);
        let change = |account| Message::UpdateKeyPolicy { account, policy: policy.clone() };
        let own = body().sender;
        for (messages, is_own, by_checker, by_maker) in [
            (vec![change(own)], true, true, false),
            (vec![change(Address([9; 32]))], false, false, false),
            (body().messages, false, false, false),
        ] {
            for (key, expected) in [(&checker, by_checker), (&maker, by_maker)] {
                let mut file =
                    TransactionFile::new(&TransactionBody { messages: messages.clone(), ..body() });
                file.add(key, &policy).await.expect("signs");
                assert_eq!(file.changes_own_keys(), is_own);
                assert_eq!(file.is_complete(&policy), expected, "{messages:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_stranger_neither_signs_nor_completes() {
        let (maker, checker, stranger) = (dev_key("maker"), dev_key("checker"), dev_key("eve"));
        let policy = four_eyes(&maker, &checker);
        let mut file = TransactionFile::new(&body());
        file.add(&maker, &policy).await.expect("signs");
        let refused = file.add(&stranger, &policy).await;
        assert!(matches!(refused, Err(TransactionFileError::Stranger { .. })));
        assert_eq!(file.signers().count(), 1, "a refused key leaves nothing");
        file.add(&stranger, &KeyPolicy::single(stranger.public_key()))
            .await
            .expect("another's policy");
        file.add(&checker, &policy).await.expect("signs");
        assert!(policy.authorizes(&file.signers().collect::<Vec<_>>()));
        assert!(!file.is_complete(&policy), "the ledger refuses a stranger's signature");
        assert_eq!(file.strangers(&policy).collect::<Vec<_>>(), [stranger.public_key()]);
    }

    #[tokio::test]
    async fn a_changed_file_is_refused_by_what_was_changed() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("tx.json");
        let mut file = TransactionFile::new(&body());
        let policy = KeyPolicy::single(dev_key("maker").public_key());
        file.add(&dev_key("maker"), &policy).await.expect("signs");
        let write = |file: &TransactionFile| {
            file.save(&path).expect("written");
            TransactionFile::load(&path).expect_err("must be refused")
        };
        let mut other = file.clone();
        other.transaction_hash = Hash([9; 32]);
        assert!(matches!(write(&other), TransactionFileError::HashMismatch { .. }));
        let mut other = file.clone();
        other.signatures[0].public_key = dev_key("checker").public_key();
        assert!(matches!(write(&other), TransactionFileError::BadSignature { .. }));
        let mut other = file.clone();
        other.body.0.push(0);
        assert!(matches!(write(&other), TransactionFileError::Malformed { .. }));
        std::fs::write(&path, "{}").expect("written");
        let refused = TransactionFile::load(&path).expect_err("must be refused");
        assert!(matches!(refused, TransactionFileError::Malformed { .. }));
    }
}
