//! Fuzzing of the readers of terms and of the generator of schedules: no panic on any input, and at most a
//! mebibyte at one time and ten milliseconds; as long again for the payments of terms that are valid.
//!
//! `FUZZ_SECONDS` sets how long each body runs; without it a few thousand inputs are tried, and time,
//! which other work on the machine disturbs, is not looked at.

use std::time::{Duration, Instant};
use tenor_bond_math::{BondTerms, Observations, cash_flows, schedule, schedule_to};

mod allocation;
mod sheets;

#[global_allocator]
static ALLOCATOR: allocation::Counted = allocation::Counted;

/// Most bytes at one time.
const BYTES_MAX: usize = 1 << 20;
/// Longest time for one input.
const TIME_MAX: Duration = Duration::from_millis(10);
/// Inputs of a run without `FUZZ_SECONDS`.
const INPUTS: usize = 3_000;
/// Longest input, before it becomes a sheet.
const INPUT_BYTES_MAX: usize = 100;

/// Seconds of a long run.
fn seconds() -> Option<u64> {
    std::env::var("FUZZ_SECONDS").ok()?.parse().ok()
}

fn fuzz(body: fn(&[u8])) {
    let target = bolero::check!().with_max_len(INPUT_BYTES_MAX);
    match seconds() {
        Some(seconds) => {
            target
                .with_iterations(usize::MAX)
                .with_test_time(Duration::from_secs(seconds))
                .for_each(body);
        }
        None => {
            target.with_iterations(INPUTS).with_test_time(Duration::from_secs(60)).for_each(body)
        }
    }
}

/// Time this thread has run, which other work on the machine does not add to; the clock's where the
/// kernel does not say.
fn ran(start: Instant) -> Duration {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = said.as_deref().and_then(|said| said.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Runs `work` within both bounds.
fn bounded(what: &str, input: &str, work: impl Fn()) {
    let bytes = allocation::highest(&work);
    assert!(bytes <= BYTES_MAX, "{what}: {bytes} bytes at one time for\n{input}");
    in_time(what, input, work);
}

/// Runs `work` within the bound on time, where it is looked at; what is slow once may have been disturbed
/// and is tried again.
fn in_time(what: &str, input: &str, work: impl Fn()) {
    if seconds().is_some() {
        let start = Instant::now();
        let time = || {
            let before = ran(start);
            work();
            ran(start).saturating_sub(before)
        };
        let mut took = time();
        for _ in 0..5 {
            if took > TIME_MAX {
                took = took.min(time());
            }
        }
        assert!(took <= TIME_MAX, "{what}: {took:?} for\n{input}");
    }
}

/// Reads, validates, and generates the schedule.
fn use_terms(terms: Result<BondTerms, String>) {
    let Ok(terms) = terms else { return };
    if terms.validate().is_err() {
        return;
    }
    let ten_years = terms.dated_date.plus_days(3_653).unwrap_or(terms.dated_date);
    let schedule = schedule(&terms).or_else(|_| schedule_to(&terms, ten_years));
    drop(schedule);
}

/// The payments: within the bound on time for valid terms; for those that were refused no panic, whatever it
/// costs.
fn pay(what: &str, input: &str, terms: Result<BondTerms, String>) {
    let Ok(terms) = terms else { return };
    let Ok(schedule) = schedule(&terms) else { return };
    let none = Observations::default();
    let flows = || drop(cash_flows(&terms, &schedule, &none));
    flows();
    if terms.validate().is_ok() {
        in_time(what, input, flows);
    }
}

fn from_toml(text: &str) -> Result<BondTerms, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

fn from_json(text: &str) -> Result<BondTerms, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn toml_body(bytes: &[u8]) {
    let text = sheets::mutated(bytes);
    bounded("TOML", &text, || use_terms(from_toml(&text)));
    pay("payments", &text, from_toml(&text));
}

/// The same sheets as JSON, changed once more at a byte.
fn json_body(bytes: &[u8]) {
    let Some((last, bytes)) = bytes.split_last() else { return };
    let Ok(sheet) = toml::from_str::<serde_json::Value>(&sheets::mutated(bytes)) else { return };
    let mut text = sheet.to_string().into_bytes();
    let place = usize::from(*last) * 7 % text.len().max(1);
    if bytes.first().is_some_and(|byte| byte % 2 == 0)
        && let Some(byte) = text.get_mut(place)
    {
        *byte = last % 128;
    }
    let Ok(text) = String::from_utf8(text) else { return };
    bounded("JSON", &text, || use_terms(from_json(&text)));
}

/// The encoding that contracts read, changed at a few bytes.
fn borsh_body(bytes: &[u8]) {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let terms = from_toml(&sheets::sheet(usize::from(*first))).expect("valid sheets");
    let mut encoded = borsh::to_vec(&terms).expect("encodes");
    for step in rest.chunks_exact(3).take(8) {
        let place = usize::from(u16::from_be_bytes([step[0], step[1]])) % encoded.len();
        encoded[place] = step[2];
    }
    let read = || borsh::from_slice::<BondTerms>(&encoded).map_err(|error| error.to_string());
    let shown = format!("{encoded:?}");
    bounded("borsh", &shown, || use_terms(read()));
    pay("payments", &shown, read());
}

#[test]
fn the_sheets_are_valid() {
    for index in 0..sheets::COUNT {
        let terms = from_toml(&sheets::sheet(index)).expect("a sheet that can be read");
        terms.validate().expect("valid terms");
        schedule(&terms).expect("a schedule");
    }
}

#[test]
fn term_sheets_as_toml() {
    fuzz(toml_body);
}

#[test]
fn term_sheets_as_json() {
    fuzz(json_body);
}

#[test]
fn terms_as_contracts_read_them() {
    fuzz(borsh_body);
}
