//! One side of a trade.

use super::row::words;
use super::{Place, bic_of};
use crate::commands::bond::Bond;
use crate::core::typed::reply;
use crate::core::{CliError, CliResult, Context, Report, money};
use clap::{ArgGroup, Args};
use tenor_bond_math::Date;
use tenor_client::HttpError;
use tenor_client::api::ErrorCode;
use tenor_client::interfaces::settlement::{
    CashLeg, Config, CreditDebit, ExecuteMsg, Instruction, Movement, PaymentType, QueryMsg,
    SettlementParty, Submitted,
};
use tenor_client::interfaces::{Bic, Reference};
use tenor_primitives::{Address, Amount};

/// One side of a trade.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("side").required(true).args(["deliver", "receive"])))]
pub(crate) struct InstructArgs {
    /// Your account gives the bonds and gets the cash
    #[arg(long)]
    deliver: bool,
    /// Your account gets the bonds and pays the cash
    #[arg(long)]
    receive: bool,
    /// The bond: its ISIN or its name
    #[arg(long)]
    bond: String,
    /// Face amount, such as 1,000,000.00
    #[arg(long)]
    face: String,
    /// Cash against it; without it the delivery is free of payment
    #[arg(long)]
    cash: Option<String>,
    /// The other side: a BIC, or the name of an account
    #[arg(long)]
    counterparty: String,
    /// Day of the trade
    #[arg(long)]
    trade_date: Date,
    /// First day on which it may settle
    #[arg(long)]
    settlement_date: Date,
    /// Your reference, unique for ever
    #[arg(long)]
    reference: Reference,
    /// A reference that both sides know
    #[arg(long)]
    common_reference: Option<Reference>,
    /// Match it, but settle only when released
    #[arg(long)]
    on_hold: bool,
    /// 1 to 4; 3 is normal
    #[arg(long, default_value_t = 3)]
    priority: u8,
    #[command(flatten)]
    place: Place,
}

/// `tenor settle instruct`.
pub(super) async fn run(context: &Context, args: InstructArgs) -> CliResult<Report> {
    let settlement = args.place.address(context)?;
    let config: Config = context.ask(settlement, &QueryMsg::Config).await?;
    let instruction = instruction(context, &config, &args).await?;
    let message = ExecuteMsg::Submit { instruction: Box::new(instruction) };
    let sent = context.execute(settlement, &message).await?;
    let Some(output) = sent.output(0) else { return Ok(sent.report) };
    let submitted: Submitted = reply(output)?;
    let (id, status) = (submitted.id, words(&submitted.status));
    Ok(sent
        .headline(format!("instruction {id}: {status}"))
        .field("id", id)
        .field("status", status)
        .next(format!("tenor settle status {id}")))
}

async fn instruction(
    context: &Context,
    config: &Config,
    args: &InstructArgs,
) -> CliResult<Instruction> {
    let bond = Bond::find(context, &args.bond).await?;
    let currency = bond.draft.terms.currency;
    let movement = if args.deliver { Movement::Deliver } else { Movement::Receive };
    let direction = if args.deliver { CreditDebit::Credit } else { CreditDebit::Debit };
    let cash = args
        .cash
        .as_deref()
        .map(|text| money::parse(text, currency))
        .transpose()?
        .map(|amount| CashLeg { currency, amount, direction });
    let own = bic_of(context, config.registry, &context.sender()?).await?;
    let other = counterparty(context, config.registry, &args.counterparty).await?;
    let party = |bic| SettlementParty { bic, csd: config.csd, client: None, account: None };
    let (deliverer, receiver) =
        if args.deliver { (party(own), party(other)) } else { (party(other), party(own)) };
    Ok(Instruction {
        reference: args.reference,
        movement,
        payment: match cash {
            Some(_) => PaymentType::AgainstPayment,
            None => PaymentType::FreeOfPayment,
        },
        isin: bond.draft.terms.isin,
        face_amount: face(&bond, &args.face)?,
        trade_date: args.trade_date,
        settlement_date: args.settlement_date,
        cash,
        deliverer,
        receiver,
        common_reference: args.common_reference,
        opt_out: None,
        cum_ex: None,
        on_hold: args.on_hold,
        priority: args.priority,
    })
}

/// A face amount that the bond can move: a whole number of denominations. Matching does not look at
/// that, so that any other would wait for ever.
fn face(bond: &Bond, text: &str) -> CliResult<Amount> {
    let face = money::parse(text, bond.currency())?;
    let denomination = bond.draft.terms.denomination_minor;
    if face.is_zero() || face.0.checked_rem(denomination) != Some(0) {
        let shown = money::with_currency(Amount(denomination), bond.currency());
        return Err(CliError::Usage(format!(
            "expected a face amount that is a multiple of the denomination of {}, {shown}, got {text:?}",
            bond.name
        )));
    }
    Ok(face)
}

/// A BIC as it is, or the BIC of an account's party.
async fn counterparty(context: &Context, registry: Address, text: &str) -> CliResult<Bic> {
    match text.parse::<Bic>() {
        Ok(bic) if bic.is_valid() => Ok(bic),
        _ => bic_of(context, registry, &context.address(text)?).await.map_err(|error| match error {
            CliError::Http(HttpError::Refused(problem))
                if problem.code == ErrorCode::NotAReader =>
            {
                CliError::Usage(format!(
                    "--counterparty: expected a BIC, got {text:?}: whose account it is, is not yours to \
                     read at this node; ask them for their BIC"
                ))
            }
            error => error,
        }),
    }
}
