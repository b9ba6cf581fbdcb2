//! The virtual machine: uploads, host calls, specs, engines against one another.

use bolero::check;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use tenor_tests::engine::with_stack;
use tenor_tests::fuzz::{duration, host_calls, spec, upload};
use tenor_tests::wasm::differential::Differential;
use tenor_tests::wasm::smith::{self, Kind};

/// How inputs ended, so that a target that only ever meets one end is noticed.
#[derive(Default)]
struct Ends(Mutex<BTreeMap<String, u64>>);

impl Ends {
    fn note(&self, end: impl std::fmt::Debug) {
        let mut ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *ends.entry(format!("{end:?}")).or_default() += 1;
    }

    /// Prints them; at least so many different ones must have been met.
    fn at_least(&self, target: &str, count: usize) {
        let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        println!("{target}: {} inputs: {ends:?}", ends.values().sum::<u64>());
        assert!(ends.len() >= count, "expected {count} different ends, got {ends:?}");
    }
}

/// Feeds random bytes, at most `bytes_max` at once, to `body`, on a stack for guests.
macro_rules! fuzz {
    ($name:literal, $bytes_max:literal, ends: $count:literal, $body:expr) => {{
        let ends = Ends::default();
        with_stack(|| {
            let body = Mutex::new($body);
            check!().with_max_len($bytes_max).with_test_time(duration()).for_each(
                |input: &[u8]| {
                    ends.note((body.lock().unwrap_or_else(PoisonError::into_inner))(input));
                },
            );
        });
        ends.at_least($name, $count);
    }};
}

#[test]
fn uploads() {
    fuzz!("uploads", 3_000, ends: 10, upload::run);
}

#[test]
fn host_call_sequences() {
    let mut target = host_calls::Target::default();
    fuzz!("host call sequences", 600, ends: 4, |input: &[u8]| target.run(input));
}

#[test]
fn spec_sections() {
    fuzz!("spec sections", 1_000, ends: 2, spec::run);
}

#[test]
fn engines_agree() {
    let engines = Differential::default();
    fuzz!("engines agree", 3_000, ends: 4, |input: &[u8]| {
        smith::module(input, Kind::Bare).map(|code| engines.compare(&code))
    });
}
