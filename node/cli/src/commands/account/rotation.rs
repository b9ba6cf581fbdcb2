//! `tenor account keys`: other keys for an account. The ledger takes them from the account's own
//! admin keys, which is a rotation, or from an operator, which is how lost keys are made good.

use super::{KeysArgs, key_entry, public_key};
use crate::core::{CliError, CliResult, Context, Report, counted};
use serde_json::json;
use tenor_primitives::{KeyPolicy, Message};

/// Runs the command.
pub(super) async fn run(context: &Context, args: &KeysArgs) -> CliResult<Report> {
    let account = context.address(&args.account)?;
    let before = KeyPolicy::from(&context.client.account(&account).await?.policy);
    let policy = policy(context, args, before)?;
    let message = Message::UpdateKeyPolicy { account, policy: policy.clone() };
    let sent = context.send(vec![message]).await?;
    let name = &args.account;
    let mut report = sent.headline(format!(
        "{name} has {}; {} and {} needed",
        counted(policy.keys.len(), "key"),
        counted(u64::from(policy.approvals_required), "approval"),
        counted(u64::from(policy.admins_required), "admin"),
    ));
    for key in &policy.keys {
        report = report.line(format!("  key {} {}", key.public_key, json!(key.scopes)));
    }
    Ok(report.next(format!("tenor account show {name}{}", from_now_on(context, args))))
}

/// How the account signs from now on, when the key that has its name was replaced.
fn from_now_on(context: &Context, args: &KeysArgs) -> String {
    let name = &args.account;
    let is_own = context.sender_name().is_ok_and(|sender| sender == name);
    let replaced = args.replace.iter().find_map(|word| word.strip_prefix(&format!("{name}=")));
    replaced.filter(|_| is_own).map_or_else(String::new, |new| format!(" --as {name} --key {new}"))
}

/// The keys that the account is to have. What is not said stays as it was `before`, so that no bound
/// on approvals is lowered by leaving it out.
fn policy(context: &Context, args: &KeysArgs, before: KeyPolicy) -> CliResult<KeyPolicy> {
    let mut policy = before;
    policy.approvals_required = args.approvals.unwrap_or(policy.approvals_required);
    policy.admins_required = args.admins.unwrap_or(policy.admins_required);
    if !args.with_keys.is_empty() {
        let keys = args.with_keys.iter().map(|word| key_entry(context, word));
        policy.keys = keys.collect::<CliResult<_>>()?;
    }
    for word in &args.replace {
        replace(context, word, &mut policy)?;
    }
    policy.keys.sort_by_key(|entry| entry.public_key);
    policy.check().map_err(|error| CliError::Usage(error.to_string()))?;
    Ok(policy)
}

/// `OLD=NEW`: the entry keeps its scopes.
fn replace(context: &Context, word: &str, policy: &mut KeyPolicy) -> CliResult<()> {
    let (old, new) = word
        .split_once('=')
        .ok_or_else(|| CliError::Usage(format!("--replace: expected OLD=NEW, got {word:?}")))?;
    let (old_key, new_key) = (public_key(context, old)?, public_key(context, new)?);
    let entry = policy.keys.iter_mut().find(|entry| entry.public_key == old_key);
    let entry = entry.ok_or_else(|| {
        CliError::Usage(format!(
            "--replace: the account has no key {old:?}; see: tenor account show"
        ))
    })?;
    entry.public_key = new_key;
    Ok(())
}
