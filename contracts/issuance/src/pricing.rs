//! What the ledger can carry, and what units cost at issue.

use tenor_bond_math::{
    BondTerms, Coupon, Date, Decimal, Observations, PaymentInKind, Redemption, Reduction,
    RoundingMode, Schedule, TermsError, cash_flows_on, schedule, settlement_amount,
};
use tenor_interfaces::issuance::{Draft, Error, TermsPart};
use tenor_sdk::prelude::Amount;

const fn refused(part: TermsPart) -> Error {
    Error::TermsRefused { part }
}

/// The field that is wrong by itself or contradicts another, and why.
fn invalid(error: TermsError) -> Error {
    Error::TermsInvalid { field: error.field.into(), reason: error.reason }
}

/// The schedule of terms that this contract and the coupon contract can carry to the end.
///
/// Refused are terms whose payments depend on fixings, on holders' or the issuer's choices, that pay in
/// kind, in a second currency or never, or that change between coupon dates: a payment without interest
/// would have a record date for nothing.
pub(crate) fn supported_schedule(terms: &BondTerms) -> Result<Schedule, Error> {
    if terms.accrues_in_parts() {
        return Err(refused(TermsPart::Schedule));
    }
    terms.validate().map_err(invalid)?;
    if matches!(terms.coupon, Coupon::Floating(_) | Coupon::SustainabilityLinked { .. }) {
        return Err(refused(TermsPart::Coupon));
    }
    let repays = !matches!(terms.redemption, Redemption::Never);
    let by_factor = matches!(terms.redemption, Redemption::Bullet { .. })
        || terms.reduction == Reduction::PoolFactor;
    if !repays || !by_factor || terms.payment_in_kind != PaymentInKind::Never {
        return Err(refused(TermsPart::Redemption));
    }
    if terms.indexation.is_some() || terms.dual_currency.is_some() {
        return Err(refused(TermsPart::Currency));
    }
    if !terms.rights.is_empty() {
        return Err(refused(TermsPart::Rights));
    }
    let schedule = schedule(terms).map_err(|_| refused(TermsPart::Schedule))?;
    let whole = schedule.periods.iter().all(|period| period.pays_interest);
    if whole { Ok(schedule) } else { Err(refused(TermsPart::Schedule)) }
}

/// The most coupon periods: the registry turns as many dates into instants in one answer.
const PERIODS_MAX: usize = 512;

/// As [`supported_schedule`], of terms whose every step is sure to work when its day comes: who holds
/// is found after the issue and before the payment, and each payment is an amount, on the smallest
/// holding and on the largest.
pub(crate) fn payable_schedule(terms: &BondTerms) -> Result<Schedule, Error> {
    let schedule = supported_schedule(terms)?;
    if schedule.periods.len() > PERIODS_MAX {
        return Err(refused(TermsPart::Schedule));
    }
    let in_time = schedule.periods.iter().all(|period| {
        terms.issue_date <= period.record_date && period.record_date < period.payment_date
    });
    if !in_time {
        return Err(refused(TermsPart::RecordDate));
    }
    for face in [terms.denomination_minor, terms.issue_size_minor] {
        let on = terms.issue_date;
        let priced = with_first_coupon(schedule.clone());
        issue_amount(terms, &priced, on, Amount(face)).ok_or(refused(TermsPart::Payments))?;
        let flows = cash_flows_on(terms, &schedule, face, &Observations::default());
        let flows = flows.map_err(|_| refused(TermsPart::Payments))?;
        let payable = |amount: Option<i128>| amount.is_some_and(|amount| amount >= 0);
        if !flows.iter().all(|flow| payable(flow.amount_minor)) {
            return Err(refused(TermsPart::Payments));
        }
    }
    Ok(schedule)
}

/// What units cost at issue, on any day of the closing.
pub(crate) struct Prices {
    draft: Draft,
    schedule: Schedule,
}

impl Prices {
    /// Of a draft whose terms are supported.
    #[inline(never)]
    pub(crate) fn new(draft: Draft) -> Result<Self, Error> {
        let schedule = with_first_coupon(supported_schedule(&draft.terms)?);
        Ok(Self { draft, schedule })
    }

    /// What `face` costs on a day. On the issue date that is the issue price and interest accrued since
    /// the dated date. Who pays later gets a whole first coupon all the same, and a unit that is a little
    /// nearer to its repayment: it pays the interest and the discount of the days since.
    #[inline(never)]
    pub(crate) fn on(&self, on: Date, face: Amount) -> Result<Amount, Error> {
        issue_amount(&self.draft.terms, &self.schedule, on, face).ok_or(Error::Overflow)
    }

    /// The first record date: nothing is issued after it.
    pub(crate) fn first_record_date(&self) -> Option<Date> {
        self.schedule.periods.first().map(|period| period.record_date)
    }
}

/// The schedule by which units are priced at issue. They always come with the first coupon, because
/// nothing is issued after its record instant: an ex date before that is not for them.
fn with_first_coupon(mut schedule: Schedule) -> Schedule {
    if let Some(first) = schedule.periods.first_mut() {
        first.ex_date = None;
    }
    schedule
}

/// `None` when it is not an amount.
#[inline(never)]
fn issue_amount(terms: &BondTerms, schedule: &Schedule, on: Date, face: Amount) -> Option<Amount> {
    let none = Observations::default();
    let clean = clean_price(terms, schedule, on)?;
    let amount = settlement_amount(terms, schedule, clean, on, face.0, &none);
    amount.ok().and_then(|amount| u128::try_from(amount.total_minor).ok()).map(Amount)
}

/// The issue price, and after the issue date the part of a discount that has been made up for since: in
/// a straight line until principal can first be repaid, which at no time is less than the issue's own yield
/// makes of it. A price above what is repaid stays as it is.
fn clean_price(terms: &BondTerms, schedule: &Schedule, on: Date) -> Option<Decimal> {
    let price = terms.issue_price;
    let repaid = match terms.redemption {
        Redemption::Bullet { price } => price,
        _ => Decimal::HUNDRED,
    };
    let discount = repaid.minus(price).ok()?;
    let waited = terms.issue_date.days_until(on);
    if waited <= 0 || discount <= Decimal::ZERO {
        return Some(price);
    }
    let whole = terms.issue_date.days_until(first_repayment(terms, schedule)?);
    if waited >= whole {
        return Some(repaid);
    }
    let (waited, whole) = (Decimal::from_integer(waited), Decimal::from_integer(whole));
    let mode = RoundingMode::HalfUp;
    let made_up = discount.times(waited, mode).and_then(|part| part.over(whole, mode)).ok()?;
    price.plus(made_up).ok()
}

/// When principal is repaid for the first time, or earlier: what is repaid in parts may begin with the
/// first payment.
fn first_repayment(terms: &BondTerms, schedule: &Schedule) -> Option<Date> {
    let periods = &schedule.periods;
    let bullet = matches!(terms.redemption, Redemption::Bullet { .. });
    let period = if bullet { periods.last() } else { periods.first() };
    period.map(|period| period.payment_date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_bond_math::{
        BusinessDayConvention, Calendar, DayCount, Frequency, HolidayTable, Instalment, RateStep,
        Right, RightKind, Roll, Stub,
    };

    fn terms() -> BondTerms {
        let date = |text: &str| text.parse().expect("a date");
        BondTerms::plain(
            "SGXF10000002".parse().expect("an ISIN"),
            "SGD".parse().expect("a currency"),
            25_000_000,
            10_000_000_000,
            date("2025-01-15"),
            date("2028-01-15"),
            Coupon::Fixed { rate: Decimal::from_bps(300) },
        )
    }

    #[test]
    fn units_cost_the_issue_price_and_accrued_interest() {
        let mut terms = terms();
        terms.issue_price = "99.5".parse().expect("a price");
        let schedule = supported_schedule(&terms).expect("supported");
        let cost = |terms: &BondTerms, schedule| {
            issue_amount(terms, schedule, terms.issue_date, Amount(25_000_000))
        };
        assert_eq!(cost(&terms, &schedule), Some(Amount(24_875_000)));

        // Dated 60 days (30E/360) before issue: 25,000,000 × 3 % × 60/360 = 125,000.
        terms.issue_date = "2025-03-15".parse().expect("a date");
        let schedule = supported_schedule(&terms).expect("supported");
        assert_eq!(cost(&terms, &schedule), Some(Amount(24_875_000 + 125_000)));
    }

    /// Who pays ten days late pays ten days' interest, also where the bond already trades without the
    /// first coupon: a unit of now gets it.
    #[test]
    fn units_paid_late_cost_the_interest_since() {
        let mut terms = terms();
        let on = date("2025-01-25");
        let price = |terms: &BondTerms| {
            let schedule = with_first_coupon(supported_schedule(terms).expect("supported"));
            issue_amount(terms, &schedule, on, Amount(25_000_000))
        };
        // 25,000,000 × 3 % × 10/360 = 20,833.33.
        assert_eq!(price(&terms), Some(Amount(25_020_833)));
        // Monthly coupons that trade ex for their last 25 days: the new owner is still paid the first.
        terms.schedule.frequency = Frequency::MONTHLY;
        let offset = tenor_bond_math::DayOffset::calendar(25);
        terms.ex = Some(tenor_bond_math::ExRule { offset, cum_on_ex_date: false });
        let schedule = supported_schedule(&terms).expect("supported");
        let ex_date = schedule.periods.first().and_then(|period| period.ex_date);
        assert!(ex_date.is_some_and(|ex_date| ex_date <= on), "{ex_date:?}");
        assert_eq!(price(&terms), Some(Amount(25_020_833)));
    }

    /// Waiting earns nothing below par either: who pays 30 of 180 days later pays a sixth of the discount.
    #[test]
    fn a_discount_is_made_up_for_day_by_day() {
        let mut bill = terms();
        bill.coupon = Coupon::Zero;
        bill.issue_price = "98".parse().expect("a price");
        bill.maturity = Some(date("2025-07-14"));
        let price = |terms: &BondTerms, on: &str| {
            let schedule = with_first_coupon(supported_schedule(terms).expect("supported"));
            issue_amount(terms, &schedule, date(on), Amount(25_000_000)).expect("an amount").0
        };
        assert_eq!(price(&bill, "2025-01-15"), 24_500_000);
        // 98 + 2 × 30/180 = 98.3333... per cent.
        assert_eq!(price(&bill, "2025-02-14"), 24_583_333);
        assert_eq!(price(&bill, "2025-07-13"), 24_997_222);
        // Above par nothing is taken off, and interest is paid as it accrues: 3 % × 30/360.
        let mut above = terms();
        above.issue_price = "101".parse().expect("a price");
        assert_eq!(price(&above, "2025-02-15"), 25_250_000 + 62_500);
        // Repaid in three parts, the first after a year: 30 of 365 days of one per cent.
        let mut in_parts = terms();
        in_parts.issue_price = "99".parse().expect("a price");
        in_parts.schedule.frequency = Frequency::ANNUAL;
        in_parts.redemption = Redemption::Linear { first: None };
        assert_eq!(price(&in_parts, "2025-02-14"), 24_750_000 + 20_548 + 60_417);
    }

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    /// Terms that contradict nothing, and whose payments nobody could compute when their day comes.
    #[test]
    fn terms_whose_payments_cannot_be_computed_are_refused() {
        let refused = |change: fn(&mut BondTerms)| {
            let mut terms = terms();
            change(&mut terms);
            supported_schedule(&terms).expect("they have a schedule");
            payable_schedule(&terms).expect_err("refused")
        };
        assert!(payable_schedule(&terms()).is_ok());
        let below_zero = |terms: &mut BondTerms| {
            let step = |from, bps| RateStep { from: date(from), rate: Decimal::from_bps(bps) };
            let steps = vec![step("2025-01-15", 300), step("2027-01-15", -1)];
            terms.coupon = Coupon::StepUp { steps };
        };
        assert_eq!(refused(below_zero), Error::TermsRefused { part: TermsPart::Payments });
        let off_the_coupon_dates = |terms: &mut BondTerms| {
            let instalment = Instalment { date: date("2026-01-16"), percent: Decimal::ONE };
            terms.redemption = Redemption::Instalments { instalments: vec![instalment] };
        };
        assert_eq!(
            refused(off_the_coupon_dates),
            Error::TermsRefused { part: TermsPart::Payments }
        );
        let long_stub = |terms: &mut BondTerms| {
            terms.coupon = Coupon::Fixed { rate: Decimal::from_bps(5_000) };
            terms.redemption = Redemption::Annuity { first: None };
            terms.schedule.frequency = Frequency::MONTHLY;
            terms.schedule.first_regular = Some(date("2027-11-15"));
        };
        assert_eq!(refused(long_stub), Error::TermsRefused { part: TermsPart::Payments });
        let unknown_years = |terms: &mut BondTerms| {
            terms.day_count = DayCount::Bus252;
            terms.payment_convention = BusinessDayConvention::None;
            terms.record = tenor_bond_math::DayOffset::calendar(1);
            terms.calendar = Calendar { centres: vec![], tables: vec![known(2025, 2026)] };
        };
        assert_eq!(refused(unknown_years), Error::TermsRefused { part: TermsPart::Payments });
    }

    fn known(first_year: i32, last_year: i32) -> HolidayTable {
        let day = Date::from_ymd(first_year, 12, 25).expect("a date");
        let (weekend, holidays) = (vec![], vec![day]);
        HolidayTable { name: "data".into(), first_year, last_year, weekend, holidays }
    }

    #[test]
    fn more_periods_than_record_instants_are_refused() {
        let mut terms = terms();
        terms.schedule.frequency = "P1D".parse().expect("a frequency");
        terms.schedule.stub = Stub::None;
        let refused = Error::TermsRefused { part: TermsPart::Schedule };
        assert_eq!(payable_schedule(&terms), Err(refused));
    }

    #[test]
    fn terms_that_cannot_be_carried_to_the_end_are_refused() {
        let refused = |change: fn(&mut BondTerms)| {
            let mut terms = terms();
            change(&mut terms);
            supported_schedule(&terms).expect_err("refused")
        };
        let pays_in_kind = |terms: &mut BondTerms| {
            let date = "2026-01-15".parse().expect("a date");
            terms.payment_in_kind = PaymentInKind::Until { date };
        };
        assert_eq!(refused(pays_in_kind), Error::TermsRefused { part: TermsPart::Redemption });
        let first_step_after_the_unadjusted_start = |terms: &mut BondTerms| {
            // Dated on Monday the 17th, which is where the 15th moves: the first period begins then.
            terms.dated_date = date("2025-02-17");
            terms.issue_date = terms.dated_date;
            terms.maturity = Some(date("2028-02-15"));
            terms.schedule.roll = Roll::Day(15);
            let (from, rate) = (terms.dated_date, Decimal::from_bps(300));
            terms.coupon = Coupon::StepUp { steps: vec![RateStep { from, rate }] };
        };
        assert_eq!(
            refused(first_step_after_the_unadjusted_start),
            Error::TermsRefused { part: TermsPart::Schedule }
        );
        let step_between_coupon_dates = |terms: &mut BondTerms| {
            let step = |from, bps| RateStep { from: date(from), rate: Decimal::from_bps(bps) };
            let steps = vec![step("2025-01-15", 300), step("2026-03-01", 400)];
            terms.coupon = Coupon::StepUp { steps };
        };
        assert_eq!(
            refused(step_between_coupon_dates),
            Error::TermsRefused { part: TermsPart::Schedule }
        );
        assert_eq!(
            refused(|terms| {
                terms.rights.push(Right {
                    kind: RightKind::Call,
                    exercises: vec![tenor_bond_math::Exercise {
                        date: "2027-01-15".parse().expect("a date"),
                        value: Decimal::HUNDRED,
                    }],
                    notice_business_days: 5,
                });
            }),
            Error::TermsRefused { part: TermsPart::Rights }
        );
    }

    /// What a drafter is told: the field as it is called in the term sheet, what it has, what was expected.
    #[test]
    fn terms_that_contradict_themselves_are_refused_by_field() {
        let refused = |change: fn(&mut BondTerms)| {
            let mut terms = terms();
            change(&mut terms);
            match supported_schedule(&terms).expect_err("refused") {
                Error::TermsInvalid { field, reason } => format!("{field}: {reason}"),
                other => panic!("expected a field, got {other:?}"),
            }
        };
        assert_eq!(
            refused(|terms| terms.issue_size_minor += 1),
            "issue_size_minor: 10000000001 is not a multiple of the denomination 25000000"
        );
        assert_eq!(
            refused(|terms| terms.maturity = Some(date("2025-01-15"))),
            "maturity: 2025-01-15 is not after the issue date 2025-01-15"
        );
        assert_eq!(
            refused(|terms| terms.payment_lag_business_days = 31),
            "payment_lag_business_days: at most 30"
        );
        assert_eq!(
            refused(|terms| terms.issue_price = Decimal::ZERO),
            "issue_price: 0 per cent of par, expected above 0 and at most 1000"
        );
    }
}
