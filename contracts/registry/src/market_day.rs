//! A market's ledger date as a function of block time.
//!
//! The state machine is: business day open → cut-off → end of day → next business day open. Each
//! transition is an instant that follows from the market's rules and from delays decided under dual
//! control before the day ended, so the state never has to be stored to be right, and never goes
//! back.

use crate::business_days::{Decided, first_from, is_business_day};
use crate::time_zone::{DAY, date_of, instant_of, offset_at};
use tenor_bond_math::Date;
use tenor_interfaces::registry::{DayPhase, Error, Market, MarketDay};
use tenor_sdk::prelude::*;

/// The most a day may be delayed, in seconds.
pub(crate) const DELAY_SECONDS_MAX: u32 = 4 * 3_600;

/// The instant of a local time of a market.
pub(crate) fn instant(market: &Market, date: Date, seconds: u32) -> Result<Timestamp> {
    let utc_ms = instant_of(market.time_zone, date, seconds).saturating_mul(1_000);
    let unix_ms = u64::try_from(utc_ms).map_err(|_| Failure::from(Error::DateUnknown { date }))?;
    Ok(Timestamp::from_unix_ms(unix_ms))
}

/// The ledger date at `now`.
pub(crate) fn market_day(
    market: &Market,
    now: Timestamp,
    decided: &impl Decided,
) -> Result<MarketDay> {
    let utc = i64::try_from(now.unix_seconds()).unwrap_or(i64::MAX / 2);
    let local = utc.saturating_add(offset_at(market.time_zone, utc));
    let today = date_of(local).ok_or(Error::DateUnknown { date: Date::MAX })?;
    if let Some(day) = delayed_past_midnight(market, now, today, decided)? {
        return Ok(day);
    }
    let candidate = first_from(market, today, decided)?;
    let day = at(market, candidate, decided, now)?;
    if now < day.ends_at {
        return Ok(day);
    }
    let next = first_from(market, plus_days(candidate, 1)?, decided)?;
    at(market, next, decided, now)
}

/// The last business day before `today`, if a delay has moved its end past midnight and past `now`.
fn delayed_past_midnight(
    market: &Market,
    now: Timestamp,
    today: Date,
    decided: &impl Decided,
) -> Result<Option<MarketDay>> {
    let latest = i64::from(market.end_of_day_seconds) + i64::from(DELAY_SECONDS_MAX);
    if latest <= DAY {
        return Ok(None);
    }
    let yesterday = plus_days(today, -1)?;
    if !is_business_day(market, yesterday, decided)? {
        return Ok(None);
    }
    let day = at(market, yesterday, decided, now)?;
    Ok((now < day.ends_at).then_some(day))
}

fn plus_days(date: Date, days: i64) -> Result<Date> {
    Ok(date.plus_days(days).map_err(|_| Error::DateUnknown { date })?)
}

/// `date` as it stands at `now`.
fn at(market: &Market, date: Date, decided: &impl Decided, now: Timestamp) -> Result<MarketDay> {
    let delay_seconds = decided.delay_seconds(date)?;
    let delayed = |instant: Timestamp| {
        let delayed = instant.checked_add_ms(u64::from(delay_seconds) * 1_000);
        delayed.ok_or(Failure::from(Error::DateUnknown { date }))
    };
    let cut_off_at = delayed(instant(market, date, market.cut_off_seconds)?)?;
    let ends_at = delayed(instant(market, date, market.end_of_day_seconds)?)?;
    let phase = if now < cut_off_at { DayPhase::Open } else { DayPhase::CutOff };
    Ok(MarketDay { date, phase, cut_off_at, ends_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_bond_math::{Calendar, Centre, HolidayTable};
    use tenor_interfaces::registry::TimeZone;

    fn berlin() -> Market {
        Market {
            code: "XETR".parse().expect("a code"),
            calendar: Calendar::of(&[Centre::Target]),
            time_zone: TimeZone::EuropeBerlin,
            cut_off_seconds: 16 * 3_600,
            end_of_day_seconds: 18 * 3_600,
        }
    }

    fn utc(date: &str, hour: u64, minute: u64) -> Timestamp {
        let date: Date = date.parse().expect("a date");
        let days = u64::try_from(date.days()).expect("after 1970");
        Timestamp::from_unix_ms((days * 86_400 + hour * 3_600 + minute * 60) * 1_000)
    }

    /// Nothing but one delayed day.
    struct Delayed(&'static str, u32);

    impl Decided for Delayed {
        fn delay_seconds(&self, date: Date) -> Result<u32> {
            Ok(if date.to_string() == self.0 { self.1 } else { 0 })
        }

        fn years_with(&self, _year: i32) -> Result<Option<HolidayTable>> {
            Ok(None)
        }
    }

    const NOTHING: Delayed = Delayed("", 0);

    fn day(market: &Market, now: Timestamp) -> MarketDay {
        market_day(market, now, &NOTHING).expect("a day")
    }

    fn date(day: MarketDay) -> (String, DayPhase) {
        (format!("{}", day.date), day.phase)
    }

    #[test]
    fn a_day_opens_cuts_off_and_ends() {
        let market = berlin();
        // Summer: 16:00 is 14:00 UTC, 18:00 is 16:00 UTC.
        let cases = [
            (utc("2025-07-15", 13, 59), "2025-07-15", DayPhase::Open),
            (utc("2025-07-15", 14, 0), "2025-07-15", DayPhase::CutOff),
            (utc("2025-07-15", 15, 59), "2025-07-15", DayPhase::CutOff),
            (utc("2025-07-15", 16, 0), "2025-07-16", DayPhase::Open),
            // Friday evening, the weekend, and early Monday are Monday.
            (utc("2025-07-18", 16, 0), "2025-07-21", DayPhase::Open),
            (utc("2025-07-19", 12, 0), "2025-07-21", DayPhase::Open),
            (utc("2025-07-21", 3, 0), "2025-07-21", DayPhase::Open),
            // Good Friday and Easter Monday 2025: from Thursday evening it is Tuesday.
            (utc("2025-04-17", 16, 0), "2025-04-22", DayPhase::Open),
        ];
        for (now, expected, phase) in cases {
            assert_eq!(date(day(&market, now)), (expected.into(), phase), "{now:?}");
        }
    }

    #[test]
    fn the_end_of_a_day_is_the_next_days_first_instant() {
        let market = berlin();
        let ends = day(&market, utc("2025-01-15", 12, 0)).ends_at;
        assert_eq!(ends, utc("2025-01-15", 17, 0));
        let before = Timestamp::from_unix_ms(ends.unix_ms - 1);
        assert_eq!(day(&market, before).date.to_string(), "2025-01-15");
        assert_eq!(day(&market, ends).date.to_string(), "2025-01-16");
    }

    #[test]
    fn a_delay_moves_cut_off_and_end() {
        let market = berlin();
        let delayed = Delayed("2025-07-15", 7_200);
        let at = |hour, minute| {
            date(market_day(&market, utc("2025-07-15", hour, minute), &delayed).expect("a day"))
        };
        assert_eq!(at(15, 59), ("2025-07-15".into(), DayPhase::Open));
        assert_eq!(at(17, 59), ("2025-07-15".into(), DayPhase::CutOff));
        assert_eq!(at(18, 0), ("2025-07-16".into(), DayPhase::Open));
    }

    #[test]
    fn a_delay_past_midnight_keeps_the_day_open() {
        let market = Market { end_of_day_seconds: 86_400, ..berlin() };
        // Friday 18 July ends at 02:00 on Saturday instead of midnight.
        let delayed = Delayed("2025-07-18", 7_200);
        let on_saturday = |hour, minute| {
            let now = utc("2025-07-18", hour, minute);
            market_day(&market, now, &delayed).expect("a day").date.to_string()
        };
        assert_eq!(on_saturday(22, 30), "2025-07-18", "00:30 local");
        assert_eq!(on_saturday(23, 59), "2025-07-18", "01:59 local");
        let ended = market_day(&market, utc("2025-07-19", 0, 0), &delayed).expect("a day");
        assert_eq!(ended.date.to_string(), "2025-07-21", "02:00 local");
    }

    #[test]
    fn the_date_never_goes_back() {
        let market = berlin();
        let mut last = Date::MIN;
        for hour in 0..(24 * 400) {
            let now = Timestamp::from_unix_ms(utc("2024-12-01", 0, 0).unix_ms + hour * 3_600_000);
            let day = day(&market, now);
            assert!(day.date >= last && now < day.ends_at);
            last = day.date;
        }
    }

    #[test]
    fn years_the_calendar_does_not_know_are_refused() {
        let error = market_day(&berlin(), utc("1990-01-02", 0, 0), &NOTHING).expect_err("refused");
        assert!(matches!(error.to_error(), Some(Error::DateUnknown { .. })));
    }
}
