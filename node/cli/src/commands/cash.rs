//! `tenor cash`: cash tokens.

use crate::core::money;
use crate::core::{CliResult, Context, Report};
use clap::{Args, Subcommand};
use tenor_client::interfaces::cash::{Config, ExecuteMsg, QueryMsg};
use tenor_client::interfaces::{Balance, Reference};
use tenor_primitives::{Address, Timestamp};

/// Cash tokens. Amounts are written as in `1,250.00`.
#[derive(Subcommand, Debug)]
pub(crate) enum CashCommand {
    /// Create cash in an account against money received outside (by the cash provider)
    Mint {
        /// The cash instance
        cash: String,
        /// The account
        account: String,
        /// How much
        amount: String,
        /// The provider's reference
        #[arg(long)]
        reference: Reference,
    },
    /// Show an account's balance
    Balance {
        /// The cash instance
        cash: String,
        /// The account
        account: String,
    },
    /// Earmark cash for an agent
    Hold(HoldArgs),
    /// Pay from your own account
    Transfer {
        /// The cash instance
        cash: String,
        /// Who receives
        to: String,
        /// How much
        amount: String,
        /// Your reference
        #[arg(long)]
        reference: Reference,
    },
}

/// A hold.
#[derive(Args, Debug)]
pub(crate) struct HoldArgs {
    /// The cash instance
    cash: String,
    /// How much
    amount: String,
    /// The agent that may take or release it
    #[arg(long)]
    agent: String,
    /// From when it can no longer be taken
    #[arg(long)]
    expiry: Timestamp,
    /// Its name
    #[arg(long)]
    reference: Reference,
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: CashCommand) -> CliResult<Report> {
    match command {
        CashCommand::Mint { cash, account, amount, reference } => {
            let (instance, config) = instance(&context, &cash).await?;
            let amount = money::parse(&amount, config.currency)?;
            let to = context.address(&account)?;
            let message = ExecuteMsg::Mint { account: to, amount, reference };
            let sent = context.execute(instance, &message).await?;
            let shown = money::with_currency(amount, config.currency);
            Ok(sent
                .headline(format!("{account} has {shown} more"))
                .field("amount", amount.to_string())
                .next(format!("tenor cash balance {cash} {account}")))
        }
        CashCommand::Balance { cash, account } => balance(&context, &cash, &account).await,
        CashCommand::Hold(args) => hold(&context, args).await,
        CashCommand::Transfer { cash, to, amount, reference } => {
            let (instance, config) = instance(&context, &cash).await?;
            let amount = money::parse(&amount, config.currency)?;
            let receiver = context.address(&to)?;
            let message = ExecuteMsg::Transfer { to: receiver, amount, reference };
            let sent = context.execute(instance, &message).await?;
            let shown = money::with_currency(amount, config.currency);
            Ok(sent
                .headline(format!("{shown} paid to {to}"))
                .field("amount", amount.to_string())
                .next(format!("tenor cash balance {cash} {to}")))
        }
    }
}

/// A cash instance and its terms.
pub(crate) async fn instance(context: &Context, name: &str) -> CliResult<(Address, Config)> {
    let address = context.address(name)?;
    let config = context.ask(address, &QueryMsg::Config).await?;
    Ok((address, config))
}

async fn balance(context: &Context, cash: &str, name: &str) -> CliResult<Report> {
    let (instance, config) = instance(context, cash).await?;
    let account = context.address(name)?;
    let question = QueryMsg::Balance { account };
    let own = |provider| QueryMsg::BalanceFor { provider, account };
    let balance: Balance = context.ask_as_party(instance, &question, own).await?;
    let total = money::with_currency(balance.total, config.currency);
    let held = money::with_currency(balance.held, config.currency);
    Ok(Report::new()
        .line(format!("{name}: {total}, of which held {held}"))
        .field("account", account.to_string())
        .field("currency", config.currency.to_string())
        .field("total", balance.total.to_string())
        .field("held", balance.held.to_string()))
}

async fn hold(context: &Context, args: HoldArgs) -> CliResult<Report> {
    let (instance, config) = instance(context, &args.cash).await?;
    let amount = money::parse(&args.amount, config.currency)?;
    let message = ExecuteMsg::Hold {
        account: context.sender()?,
        amount,
        agent: context.address(&args.agent)?,
        expiry: args.expiry,
        reference: args.reference,
    };
    let sent = context.execute(instance, &message).await?;
    let shown = money::with_currency(amount, config.currency);
    Ok(sent
        .headline(format!("{shown} held for {} as {}", args.agent, args.reference))
        .field("amount", amount.to_string())
        .next(format!("tenor cash balance {} {}", args.cash, context.sender_name()?)))
}
