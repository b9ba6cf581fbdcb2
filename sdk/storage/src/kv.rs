//! What typed storage needs of a store.

use alloc::vec::Vec;

/// A key within its namespace, and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// A range of keys of one namespace, in raw byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan<'a> {
    /// The namespace.
    pub namespace: u16,
    /// The lowest key, included.
    pub start: &'a [u8],
    /// The key above the highest; `None` for the namespace's end.
    pub end: Option<&'a [u8]>,
    /// From the highest key down.
    pub reverse: bool,
    /// Values are not wanted and come back empty.
    pub keys_only: bool,
    /// The most entries to return.
    pub limit: u32,
}

/// A store of byte strings that can be read.
pub trait KvRead {
    /// Why the store itself fails; [`core::convert::Infallible`] in a contract, where the host stops
    /// the call instead.
    type Error;

    /// The value of a key. An empty value is a value.
    fn get(&self, namespace: u16, key: &[u8]) -> Result<Option<Vec<u8>>, Self::Error>;

    /// The entries of a range, in the order the scan asks for.
    fn scan(&self, scan: Scan<'_>) -> Result<Vec<Entry>, Self::Error>;
}

/// A store of byte strings that can be changed.
pub trait KvWrite: KvRead {
    /// Writes a value.
    fn set(&mut self, namespace: u16, key: &[u8], value: &[u8]) -> Result<(), Self::Error>;

    /// Removes a value; whether there was one.
    fn remove(&mut self, namespace: u16, key: &[u8]) -> Result<bool, Self::Error>;
}
