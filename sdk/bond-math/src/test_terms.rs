//! A bond for the unit tests.

use crate::{BondTerms, Coupon, Date, Decimal, FixingSeries};

/// A date from its text.
pub(crate) fn date(text: &str) -> Date {
    text.parse().expect("a valid date")
}

/// A decimal from its text.
pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().expect("a valid decimal")
}

/// Fixings from dates and decimals.
pub(crate) fn series(fixings: &[(&str, &str)]) -> FixingSeries {
    let fixings = fixings.iter().map(|(day, value)| (date(day), decimal(value)));
    FixingSeries::new(fixings).expect("one fixing a day")
}

/// Three per cent, semi-annual, 30E/360, three years, in denominations of SGD 250,000.00.
pub(crate) fn terms() -> BondTerms {
    BondTerms::plain(
        "SGXF10000002".parse().expect("a valid ISIN"),
        "SGD".parse().expect("a valid code"),
        25_000_000,
        10_000_000_000,
        date("2025-01-15"),
        date("2028-01-15"),
        Coupon::Fixed { rate: Decimal::from_bps(300) },
    )
}
