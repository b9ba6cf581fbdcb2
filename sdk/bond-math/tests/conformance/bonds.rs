//! Accrued interest, cash flows, prices and yields of bonds.

use serde_json::Value;
use tenor_bond_math::{BondTerms, Date, Observations, Schedule, accrued, cash_flows, schedule};

use crate::bond_terms::{FACE, decimal, terms};
use crate::report::{Outcome, close, date, text};

pub(crate) fn check(row: &Value) -> Outcome {
    let case = Case::new(row);
    match text(row, "kind") {
        Some("accrued_interest") => case.accrued_interest(),
        Some("cashflow") if text(&row["instrument"], "fixing").is_some_and(is_index_ratio) => {
            Outcome::NotSupported(
                "adds a yearly spread to the growth of an index over half a year, not its part of a year",
            )
        }
        Some("cashflow") => case.cashflow(),
        Some("dirty_from_clean") => case.dirty_from_clean(),
        #[cfg(feature = "pricing")]
        Some(_) => case.priced(),
        #[cfg(not(feature = "pricing"))]
        Some(_) => Outcome::NotSupported("prices and yields need the feature `pricing`"),
        None => Outcome::Failed("no kind".into()),
    }
}

fn is_index_ratio(fixing: &str) -> bool {
    fixing.contains("index ratio")
}

pub(crate) struct Case<'a> {
    pub(crate) row: &'a Value,
    pub(crate) terms: BondTerms,
    pub(crate) schedule: Schedule,
    pub(crate) tolerance: f64,
}

impl<'a> Case<'a> {
    fn new(row: &'a Value) -> Self {
        let terms = terms(&row["instrument"]);
        let schedule = schedule(&terms).expect("a schedule");
        Self { row, terms, schedule, tolerance: row["tolerance"].as_f64().unwrap_or(1e-12) }
    }

    pub(crate) fn settlement(&self) -> Date {
        date(&self.row["input"], "settlement").unwrap_or_else(|| self.settlement_after_trade())
    }

    /// Settlement a number of business days after the day of valuation, never before issue.
    fn settlement_after_trade(&self) -> Date {
        let input = &self.row["input"];
        let trade = date(input, "valuation").or_else(|| date(input, "evaluation"));
        let instrument = &self.row["instrument"];
        let days = ["settleDays", "settlementDays"]
            .iter()
            .find_map(|field| instrument[field].as_i64())
            .unwrap_or(0);
        let settlement = self
            .terms
            .calendar
            .plus_business_days(
                trade.expect("a trade date"),
                i32::try_from(days).expect("few days"),
            )
            .expect("known years");
        settlement.max(self.terms.issue_date)
    }

    /// Accrued interest on a face of 1.
    fn accrued_of_one(&self) -> f64 {
        let accrued =
            accrued(&self.terms, &self.schedule, self.settlement(), FACE, &Observations::default());
        accrued.expect("accrued").amount_minor as f64 / FACE as f64
    }

    fn accrued_interest(&self) -> Outcome {
        let expected = &self.row["expected"];
        let accrued = self.accrued_of_one();
        let outcome = if let Some(expected) = expected["accruedPer100"].as_f64() {
            close("accrued", accrued * 100.0, expected, self.tolerance)
        } else {
            let notional = self.row["instrument"]["notional"].as_f64().unwrap_or(1.0);
            let expected = expected["accrued"].as_f64().expect("accrued");
            // The amount is rounded to a part of the face no smaller than double arithmetic keeps.
            let tolerance = self.tolerance.max(notional * 1e-13);
            close("accrued", accrued * notional, expected, tolerance)
        };
        #[cfg(feature = "pricing")]
        if expected["yield"].is_number() {
            return crate::report::all([outcome, self.yield_at_par()]);
        }
        outcome
    }

    fn dirty_from_clean(&self) -> Outcome {
        let clean = self.row["input"]["cleanPrice"].as_f64().expect("a price");
        let dirty = clean + self.accrued_of_one() * 100.0;
        let expected = self.row["expected"]["dirtyPrice"].as_f64().expect("a price");
        close("dirty price", dirty, expected, self.tolerance)
    }

    fn cashflow(&self) -> Outcome {
        let event = date(&self.row["input"], "eventDate").expect("a date");
        let flows = cash_flows(&self.terms, &self.schedule, &self.observations(event));
        let notional = self.row["instrument"]["notional"].as_f64().unwrap_or(1.0);
        let got: Vec<f64> = flows
            .expect("cash flows")
            .iter()
            .filter(|flow| flow.payment_date == event)
            .map(|flow| flow.amount_minor.expect("fixed") as f64 / FACE as f64 * notional)
            .filter(|amount| *amount != 0.0)
            .collect();
        let expected: Vec<f64> = self.row["expected"]["flows"]
            .as_array()
            .map(|flows| flows.iter().filter_map(Value::as_f64).collect())
            .expect("flows");
        // Some rows give interest and principal in one sum.
        let got = if expected.len() == 1 { vec![got.iter().sum()] } else { got };
        // Expected values are cut to ten decimals.
        let tolerance = self.tolerance.max(0.6e-10 * notional.max(1.0));
        let same = got.len() == expected.len()
            && got.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= tolerance);
        if same {
            Outcome::Passed
        } else {
            Outcome::Failed(format!("expected {expected:?}, got {got:?}"))
        }
    }

    /// What the row says was published; an index value applies to the period paid on the event date.
    fn observations(&self, event: Date) -> Observations {
        let input = &self.row["input"];
        let mut observations = Observations::default();
        for (day, value) in input["observations"].as_object().into_iter().flatten() {
            let day = day.parse().expect("a date");
            let value = decimal(value.as_f64().expect("a number"));
            observations.rates.insert(day, value).expect("one a day");
        }
        if let Some(index) = input["index"].as_f64() {
            let paid = self.schedule.periods.iter().find(|period| period.payment_date == event);
            let day = paid.expect("a payment").unadjusted_end;
            observations.index_levels.insert(day, decimal(index)).expect("one a day");
        }
        observations
    }
}
