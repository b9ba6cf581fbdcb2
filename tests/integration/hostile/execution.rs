//! Guests that do not end, or end badly.

use super::{alike, body_stopped, execute, halted, stopped, with_parameters};
use tenor_primitives::{GasSchedule, HaltCode, Parameters};
use tenor_tests::hostile::{End, Twin};
use tenor_tests::wasm::text::guest;

/// Deploys a guest whose `execute` is `body`; what one call of it costs beside the transaction and
/// entering the contract, which must be what `price` says, and its end.
fn priced(twin: &mut Twin, body: &str, price: impl Fn(&GasSchedule) -> u64) -> End {
    let code = guest(&format!(r#"(func (export "execute") {body})"#));
    let contract = twin.deploy("priced", &code);
    let receipt = twin.stops(contract, b"");
    let before = twin.intrinsic(&execute(contract, b"")) + twin.entering(&code);
    assert_eq!(receipt.gas_used, before + price(&twin.parameters().gas), "{body}");
    End::of(&receipt)
}

/// A guest that returns, at every limit below what it costs.
fn every_limit(twin: &mut Twin) -> End {
    let code = guest(
        r#"(func (export "execute") (local i32)
             (i32.store (i32.const 0) (call $input_read (i32.const 8) (i32.const 9)))
             (loop (local.set 0 (i32.add (local.get 0) (i32.const 1)))
               (br_if 0 (i32.lt_u (local.get 0) (i32.const 7))))
             (memory.fill (i32.const 20) (i32.const 1) (i32.const 30))
             (call $output_set (i32.const 0) (i32.const 4)))"#,
    );
    let contract = twin.deploy("every-limit", &code);
    let before = twin.intrinsic(&execute(contract, b"abc")) + twin.entering(&code);
    let full = twin.execute(contract, b"abc");
    assert_eq!(full.outputs, [vec![3, 0, 0, 0]]);
    let ends = (before..full.gas_used).map(|limit| {
        let receipt = twin.fails("participant", limit, execute(contract, b"abc"));
        assert_eq!(receipt.gas_used, limit);
        End::of(&receipt)
    });
    let end = alike(ends.collect::<Vec<_>>());
    let exact = twin.transaction("participant", full.gas_used, vec![execute(contract, b"abc")]);
    assert_eq!(twin.block(vec![exact])[0].outputs, full.outputs, "exactly enough");
    end
}

/// One long block of instructions is paid as a whole: one gas short, and nothing of it runs.
fn straight_line(twin: &mut Twin) -> End {
    let burn = "(global.set $g (i64.mul (global.get $g) (i64.const 3)))".repeat(5_000);
    let code = guest(&format!(
        r#"(global $g (mut i64) (i64.const 1)) (func (export "execute") {burn}
             (call $storage_set (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))"#
    ));
    let contract = twin.deploy("straight", &code);
    let gas = twin.parameters().gas;
    let block = 5_000 * (2 * gas.op_memory + gas.op_simple + gas.op_multiply)
        + 5 * gas.op_simple
        + gas.op_call;
    let before = twin.intrinsic(&execute(contract, b"")) + twin.entering(&code);
    let short = twin.fails("participant", before + block - 1, execute(contract, b""));
    let full = twin.execute(contract, b"");
    assert_eq!(full.gas_used, before + block + gas.storage_set.of(0));
    End::of(&short)
}

/// Hashing costs more than is left, in the middle of a call and after a few.
fn in_a_host_function(twin: &mut Twin) -> End {
    let hash = "(call $keccak256 (i32.const 0) (i32.const 131072) (i32.const 0))";
    let code = guest(&format!(r#"(func (export "execute") {hash})"#));
    let contract = twin.deploy("hash", &code);
    let full = twin.execute(contract, b"").gas_used;
    let short = twin.fails("participant", full - 1, execute(contract, b""));
    assert_eq!(short.gas_used, full - 1);
    alike([End::of(&short), body_stopped(twin, &format!("(loop {hash} (br 0))"))])
}

/// Grows to the limit, touches every page, and is told that there is no more.
fn all_of_memory(twin: &mut Twin) -> End {
    let code = guest(
        r#"(func (export "execute") (local i32)
             (i32.store (i32.const 0) (memory.grow (i32.const 254)))
             (loop (i32.store offset=65532 (local.get 0) (i32.const -1))
               (local.set 0 (i32.add (local.get 0) (i32.const 65536)))
               (br_if 0 (i32.lt_u (local.get 0) (i32.const 16777216))))
             (i32.store (i32.const 4) (memory.grow (i32.const 1)))
             (i32.store (i32.const 8) (memory.size))
             (call $output_set (i32.const 0) (i32.const 12)))"#,
    );
    let contract = twin.deploy("memory", &code);
    for _ in 0..3 {
        let output = twin.output(contract, b"");
        assert_eq!(output, [2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0]);
    }
    End::Harmless
}

/// Nothing is copied at the very end of memory, whatever the other side is.
fn nothing_at_the_end(twin: &mut Twin) -> End {
    let code = guest(
        r#"(func (export "execute")
             (memory.fill (i32.const 131072) (i32.const 1) (i32.const 0))
             (memory.copy (i32.const 131072) (i32.const 0) (i32.const 0))
             (memory.copy (i32.const 0) (i32.const 131072) (i32.const 0)))"#,
    );
    let contract = twin.deploy("nothing", &code);
    End::of(&twin.execute(contract, b""))
}

/// A price that no counter holds: more units of it than fit are stopped, none are not.
fn prices_beyond_the_counter(_: &mut Twin) -> End {
    let mut parameters = Parameters::initial();
    parameters.gas.memory_bulk.per_byte = u64::MAX;
    let fill = |length: &str| {
        let fill = format!("(memory.fill (i32.const 0) (i32.const 0) (i32.const {length}))");
        guest(&format!(r#"(func (export "execute") {fill})"#))
    };
    with_parameters(parameters, |twin| {
        let free = twin.deploy("free", &fill("0"));
        assert!(twin.execute(free, b"").is_success());
        alike(["1", "2", "0x7fffffff", "-1"].map(|length| {
            let contract = twin.deploy("dear", &fill(length));
            End::of(&twin.stops(contract, b""))
        }))
    })
}

/// A result of so many bytes.
fn output(twin: &mut Twin, bytes: u32) -> End {
    let code = guest(&format!(
        r#"(func (export "execute") (call $output_set (i32.const 0) (i32.const {bytes})))"#
    ));
    let contract = twin.deploy("output", &code);
    if bytes > twin.parameters().limits.payload_bytes_max {
        return End::of(&twin.stops(contract, b""));
    }
    let receipt = twin.execute(contract, b"");
    assert_eq!(receipt.outputs[0].len(), bytes as usize);
    End::of(&receipt)
}

/// A table with a function, an empty slot, and types.
const TABLE: &str = r#"(type $none (func)) (type $one (func (result i32)))
    (table 2 2 funcref) (elem (i32.const 0) $nothing) (func $nothing)"#;

fn indirect(twin: &mut Twin, call: &str) -> End {
    stopped(twin, &format!(r#"{TABLE} (func (export "execute") {call})"#), b"")
}

cases! {
    endless_loop: "endless loop" => halted(HaltCode::OutOfGas), |t| body_stopped(t, "(loop (br 0))");
    endless_work: "endless loop" => halted(HaltCode::OutOfGas), |t| body_stopped(t,
        "(loop (call $storage_set (i32.const 1) (i32.const 0) (i32.const 8) (i32.const 0) (i32.const 100))
               (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (br 0))");
    straight_line_burn: "straight-line burn" => halted(HaltCode::OutOfGas), straight_line;
    direct_recursion: "recursion direct" => halted(HaltCode::StackExhausted), |t| stopped(t,
        r#"(func $deep (export "execute") (call $deep))"#, b"");
    indirect_recursion: "recursion indirect" => halted(HaltCode::StackExhausted), |t| stopped(t,
        r#"(type $none (func)) (table 1 1 funcref) (elem (i32.const 0) $deep)
           (func $deep (export "execute") (call_indirect (type $none) (i32.const 0)))"#, b"");
    mutual_recursion: "recursion mutual with large frames" => halted(HaltCode::StackExhausted), |t| {
        let locals = "i64 ".repeat(250);
        stopped(t, &format!(
            r#"(func $a (export "execute") (local {locals}) (call $b))
               (func $b (local {locals}) (call $a))"#
        ), b"")
    };
    no_gas: "gas 0" => End::Invalid("GasLimit".into()), |t| {
        let contract = t.deploy("idle", &guest(r#"(func (export "execute"))"#));
        let least = t.intrinsic(&execute(contract, b""));
        alike([0, 1, least - 1].map(|limit| {
            End::invalid(&t.refused("participant", limit, vec![execute(contract, b"")]))
        }))
    };
    not_enough_to_enter: "gas exact, one short" => halted(HaltCode::OutOfGas), |t| {
        let code = guest(r#"(func (export "execute"))"#);
        let contract = t.deploy("idle", &code);
        let least = t.intrinsic(&execute(contract, b""));
        let exact = least + t.entering(&code);
        let receipt = t.transaction("participant", exact, vec![execute(contract, b"")]);
        assert!(t.block(vec![receipt])[0].is_success());
        alike([least, least + 1, exact - 1].map(|limit| {
            let receipt = t.fails("participant", limit, execute(contract, b""));
            assert_eq!(receipt.gas_used, limit);
            End::of(&receipt)
        }))
    };
    gas_at_every_instruction: "gas at every instruction" => halted(HaltCode::OutOfGas), every_limit;
    out_of_gas_in_a_host_function: "out of gas inside a host function" =>
        halted(HaltCode::OutOfGas), in_a_host_function;
    grown_to_the_limit: "grow to the limit and touch every page" => End::Harmless, all_of_memory;
    growth_beyond_the_counter: "grow to the limit and touch every page" => halted(HaltCode::OutOfGas),
        |t| body_stopped(t, "(drop (memory.grow (i32.const -1)))");
    bulk_of_maximal_size: "bulk operations of maximal size" => halted(HaltCode::OutOfGas), |t| alike([
        "(memory.fill (i32.const 0) (i32.const 1) (i32.const -1))",
        "(memory.copy (i32.const 0) (i32.const 0) (i32.const -1))",
    ].map(|body| body_stopped(t, body)));
    bulk_of_zero_size: "bulk operations of zero size" => End::Harmless, nothing_at_the_end;
    bulk_out_of_range: "bulk operations of wrapping and out-of-range size" =>
        halted(HaltCode::MemoryOutOfBounds), |t| alike([
            "(memory.fill (i32.const -1) (i32.const 1) (i32.const 2))",
            "(memory.copy (i32.const 0) (i32.const -1) (i32.const 2))",
            "(memory.copy (i32.const -1) (i32.const 0) (i32.const 2))",
            "(memory.fill (i32.const 131071) (i32.const 1) (i32.const 2))",
            "(memory.fill (i32.const 131073) (i32.const 1) (i32.const 0))",
        ].map(|body| body_stopped(t, body)));
    load_out_of_range: "bulk operations of wrapping and out-of-range size" =>
        halted(HaltCode::MemoryOutOfBounds), |t| priced(t,
            "(drop (i32.load offset=4294967295 (i32.const -1))) (i32.store (i32.const 0) (i32.const 0))",
            // The whole block is paid before its first instruction runs.
            |gas| 4 * gas.op_simple + 2 * gas.op_memory);
    division_by_zero: "division by zero" => halted(HaltCode::DivisionByZero), |t| priced(t,
        "(drop (i64.rem_s (i64.const 1) (i64.const 0)))", |gas| 3 * gas.op_simple + gas.op_divide);
    lowest_by_minus_one: "INT_MIN/-1" => halted(HaltCode::IntegerOverflow), |t| priced(t,
        "(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))",
        |gas| 3 * gas.op_simple + gas.op_divide);
    null_call: "null call_indirect" => halted(HaltCode::IndirectCallToNull),
        |t| indirect(t, "(call_indirect (type $none) (i32.const 1))");
    mistyped_call: "mistyped call_indirect" => halted(HaltCode::BadSignature),
        |t| indirect(t, "(drop (call_indirect (type $one) (i32.const 0)))");
    call_outside_the_table: "mistyped call_indirect" => halted(HaltCode::TableOutOfBounds),
        |t| indirect(t, "(call_indirect (type $none) (i32.const -1))");
    unreachable: "mistyped call_indirect" => halted(HaltCode::Unreachable),
        |t| priced(t, "(unreachable)", |gas| gas.op_simple);
    gas_limit_beyond_the_counter: "gas counter overflow" => End::Invalid("GasLimit".into()), |t| {
        let contract = t.deploy("idle", &guest(r#"(func (export "execute"))"#));
        let most = t.parameters().limits.transaction_gas_max;
        alike([u64::MAX, 1 << 63, most + 1].map(|limit| {
            End::invalid(&t.refused("participant", limit, vec![execute(contract, b"")]))
        }))
    };
    price_beyond_the_counter: "gas counter overflow" => halted(HaltCode::OutOfGas),
        prices_beyond_the_counter;
    output_of_nothing: "result of size 0" => End::Harmless, |t| output(t, 0);
    output_of_the_most: "result of size max" => End::Harmless, |t| output(t, 64 << 10);
    output_of_one_more: "result of size max+1" => halted(HaltCode::OutputLimit),
        |t| output(t, (64 << 10) + 1);
}
