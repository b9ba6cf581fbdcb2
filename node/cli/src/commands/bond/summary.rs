//! What was understood of a term sheet, in one line: what a wrong unit or a field left out shows in first.

use super::schedule::shown;
use tenor_bond_math::{BondTerms, Coupon, Decimal, RoundingMode};

/// ISIN, size, coupon, issue and end of a bond.
pub(super) fn summary(terms: &BondTerms) -> String {
    let size = shown(i128::try_from(terms.issue_size_minor).ok(), terms.currency);
    format!(
        "{}, {} {size}, {}, issued {}, {}",
        terms.isin,
        terms.currency,
        coupon(&terms.coupon),
        terms.issue_date,
        end(terms)
    )
}

/// When the bond ends.
pub(super) fn end(terms: &BondTerms) -> String {
    terms.maturity.map_or_else(|| "perpetual".into(), |due| format!("due {due}"))
}

/// The coupon in a few words. Names of indices are left out: they may hold any character.
pub(super) fn coupon(coupon: &Coupon) -> String {
    let percent = |rate: &Decimal| {
        let percent = rate.times(Decimal::HUNDRED, RoundingMode::HalfEven);
        percent.map_or_else(|_| rate.to_string(), |percent| format!("{percent} %"))
    };
    match coupon {
        Coupon::Zero => "zero coupon".into(),
        Coupon::Fixed { rate } => percent(rate),
        Coupon::StepUp { steps } => {
            let rates: Vec<String> = steps.iter().take(3).map(|step| percent(&step.rate)).collect();
            let more = if steps.len() > rates.len() { ", …" } else { "" };
            format!("step-up coupon {}{more}", rates.join(", "))
        }
        Coupon::SustainabilityLinked { rate, .. } => {
            format!("{}, sustainability-linked", percent(rate))
        }
        Coupon::Floating(floating) => {
            let spread = &floating.spread;
            let sign = if spread.is_negative() { "" } else { "+" };
            if spread.is_zero() {
                "floating coupon".into()
            } else {
                format!("floating coupon {sign}{}", percent(spread))
            }
        }
    }
}
