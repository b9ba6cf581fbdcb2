//! Exact gas: short programs at every limit from nothing to what they cost, on two engines; and
//! without instrumentation, which must give the same.

use tenor_primitives::HaltCode;
use tenor_tests::wasm::engines::bare::{self, Bare};
use tenor_tests::wasm::rules::{GAS, RuleSet, STACK};
use tenor_tests::wasm::{machine::Machine, machine::Source, oracle};
use tenor_vm::instrument::Counters;

/// A program: what it shows, its fields, and how it ends when there is enough of everything.
struct Program {
    name: &'static str,
    fields: &'static str,
    end: Option<HaltCode>,
}

const fn returns(name: &'static str, fields: &'static str) -> Program {
    Program { name, fields, end: None }
}

const fn halts(name: &'static str, code: HaltCode, fields: &'static str) -> Program {
    Program { name, fields, end: Some(code) }
}

const PROGRAMS: [Program; 17] = [
    returns(
        "straight line",
        "(func (export \"run\") (result i32)
           (global.set $g (i32.const 1)) (i32.store (i32.const 8) (i32.const 77))
           (global.set $g (i32.mul (i32.load (i32.const 8)) (i32.const 3)))
           (i32.rem_u (global.get $g) (i32.const 10)))",
    ),
    returns(
        "branches",
        "(func (export \"run\") (result i32) (local $i i32)
           (loop $again
             (if (i32.and (local.get $i) (i32.const 1))
               (then (global.set $g (i32.add (global.get $g) (i32.const 5))))
               (else (i32.store8 (local.get $i) (i32.const 9)) nop nop))
             (local.set $i (i32.add (local.get $i) (i32.const 1)))
             (br_if $again (i32.lt_u (local.get $i) (i32.const 5))))
           (select (i32.const 7) (i32.const 8) (global.get $g)))",
    ),
    returns(
        "a branch table",
        "(func (export \"run\") (local $i i32)
           (loop $again
             (block $out (block $two (block $one (block $zero
               (br_table $zero $one $two $out (local.get $i)))
               (global.set $g (i32.const 10)))
               (global.set $g (i32.add (global.get $g) (i32.const 100))) (br $out))
               (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (i32.const 1))))
             (local.set $i (i32.add (local.get $i) (i32.const 1)))
             (br_if $again (i32.lt_u (local.get $i) (i32.const 5)))))",
    ),
    returns(
        "nested loops",
        "(func (export \"run\") (local $i i32) (local $j i32)
           (local.set $i (i32.const 4))
           (loop $outer
             (local.set $j (i32.const 3))
             (loop $inner
               (i32.store8 offset=16 (i32.mul (local.get $i) (local.get $j)) (local.get $j))
               (br_if $inner (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
             (global.set $g (i32.add (global.get $g) (i32.const 1)))
             (br_if $outer (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))",
    ),
    returns(
        "calls",
        "(func $double (param i32) (result i32)
           (global.set $g (i32.add (global.get $g) (i32.const 1)))
           (if (result i32) (i32.gt_u (local.get 0) (i32.const 50))
             (then (return (local.get 0)))
             (else (call $double (i32.shl (local.get 0) (i32.const 1))))))
         (func (export \"run\") (result i32)
           (i32.store (i32.const 0) (call $double (i32.const 3))) (call $double (i32.const 40)))",
    ),
    returns(
        "indirect calls",
        "(type $unary (func (param i64) (result i64))) (table 2 2 funcref)
         (elem (i32.const 0) $square $halve)
         (func $square (param i64) (result i64) (i64.mul (local.get 0) (local.get 0)))
         (func $halve (param i64) (result i64) (i64.div_u (local.get 0) (i64.const 2)))
         (func (export \"run\") (result i64) (local $i i32) (local $x i64)
           (local.set $x (i64.const 6))
           (loop $again
             (local.set $x (call_indirect (type $unary) (local.get $x)
               (i32.and (local.get $i) (i32.const 1))))
             (i64.store (i32.shl (local.get $i) (i32.const 3)) (local.get $x))
             (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
               (i32.const 4))))
           (local.get $x))",
    ),
    returns(
        "every width of memory",
        "(func (export \"run\") (result i64)
           (i64.store offset=8 (i32.const 0) (i64.const -81985529216486896))
           (i64.store32 (i32.const 20) (i64.load32_s (i32.const 12)))
           (i32.store16 (i32.const 30) (i32.load16_s (i32.const 10)))
           (i64.store8 (i32.const 40) (i64.load8_u (i32.const 15)))
           (global.set $g (i32.extend8_s (i32.load8_u (i32.const 15))))
           (i64.add (i64.load (i32.const 20)) (i64.load16_u (i32.const 30))))",
    ),
    returns(
        "growing memory",
        "(func (export \"run\") (result i32)
           (global.set $g (memory.grow (i32.const 2)))
           (i32.store (i32.const 70000) (i32.const 5))
           (i32.add (memory.grow (i32.const 4)) (memory.size)))",
    ),
    returns(
        "filling and copying",
        "(func (export \"run\")
           (memory.fill (i32.const 10) (i32.const 171) (i32.const 300))
           (global.set $g (i32.load (i32.const 100)))
           (memory.copy (i32.const 200) (i32.const 205) (i32.const 150))
           (memory.copy (i32.const 0) (i32.const 9) (i32.const 0))
           (memory.fill (i32.const 65536) (i32.const 1) (i32.const 0)))",
    ),
    returns(
        "leaving from within",
        "(func $find (param i32) (result i32)
           (block $found (block $none
             (loop $next
               (br_if $none (i32.gt_u (local.get 0) (i32.const 6)))
               (br_if $found (i32.eqz (i32.rem_u (local.get 0) (i32.const 5))))
               (local.set 0 (i32.add (local.get 0) (i32.const 1))) (br $next)))
             (return (i32.const -1)))
           (global.set $g (local.get 0)) (local.get 0))
         (func (export \"run\") (result i32)
           (i32.add (call $find (i32.const 2)) (call $find (i32.const 6))))",
    ),
    halts(
        "dividing by zero",
        HaltCode::DivisionByZero,
        "(func (export \"run\") (global.set $g (i32.const 4)) (nop)
           (drop (i32.div_u (i32.const 1) (i32.load (i32.const 0)))) (global.set $g (i32.const 5)))",
    ),
    halts(
        "overflow in a callee",
        HaltCode::IntegerOverflow,
        "(func $callee (param i64) (result i64) (i64.div_s (local.get 0) (i64.const -1)))
         (func (export \"run\") (i32.store (i32.const 0) (i32.const 1))
           (drop (call $callee (i64.const 7))) (global.set $g (i32.const 2))
           (drop (call $callee (i64.const 0x8000000000000000))) (global.set $g (i32.const 3)))",
    ),
    halts(
        "the end of memory",
        HaltCode::MemoryOutOfBounds,
        "(func (export \"run\") (local $i i32) (local.set $i (i32.const 65532))
           (loop $again (i32.store (local.get $i) (i32.const -1))
             (global.set $g (local.get $i))
             (local.set $i (i32.add (local.get $i) (i32.const 2))) (br $again)))",
    ),
    halts(
        "copying past the end",
        HaltCode::MemoryOutOfBounds,
        "(func (export \"run\") (global.set $g (i32.const 1))
           (memory.copy (i32.const 0) (i32.const 65436) (i32.const 101)))",
    ),
    halts(
        "a call of another type",
        HaltCode::BadSignature,
        "(type $none (func)) (table 3 3 funcref) (elem (i32.const 0) $one)
         (func $one (result i32) (i32.const 1))
         (func (export \"run\") (global.set $g (i32.const 1))
           (call_indirect (type $none) (i32.const 0)))",
    ),
    halts(
        "unreachable",
        HaltCode::Unreachable,
        "(func (export \"run\") (if (i32.eqz (global.get $g)) (then
           (global.set $g (i32.const 1)) (unreachable))))",
    ),
    halts(
        "endless recursion",
        HaltCode::StackExhausted,
        "(func $deep (param i32) (global.set $g (i32.add (global.get $g) (i32.const 1)))
           (i32.store (i32.shl (local.get 0) (i32.const 2)) (local.get 0))
           (call $deep (i32.add (local.get 0) (i32.const 1))) nop)
         (func (export \"run\") (call $deep (i32.const 0)))",
    ),
];

const GLOBALS: [&str; 1] = ["g"];

/// A program in all of its forms.
struct Subject {
    code: Vec<u8>,
    compiled: wasmtime::Module,
    interpreted: wasmi::Module,
    original: wasmi::Module,
}

impl Subject {
    fn new(program: &Program, engine: &wasmtime::Engine) -> Self {
        let text = format!(
            "(module (memory (export \"m\") 1 3) (global $g (export \"g\") (mut i32) (i32.const 0)) {})",
            program.fields
        );
        let buffer = wast::parser::ParseBuffer::new(&text).expect("tokens");
        let module = wast::parser::parse::<wast::Wat<'_>>(&buffer);
        let code = module.and_then(|mut module| module.encode()).expect(program.name);
        let wasm = RuleSet::Consensus.prepare(&code).expect(program.name);
        let interpreter = bare::interpreter();
        Self {
            compiled: wasmtime::Module::new(engine, &wasm).expect("compiles"),
            interpreted: wasmi::Module::new(&interpreter, &wasm).expect("is taken"),
            original: wasmi::Module::new(&interpreter, &code).expect("is taken"),
            code,
        }
    }

    /// A run on both engines, which must agree in everything.
    fn run(&self, given: Counters) -> Bare {
        let compiled = bare::compiled(&self.compiled, given, &GLOBALS);
        let interpreted = bare::interpreted(&self.interpreted, Some(given), &GLOBALS);
        assert_eq!(compiled, interpreted, "given {given:?}");
        compiled
    }
}

/// Stack for a recursion of a few dozen calls, so that it costs little to get to its end.
const LITTLE_STACK: i32 = 8 << 10;

fn with_limit(gas: i64) -> Counters {
    Counters { gas, stack: LITTLE_STACK }
}

#[test]
fn every_limit_ends_at_the_same_place_on_both_engines() {
    let engine = RuleSet::Consensus.engine();
    for program in &PROGRAMS {
        let subject = Subject::new(program, &engine);
        let full = subject.run(with_limit(GAS));
        assert_eq!(full.halt, program.end, "{}", program.name);
        let cost = GAS - full.left.expect("instrumented").gas;
        assert!(cost > 0, "{}", program.name);
        for limit in 0..=cost + 1 {
            let got = subject.run(with_limit(limit));
            let left = got.left.expect("instrumented");
            if limit < cost {
                assert_eq!(got.halt, Some(HaltCode::OutOfGas), "{} {limit}", program.name);
                assert!(left.gas < 0, "{} {limit}", program.name);
            } else {
                let left = Counters { gas: limit - cost, ..left };
                let expected = Bare { left: Some(left), ..full.clone() };
                assert_eq!(got, expected, "{} {limit}", program.name);
            }
        }
    }
}

#[test]
fn without_instrumentation_the_result_is_the_same_and_the_fuel_is_the_gas() {
    let engine = RuleSet::Consensus.engine();
    let fuelled = oracle::engine(RuleSet::Consensus);
    for program in &PROGRAMS {
        // Where it ends is what the counters decide.
        if program.end == Some(HaltCode::StackExhausted) {
            continue;
        }
        let subject = Subject::new(program, &engine);
        let counted = subject.run(Counters { gas: GAS, stack: STACK });
        let original = bare::interpreted(&subject.original, None, &GLOBALS);
        assert_eq!(original, Bare { left: None, ..counted.clone() }, "{}", program.name);
        if program.end.is_none() {
            let mut machine = Machine::new(&fuelled, RuleSet::Consensus, false);
            machine.instantiate(&subject.code, &|_| Source::Unknown).expect(program.name);
            let fuel = machine.invoke(0, "run", &[]).expect(program.name).used.expect("fuel");
            let gas = GAS - counted.left.expect("instrumented").gas;
            assert_eq!(gas.unsigned_abs(), fuel, "{}", program.name);
        }
    }
}
