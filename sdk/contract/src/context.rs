//! What a contract sees of the ledger during a call.

use crate::host::Host;
use alloc::vec::Vec;
use core::cell::OnceCell;
use core::convert::Infallible;
use core::ops::Deref;
use tenor_abi::{CallContext, EventData, Failure};
use tenor_primitives::{Address, ChainId, Hash, Height, PublicKey, Signature, Timestamp};
use tenor_storage::{Entry, KvRead, KvWrite, Scan};

/// The reading half of a call: facts, storage, questions to other contracts.
pub struct QueryContext<'h> {
    host: Host<'h>,
    facts: OnceCell<CallContext>,
}

impl<'h> QueryContext<'h> {
    pub(crate) const fn new(host: Host<'h>) -> Self {
        Self { host, facts: OnceCell::new() }
    }

    pub(crate) const fn host(&self) -> &Host<'h> {
        &self.host
    }

    /// All facts of the call; asked of the host once.
    pub fn facts(&self) -> &CallContext {
        self.facts.get_or_init(|| self.host.context())
    }

    /// Who calls: an account, or the contract that calls this one. There is no origin.
    pub fn caller(&self) -> Address {
        self.facts().caller
    }

    /// This instance's own address.
    pub fn own_address(&self) -> Address {
        self.facts().contract
    }

    /// The time of the block; the only clock there is.
    pub fn block_time(&self) -> Timestamp {
        self.facts().block_time
    }

    /// The number of the block.
    pub fn block_height(&self) -> Height {
        self.facts().block_height
    }

    /// The transaction; zero in a query.
    pub fn transaction_hash(&self) -> Hash {
        self.facts().transaction_hash
    }

    /// The ledger.
    pub fn chain_id(&self) -> &ChainId {
        &self.facts().chain_id
    }

    /// Keccak-256 of `bytes`.
    pub fn keccak256(&self, bytes: &[u8]) -> Hash {
        self.host.keccak256(bytes)
    }

    /// Whether `signature` (low s) over `digest` is `key`'s.
    pub fn verify_signature(&self, digest: &Hash, key: &PublicKey, signature: &Signature) -> bool {
        self.host.verify_signature(digest, key, signature)
    }

    /// The key that made `signature` over `digest`, given the recovery id (0 to 3).
    pub fn recover_key(
        &self,
        digest: &Hash,
        signature: &Signature,
        recovery_id: u8,
    ) -> Option<PublicKey> {
        self.host.recover_key(digest, signature, recovery_id)
    }

    /// Refuses with `error` unless `condition` holds.
    pub fn require<E: Into<Failure>>(&self, condition: bool, error: E) -> Result<(), Failure> {
        if condition { Ok(()) } else { Err(error.into()) }
    }
}

impl KvRead for QueryContext<'_> {
    type Error = Infallible;

    fn get(&self, namespace: u16, key: &[u8]) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.host.storage_get(namespace, key))
    }

    fn scan(&self, scan: Scan<'_>) -> Result<Vec<Entry>, Infallible> {
        Ok(self.host.storage_scan(&scan))
    }
}

/// A call that may change state. It is a [`QueryContext`] too, so that functions that only read take
/// that and serve both.
pub struct Context<'h> {
    reading: QueryContext<'h>,
}

impl<'h> Context<'h> {
    pub(crate) const fn new(host: Host<'h>) -> Self {
        Self { reading: QueryContext::new(host) }
    }

    /// Emits an event. It is kept only if everything around it is.
    pub fn emit<E: EventData>(&mut self, event: &E) {
        let data = tenor_abi::codec::encode(event);
        self.host().event_emit(E::EVENT.name, &event.topics(), &data);
    }
}

impl<'h> Deref for Context<'h> {
    type Target = QueryContext<'h>;

    fn deref(&self) -> &Self::Target {
        &self.reading
    }
}

impl KvRead for Context<'_> {
    type Error = Infallible;

    fn get(&self, namespace: u16, key: &[u8]) -> Result<Option<Vec<u8>>, Infallible> {
        self.reading.get(namespace, key)
    }

    fn scan(&self, scan: Scan<'_>) -> Result<Vec<Entry>, Infallible> {
        self.reading.scan(scan)
    }
}

impl KvWrite for Context<'_> {
    fn set(&mut self, namespace: u16, key: &[u8], value: &[u8]) -> Result<(), Infallible> {
        self.host().storage_set(namespace, key, value);
        Ok(())
    }

    fn remove(&mut self, namespace: u16, key: &[u8]) -> Result<bool, Infallible> {
        Ok(self.host().storage_remove(namespace, key))
    }
}
