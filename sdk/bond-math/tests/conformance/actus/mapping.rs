//! An ACTUS contract as the terms of a bond, and what was published as its observations.

use serde_json::Value;
use tenor_bond_math::{
    BondTerms, BusinessDayConvention, Calendar, Coupon, Date, DateRule, DayCount, DayOffset,
    Decimal, FixingRule, FixingSeries, FloatingRate, Frequency, IndexScope, Indexation,
    InterestBase, LevelPayments, Observations, PaymentInKind, RateStep, Redemption, RepaymentStage,
    ResetRule, Rounding, RoundingMode, ScheduleRule,
};

use super::maturity;
use super::read::{Contract, Moment, Read, Stop, asked_to, days, list, moment, number};

const NEAREST: RoundingMode = RoundingMode::HalfUp;

/// Minor units of the mapped bond in one unit of the contract's currency: amounts keep twelve digits.
pub(super) const UNITS: i128 = 1_000_000_000_000;

/// How a contract repays.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Pattern {
    /// PAM: all at maturity.
    Bullet,
    /// LAM: equal parts.
    Linear,
    /// NAM: equal sums of which interest is paid first.
    Negative,
    /// ANN: equal sums that repay everything.
    Annuity,
    /// LAX: in stages.
    Exotic,
}

/// The dates of a contract's events, where it has them.
pub(super) struct Dates {
    /// From when on the contract is described: its initial exchange, or the status date after it.
    pub(super) begin: Date,
    pub(super) exchange: Date,
    pub(super) status: Date,
    pub(super) maturity: Date,
    pub(super) amortization: Option<Date>,
    pub(super) interest: Option<DateRule>,
    pub(super) principal: Option<DateRule>,
    pub(super) resets: Option<DateRule>,
    pub(super) scaling: Option<DateRule>,
    pub(super) base: Option<DateRule>,
    pub(super) stages: Vec<(DateRule, Decimal)>,
    pub(super) interest_stages: Vec<DateRule>,
    pub(super) rates: Vec<RateStep>,
}

/// A contract as a bond.
pub(super) struct Mapped {
    pub(super) pattern: Pattern,
    pub(super) asset: bool,
    pub(super) terms: BondTerms,
    pub(super) face_minor: u128,
    pub(super) observations: Observations,
    pub(super) dates: Dates,
    pub(super) rate: Decimal,
    pub(super) next_payment: Option<Decimal>,
    /// Day of the reset whose rate is known, and that rate.
    pub(super) known_reset: Option<RateStep>,
    /// Interest owed at the start that falls due there at once, in per cent of the principal.
    pub(super) opening: Decimal,
}

pub(super) fn map(case: &Value) -> Read<Mapped> {
    let contract = Contract(&case["terms"]);
    let pattern = pattern(contract)?;
    let notional = contract
        .number("notionalPrincipal")?
        .filter(|notional| *notional > Decimal::ZERO)
        .ok_or_else(|| "notionalPrincipal: expected above zero".to_owned())?;
    let rate = contract.number_or("nominalInterestRate", Decimal::ZERO)?;
    let mut terms = plain(contract, notional)?;
    let dates = dates(contract, pattern, &terms, (notional, rate), asked_to(case)?)?;
    let per_cent = |amount: Decimal| -> Read<Decimal> {
        Ok(amount.times(Decimal::HUNDRED, NEAREST)?.over(notional, NEAREST)?)
    };
    terms.maturity = Some(dates.maturity);
    terms.issue_date = dates.begin;
    terms.dated_date = dates.begin;
    let given = contract.number("accruedInterest")?;
    let opening = given.map_or(Ok(Decimal::ZERO), per_cent)?;
    if let (None, Some(from)) = (given, last_interest(&dates)?) {
        terms.dated_date = from;
    }
    terms.coupon_stages = coupon_stages(pattern, &dates)?;
    if let Some(date) = contract.day("capitalizationEndDate")? {
        terms.payment_in_kind = PaymentInKind::Until { date };
    }
    // A coupon date on the very first day pays what is owed then; else the first coupon does.
    let at_once = terms.coupon_stages.first().is_some_and(|stage| stage.first == dates.begin);
    terms.opening_interest = if at_once { Decimal::ZERO } else { opening };
    let premium = contract.number_or("premiumDiscountAtIED", Decimal::ZERO)?;
    terms.issue_price = per_cent(notional.plus(premium)?)?;
    let known_reset = known_reset(contract, &dates)?;
    terms.coupon = coupon(contract, &dates, terms.dated_date, rate, known_reset)?;
    let next_payment = contract.number("nextPrincipalRedemptionPayment")?;
    terms.redemption = redemption(pattern, &dates, notional, next_payment)?;
    let base_amount = contract.number("interestCalculationBaseAmount")?;
    let base = base_amount.map_or(Ok(Decimal::HUNDRED), per_cent)?;
    terms.interest_base = match (contract.text("interestCalculationBase"), dates.base) {
        (Some("NTIED"), _) | (Some("NTL"), None) => InterestBase::Constant { percent: base },
        (Some("NTL"), Some(rule)) => InterestBase::Reset { percent: base, dates: rule },
        _ => InterestBase::Outstanding,
    };
    terms.indexation = indexation(contract, &dates)?;
    terms.validate().map_err(tenor_bond_math::Error::from)?;
    Ok(Mapped {
        pattern,
        asset: contract.text("contractRole") != Some("RPL"),
        face_minor: terms.denomination_minor,
        observations: observations(contract, &case["dataObserved"], &terms, &dates)?,
        terms,
        dates,
        rate,
        next_payment,
        known_reset,
        opening: if at_once { opening } else { Decimal::ZERO },
    })
}

fn pattern(contract: Contract<'_>) -> Read<Pattern> {
    Ok(match contract.text("contractType") {
        Some("PAM") => Pattern::Bullet,
        Some("LAM") => Pattern::Linear,
        Some("NAM") => Pattern::Negative,
        Some("ANN") => Pattern::Annuity,
        Some("LAX") => Pattern::Exotic,
        Some("SWPPV") => return Err(Stop::NotSupported("a swap of two legs is no bond")),
        Some("UMP") => {
            return Err(Stop::NotSupported(
                "money at call has no maturity and no schedule of repayment",
            ));
        }
        _ => return Err(Stop::NotSupported("a contract type that is no bond")),
    })
}

/// Everything that does not depend on the schedule.
fn plain(contract: Contract<'_>, notional: Decimal) -> Read<BondTerms> {
    let face_minor = u128::try_from(notional.units() / (Decimal::ONE.units() / UNITS))
        .map_err(|_| "notionalPrincipal: expected above zero".to_owned())?;
    let currency = "XXX".parse().or_else(|_| "USD".parse())?;
    let never = Date::MAX;
    let isin = "XS0000000009".parse()?;
    let coupon = Coupon::Zero;
    let mut terms =
        BondTerms::plain(isin, currency, face_minor, face_minor, Date::MIN, never, coupon);
    terms.rounding = Rounding::per_position(currency.minor_digits());
    terms.schedule = ScheduleRule::every(Frequency::Term);
    terms.record = DayOffset::calendar(0);
    terms.end_dates_unadjusted = true;
    terms.day_count = match contract.text("dayCountConvention") {
        Some("AA") => DayCount::ActActIsda,
        Some("A360") => DayCount::Act360,
        Some("A365") | None => DayCount::Act365Fixed,
        Some("30E360") => DayCount::ThirtyE360,
        Some("30E360ISDA") => DayCount::ThirtyE360Isda,
        Some("B252") => DayCount::Bus252,
        Some(_) => return Err(Stop::NotSupported("a day count that no bond has")),
    };
    terms.calendar = match contract.text("calendar") {
        Some("MF") => Calendar::weekends(),
        Some("NC") | None => Calendar::default(),
        Some(_) => return Err(Stop::NotSupported("a calendar without known holidays")),
    };
    let convention = contract.text("businessDayConvention").unwrap_or("NOS");
    terms.accrual_adjusted = convention.starts_with("SC");
    terms.payment_convention = match convention.get(2..) {
        Some("F") => BusinessDayConvention::Following,
        Some("MF") => BusinessDayConvention::ModifiedFollowing,
        Some("P") => BusinessDayConvention::Preceding,
        Some("MP") => BusinessDayConvention::ModifiedPreceding,
        _ => BusinessDayConvention::None,
    };
    Ok(terms)
}

/// Every schedule of the contract from its beginning on.
fn dates(
    contract: Contract<'_>,
    pattern: Pattern,
    terms: &BondTerms,
    (notional, rate): (Decimal, Decimal),
    asked_to: Option<Date>,
) -> Read<Dates> {
    let exchange = contract.needed_day("initialExchangeDate")?;
    let status = contract.needed_day("statusDate")?;
    let principal = match pattern {
        Pattern::Bullet | Pattern::Exotic => None,
        _ => contract.cycle("PrincipalRedemption")?,
    };
    let (given, amortization) =
        (contract.moment("maturityDate")?, contract.moment("amortizationDate")?);
    let mut dates = Dates {
        begin: exchange.max(status),
        exchange,
        status,
        maturity: given.map_or(Date::MAX, |given| given.day),
        amortization: amortization.map(|end| end.day),
        interest: contract.cycle("InterestPayment")?,
        principal,
        resets: contract.cycle("RateReset")?,
        scaling: contract.cycle("ScalingIndex")?,
        base: contract.cycle("InterestCalculationBase")?,
        stages: Vec::new(),
        interest_stages: Vec::new(),
        rates: Vec::new(),
    };
    if pattern == Pattern::Exotic {
        read_stages(contract, &mut dates)?;
    }
    if given.is_none() {
        let payment = contract.number("nextPrincipalRedemptionPayment")?;
        dates.maturity = maturity::of(pattern, &dates, terms, notional, rate, payment)?;
    }
    let own_end = given.or(amortization).filter(|end| end.late);
    for rule in [
        &mut dates.interest,
        &mut dates.principal,
        &mut dates.resets,
        &mut dates.scaling,
        &mut dates.base,
    ] {
        *rule = rule.map(|rule| from(rule, dates.begin)).transpose()?;
        *rule = rule.map(|rule| ended(rule, own_end)).transpose()?;
    }
    let last = [contract.day("terminationDate")?, asked_to].into_iter().flatten().min();
    dates.resets = dates.resets.map(|rule| observed(rule, last, dates.maturity)).transpose()?;
    Ok(dates)
}

/// The rule from the first of its dates on or after a day.
fn from(rule: DateRule, day: Date) -> Read<DateRule> {
    let mut first = rule.first;
    let mut times = 0;
    while first < day && rule.frequency != Frequency::Term {
        times += 1;
        let Frequency::Every(period) = rule.frequency else { break };
        let next = rule.roll.adjust(period.add_to(rule.first, times)?);
        if next <= first {
            return Err(Stop::Failed("a cycle without length".into()));
        }
        first = next;
    }
    Ok(DateRule { first, ..rule })
}

/// An end in the last second of a day falls on no cycle: a long last interval then takes the last date,
/// also when the day after it is on the cycle.
fn ended(rule: DateRule, late: Option<Moment>) -> Read<DateRule> {
    let Some(end) = late.filter(|_| rule.long_last) else { return Ok(rule) };
    let dates = DateRule { long_last: false, ..rule }.dates_before(end.day)?;
    match dates.as_slice() {
        [_, .., last] if dates.len() > 2 => {
            Ok(DateRule { until: Some(*last), long_last: false, ..rule })
        }
        _ => Ok(DateRule { long_last: false, ..rule }),
    }
}

/// No reset after an early end, or after the last day that is asked for: nothing is observed for it.
fn observed(rule: DateRule, last: Option<Date>, maturity: Date) -> Read<DateRule> {
    let Some(last) = last else { return Ok(rule) };
    let dates = rule.dates_before(maturity)?;
    if dates.iter().all(|date| *date <= last) {
        return Ok(rule);
    }
    let until = last.max(rule.first).plus_days(1)?;
    Ok(DateRule { until: Some(until), long_last: false, ..rule })
}

fn read_stages(contract: Contract<'_>, dates: &mut Dates) -> Read<()> {
    let field = |name: &str| list(&contract.0[name]);
    if field("arrayFixedVariable").iter().any(|kind| **kind != "FIX") {
        return Err(Stop::NotSupported("rates of a stage that follow an index"));
    }
    let rules = |anchors: &str, lengths: &str| -> Read<Vec<DateRule>> {
        let lengths = field(lengths);
        let anchors = days(&contract.0[anchors])?.into_iter().enumerate();
        anchors
            .map(|(index, anchor)| {
                contract.rule(anchor, lengths.get(index).and_then(|length| length.as_str()))
            })
            .collect()
    };
    dates.interest_stages =
        rules("arrayCycleAnchorDateOfInterestPayment", "arrayCycleOfInterestPayment")?;
    dates.interest = dates.interest_stages.first().copied();
    let repaid =
        rules("arrayCycleAnchorDateOfPrincipalRedemption", "arrayCycleOfPrincipalRedemption")?;
    let amounts = field("arrayNextPrincipalRedemptionPayment");
    let signs = field("arrayIncreaseDecrease");
    for (index, rule) in repaid.into_iter().enumerate() {
        let amount = amounts.get(index).map_or(Ok(None), |amount| number(amount))?;
        let amount = amount.ok_or_else(|| "a stage without an amount".to_owned())?;
        let drawn = signs.get(index).is_some_and(|sign| **sign == "INC");
        let repaid = if drawn { Decimal::ZERO.minus(amount)? } else { amount };
        dates.stages.push((rule, repaid));
    }
    let rates = days(&contract.0["arrayCycleAnchorDateOfRateReset"])?;
    for (from, rate) in rates.into_iter().zip(field("arrayRate")) {
        let rate = number(rate)?.ok_or_else(|| "a stage without a rate".to_owned())?;
        if from >= dates.begin {
            dates.rates.push(RateStep { from, rate });
        }
    }
    Ok(())
}

/// The last interest date before the contract begins, from which interest has accrued.
fn last_interest(dates: &Dates) -> Read<Option<Date>> {
    Ok(match dates.interest {
        Some(rule) if rule.first < dates.begin => rule.dates_before(dates.begin)?.last().copied(),
        _ => None,
    })
}

/// Coupon dates: of an amortiser its repayments, with a cycle of its own before the first.
fn coupon_stages(pattern: Pattern, dates: &Dates) -> Read<Vec<DateRule>> {
    let own = dates.interest.into_iter();
    Ok(match (pattern, dates.principal) {
        (Pattern::Negative | Pattern::Annuity, Some(principal)) => {
            own.filter(|own| own.first < principal.first).chain([principal]).collect()
        }
        (Pattern::Exotic, _) => dates.interest_stages.clone(),
        _ => own.collect(),
    })
}

/// The first reset after the status date, where its rate is known.
fn known_reset(contract: Contract<'_>, dates: &Dates) -> Read<Option<RateStep>> {
    let (Some(rate), Some(rule)) = (contract.number("nextResetRate")?, dates.resets) else {
        return Ok(None);
    };
    let resets = rule.dates_before(dates.maturity)?;
    let from = resets.into_iter().find(|date| *date > dates.status);
    Ok(from.map(|from| RateStep { from, rate }))
}

fn coupon(
    contract: Contract<'_>,
    dates: &Dates,
    dated: Date,
    rate: Decimal,
    known: Option<RateStep>,
) -> Read<Coupon> {
    // Before the first day, so that a reset on it comes after.
    let first = RateStep { from: dated.plus_days(-1)?, rate };
    if !dates.rates.is_empty() {
        let within = dates.rates.iter().filter(|step| step.from < dates.maturity);
        return Ok(Coupon::StepUp { steps: [first].iter().chain(within).copied().collect() });
    }
    let Some(resets) = dates.resets else { return Ok(Coupon::Fixed { rate }) };
    Ok(Coupon::Floating(FloatingRate {
        index: contract.text("marketObjectCodeOfRateReset").unwrap_or("index").into(),
        spread: contract.number_or("rateSpread", Decimal::ZERO)?,
        gearing: contract.number_or("rateMultiplier", Decimal::ONE)?,
        cap: contract.number("lifeCap")?,
        floor: contract.number("lifeFloor")?,
        fixing: FixingRule::Reset(ResetRule {
            fixed: [first].into_iter().chain(known).collect(),
            dates: Some(resets),
            offset_business_days: 0,
            rise_max: contract.number("periodCap")?,
            fall_max: contract.number("periodFloor")?,
        }),
        calendar: Calendar::default(),
        rate_decimals: 18,
    }))
}

fn redemption(
    pattern: Pattern,
    dates: &Dates,
    notional: Decimal,
    payment: Option<Decimal>,
) -> Read<Redemption> {
    let per_cent = |amount: Decimal| -> Read<Decimal> {
        Ok(amount.times(Decimal::HUNDRED, NEAREST)?.over(notional, NEAREST)?)
    };
    if pattern == Pattern::Exotic {
        let stage = |(rule, amount): &(DateRule, Decimal)| {
            Ok(RepaymentStage { dates: *rule, percent: per_cent(*amount)? })
        };
        let stages = dates.stages.iter().map(stage).collect::<Read<_>>()?;
        return Ok(Redemption::Stages { stages });
    }
    let Some(rule) = dates.principal else { return Ok(Redemption::default()) };
    Ok(match pattern {
        Pattern::Linear => {
            let part = match payment {
                Some(payment) => payment,
                None => maturity::equal_part(dates, notional)?,
            };
            let stages = vec![RepaymentStage { dates: rule, percent: per_cent(part)? }];
            Redemption::Stages { stages }
        }
        _ => Redemption::Level(LevelPayments {
            dates: rule,
            percent: payment.map(per_cent).transpose()?,
            follows_rate: pattern == Pattern::Annuity,
            computed_to: dates.amortization,
        }),
    })
}

fn indexation(contract: Contract<'_>, dates: &Dates) -> Read<Option<Indexation>> {
    let effect = contract.text("scalingEffect").unwrap_or("OOO");
    let scope = match (effect.starts_with('I'), effect.get(1..2) == Some("N")) {
        (true, true) => IndexScope::Both,
        (true, false) => IndexScope::Interest,
        (false, true) => IndexScope::Principal,
        (false, false) => return Ok(None),
    };
    let base = match contract.number("scalingIndexAtContractDealDate")? {
        Some(base) => base,
        None => contract.number_or("scalingIndexAtStatusDate", Decimal::ONE)?,
    };
    let by_day = Indexation::by_day("scaling", base);
    Ok(dates.scaling.map(|rule| Indexation { dates: Some(rule), scope, ..by_day }))
}

/// What was published, with the scaling index under the unadjusted days on which it is read.
fn observations(
    contract: Contract<'_>,
    data: &Value,
    terms: &BondTerms,
    dates: &Dates,
) -> Read<Observations> {
    let series = |code: &str| -> Read<FixingSeries> {
        let mut series = FixingSeries::default();
        let code = contract.text(code);
        let points = code.and_then(|code| data[code]["data"].as_array());
        for point in points.into_iter().flatten() {
            let day = moment(point["timestamp"].as_str().unwrap_or_default())?.day;
            let value = number(&point["value"])?.ok_or_else(|| "no value".to_owned())?;
            // The first of several numbers for a day stands.
            let _ = series.insert(day, value);
        }
        Ok(series)
    };
    let mut observations =
        Observations { rates: series("marketObjectCodeOfRateReset")?, ..Observations::default() };
    let index = series("marketObjectCodeOfScalingIndex")?;
    let read_on = dates.scaling.map_or(Ok(Vec::new()), |rule| rule.dates_before(dates.maturity))?;
    for day in read_on {
        let moved = if terms.accrual_adjusted {
            terms.payment_convention.adjust(day, &terms.calendar)?
        } else {
            day
        };
        if let Ok(level) = index.get(moved) {
            observations.index_levels.insert(day, level)?;
        }
    }
    Ok(observations)
}
