//! Proofs about the ledger, and their verification: no database, no network, no standard library.
//!
//! The state is a binary, path-compressed Merkle trie ([`Path`], [`leaf_hash`], [`branch_hash`];
//! `docs/state.md` is the specification). A [`Proof`] shows one key present or absent; blocks bind
//! their transactions and receipts with the plain Merkle tree of [`merkle`]. A [`MapProof`] shows all
//! entries of a namespace or of a range of its keys, and that there are no others, a [`MultiProof`]
//! many keys at once; a [`Claim`] is any of them with what it proves. Feature `certificate` adds the
//! check of votes, and proofs that need nothing but a trusted validator set.
#![no_std]

extern crate alloc;

#[cfg(feature = "certificate")]
mod certificate;
mod claim;
mod error;
#[cfg(feature = "certificate")]
mod ledger_proof;
mod map;
pub mod merkle;
mod multi;
mod node;
mod path;
mod proof;
mod subtree;

#[cfg(feature = "certificate")]
pub use certificate::verify_certificate;
pub use claim::{Claim, ClaimedValue};
pub use error::ProofError;
#[cfg(feature = "certificate")]
pub use ledger_proof::{LedgerProof, VerifiedClaim};
pub use map::{KeyRange, MapProof};
pub use multi::{MultiProof, Twig};
pub use node::{branch_hash, leaf_hash, value_hash};
pub use path::{PATH_BITS, PATH_BYTES, Path, path_of};
pub use proof::{End, Proof, Sibling};
pub use subtree::subtree_hash;
