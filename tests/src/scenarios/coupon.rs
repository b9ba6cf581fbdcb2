//! Coupon: entitlement, funding, lateness, escrow, paging, redemption.

use super::market::{self, Bond, MONEY, Market, UNIT, message, reference, utc};
use tenor_bond_math::{Frequency, Redemption, Rounding};
use tenor_interfaces::coupon::*;
use tenor_interfaces::registry::Standing;
use tenor_interfaces::{AccountBalance, AgentRight, cash, issuance};
use tenor_primitives::{Address, Amount, Timestamp};
use tenor_testing::Chain;

fn entitlement(chain: &Chain, bond: Bond, period: u32, account: Address) -> Option<Entitlement> {
    let question = QueryMsg::Entitlement { period, account };
    chain.query(account, bond.coupon, &question).expect("an answer")
}

fn free(chain: &mut Chain, bond: Bond, from: Address, to: Address, units: u128, text: &str) {
    let face_amount = Amount(units * UNIT);
    let message =
        issuance::ExecuteMsg::TransferFree { to, face_amount, reference: reference(text) };
    chain.execute(from, bond.issuance, &message).succeeded();
}

/// The entitled holder is the record date's, not the payment date's, and is paid though it has sold.
pub fn sold_between_record_and_payment(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let before = market.cash_of(chain, market.south).total.0;
    chain.set_time(utc("2027-01-04", 18, 0));
    free(chain, bond, market.south, market.harbour, 40, "SOLD");
    pay(chain, &market, bond, 0, 300_000);
    // 40 × 30.00 less a fifth.
    assert_eq!(market.cash_of(chain, market.south).total.0 - before, 96_000);
    assert_eq!(entitlement(chain, bond, 0, market.harbour), None);
    assert_eq!(market.cash_of(chain, market.harbour).total.0, MONEY);
}

/// Computes, funds, releases and pays a period on its payment date.
fn pay(chain: &mut Chain, market: &Market, bond: Bond, period: u32, required: u128) {
    let payment_day = utc(["2027-01-05", "2028-01-05"][period as usize], 7, 0);
    if chain.time() < payment_day {
        chain.set_time(payment_day);
    }
    bond.advance(chain, 99);
    assert_eq!(bond.payment(chain, period).required(), Some(Amount(required)));
    market.fund(chain, bond, period, required, &format!("FUND-{period}"));
    market.release(chain, bond, period).succeeded();
    bond.advance(chain, 99);
    assert_eq!(bond.payment(chain, period).stage, PaymentStage::Paid);
}

/// Without money nothing is released; then it is late, then in default, then paid after all.
pub fn underfunded(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    chain.set_time(utc("2027-01-04", 18, 0));
    bond.advance(chain, 99);
    let early = {
        market.fund(chain, bond, 0, 299_999, "PART");
        // From 18:00 the ledger date is the payment date.
        market.release(chain, bond, 0).error::<Error>()
    };
    let expected = Error::Underfunded { funded: Amount(299_999), short_by: Amount(1) };
    assert_eq!(early, expected);
    let timeliness = |chain: &Chain| bond.payment(chain, 0).timeliness;
    bond.advance(chain, 99);
    assert_eq!(timeliness(chain), Timeliness::OnTime);
    chain.set_time(utc("2027-01-06", 9, 0));
    bond.advance(chain, 99);
    assert_eq!(timeliness(chain), Timeliness::Late);
    chain.set_time(utc("2027-01-15", 9, 0));
    bond.advance(chain, 99);
    assert_eq!(timeliness(chain), Timeliness::Late, "the tenth day of ten");
    chain.set_time(utc("2027-01-18", 9, 0));
    bond.advance(chain, 99);
    assert_eq!(timeliness(chain), Timeliness::Default);
    market.fund(chain, bond, 0, 1, "REST");
    market.release(chain, bond, 0).succeeded();
    bond.advance(chain, 99);
    let paid = bond.payment(chain, 0);
    assert_eq!((paid.stage, paid.timeliness), (PaymentStage::Paid, Timeliness::Default));
}

/// Released on the payment date, not before, by the paying agent alone, once.
pub fn release_needs_date_and_agent(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.record = tenor_bond_math::DayOffset::business(3);
    let draft = market.draft(chain, terms);
    let bond = market.issue_draft(chain, &draft);
    let early = market.release(chain, bond, 0).error::<Error>();
    assert_eq!(early, Error::TermsNotFrozen, "nobody has let it load yet");
    bond.advance(chain, 99);
    let scheduled = market.release(chain, bond, 0).error::<Error>();
    assert!(matches!(scheduled, Error::WrongStage { expected: PaymentStage::Due, .. }));
    chain.set_time(utc("2027-01-04", 9, 0));
    bond.advance(chain, 99);
    market.fund(chain, bond, 0, 300_000, "FUND");
    let early = market.release(chain, bond, 0).error::<Error>();
    let expected = Error::BeforePaymentDate {
        payment_date: market::date("2027-01-05"),
        ledger_date: market::date("2027-01-04"),
    };
    assert_eq!(early, expected);
    chain.set_time(utc("2027-01-05", 7, 0));
    let release = ExecuteMsg::Release { period: 0 };
    let other = chain.execute(market.issuer, bond.coupon, &release).error::<Error>();
    assert!(matches!(other, Error::NotAllowed { .. }));
    market.release(chain, bond, 0).succeeded();
    let twice = market.release(chain, bond, 0).error::<Error>();
    assert!(matches!(twice, Error::WrongStage { got: PaymentStage::Paying, .. }));
}

/// A frozen holder's cash waits in escrow, also at redemption; its units are burned all the same.
pub fn frozen_holder_goes_to_escrow(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    chain.set_time(utc("2027-01-05", 7, 0));
    market.set_frozen(chain, market.north, true);
    pay(chain, &market, bond, 0, 300_000);
    let north_before = market.cash_of(chain, market.north).total.0;
    pay(chain, &market, bond, 1, 300_000 + 100 * UNIT);
    assert_eq!(bond.facts(chain).status, issuance::BondStatus::Redeemed);
    let escrow = |chain: &Chain| -> Amount {
        let question = QueryMsg::Escrow { account: market.north };
        chain.query(market.north, bond.coupon, &question).expect("an answer")
    };
    let owed = 2 * 60 * 3_000 + 60 * UNIT;
    assert_eq!(escrow(chain).0, owed);
    assert_eq!(market.cash_of(chain, bond.coupon).total.0, owed);
    let claim = ExecuteMsg::ClaimEscrow { account: market.north };
    let frozen = chain.execute(market.regulator, bond.coupon, &claim).error::<Error>();
    let expected = Error::AccountRefused { account: market.north, standing: Standing::Frozen };
    assert_eq!(frozen, expected);
    market.set_frozen(chain, market.north, false);
    chain.execute(market.regulator, bond.coupon, &claim).succeeded();
    assert_eq!(market.cash_of(chain, market.north).total.0, north_before + owed);
    let again = chain.execute(market.regulator, bond.coupon, &claim).error::<Error>();
    assert_eq!(again, Error::NoEscrow { account: market.north });
}

/// One holder a page, and a page twice over changes nothing: the cursor goes on where it stopped.
pub fn pages(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    free(chain, bond, market.north, market.harbour, 20, "SPLIT");
    chain.set_time(utc("2027-01-05", 7, 0));
    let advance = ExecuteMsg::Advance { limit: 1 };
    let step = |chain: &mut Chain| -> Progress {
        chain.execute(market.regulator, bond.coupon, &advance).output()
    };
    assert_eq!(step(chain).period, None, "the first call loads the schedule");
    let mut stages = Vec::new();
    while bond.payment(chain, 0).stage < PaymentStage::Due {
        stages.push(step(chain).holders);
    }
    assert_eq!(stages.iter().sum::<u32>(), 3);
    market.fund(chain, bond, 0, 300_000, "FUND");
    market.release(chain, bond, 0).succeeded();
    let mut pages = Vec::new();
    while bond.payment(chain, 0).stage < PaymentStage::Paid {
        pages.push(step(chain).holders);
    }
    assert_eq!(pages, [1, 1, 1, 0]);
    assert_eq!(step(chain), Progress { period: None, stage: None, holders: 0 });
    let paid = bond.payment(chain, 0);
    assert_eq!((paid.paid.0, paid.tax_paid.0, paid.escrowed.0), (276_000, 24_000, 0));
}

/// What each holder gets and what rounding leaves add up to the interest on the whole.
pub fn rounding_residue(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    // 3.33333 % of a unit of 1,000.00 is 33.3333: per position, not per denomination.
    terms.coupon = tenor_bond_math::Coupon::Fixed { rate: "0.0333333".parse().expect("a rate") };
    terms.rounding = Rounding::per_position(2);
    let draft = market.draft(chain, terms);
    let bond = market.issue_draft(chain, &draft);
    free(chain, bond, market.north, market.harbour, 1, "ODD");
    chain.set_time(utc("2027-01-05", 7, 0));
    bond.advance(chain, 99);
    let due = bond.payment(chain, 0);
    // 59 units: 1,966.66; 40: 1,333.33; 1: 33.33; the whole: 3,333.33.
    assert_eq!(due.gross.0, 196_666 + 133_333 + 3_333);
    assert_eq!(due.residue, 333_333 - 333_332);
    let sum: u128 = [market.north, market.south, market.harbour]
        .map(|account| entitlement(chain, bond, 0, account).expect("entitled"))
        .iter()
        .map(|entitlement| entitlement.net.0 + entitlement.tax.0)
        .sum();
    assert_eq!(i128::try_from(sum).expect("small") + due.residue, 333_333);
}

/// A bond that repays in parts pays interest on what is outstanding and burns units only at the end.
pub fn amortising(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.redemption = Redemption::Linear { first: None };
    let draft = market.draft(chain, terms);
    let bond = market.issue_draft(chain, &draft);
    pay(chain, &market, bond, 0, 300_000 + 50 * UNIT);
    assert_eq!(bond.units(chain, market.north), 60, "the pool factor falls, not the holding");
    pay(chain, &market, bond, 1, 150_000 + 50 * UNIT);
    assert_eq!(bond.units(chain, market.north), 0);
    assert_eq!(market.cash_of(chain, market.issuer).total.0, MONEY - 450_000);
}

/// Money beyond need goes back to the issuer and to nobody else; what is set aside does not.
pub fn excess(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    bond.advance(chain, 99);
    market.fund(chain, bond, 0, 300_500, "FUND");
    let transfer = cash::ExecuteMsg::Transfer {
        to: bond.coupon,
        amount: Amount(70),
        reference: reference("LOOSE"),
    };
    chain.execute(market.north, market.cash, &transfer).succeeded();
    let fund = |amount: u128| ExecuteMsg::Fund {
        period: 0,
        amount: Amount(amount),
        reference: reference("MORE"),
    };
    let refused = chain.execute(market.issuer, bond.coupon, &fund(71)).error::<Error>();
    assert_eq!(refused, Error::Insufficient { available: Amount(70), short_by: Amount(1) });
    let back = |text| ExecuteMsg::ReturnExcess { reference: reference(text) };
    let returned = chain.execute(market.paying_agent, bond.coupon, &back("BACK-1"));
    assert_eq!(returned.output::<Amount>(), Amount(70));
    chain.set_time(utc("2027-01-05", 7, 0));
    bond.advance(chain, 99);
    market.release(chain, bond, 0).succeeded();
    bond.advance(chain, 99);
    let returned = chain.execute(market.paying_agent, bond.coupon, &back("BACK-2"));
    assert_eq!(returned.output::<Amount>(), Amount(500));
    assert_eq!(market.cash_of(chain, bond.coupon).total.0, 0);
}

/// Units that are pledged when the bond is redeemed are burned, and the pledge ends.
pub fn held_units_are_redeemed(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    market.appoint_in_issuance(chain, bond, market.harbour, Some(AgentRight::Holds));
    pay(chain, &market, bond, 0, 300_000);
    let hold = issuance::ExecuteMsg::Hold {
        account: market.north,
        amount: Amount(25 * UNIT),
        agent: market.harbour,
        expiry: utc("2028-02-01", 0, 0),
        reference: reference("PLEDGE"),
    };
    chain.execute(market.north, bond.issuance, &hold).succeeded();
    pay(chain, &market, bond, 1, 300_000 + 100 * UNIT);
    let left: Vec<AccountBalance> = {
        let question = issuance::QueryMsg::Holdings { after: None, limit: 9 };
        chain.query(market.north, bond.issuance, &question).expect("an answer")
    };
    assert_eq!(left, []);
    assert_eq!(market.cash_of(chain, market.north).total.0, MONEY + 2 * 60 * 3_000);
}

/// A coupon instance that the bond has not appointed burns nothing, and pays nothing either.
pub fn redemption_needs_the_appointment(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let position = issuance::Position { account: market.north, face_amount: Amount(UNIT) };
    let redeem = issuance::ExecuteMsg::Redeem { positions: vec![position] };
    let refused = chain.execute(market.issuer, bond.issuance, &redeem).error::<issuance::Error>();
    assert_eq!(refused, issuance::Error::NotAnAgent { agent: market.issuer });
    pay(chain, &market, bond, 0, 300_000);
    chain.set_time(utc("2028-01-05", 7, 0));
    bond.advance(chain, 99);
    let required = 300_000 + 100 * UNIT;
    market.fund(chain, bond, 1, required, "FUND");
    let back = ExecuteMsg::ReturnFunding { period: 1, reference: reference("BACK") };
    let bound = chain.execute(market.issuer, bond.coupon, &back).error::<Error>();
    assert_eq!(bound, Error::StillAppointed, "it is the holders'");
    market.dismiss_payer(chain, bond);
    assert_eq!(market.release(chain, bond, 1).error::<Error>(), Error::NotAppointed);
    let before = market.cash_of(chain, market.issuer).total.0;
    for by in [market.north, market.lead] {
        let refused = chain.execute(by, bond.coupon, &back).error::<Error>();
        assert!(matches!(refused, Error::NotAllowed { .. }), "{refused:?}");
    }
    let returned = chain.execute(market.issuer, bond.coupon, &back);
    assert_eq!(returned.output::<Amount>(), Amount(required));
    assert_eq!(market.cash_of(chain, market.issuer).total.0 - before, required);
    let twice = ExecuteMsg::ReturnFunding { period: 1, reference: reference("TWICE") };
    let twice = chain.execute(market.issuer, bond.coupon, &twice).error::<Error>();
    assert_eq!(twice, Error::ZeroAmount);
    assert_eq!((bond.payment(chain, 1).paid, bond.units(chain, market.north)), (Amount::ZERO, 60));
}

/// A payer that was dismissed with money pays nobody any more, at nobody's word: its successor pays that
/// payment, once, and the money of the first goes back to the issuer.
pub fn nobody_is_paid_twice(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    chain.set_time(utc("2027-01-05", 7, 0));
    bond.advance(chain, 99);
    market.fund(chain, bond, 0, 300_000, "FIRST");
    market.dismiss_payer(chain, bond);
    let successor = succeed(chain, &market, bond, 0);
    successor.advance(chain, 99);
    market.fund(chain, successor, 0, 300_000, "SECOND");
    market.release(chain, successor, 0).succeeded();
    successor.advance(chain, 99);
    let paid = market.cash_of(chain, market.north).total;

    // The day is over, and anyone may release what is late: not here.
    chain.set_time(utc("2027-01-06", 9, 0));
    let release = ExecuteMsg::Release { period: 0 };
    let refused = chain.execute(market.north, bond.coupon, &release).error::<Error>();
    assert_eq!(refused, Error::NotAppointed);
    let advance = ExecuteMsg::Advance { limit: 99 };
    let idle = chain.execute(market.north, bond.coupon, &advance);
    assert!(idle.events::<PaymentMissed>("PaymentMissed").is_empty(), "it misses nothing");
    assert_eq!(market.cash_of(chain, market.north).total, paid);
    let fund = ExecuteMsg::Fund { period: 1, amount: Amount(1), reference: reference("MORE") };
    let refused = chain.execute(market.issuer, bond.coupon, &fund).error::<Error>();
    assert_eq!(refused, Error::NotAppointed);
    let back = ExecuteMsg::ReturnFunding { period: 0, reference: reference("BACK") };
    let returned = chain.execute(market.paying_agent, bond.coupon, &back);
    assert_eq!(returned.output::<Amount>(), Amount(300_000));
    assert_eq!(market.cash_of(chain, bond.coupon).total, Amount::ZERO);
}

/// In the middle of a payment its payer stays: some holders are paid, the others must be too.
pub fn no_dismissal_while_it_pays(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    chain.set_time(utc("2027-01-05", 7, 0));
    bond.advance(chain, 99);
    market.fund(chain, bond, 0, 300_000, "FUND");
    market.release(chain, bond, 0).succeeded();
    let page = ExecuteMsg::Advance { limit: 1 };
    chain.execute(market.regulator, bond.coupon, &page).succeeded();
    let (agent, right) = (bond.coupon, None);
    let dismiss = issuance::ExecuteMsg::AppointAgent { agent, right };
    for party in [market.issuer, market.registrar] {
        assert!(!chain.execute(party, bond.issuance, &dismiss).output::<bool>());
    }
    let early = chain.execute(market.paying_agent, bond.issuance, &dismiss);
    let expected = issuance::Error::PaymentUnderWay { period: 0 };
    assert_eq!(early.error::<issuance::Error>(), expected);
    bond.advance(chain, 99);
    assert_eq!(bond.payment(chain, 0).stage, PaymentStage::Paid);
    assert!(chain.execute(market.paying_agent, bond.issuance, &dismiss).output::<bool>());
}

/// A coupon instance of somebody else's making learns nothing of a bond that has not appointed it: it
/// reads who holds how much at no record date, and keeps no more than its own configuration.
pub fn a_rival_learns_nothing(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let rival = market.lead;
    let config = market.coupon_config(bond.issuance);
    let coupon = chain.instantiate(rival, "coupon", "rival", &config);
    let stored = |chain: &Chain| {
        chain.values().keys().filter(|key| key.contract == coupon).cloned().collect::<Vec<_>>()
    };
    let before = stored(chain);
    chain.set_time(utc("2027-01-05", 7, 0));
    let advance = ExecuteMsg::Advance { limit: 99 };
    for _ in 0..3 {
        let idle = chain.execute(rival, coupon, &advance);
        assert!(idle.events::<Entitled>("Entitled").is_empty());
    }
    assert_eq!(stored(chain), before);
    let question = QueryMsg::Entitlements { period: 0, after: None, limit: 99 };
    let learned: Vec<Entitlement> = chain.query(rival, coupon, &question).expect("an answer");
    assert_eq!(learned, []);
}

/// All three appoint another instance of a bond, which pays from a period on.
fn succeed(chain: &mut Chain, market: &Market, bond: Bond, first_period: u32) -> Bond {
    let config = Config { first_period, ..market.coupon_config(bond.issuance) };
    let agent = chain.instantiate(market.issuer, "coupon", "successor", &config);
    let right = Some(AgentRight::Redemption);
    let appoint = issuance::ExecuteMsg::AppointAgent { agent, right };
    for party in [market.issuer, market.registrar, market.paying_agent] {
        chain.execute(party, bond.issuance, &appoint).succeeded();
    }
    market.open_instance_account(chain, agent);
    Bond { coupon: agent, ..bond }
}

/// An instance that the bond has not appointed says nothing of it in public, neither what is due nor
/// what was missed, and takes no money; one that was dismissed computes no further payment.
pub fn an_instance_that_nobody_appointed(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let all = TaxRate { tax_class: 0, rate: tenor_bond_math::Decimal::ONE };
    let (tax_account, tax_rates) = (market.south, vec![all]);
    let config =
        Config { tax_account, tax_rates, grace_days: 0, ..market.coupon_config(bond.issuance) };
    let false_payer = chain.instantiate(market.south, "coupon", "false-payer", &config);
    chain.set_time(utc("2027-01-20", 7, 0));
    let false_payer = Bond { coupon: false_payer, ..bond };
    let advance = ExecuteMsg::Advance { limit: 99 };
    let idle = chain.execute(market.south, false_payer.coupon, &advance);
    assert_eq!(idle.output::<Progress>(), Progress { period: None, stage: None, holders: 0 });
    assert_eq!(idle.events::<PaymentMissed>("PaymentMissed"), []);
    let (period, amount) = (0, Amount(1));
    let fund = ExecuteMsg::Fund { period, amount, reference: reference("FUND") };
    let refused = chain.execute(market.issuer, false_payer.coupon, &fund).error::<Error>();
    assert_eq!(refused, Error::TermsNotFrozen);
    // What the appointed one has loaded it keeps; dismissed, it computes nothing.
    bond.advance(chain, 99);
    assert_eq!(bond.payment(chain, 0).stage, PaymentStage::Due);
    market.dismiss_payer(chain, bond);
    chain.set_time(utc("2028-01-20", 7, 0));
    bond.advance(chain, 99);
    let next = bond.payment(chain, 1);
    assert_eq!((next.stage, next.timeliness), (PaymentStage::Scheduled, Timeliness::OnTime));
}

/// A successor begins where its predecessor has stopped, and neither pays nor misses what was paid.
pub fn a_successor_pays_what_is_left(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    pay(chain, &market, bond, 0, 300_000);
    market.dismiss_payer(chain, bond);
    let successor = succeed(chain, &market, bond, 1);
    let agent = successor.coupon;
    chain.set_time(utc("2028-01-05", 7, 0));
    let advance = ExecuteMsg::Advance { limit: 99 };
    let loaded = chain.execute(market.regulator, agent, &advance);
    let loaded: Vec<ScheduleLoaded> = loaded.events("ScheduleLoaded");
    assert_eq!(loaded.iter().map(|event| event.payments).collect::<Vec<_>>(), [1]);
    let question = QueryMsg::Payment { period: 0 };
    let first: Option<PaymentRecord> = chain.query(agent, agent, &question).expect("an answer");
    assert_eq!(first, None);
    pay(chain, &market, successor, 1, 300_000 + 100 * UNIT);
    assert_eq!(bond.facts(chain).status, issuance::BondStatus::Redeemed);
}

/// Units cannot be sent to the coupon instance, which could never send them back.
pub fn units_of_the_coupon_instance(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    let (to, face_amount) = (bond.coupon, Amount(UNIT));
    let joke = issuance::ExecuteMsg::TransferFree { to, face_amount, reference: reference("JOKE") };
    let refused = chain.execute(market.north, bond.issuance, &joke).error::<issuance::Error>();
    let expected = issuance::Error::ReceiverIsAgent { account: bond.coupon };
    assert_eq!(refused, expected);

    let (agent, right) = (market.harbour, Some(AgentRight::Holds));
    for party in [market.issuer, market.registrar] {
        let appoint = issuance::ExecuteMsg::AppointAgent { agent, right };
        chain.execute(party, bond.issuance, &appoint).succeeded();
    }
    let (account, reference, amount) = (market.north, reference("HELD"), face_amount);
    let expiry = utc("2026-02-01", 8, 0);
    let hold = issuance::ExecuteMsg::Hold { account, amount, agent, expiry, reference };
    chain.execute(account, bond.issuance, &hold).succeeded();
    let deliver = issuance::ExecuteMsg::ExecuteHold { account, reference, to, amount };
    assert_eq!(chain.execute(agent, bond.issuance, &deliver).error::<issuance::Error>(), expected);
    assert_eq!(bond.units(chain, market.north), 60);
}

/// Semi-annual payments overlap: a late first one does not keep the second from being computed.
pub fn a_late_payment_does_not_stop_the_next(chain: &mut Chain) {
    let market = market::open(chain);
    let mut terms = market.terms();
    terms.schedule.frequency = Frequency::SEMI_ANNUAL;
    let draft = market.draft(chain, terms);
    let bond = market.issue_draft(chain, &draft);
    chain.set_time(utc("2026-07-06", 7, 0));
    bond.advance(chain, 99);
    chain.set_time(utc("2027-01-05", 7, 0));
    bond.advance(chain, 99);
    let (first, second) = (bond.payment(chain, 0), bond.payment(chain, 1));
    assert_eq!((first.stage, first.timeliness), (PaymentStage::Due, Timeliness::Default));
    assert_eq!((second.stage, second.timeliness), (PaymentStage::Due, Timeliness::OnTime));
    market.fund(chain, bond, 1, 150_000, "SECOND");
    market.release(chain, bond, 1).succeeded();
    bond.advance(chain, 99);
    assert_eq!(bond.payment(chain, 1).stage, PaymentStage::Paid);
    market.fund(chain, bond, 0, 150_000, "FIRST");
    market.release(chain, bond, 0).succeeded();
    bond.advance(chain, 99);
    assert_eq!(bond.payment(chain, 0).stage, PaymentStage::Paid);
}

/// A hold of cash in the coupon instance's favour is no funding, and an order of messages is atomic.
pub fn funding_is_atomic(chain: &mut Chain) {
    let market = market::open(chain);
    let bond = market.issue(chain);
    bond.advance(chain, 99);
    let (amount, text) = (Amount(10), reference("FUND"));
    let transfer = cash::ExecuteMsg::Transfer { to: bond.coupon, amount, reference: text };
    let fund = ExecuteMsg::Fund { period: 9, amount, reference: text };
    let messages = vec![message(market.cash, &transfer), message(bond.coupon, &fund)];
    let refused = chain.send(market.issuer, messages).error::<Error>();
    assert_eq!(refused, Error::NoSuchPayment { period: 9 });
    assert_eq!(market.cash_of(chain, bond.coupon).total, Amount::ZERO, "the transfer is undone");
    let later = Timestamp::from_unix_ms(chain.time().unix_ms + 5_000);
    chain.set_time(later);
    market.fund(chain, bond, 0, 10, "FUND");
}
