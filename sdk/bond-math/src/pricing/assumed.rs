//! What a quote takes for granted about an index, where nothing is published yet.

use alloc::borrow::Cow;

use super::Assumptions;
use crate::{BondTerms, Coupon, Date, Error, Observations, Schedule, fixing_dates};

/// The published numbers, with the index rate that is taken for granted in the place of single fixings to come:
/// those of days from settlement on, and those of periods that have not begun. What was fixed before must have
/// been published. Of a rate that is compounded or averaged nothing is put in: its days are not singled out.
pub(super) fn published<'a>(
    terms: &BondTerms,
    schedule: &Schedule,
    settlement: Date,
    observations: &'a Observations,
    assumptions: &Assumptions,
) -> Result<Cow<'a, Observations>, Error> {
    let (Some(index_rate), Coupon::Floating(floating)) = (assumptions.index_rate, &terms.coupon)
    else {
        return Ok(Cow::Borrowed(observations));
    };
    if terms.coupon.is_known_by_day() {
        return Ok(Cow::Borrowed(observations));
    }
    let mut all = observations.clone();
    for period in schedule.periods.iter().filter(|period| period.accrual_end > settlement) {
        for date in fixing_dates(floating, period)? {
            let to_come = date >= settlement || period.accrual_start > settlement;
            if to_come && all.rates.get(date).is_err() {
                all.rates.insert(date, index_rate)?;
            }
        }
    }
    Ok(Cow::Owned(all))
}
