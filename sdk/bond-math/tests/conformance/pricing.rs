//! Rows that need floating-point search.

use tenor_bond_math::pricing::{Valuation, YieldConvention};
use tenor_bond_math::{Date, Observations};

use crate::bonds::Case;
use crate::report::{Outcome, all, close, date, text};

impl Case<'_> {
    /// Every row whose kind is a price or a yield.
    pub(crate) fn priced(&self) -> Outcome {
        match text(self.row, "kind") {
            Some("yield_from_dirty") => self.yield_from_dirty(),
            Some("dirty_from_yield") => self.dirty_from_yield(),
            Some("clean_from_yield") => self.clean_from_yield(),
            Some("clean_from_flat_curve") => self.clean_from_flat_curve(),
            other => Outcome::Failed(format!("unknown kind {other:?}")),
        }
    }

    fn valuation(&self) -> Valuation {
        self.valuation_on(self.settlement())
    }

    fn valuation_on(&self, settlement: Date) -> Valuation {
        let none = Observations::default();
        Valuation::new(&self.terms, &self.schedule, settlement, &none).expect("payments")
    }

    fn input(&self, field: &str) -> f64 {
        self.row["input"][field].as_f64().expect("a number")
    }

    fn convention(&self) -> YieldConvention {
        match text(&self.row["instrument"], "convention") {
            Some("US_STREET" | "DE_BONDS") => YieldConvention::Street,
            Some("JP_SIMPLE") => YieldConvention::Simple,
            _ => YieldConvention::Isma,
        }
    }

    /// Compares each expected figure that the row has.
    fn figures(&self, got: &[(&str, f64)], tolerance: f64) -> Outcome {
        let expected = &self.row["expected"];
        all(got
            .iter()
            .filter_map(|(name, got)| Some(close(name, *got, expected[name].as_f64()?, tolerance))))
    }

    fn yield_from_dirty(&self) -> Outcome {
        let valuation = self.valuation();
        let rate = valuation
            .yield_from_dirty(self.input("dirtyPrice"), self.convention())
            .expect("a yield");
        let risk = valuation.risk(rate, self.convention()).expect("a risk");
        self.figures(
            &[
                ("yield", rate),
                ("modifiedDuration", risk.modified_duration),
                ("convexity", risk.convexity),
            ],
            self.tolerance,
        )
    }

    pub(crate) fn yield_at_par(&self) -> Outcome {
        let valuation = self.valuation();
        let rate = valuation
            .yield_from_clean(self.input("cleanPrice"), self.convention())
            .expect("a yield");
        let risk = valuation.risk(rate, self.convention()).expect("a risk");
        all([
            self.figures(&[("yield", rate)], 1e-4),
            self.figures(&[("macaulayDuration", risk.macaulay_duration)], 1e-3),
        ])
    }

    fn dirty_from_yield(&self) -> Outcome {
        if self.row["expected"]["priceUnit1000"].is_number() {
            return self.brazilian();
        }
        let valuation = self.valuation();
        let rate = self.input("yield");
        let german = text(&self.row["instrument"], "convention") == Some("DE_BONDS");
        let dirty = valuation.dirty_from_yield(rate, self.convention()).expect("a price");
        let price = self.figures(&[("dirtyPricePer1", dirty / 100.0)], self.tolerance);
        // The Japanese simple yield discounts nothing and has no durations.
        let Ok(risk) = valuation.risk(rate, self.convention()) else { return price };
        // The source derives the German figure from the modified duration even where the discounting
        // is simple; ours is the mean time to the payments.
        let macaulay = if german && valuation.flows().len() == 1 {
            risk.modified_duration * (1.0 + rate)
        } else {
            risk.macaulay_duration
        };
        let figures = [
            ("macaulayDuration", macaulay),
            ("modifiedDuration", risk.modified_duration),
            ("convexity", risk.convexity),
        ];
        all([price, self.figures(&figures, self.tolerance)])
    }

    fn clean_from_yield(&self) -> Outcome {
        let clean = self
            .valuation()
            .clean_from_yield(self.input("yield"), self.convention())
            .expect("a price");
        self.figures(&[("cleanPricePer1", clean / 100.0)], self.tolerance)
    }

    /// Annual compounding over business days over 252.
    fn brazilian(&self) -> Outcome {
        // The figures are for settlement on the day of evaluation.
        let settlement = date(&self.row["input"], "evaluation").expect("a date");
        let rate = self.input("yield");
        let price = self.valuation_on(settlement).present_value(|date| {
            let days =
                self.terms.calendar.business_days_between(settlement, date).expect("known years");
            (1.0 + rate).powf(-(days as f64) / 252.0)
        });
        self.figures(&[("priceUnit1000", price * 10.0)], self.tolerance)
    }

    /// Three per cent, continuously compounded on actual days over 360.
    fn clean_from_flat_curve(&self) -> Outcome {
        let settlement = self.settlement();
        let valuation = self.valuation();
        let dirty = valuation
            .present_value(|date: Date| (-0.03 * settlement.days_until(date) as f64 / 360.0).exp());
        self.figures(&[("cleanPrice", dirty - valuation.accrued())], self.tolerance)
    }
}
