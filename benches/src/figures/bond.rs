//! Bond mathematics: in a guest, as gas and against the same function outside.

use crate::figure;
use tenor_benches::quote::{QuoteLedger, fixed, overnight};
use tenor_benches::rounds::compare;
use tenor_bond_math::Date;
use tenor_example_quote::{Bond, Quote};

const ROUNDS: u32 = 7;
/// Messages of a round.
const MESSAGES: u32 = 20;

/// What is measured: its name, how often in one round, and the message for so many times.
struct Subject {
    name: &'static str,
    times: u32,
    message: fn(u32) -> Quote,
}

pub(crate) fn figures() {
    let schedule = |times| Quote::Schedule { times };
    let payments = |times| Quote::Payments { times };
    let accrued = |times| Quote::Accrued { settlement: day("2027-05-03"), times };
    let rate = |times| Quote::Rate { day: day("2025-07-15"), times };
    for subject in [
        Subject { name: "schedule", times: 400, message: schedule },
        Subject { name: "cash_flows", times: 200, message: payments },
        Subject { name: "accrued", times: 6_000, message: accrued },
    ] {
        measure(&subject, &fixed());
    }
    measure(&Subject { name: "compounded", times: 600, message: rate }, &overnight());
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

#[allow(clippy::cast_precision_loss)] // a measurement, not money
fn measure(subject: &Subject, bond: &Bond) {
    let Subject { name, times, message } = *subject;
    let mut guest = QuoteLedger::new(bond);
    let native = QuoteLedger::new(bond);
    let quote = message(times);
    let (number, gas) = guest.in_guest(&quote);
    assert_eq!(number, native.natively(&quote), "the guest computes what is computed outside");
    let (_, around) = guest.in_guest(&message(0));
    let measured = compare(
        ROUNDS,
        (times * MESSAGES, &mut |_| {
            (0..MESSAGES).for_each(|_| {
                guest.in_guest(&quote);
            });
        }),
        (times * MESSAGES, &mut |_| {
            (0..MESSAGES).for_each(|_| {
                std::hint::black_box(native.natively(&quote));
            });
        }),
    );
    let each = (gas - around) as f64 / f64::from(times);
    figure(&format!("bond_{name}_gas"), each, "gas");
    figure(&format!("bond_{name}_native_ns"), measured.yardstick_ns, "ns");
    figure(&format!("bond_{name}_wasm_over_native"), measured.ratio, "ratio");
}
