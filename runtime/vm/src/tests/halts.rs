//! Every way to be stopped: its code, its gas, and that the next call is fine.

use super::Ledger;
use super::guests::{both, guest};
use tenor_primitives::{HaltCode, Message, Parameters, TransactionStatus};

#[test]
fn each_trap_has_its_code() {
    let mut ledger = Ledger::new();
    let cases = [
        ("(unreachable)", HaltCode::Unreachable),
        ("(drop (i32.load (i32.const 131072)))", HaltCode::MemoryOutOfBounds),
        ("(drop (i32.load offset=4294967295 (i32.const -1)))", HaltCode::MemoryOutOfBounds),
        (
            "(memory.fill (i32.const 131072) (i32.const 0) (i32.const 1))",
            HaltCode::MemoryOutOfBounds,
        ),
        ("(call_indirect (type $none) (i32.const 9))", HaltCode::TableOutOfBounds),
        ("(call_indirect (type $none) (i32.const 1))", HaltCode::IndirectCallToNull),
        ("(drop (call_indirect (type $one) (i32.const 0)))", HaltCode::BadSignature),
        ("(drop (i32.div_u (i32.const 1) (i32.const 0)))", HaltCode::DivisionByZero),
        ("(drop (i64.rem_s (i64.const 1) (i64.const 0)))", HaltCode::DivisionByZero),
        ("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", HaltCode::IntegerOverflow),
        ("(loop (br 0))", HaltCode::OutOfGas),
        ("(drop (memory.grow (i32.const -1)))", HaltCode::OutOfGas),
        ("(call $recurse)", HaltCode::StackExhausted),
        ("(call $panic (i32.const 0) (i32.const 3))", HaltCode::Panicked),
    ];
    for (index, (body, code)) in cases.into_iter().enumerate() {
        let contract = ledger.deploy(
            &format!("trap-{index}"),
            &guest(&format!(
                r#"(type $none (func)) (type $one (func (result i32)))
                   (table 2 2 funcref) (elem (i32.const 0) $nothing)
                   (func $nothing) (func $recurse (call $recurse))
                   (func (export "execute") {body})
                   (func (export "query"))"#
            )),
        );
        assert_eq!(ledger.halt(contract), code, "{body}");
        ledger.query(contract, b"", 1_000_000).expect("the next call is fine");
    }
}

#[test]
fn out_of_gas_uses_the_whole_limit_and_a_trap_only_what_it_ran() {
    let mut ledger = Ledger::new();
    let gas_limit = 2_000_000;
    let mut used = |label: &str, body: &str| {
        let contract = ledger.deploy(label, &both(body));
        let message = Message::Execute { contract, payload: vec![] };
        let receipt = ledger.try_send("participant", gas_limit, message).expect("valid");
        assert!(matches!(receipt.status, TransactionStatus::Halted { .. }), "{receipt:?}");
        receipt.gas_used
    };
    assert_eq!(used("loop", "(loop (br 0))"), gas_limit);
    // Two modules of one size, since entering one costs by the bytes of its code.
    let trapped = used("trap", "(unreachable) nop nop");
    assert_eq!(used("later", "nop nop (unreachable)"), trapped + 2);
    // In a host function: hashing two pages costs more than there is after a few turns.
    let hashing = "(loop (call $keccak256 (i32.const 0) (i32.const 131072) (i32.const 0)) (br 0))";
    assert_eq!(used("hash", hashing), gas_limit);
}

#[test]
fn every_gas_limit_below_the_cost_is_out_of_gas() {
    let mut ledger = Ledger::new();
    let code = both(
        "(i32.store (i32.const 0) (call $input_read (i32.const 8) (i32.const 9)))
         (call $output_set (i32.const 0) (i32.const 4))",
    );
    let contract = ledger.deploy("sweep", &code);
    let exact = ledger.query(contract, b"abc", 1_000_000).expect("answers");
    assert_eq!(exact.output, [3, 0, 0, 0]);
    let gas = Parameters::initial().gas;
    let body = 7 * gas.op_simple + gas.op_memory + 2 * gas.op_call - 2 * gas.op_simple;
    let host = gas.read_input.of(3) + gas.set_output.of(4);
    let enter = gas.call.of(code.len() as u64) + 2 * gas.memory_page;
    assert_eq!(exact.gas_used, enter + body + host);
    for limit in (exact.gas_used - 300)..exact.gas_used {
        let halted = ledger.query(contract, b"abc", limit).expect_err("too little");
        assert!(halted.to_string().contains("OutOfGas"), "limit {limit}: {halted}");
    }
    let again = ledger.query(contract, b"abc", exact.gas_used).expect("enough");
    assert_eq!(again, exact);
}

#[test]
fn a_contract_without_the_entry_point_is_stopped() {
    let mut ledger = Ledger::new();
    let contract = ledger.deploy("no-entry", &guest(r#"(func (export "execute"))"#));
    assert_eq!(ledger.query_halt(contract, 1_000_000), HaltCode::NoEntryPoint);
    assert!(ledger.execute(contract, b"").is_success());
}

#[test]
fn writing_calls_are_stopped_in_a_query() {
    let mut ledger = Ledger::new();
    let zero = "(i32.const 0)";
    for (label, body) in [
        ("set", format!("(call $storage_set {})", [zero; 5].join(" "))),
        ("remove", format!("(drop (call $storage_remove {}))", [zero; 3].join(" "))),
        ("emit", format!("(call $event_emit {})", [zero; 6].join(" "))),
        ("call", format!("(drop (call $call {} (i64.const 0)))", [zero; 3].join(" "))),
    ] {
        let contract = ledger.deploy(label, &both(&body));
        assert_eq!(ledger.query_halt(contract, 1_000_000), HaltCode::WriteInQuery, "{label}");
    }
}

#[test]
fn nothing_of_an_instance_survives_it() {
    let mut ledger = Ledger::new();
    // Counts in memory, in grown memory, in a global; the output is all three.
    let contract = ledger.deploy(
        "fresh",
        &guest(
            r#"(global $count (mut i32) (i32.const 5)) (data (i32.const 0) "\07")
               (func (export "execute")
                 (global.set $count (i32.add (global.get $count) (i32.const 1)))
                 (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
                 (i32.store8 (i32.const 1) (global.get $count))
                 (i32.store8 (i32.const 2) (memory.grow (i32.const 3)))
                 (i32.store8 (i32.const 3)
                   (i32.or (i32.load8_u (i32.const 200000)) (i32.load8_u (i32.const 100000))))
                 (memory.fill (i32.const 4) (i32.const 255) (i32.const 327670))
                 (call $output_set (i32.const 0) (i32.const 4)))"#,
        ),
    );
    for _ in 0..20 {
        assert_eq!(ledger.output(contract, b""), [8, 6, 2, 0]);
    }
}
