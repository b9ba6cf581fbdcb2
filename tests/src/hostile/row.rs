//! The page that lists every case.

use super::End;
use std::fmt::Write;

/// One case: what it is about, the test that holds it, how it must end.
#[derive(Clone, Debug)]
pub struct Row {
    /// The words of the list of cases.
    pub case: &'static str,
    /// The test's name in the integration tests, or crate and path of a test that lies elsewhere.
    pub test: &'static str,
    /// How it ends.
    pub end: String,
}

impl Row {
    /// The row of a test that checks `end`.
    pub fn new(case: &'static str, test: &'static str, end: &End) -> Self {
        Self { case, test, end: end.to_string() }
    }

    /// The row of a test that lies elsewhere, with the end in words.
    pub fn elsewhere(case: &'static str, test: &'static str, end: &'static str) -> Self {
        Self { case, test, end: end.into() }
    }
}

/// A group's table.
pub fn render(title: &str, rows: &[Row]) -> String {
    let mut text = format!("\n## {title}\n\n| Case | Test | End |\n|---|---|---|\n");
    for Row { case, test, end } in rows {
        writeln!(text, "| {case} | `{test}` | {end} |").expect("a string takes everything");
    }
    text
}
