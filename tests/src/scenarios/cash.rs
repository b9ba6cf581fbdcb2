//! Cash: supply, payments, holds, freezes.

use super::market::{self, MONEY, Market, account_terms, lei, reference};
use tenor_interfaces::cash::{Error, ExecuteMsg, QueryMsg, Totals};
use tenor_interfaces::registry::{AccountKind, Action, Office, Standing};
use tenor_interfaces::{AgentRight, Hold, Payment};
use tenor_primitives::{Address, Amount, Role, Timestamp};
use tenor_testing::{Chain, Outcome};

fn transfer(
    chain: &mut Chain,
    market: &Market,
    from: Address,
    to: Address,
    amount: u128,
    text: &str,
) -> Outcome {
    let message = ExecuteMsg::Transfer { to, amount: Amount(amount), reference: reference(text) };
    chain.execute(from, market.cash, &message)
}

fn later(chain: &Chain, seconds: u64) -> Timestamp {
    Timestamp::from_unix_ms(chain.time().unix_ms + seconds * 1_000)
}

/// Paying oneself creates nothing, also in a batch among others.
pub fn sender_is_receiver(chain: &mut Chain) {
    let market = market::open(chain);
    let north = market.north;
    let own = transfer(chain, &market, north, north, 5, "SELF-1");
    assert_eq!(own.error::<Error>(), Error::SameAccount { account: north });
    let payments = [market.south, north].map(|to| Payment { to, amount: Amount(5) });
    let batch =
        ExecuteMsg::TransferBatch { payments: payments.to_vec(), reference: reference("SELF-2") };
    let refused = chain.execute(north, market.cash, &batch);
    assert_eq!(refused.error::<Error>(), Error::SameAccount { account: north });
    // The agent of a hold cannot turn it back on its owner either.
    let agent = agent(chain, &market);
    hold(chain, &market, north, 10, agent, 60, "SELF-3").succeeded();
    let execute = ExecuteMsg::ExecuteHold {
        account: north,
        reference: reference("SELF-3"),
        to: north,
        amount: Amount(10),
    };
    let refused = chain.execute(agent, market.cash, &execute);
    assert_eq!(refused.error::<Error>(), Error::SameAccount { account: north });
    assert_eq!(market.cash_of(chain, north).total.0, MONEY);
}

/// Zero is no amount, a reference counts once, and too little is refused with what is missing.
pub fn refused_payments(chain: &mut Chain) {
    let market = market::open(chain);
    let (north, south) = (market.north, market.south);
    let zero = transfer(chain, &market, north, south, 0, "P-0");
    assert_eq!(zero.error::<Error>(), Error::ZeroAmount);
    transfer(chain, &market, north, south, 7, "P-1").succeeded();
    let again = transfer(chain, &market, north, south, 7, "P-1");
    assert_eq!(again.error::<Error>(), Error::ReferenceUsed { reference: reference("P-1") });
    // Another account's references are its own.
    transfer(chain, &market, south, north, 7, "P-1").succeeded();
    let short = transfer(chain, &market, north, south, MONEY + 3, "P-2");
    let expected =
        Error::Insufficient { account: north, available: Amount(MONEY), short_by: Amount(3) };
    assert_eq!(short.error::<Error>(), expected);
    let stranger = chain.account("stranger", &[Role::Participant]);
    let refused = transfer(chain, &market, north, stranger, 1, "P-3");
    let expected = Error::AccountRefused { account: stranger, standing: Standing::Unknown };
    assert_eq!(refused.error::<Error>(), expected);
    // A refused transfer has not used its reference up.
    transfer(chain, &market, north, south, 1, "P-3").succeeded();
}

/// A frozen account neither pays nor receives, by itself or through an agent's hold.
pub fn freeze(chain: &mut Chain) {
    let market = market::open(chain);
    let (north, south) = (market.north, market.south);
    let agent = agent(chain, &market);
    hold(chain, &market, north, 10, agent, 3_600, "F-1").succeeded();
    market.set_frozen(chain, north, true);
    let frozen = Error::AccountRefused { account: north, standing: Standing::Frozen };
    let out = transfer(chain, &market, north, south, 1, "F-2");
    assert_eq!(out.error::<Error>(), frozen);
    let r#in = transfer(chain, &market, south, north, 1, "F-3");
    assert_eq!(r#in.error::<Error>(), frozen);
    let execute = ExecuteMsg::ExecuteHold {
        account: north,
        reference: reference("F-1"),
        to: south,
        amount: Amount(10),
    };
    assert_eq!(chain.execute(agent, market.cash, &execute).error::<Error>(), frozen);
    let placed = hold(chain, &market, north, 10, agent, 60, "F-4");
    assert_eq!(placed.error::<Error>(), frozen);
    market.set_frozen(chain, north, false);
    chain.execute(agent, market.cash, &execute).succeeded();
    transfer(chain, &market, north, south, 1, "F-2").succeeded();
}

/// Eligibility begins and ends at an instant.
pub fn eligibility(chain: &mut Chain) {
    let market = market::open(chain);
    let (north, south) = (market.north, market.south);
    let mut terms = account_terms(south, lei("SOUTH"), AccountKind::Own, 3);
    let end = later(chain, 3_600);
    terms.eligible_until = Some(end);
    market.decide(chain, vec![Action::SetAccount { terms }]).succeeded();
    chain.set_time(Timestamp::from_unix_ms(end.unix_ms - 1));
    transfer(chain, &market, north, south, 1, "E-1").succeeded();
    // One second later the end has passed.
    let refused = transfer(chain, &market, north, south, 1, "E-2");
    let expected = Error::AccountRefused { account: south, standing: Standing::Expired };
    assert_eq!(refused.error::<Error>(), expected);
}

/// An account that plays an agent, appointed for holds.
fn agent(chain: &mut Chain, market: &Market) -> Address {
    let agent = chain.account("agent", &[Role::Participant]);
    market.appoint_in_cash(chain, agent, Some(AgentRight::Holds));
    agent
}

fn hold(
    chain: &mut Chain,
    market: &Market,
    account: Address,
    amount: u128,
    agent: Address,
    seconds: u64,
    text: &str,
) -> Outcome {
    let (amount, expiry) = (Amount(amount), later(chain, seconds));
    let message = ExecuteMsg::Hold { account, amount, agent, expiry, reference: reference(text) };
    chain.execute(account, market.cash, &message)
}

/// A hold binds its amount to its agent until it ends.
pub fn holds(chain: &mut Chain) {
    let market = market::open(chain);
    let (north, south) = (market.north, market.south);
    let agent = agent(chain, &market);
    let stranger = chain.account("stranger", &[Role::Participant]);
    let refused = hold(chain, &market, north, 1, stranger, 60, "H-0");
    assert_eq!(refused.error::<Error>(), Error::NotAnAgent { agent: stranger });

    hold(chain, &market, north, MONEY, agent, 600, "H-1").succeeded();
    let balance = market.cash_of(chain, north);
    assert_eq!((balance.total.0, balance.available().0), (MONEY, 0), "it stays the owner's");
    let refused = transfer(chain, &market, north, south, 1, "H-2");
    assert!(matches!(refused.error::<Error>(), Error::Insufficient { .. }));
    let twice = hold(chain, &market, north, 1, agent, 60, "H-1");
    assert_eq!(twice.error::<Error>(), Error::HoldExists { reference: reference("H-1") });

    let execute = |amount: u128| ExecuteMsg::ExecuteHold {
        account: north,
        reference: reference("H-1"),
        to: south,
        amount: Amount(amount),
    };
    let gone = Error::NoSuchHold { account: north, reference: reference("H-1") };
    // Nobody else's execution finds the hold: not its owner's, not another agent's.
    let owner = chain.execute(north, market.cash, &execute(1));
    assert_eq!(owner.error::<Error>(), Error::NotAnAgent { agent: north });
    market.appoint_in_cash(chain, stranger, Some(AgentRight::Holds));
    assert_eq!(chain.execute(stranger, market.cash, &execute(1)).error::<Error>(), gone);
    let much = chain.execute(agent, market.cash, &execute(MONEY + 1));
    assert_eq!(much.error::<Error>(), Error::HoldTooSmall { held: Amount(MONEY) });

    chain.execute(agent, market.cash, &execute(30)).succeeded();
    let release = ExecuteMsg::ReleaseHold { account: north, agent, reference: reference("H-1") };
    let early = chain.execute(north, market.cash, &release);
    assert!(matches!(early.error::<Error>(), Error::HoldNotExpired { .. }));
    chain.execute(agent, market.cash, &release).succeeded();
    assert_eq!(chain.execute(agent, market.cash, &execute(1)).error::<Error>(), gone);
    assert_eq!(market.cash_of(chain, north).available().0, MONEY - 30);
    assert_eq!(market.cash_of(chain, south).total.0, MONEY + 30);
}

/// An expired hold cannot be executed, and binds nothing: by advance, by anyone, or when needed.
pub fn expired_holds(chain: &mut Chain) {
    let market = market::open(chain);
    let (north, south) = (market.north, market.south);
    let agent = agent(chain, &market);
    for text in ["X-1", "X-2", "X-3"] {
        hold(chain, &market, north, MONEY / 4, agent, 60, text).succeeded();
    }
    hold(chain, &market, north, 5, agent, 3_600, "X-4").succeeded();
    let end = later(chain, 60);
    chain.set_time(end);
    let execute = ExecuteMsg::ExecuteHold {
        account: north,
        reference: reference("X-1"),
        to: south,
        amount: Amount(1),
    };
    let refused = chain.execute(agent, market.cash, &execute);
    assert!(matches!(refused.error::<Error>(), Error::HoldExpired { .. }));
    let release = ExecuteMsg::ReleaseHold { account: north, agent, reference: reference("X-1") };
    chain.execute(south, market.cash, &release).succeeded();
    let advance = ExecuteMsg::Advance { limit: 1 };
    assert_eq!(chain.execute(south, market.cash, &advance).output::<u32>(), 1);
    // The third is still on the books; a payment that needs it releases it.
    transfer(chain, &market, north, south, MONEY - 5, "X-5").succeeded();
    let question = QueryMsg::Holds { account: north, limit: 9 };
    let open: Vec<Hold> = chain.query(north, market.cash, &question).expect("an answer");
    assert_eq!(open.len(), 1);
    let advance = ExecuteMsg::Advance { limit: 9 };
    assert_eq!(chain.execute(south, market.cash, &advance).output::<u32>(), 0);
}

/// The provider's cash comes and goes in the totals; a burn never touches another account.
pub fn supply(chain: &mut Chain) {
    let market = market::open(chain);
    let totals = |chain: &Chain| -> Totals {
        chain.query(market.north, market.cash, &QueryMsg::Totals).expect("an answer")
    };
    assert_eq!(totals(chain).minted.0, 4 * MONEY);
    let burn = |text| ExecuteMsg::Burn { amount: Amount(40), reference: reference(text) };
    let refused = chain.execute(market.provider, market.cash, &burn("B-1"));
    assert!(matches!(refused.error::<Error>(), Error::Insufficient { .. }));
    transfer(chain, &market, market.north, market.provider, 50, "B-2").succeeded();
    chain.execute(market.provider, market.cash, &burn("B-1")).succeeded();
    assert_eq!(totals(chain).burned.0, 40);
    let again = chain.execute(market.provider, market.cash, &burn("B-1"));
    assert_eq!(again.error::<Error>(), Error::ReferenceUsed { reference: reference("B-1") });
}

/// An agent needs both sides, with the same words.
pub fn agents_need_two_sides(chain: &mut Chain) {
    let market = market::open(chain);
    let agent = chain.account("agent", &[Role::Participant]);
    let appoint = |right| ExecuteMsg::AppointAgent { agent, right };
    let mut send = |sender, right| chain.execute(sender, market.cash, &appoint(right));
    let holds = Some(AgentRight::Holds);
    assert!(!send(market.provider, holds).output::<bool>());
    assert!(!send(market.provider, holds).output::<bool>(), "the same side twice");
    assert!(!send(market.officer, None).output::<bool>(), "another right");
    assert!(!send(market.officer, holds).output::<bool>(), "its own change of mind");
    assert!(send(market.provider, holds).output::<bool>());
    let refused = send(market.north, holds).error::<Error>();
    assert_eq!(refused, Error::NotAnAppointer { caller: market.north });
    let refused = send(market.provider, Some(AgentRight::Redemption)).error::<Error>();
    assert_eq!(refused, Error::RightUnknown);
    assert!(!send(market.officer, None).output::<bool>());
    assert!(send(market.provider, None).output::<bool>());
    let refused = hold(chain, &market, market.north, 1, agent, 60, "A-1");
    assert_eq!(refused.error::<Error>(), Error::NotAnAgent { agent });
}

/// Who has the right of settlement moves anybody's cash: no person has it, nor a settlement contract
/// that obeys other officers, nor one that the registry lists no longer.
pub fn settlement_is_a_listed_contract(chain: &mut Chain) {
    let market = market::open(chain);
    let right = Some(AgentRight::Settlement);
    let person = chain.account("person", &[Role::Participant]);
    let foreign = market.foreign_settlement(chain);
    for agent in [person, foreign] {
        for by in [market.provider, market.officer] {
            let message = ExecuteMsg::AppointAgent { agent, right };
            let refused = chain.execute(by, market.cash, &message).error::<Error>();
            assert_eq!(refused, Error::NotListed { agent });
        }
    }
    // Without the right, nobody's cash is held for anybody.
    let (account, amount, expiry) = (market.north, Amount(60), later(chain, 60));
    let reference = reference("THEFT");
    let hold = ExecuteMsg::Hold { account, amount, agent: person, expiry, reference };
    let refused = chain.execute(person, market.cash, &hold).error::<Error>();
    assert_eq!(refused, Error::NotAnAgent { agent: person });

    market.appoint_in_cash(chain, market.settlement, None);
    let unlist = Action::SetSettlement { settlement: market.settlement, listed: false };
    market.decide(chain, vec![unlist]).succeeded();
    let message = ExecuteMsg::AppointAgent { agent: market.settlement, right };
    let refused = chain.execute(market.provider, market.cash, &message).error::<Error>();
    assert_eq!(refused, Error::NotListed { agent: market.settlement });
}

/// Cash that is held for an agent out of office is its owner's to release, and nobody else's.
pub fn holds_of_a_dismissed_agent(chain: &mut Chain) {
    let market = market::open(chain);
    let (north, south) = (market.north, market.south);
    let agent = agent(chain, &market);
    hold(chain, &market, north, 10, agent, 86_400, "D-1").succeeded();
    let release = ExecuteMsg::ReleaseHold { account: north, agent, reference: reference("D-1") };
    let early = chain.execute(north, market.cash, &release).error::<Error>();
    assert!(matches!(early, Error::HoldNotExpired { .. }), "the agent is in office");
    market.appoint_in_cash(chain, agent, None);
    let other = chain.execute(south, market.cash, &release).error::<Error>();
    assert!(matches!(other, Error::HoldNotExpired { .. }), "not its cash");
    chain.execute(north, market.cash, &release).succeeded();
    assert_eq!(market.cash_of(chain, north).available().0, MONEY);
}

/// What one side sent a month ago is no half of an appointment any more.
pub fn appointments_expire(chain: &mut Chain) {
    let market = market::open(chain);
    let agent = chain.account("agent", &[Role::Participant]);
    let message = ExecuteMsg::AppointAgent { agent, right: Some(AgentRight::Holds) };
    assert!(!chain.execute(market.provider, market.cash, &message).output::<bool>());
    chain.set_time(later(chain, 30 * 86_400));
    assert!(!chain.execute(market.officer, market.cash, &message).output::<bool>());
    assert!(chain.execute(market.provider, market.cash, &message).output::<bool>());
}

/// What an officer sent before leaving office does not count when the provider agrees.
pub fn a_dismissed_officers_half(chain: &mut Chain) {
    let market = market::open(chain);
    let appoint = Action::Appoint { address: market.lead, office: Office::Officer };
    market.decide(chain, vec![appoint]).succeeded();
    let agent = chain.account("agent", &[Role::Participant]);
    let message = ExecuteMsg::AppointAgent { agent, right: Some(AgentRight::Holds) };
    assert!(!chain.execute(market.lead, market.cash, &message).output::<bool>());
    market.decide(chain, vec![Action::Dismiss { address: market.lead }]).succeeded();
    assert!(!chain.execute(market.provider, market.cash, &message).output::<bool>());
    let refused = hold(chain, &market, market.north, 1, agent, 60, "O-1");
    assert_eq!(refused.error::<Error>(), Error::NotAnAgent { agent });
    assert!(chain.execute(market.officer, market.cash, &message).output::<bool>());
    hold(chain, &market, market.north, 1, agent, 60, "O-1").succeeded();
}
