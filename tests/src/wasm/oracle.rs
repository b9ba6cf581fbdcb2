//! A second opinion on gas: wasmtime's own fuel, counted in the module as it was before
//! instrumentation, at the prices of the gas schedule.

use super::rules::{PARAMETERS, RuleSet};
use tenor_primitives::GasSchedule;
use wasmtime::{Engine, OperatorCost};

/// An engine for modules without instrumentation, whose fuel is gas.
///
/// # Panics
/// If the settings do not fit together.
pub fn engine(rules: RuleSet) -> Engine {
    let mut config = rules.config();
    config.consume_fuel(true).operator_cost(prices(&PARAMETERS.gas));
    Engine::new(&config).expect("the settings fit together")
}

fn price(gas: u64) -> u8 {
    gas.try_into().expect("a price that fits the table of fuel")
}

/// The schedule as a table of fuel. Fuel takes one unit for entering a function, which the
/// schedule has in the price of a call.
fn prices(gas: &GasSchedule) -> OperatorCost {
    assert_eq!(gas.op_simple, 1, "the table's default is the price of a simple instruction");
    let mut cost = OperatorCost::new();
    for free in [&mut cost.Nop, &mut cost.Drop, &mut cost.Unreachable, &mut cost.Return] {
        *free = price(gas.op_simple);
    }
    (cost.I32Mul, cost.I64Mul) = (price(gas.op_multiply), price(gas.op_multiply));
    cost.Call = price(gas.op_call - 1);
    cost.CallIndirect = price(gas.op_call_indirect - 1);
    cost.MemoryGrow = price(gas.op_call);
    cost.MemoryCopy = price(gas.memory_bulk.base);
    cost.MemoryFill = price(gas.memory_bulk.base);
    divisions(&mut cost, price(gas.op_divide));
    accesses(&mut cost, price(gas.op_memory));
    let units = &mut cost.variable;
    units.memory_grow_per_page = price(gas.memory_page);
    units.memory_copy_per_byte = price(gas.memory_bulk.per_byte);
    units.memory_fill_per_byte = price(gas.memory_bulk.per_byte);
    // Outside of the contract target, where work per unit has no price.
    units.memory_init_per_byte = 0;
    units.table_copy_per_element = 0;
    units.table_fill_per_element = 0;
    units.table_init_per_element = 0;
    units.table_grow_per_element = 0;
    cost
}

fn divisions(cost: &mut OperatorCost, price: u8) {
    for division in [
        &mut cost.I32DivS,
        &mut cost.I32DivU,
        &mut cost.I32RemS,
        &mut cost.I32RemU,
        &mut cost.I64DivS,
        &mut cost.I64DivU,
        &mut cost.I64RemS,
        &mut cost.I64RemU,
    ] {
        *division = price;
    }
}

fn accesses(cost: &mut OperatorCost, price: u8) {
    for access in [
        &mut cost.GlobalGet,
        &mut cost.GlobalSet,
        &mut cost.I32Load,
        &mut cost.I64Load,
        &mut cost.I32Load8S,
        &mut cost.I32Load8U,
        &mut cost.I32Load16S,
        &mut cost.I32Load16U,
        &mut cost.I64Load8S,
        &mut cost.I64Load8U,
        &mut cost.I64Load16S,
        &mut cost.I64Load16U,
        &mut cost.I64Load32S,
        &mut cost.I64Load32U,
        &mut cost.I32Store,
        &mut cost.I64Store,
        &mut cost.I32Store8,
        &mut cost.I32Store16,
        &mut cost.I64Store8,
        &mut cost.I64Store16,
        &mut cost.I64Store32,
    ] {
        *access = price;
    }
}
