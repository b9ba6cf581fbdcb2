//! Sequences of host calls with arguments at the edges, made into a contract that runs on a ledger: the
//! engine of production and the interpreter, each with host functions of its own, must come to the same
//! receipts and roots; whatever fails leaves nothing.

use crate::hostile::{End, Twin};
use crate::wasm::text::{escaped, guest};
use arbitrary::{Result, Unstructured};
use std::fmt::Write;
use tenor_abi::host::{HostFunction, ValueType};
use tenor_primitives::{Address, Message};

/// Calls of one contract.
const CALLS_MAX: usize = 14;
/// Gas of one run.
const GAS: u64 = 3_000_000;

/// Ledgers that grow are begun anew after so many contracts.
const CONTRACTS_MAX: u32 = 64;

/// A ledger for many sequences.
#[derive(Default)]
pub struct Target {
    twin: Option<(Twin, Address, u32)>,
}

impl Target {
    /// Runs the sequence that `bytes` stand for; how it ended, none if there are too few bytes.
    ///
    /// # Panics
    /// If the engines differ, a failure leaves anything, or the ledger does not go on.
    pub fn run(&mut self, bytes: &[u8]) -> Option<End> {
        let mut random = Unstructured::new(bytes);
        let (mut twin, other, count) = self.twin.take().unwrap_or_else(|| {
            let mut twin = Twin::default();
            let other = twin.deploy("other", &other());
            (twin, other, 0)
        });
        let code = sequence(&mut random, &other).ok()?;
        let contract = twin.deploy("sequence", &code);
        let payload: Vec<u8> = random.take_rest().iter().copied().take(300).collect();
        let message = Message::Execute { contract, payload: payload.clone() };
        let transaction = twin.transaction("participant", GAS, vec![message.clone()]);
        let receipt = twin.block(vec![transaction]).remove(0);
        let end = End::of(&receipt);
        if end != End::Harmless {
            let again = twin.fails("participant", GAS, message);
            assert_eq!((End::of(&again), again.gas_used), (end.clone(), receipt.gas_used));
        }
        // As a question nothing is ever written, however it ends.
        let before = twin.root();
        match twin.query(contract, &payload) {
            Ok(_)
            | Err(tenor_executor::QueryError::Failed(_) | tenor_executor::QueryError::Halted(_)) => {
            }
            Err(tenor_executor::QueryError::Fatal(error)) => panic!("{error}"),
        }
        assert_eq!(twin.root(), before);
        if count < CONTRACTS_MAX {
            self.twin = Some((twin, other, count + 1));
        }
        Some(end)
    }
}

/// A contract to be called: writes, emits, and answers with what it was given, or traps.
fn other() -> Vec<u8> {
    guest(
        r#"(data (i32.const 500) "other")
           (func $echo (call $output_set (i32.const 0) (call $input_read (i32.const 0) (i32.const 400))))
           (func (export "execute")
             (call $storage_set (i32.const 1) (i32.const 500) (i32.const 5) (i32.const 0) (i32.const 9))
             (call $event_emit (i32.const 500) (i32.const 5) (i32.const 600) (i32.const 4)
                               (i32.const 0) (i32.const 9))
             (call $echo)
             (if (i32.and (i32.load8_u (i32.const 0)) (i32.const 1)) (then (unreachable))))
           (func (export "query") (call $echo))"#,
    )
}

/// A contract whose `execute` and `query` make the same random calls.
fn sequence(random: &mut Unstructured<'_>, other: &Address) -> Result<Vec<u8>> {
    let mut body = String::from("(drop (call $input_read (i32.const 64) (i32.const 300)))");
    for _ in 0..random.int_in_range(1..=CALLS_MAX)? {
        let function = *random.choose(HostFunction::ALL)?;
        // Most sequences would end with the first of these.
        if matches!(function, HostFunction::Fail | HostFunction::Panic) && random.ratio(7, 8)? {
            continue;
        }
        call(random, function, &mut body)?;
    }
    Ok(guest(&format!(
        r#"(data (i32.const 0) "{}") (data (i32.const 400) "name") (data (i32.const 410) "\01\00\00\00\02\00\00\00ab")
           (global $last (mut i32) (i32.const 0))
           (func (export "execute") {body}) (func (export "query") {body})"#,
        escaped(&other.0)
    )))
}

/// One call; its result becomes an argument of later ones.
fn call(random: &mut Unstructured<'_>, function: HostFunction, body: &mut String) -> Result<()> {
    let mut arguments = String::new();
    for (index, ty) in function.params().iter().enumerate() {
        let argument = match ty {
            ValueType::I32 => word(random, function, index)?,
            ValueType::I64 => {
                format!("(i64.const {})", random.choose(&[-1, 0, 1, 50_000, 400_000])?)
            }
        };
        arguments += &argument;
    }
    let call = format!("(call ${} {arguments})", function.name());
    let text = match function.result() {
        None => call,
        Some(ValueType::I32) => format!("(global.set $last {call})"),
        Some(ValueType::I64) => format!("(global.set $last (i32.wrap_i64 {call}))"),
    };
    writeln!(body, "{text}").expect("a string takes everything");
    Ok(())
}

/// Mostly what fits, now and then what lies at an edge.
fn word(random: &mut Unstructured<'_>, function: HostFunction, index: usize) -> Result<String> {
    const EDGES: [u32; 12] = [
        0,
        1,
        32,
        256,
        257,
        65_535,
        65_536,
        131_071,
        131_072,
        0x7fff_ffff,
        0xffff_fffe,
        0xffff_ffff,
    ];
    let value = match random.int_in_range(0..=9)? {
        0 => *random.choose(&EDGES)?,
        1 => return Ok("(global.get $last)".into()),
        2 => random.int_in_range(0..=512)?,
        _ => fitting(random, function, index)?,
    };
    Ok(format!("(i32.const {value})"))
}

/// A value that the function would take at that place.
fn fitting(random: &mut Unstructured<'_>, function: HostFunction, index: usize) -> Result<u32> {
    use HostFunction as F;
    Ok(match (function, index) {
        // Where the callee's address lies, and the name and topics of an event.
        (F::Call | F::Query, 0) => 0,
        (F::EventEmit, 0) => 400,
        (F::EventEmit, 1) => 4,
        (F::EventEmit, 2) => 410,
        (F::EventEmit, 3) => 10,
        // Namespaces, flags and limits.
        (F::StorageGet | F::StorageSet | F::StorageRemove | F::StorageScan, 0) => {
            random.int_in_range(0..=2)?
        }
        (F::StorageScan, 5) => random.int_in_range(0..=7)?,
        (F::StorageScan, 6) => random.int_in_range(0..=5)?,
        (F::RecoverKey, 2) => random.int_in_range(0..=3)?,
        // Pointers and lengths.
        _ => random.int_in_range(0..=40)?,
    })
}
