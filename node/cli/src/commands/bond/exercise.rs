//! The call or put that a bond is valued to.

use super::sheet::Sheet;
use crate::core::{CliError, CliResult};
use tenor_bond_math::{Date, Exercise, RightKind};

impl Sheet {
    /// The call or put of the terms on a date.
    pub(super) fn exercise(&self, date: Date) -> CliResult<Exercise> {
        let to_cash = |kind| matches!(kind, RightKind::Call | RightKind::Put);
        let rights = self.terms.rights.iter().filter(|right| to_cash(right.kind));
        let exercises = rights.flat_map(|right| right.exercises.iter());
        let found = exercises.clone().find(|exercise| exercise.date == date);
        found.copied().ok_or_else(|| {
            let dates: Vec<String> = exercises.map(|exercise| exercise.date.to_string()).collect();
            let known = if dates.is_empty() { "none".to_owned() } else { dates.join(", ") };
            CliError::Usage(format!(
                "expected --exercised with a date of a call or put of {} ({known}), got {date}",
                self.terms.isin
            ))
        })
    }
}
