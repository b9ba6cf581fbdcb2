//! What came of a file of assertions.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::AddAssign;

/// What came of one directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Not an assertion, and nothing went wrong.
    Done,
    /// It holds.
    Passed,
    /// It is about a module that is not taken, by the rule's name.
    Refused(String),
    /// It does not hold, and why.
    Failed(String),
}

/// Counts over the assertions of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Assertions that hold.
    pub passed: usize,
    /// Assertions about modules that are not taken, by the rule's name.
    pub refused: BTreeMap<String, usize>,
    /// Directives that do not hold, each with its place and the reason.
    pub failed: Vec<String>,
    /// Invocations whose gas was the fuel of the module without instrumentation.
    pub gas_compared: usize,
}

impl Tally {
    /// Counts the outcome of the directive at `place`.
    pub fn add(&mut self, place: &str, outcome: Outcome) {
        match outcome {
            Outcome::Done => {}
            Outcome::Passed => self.passed += 1,
            Outcome::Refused(rule) => *self.refused.entry(rule).or_default() += 1,
            Outcome::Failed(reason) => self.failed.push(format!("{place}: {reason}")),
        }
    }
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Self) {
        self.passed += other.passed;
        self.gas_compared += other.gas_compared;
        self.failed.extend_from_slice(&other.failed);
        for (rule, count) in &other.refused {
            *self.refused.entry(rule.clone()).or_default() += count;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refused: usize = self.refused.values().sum();
        let (passed, failed) = (self.passed, self.failed.len());
        write!(f, "{passed} passed, {failed} failed, {refused} refused")?;
        let mut separator = " (";
        for (rule, count) in &self.refused {
            write!(f, "{separator}{rule} {count}")?;
            separator = ", ";
        }
        if refused > 0 {
            f.write_str(")")?;
        }
        write!(f, "; gas compared {}", self.gas_compared)
    }
}
