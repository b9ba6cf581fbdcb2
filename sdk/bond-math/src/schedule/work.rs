//! How much a schedule looks up in calendars, and the most it may.

use alloc::format;

use super::CouponPeriod;
use crate::{BondTerms, Calendar, Error};

/// Most work on one schedule, as days looked up in the simplest calendar: a few milliseconds.
const WORK_MAX: u64 = 200_000;

/// Days that a period looks up beside those it passes over: each date once where nothing moves it.
const DAYS_OF_A_PERIOD: u64 = 6;

/// Work done so far.
pub(super) struct Work {
    cost_of_a_day: u64,
    done: u64,
}

impl Work {
    pub(super) fn new(calendar: &Calendar) -> Self {
        Self { cost_of_a_day: u64::from(calendar.cost()), done: 0 }
    }

    /// Counts the days from each date of `period` to where the calendar moved it.
    ///
    /// # Errors
    /// [`Error::Schedule`] when it has become too much.
    pub(super) fn add(&mut self, terms: &BondTerms, period: &CouponPeriod) -> Result<(), Error> {
        let payment = period.payment_date;
        let ex = terms.ex.as_ref().zip(period.ex_date);
        let days = DAYS_OF_A_PERIOD
            .saturating_add(period.unadjusted_end.days_until(payment).unsigned_abs())
            .saturating_add(terms.record.days_looked_up(payment, period.record_date))
            .saturating_add(ex.map_or(0, |(ex, date)| ex.offset.days_looked_up(payment, date)));
        self.done = self.done.saturating_add(days.saturating_mul(self.cost_of_a_day));
        if self.done > WORK_MAX {
            return Err(Error::Schedule {
                reason: format!(
                    "counting business days takes too long: by {payment} more than {WORK_MAX} days were looked up; \
                     choose a longer period between coupons, shorter lags or fewer calendars"
                ),
            });
        }
        Ok(())
    }
}
