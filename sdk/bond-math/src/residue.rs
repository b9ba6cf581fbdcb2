//! What rounding makes of a payment on the whole issue.

use alloc::vec::Vec;

use crate::{BondTerms, CashFlowKind, Error, Observations, Rounding, Schedule, cash_flows_on};

/// What is left over, or missing, when the payments of one period are rounded holding by holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssueResidue {
    /// Of interest, in minor units of the currency it is paid in.
    pub interest_minor: i128,
    /// Of principal, in minor units of the currency it is repaid in.
    pub principal_minor: i128,
}

/// For each period, its payments on the whole issue, each computed and rounded once to the minor unit, less what
/// is paid when every denomination is held by itself and rounded as the terms say. Above zero, the issuer keeps
/// it; below zero, the issuer pays so much more. `None` where a fixing is missing.
///
/// # Errors
/// As [`crate::cash_flows_on`].
///
/// ```
/// use tenor_bond_math::{BondTerms, Coupon, Decimal, Observations, issue_residues, schedule};
/// // A thousand denominations of 1,000.00 at 1.111 % for half a year: 5.555 each, paid as 5.56.
/// let terms = BondTerms::plain(
///     "SGXF10000002".parse()?, "SGD".parse()?, 100_000, 100_000_000,
///     "2025-01-15".parse()?, "2028-01-15".parse()?,
///     Coupon::Fixed { rate: "0.01111".parse()? },
/// );
/// let residues = issue_residues(&terms, &schedule(&terms)?, &Observations::default())?;
/// assert_eq!(residues[0].map(|residue| residue.interest_minor), Some(555_500 - 556_000));
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn issue_residues(
    terms: &BondTerms,
    schedule: &Schedule,
    observations: &Observations,
) -> Result<Vec<Option<IssueResidue>>, Error> {
    let mut once = terms.clone();
    once.rounding = Rounding {
        mode: terms.rounding.mode,
        ..Rounding::per_position(terms.currency.minor_digits())
    };
    let units = terms.units_of(terms.issue_size_minor)?;
    let units = i128::try_from(units).map_err(|_| Error::overflow("a number of denominations"))?;
    let less = |whole: i128, each: i128| {
        let all = each.checked_mul(units).ok_or(Error::overflow("the payments of an issue"))?;
        whole.checked_sub(all).ok_or(Error::overflow("a residue"))
    };
    let whole = cash_flows_on(&once, schedule, terms.issue_size_minor, observations)?;
    let each = cash_flows_on(terms, schedule, terms.denomination_minor, observations)?;
    let nothing = IssueResidue { interest_minor: 0, principal_minor: 0 };
    let mut residues: Vec<_> = schedule.periods.iter().map(|_| Some(nothing)).collect();
    // Rounding changes amounts, not which payments there are.
    for (whole, each) in whole.iter().zip(&each) {
        let at = usize::try_from(whole.period_index).unwrap_or(usize::MAX);
        let Some(residue) = residues.get_mut(at) else { continue };
        let (Some(whole_minor), Some(each_minor)) = (whole.amount_minor, each.amount_minor) else {
            *residue = None;
            continue;
        };
        let Some(residue) = residue else { continue };
        *match whole.kind {
            CashFlowKind::Coupon => &mut residue.interest_minor,
            CashFlowKind::Principal => &mut residue.principal_minor,
        } = less(whole_minor, each_minor)?;
    }
    Ok(residues)
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
        let residues = issue_residues(terms, &schedule, &Observations::default());
        let residue = residues.expect("payments").into_iter().flatten().nth(index as usize);
        let residue = residue.expect("a period");
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
