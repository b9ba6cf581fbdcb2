//! What the third acceptance makes sure of, and the agents that are appointed after it.

use super::market::{self, Bond, Market, utc};
use tenor_interfaces::issuance::*;
use tenor_interfaces::registry;
use tenor_interfaces::{AgentRight, cash, coupon};
use tenor_primitives::{Address, keccak256};
use tenor_testing::{Chain, Outcome};

fn refused(outcome: &Outcome) -> TermsPart {
    match outcome.error::<Error>() {
        Error::TermsRefused { part } => part,
        other => panic!("expected refused terms, got {other:?}"),
    }
}

/// A coupon instance that pays for another bond, or taxes otherwise than the draft says, is none that
/// anyone has accepted.
pub fn the_payer_is_part_of_the_draft(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let issuance = chain.instantiate(market.issuer, "issuance", "bond", &draft);
    let everything = coupon::TaxRate { tax_class: 0, rate: tenor_bond_math::Decimal::ONE };
    let greedy = coupon::Config {
        tax_account: market.issuer,
        tax_rates: vec![everything],
        ..market.coupon_config(issuance)
    };
    chain.instantiate(market.issuer, "coupon", "coupon", &greedy);
    let greedy_payer = market.try_accept(chain, issuance);
    assert_eq!(refused(&greedy_payer), TermsPart::Payer);

    // Set up as drafted, but the draft's own words are of another bond.
    let mut draft = draft;
    let config = market.coupon_config(issuance);
    draft.coupon_config_hash = keccak256(&borsh::to_vec(&config).expect("encodes"));
    draft.agents[1].agent = chain.instantiate(market.issuer, "coupon", "coupon-2", &config);
    let second = chain.instantiate(market.issuer, "issuance", "bond-2", &draft);
    let other_bond = market.try_accept(chain, second);
    assert_eq!(refused(&other_bond), TermsPart::Payer);
}

/// The bond is paid in the cash that the registry lists, which settlement trades against.
pub fn the_cash_is_the_listed_one(chain: &mut Chain) {
    let market = market::open(chain);
    let Market { registry, issuer, .. } = market;
    let config = cash::Config { registry, provider: issuer, currency: market::euro() };
    let own_money = chain.instantiate(issuer, "cash", "own-money", &config);
    let draft = Draft { cash: own_money, ..market.draft(chain, market.terms()) };
    let issuance = chain.instantiate(issuer, "issuance", "bond", &draft);
    chain.instantiate(issuer, "coupon", "coupon", &market.coupon_config(issuance));
    let frozen = market.try_accept(chain, issuance);
    assert_eq!(refused(&frozen), TermsPart::Cash);
}

fn appoint(
    chain: &mut Chain,
    bond: Bond,
    by: Address,
    agent: Address,
    right: Option<AgentRight>,
) -> Outcome {
    chain.execute(by, bond.issuance, &ExecuteMsg::AppointAgent { agent, right })
}

/// Issuer and registrar cannot make themselves agents, nor replace what burns units without the
/// paying agent; a coupon instance of another bond burns nothing here.
pub fn agents_after_the_draft(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let Market { issuer, registrar, paying_agent, .. } = market;
    for right in [AgentRight::Redemption, AgentRight::Settlement, AgentRight::Holds] {
        let own = appoint(chain, bond, registrar, issuer, Some(right));
        assert_eq!(refused(&own), TermsPart::Agents, "{right:?}");
    }
    let burns = Some(AgentRight::Redemption);
    let next = market.coupon_config(bond.issuance);
    let next = chain.instantiate(issuer, "coupon", "coupon-2", &next);
    let second = appoint(chain, bond, issuer, next, burns);
    assert_eq!(refused(&second), TermsPart::Agents, "one burns already");

    for party in [issuer, registrar] {
        assert!(!appoint(chain, bond, party, bond.coupon, None).output::<bool>());
    }
    assert!(appoint(chain, bond, paying_agent, bond.coupon, None).output::<bool>());
    let foreign = market.coupon_config(market.settlement);
    let foreign = chain.instantiate(issuer, "coupon", "foreign", &foreign);
    let wrong = appoint(chain, bond, issuer, foreign, burns);
    assert_eq!(refused(&wrong), TermsPart::Payer);
    for (party, done) in
        [(issuer, false), (registrar, false), (issuer, false), (paying_agent, true)]
    {
        assert_eq!(appoint(chain, bond, party, next, burns).output::<bool>(), done);
    }
    let meddles = appoint(chain, bond, paying_agent, market.harbour, Some(AgentRight::Holds));
    assert_eq!(meddles.error::<Error>(), Error::NotAnAppointer { caller: paying_agent });
}

/// Who has the right of settlement moves anybody's units: only a contract that officers have listed as
/// one, in the draft and after it.
pub fn settlement_is_a_listed_contract(chain: &mut Chain) {
    let market = market::open(chain);
    let person = chain.account("person", &[tenor_primitives::Role::Participant]);
    let foreign = market.foreign_settlement(chain);
    for (agent, name) in [(person, "a"), (foreign, "b")] {
        let mut draft = market.draft(chain, market.terms());
        draft.agents[0].agent = agent;
        let bond = market.second_bond(chain, draft, name);
        assert_eq!(refused(&market.try_accept(chain, bond.issuance)), TermsPart::Settlement);
    }
    let bond = market.issue(chain);
    let right = Some(AgentRight::Settlement);
    for agent in [person, foreign] {
        for party in [market.issuer, market.registrar] {
            let tried = appoint(chain, bond, party, agent, right);
            assert_eq!(refused(&tried), TermsPart::Settlement);
        }
    }
    let hold = ExecuteMsg::Hold {
        account: market.north,
        amount: tenor_primitives::Amount(60 * market::UNIT),
        agent: person,
        expiry: utc("2026-01-06", 8, 0),
        reference: market::reference("THEFT"),
    };
    let theft = chain.execute(person, bond.issuance, &hold).error::<Error>();
    assert_eq!(theft, Error::NotAnAgent { agent: person });
}

/// A second instance of a listed ISIN could never be listed, nor its units be traded: its terms do
/// not freeze.
pub fn an_isin_is_one_instance(chain: &mut Chain) {
    let market = market::open(chain);
    let draft = market.draft(chain, market.terms());
    let second = market.second_bond(chain, draft, "two");
    market.issue(chain);
    assert_eq!(refused(&market.try_accept(chain, second.issuance)), TermsPart::Isin);
}

/// A registrar that has left office appoints nobody, nor does what it had sent before count.
pub fn a_registrar_out_of_office(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let holds = Some(AgentRight::Holds);
    let first = appoint(chain, bond, market.registrar, market.harbour, holds);
    assert!(!first.output::<bool>());
    // Another officer comes first: two must remain.
    let office = registry::Office::Officer;
    let come = registry::Action::Appoint { address: market.lead, office };
    market.decide(chain, vec![come]).succeeded();
    let leave = registry::Action::Dismiss { address: market.registrar };
    market.decide(chain, vec![leave]).succeeded();
    for party in [market.issuer, market.registrar] {
        let refused = appoint(chain, bond, party, market.harbour, holds).error::<Error>();
        assert_eq!(refused, Error::RoleMissing { account: market.registrar });
    }
    // It gives no right, but takes one away.
    for (party, done) in [(market.registrar, false), (market.issuer, true)] {
        let dismissed = appoint(chain, bond, party, market.settlement, None);
        assert_eq!(dismissed.output::<bool>(), done);
    }
}

/// Whoever buys at issue is there at the first record date, and that is before the payment.
pub fn record_dates_lie_between_issue_and_payment(chain: &mut Chain) {
    let market = market::open(chain);
    let mut same_day = market.terms();
    same_day.record = tenor_bond_math::DayOffset::business(0);
    let mut before_issue = market.terms();
    // Dated a year before its issue: the first coupon's record date is the business day before.
    before_issue.dated_date = market::date("2025-01-05");
    before_issue.issue_date = market::date("2026-01-05");
    for (index, terms) in [same_day, before_issue].into_iter().enumerate() {
        let draft = market.draft(chain, terms);
        let label = format!("bad-{index}");
        let tried = chain.try_instantiate(market.issuer, "issuance", &label, &draft);
        assert_eq!(refused(&tried), TermsPart::RecordDate);
    }
}

/// The most periods a bond can have: every step of the check is paid for by whoever drafts it.
pub fn a_bond_of_many_payments(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    let week = tenor_bond_math::Period { count: 1, unit: tenor_bond_math::PeriodUnit::Weeks };
    terms.schedule.frequency = tenor_bond_math::Frequency::Every(week);
    terms.redemption = tenor_bond_math::Redemption::Linear { first: None };
    let matures = |weeks: i64| market::date("2026-01-05").plus_days(7 * weeks).expect("a date");
    terms.maturity = Some(matures(513));
    let draft = market.draft(chain, terms.clone());
    let longer = chain.try_instantiate(market.issuer, "issuance", "bad", &draft);
    assert_eq!(refused(&longer), TermsPart::Schedule);
    terms.maturity = Some(matures(512));
    let draft = market.draft(chain, terms);
    let bond = market.instantiate_bond(chain, &draft);
    market.accept(chain, bond);
    assert_eq!(bond.facts(chain).status, BondStatus::Book);
    market.book(chain, bond, &[(market.north, 60), (market.south, 40)]);
    chain.set_time(utc("2026-01-05", 8, 0));
    market.pay_and_close(chain, bond, market.north).succeeded();
    // All periods are taken over from the terms in one call.
    bond.advance(chain, 1);
    assert!(bond.payment(chain, 511).redeems);
}

/// On a day on which the market is closed no ledger date ever stands: nobody could pay on it. The terms
/// do not freeze, and say which day would do.
pub fn the_issue_date_is_a_business_day(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    // A Saturday.
    terms.issue_date = market::date("2026-01-10");
    let draft = market.draft(chain, terms);
    let bond = market.second_bond(chain, draft, "saturday");
    match market.try_accept(chain, bond.issuance).error::<Error>() {
        Error::TermsInvalid { field, reason } => {
            assert_eq!(field, "issue_date");
            assert!(reason.contains("2026-01-12"), "{reason}");
        }
        other => panic!("expected the issue date, got {other:?}"),
    }
}

/// Proceeds that nobody can receive would keep everybody from closing.
pub fn the_proceeds_can_be_received(chain: &mut Chain) {
    let market = market::open(chain);
    let account = chain.account("unknown", &[tenor_primitives::Role::Participant]);
    let mut draft = market.draft(chain, market.terms());
    draft.issuer_cash_account = account;
    let bond = market.second_bond(chain, draft, "nowhere");
    let refused = market.try_accept(chain, bond.issuance).error::<Error>();
    let standing = registry::Standing::Unknown;
    assert_eq!(refused, Error::AccountRefused { account, standing });
}
