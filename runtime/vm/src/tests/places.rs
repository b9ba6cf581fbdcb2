//! Where a guest was stopped: real traps, taken back to the module that was uploaded.

use super::Ledger;
use super::guests::guest;
use crate::{Purpose, VmConfig};
use tenor_executor::trace::{CallEnd, CodePlace};
use tenor_primitives::{HaltCode, Parameters};
use wasmparser::{Operator, Parser, Payload};

/// Offsets in a module of the instructions that `is` picks, and the index of the body of each.
fn instructions(code: &[u8], is: fn(&Operator<'_>) -> bool) -> Vec<(u32, usize)> {
    let bodies = Parser::new(0).parse_all(code).filter_map(|payload| match payload {
        Ok(Payload::CodeSectionEntry(body)) => Some(body),
        _ => None,
    });
    let mut all = Vec::new();
    for (index, body) in bodies.enumerate() {
        let operators = body.get_operators_reader().expect("a body").into_iter_with_offsets();
        let picked = operators.map(|each| each.expect("an operator")).filter(|(op, _)| is(op));
        all.extend(picked.map(|(_, offset)| (u32::try_from(offset).expect("small"), index)));
    }
    all
}

/// The guest's own bodies: `instantiate`, `$inner`, `execute`.
const INNER: usize = 1;

/// A guest that does much that instrumentation rewrites, and then `trap` in an inner function.
fn trapping(trap: &str) -> Vec<u8> {
    guest(&format!(
        r#"(type $none (func)) (table 2 2 funcref)
        (func $inner (param $n i32)
            (loop $again
                (local.set $n (i32.sub (local.get $n) (i32.const 1)))
                (if (i32.rem_u (local.get $n) (i32.const 2))
                    (then (memory.copy (i32.const 64) (i32.const 0) (local.get $n))))
                (br_if $again (local.get $n)))
            (block (br_if 0 (local.get $n)) {trap}))
        (func (export "execute")
            (drop (memory.grow (i32.const 1)))
            (call $inner (i32.const 100)))
        (func (export "query"))"#
    ))
}

#[test]
fn a_trap_is_placed_in_the_module_that_was_uploaded() {
    let config = VmConfig { purpose: Purpose::Traces, ..VmConfig::default() };
    let mut ledger = Ledger::with(config, Parameters::initial());
    type Case = (&'static str, HaltCode, fn(&Operator<'_>) -> bool);
    let cases: [Case; 5] = [
        ("unreachable", HaltCode::Unreachable, |op| matches!(op, Operator::Unreachable)),
        ("(drop (i64.div_u (i64.const 1) (i64.const 0)))", HaltCode::DivisionByZero, |op| {
            matches!(op, Operator::I64DivU)
        }),
        ("(drop (i32.load8_u (i32.const -1)))", HaltCode::MemoryOutOfBounds, |op| {
            matches!(op, Operator::I32Load8U { .. })
        }),
        ("(call_indirect (type $none) (i32.const 1))", HaltCode::IndirectCallToNull, |op| {
            matches!(op, Operator::CallIndirect { .. })
        }),
        (
            "(memory.fill (i32.const -1) (i32.const 0) (i32.const 1))",
            HaltCode::MemoryOutOfBounds,
            |op| matches!(op, Operator::MemoryFill { .. }),
        ),
    ];
    for (index, (trap, code, is)) in cases.into_iter().enumerate() {
        let module = trapping(trap);
        let contract = ledger.deploy(&format!("trap-{index}"), &module);
        let trace = ledger.trace(contract);
        let call = trace.messages[0].call.as_ref().expect("a call");
        assert_eq!(call.end, CallEnd::Halted(code), "{trap}");
        let [(expected, INNER)] = instructions(&module, is)[..] else { panic!("one {trap}") };
        let calls = instructions(&module, |op| matches!(op, Operator::Call { .. }));
        let [(called, _)] = calls[..] else { panic!("one call") };
        let offsets: Vec<_> = call.places.iter().map(|place| place.offset).collect();
        assert_eq!(offsets, [Some(expected), Some(called)], "{trap}");
        let [CodePlace { function: inner, .. }, CodePlace { function: outer, .. }] =
            &call.places[..]
        else {
            panic!("two places")
        };
        assert_eq!(*outer, inner + 1, "`execute` stands behind `$inner`");
    }
}
