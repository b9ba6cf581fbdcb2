//! What came of a file of vectors.

use std::fmt;

/// Counts per file, with the reason of every failure.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The file.
    pub file: String,
    /// Cases that agree.
    pub passed: usize,
    /// Cases refused by a rule of the ledger that is stricter than the vectors, by that rule.
    pub refused: Vec<String>,
    /// Cases that disagree, with the reason.
    pub failed: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (passed, failed, refused) = (self.passed, self.failed.len(), self.refused.len());
        write!(f, "{}: {passed} passed, {failed} failed, {refused} refused", self.file)?;
        self.failed.iter().try_for_each(|reason| write!(f, "\n  failed {reason}"))
    }
}
