//! `tenor account`: accounts of the ledger.

mod rotation;

use crate::core::{CliError, CliResult, Context, Report};
use clap::{ArgGroup, Args, Subcommand};
use serde_json::json;
use tenor_primitives::{Address, KeyEntry, KeyPolicy, Message, PublicKey, Role, Roles, Scopes};

/// Accounts of the ledger.
#[derive(Subcommand, Debug)]
pub(crate) enum AccountCommand {
    /// Open an account (by an operator)
    Create(CreateArgs),
    /// Show an account: keys, roles, nonces
    Show {
        /// The account
        account: String,
    },
    /// Replace an account's keys: by its own admin keys, or by an operator where they are lost
    Keys(KeysArgs),
    /// Replace an account's network roles (by an operator)
    Roles {
        /// The account
        account: String,
        /// operator, deployer, issuer, participant, observer, regulator
        #[arg(required_unless_present = "none", value_delimiter = ',')]
        roles: Vec<Role>,
        /// Take away every role
        #[arg(long, conflicts_with = "roles")]
        none: bool,
    },
}

/// A new account.
#[derive(Args, Debug)]
pub(crate) struct CreateArgs {
    /// Its label, unique per creator; also its name here
    label: String,
    /// A key by name or in hex, with its scopes: NAME, NAME:initiate, NAME:approve,admin …
    /// [default: the key of the label's name, with every scope]
    #[arg(long = "with-key", value_name = "KEY[:SCOPES]")]
    with_keys: Vec<String>,
    /// Distinct approving keys that a transaction needs
    #[arg(long, default_value_t = 1)]
    approvals: u8,
    /// Distinct admin keys that a change of keys needs
    #[arg(long, default_value_t = 1)]
    admins: u8,
    /// Network roles
    #[arg(long, value_delimiter = ',', default_value = "participant")]
    roles: Vec<Role>,
}

/// An account's new keys.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("new_keys").required(true).args(["with_keys", "replace"])))]
pub(crate) struct KeysArgs {
    /// The account
    account: String,
    /// All keys that it has from now on, by name or in hex, with their scopes
    #[arg(long = "with-key", value_name = "KEY[:SCOPES]")]
    with_keys: Vec<String>,
    /// Put a new key in an old one's place, with its scopes; the others stay
    #[arg(long, value_name = "OLD=NEW")]
    replace: Vec<String>,
    /// Distinct approving keys that a transaction needs [default: as before]
    #[arg(long)]
    approvals: Option<u8>,
    /// Distinct admin keys that a change of keys needs [default: as before]
    #[arg(long)]
    admins: Option<u8>,
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: AccountCommand) -> CliResult<Report> {
    match command {
        AccountCommand::Create(args) => create(context, args).await,
        AccountCommand::Keys(args) => rotation::run(&context, &args).await,
        AccountCommand::Show { account } => show(&context, &account).await,
        AccountCommand::Roles { account, roles, none: _ } => {
            let address = context.address(&account)?;
            let roles = Roles::of(&roles);
            let sent = context.send(vec![Message::SetRoles { account: address, roles }]).await?;
            Ok(sent
                .headline(format!("{account} is now {}", names(roles)))
                .next(format!("tenor account show {account}")))
        }
    }
}

async fn create(mut context: Context, args: CreateArgs) -> CliResult<Report> {
    let policy = policy(&context, &args)?;
    let roles = Roles::of(&args.roles);
    let label = args.label;
    let message = Message::CreateAccount { label: label.clone(), policy, roles };
    let sent = context.send(vec![message]).await?;
    let Some(address) = sent.output(0).and_then(address_of) else { return Ok(sent.report) };
    let named = if sent.is_committed { context.name_new(&label, address) } else { Report::new() };
    Ok(sent
        .headline(format!("account {label} ({}): {address}", names(roles)))
        .merged(named)
        .field("address", address.to_string())
        .next(format!("tenor account show {label}")))
}

/// An output that is an address.
pub(crate) fn address_of(output: &[u8]) -> Option<Address> {
    output.try_into().ok().map(Address)
}

fn policy(context: &Context, args: &CreateArgs) -> CliResult<KeyPolicy> {
    let own = [args.label.clone()];
    let given = if args.with_keys.is_empty() { &own[..] } else { &args.with_keys };
    let mut keys =
        given.iter().map(|word| key_entry(context, word)).collect::<CliResult<Vec<_>>>()?;
    keys.sort_by_key(|entry| entry.public_key);
    let policy =
        KeyPolicy { keys, approvals_required: args.approvals, admins_required: args.admins };
    policy.check().map_err(|error| CliError::Usage(error.to_string()))?;
    Ok(policy)
}

/// `NAME`, `NAME:initiate`, `0x…:approve,admin`.
fn key_entry(context: &Context, word: &str) -> CliResult<KeyEntry> {
    let (name, scopes) = word.split_once(':').unwrap_or((word, "initiate,approve,admin"));
    let public_key = public_key(context, name)?;
    let names: Vec<_> = scopes.split(',').collect();
    let scopes: Scopes = serde_json::from_value(json!(names))
        .map_err(|error| CliError::Usage(format!("scopes of {name}: {error}")))?;
    Ok(KeyEntry { public_key, scopes })
}

/// A public key by the name it has here, or in hex.
fn public_key(context: &Context, name: &str) -> CliResult<PublicKey> {
    match name.parse::<PublicKey>() {
        Ok(public_key) => Ok(public_key),
        Err(_) => context.signers.public_key(name),
    }
}

async fn show(context: &Context, account: &str) -> CliResult<Report> {
    let view = context.client.account(&context.address(account)?).await?;
    let mut report = Report::new()
        .line(format!("{} ({}), {}", view.label, view.address, names(view.roles)))
        .line(format!(
            "opened in block {} by {}; {} approval(s), {} admin(s) needed",
            view.created_height,
            context.name_of(&view.creator),
            view.policy.approvals_required,
            view.policy.admins_required
        ));
    for key in &view.policy.keys {
        let scopes = json!(key.scopes);
        report = report.line(format!("  key {} {scopes}", key.public_key));
    }
    for lane in &view.lanes {
        report = report.line(format!("  lane {}: next nonce {}", lane.lane, lane.next_nonce));
    }
    Ok(report.field("account", json!(view)))
}

fn names(roles: Roles) -> String {
    let names: Vec<_> = roles.iter().map(Role::name).collect();
    if names.is_empty() { "no role".into() } else { names.join(", ") }
}
