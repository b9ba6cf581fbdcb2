//! Two ways of computing with decimals, in a guest: `i128` at 10^-18 with wide products, and a mantissa of 96
//! bits. `make figures-arithmetic` compiles the guest and names it in `TENOR_ARITHMETIC`.

use crate::figure;
use tenor_benches::rounds::compare;
use wasmtime::{Config, Engine, Instance, Module, Store, TypedFunc};

const ROUNDS: u32 = 7;
/// Computations of one call.
const TIMES: u32 = 200;
/// Calls of a round.
const CALLS: u32 = 20;
/// More than any computation takes, of the engine's fuel: about one for an instruction.
const FUEL: u64 = 1 << 40;

pub(crate) fn figures() {
    let Some(path) = std::env::var_os("TENOR_ARITHMETIC") else {
        eprintln!("arithmetic: left out; make figures-arithmetic compiles its guest");
        return;
    };
    let code = std::fs::read(path).expect("the guest of make figures-arithmetic");
    for name in ["compounded", "coupons", "indexed"] {
        measure(&code, name);
    }
}

#[allow(clippy::cast_precision_loss)] // a measurement, not money
fn measure(code: &[u8], name: &str) {
    let [wide, short] = [format!("{name}_wide"), format!("{name}_short")];
    for function in [&wide, &short] {
        let mut counted = Guest::new(code, function, true);
        let (found, instructions) = (counted.call(1), counted.instructions(TIMES));
        println!("figure arithmetic_{function}_found {found} units");
        figure(&format!("arithmetic_{function}_instructions"), instructions, "instructions");
    }
    let mut wide = Guest::new(code, &wide, false);
    let mut short = Guest::new(code, &short, false);
    let measured = compare(
        ROUNDS,
        (CALLS * TIMES, &mut |_| {
            (0..CALLS).for_each(|_| {
                std::hint::black_box(wide.call(TIMES));
            })
        }),
        (CALLS * TIMES, &mut |_| {
            (0..CALLS).for_each(|_| {
                std::hint::black_box(short.call(TIMES));
            })
        }),
    );
    figure(&format!("arithmetic_{name}_wide_ns"), measured.subject_ns, "ns");
    figure(&format!("arithmetic_{name}_short_ns"), measured.yardstick_ns, "ns");
    figure(&format!("arithmetic_{name}_wide_over_short"), measured.ratio, "ratio");
}

/// One function of the module in an instance of its own.
struct Guest {
    store: Store<()>,
    function: TypedFunc<u32, i64>,
}

impl Guest {
    fn new(code: &[u8], function: &str, counts: bool) -> Self {
        let engine = Engine::new(Config::new().consume_fuel(counts)).expect("an engine");
        let module = Module::from_binary(&engine, code).expect("a module");
        let mut store = Store::new(&engine, ());
        if counts {
            store.set_fuel(FUEL).expect("fuel is counted");
        }
        let instance = Instance::new(&mut store, &module, &[]).expect("no imports");
        let function = instance.get_typed_func(&mut store, function).expect("the export");
        Self { store, function }
    }

    fn call(&mut self, times: u32) -> i64 {
        self.function.call(&mut self.store, times).expect("it does not trap")
    }

    /// Instructions of one computation.
    #[allow(clippy::cast_precision_loss)] // a measurement, not money
    fn instructions(&mut self, times: u32) -> f64 {
        let before = self.store.get_fuel().expect("fuel is counted");
        self.call(times);
        let after = self.store.get_fuel().expect("fuel is counted");
        (before - after) as f64 / f64::from(times)
    }
}
