//! A bond from its term file to frozen terms.

use super::Bond;
use super::file::BondFile;
use super::summary::summary;
use crate::core::{CliResult, Context, Report};
use std::path::Path;
use tenor_abi::codec::encode;
use tenor_client::interfaces::issuance::{Acceptances, BondFacts, ExecuteMsg, QueryMsg};
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
    let named = if sent.is_committed {
        context.name_new(&bond_label, bond).merged(context.name_new(&coupon_label, coupon))
    } else {
        Report::new()
    };
    let isin = file.terms.isin;
    Ok(sent
        .headline(format!("{isin} is drafted as {bond_label}, paid by {coupon_label}"))
        .line(format!("  {}", summary(&file.terms)))
        .merged(named)
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
    let accepted = format!("{name} accepted, terms {terms_hash}");
    let hash = terms_hash.to_string();
    // It has accepted, whether or not the bond can be asked now how it stands.
    let Some(facts) = context.try_ask::<_, BondFacts>(bond.issuance, &QueryMsg::Bond).await else {
        let report = sent.headline(accepted).field("terms_hash", hash);
        return Ok(report.next(format!("tenor bond show {name}")));
    };
    let report = sent
        .headline(format!("{accepted}; status {:?}{}", facts.status, missing(facts.accepted)))
        .field("terms_hash", hash)
        .field("status", format!("{:?}", facts.status));
    Ok(if facts.accepted.complete() {
        report.next(format!("tenor bond order {name} --face AMOUNT --reference REF --as ACCOUNT"))
    } else {
        report.next(format!("tenor bond accept {name} --as NEXT_PARTY"))
    })
}

/// Whose acceptance is still to come: `, still to accept: paying agent, registrar`.
fn missing(accepted: Acceptances) -> String {
    let parties = [
        ("issuer", accepted.issuer),
        ("paying agent", accepted.paying_agent),
        ("registrar", accepted.registrar),
    ];
    let open: Vec<_> = parties.iter().filter(|(_, has)| !has).map(|(party, _)| *party).collect();
    if open.is_empty() { String::new() } else { format!(", still to accept: {}", open.join(", ")) }
}
