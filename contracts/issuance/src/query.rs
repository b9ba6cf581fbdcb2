//! What issuance answers.

use crate::execute::quote;
use crate::pricing::supported_schedule;
use crate::state::*;
use tenor_bond_math::Schedule;
use tenor_interfaces::issuance::*;
use tenor_interfaces::{AccountBalance, Appointment, Balance, Hold};
use tenor_sdk::prelude::*;

/// The most entries of one page.
const PAGE_MAX: u32 = 100;

pub(crate) fn query(ctx: &QueryContext, message: QueryMsg) -> Result<Response> {
    match message {
        QueryMsg::Bond => reply(BOND.load(ctx)?),
        QueryMsg::Draft => reply(load_draft(ctx)?),
        QueryMsg::Schedule => reply(schedule_of(&load_draft(ctx)?)?),
        QueryMsg::RecordInstants => reply(record_instants(ctx)?),
        QueryMsg::IssuePrice { face_amount } => {
            reply(quote(ctx, &BOND.load(ctx)?, face_amount)?.price)
        }
        QueryMsg::Order { account, reference } => {
            reply(ORDERS.may_load(ctx, &(account, reference))?)
        }
        QueryMsg::Orders { after, limit } => reply(orders(ctx, after, limit)?),
        QueryMsg::Holding { account } => reply(holding(ctx, &account)?),
        QueryMsg::Holdings { after, limit } => reply(holdings(ctx, after, limit)?),
        QueryMsg::HoldingAt { account, period } => reply(holding_at(ctx, &account, period)?),
        QueryMsg::HoldersAt { period, after, limit } => {
            reply(holders_at(ctx, period, after, limit)?)
        }
        QueryMsg::Hold { account, agent, reference } => {
            reply(HOLDS.may_load(ctx, &(account, agent, reference))?)
        }
        QueryMsg::Holds { account, limit } => reply(holds(ctx, account, limit)?),
        QueryMsg::Totals => reply(TOTALS.load(ctx)?),
        QueryMsg::Agents => reply(agents(ctx)?),
        QueryMsg::OrdersFor { party, after, limit } => {
            let parties = BOND.load(ctx)?.parties;
            require_among(ctx, party, &parties.all())?;
            reply(orders(ctx, after, limit)?)
        }
        QueryMsg::HoldingsFor { party, after, limit } => {
            require_keeper(ctx, party)?;
            reply(holdings(ctx, after, limit)?)
        }
        QueryMsg::HoldersAtFor { party, period, after, limit } => {
            require_keeper(ctx, party)?;
            reply(holders_at(ctx, period, after, limit)?)
        }
        QueryMsg::ClosingQuote { face_amount } => reply(quote(ctx, &BOND.load(ctx)?, face_amount)?),
    }
}

/// A node lets only `party` itself ask what is for `party`.
fn require_among(ctx: &QueryContext, party: Address, parties: &[Address]) -> Result<()> {
    ctx.require(parties.contains(&party), Error::NotForParty { party })
}

/// Who keeps the register or pays by it. The lead manager's work ends with the closing.
fn require_keeper(ctx: &QueryContext, party: Address) -> Result<()> {
    let parties = BOND.load(ctx)?.parties;
    require_among(ctx, party, &[parties.registrar, parties.issuer, parties.paying_agent])
}

pub(crate) fn schedule_of(draft: &Draft) -> Result<Schedule> {
    Ok(supported_schedule(&draft.terms)?)
}

fn record_instants(ctx: &QueryContext) -> Result<Vec<RecordInstant>> {
    let instants = RECORD_INSTANTS.may_load(ctx)?.unwrap_or_default();
    Ok((0..).zip(instants).map(|(period, at)| RecordInstant { period, at }).collect())
}

fn orders(ctx: &QueryContext, after: Option<OrderKey>, limit: u32) -> Result<Vec<Order>> {
    let after = after.map(|key| (key.account, key.reference));
    let page = ORDERS.all().after_if(after.as_ref()).load(ctx, limit.min(PAGE_MAX))?;
    Ok(page.into_iter().map(|(_, order)| order).collect())
}

pub(crate) fn holding(ctx: &QueryContext, account: &Address) -> Result<Balance> {
    Ok(HOLDINGS.may_load(ctx, account)?.unwrap_or_default())
}

/// Holders now. Rows of those who have left are skipped, so that a page is full unless it is the last.
fn holdings(
    ctx: &QueryContext,
    mut after: Option<Address>,
    limit: u32,
) -> Result<Vec<AccountBalance>> {
    let limit = limit.min(PAGE_MAX);
    let mut found = Vec::new();
    while let Some(wanted) = limit.checked_sub(count(&found)).filter(|wanted| *wanted > 0) {
        let page = HOLDINGS.entries(ctx, after.as_ref(), wanted)?;
        let entries = page.entries.into_iter();
        found.extend(entries.map(|(account, balance)| AccountBalance { account, balance }));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    Ok(found)
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// The record instant of a period, once it has passed.
fn passed_instant(ctx: &QueryContext, period: u32) -> Result<Timestamp> {
    let instants = RECORD_INSTANTS.may_load(ctx)?.unwrap_or_default();
    let instant = usize::try_from(period).ok().and_then(|period| instants.get(period)).copied();
    let passed = instant.filter(|instant| *instant < ctx.block_time());
    Ok(passed.ok_or(Error::NoRecordYet { period })?)
}

fn holding_at(ctx: &QueryContext, account: &Address, period: u32) -> Result<Amount> {
    let instant = passed_instant(ctx, period)?;
    Ok(HOLDINGS.value_at(ctx, account, instant)?.unwrap_or_default().total)
}

fn holders_at(
    ctx: &QueryContext,
    period: u32,
    after: Option<Address>,
    limit: u32,
) -> Result<HoldersPage> {
    let instant = passed_instant(ctx, period)?;
    let page = HOLDINGS.entries_at(ctx, instant, after.as_ref(), limit.min(PAGE_MAX))?;
    let held = page.entries.into_iter().filter(|(_, balance)| !balance.total.is_zero());
    let positions =
        held.map(|(account, balance)| Position { account, face_amount: balance.total }).collect();
    Ok(HoldersPage { positions, next: page.next })
}

fn holds(ctx: &QueryContext, account: Address, limit: u32) -> Result<Vec<Hold>> {
    let page = HOLDS.prefix(&account).load(ctx, limit.min(PAGE_MAX))?;
    Ok(page.into_iter().map(|(_, hold)| hold).collect())
}

fn agents(ctx: &QueryContext) -> Result<Vec<Appointment>> {
    let all = AGENTS.all().load(ctx, PAGE_MAX)?;
    Ok(all.into_iter().map(|(agent, right)| Appointment { agent, right }).collect())
}
