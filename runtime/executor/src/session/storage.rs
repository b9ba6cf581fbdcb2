//! Storage, always of the frame's own contract.

use super::Session;
use super::gas::charge;
use crate::journal::{KeyRef, ScanBudget};
use crate::{FatalError, HostError};
use tenor_abi::ScanFlags;
use tenor_primitives::HaltCode;
use tenor_state::Scan;

/// Arguments of a scan.
#[derive(Clone, Copy, Debug)]
pub struct ScanArguments<'a> {
    /// The namespace.
    pub namespace: u32,
    /// The first key.
    pub start: &'a [u8],
    /// The key to end before.
    pub end: &'a [u8],
    /// [`ScanFlags`] as bits.
    pub flags: u32,
    /// The most entries.
    pub limit: u32,
}

impl Session {
    pub(super) fn read_value(
        &mut self,
        namespace: u32,
        key: &[u8],
    ) -> Result<Option<&[u8]>, HostError> {
        let cost = self.parameters().gas.storage_get;
        self.charge_host(cost, key.len())?;
        let key = self.own_key(namespace, key)?;
        let value = self.journal.get(key).map_err(FatalError::from)?;
        let bytes = value.map_or(0, <[u8]>::len) as u64;
        charge(&mut self.gas_left, cost.per_byte.saturating_mul(bytes))?;
        Ok(value)
    }

    /// Leaves `value` in the register: a read that did not fit the guest's buffer.
    pub fn set_register(&mut self, value: Vec<u8>) {
        self.frame_mut().register = value;
    }

    pub(super) fn write_value(
        &mut self,
        namespace: u32,
        key: &[u8],
        value: &[u8],
    ) -> Result<(), HostError> {
        self.require_write()?;
        let cost = self.parameters().gas.storage_set;
        self.charge_host(cost, key.len().saturating_add(value.len()))?;
        if value.len() > self.parameters().limits.value_bytes_max as usize {
            return Err(HostError::Halt(HaltCode::BadArgument));
        }
        let key = self.own_key(namespace, key)?;
        self.journal.put(key, Some(value.to_vec()));
        Ok(())
    }

    pub(super) fn remove_value(&mut self, namespace: u32, key: &[u8]) -> Result<bool, HostError> {
        self.require_write()?;
        self.charge_host(self.parameters().gas.storage_remove, key.len())?;
        let key = self.own_key(namespace, key)?;
        let existed = self.journal.get(key).map_err(FatalError::from)?.is_some();
        if existed {
            self.journal.put(key, None);
        }
        Ok(existed)
    }

    pub(super) fn scan_values(&mut self, scan: ScanArguments<'_>) -> Result<u32, HostError> {
        let cost = self.parameters().gas.storage_scan;
        self.charge_host(cost, scan.start.len().saturating_add(scan.end.len()))?;
        let range = self.range(&scan)?;
        let flags = ScanFlags(scan.flags);
        let mut budget = ScanBudget {
            gas_left: self.gas_left,
            per_entry: self.parameters().gas.storage_scan_entry,
            per_byte: cost.per_byte,
            bytes_left: u64::from(self.parameters().limits.scan_bytes_max),
        };
        let entries = self.journal.scan(&range, flags.has(ScanFlags::KEYS_ONLY), &mut budget);
        self.gas_left = budget.gas_left;
        let register = borsh::to_vec(&entries?).expect("entries encode");
        let len =
            u32::try_from(register.len()).map_err(|_| HostError::Halt(HaltCode::OutputLimit))?;
        self.frame_mut().register = register;
        Ok(len)
    }

    fn range<'a>(&self, scan: &ScanArguments<'a>) -> Result<Scan<'a>, HostError> {
        let limits = &self.parameters().limits;
        let key_max = (limits.key_bytes_max as usize).saturating_add(1);
        let flags = ScanFlags(scan.flags);
        let unknown = flags.0 & !ScanFlags::KNOWN != 0;
        match u16::try_from(scan.namespace) {
            Ok(namespace) if !unknown && scan.start.len().max(scan.end.len()) <= key_max => {
                Ok(Scan {
                    contract: self.frame().contract,
                    namespace,
                    start: Some(scan.start),
                    end: (!flags.has(ScanFlags::UNBOUNDED)).then_some(scan.end),
                    reverse: flags.has(ScanFlags::REVERSE),
                    limit: scan.limit.min(limits.scan_entries_max) as usize,
                })
            }
            _ => Err(HostError::Halt(HaltCode::BadArgument)),
        }
    }

    pub(super) fn own_key<'a>(
        &self,
        namespace: u32,
        key: &'a [u8],
    ) -> Result<KeyRef<'a>, HostError> {
        let too_long = key.len() > self.parameters().limits.key_bytes_max as usize;
        match u16::try_from(namespace) {
            Ok(namespace) if !too_long => {
                Ok(KeyRef { contract: self.frame().contract, namespace, key })
            }
            _ => Err(HostError::Halt(HaltCode::BadArgument)),
        }
    }
}
