//! Bills: discount paper of at most a year, whose yield the US Treasury quotes as that of a bond.

use crate::{BondTerms, Coupon, Date, Error, Fraction};

/// Half-years from settlement to the maturity of a bill, as the bond equivalent yield counts them: actual days
/// over half the days of the year that follows settlement, 366 where it has a 29 February (31 CFR 356 Appendix B,
/// VI.D). `None` for what is no bill.
pub(super) fn half_years(terms: &BondTerms, settlement: Date) -> Result<Option<Fraction>, Error> {
    let Some(maturity) = terms.maturity.filter(|_| terms.coupon == Coupon::Zero) else {
        return Ok(None);
    };
    if maturity > terms.issue_date.plus_months(12)? {
        return Ok(None);
    }
    let leap = settlement.leap_day_after_until(settlement.plus_months(12)?);
    let days = settlement.days_until(maturity).saturating_mul(2);
    Fraction::of_days(days, if leap { 366 } else { 365 }).map(Some)
}
