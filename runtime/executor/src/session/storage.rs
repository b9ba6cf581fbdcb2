//! Storage, always of the frame's own contract.

use super::Session;
use crate::{FatalError, HostError};
use tenor_abi::ScanFlags;
use tenor_primitives::{HaltCode, StorageKey};
use tenor_state::{Entry, Scan};

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
    /// The value of a key of the frame's contract.
    pub fn storage_get(&mut self, namespace: u32, key: &[u8]) -> Result<Option<&[u8]>, HostError> {
        let cost = self.parameters().gas.storage_get;
        self.charge_host(cost, key.len())?;
        let key = self.own_key(namespace, key)?;
        let len = self.journal.get(&key).map_err(FatalError::from)?.map_or(0, <[u8]>::len);
        self.charge(cost.per_byte.saturating_mul(len as u64))?;
        Ok(self.journal.get(&key).map_err(FatalError::from)?)
    }

    /// Leaves `value` in the register: a read that did not fit the guest's buffer.
    pub fn set_register(&mut self, value: Vec<u8>) {
        self.frame_mut().register = value;
    }

    /// Writes a value.
    pub fn storage_set(
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

    /// Removes a value; whether there was one.
    pub fn storage_remove(&mut self, namespace: u32, key: &[u8]) -> Result<bool, HostError> {
        self.require_write()?;
        self.charge_host(self.parameters().gas.storage_remove, key.len())?;
        let key = self.own_key(namespace, key)?;
        let existed = self.journal.get(&key).map_err(FatalError::from)?.is_some();
        if existed {
            self.journal.put(key, None);
        }
        Ok(existed)
    }

    /// Leaves the borsh list of entries in the register; its length.
    pub fn storage_scan(&mut self, scan: ScanArguments<'_>) -> Result<u32, HostError> {
        let gas = &self.parameters().gas;
        let (cost, per_entry) = (gas.storage_scan, gas.storage_scan_entry);
        self.charge_host(cost, scan.start.len().saturating_add(scan.end.len()))?;
        let flags = ScanFlags(scan.flags);
        let limit = scan.limit.min(self.parameters().limits.scan_entries_max);
        // Charged for the entries asked for, given back for those there were not.
        let asked = per_entry.saturating_mul(u64::from(limit));
        self.charge(asked)?;
        let entries = self.scan_entries(&scan, flags, limit)?;
        let missing = u64::from(limit).saturating_sub(entries.len() as u64);
        self.gas_left = self.gas_left.saturating_add(per_entry.saturating_mul(missing));
        let register = borsh::to_vec(&entries).expect("entries encode");
        self.charge(cost.per_byte.saturating_mul(register.len() as u64))?;
        let len =
            u32::try_from(register.len()).map_err(|_| HostError::Halt(HaltCode::BadArgument))?;
        self.frame_mut().register = register;
        Ok(len)
    }

    fn scan_entries(
        &mut self,
        scan: &ScanArguments<'_>,
        flags: ScanFlags,
        limit: u32,
    ) -> Result<Vec<Entry>, HostError> {
        let bad = HostError::Halt(HaltCode::BadArgument);
        let key_max = self.parameters().limits.key_bytes_max as usize;
        let key_max = key_max.saturating_add(1);
        if flags.0 & !ScanFlags::KNOWN != 0 || scan.start.len().max(scan.end.len()) > key_max {
            return Err(bad);
        }
        let Ok(namespace) = u16::try_from(scan.namespace) else { return Err(bad) };
        let range = Scan {
            contract: self.frame().contract,
            namespace,
            start: Some(scan.start),
            end: (!flags.has(ScanFlags::UNBOUNDED)).then_some(scan.end),
            reverse: flags.has(ScanFlags::REVERSE),
            limit: limit as usize,
        };
        let mut entries = self.journal.scan(&range).map_err(FatalError::from)?;
        if flags.has(ScanFlags::KEYS_ONLY) {
            entries.iter_mut().for_each(|(_, value)| value.clear());
        }
        Ok(entries)
    }

    fn own_key(&self, namespace: u32, key: &[u8]) -> Result<StorageKey, HostError> {
        let too_long = key.len() > self.parameters().limits.key_bytes_max as usize;
        match u16::try_from(namespace) {
            Ok(namespace) if !too_long => {
                Ok(StorageKey::new(self.frame().contract, namespace, key))
            }
            _ => Err(HostError::Halt(HaltCode::BadArgument)),
        }
    }
}
