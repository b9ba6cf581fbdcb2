//! The host functions, all in one table.

/// The import module of every host function.
pub const IMPORT_MODULE: &str = "env";

/// Hands the table of host functions to another macro: rows of
/// `Variant "import_name" (parameter: type, …) -> result, "documentation"`.
///
/// Parameters are `u32` or `u64` (wasm `i32`, `i64`); a pointer and its length are two `u32`.
/// A function without result has `-> ()`.
#[macro_export]
macro_rules! host_table {
    ($receive:ident) => {
        $receive! {
            InputRead "input_read" (dst: u32, capacity: u32) -> u32,
                "The input's length; copied to `dst` only if it fits `capacity`, else nothing is written.";
            RegisterRead "register_read" (dst: u32, capacity: u32) -> u32,
                "The register's length; copied to `dst` only if it fits. The register holds the bytes the last scan, call, query or oversized get left.";
            OutputSet "output_set" (ptr: u32, len: u32) -> (),
                "Sets the call's result; the last one counts.";
            Fail "fail" (code: u32, ptr: u32, len: u32) -> (),
                "Ends the call with the contract's error code and its borsh details. Does not return.";
            Panic "panic" (ptr: u32, len: u32) -> (),
                "Ends the call as a bug of the contract; the text goes to the local trace only. Does not return.";
            ContextRead "context_read" (dst: u32, capacity: u32) -> u32,
                "The length of the borsh CallContext; copied only if it fits.";
            StorageGet "storage_get" (namespace: u32, key: u32, key_len: u32, dst: u32, capacity: u32) -> u64,
                "u64::MAX if the key has no value; else the value's length, copied to `dst` if it fits and left in the register if not.";
            StorageSet "storage_set" (namespace: u32, key: u32, key_len: u32, value: u32, value_len: u32) -> (),
                "Writes a value; an empty value is a value.";
            StorageRemove "storage_remove" (namespace: u32, key: u32, key_len: u32) -> u32,
                "Removes a value; 1 if there was one.";
            StorageScan "storage_scan" (namespace: u32, start: u32, start_len: u32, end: u32, end_len: u32, flags: u32, limit: u32) -> u32,
                "Leaves a borsh list of (key, value) with start ≤ key < end, raw byte order, at most `limit`, in the register; returns its length. Flags: ScanFlags.";
            EventEmit "event_emit" (name: u32, name_len: u32, topics: u32, topics_len: u32, data: u32, data_len: u32) -> (),
                "Emits an event; `topics` is a borsh list of byte strings, at most 4 of at most 64 bytes.";
            Call "call" (contract: u32, payload: u32, payload_len: u32, gas_limit: u64) -> u32,
                "Executes another contract in a journal layer of its own; returns a CallStatus and leaves the result or the borsh failure in the register. A gas limit above what is left means all that is left.";
            Query "query" (contract: u32, payload: u32, payload_len: u32, gas_limit: u64) -> u32,
                "Queries another contract; like `call`, but nothing below it can write.";
            Keccak256 "keccak256" (ptr: u32, len: u32, dst: u32) -> (),
                "Writes the 32-byte Keccak-256 digest to `dst`.";
            VerifySignature "verify_signature" (digest: u32, public_key: u32, signature: u32) -> u32,
                "1 if the 64-byte low-s signature over the 32-byte digest is the 33-byte key's.";
            RecoverKey "recover_key" (digest: u32, signature: u32, recovery_id: u32, dst: u32) -> u32,
                "1 and the 33-byte key at `dst` if a key can be recovered.";
        }
    };
}

/// A value type of a host function's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A 32-bit integer.
    I32,
    /// A 64-bit integer.
    I64,
}

macro_rules! value_types {
    (()) => {
        None
    };
    (u32) => {
        Some(ValueType::I32)
    };
    (u64) => {
        Some(ValueType::I64)
    };
}

macro_rules! value_type {
    (u32) => {
        ValueType::I32
    };
    (u64) => {
        ValueType::I64
    };
}

macro_rules! define_functions {
    ($($variant:ident $name:literal ($($param:ident : $type:tt),*) -> $result:tt, $doc:literal;)*) => {
        /// A host function.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum HostFunction {
            $(#[doc = $doc] $variant,)*
        }

        impl HostFunction {
            /// Every host function, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The import's name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it does.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => $doc,)* }
            }

            /// Its parameters' types.
            pub const fn params(self) -> &'static [ValueType] {
                match self { $(Self::$variant => &[$(value_type!($type)),*],)* }
            }

            /// Its result's type.
            pub const fn result(self) -> Option<ValueType> {
                match self { $(Self::$variant => value_types!($result),)* }
            }

            /// The function with that import name.
            pub fn by_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|function| function.name() == name)
            }
        }
    };
}

host_table!(define_functions);

/// How a call to another contract ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum CallStatus {
    /// It returned; the register holds its output.
    Returned = 0,
    /// It refused; the register holds a borsh `ContractFailure`.
    Failed = 1,
    /// It was stopped; the register holds a borsh `Halted`.
    Halted = 2,
}

/// Options of a scan, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScanFlags(pub u32);

impl ScanFlags {
    /// From the highest key down.
    pub const REVERSE: u32 = 1;
    /// Values are left empty.
    pub const KEYS_ONLY: u32 = 2;
    /// There is no upper bound; `end` is ignored.
    pub const UNBOUNDED: u32 = 4;
    /// All bits that mean something.
    pub const KNOWN: u32 = 7;

    /// Whether `flag` is set.
    pub const fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }
}

/// What `storage_get` returns for a key without value.
pub const NO_VALUE: u64 = u64::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_found() {
        for function in HostFunction::ALL {
            assert_eq!(HostFunction::by_name(function.name()), Some(*function));
        }
        assert_eq!(HostFunction::by_name("fopen"), None);
        assert_eq!(HostFunction::Call.params().len(), 4);
        assert_eq!(HostFunction::StorageGet.result(), Some(ValueType::I64));
        assert_eq!(HostFunction::Fail.result(), None);
    }
}
