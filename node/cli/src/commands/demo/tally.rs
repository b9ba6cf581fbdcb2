//! What the ledger says each holder has bought, sold and been paid. Nothing is computed from the
//! plan: orders, instructions, entitlements and balances are read from the contracts.

use super::cast::HOLDERS;
use super::plan::Planned;
use super::stage::Stage;
use crate::commands::bond::{Bond, entitlements};
use crate::core::{CliError, CliResult, Context};
use serde::Serialize;
use std::collections::BTreeMap;
use tenor_client::interfaces::coupon::Entitlement;
use tenor_client::interfaces::issuance::{self, IssueTotals, Order};
use tenor_client::interfaces::settlement::{
    InstructionRecord, InstructionStatus, Movement, QueryMsg,
};
use tenor_client::interfaces::{Balance, cash};
use tenor_primitives::{Address, Amount};

/// One holder's life with one bond, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Row {
    pub(super) isin: String,
    pub(super) currency: String,
    pub(super) holder: String,
    pub(super) allotted_face: Amount,
    pub(super) allotted_cost: Amount,
    pub(super) bought_face: Amount,
    pub(super) bought_cost: Amount,
    pub(super) sold_face: Amount,
    pub(super) sold_proceeds: Amount,
    pub(super) coupon_gross: Amount,
    pub(super) coupon_tax: Amount,
    pub(super) coupon_net: Amount,
    pub(super) redeemed: Amount,
    pub(super) cash_end: Amount,
}

/// A bond's totals, in minor units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Total {
    pub(super) isin: String,
    pub(super) currency: String,
    pub(super) issued: Amount,
    pub(super) redeemed: Amount,
    pub(super) coupon_gross: Amount,
    pub(super) coupon_tax: Amount,
    pub(super) cash_minted: Amount,
    pub(super) cash_balances: Amount,
}

/// The tables.
pub(super) struct Tally {
    pub(super) rows: Vec<Row>,
    pub(super) totals: Vec<Total>,
}

/// Reads the tables from the ledger.
pub(super) async fn collect(stage: &Stage, bonds: &[Planned]) -> CliResult<Tally> {
    stage.chapter("What the ledger says, holder by holder")?;
    let context = stage.context()?;
    let instructions = instructions(&context).await?;
    let mut tally = Tally { rows: Vec::new(), totals: Vec::new() };
    for planned in bonds {
        let bond = Bond::find(&context, planned.isin()).await?;
        let rows = rows(&context, &bond, &instructions).await?;
        tally.totals.push(total(&context, &bond, &rows).await?);
        tally.rows.extend(rows);
    }
    Ok(tally)
}

async fn rows(
    context: &Context,
    bond: &Bond,
    instructions: &[InstructionRecord],
) -> CliResult<Vec<Row>> {
    let mut rows: BTreeMap<Address, Row> = BTreeMap::new();
    for holder in HOLDERS {
        let account = context.address(holder)?;
        let question = cash::QueryMsg::Balance { account };
        let balance: Balance = context.ask(bond.draft.cash, &question).await?;
        let row = Row {
            isin: bond.draft.terms.isin.to_string(),
            currency: bond.currency().to_string(),
            holder: holder.into(),
            cash_end: balance.total,
            ..Row::default()
        };
        rows.insert(account, row);
    }
    let question = issuance::QueryMsg::Orders { after: None, limit: 100 };
    let orders: Vec<Order> = context.ask(bond.issuance, &question).await?;
    for order in orders {
        let row = of(&mut rows, &order.account)?;
        add(&mut row.allotted_face, order.allotted)?;
        add(&mut row.allotted_cost, order.price)?;
    }
    add_trades(&mut rows, bond, instructions)?;
    for entitlement in all_entitlements(context, bond).await? {
        let row = of(&mut rows, &entitlement.account)?;
        add(&mut row.coupon_gross, entitlement.gross)?;
        add(&mut row.coupon_tax, entitlement.tax)?;
        let net = entitlement.gross.checked_sub(entitlement.tax).ok_or_else(overflow)?;
        add(&mut row.coupon_net, net)?;
        add(&mut row.redeemed, entitlement.principal)?;
    }
    Ok(HOLDERS.iter().filter_map(|name| rows.remove(&context.address(name).ok()?)).collect())
}

/// Both sides of every settled pair, each by its own instruction.
fn add_trades(
    rows: &mut BTreeMap<Address, Row>,
    bond: &Bond,
    instructions: &[InstructionRecord],
) -> CliResult<()> {
    let settled = |record: &&InstructionRecord| {
        matches!(record.status, InstructionStatus::Settled { .. })
            && record.instruction.isin == bond.draft.terms.isin
    };
    for record in instructions.iter().filter(settled) {
        let row = of(rows, &record.account)?;
        let cash = record.instruction.cash.map_or(Amount::ZERO, |leg| leg.amount);
        let face = record.instruction.face_amount;
        match record.instruction.movement {
            Movement::Receive => {
                add(&mut row.bought_face, face)?;
                add(&mut row.bought_cost, cash)?;
            }
            Movement::Deliver => {
                add(&mut row.sold_face, face)?;
                add(&mut row.sold_proceeds, cash)?;
            }
        }
    }
    Ok(())
}

async fn instructions(context: &Context) -> CliResult<Vec<InstructionRecord>> {
    let settlement = context.address("settlement")?;
    let mut all: Vec<InstructionRecord> = Vec::new();
    loop {
        let after = all.last().map(|record| record.id);
        let question = QueryMsg::Instructions { after, limit: 50 };
        let page: Vec<InstructionRecord> = context.ask(settlement, &question).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

async fn all_entitlements(context: &Context, bond: &Bond) -> CliResult<Vec<Entitlement>> {
    let periods = tenor_bond_math::schedule(&bond.draft.terms)
        .map_err(|error| CliError::Internal(error.to_string()))?;
    let mut all = Vec::new();
    for period in &periods.periods {
        all.extend(entitlements(context, bond.coupon()?, period.index).await?);
    }
    Ok(all)
}

async fn total(context: &Context, bond: &Bond, rows: &[Row]) -> CliResult<Total> {
    let issue: IssueTotals = context.ask(bond.issuance, &issuance::QueryMsg::Totals).await?;
    let money: cash::Totals = context.ask(bond.draft.cash, &cash::QueryMsg::Totals).await?;
    let question = cash::QueryMsg::Balances { after: None, limit: 100 };
    let balances: Vec<tenor_client::interfaces::AccountBalance> =
        context.ask(bond.draft.cash, &question).await?;
    let sum = |amounts: &mut dyn Iterator<Item = Amount>| {
        Amount::checked_sum(amounts).ok_or_else(overflow)
    };
    Ok(Total {
        isin: bond.draft.terms.isin.to_string(),
        currency: bond.currency().to_string(),
        issued: issue.issued,
        redeemed: issue.redeemed,
        coupon_gross: sum(&mut rows.iter().map(|row| row.coupon_gross))?,
        coupon_tax: sum(&mut rows.iter().map(|row| row.coupon_tax))?,
        cash_minted: money.minted.checked_sub(money.burned).ok_or_else(overflow)?,
        cash_balances: sum(&mut balances.iter().map(|entry| entry.balance.total))?,
    })
}

fn of<'r>(rows: &'r mut BTreeMap<Address, Row>, account: &Address) -> CliResult<&'r mut Row> {
    rows.get_mut(account)
        .ok_or_else(|| CliError::Internal(format!("{account} is no holder of the plan")))
}

fn add(sum: &mut Amount, amount: Amount) -> CliResult<()> {
    *sum = sum.checked_add(amount).ok_or_else(overflow)?;
    Ok(())
}

fn overflow() -> CliError {
    CliError::Internal("amounts overflow".into())
}
