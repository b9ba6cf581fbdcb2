//! The five patterns on one small contract.

use super::*;
use crate::test_terms::{date, decimal, series};
use crate::{BusinessDayConvention, Calendar, DayCount, Period};

/// 1,200 lent at 12 per cent on 1 January 2025 for a year, monthly, 30E/360: one per cent a month.
fn contract(kind: ContractKind) -> ContractTerms {
    let monthly =
        |anchor| Cycle { anchor: date(anchor), period: Some(Period::months(1)), long_stub: false };
    ContractTerms {
        kind,
        asset: true,
        status_date: date("2024-12-31"),
        initial_exchange: date("2025-01-01"),
        maturity: Some(date("2026-01-01")),
        amortization: None,
        notional: decimal("1200"),
        rate: decimal("0.12"),
        accrued: None,
        premium_discount: Decimal::ZERO,
        interest: Some(monthly("2025-02-01")),
        capitalization_end: None,
        principal: Some(monthly("2025-02-01")),
        stages: Stages::default(),
        next_principal: None,
        reset: None,
        base: InterestBase::Outstanding,
        base_amount: None,
        scaling: None,
        purchase: None,
        termination: None,
        day_count: DayCount::ThirtyE360,
        convention: BusinessDayConvention::None,
        compute_on_adjusted: false,
        calendar: Calendar::default(),
        ends_late: false,
        end_of_month: false,
    }
}

fn run(terms: &ContractTerms) -> Vec<Event> {
    events(terms, &Observed::default(), None).expect("events")
}

fn payoffs(events: &[Event], kind: EventKind) -> Vec<Decimal> {
    events.iter().filter(|event| event.kind == kind).map(|event| event.payoff).collect()
}

#[test]
fn a_bullet_pays_interest_and_then_everything() {
    let events = run(&contract(ContractKind::Bullet));
    assert_eq!(payoffs(&events, EventKind::InitialExchange), [decimal("-1200")]);
    assert_eq!(payoffs(&events, EventKind::Interest), [decimal("12"); 12]);
    assert_eq!(payoffs(&events, EventKind::Maturity), [decimal("1200")]);
    assert!(payoffs(&events, EventKind::Principal).is_empty());
}

#[test]
fn a_linear_contract_repays_equal_parts() {
    let events = run(&contract(ContractKind::Linear));
    assert_eq!(payoffs(&events, EventKind::Principal), [decimal("100"); 11]);
    assert_eq!(payoffs(&events, EventKind::Maturity), [decimal("100")]);
    let interest = payoffs(&events, EventKind::Interest);
    assert_eq!((interest[0], interest[11]), (decimal("12"), decimal("1")));
}

#[test]
fn an_annuity_pays_the_same_sum_every_month() {
    let events = run(&contract(ContractKind::Annuity));
    let mut sums = Vec::new();
    for month in payoffs(&events, EventKind::Principal)
        .into_iter()
        .chain(payoffs(&events, EventKind::Maturity))
        .zip(payoffs(&events, EventKind::Interest))
    {
        sums.push(month.0.plus(month.1).expect("small"));
    }
    assert_eq!(sums.len(), 12);
    // 12 / (1 - 1.01^-12) = 106.6185464141
    for sum in sums {
        let off = sum.minus(decimal("106.6185464141")).expect("small");
        assert!(off.units().abs() < Decimal::from_bps(1).units() / 1_000_000, "{sum}");
    }
}

#[test]
fn a_negative_amortiser_lets_principal_grow() {
    let mut terms = contract(ContractKind::Negative);
    terms.next_principal = Some(decimal("2"));
    let events = run(&terms);
    let first = events.iter().find(|event| event.kind == EventKind::Principal).expect("one");
    assert_eq!((first.payoff, first.notional), (decimal("-10"), decimal("1210")));
}

#[test]
fn a_liability_has_the_other_sign() {
    let asset = run(&contract(ContractKind::Linear));
    let mut terms = contract(ContractKind::Linear);
    terms.asset = false;
    for (lent, owed) in asset.iter().zip(run(&terms)) {
        assert_eq!(lent.payoff.plus(owed.payoff), Ok(Decimal::ZERO));
    }
}

#[test]
fn rates_are_reset_from_what_is_observed() {
    let mut terms = contract(ContractKind::Bullet);
    terms.reset = Some(RateReset {
        cycle: Cycle { anchor: date("2025-07-01"), period: None, long_stub: false },
        next: None,
        multiplier: Decimal::ONE,
        spread: decimal("0.01"),
        life: (None, Some(decimal("0.1"))),
        period: (None, None),
    });
    let missing = events(&terms, &Observed::default(), None);
    assert_eq!(missing, Err(Error::MissingFixing { date: date("2025-07-01") }));
    let observed = Observed { rates: series(&[("2025-07-01", "0.2")]), ..Observed::default() };
    let events = events(&terms, &observed, None).expect("events");
    let interest = payoffs(&events, EventKind::Interest);
    assert_eq!((interest[5], interest[6]), (decimal("12"), decimal("10")));
}

#[test]
fn events_stop_where_asked_and_begin_with_the_purchase() {
    let terms = contract(ContractKind::Bullet);
    let until = events(&terms, &Observed::default(), Some(date("2025-03-01"))).expect("events");
    assert_eq!(until.len(), 3);
    let mut bought = terms;
    bought.purchase = Some(Priced { date: date("2025-06-15"), price: decimal("1190") });
    let bought = run(&bought);
    assert_eq!(bought[0].kind, EventKind::Purchase);
    assert_eq!(bought[0].payoff, decimal("-1195.6"));
}

#[test]
fn a_contract_that_never_ends_is_refused() {
    let mut terms = contract(ContractKind::Negative);
    terms.maturity = None;
    terms.next_principal = Some(decimal("12"));
    assert!(matches!(events(&terms, &Observed::default(), None), Err(Error::Unsupported { .. })));
    let mut still = contract(ContractKind::Bullet);
    still.interest =
        Some(Cycle { anchor: date("2025-02-01"), period: Some(Period::days(0)), long_stub: false });
    assert!(matches!(events(&still, &Observed::default(), None), Err(Error::Schedule { .. })));
}

#[test]
fn stages_lend_more_change_the_rate_and_repay() {
    let once = |day| Cycle { anchor: date(day), period: None, long_stub: false };
    let stage = |day, amount, increase| PrincipalStage {
        cycle: once(day),
        amount: decimal(amount),
        increase,
    };
    let mut terms = contract(ContractKind::Exotic);
    (terms.maturity, terms.principal) = (None, None);
    terms.stages = Stages {
        interest: Vec::from([once("2025-07-01")]),
        principal: Vec::from([
            stage("2025-04-01", "600", true),
            stage("2025-07-01", "800", false),
            stage("2025-10-01", "1000", false),
        ]),
        rates: Vec::from([RateStage { from: date("2025-07-01"), rate: decimal("0.06") }]),
    };
    let events = run(&terms);
    assert_eq!(payoffs(&events, EventKind::PrincipalIncrease), [decimal("-600")]);
    assert_eq!(payoffs(&events, EventKind::Principal), [decimal("800")]);
    // 1,200 for a quarter and 1,800 for another at 12 per cent; then 1,000 at six.
    assert_eq!(payoffs(&events, EventKind::Interest), [decimal("90"), decimal("15")]);
    assert_eq!(payoffs(&events, EventKind::Maturity), [decimal("1000")]);
    assert_eq!(events.last().expect("an end").date, date("2025-10-01"));
    terms.stages.principal.pop();
    let open = super::events(&terms, &Observed::default(), None);
    assert!(matches!(open, Err(Error::Unsupported { .. })));
}
