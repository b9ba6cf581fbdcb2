//! A bond as it is valued to a call or put.

use super::sheet::Sheet;
use crate::core::{CliError, CliResult};
use tenor_bond_math::{Date, Redemption, RightKind, schedule};

impl Sheet {
    /// The bond redeemed on the date of a call or put of its terms, at the price agreed there.
    pub(super) fn exercised(mut self, date: Date) -> CliResult<Self> {
        let to_cash = |kind| matches!(kind, RightKind::Call | RightKind::Put);
        let rights = self.terms.rights.iter().filter(|right| to_cash(right.kind));
        let exercises = rights.flat_map(|right| right.exercises.iter());
        let dates: Vec<String> =
            exercises.clone().map(|exercise| exercise.date.to_string()).collect();
        let Some(price) =
            exercises.clone().find(|exercise| exercise.date == date).map(|exercise| exercise.value)
        else {
            let known = if dates.is_empty() { "none".to_owned() } else { dates.join(", ") };
            return Err(CliError::Usage(format!(
                "expected --exercised with a date of a call or put of {} ({known}), got {date}",
                self.terms.isin
            )));
        };
        if !matches!(self.terms.redemption, Redemption::Bullet { .. } | Redemption::Never) {
            return Err(CliError::Usage(format!(
                "{}: expected --exercised for a bond redeemed in one payment; part of this one is \
                 repaid before",
                self.terms.isin
            )));
        }
        let terms = &mut self.terms;
        terms.maturity = Some(date);
        terms.redemption = Redemption::Bullet { price };
        terms.schedule.last_regular = terms.schedule.last_regular.filter(|last| *last < date);
        self.schedule = schedule(terms).map_err(|error| CliError::file(&self.path, error))?;
        Ok(self)
    }
}
