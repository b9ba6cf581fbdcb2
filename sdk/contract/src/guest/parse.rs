//! Reading what the host itself encoded. The general decoder guards against every malformation and
//! costs a contract some kilobytes per type; the host's own bytes are right or nothing is.

use alloc::vec::Vec;
use tenor_abi::CallContext;
use tenor_abi::codec::decode;
use tenor_primitives::{Address, ChainId, ContractFailure, HaltCode, Halted, Hash, Timestamp};
use tenor_storage::Entry;

/// Bytes by the ABI. Reading past their end is a bug of the host and ends the call.
pub(super) struct Parser<'a>(pub(super) &'a [u8]);

impl<'a> Parser<'a> {
    #[inline(never)]
    fn take(&mut self, count: usize) -> &'a [u8] {
        match self.0.split_at_checked(count) {
            Some((taken, rest)) => {
                self.0 = rest;
                taken
            }
            None => unreachable!("the host encodes by the ABI"),
        }
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N));
        array
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.array())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    /// A list of bytes with its length before it.
    fn bytes(&mut self) -> &'a [u8] {
        let count = self.u32();
        self.take(count as usize)
    }

    fn chain_id(&mut self) -> ChainId {
        match str::from_utf8(self.bytes()).map(ChainId::new) {
            Ok(Ok(chain_id)) => chain_id,
            _ => unreachable!("the host encodes by the ABI"),
        }
    }

    fn halt_code(&mut self) -> HaltCode {
        match decode(self.take(1)) {
            Ok(code) => code,
            Err(_) => unreachable!("the host encodes by the ABI"),
        }
    }

    /// Entries of a scan.
    #[inline(never)]
    pub(super) fn entries(&mut self) -> Vec<Entry> {
        let count = self.u32();
        let mut entries = Vec::with_capacity(count as usize);
        for _ in 0..count {
            entries.push((self.bytes().to_vec(), self.bytes().to_vec()));
        }
        entries
    }

    /// The failure of a called contract.
    pub(super) fn failure(&mut self) -> ContractFailure {
        ContractFailure {
            contract: Address(self.array()),
            code: self.u32(),
            details: self.bytes().to_vec(),
        }
    }

    /// The halt of a called contract.
    pub(super) fn halted(&mut self) -> Halted {
        Halted { contract: Address(self.array()), code: self.halt_code() }
    }

    /// The facts of the call.
    #[inline(never)]
    pub(super) fn context(&mut self) -> CallContext {
        CallContext {
            chain_id: self.chain_id(),
            block_height: self.u64(),
            block_time: Timestamp::from_unix_ms(self.u64()),
            transaction_hash: Hash(self.array()),
            caller: Address(self.array()),
            contract: Address(self.array()),
        }
    }
}
