//! A bond from its term file to frozen terms.

use super::Bond;
use super::file::BondFile;
use super::summary::summary;
use crate::core::{CliResult, Context, Report};
use std::path::Path;
use tenor_abi::codec::encode;
use tenor_client::interfaces::issuance::{BondFacts, ExecuteMsg, QueryMsg};
use tenor_primitives::{Address, Message};

/// `tenor bond create`: the bond's instance and its payer in one transaction, so that each can name
/// the other.
pub(super) async fn create(mut context: Context, path: &Path) -> CliResult<Report> {
    let file = BondFile::load(path)?;
    let (sender, chain_id) = (context.sender()?, context.client.status().await?.chain_id);
    let (bond_label, coupon_label) = (file.bond_label(), file.coupon_label());
    let bond = Address::of_instance(&chain_id, &sender, &bond_label);
    let coupon = Address::of_instance(&chain_id, &sender, &coupon_label);
    let payer = file.coupon(&context, bond)?;
    let draft = file.draft(&context, coupon, &payer)?;
    let messages = vec![
        Message::Instantiate {
            code_hash: context.code("issuance")?,
            label: bond_label.clone(),
            payload: encode(&draft),
        },
        Message::Instantiate {
            code_hash: context.code("coupon")?,
            label: coupon_label.clone(),
            payload: encode(&payer),
        },
    ];
    let sent = context.send(messages).await?;
    if sent.is_committed {
        context.set_alias(&bond_label, bond)?;
        context.set_alias(&coupon_label, coupon)?;
    }
    let isin = file.terms.isin;
    Ok(sent
        .headline(format!("{isin} is drafted as {bond_label}, paid by {coupon_label}"))
        .line(format!("  {}", summary(&file.terms)))
        .field("isin", isin.to_string())
        .field("bond", bond.to_string())
        .field("coupon", coupon.to_string())
        .next(format!("tenor bond accept {isin} --as {}", file.parties.issuer)))
}

/// `tenor bond accept`.
pub(super) async fn accept(context: &Context, name: &str) -> CliResult<Report> {
    let bond = Bond::find(context, name).await?;
    let facts: BondFacts = context.ask(bond.issuance, &QueryMsg::Bond).await?;
    let terms_hash = facts.terms_hash;
    let sent = context.execute(bond.issuance, &ExecuteMsg::Accept { terms_hash }).await?;
    if sent.receipt.is_none() {
        return Ok(sent.report);
    }
    let facts: BondFacts = context.ask(bond.issuance, &QueryMsg::Bond).await?;
    let report = sent
        .headline(format!("{name} accepted, terms {terms_hash}; status {:?}", facts.status))
        .field("terms_hash", terms_hash.to_string())
        .field("status", format!("{:?}", facts.status));
    Ok(if facts.accepted.complete() {
        report.next(format!("tenor bond order {name} --face AMOUNT --reference REF --as ACCOUNT"))
    } else {
        report.next(format!("tenor bond accept {name} --as NEXT_PARTY"))
    })
}
