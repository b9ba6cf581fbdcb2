//! How much a schedule looks up in calendars, and the most it may.

use alloc::format;

use crate::calendar::SEEK_DAYS_MAX;
use crate::{Calendar, Date, Error};

/// Most work on one schedule, as days looked up in the simplest calendar: a few milliseconds.
const WORK_MAX: u64 = 200_000;

/// Most days looked up to move the ends of the schedule and of its regular part back to the roll.
const DAYS_OF_THE_ENDS: u64 = 4 * 2 * SEEK_DAYS_MAX;

/// Work done so far.
pub(super) struct Work {
    cost_of_a_day: u64,
    days: u64,
}

impl Work {
    pub(super) fn new(calendar: &Calendar) -> Self {
        Self { cost_of_a_day: u64::from(calendar.cost()), days: DAYS_OF_THE_ENDS }
    }

    /// Counts days that were looked up.
    pub(super) const fn add(&mut self, days: u64) {
        self.days = self.days.saturating_add(days);
    }

    /// Counts the days that were passed over from one date to the other.
    pub(super) fn add_between(&mut self, from: Date, to: Date) {
        self.add(from.days_until(to).unsigned_abs());
    }

    /// # Errors
    /// [`Error::Schedule`] when it has become too much.
    pub(super) fn check(&self, payment: Date) -> Result<(), Error> {
        if self.days.saturating_mul(self.cost_of_a_day) > WORK_MAX {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::look_ups;
    use crate::test_terms::{date, terms};
    use crate::{
        BondTerms, BusinessDayConvention, Centre, DayKind, DayOffset, ExRule, Frequency,
        HolidayTable, Weekday, schedule,
    };
    use alloc::vec;
    use alloc::vec::Vec;

    /// Most days that one period looks up: five dates moved both ways, three counted in business days.
    const DAYS_OF_A_PERIOD_MAX: u64 = 1_000;

    /// Open on the last days of each month alone: every search is as long as it may be.
    fn mostly_closed() -> HolidayTable {
        let first = date("2025-01-01");
        let days = (0..3_650).filter_map(|day| first.plus_days(day).ok());
        HolidayTable {
            name: "mostly closed".into(),
            first_year: 2020,
            last_year: 2060,
            weekend: vec![Weekday::Saturday, Weekday::Sunday],
            holidays: days.filter(|day| day.day() < 27).collect(),
        }
    }

    fn calendars() -> Vec<Calendar> {
        let all = Centre::ALL.into_iter().filter(|centre| *centre != Centre::Singapore);
        let all: Vec<Centre> = all.collect();
        vec![
            Calendar::weekends(),
            Calendar::of(&[Centre::HongKong]),
            Calendar::of(&all),
            Calendar { centres: vec![Centre::Weekends], tables: vec![mostly_closed()] },
        ]
    }

    fn offsets() -> [DayOffset; 3] {
        let convention = BusinessDayConvention::ModifiedPreceding;
        [
            DayOffset::business(30),
            DayOffset { days: 45, kind: DayKind::Calendar, convention },
            DayOffset::business(0),
        ]
    }

    fn sheets() -> impl Iterator<Item = BondTerms> {
        let conventions = [
            BusinessDayConvention::None,
            BusinessDayConvention::Following,
            BusinessDayConvention::ModifiedFollowing,
            BusinessDayConvention::ModifiedFollowingBiMonthly,
            BusinessDayConvention::Preceding,
            BusinessDayConvention::ModifiedPreceding,
            BusinessDayConvention::Nearest,
        ];
        let sheet = |frequency: &str| {
            let mut sheet = terms();
            sheet.maturity = Some(date("2034-01-15"));
            sheet.schedule.frequency = frequency.parse().expect("a frequency");
            sheet
        };
        let bare = ["P1M", "P3M", "P1Y", "P1W"].map(sheet).into_iter();
        let in_calendars = bare.flat_map(|sheet| {
            calendars().into_iter().map(move |calendar| BondTerms { calendar, ..sheet.clone() })
        });
        let moved = in_calendars.flat_map(move |sheet| {
            conventions.map(|payment_convention| BondTerms { payment_convention, ..sheet.clone() })
        });
        moved.flat_map(|sheet| {
            let cases = offsets().into_iter().zip([0_u8, 1, 30]);
            cases.flat_map(move |(record, lag)| {
                let sheet = sheet.clone();
                [false, true].map(move |flag| BondTerms {
                    record,
                    ex: Some(ExRule { offset: record, cum_on_ex_date: flag }),
                    payment_lag_business_days: lag,
                    accrual_adjusted: flag,
                    ..sheet.clone()
                })
            })
        })
    }

    /// What sheets are refused by is never below what they truly look up, nor far above.
    #[test]
    fn what_is_looked_up_is_counted() {
        let (mut made, mut refused, mut all_counted, mut all_looked_up) = (0, 0, 0, 0);
        for sheet in sheets() {
            look_ups::since_last();
            let mut work = Work::new(&sheet.calendar);
            let maturity = sheet.maturity.expect("it has one");
            let outcome = crate::schedule::build_with(&sheet, maturity, &mut work);
            let (looked_up, counted) = (look_ups::since_last(), work.days);
            // A search that finds no business day ends the schedule and is not counted.
            let uncounted = if outcome.is_ok() { 0 } else { DAYS_OF_A_PERIOD_MAX };
            assert!(looked_up <= counted + uncounted, "{looked_up} above {counted}, {outcome:?}");
            let most = WORK_MAX / u64::from(sheet.calendar.cost()) + DAYS_OF_A_PERIOD_MAX;
            assert!(counted <= most, "{counted}, {outcome:?}");
            *if outcome.is_ok() { &mut made } else { &mut refused } += 1;
            all_counted += counted;
            all_looked_up += looked_up;
        }
        assert!(made > 300 && refused > 20, "{made} {refused}");
        assert!(all_counted < 2 * all_looked_up, "{all_counted} for {all_looked_up}");
    }

    /// Bonds as they are issued are far below the bound: a century of quarters that pays in three centres.
    #[test]
    fn no_bond_of_the_market_is_refused() {
        let mut sheet = terms();
        sheet.maturity = Some(date("2100-01-15"));
        sheet.schedule.frequency = Frequency::QUARTERLY;
        sheet.calendar = Calendar::of(&[Centre::London, Centre::NewYork, Centre::HongKong]);
        sheet.payment_convention = BusinessDayConvention::ModifiedFollowing;
        sheet.accrual_adjusted = true;
        sheet.record = DayOffset::business(15);
        schedule(&sheet).expect("a schedule");
    }
}
