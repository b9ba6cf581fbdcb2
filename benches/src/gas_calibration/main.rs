//! Nanoseconds per gas for each class of operation: `make gas-calibration`.
//!
//! Prints a line per class, `class NAME NS_PER_GAS ns/gas`, the dearest first, then worst, median and
//! their ratio, and exits with 1 if that is above 4: then some operation is sold too cheaply, and a
//! block full of it takes much longer than its gas says. An argument is the number of rounds.

use std::process::ExitCode;
use tenor_benches::calibration::{Row, Workshop, classes, measure};
use tenor_benches::rounds::median;

/// The dearest class may cost so many times what the middle one does.
const RATIO_MAX: f64 = 4.0;
/// Rounds unless told otherwise.
const ROUNDS: u32 = 7;

fn main() -> ExitCode {
    let rounds = match std::env::args().nth(1).map(|text| text.parse()) {
        None => ROUNDS,
        Some(Ok(rounds)) if rounds > 0 => rounds,
        Some(_) => {
            eprintln!("usage: gas_calibration [ROUNDS], a number above 0");
            return ExitCode::from(2);
        }
    };
    // Guests run on threads with the stack that a node gives them.
    let thread = std::thread::Builder::new().stack_size(tenor_vm::THREAD_STACK_BYTES);
    let run = thread.spawn(move || {
        let mut workshop = Workshop::new();
        let mut classes = classes(&mut workshop);
        measure(&mut workshop, &mut classes, rounds)
    });
    match run.expect("a thread starts").join() {
        Ok(rows) => report(rows),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn report(mut rows: Vec<Row>) -> ExitCode {
    rows.sort_by(|one, other| other.ns_per_gas.total_cmp(&one.ns_per_gas));
    for row in &rows {
        println!("class {:<30} {:>8.3} ns/gas", row.name, row.ns_per_gas);
    }
    let worst = rows.first().expect("there are classes").ns_per_gas;
    let middle = median(rows.iter().map(|row| row.ns_per_gas).collect());
    let ratio = worst / middle;
    println!("figure gas_worst_ns {worst:.3} ns/gas");
    println!("figure gas_median_ns {middle:.3} ns/gas");
    println!("figure gas_worst_over_median {ratio:.3} ratio");
    if ratio > RATIO_MAX {
        eprintln!("gas_worst_over_median is {ratio:.3}, expected at most {RATIO_MAX}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
