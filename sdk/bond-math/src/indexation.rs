//! Index ratios: what the payments of an indexed bond are multiplied by.

use crate::rounding::mul_div;
use crate::{
    BondTerms, Date, Decimal, Error, IndexReference, IndexScope, Indexation, Observations, PARTS,
    Period, RoundingMode,
};

const NEAREST: RoundingMode = RoundingMode::HalfUp;

/// The ratio for interest paid, or accrued, on a date; one for a bond without it.
pub(crate) fn interest_ratio(
    terms: &BondTerms,
    date: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    match &terms.indexation {
        Some(indexation) if indexation.scope != IndexScope::Principal => {
            ratio(terms, indexation, date, observations)
        }
        _ => Ok(Decimal::ONE),
    }
}

/// The index ratio of an indexed bond on a date, as its terms read and round it: what a real price and its
/// accrued interest are multiplied by, without regard to a floor.
///
/// # Errors
/// [`Error::Unsupported`] for a bond without a price index; [`Error::MissingFixing`].
pub fn index_ratio(
    terms: &BondTerms,
    date: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    let indexation = terms.indexation.as_ref().ok_or(Error::Unsupported {
        what: "an index ratio",
        reason: "the bond follows no price index",
    })?;
    ratio(terms, indexation, date, observations)
}

/// The ratio for principal repaid on a date, not below one where the terms protect par; `None` for a
/// bond without it.
pub(crate) fn principal_ratio(
    terms: &BondTerms,
    date: Date,
    observations: &Observations,
) -> Result<Option<Decimal>, Error> {
    let indexed = |indexation: &&Indexation| indexation.scope != IndexScope::Interest;
    let Some(indexation) = terms.indexation.as_ref().filter(indexed) else {
        return Ok(None);
    };
    let ratio = ratio(terms, indexation, date, observations)?;
    Ok(Some(if indexation.par_floor { ratio.max(Decimal::ONE) } else { ratio }))
}

/// Index on a date over the index at the start, rounded as the terms say.
fn ratio(
    terms: &BondTerms,
    indexation: &Indexation,
    date: Date,
    observations: &Observations,
) -> Result<Decimal, Error> {
    let read_on = match &indexation.dates {
        None => Some(date),
        Some(dates) if PARTS => dates.last_within(terms.maturity.unwrap_or(Date::MAX), date)?,
        Some(_) => return Err(not_in_parts()),
    };
    let Some(day) = read_on else {
        return Ok(Decimal::ONE);
    };
    let level = match &indexation.reference {
        None => observations.index_levels.get(day)?,
        Some(reference) if PARTS => reference.level(day, observations)?,
        Some(_) => return Err(not_in_parts()),
    };
    level.over(indexation.base, NEAREST)?.rounded(indexation.ratio_decimals, NEAREST)
}

fn not_in_parts() -> Error {
    Error::Unsupported {
        what: "an index read on days of its own",
        reason: "it needs the feature `parts`",
    }
}

impl IndexReference {
    /// The index of a day: that of its month less the lag, or a point on the line from there to the next
    /// month's, by the days that have passed of the month: `I(m) + (d - 1) / D · (I(m+1) - I(m))`.
    pub(crate) fn level(&self, day: Date, observations: &Observations) -> Result<Decimal, Error> {
        let (_, _, of_month) = day.ymd();
        let passed = i64::from(of_month).saturating_sub(1);
        let first = day.plus_days(passed.saturating_neg())?;
        let month = Period::months(1);
        let lagged = month.add_to(first, i32::from(self.lag_months).saturating_neg())?;
        let level = observations.index_levels.get(lagged)?;
        if !self.interpolated || passed == 0 {
            return Ok(level);
        }
        let next = observations.index_levels.get(month.add_to(lagged, 1)?)?;
        let days = first.days_until(month.add_to(first, 1)?);
        let rise = next.minus(level)?;
        let part = mul_div(&[rise.units(), i128::from(passed)], &[i128::from(days)], NEAREST)?;
        level.plus(Decimal::from_units(part))?.rounded(self.decimals, NEAREST)
    }
}

#[cfg(test)]
mod tests;
