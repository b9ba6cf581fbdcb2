//! Alternating rounds.

use crate::cpu;

/// Medians over the rounds.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// CPU nanoseconds of one operation of the subject.
    pub subject_ns: f64,
    /// CPU nanoseconds of one operation of the yardstick.
    pub yardstick_ns: f64,
    /// Subject over yardstick, per round.
    pub ratio: f64,
}

/// A piece of work: does `count` operations.
pub type Work<'a> = dyn FnMut(u32) + 'a;

/// Runs subject and yardstick alternately and takes medians. One round of each is thrown away.
pub fn compare(
    rounds: u32,
    subject: (u32, &mut Work<'_>),
    yardstick: (u32, &mut Work<'_>),
) -> Measured {
    compare_by(cpu::of_thread_ns, rounds, subject, yardstick)
}

/// The same by another clock, for work that is shared by threads.
pub fn compare_by(
    clock: fn() -> u64,
    rounds: u32,
    subject: (u32, &mut Work<'_>),
    yardstick: (u32, &mut Work<'_>),
) -> Measured {
    let (subject_count, subject) = subject;
    let (yardstick_count, yardstick) = yardstick;
    alternate(
        rounds,
        || per_operation_by(clock, subject_count, subject),
        || per_operation_by(clock, yardstick_count, yardstick),
    )
}

/// As [`compare`], of what takes its own time: both give CPU nanoseconds of one operation.
pub fn alternate(
    rounds: u32,
    mut subject: impl FnMut() -> f64,
    mut yardstick: impl FnMut() -> f64,
) -> Measured {
    let mut samples = Vec::new();
    for round in 0..=rounds {
        let (subject_ns, yardstick_ns) = (subject(), yardstick());
        if round > 0 {
            samples.push((subject_ns, yardstick_ns));
        }
    }
    let column = |pick: fn(&(f64, f64)) -> f64| median(samples.iter().map(pick).collect());
    Measured {
        subject_ns: column(|sample| sample.0),
        yardstick_ns: column(|sample| sample.1),
        ratio: column(|sample| sample.0 / sample.1),
    }
}

/// CPU nanoseconds of one operation of `work`, over `count` of them.
pub fn per_operation(count: u32, work: &mut Work<'_>) -> f64 {
    per_operation_by(cpu::of_thread_ns, count, work)
}

#[allow(clippy::cast_precision_loss)] // a measurement, not money
fn per_operation_by(clock: fn() -> u64, count: u32, work: &mut Work<'_>) -> f64 {
    let before = clock();
    work(count);
    (clock() - before) as f64 / f64::from(count)
}

/// The middle of the samples.
///
/// # Panics
/// If there is none.
pub fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
