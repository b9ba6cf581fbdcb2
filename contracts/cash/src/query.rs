//! What cash answers.

use crate::state::*;
use tenor_interfaces::cash::{Error, QueryMsg};
use tenor_interfaces::{AccountBalance, Appointment, Balance, Hold};
use tenor_sdk::prelude::*;

/// The most entries of one page.
const PAGE_MAX: u32 = 100;

pub(crate) fn query(ctx: &QueryContext, message: QueryMsg) -> Result<Response> {
    match message {
        QueryMsg::Config => reply(CONFIG.load(ctx)?),
        QueryMsg::Balance { account } => reply(balance(ctx, account)?),
        QueryMsg::Balances { after, limit } => reply(balances(ctx, after, limit)?),
        QueryMsg::Hold { account, agent, reference } => {
            reply(HOLDS.may_load(ctx, &(account, agent, reference))?)
        }
        QueryMsg::Holds { account, limit } => reply(holds(ctx, account, limit)?),
        QueryMsg::Totals => reply(TOTALS.load(ctx)?),
        QueryMsg::Agents => reply(agents(ctx)?),
        QueryMsg::BalanceFor { provider, account } => {
            require_provider(ctx, provider)?;
            reply(balance(ctx, account)?)
        }
        QueryMsg::BalancesFor { provider, after, limit } => {
            require_provider(ctx, provider)?;
            reply(balances(ctx, after, limit)?)
        }
    }
}

/// A node lets only `provider` itself ask what is for `provider`.
fn require_provider(ctx: &QueryContext, provider: Address) -> Result<()> {
    let is_provider = provider == CONFIG.load(ctx)?.provider;
    ctx.require(is_provider, Error::NotTheProvider { caller: provider })
}

fn balance(ctx: &QueryContext, account: Address) -> Result<Balance> {
    Ok(BALANCES.may_load(ctx, &account)?.unwrap_or_default())
}

fn balances(ctx: &QueryContext, after: Option<Address>, limit: u32) -> Result<Vec<AccountBalance>> {
    let page = BALANCES.all().after_if(after.as_ref()).load(ctx, limit.min(PAGE_MAX))?;
    Ok(page.into_iter().map(|(account, balance)| AccountBalance { account, balance }).collect())
}

fn holds(ctx: &QueryContext, account: Address, limit: u32) -> Result<Vec<Hold>> {
    let page = HOLDS.prefix(&account).load(ctx, limit.min(PAGE_MAX))?;
    Ok(page.into_iter().map(|(_, hold)| hold).collect())
}

fn agents(ctx: &QueryContext) -> Result<Vec<Appointment>> {
    let all = AGENTS.all().load(ctx, PAGE_MAX)?;
    Ok(all.into_iter().map(|(agent, right)| Appointment { agent, right }).collect())
}
