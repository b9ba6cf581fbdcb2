//! The bounds of every parameter: what an operator's transaction or a genesis may ask for.
//!
//! A ledger must remain one that its operators can mend: the transaction that changes parameters again
//! has to fit. And every node must have room for what is asked.

use tenor_primitives::{GasSchedule, Limits, Parameters};
use thiserror::Error;

/// The only instrumentation of code that this program knows.
pub const INSTRUMENTATION_VERSION: u16 = 1;
/// The largest logical stack of a call tree, in bytes, that an engine must have room for.
pub const STACK_BYTES_CEILING: u32 = 1 << 20;
/// The most pages of memory of a guest that an engine must have room for.
pub const MEMORY_PAGES_CEILING: u32 = 1_024;
/// The most elements of a guest's table that an engine must have room for.
pub const TABLE_ELEMENTS_CEILING: u32 = 16_384;
/// The deepest call tree that an engine must have room for.
pub const CALL_DEPTH_CEILING: u32 = 64;
/// The least that a bound of a failure's details may be: what the SDK builds.
const FAILURE_BYTES_FLOOR: u32 = 256;

/// A parameter outside its bounds, which may depend on other parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{name}: expected {min} to {max}, got {value}")]
pub struct ParameterOutOfBounds {
    /// The parameter's name, without the group it is in.
    pub name: &'static str,
    /// What was asked for.
    pub value: u64,
    /// The least possible.
    pub min: u64,
    /// The most possible.
    pub max: u64,
}

/// One parameter, and the least and most that it may be.
type Row = (&'static str, u64, u64, u64);

/// Checks parameters.
///
/// # Errors
/// The first one that is out of its bounds.
pub fn check_parameters(parameters: &Parameters) -> Result<(), ParameterOutOfBounds> {
    for (name, value, min, max) in rows(parameters) {
        if value < min || value > max {
            return Err(ParameterOutOfBounds { name, value, min, max });
        }
    }
    Ok(())
}

fn rows(parameters: &Parameters) -> Vec<Row> {
    let Parameters { instrumentation_version, gas, limits } = parameters;
    let known = INSTRUMENTATION_VERSION.into();
    let version = u64::from(*instrumentation_version);
    let mut rows = vec![
        ("instrumentation_version", version, known, known),
        ("op_simple", gas.op_simple, 1, u64::MAX),
    ];
    rows.extend(code_rows(limits));
    rows.extend(run_rows(limits));
    rows.extend(block_rows(limits, gas));
    rows
}

/// What code may be made of, so that every node compiles it in bounded time and memory.
fn code_rows(limits: &Limits) -> [Row; 23] {
    let row = |name, value: u32, max: u32| (name, value.into(), 0, max.into());
    [
        row("code_bytes_max", limits.code_bytes_max, 4 << 20),
        row("instrumented_bytes_max", limits.instrumented_bytes_max, 16 << 20),
        row("functions_max", limits.functions_max, 50_000),
        row("body_bytes_max", limits.body_bytes_max, 1 << 20),
        row("params_max", limits.params_max, 1_000),
        row("params_total_max", limits.params_total_max, 100_000),
        row("locals_max", limits.locals_max, 4_096),
        row("locals_total_max", limits.locals_total_max, 200_000),
        row("blocks_max", limits.blocks_max, 40_000),
        row("blocks_total_max", limits.blocks_total_max, 500_000),
        row("nesting_max", limits.nesting_max, 1_024),
        row("br_table_max", limits.br_table_max, 16_384),
        row("types_max", limits.types_max, 10_000),
        row("globals_max", limits.globals_max, 4_096),
        row("table_elements_max", limits.table_elements_max, TABLE_ELEMENTS_CEILING),
        row("segments_max", limits.segments_max, 10_000),
        row("imports_max", limits.imports_max, 1_024),
        row("exports_max", limits.exports_max, 4_096),
        row("name_bytes_max", limits.name_bytes_max, 1_024),
        row("memory_pages_max", limits.memory_pages_max, MEMORY_PAGES_CEILING),
        row("memory_pages_initial_max", limits.memory_pages_initial_max, limits.memory_pages_max),
        row("loop_work_max", limits.loop_work_max, 1 << 18),
        row("loop_work_total_max", limits.loop_work_total_max, 1 << 20),
    ]
}

/// What one transaction may do.
fn run_rows(limits: &Limits) -> [Row; 12] {
    let row = |name, value: u32, min: u32, max: u32| (name, value.into(), min.into(), max.into());
    [
        row("stack_bytes_max", limits.stack_bytes_max, 4_096, STACK_BYTES_CEILING),
        row("call_depth_max", limits.call_depth_max, 1, CALL_DEPTH_CEILING),
        row("calls_max", limits.calls_max, 1, 65_536),
        row("events_max", limits.events_max, 0, 1 << 20),
        row("event_bytes_max", limits.event_bytes_max, 0, 16 << 20),
        // The ledger's own records must fit.
        row("key_bytes_max", limits.key_bytes_max, 128, 4_096),
        row("value_bytes_max", limits.value_bytes_max, 0, 1 << 20),
        row("payload_bytes_max", limits.payload_bytes_max, 0, 1 << 20),
        row("failure_bytes_max", limits.failure_bytes_max, FAILURE_BYTES_FLOOR, 64 << 10),
        row("scan_entries_max", limits.scan_entries_max, 0, 100_000),
        row("scan_bytes_max", limits.scan_bytes_max, 0, 16 << 20),
        row("messages_max", limits.messages_max, 1, 4_096),
    ]
}

/// What transactions and blocks may hold; an operator's transaction that mends parameters fits.
fn block_rows(limits: &Limits, gas: &GasSchedule) -> [Row; 7] {
    let signatures = u64::from(limits.signatures_max);
    let signatures_max = u64::from(crate::VerifiedTransaction::SIGNATURES_MAX);
    let (transaction_gas, block_gas) = (limits.transaction_gas_max, limits.block_gas_max);
    let block_transactions = u64::from(limits.block_transactions_max);
    let mending_gas = mending_gas(gas);
    [
        ("signatures_max", signatures, 4, signatures_max),
        ("transaction_bytes_max", limits.transaction_bytes_max.into(), 4_096, 8 << 20),
        ("block_gas_max", block_gas, mending_gas, u64::MAX / 4),
        ("transaction_gas_max", transaction_gas, mending_gas, block_gas),
        ("block_bytes_max", limits.block_bytes_max, 1 << 20, 512 << 20),
        ("block_transactions_max", block_transactions, 1, 1_000_000),
        ("migration_notice_blocks", limits.migration_notice_blocks, 1, u64::MAX),
    ]
}

/// Gas of a transaction with four signatures that schedules other parameters.
fn mending_gas(gas: &GasSchedule) -> u64 {
    let signed = gas.transaction.of(2_048).saturating_add(gas.signature.saturating_mul(4));
    signed.saturating_add(gas.storage_set.of(1_024))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of the limits, from the type itself: its text shows each field as `name: value`.
    fn names(limits: &Limits) -> Vec<String> {
        let text = format!("{limits:?}");
        let fields = text.trim_start_matches("Limits {").trim_end_matches('}');
        fields.split(',').filter_map(|field| Some(field.split_once(':')?.0.trim().into())).collect()
    }

    #[test]
    fn every_limit_has_its_bounds() {
        let parameters = Parameters::initial();
        assert_eq!(check_parameters(&parameters), Ok(()));
        let rows = rows(&parameters);
        for name in names(&parameters.limits) {
            assert_eq!(rows.iter().filter(|row| row.0 == name).count(), 1, "{name}");
        }
        assert_eq!(rows.len(), names(&parameters.limits).len() + 2);
        for (name, value, min, max) in rows {
            assert!(min <= value && value <= max, "{name}: {value}");
        }
    }

    #[test]
    fn what_is_out_of_bounds_is_named() {
        let check = |change: fn(&mut Parameters)| {
            let mut parameters = Parameters::initial();
            change(&mut parameters);
            check_parameters(&parameters).map_err(|error| error.to_string())
        };
        let refused = |text: &str| Err(text.to_owned());
        assert_eq!(check(|p| p.limits.signatures_max = 64), Ok(()));
        assert_eq!(
            check(|p| p.limits.signatures_max = 65),
            refused("signatures_max: expected 4 to 64, got 65")
        );
        assert_eq!(
            check(|p| p.limits.failure_bytes_max = 255),
            refused("failure_bytes_max: expected 256 to 65536, got 255")
        );
        assert_eq!(check(|p| p.limits.call_depth_max = 64), Ok(()));
        assert_eq!(
            check(|p| p.limits.call_depth_max = 65),
            refused("call_depth_max: expected 1 to 64, got 65")
        );
        assert_eq!(
            check(|p| p.limits.memory_pages_max = 63),
            refused("memory_pages_initial_max: expected 0 to 63, got 64")
        );
        assert_eq!(
            check(|p| p.limits.block_gas_max = 1_999_999_999),
            refused("transaction_gas_max: expected 720960 to 1999999999, got 2000000000")
        );
        assert_eq!(
            check(|p| p.gas.op_simple = 0),
            refused("op_simple: expected 1 to 18446744073709551615, got 0")
        );
        assert_eq!(
            check(|p| p.instrumentation_version = 2),
            refused("instrumentation_version: expected 1 to 1, got 2")
        );
        // A price so high that no transaction could ever bring it down again.
        assert!(check(|p| p.gas.signature = u64::MAX).is_err());
    }
}
