//! Rows of the exactness check for what lies between coupon dates and beside fixed coupons: accrued interest,
//! prices, interest carried between parts of a coupon period, interest in kind, BUS/252.

use serde_json::{Value, json};
use tenor_bond_math::{
    BondTerms, Coupon, CouponPeriod, Date, DateRule, DayCount, DayOffset, Decimal, Error, ExRule,
    Frequency, Observations, PaymentInKind, Period, RateStep, Redemption, RepaymentStage, Rounding,
    Schedule, accrued, coupon_amount, principal_plan, schedule, settlement_amount,
};

use crate::exact::{made, roll_day};

/// Day counts under which the parts of a period add up to it.
const ADDITIVE: [DayCount; 6] = [
    DayCount::Act360,
    DayCount::Act365Fixed,
    DayCount::Act364,
    DayCount::ActActIsda,
    DayCount::Nl365,
    DayCount::Bus252,
];

/// Interest accrued, cum and ex, and what a trade pays, on three days of every period.
pub(crate) fn accruing(rows: &mut Vec<Value>, terms: &BondTerms) -> Result<(), Error> {
    let mut terms = terms.clone();
    terms.ex = Some(ExRule { offset: DayOffset::calendar(9), cum_on_ex_date: false });
    let Coupon::Fixed { rate } = terms.coupon else { return Ok(()) };
    let schedule = schedule(&terms)?;
    let Some(roll) = roll_day(&terms, &schedule) else { return Ok(()) };
    let clean: Decimal = "98.7654321".parse()?;
    let face = terms.denomination_minor;
    for period in &schedule.periods {
        let days = period.accrual_start.days_until(period.accrual_end);
        for part in [1, days / 2, days - 1] {
            let settlement = period.accrual_start.plus_days(part.max(0))?;
            let found = accrued(&terms, &schedule, settlement, face, &Observations::default())?;
            let mut row = day_count_row(&terms, &schedule, period, roll);
            row["of"] = json!(face.to_string());
            row["got"] = json!(found.amount_minor.to_string());
            if !found.ex {
                row["what"] = json!("interest");
                row["end"] = json!(settlement);
                row["base"] = json!("1");
                row["rate"] = json!(rate);
                let trade = settlement_amount(
                    &terms,
                    &schedule,
                    clean,
                    settlement,
                    face,
                    &Observations::default(),
                )?;
                let mut traded = row.clone();
                traded["what"] = json!("settlement");
                traded["clean"] = json!(clean);
                traded["got"] = json!(trade.total_minor.to_string());
                rows.extend([row, traded]);
            } else if ADDITIVE.contains(&terms.day_count) {
                row["what"] = json!("ex");
                row["parts"] =
                    json!([part_row(Decimal::ONE, rate, settlement, period.accrual_end)]);
                rows.push(row);
            }
        }
    }
    Ok(())
}

/// What the script needs to count the days of a period.
pub(crate) fn day_count_row(
    terms: &BondTerms,
    schedule: &Schedule,
    period: &CouponPeriod,
    roll: u8,
) -> Value {
    let whole = schedule.day_count_context(terms, period).coupon.expect("a coupon period");
    json!({
        "day_count": terms.day_count,
        "start": period.accrual_start,
        "end": period.accrual_end,
        "coupon_start": whole.start,
        "coupon_end": whole.end,
        "kind": period.kind,
        "months": terms.schedule.frequency.months(),
        "roll": roll,
        "maturity": terms.maturity,
    })
}

fn part_row(base: Decimal, rate: Decimal, start: Date, end: Date) -> Value {
    json!({"base": base, "rate": rate, "start": start, "end": end})
}

/// Ten years, semi-annual, on a face of 10^15 minor units.
fn ten_years(day_count: DayCount) -> Result<BondTerms, Error> {
    let mut terms = made(day_count, 5);
    (terms.issue_date, terms.dated_date) = ("2024-02-15".parse()?, "2024-02-15".parse()?);
    terms.maturity = Some("2034-02-15".parse()?);
    terms.schedule = tenor_bond_math::ScheduleRule::every(Frequency::SEMI_ANNUAL);
    terms.rounding = Rounding::per_position(2);
    Ok(terms)
}

/// A step of the rate and repayments between coupon dates: each coupon is the sum of its parts.
#[cfg(feature = "parts")]
pub(crate) fn carried(rows: &mut Vec<Value>) -> Result<(), Error> {
    let (low, high): (Decimal, Decimal) = ("0.0123456789".parse()?, "0.0456789123".parse()?);
    let change: Date = "2027-05-04".parse()?;
    for day_count in ADDITIVE {
        let mut terms = ten_years(day_count)?;
        terms.coupon = Coupon::StepUp {
            steps: vec![
                RateStep { from: terms.dated_date, rate: low },
                RateStep { from: change, rate: high },
            ],
        };
        let repaid = DateRule::every("2025-04-01".parse()?, Frequency::Every(Period::months(9)));
        terms.redemption = Redemption::Stages {
            stages: vec![RepaymentStage { dates: repaid, percent: "3.7".parse()? }],
        };
        let schedule = schedule(&terms)?;
        let dates = repaid.dates_before("2034-02-15".parse()?)?;
        let mut parts = Vec::new();
        for period in &schedule.periods {
            let (start, end) = (period.accrual_start, period.accrual_end);
            let times = dates.iter().filter(|date| **date <= start).count();
            let left = 1_000 - 37 * i128::try_from(times).expect("few");
            let base = Decimal::from_units(left * 1_000_000_000_000_000);
            parts.push(part_row(base, if start < change { low } else { high }, start, end));
            if !period.pays_interest {
                continue;
            }
            let face = terms.denomination_minor;
            let none = Observations::default();
            let paid = coupon_amount(&terms, &schedule, period.index, face, &none)?.gross_minor;
            let mut row = day_count_row(&terms, &schedule, period, 15);
            row["what"] = json!("parts");
            row["parts"] = json!(core::mem::take(&mut parts));
            row["got"] = json!(paid.to_string());
            row["of"] = json!(face.to_string());
            rows.push(row);
        }
    }
    Ok(())
}

/// Interest that is added to the principal for five years.
pub(crate) fn in_kind(rows: &mut Vec<Value>) -> Result<(), Error> {
    for day_count in ADDITIVE {
        let mut terms = ten_years(day_count)?;
        let Coupon::Fixed { rate } = terms.coupon else { continue };
        let until: Date = "2029-02-15".parse()?;
        terms.payment_in_kind = PaymentInKind::Until { date: until };
        let schedule = schedule(&terms)?;
        let plan = principal_plan(&terms, &schedule, &Observations::default())?;
        let mut parts = Vec::new();
        for (period, step) in schedule.periods.iter().zip(&plan) {
            let mut row = day_count_row(&terms, &schedule, period, 15);
            row["what"] = json!("in_kind");
            row["parts"] = json!(parts.clone());
            row["got"] = json!(step.outstanding);
            rows.push(row);
            if period.unadjusted_end <= until {
                let (start, end) = (period.accrual_start, period.accrual_end);
                parts.push(part_row(Decimal::ONE, rate, start, end));
            }
        }
    }
    Ok(())
}

/// Dirty prices by the ICMA yield, on every seventh day of a year.
#[cfg(feature = "pricing")]
pub(crate) fn prices(rows: &mut Vec<Value>) -> Result<(), Error> {
    use tenor_bond_math::pricing::{Valuation, YieldConvention};
    for months in [3_u16, 6, 12] {
        let mut terms = ten_years(DayCount::ActActIcma)?;
        let Coupon::Fixed { rate } = terms.coupon else { continue };
        terms.schedule.frequency = Frequency::Every(Period::months(months));
        let schedule = schedule(&terms)?;
        let frequency = 12 / i64::from(months);
        let coupon = rate.to_string();
        for (week, yielded) in (0_i64..52).zip(["0.0437", "-0.004", "0.1234567"].iter().cycle()) {
            let settlement = terms.dated_date.plus_days(365 + 7 * week)?;
            let period = schedule.period_at(settlement).expect("in its life");
            let whole = period.unadjusted_start.days_until(period.unadjusted_end);
            let left = schedule.periods.len() - usize::try_from(period.index).expect("small");
            let none = Observations::default();
            let valuation = Valuation::new(&terms, &schedule, settlement, &none)?;
            let dirty =
                valuation.exact_dirty_from_yield(yielded.parse()?, YieldConvention::Isma)?;
            rows.push(json!({
                "what": "price", "rate": yielded, "frequency": frequency, "coupon": coupon,
                "left": left, "days_left": settlement.days_until(period.unadjusted_end),
                "days_in_period": whole, "got": dirty,
            }));
        }
    }
    Ok(())
}
