//! Calls from contract to contract: what is rolled back, what is caught, what is refused.

use super::{alike, execute, halted, with_parameters};
use std::ops::ControlFlow;
use tenor_abi::{CallContext, CallStatus};
use tenor_primitives::{
    Address, ContractFailure, HaltCode, Halted, Message, Parameters, Receipt, keccak256,
};
use tenor_tests::hostile::{CALL_GAS, End, PLENTY, Twin};
use tenor_tests::wasm::text::{escaped, guest, module};

/// All that is left.
const ALL: i64 = -1;

/// A contract that writes and emits, calls `callee` with its own input and at most `gas`, writes and
/// emits again, and outputs the status and the register. Its namespace is 1, its keys "before" and
/// "after".
fn caller(callee: Address, gas: i64) -> Vec<u8> {
    guest(&format!(
        r#"(data (i32.const 0) "{}") (data (i32.const 64) "beforeafter")
           (func $note (param i32 i32)
             (call $storage_set (i32.const 1) (local.get 0) (local.get 1) (i32.const 64) (i32.const 1))
             (call $event_emit (local.get 0) (local.get 1) (i32.const 80) (i32.const 4)
                               (i32.const 0) (i32.const 0)))
           (func (export "execute")
             (call $note (i32.const 64) (i32.const 6))
             (i32.store8 (i32.const 1000) (call $call (i32.const 0) (i32.const 100)
               (call $input_read (i32.const 100) (i32.const 500)) (i64.const {gas})))
             (call $note (i32.const 70) (i32.const 5))
             (call $output_set (i32.const 1000) (i32.add (i32.const 1)
               (call $register_read (i32.const 1001) (i32.const 500)))))"#,
        escaped(&callee.0)
    ))
}

/// A contract that writes "wrote", removes and adds, emits, outputs "done", and then does `tail`.
fn callee(tail: &str) -> Vec<u8> {
    guest(&format!(
        r#"(data (i32.const 0) "wrote") (data (i32.const 16) "done")
           (func $recurse (call $recurse))
           (func (export "execute")
             (call $storage_set (i32.const 1) (i32.const 0) (i32.const 5) (i32.const 0) (i32.const 1))
             (call $event_emit (i32.const 0) (i32.const 5) (i32.const 32) (i32.const 4)
                               (i32.const 0) (i32.const 0))
             (call $output_set (i32.const 16) (i32.const 4))
             {tail})"#
    ))
}

fn names(receipt: &Receipt) -> Vec<&str> {
    receipt.events.iter().map(|event| event.name.as_str()).collect()
}

/// A caller of a callee that ends with `tail`; what the caller was told. Of the callee nothing is
/// left, of the caller everything.
fn caught(twin: &mut Twin, tail: &str, gas: i64) -> (Vec<u8>, Address) {
    let inner = twin.deploy("callee", &callee(tail));
    let outer = twin.deploy("caller", &caller(inner, gas));
    let receipt = twin.execute(outer, b"payload");
    assert!(receipt.is_success(), "{receipt:?}");
    assert_eq!(names(&receipt), ["before", "after"]);
    assert_eq!(twin.value(inner, 1, b"wrote"), None);
    for key in [&b"before"[..], b"after"] {
        assert!(twin.value(outer, 1, key).is_some());
    }
    (receipt.outputs[0].clone(), inner)
}

/// As [`caught`], for a callee that is stopped; the code its caller is told.
fn caught_halt(twin: &mut Twin, tail: &str, gas: i64) -> End {
    let (output, inner) = caught(twin, tail, gas);
    assert_eq!(output[0], CallStatus::Halted as u8);
    let halt: Halted = borsh::from_slice(&output[1..]).expect("a halt");
    assert_eq!(halt.contract, inner);
    End::Halted(halt.code)
}

fn caught_failure(twin: &mut Twin) -> End {
    let tail = "(call $fail (i32.const 9) (i32.const 16) (i32.const 4))";
    let (output, inner) = caught(twin, tail, ALL);
    assert_eq!(output[0], CallStatus::Failed as u8);
    let failure: ContractFailure = borsh::from_slice(&output[1..]).expect("a failure");
    assert_eq!((failure.contract, &failure.details[..]), (inner, &b"done"[..]));
    End::Reverted(failure.code)
}

/// A calls B, which calls A.
fn there_and_back(twin: &mut Twin) -> End {
    // B calls whoever its input names; A is made after it.
    let forward = guest(
        r#"(func (export "execute")
             (drop (call $input_read (i32.const 0) (i32.const 32)))
             (i32.store8 (i32.const 100)
               (call $call (i32.const 0) (i32.const 0) (i32.const 0) (i64.const -1)))
             (call $output_set (i32.const 100) (i32.add (i32.const 1)
               (call $register_read (i32.const 101) (i32.const 100)))))"#,
    );
    let b = twin.deploy("b", &forward);
    let a = twin.deploy("a", &caller(b, ALL));
    let output = twin.output(a, &a.0);
    assert_eq!(output[..2], [CallStatus::Returned as u8, CallStatus::Halted as u8]);
    let halt: Halted = borsh::from_slice(&output[2..]).expect("a halt");
    assert_eq!(halt.contract, a);
    End::Halted(halt.code)
}

/// A has written half of its state and calls B, which asks A.
fn asked_half_way(twin: &mut Twin) -> End {
    let asks = guest(
        r#"(func (export "execute")
             (drop (call $input_read (i32.const 0) (i32.const 32)))
             (i32.store8 (i32.const 100)
               (call $query (i32.const 0) (i32.const 0) (i32.const 0) (i64.const -1)))
             (call $output_set (i32.const 100) (i32.add (i32.const 1)
               (call $register_read (i32.const 101) (i32.const 100)))))"#,
    );
    let b = twin.deploy("asks", &asks);
    let a = twin.deploy("half", &caller(b, ALL));
    let output = twin.output(a, &a.0);
    assert_eq!(output[..2], [CallStatus::Returned as u8, CallStatus::Halted as u8]);
    let halt: Halted = borsh::from_slice(&output[2..]).expect("a halt");
    End::Halted(halt.code)
}

/// Out of all the gas there is: nobody catches that.
fn out_of_everything(twin: &mut Twin) -> End {
    let inner = twin.deploy("callee", &callee("(loop (br 0))"));
    let outer = twin.deploy("caller", &caller(inner, ALL));
    let receipt = twin.stops(outer, b"");
    assert_eq!(receipt.gas_used, CALL_GAS);
    End::of(&receipt)
}

/// Three calls, the second of which fails, each with a nested one that fails where it does not.
fn alternating_tries(twin: &mut Twin) -> End {
    // Writes its input's first byte as a key, and fails if that is odd.
    let leaf = guest(
        r#"(func (export "execute")
             (drop (call $input_read (i32.const 0) (i32.const 1)))
             (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1))
             (if (i32.and (i32.load8_u (i32.const 0)) (i32.const 1))
               (then (call $fail (i32.load8_u (i32.const 0)) (i32.const 0) (i32.const 0)))))"#,
    );
    let leaf = twin.deploy("leaf", &leaf);
    // Calls the leaf with the second byte of its input, writes the first, fails if that is odd.
    let node = guest(&format!(
        r#"(data (i32.const 32) "{}") (func (export "execute")
             (drop (call $input_read (i32.const 0) (i32.const 2)))
             (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1))
             (drop (call $call (i32.const 32) (i32.const 1) (i32.const 1) (i64.const -1)))
             (if (i32.and (i32.load8_u (i32.const 0)) (i32.const 1))
               (then (call $fail (i32.load8_u (i32.const 0)) (i32.const 0) (i32.const 0)))))"#,
        escaped(&leaf.0)
    ));
    let node = twin.deploy("node", &node);
    let tries: String = [[2, 3], [5, 4], [6, 8]]
        .iter()
        .map(|[first, second]| {
            format!(
                "(i32.store8 (i32.const 0) (i32.const {first})) (i32.store8 (i32.const 1) (i32.const {second}))
                 (i32.store8 (i32.const 10) (call $call (i32.const 32) (i32.const 0) (i32.const 2) (i64.const -1)))
                 (memory.copy (i32.const 11) (i32.const 10) (i32.const 5))
                 (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1))"
            )
        })
        .collect();
    let root = guest(&format!(
        r#"(data (i32.const 32) "{}") (func (export "execute") {tries}
             (call $output_set (i32.const 11) (i32.const 3)))"#,
        escaped(&node.0)
    ));
    let root = twin.deploy("root", &root);
    // The last status stands first.
    assert_eq!(twin.output(root, b""), [0, 1, 0]);
    let written = |contract: Address| -> Vec<u8> {
        (0..9).filter(|key| twin.value(contract, 1, &[*key]).is_some()).collect()
    };
    assert_eq!(written(root), [2, 5, 6], "the root's own stay");
    assert_eq!(written(node), [2, 6], "the second try is undone");
    // The leaf failed below the first, and was undone with the second, though it had returned.
    assert_eq!(written(leaf), [8]);
    End::Harmless
}

/// A tree of calls one deeper than allowed, each with as large a share of the stack as there is.
fn too_deep(twin: &mut Twin) -> End {
    let most = twin.parameters().limits.call_depth_max;
    let mut next = Address([0; 32]);
    for level in 0..=most {
        // Recurses before it calls: together they use most of the logical stack.
        let code = guest(&format!(
            r#"(data (i32.const 0) "{}") (global $left (mut i32) (i32.const 70))
               (func $f
                 (if (global.get $left)
                   (then (global.set $left (i32.sub (global.get $left) (i32.const 1))) (call $f))
                   (else (i32.store8 (i32.const 200)
                     (call $call (i32.const 0) (i32.const 100) (i32.const 0) (i64.const -1))))))
               (func (export "execute") (call $f)
                 (i32.store8 (i32.const 201) (call $register_read (i32.const 202) (i32.const 100)))
                 (call $output_set (i32.const 200) (i32.const 100)))"#,
            escaped(&next.0)
        ));
        assert!(level <= most);
        next = twin.deploy("level", &code);
    }
    // Each level hands on what the one below it said.
    let output = twin.output(next, b"");
    let said = (0..most).try_fold(&output[..], |said, _| match said {
        [0, _, inner @ ..] => ControlFlow::Continue(inner),
        _ => ControlFlow::Break(said),
    });
    let ControlFlow::Break([2, 33, halt @ ..]) = said else {
        panic!("expected a halt at the end of {output:?}")
    };
    let halt: Halted = borsh::from_slice(&halt[..33]).expect("a halt");
    End::Halted(halt.code)
}

/// Gas handed to a callee: all, none, more than there is.
fn gas_for_the_callee(twin: &mut Twin) -> End {
    let inner = twin.deploy("callee", &callee(""));
    for gas in [ALL, i64::MAX, i64::MIN, 1 << 40] {
        let outer = twin.deploy("caller", &caller(inner, gas));
        let receipt = twin.execute(outer, b"");
        assert_eq!(receipt.outputs[0], b"\0done", "{gas}");
        assert_eq!(names(&receipt), ["before", "wrote", "after"]);
    }
    End::Harmless
}

fn no_gas_for_the_callee(twin: &mut Twin) -> End {
    alike([0, 1, 99].map(|gas| caught_halt(twin, "nop", gas)))
}

/// The callee sees who calls it, not who signed; and the address of its own.
fn caller_and_origin(twin: &mut Twin) -> End {
    let inner = guest(
        r#"(func (export "execute") (call $output_set (i32.const 0)
             (call $context_read (i32.const 0) (i32.const 500))))"#,
    );
    let inner = twin.deploy("context", &inner);
    let outer = twin.deploy("caller", &caller(inner, ALL));
    let read = |bytes: &[u8]| borsh::from_slice::<CallContext>(bytes).expect("a context");
    let direct = read(&twin.output(inner, b""));
    assert_eq!((direct.caller, direct.contract), (twin.account("participant"), inner));
    let output = twin.output(outer, b"");
    let nested = read(&output[1..]);
    assert_eq!((nested.caller, nested.contract), (outer, inner));
    End::Harmless
}

/// A contract that calls another as often as it can: the number of calls ends it, long before gas.
fn wide_and_deep(twin: &mut Twin) -> End {
    let leaf = twin.deploy("leaf", &guest(r#"(func (export "execute"))"#));
    let loops = |target: Address| {
        guest(&format!(
            r#"(data (i32.const 0) "{}") (func (export "execute") (loop
                 (br_if 0 (i32.eqz
                   (call $call (i32.const 0) (i32.const 0) (i32.const 0) (i64.const -1)))))
                 (call $output_set (i32.const 64) (i32.add (i32.const 0)
                   (call $register_read (i32.const 64) (i32.const 100)))))"#,
            escaped(&target.0)
        ))
    };
    let middle = twin.deploy("middle", &loops(leaf));
    let top = twin.deploy("top", &loops(middle));
    let most = twin.parameters().limits.calls_max;
    let transaction = twin.transaction("participant", PLENTY, vec![execute(top, b"")]);
    let receipt = twin.block(vec![transaction]).remove(0);
    let halt: Halted = borsh::from_slice(&receipt.outputs[0]).expect("a halt");
    let entering = twin.parameters().gas.call.base + 2 * twin.parameters().gas.memory_page;
    assert!(receipt.gas_used > u64::from(most) * entering && receipt.gas_used < PLENTY);
    End::Halted(halt.code)
}

/// Contracts that change their code.
const VERSION: &str = r#"(func (export "execute")
    (i32.store8 (i32.const 0) (i32.const VERSION)) (call $output_set (i32.const 0) (i32.const 1)))"#;

fn version(number: u8, migrate: &str) -> Vec<u8> {
    guest(&format!("{} {migrate}", VERSION.replace("VERSION", &number.to_string())))
}

/// Parameters under which a migration can be applied in the next block.
fn quick_migrations() -> Parameters {
    let mut parameters = Parameters::initial();
    parameters.limits.migration_notice_blocks = 1;
    parameters
}

/// Proposes and applies a migration to `code`; what became of the application.
fn migrate(twin: &mut Twin, contract: Address, code: &[u8]) -> Receipt {
    let code_hash = keccak256(code);
    let payload = Vec::new();
    let payload_hash = keccak256(&payload);
    twin.deploy("new-code", code);
    let propose = Message::ProposeMigration { contract, code_hash, payload };
    let proposed = twin.send("issuer", propose);
    if !proposed.is_success() {
        return proposed;
    }
    twin.send("operator", Message::ApplyMigration { contract, code_hash, payload_hash })
}

fn upgraded(_: &mut Twin) -> End {
    with_parameters(quick_migrations(), |twin| {
        let inner = twin.deploy("upgraded", &version(1, ""));
        let outer = twin.deploy("caller", &caller(inner, ALL));
        assert_eq!(twin.output(outer, b""), [0, 1]);
        let receipt = migrate(twin, inner, &version(2, r#"(func (export "migrate"))"#));
        assert_eq!(twin.output(outer, b""), [0, 2]);
        End::of(&receipt)
    })
}

/// The new code's `migrate` calls a contract that calls the one that is being migrated.
fn upgraded_during_a_call(_: &mut Twin) -> End {
    with_parameters(quick_migrations(), |twin| {
        let inner = twin.deploy("upgraded", &version(1, ""));
        let outer = twin.deploy("caller", &caller(inner, ALL));
        let calls_back = format!(
            r#"(data (i32.const 100) "{}") (func (export "migrate")
                 (drop (call $call (i32.const 100) (i32.const 0) (i32.const 0) (i64.const -1)))
                 (call $storage_set (i32.const 9) (i32.const 0) (i32.const 0) (i32.const 300)
                   (call $register_read (i32.const 300) (i32.const 100))))"#,
            escaped(&outer.0)
        );
        let receipt = migrate(twin, inner, &version(2, &calls_back));
        assert!(receipt.is_success(), "{receipt:?}");
        let told = twin.value(inner, 9, b"").expect("written");
        assert_eq!(told[0], CallStatus::Halted as u8);
        let halt: Halted = borsh::from_slice(&told[1..]).expect("a halt");
        assert_eq!(twin.output(inner, b""), [2]);
        End::Halted(halt.code)
    })
}

/// A `migrate` that writes and then is stopped: the old code and the old state stay.
fn interrupted_migration(_: &mut Twin) -> End {
    with_parameters(quick_migrations(), |twin| {
        let contract = twin.deploy("interrupted", &version(1, ""));
        let stops = r#"(func (export "migrate")
            (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1))
            (unreachable))"#;
        let receipt = migrate(twin, contract, &version(2, stops));
        assert_eq!(twin.output(contract, b""), [1]);
        assert_eq!(twin.value(contract, 1, &[0]), None);
        End::of(&receipt)
    })
}

/// Back to code that does not know how to take over a state.
fn downgraded(_: &mut Twin) -> End {
    with_parameters(quick_migrations(), |twin| {
        let contract = twin.deploy("downgraded", &version(1, ""));
        let up = migrate(twin, contract, &version(2, r#"(func (export "migrate"))"#));
        assert!(up.is_success(), "{up:?}");
        let receipt = migrate(twin, contract, &version(1, ""));
        assert_eq!(twin.output(contract, b""), [2]);
        End::of(&receipt)
    })
}

/// New code that finds a value of the old layout and refuses to take it over.
fn old_layout(_: &mut Twin) -> End {
    with_parameters(quick_migrations(), |twin| {
        let stores = r#"(func (export "instantiate")
            (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 3)))"#;
        let old =
            guest_without_instantiate(&format!(r#"{stores} {}"#, VERSION.replace("VERSION", "1")));
        let contract = twin.deploy("layout", &old);
        // Values were three bytes and are eight.
        let checks = r#"(func (export "migrate")
            (if (i64.ne (call $storage_get (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)
                                           (i32.const 100)) (i64.const 8))
              (then (call $fail (i32.const 77) (i32.const 0) (i32.const 0)))))"#;
        let receipt = migrate(twin, contract, &version(2, checks));
        assert_eq!(twin.output(contract, b""), [1]);
        End::of(&receipt)
    })
}

fn guest_without_instantiate(fields: &str) -> Vec<u8> {
    module(&format!("(module {} (memory 2) {fields})", tenor_tests::wasm::text::imports()))
}

cases! {
    a_b_a: "A→B→A" => halted(HaltCode::Reentered), there_and_back;
    queried_half_way: "re-entry through a query of half-settled state" =>
        halted(HaltCode::Reentered), asked_half_way;
    callee_traps: "callee traps" => halted(HaltCode::DivisionByZero),
        |t| caught_halt(t, "(drop (i32.div_u (i32.const 1) (i32.const 0)))", ALL);
    callee_exhausts_the_stack: "callee traps" => halted(HaltCode::StackExhausted),
        |t| caught_halt(t, "(call $recurse)", ALL);
    callee_panics: "callee traps" => halted(HaltCode::Panicked),
        |t| caught_halt(t, "(call $panic (i32.const 0) (i32.const 5))", ALL);
    callee_gives_a_bad_pointer: "callee traps" => halted(HaltCode::BadPointer),
        |t| caught_halt(t, "(call $output_set (i32.const -1) (i32.const 1))", ALL);
    callee_errs: "callee errors" => End::Reverted(9), caught_failure;
    callee_runs_out: "callee runs out" => halted(HaltCode::OutOfGas), out_of_everything;
    callee_exceeds_its_limit: "callee exceeds its sub-limit" => halted(HaltCode::OutOfGas),
        |t| caught_halt(t, "(loop (br 0))", 300_000);
    tries_that_alternate: "three nested tries failing alternately" => End::Harmless, alternating_tries;
    one_too_deep: "depth limit + 1 with the largest frames" => halted(HaltCode::CallLimit), too_deep;
    all_gas_and_more: "callee given all gas, more than there is" => End::Harmless, gas_for_the_callee;
    no_gas: "callee given no gas" => halted(HaltCode::OutOfGas), no_gas_for_the_callee;
    nobody_there: "call to a contract not yet there" => halted(HaltCode::NoSuchContract), |t| {
        let outer = t.deploy("caller", &caller(Address([7; 32]), ALL));
        let output = t.output(outer, b"");
        assert_eq!(output[0], CallStatus::Halted as u8);
        End::Halted(borsh::from_slice::<Halted>(&output[1..]).expect("a halt").code)
    };
    call_of_upgraded_code: "call to a contract upgraded" => End::Harmless, upgraded;
    call_while_upgrading: "call to a contract upgraded during a call in progress" =>
        halted(HaltCode::Reentered), upgraded_during_a_call;
    caller_is_not_origin: "caller against origin" => End::Harmless, caller_and_origin;
    many_calls: "width × depth amplification" => halted(HaltCode::CallLimit), wide_and_deep;
    migration_of_an_old_layout: "migration with the old layout" => End::Reverted(77), old_layout;
    migration_interrupted: "migration interrupted" => halted(HaltCode::Unreachable),
        interrupted_migration;
    migration_downgraded: "migration downgraded" => End::System("CannotMigrate".into()), downgraded;
    much_work_in_one_transaction: "width × depth amplification" => halted(HaltCode::OutOfGas), |t| {
        // Sixty-four messages, none of which gets more than the transaction has.
        let contract = t.deploy("burner", &guest(r#"(func (export "execute") (loop (br 0)))"#));
        let messages = (0..64).map(|_| execute(contract, b"")).collect();
        let transaction = t.transaction("participant", CALL_GAS, messages);
        let receipt = t.block(vec![transaction]).remove(0);
        assert!(receipt.gas_used == CALL_GAS && CALL_GAS < PLENTY);
        End::of(&receipt)
    };
}
