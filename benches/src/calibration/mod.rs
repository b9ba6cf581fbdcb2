//! What a gas costs in nanoseconds, for each class of operation.
//!
//! Every class is a piece of work that consists of little else: a guest that repeats an operation, or
//! transactions of one kind. It runs on a node's own executor, engine and RocksDB; what it costs in
//! gas is what its receipts say, what it costs in time is the processor time of the thread that
//! executes, hashes and commits the block, less those of a block with one repetition. A machine's
//! speed changes meanwhile, so every sample is taken between two of a yardstick, and each class's
//! figure is the median over the rounds.

mod calls;
mod guest;
mod host;
mod instructions;
mod memory;
mod storage;
mod transactions;
mod workshop;

pub use workshop::Workshop;

use crate::rounds::{median, per_operation};

/// What one sample cost.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Processor time in nanoseconds.
    pub ns: f64,
    /// Gas.
    pub gas: f64,
}

/// A class of operations.
pub struct Class {
    /// What it repeats.
    pub name: &'static str,
    /// Takes one sample.
    pub sample: Box<dyn FnMut(&mut Workshop) -> Sample>,
}

impl Class {
    fn new(name: &'static str, sample: impl FnMut(&mut Workshop) -> Sample + 'static) -> Self {
        Self { name, sample: Box::new(sample) }
    }
}

/// One line of the result.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The class.
    pub name: &'static str,
    /// Nanoseconds per gas.
    pub ns_per_gas: f64,
}

/// All classes, set up in `workshop`.
pub fn classes(workshop: &mut Workshop) -> Vec<Class> {
    let mut classes = instructions::classes(workshop);
    classes.extend(memory::classes(workshop));
    classes.extend(host::classes(workshop));
    classes.extend(storage::classes(workshop));
    classes.extend(calls::classes(workshop));
    classes.extend(transactions::classes(workshop));
    classes
}

/// Takes `rounds` samples of each class. The yardstick's median speed over all is what times are
/// given at.
///
/// # Panics
/// If a class runs out of gas or is refused: a defect of the measurement.
pub fn measure(workshop: &mut Workshop, classes: &mut [Class], rounds: u32) -> Vec<Row> {
    let mut relative: Vec<Vec<f64>> = classes.iter().map(|_| Vec::new()).collect();
    let mut yardsticks = Vec::new();
    for _ in 0..rounds {
        for (class, samples) in classes.iter_mut().zip(&mut relative) {
            let before = yardstick_ns();
            let Sample { ns, gas } = (class.sample)(workshop);
            let yardstick = f64::midpoint(before, yardstick_ns());
            samples.push(ns / gas / yardstick);
            yardsticks.push(yardstick);
        }
    }
    let yardstick = median(yardsticks);
    let row = |(class, samples): (&mut Class, Vec<f64>)| Row {
        name: class.name,
        ns_per_gas: median(samples) * yardstick,
    };
    classes.iter_mut().zip(relative).map(row).collect()
}

/// Nanoseconds of one step of arithmetic and memory that no compiler can shorten.
fn yardstick_ns() -> f64 {
    const STEPS: u32 = 400_000;
    per_operation(STEPS, &mut |steps| {
        let mut table = [1_u64; 512];
        let mut state = 1_u64;
        for _ in 0..steps {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let place = usize::try_from(state >> 55).expect("nine bits");
            table[place] ^= state;
            state ^= table[(place + 7) % table.len()];
        }
        std::hint::black_box((state, table));
    })
}
