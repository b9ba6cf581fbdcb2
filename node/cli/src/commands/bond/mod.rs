//! `tenor bond`: the life of a bond.

mod accrued;
mod book;
mod convention;
mod create;
mod curve;
mod exercise;
mod figures;
pub(crate) mod file;
mod find;
mod fund;
mod holders;
mod payments;
mod plot;
mod price;
mod quote;
mod schedule;
mod sheet;
mod show;
mod summary;
mod svg;
mod work;

use crate::cli::{Cli, Command};
use crate::core::{CliError, CliResult, Context, Report};
use clap::{Args, Subcommand};
use std::path::PathBuf;
use tenor_client::interfaces::Reference;
use tenor_primitives::Hash;
use tokio::sync::mpsc;

pub(crate) use find::Bond;
pub(crate) use holders::entitlements;
pub(crate) use work::Page;

/// Bonds. A bond is named by its ISIN or by its instance; amounts are written as in `1,250.00`.
#[derive(Subcommand, Debug)]
pub(crate) enum BondCommand {
    /// Print the schedule and the payments of a term file, without a node
    Schedule(schedule::ScheduleArgs),
    /// Interest accrued on a date, from a term file, without a node
    Accrued(accrued::AccruedArgs),
    /// Price, duration, convexity at a yield or a spread, from a term file, without a node
    Price(price::PriceArgs),
    /// The yield at a clean price, from a term file, without a node
    Yield(price::YieldArgs),
    /// Draw the payments of a term file as SVG, without a node
    Plot(plot::PlotArgs),
    /// Create a bond from a term file (by its issuer)
    Create {
        /// The term file
        file: PathBuf,
    },
    /// Accept the draft (by issuer, paying agent, registrar)
    Accept {
        /// The bond
        bond: String,
    },
    /// Order units for your own account
    Order {
        /// The bond
        bond: String,
        /// Face amount
        #[arg(long)]
        face: String,
        /// Your reference
        #[arg(long)]
        reference: Reference,
    },
    /// Allot orders (by the lead manager)
    Allocate {
        /// The bond
        bond: String,
        /// ACCOUNT:REFERENCE=FACE; repeat it
        #[arg(long = "line", required = true, value_name = "ACCOUNT:REFERENCE=FACE")]
        lines: Vec<String>,
    },
    /// Confirm the book (by the issuer)
    Confirm {
        /// The bond
        bond: String,
        /// The hash of the allocation that you have read; any other is refused
        #[arg(long, value_name = "HASH")]
        allocation: Option<Hash>,
    },
    /// Earmark the price of an allotted order of yours
    Earmark {
        /// The bond
        bond: String,
        /// The order's reference
        #[arg(long)]
        reference: Reference,
    },
    /// Deliver units against the cash earmarked for them (by the lead manager)
    Close {
        /// The bond
        bond: String,
        /// ACCOUNT:REFERENCE; repeat it
        #[arg(long = "order", required = true, value_name = "ACCOUNT:REFERENCE")]
        orders: Vec<String>,
    },
    /// Who holds how much now; or at the record date of a period, and what each gets for it
    Holders {
        /// The bond
        bond: String,
        /// A coupon period, from 0
        #[arg(long)]
        period: Option<u32>,
    },
    /// Compute the entitlements that have become due
    Record {
        /// The bond
        bond: String,
    },
    /// Fund a payment (by the issuer)
    Fund(PaymentArgs),
    /// Release a funded payment and pay all holders (by the paying agent)
    Pay(PayArgs),
    /// Pay the last payment and burn the units (by the paying agent)
    Redeem {
        /// The bond
        bond: String,
    },
    /// Show a bond: terms, status, totals, payments
    Show {
        /// The bond
        bond: String,
    },
}

/// Which payment.
#[derive(Args, Debug)]
pub(crate) struct PaymentArgs {
    /// The bond
    pub(crate) bond: String,
    /// The coupon period, from 0
    #[arg(long)]
    pub(crate) period: u32,
}

/// Which payment, and in how many transactions.
#[derive(Args, Debug)]
pub(crate) struct PayArgs {
    #[command(flatten)]
    pub(crate) payment: PaymentArgs,
    /// Holders to pay in one transaction
    #[arg(long, default_value_t = payments::PAGE, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) limit: u32,
}

/// Runs `tenor bond pay` as a command line says, and hands on each of its transactions once it is
/// committed. The payment waits while `pages` is full.
pub(crate) async fn pay_watched(cli: Cli, pages: mpsc::Sender<Page>) -> CliResult<Report> {
    let Command::Bond(BondCommand::Pay(args)) = cli.command else {
        return Err(CliError::Internal("only payments are watched".into()));
    };
    let context = Context::new(cli.global)?;
    payments::pay(&context, &args, Some(pages)).await
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: BondCommand) -> CliResult<Report> {
    match command {
        BondCommand::Schedule(args) => schedule::run(&context, &args),
        BondCommand::Accrued(args) => accrued::run(&context, &args),
        BondCommand::Price(args) => price::price(&context, &args),
        BondCommand::Yield(args) => price::yield_of(&context, &args),
        BondCommand::Plot(args) => plot::run(&args),
        BondCommand::Create { file } => create::create(context, &file).await,
        BondCommand::Accept { bond } => create::accept(&context, &bond).await,
        BondCommand::Order { bond, face, reference } => {
            book::order(&context, &bond, &face, reference).await
        }
        BondCommand::Allocate { bond, lines } => book::allocate(&context, &bond, &lines).await,
        BondCommand::Confirm { bond, allocation } => {
            book::confirm(&context, &bond, allocation).await
        }
        BondCommand::Earmark { bond, reference } => book::earmark(&context, &bond, reference).await,
        BondCommand::Close { bond, orders } => book::close(&context, &bond, &orders).await,
        BondCommand::Holders { bond, period } => holders::run(&context, &bond, period).await,
        BondCommand::Record { bond } => payments::record(&context, &bond).await,
        BondCommand::Fund(args) => fund::run(&context, &args.bond, args.period).await,
        BondCommand::Pay(args) => payments::pay(&context, &args, None).await,
        BondCommand::Redeem { bond } => payments::redeem(&context, &bond).await,
        BondCommand::Show { bond } => show::show(&context, &bond).await,
    }
}
