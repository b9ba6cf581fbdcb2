//! Draft, acceptance, and the moment the terms freeze.

use super::close;
use super::guard::{check_accounts, first_business_day, require_caller, require_status};
use crate::pricing::payable_schedule;
use crate::query::schedule_of;
use crate::state::{AGENTS, BOND, DRAFT, RECORD_INSTANTS, TOTALS, load_draft};
use core::fmt::Write;
use tenor_bond_math::Schedule;
use tenor_interfaces::cash::CashQueries;
use tenor_interfaces::coupon::CouponQueries;
use tenor_interfaces::issuance::*;
use tenor_interfaces::registry::{BusinessRole, Office, RegistryQueries};
use tenor_interfaces::{AgentRight, Appointment};
use tenor_sdk::abi::codec::encode;
use tenor_sdk::prelude::*;

/// The most agents of a bond.
pub(super) const AGENTS_MAX: u32 = 8;

/// Checks and stores the draft. A draft is never amended: what a party accepts is an instance, and
/// another draft is another instance.
pub(crate) fn instantiate(ctx: &mut Context, draft: InstantiateMsg) -> Result<()> {
    let draft = &draft;
    TOTALS.save(ctx, &IssueTotals::default())?;
    require_caller(ctx, draft.parties.issuer)?;
    check(draft).map_err(|part| Error::TermsRefused { part })?;
    payable_schedule(&draft.terms)?;
    let encoded = encode(draft);
    let terms_hash = ctx.keccak256(&encoded);
    let (isin, document_hash) = (draft.terms.isin, draft.document_hash);
    let bond = BondFacts {
        isin,
        currency: draft.terms.currency,
        status: BondStatus::Draft,
        terms_hash,
        document_hash,
        accepted: Acceptances::default(),
        parties: draft.parties.clone(),
        registry: draft.registry,
        cash: draft.cash,
        market: draft.market,
        issuer_cash_account: draft.issuer_cash_account,
        denomination: Amount(draft.terms.denomination_minor),
        free_transfers: draft.free_transfers,
        closing: draft.closing,
        offered: offered(draft).ok_or(Error::Overflow)?,
        issue_date: draft.terms.issue_date,
    };
    DRAFT.save(ctx, &encoded)?;
    BOND.save(ctx, &bond)?;
    ctx.emit(&Drafted { isin, terms_hash, document_hash });
    Ok(())
}

/// What can be checked without asking anyone.
fn check(draft: &Draft) -> Result<(), TermsPart> {
    let BondParties { issuer, registrar, paying_agent, .. } = draft.parties;
    // Three acceptances must be three accounts.
    if issuer == paying_agent || issuer == registrar || paying_agent == registrar {
        return Err(TermsPart::Parties);
    }
    let (held_back, terms) = (draft.held_back.0, &draft.terms);
    let whole = held_back.checked_rem(terms.denomination_minor) == Some(0);
    if !whole || held_back >= terms.issue_size_minor {
        return Err(TermsPart::HeldBack);
    }
    // Proceeds that an agent receives, such as the coupon instance, never come back.
    let [issuer, lead_manager, registrar, paying_agent] = draft.parties.all();
    let own = [issuer, lead_manager, registrar, paying_agent, draft.issuer_cash_account];
    if agents_are_sound(&draft.agents, &own) { Ok(()) } else { Err(TermsPart::Agents) }
}

/// What is sold at issue.
fn offered(draft: &Draft) -> Option<Amount> {
    Amount(draft.terms.issue_size_minor).checked_sub(draft.held_back)
}

/// Few agents, each once, none of them a party, and one that burns.
fn agents_are_sound(agents: &[Appointment], parties: &[Address]) -> bool {
    let burns = |agent: &&Appointment| agent.right == AgentRight::Redemption;
    let alone = |(position, agent): (usize, &Appointment)| {
        let rest = agents.iter().skip(position + 1);
        let again = rest.map(|other| other.agent).any(|other| other == agent.agent);
        !again && !parties.contains(&agent.agent)
    };
    u32::try_from(agents.len()).is_ok_and(|agents| agents <= AGENTS_MAX)
        && agents.iter().enumerate().all(alone)
        && agents.iter().filter(burns).count() == 1
}

pub(super) fn accept(ctx: &mut Context, terms_hash: Hash) -> Result<()> {
    let mut bond = BOND.load(ctx)?;
    require_status(ctx, &bond, BondStatus::Draft)?;
    let party = ctx.caller();
    let BondParties { issuer, registrar, paying_agent, .. } = bond.parties;
    let accepted = match party {
        _ if party == issuer => &mut bond.accepted.issuer,
        _ if party == paying_agent => &mut bond.accepted.paying_agent,
        _ if party == registrar => &mut bond.accepted.registrar,
        caller => return Err(Error::NotAnAcceptor { caller }.into()),
    };
    *accepted = true;
    ctx.require(terms_hash == bond.terms_hash, Error::TermsChanged { expected: bond.terms_hash })?;
    ctx.emit(&Accepted { isin: bond.isin, party, terms_hash });
    if bond.accepted.complete() {
        freeze(ctx, &mut bond)?;
    }
    Ok(BOND.save(ctx, &bond)?)
}

/// The third acceptance: from here on terms, agents and record instants stand.
fn freeze(ctx: &mut Context, bond: &mut BondFacts) -> Result<()> {
    let draft = load_draft(ctx)?;
    check_parties(ctx, &draft.parties, bond.registry)?;
    check_cash(ctx, bond)?;
    check_payer(ctx, &draft)?;
    check_listings(ctx, &draft)?;
    check_issue_date(ctx, bond)?;
    // Proceeds that cannot be received would keep everybody from closing.
    check_accounts(ctx, bond, vec![bond.issuer_cash_account])?;

    let schedule = schedule_of(&draft)?;
    let instants = record_instants(ctx, &draft, &schedule)?;
    if let Some(first_record) = instants.first().copied().filter(|at| *at <= ctx.block_time()) {
        return Err(Error::TooLateToClose { first_record }.into());
    }
    close::require_days_left(ctx, bond)?;
    let periods = u32::try_from(instants.len()).unwrap_or(u32::MAX);
    RECORD_INSTANTS.save(ctx, &instants)?;
    for agent in &draft.agents {
        AGENTS.save(ctx, &agent.agent, &agent.right)?;
        ctx.emit(&AgentAppointed { agent: agent.agent, right: Some(agent.right) });
    }
    bond.status = BondStatus::Book;
    ctx.emit(&TermsFrozen { isin: bond.isin, terms_hash: bond.terms_hash, periods });
    Ok(())
}

/// The parties have the roles in the registry that they take here.
fn check_parties(ctx: &QueryContext, parties: &BondParties, registry: Address) -> Result<()> {
    let lacking = RegistryQueries::new(ctx, registry).lacks_role(vec![
        (parties.issuer, BusinessRole::Issuer),
        (parties.lead_manager, BusinessRole::LeadManager),
        (parties.registrar, BusinessRole::Registrar),
        (parties.paying_agent, BusinessRole::PayingAgent),
    ])?;
    if let Some(account) = lacking {
        return Err(Error::RoleMissing { account }.into());
    }
    require_officer(ctx, registry, parties.registrar)
}

/// The registrar is an officer of the registry, now.
pub(super) fn require_officer(
    ctx: &QueryContext,
    registry: Address,
    account: Address,
) -> Result<()> {
    let office = RegistryQueries::new(ctx, registry).office(account)?;
    let officer = office == Some(Office::Officer);
    ctx.require(officer, Error::RoleMissing { account })
}

/// The cash instance is of the bond's currency, and the one that settlement finds for it.
fn check_cash(ctx: &QueryContext, bond: &BondFacts) -> Result<()> {
    let refused = |part| Error::TermsRefused { part };
    let config = CashQueries::new(ctx, bond.cash).config()?;
    ctx.require(config.currency == bond.currency, refused(TermsPart::CashCurrency))?;
    let listed = RegistryQueries::new(ctx, bond.registry).cash(bond.currency)?;
    let known = listed == Some(bond.cash) && config.registry == bond.registry;
    ctx.require(known, refused(TermsPart::Cash))
}

/// The market is open on the issue date. Otherwise no ledger date were the issue date, and nobody could
/// pay on it.
fn check_issue_date(ctx: &QueryContext, bond: &BondFacts) -> Result<()> {
    let (date, market) = (bond.issue_date, bond.market);
    let mut reason = String::new();
    let written = match first_business_day(ctx, bond, date)? {
        Some(open) if open == date => return Ok(()),
        Some(open) => {
            write!(reason, "expected a business day of {market}, such as {open}, got {date}")
        }
        None => write!(reason, "expected a date that the calendar of {market} knows, got {date}"),
    };
    written.map_err(|_| Error::Overflow)?;
    Err(Error::TermsInvalid { field: "issue_date".into(), reason }.into())
}

/// Settlement is what the registry lists as such, and the ISIN is not another instance's: this one
/// could then never be listed, nor its units be traded.
fn check_listings(ctx: &QueryContext, draft: &Draft) -> Result<()> {
    for agent in draft.agents.iter().filter(|agent| agent.right == AgentRight::Settlement) {
        require_listed(ctx, draft.registry, agent.agent)?;
    }
    let listed = RegistryQueries::new(ctx, draft.registry).security(draft.terms.isin)?;
    ctx.require(listed.is_none(), Error::TermsRefused { part: TermsPart::Isin })
}

/// Whoever has the right of settlement places holds for anybody: only a contract that two officers
/// have listed as one.
pub(super) fn require_listed(ctx: &QueryContext, registry: Address, agent: Address) -> Result<()> {
    let listed = RegistryQueries::new(ctx, registry).settlement(agent)?;
    ctx.require(listed, Error::TermsRefused { part: TermsPart::Settlement })
}

/// The agent that burns units is a coupon instance of this bond, set up as the draft says. It cannot
/// change afterwards, so that whoever accepts the draft accepts its tax and its grace days.
fn check_payer(ctx: &QueryContext, draft: &Draft) -> Result<()> {
    let refused = Error::TermsRefused { part: TermsPart::Payer };
    let payer = draft.agents.iter().find(|agent| agent.right == AgentRight::Redemption);
    let config = CouponQueries::new(ctx, payer.ok_or(refused)?.agent).config()?;
    let as_drafted = ctx.keccak256(&encode(&config)) == draft.coupon_config_hash;
    let own = config.issuance == ctx.own_address();
    ctx.require(own && as_drafted, Error::TermsRefused { part: TermsPart::Payer })
}

/// The last millisecond before the market's last day on or before each record date ends, or before the
/// local time that the draft names. From a day's end on trades of the next one settle: on a record date
/// without business they would count, although they are later.
fn record_instants(
    ctx: &QueryContext,
    draft: &Draft,
    schedule: &Schedule,
) -> Result<Vec<Timestamp>> {
    let refused = || Failure::from(Error::TermsRefused { part: TermsPart::Schedule });
    let dates = schedule.periods.iter().map(|period| period.record_date).collect();
    let registry = RegistryQueries::new(ctx, draft.registry);
    let ends = registry.instants(draft.market, dates, draft.record_seconds)?;
    let instants: Option<Vec<Timestamp>> = ends
        .into_iter()
        .map(|end| end.unix_ms.checked_sub(1).map(Timestamp::from_unix_ms))
        .collect();
    let instants = instants.ok_or_else(refused)?;
    let ascending = instants.windows(2).all(|pair| pair[0] < pair[1]);
    if ascending && instants.len() == schedule.periods.len() {
        Ok(instants)
    } else {
        Err(refused())
    }
}
