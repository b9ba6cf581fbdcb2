//! Reading a file of vectors and reporting on it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tenor_bond_math::Date;

/// What became of one row.
pub(crate) enum Outcome {
    /// As expected.
    Passed,
    /// Out of scope or contradicted by another source, and why.
    NotSupported(&'static str),
    /// Not as expected.
    Failed(String),
}

/// The result of one file.
#[derive(Default)]
pub(crate) struct Report {
    passed: usize,
    not_supported: BTreeMap<&'static str, usize>,
    failed: Vec<String>,
}

/// The folder of the vectors, where one was given; one that is not there is a mistake, not nothing to run.
pub(crate) fn vectors() -> Option<PathBuf> {
    let folder = std::env::var_os("TENOR_VECTORS").map(PathBuf::from);
    match &folder {
        Some(folder) => {
            assert!(folder.is_dir(), "TENOR_VECTORS: {} is no folder", folder.display())
        }
        None => println!("TENOR_VECTORS is not set: no conformance vectors to run against."),
    }
    folder
}

/// The outcome of a check; one that panics, as on a row of another form, has failed alone.
pub(crate) fn guarded(check: impl FnOnce() -> Outcome) -> Outcome {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).unwrap_or_else(|cause| {
        let said = cause.downcast_ref::<String>().cloned();
        let said = said.or_else(|| cause.downcast_ref::<&str>().map(|said| (*said).to_owned()));
        Outcome::Failed(format!("cannot be run: {}", said.unwrap_or_default()))
    })
}

impl Report {
    /// Runs `check` on every row of `array` in `file`, prints the counts and fails on failures.
    pub(crate) fn of_file(file: &str, array: &str, check: impl Fn(&Value) -> Outcome) {
        Self::of(file, |report, json| match json[array].as_array() {
            Some(rows) => rows.iter().for_each(|row| {
                report.add(row["id"].as_str().unwrap_or("?"), guarded(|| check(row)));
            }),
            None => report.add(array, Outcome::Failed("expected a list of rows".into())),
        });
    }

    /// Runs `check` on every case of `file`, an object of cases by name.
    pub(crate) fn of_cases(file: &str, check: impl Fn(&str, &Value) -> Outcome) {
        Self::of(file, |report, json| match json.as_object() {
            Some(cases) => cases.iter().for_each(|(id, case)| report.add(id, check(id, case))),
            None => report.add("file", Outcome::Failed("expected an object of cases".into())),
        });
    }

    fn of(file: &str, run: impl FnOnce(&mut Self, &Value)) {
        let Some(folder) = vectors() else { return };
        let path = folder.join(file);
        let mut report = Self::default();
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string());
        match text.and_then(|text| serde_json::from_str(&text).map_err(|error| error.to_string())) {
            Ok(json) => {
                run(&mut report, &json);
                if report.is_empty() {
                    report.add("file", Outcome::Failed("holds no rows".into()));
                }
            }
            Err(error) => report.add("file", Outcome::Failed(format!("cannot be read: {error}"))),
        }
        report.finish(file);
    }

    fn is_empty(&self) -> bool {
        self.passed == 0 && self.failed.is_empty() && self.not_supported.is_empty()
    }

    /// Adds the outcome of one row.
    pub(crate) fn add(&mut self, id: &str, outcome: Outcome) {
        match outcome {
            Outcome::Passed => self.passed += 1,
            Outcome::NotSupported(reason) => *self.not_supported.entry(reason).or_default() += 1,
            Outcome::Failed(reason) => self.failed.push(format!("{id}: {reason}")),
        }
    }

    /// Prints the counts and fails on failures.
    pub(crate) fn finish(&self, file: &str) {
        let skipped: usize = self.not_supported.values().sum();
        println!(
            "{file}: {} passed, {} failed, {skipped} not supported",
            self.passed,
            self.failed.len()
        );
        for (reason, count) in &self.not_supported {
            println!("  not supported ({count}): {reason}");
        }
        assert!(self.failed.is_empty(), "{file}:\n{}", self.failed.join("\n"));
    }
}

/// The text of a field.
pub(crate) fn text<'a>(row: &'a Value, field: &str) -> Option<&'a str> {
    row[field].as_str()
}

/// The date in the first ten characters of a field.
pub(crate) fn date(row: &Value, field: &str) -> Option<Date> {
    text(row, field).and_then(|text| text.get(..10)?.parse().ok())
}

/// Passes when two numbers agree.
pub(crate) fn close(what: &str, got: f64, expected: f64, tolerance: f64) -> Outcome {
    if (got - expected).abs() <= tolerance {
        Outcome::Passed
    } else {
        Outcome::Failed(format!("{what}: expected {expected}, got {got}"))
    }
}

/// The first outcome that is no success.
#[cfg(feature = "pricing")]
pub(crate) fn all(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
    outcomes
        .into_iter()
        .find(|outcome| !matches!(outcome, Outcome::Passed))
        .unwrap_or(Outcome::Passed)
}
