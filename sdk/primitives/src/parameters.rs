//! The parameters that every node must agree on: gas, limits, instrumentation. They live in the
//! state, activate at a height, and their hash is in every header.

use crate::{Domain, Hash};
use borsh::{BorshDeserialize, BorshSerialize};

/// Everything consensus-relevant that can be changed without changing the program.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Parameters {
    /// Version of the instrumentation applied to code, from 1.
    pub instrumentation_version: u16,
    /// Prices.
    pub gas: GasSchedule,
    /// Bounds.
    pub limits: Limits,
}

impl Parameters {
    /// The parameters of a new ledger.
    pub const fn initial() -> Self {
        Self { instrumentation_version: 1, gas: GasSchedule::initial(), limits: Limits::initial() }
    }

    /// What headers carry.
    pub fn hash(&self) -> Hash {
        Domain::Parameters.hash(self)
    }
}

/// What one call of a host function costs: `base + per_byte × bytes` gas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct HostCost {
    /// Gas per call.
    pub base: u64,
    /// Gas per byte handed over in either direction.
    pub per_byte: u64,
}

impl HostCost {
    const fn new(base: u64, per_byte: u64) -> Self {
        Self { base, per_byte }
    }

    /// The cost of `bytes`, saturating: what saturates exceeds every gas limit.
    pub const fn of(self, bytes: u64) -> u64 {
        self.base.saturating_add(self.per_byte.saturating_mul(bytes))
    }
}

/// Prices in gas. One gas is about the time of one simple instruction.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct GasSchedule {
    /// A constant, a local, integer arithmetic, a comparison, a branch.
    pub op_simple: u64,
    /// Multiplication.
    pub op_multiply: u64,
    /// Division and remainder.
    pub op_divide: u64,
    /// A load or a store.
    pub op_memory: u64,
    /// A direct call, with the callee's entry.
    pub op_call: u64,
    /// An indirect call.
    pub op_call_indirect: u64,
    /// Per page that a module starts with, at each call, and that `memory.grow` asks for.
    pub memory_page: u64,
    /// `memory.copy` and `memory.fill`.
    pub memory_bulk: HostCost,
    /// A transaction, and each byte of its encoding.
    pub transaction: HostCost,
    /// Each signature of a transaction.
    pub signature: u64,
    /// Entering a contract, and each byte of its original code.
    pub call: HostCost,
    /// Storing code at upload, per byte of it.
    pub upload: HostCost,
    /// Reading the call's input or the register.
    pub read_input: HostCost,
    /// Setting the result or the failure.
    pub set_output: HostCost,
    /// Reading the call's facts.
    pub context: HostCost,
    /// Reading one value.
    pub storage_get: HostCost,
    /// Writing one value.
    pub storage_set: HostCost,
    /// Removing one value.
    pub storage_remove: HostCost,
    /// Opening a scan; bytes of bounds and of what it returns.
    pub storage_scan: HostCost,
    /// Each entry a scan returns.
    pub storage_scan_entry: u64,
    /// Emitting an event.
    pub event: HostCost,
    /// Keccak-256.
    pub keccak256: HostCost,
    /// Verifying a signature.
    pub verify_signature: u64,
}

impl GasSchedule {
    /// The prices of a new ledger.
    pub const fn initial() -> Self {
        Self {
            op_simple: 1,
            op_multiply: 2,
            op_divide: 12,
            op_memory: 2,
            op_call: 6,
            op_call_indirect: 10,
            memory_page: 8_000,
            memory_bulk: HostCost::new(20, 1),
            transaction: HostCost::new(40_000, 15),
            signature: 150_000,
            call: HostCost::new(15_000, 1),
            upload: HostCost::new(2_000_000, 3_000),
            read_input: HostCost::new(150, 1),
            set_output: HostCost::new(120, 4),
            context: HostCost::new(120, 1),
            storage_get: HostCost::new(12_000, 2),
            storage_set: HostCost::new(40_000, 10),
            storage_remove: HostCost::new(50_000, 4),
            storage_scan: HostCost::new(60_000, 2),
            storage_scan_entry: 2_500,
            event: HostCost::new(2_000, 10),
            keccak256: HostCost::new(800, 6),
            verify_signature: 150_000,
        }
    }
}

/// Bounds. A count or a length equal to its bound is allowed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Limits {
    /// Bytes of a module as uploaded.
    pub code_bytes_max: u32,
    /// Bytes of a module after instrumentation.
    pub instrumented_bytes_max: u32,
    /// Functions, imported ones included.
    pub functions_max: u32,
    /// Bytes of one function's body.
    pub body_bytes_max: u32,
    /// Parameters of one function.
    pub params_max: u32,
    /// Parameters of all functions together.
    pub params_total_max: u32,
    /// Locals of one function, parameters included.
    pub locals_max: u32,
    /// Locals of all functions together.
    pub locals_total_max: u32,
    /// Blocks (block, loop, if) of one function.
    pub blocks_max: u32,
    /// Blocks of all functions together.
    pub blocks_total_max: u32,
    /// Nesting of blocks.
    pub nesting_max: u32,
    /// Targets of one `br_table`.
    pub br_table_max: u32,
    /// Types.
    pub types_max: u32,
    /// Globals.
    pub globals_max: u32,
    /// Elements of the table.
    pub table_elements_max: u32,
    /// Data and element segments together.
    pub segments_max: u32,
    /// Imports.
    pub imports_max: u32,
    /// Exports.
    pub exports_max: u32,
    /// Bytes of an import's or an export's name.
    pub name_bytes_max: u32,
    /// Pages of 64 KiB that memory starts with.
    pub memory_pages_initial_max: u32,
    /// Pages that memory may grow to.
    pub memory_pages_max: u32,
    /// Bytes of logical stack of one transaction's call tree.
    pub stack_bytes_max: u32,
    /// Depth of contract calls; the first call is 1.
    pub call_depth_max: u32,
    /// Contract calls of one transaction.
    pub calls_max: u32,
    /// Events of one transaction.
    pub events_max: u32,
    /// Bytes of all events of one transaction.
    pub event_bytes_max: u32,
    /// Bytes of a storage key within its namespace.
    pub key_bytes_max: u32,
    /// Bytes of a stored value.
    pub value_bytes_max: u32,
    /// Bytes of a call's payload or result.
    pub payload_bytes_max: u32,
    /// Bytes of a failure's details.
    pub failure_bytes_max: u32,
    /// Entries one scan may return.
    pub scan_entries_max: u32,
    /// Bytes of a transaction.
    pub transaction_bytes_max: u32,
    /// Messages of a transaction.
    pub messages_max: u32,
    /// Signatures of a transaction.
    pub signatures_max: u32,
    /// Gas of a transaction.
    pub transaction_gas_max: u64,
    /// Bytes that one scan may return.
    pub scan_bytes_max: u32,
    /// Gas of a block.
    pub block_gas_max: u64,
    /// Bytes of a block's transactions, receipts and writes; the transaction that passes it is the
    /// last.
    pub block_bytes_max: u64,
    /// Transactions of a block.
    pub block_transactions_max: u32,
    /// Blocks between a migration's proposal and its application.
    pub migration_notice_blocks: u64,
    /// Locals × branches back to a loop's head × loops around each branch, of one function: what
    /// loops cost a compiler.
    pub loop_work_max: u32,
    /// The same of all functions together.
    pub loop_work_total_max: u32,
}

impl Limits {
    /// The bounds of a new ledger.
    pub const fn initial() -> Self {
        Self {
            code_bytes_max: 512 << 10,
            instrumented_bytes_max: 2 << 20,
            functions_max: 5_000,
            body_bytes_max: 128 << 10,
            params_max: 32,
            params_total_max: 10_000,
            locals_max: 256,
            locals_total_max: 20_000,
            blocks_max: 4_000,
            blocks_total_max: 50_000,
            nesting_max: 256,
            br_table_max: 1_024,
            types_max: 512,
            globals_max: 512,
            table_elements_max: 4_096,
            segments_max: 128,
            imports_max: 64,
            exports_max: 256,
            name_bytes_max: 64,
            memory_pages_initial_max: 64,
            memory_pages_max: 256,
            stack_bytes_max: 256 << 10,
            call_depth_max: 16,
            calls_max: 1_024,
            events_max: 4_096,
            event_bytes_max: 1 << 20,
            key_bytes_max: 256,
            value_bytes_max: 64 << 10,
            payload_bytes_max: 64 << 10,
            failure_bytes_max: 256,
            scan_entries_max: 1_000,
            transaction_bytes_max: 640 << 10,
            messages_max: 64,
            signatures_max: 32,
            transaction_gas_max: 2_000_000_000,
            scan_bytes_max: 1 << 20,
            block_gas_max: 20_000_000_000,
            block_bytes_max: 64 << 20,
            block_transactions_max: 10_000,
            migration_notice_blocks: 10,
            loop_work_max: 1 << 16,
            loop_work_total_max: 1 << 18,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costs_saturate_instead_of_wrapping() {
        assert_eq!(HostCost::new(1, 2).of(3), 7);
        assert_eq!(HostCost::new(1, 2).of(u64::MAX), u64::MAX);
    }

    #[test]
    fn any_change_changes_the_hash() {
        let initial = Parameters::initial();
        let mut changed = initial.clone();
        changed.limits.calls_max += 1;
        assert_ne!(initial.hash(), changed.hash());
    }
}
