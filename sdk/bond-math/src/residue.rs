//! What rounding makes of a payment on the whole issue.

use crate::{
    BondTerms, Error, Observations, Rounding, Schedule, coupon_amount, holdings, principal_amount,
};

/// What is left over, or missing, when the payments of one period are rounded holding by holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssueResidue {
    /// Of interest, in minor units of the currency it is paid in.
    pub interest_minor: i128,
    /// Of principal, in minor units of the currency it is repaid in.
    pub principal_minor: i128,
}

/// The payments of period `index` on the whole issue, each computed and rounded once to the minor unit, less
/// what is paid when every denomination is held by itself and rounded as the terms say. Above zero, the issuer
/// keeps it; below zero, the issuer pays so much more.
///
/// # Errors
/// As [`crate::coupon_amount`].
///
/// ```
/// use tenor_bond_math::{BondTerms, Coupon, Decimal, Observations, issue_residue, schedule};
/// // A thousand denominations of 1,000.00 at 1.111 % for half a year: 5.555 each, paid as 5.56.
/// let terms = BondTerms::plain(
///     "SGXF10000002".parse()?, "SGD".parse()?, 100_000, 100_000_000,
///     "2025-01-15".parse()?, "2028-01-15".parse()?,
///     Coupon::Fixed { rate: "0.01111".parse()? },
/// );
/// let residue = issue_residue(&terms, &schedule(&terms)?, 0, &Observations::default())?;
/// assert_eq!(residue.interest_minor, 555_500 - 556_000);
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn issue_residue(
    terms: &BondTerms,
    schedule: &Schedule,
    index: u32,
    observations: &Observations,
) -> Result<IssueResidue, Error> {
    let mut once = terms.clone();
    once.rounding = Rounding {
        mode: terms.rounding.mode,
        ..Rounding::per_position(terms.currency.minor_digits())
    };
    let held = |face_minor| -> Result<u128, Error> {
        let held = holdings(terms, schedule, face_minor, observations)?;
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        held.get(at).copied().ok_or(Error::overflow("a period of the schedule"))
    };
    let units = terms.units_of(terms.issue_size_minor)?;
    let units = i128::try_from(units).map_err(|_| Error::overflow("a number of denominations"))?;
    let (whole, each) = (held(terms.issue_size_minor)?, held(terms.denomination_minor)?);
    let less = |whole: i128, each: i128| {
        let all = each.checked_mul(units).ok_or(Error::overflow("the payments of an issue"))?;
        whole.checked_sub(all).ok_or(Error::overflow("a residue"))
    };
    let interest = |terms, face| {
        coupon_amount(terms, schedule, index, face, observations).map(|paid| paid.gross_minor)
    };
    let principal = |terms, face| {
        principal_amount(terms, schedule, index, face, observations).map(|paid| paid.gross_minor)
    };
    Ok(IssueResidue {
        interest_minor: less(interest(&once, whole)?, interest(terms, each)?)?,
        principal_minor: less(principal(&once, whole)?, principal(terms, each)?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_terms::{decimal, terms};
    use crate::{Coupon, Redemption, Reduction, RoundingMode, schedule};

    /// A thousand denominations of 1,000.00.
    fn bond(rate: &str, rounding: Rounding) -> BondTerms {
        let mut terms = terms();
        (terms.denomination_minor, terms.issue_size_minor) = (100_000, 100_000_000);
        terms.coupon = Coupon::Fixed { rate: decimal(rate) };
        terms.rounding = rounding;
        terms
    }

    fn residue(terms: &BondTerms, index: u32) -> (i128, i128) {
        let schedule = schedule(terms).expect("a schedule");
        let residue = issue_residue(terms, &schedule, index, &Observations::default());
        let residue = residue.expect("payments");
        (residue.interest_minor, residue.principal_minor)
    }

    #[test]
    fn half_a_cent_on_each_of_a_thousand_is_five_hundred() {
        let up = Rounding::per_denomination(2);
        let down = Rounding { mode: RoundingMode::Down, ..up };
        // 1.111 % for half a year is 5.555 on each and 5,555.00 on all.
        assert_eq!(residue(&bond("0.01111", up), 0), (-500, 0));
        assert_eq!(residue(&bond("0.01111", down), 0), (500, 0));
        assert_eq!(residue(&bond("0.01111", Rounding::per_position(2)), 0), (-500, 0));
        assert_eq!(residue(&bond("0.0111", up), 5), (0, 0));
        // Kept to the tenth of a cent, who holds one denomination is still paid whole cents.
        assert_eq!(residue(&bond("0.01111", Rounding::per_denomination(3)), 0), (-500, 0));
    }

    /// A sixth of each 1,000.00 is 166.666…: 166.67 on each, 166,666.67 on all; what has been repaid by the
    /// second date is 333.33 on each, so that the second repayment is 166.66.
    #[test]
    fn repayments_leave_a_residue_that_the_next_makes_good() {
        let mut terms = bond("0", Rounding::per_denomination(2));
        terms.redemption = Redemption::Linear { first: None };
        assert_eq!(residue(&terms, 0), (0, 16_666_667 - 16_667_000));
        assert_eq!(residue(&terms, 1), (0, 16_666_666 - 16_666_000));
        let all: i128 = (0..6).map(|index| residue(&terms, index).1).sum();
        assert_eq!(all, 0);
        // Where holdings shrink, what is left of each is what interest and repayments are on.
        terms.rounding = Rounding::per_position(2);
        terms.reduction = Reduction::Nominal;
        let all: i128 = (0..6).map(|index| residue(&terms, index).1).sum();
        assert_eq!(all, 0);
    }
}
