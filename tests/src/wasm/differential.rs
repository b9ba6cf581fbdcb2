//! One module on every engine: wasmtime without and with optimisation, the interpreter, and the
//! interpreter without instrumentation.

use super::engines::bare::{self, Bare};
use super::rules::{RuleSet, STACK};
use super::smith;
use tenor_primitives::HaltCode;
use tenor_vm::Rule;
use tenor_vm::instrument::Counters;
use wasmtime::OptLevel;

/// Gas that a module gets at first: enough for what ends, soon over for what does not.
const GAS: i64 = 100_000;

/// What became of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compared {
    /// No engine got to see it: it breaks this rule.
    Refused(Rule),
    /// All engines agree.
    Agreed(Option<HaltCode>),
}

/// Engines that must agree.
pub struct Differential {
    production: wasmtime::Engine,
    unoptimised: wasmtime::Engine,
    interpreter: wasmi::Engine,
}

impl Default for Differential {
    fn default() -> Self {
        let mut unoptimised = RuleSet::Consensus.config();
        unoptimised.cranelift_opt_level(OptLevel::None);
        Self {
            production: RuleSet::Consensus.engine(),
            unoptimised: wasmtime::Engine::new(&unoptimised).expect("the settings fit together"),
            interpreter: bare::interpreter(),
        }
    }
}

impl Differential {
    /// Runs a module that [`smith::module`] made, with plenty of gas and with too little of it.
    ///
    /// # Panics
    /// If the engines differ in anything: result, gas, stack, trap, memory, globals.
    pub fn compare(&self, code: &[u8]) -> Compared {
        let wasm = match RuleSet::Consensus.prepare(code) {
            Ok(wasm) => wasm,
            Err(refusal) => return Compared::Refused(refusal.rule),
        };
        let compile = |engine| wasmtime::Module::new(engine, &wasm).expect("checked code compiles");
        let compiled = [compile(&self.production), compile(&self.unoptimised)];
        let interpreted = wasmi::Module::new(&self.interpreter, &wasm).expect("is taken");
        let run = |gas: i64| {
            let given = Counters { gas, stack: STACK };
            let first = bare::interpreted(&interpreted, Some(given), &smith::GLOBALS);
            for module in &compiled {
                let other = bare::compiled(module, given, &smith::GLOBALS);
                assert_eq!(other, first, "given {given:?}");
            }
            first
        };
        let full = run(GAS);
        self.compare_original(code, &full);
        let used = GAS - full.left.expect("instrumented").gas;
        // Half of it, and the last steps before it is enough.
        for short in [used / 2, used - 1, used - 2] {
            let got = run(short.clamp(0, GAS));
            if full.halt != Some(HaltCode::OutOfGas) && short >= 0 && used > 0 {
                assert_eq!(got.halt, Some(HaltCode::OutOfGas), "{short} of {used}");
            }
        }
        if full.halt != Some(HaltCode::OutOfGas) {
            let exact = run(used);
            assert_eq!(exact.left.expect("instrumented").gas, 0, "exactly enough");
            assert_eq!(Bare { left: full.left, ..exact }, full, "exactly enough");
        }
        Compared::Agreed(full.halt)
    }

    /// Whoever did not run out of anything did what the module does without instrumentation.
    fn compare_original(&self, code: &[u8], counted: &Bare) {
        if matches!(counted.halt, Some(HaltCode::OutOfGas | HaltCode::StackExhausted)) {
            return;
        }
        let module = wasmi::Module::new(&self.interpreter, code).expect("is taken");
        let original = bare::interpreted(&module, None, &smith::GLOBALS);
        assert_eq!(original, Bare { left: None, ..counted.clone() }, "without instrumentation");
    }
}
