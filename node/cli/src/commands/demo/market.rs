//! From nothing to a ledger with parties, contracts and money.

use super::cast::{self, COMPANIES, CSD};
use super::stage::Stage;
use crate::core::{CliError, CliResult};
use std::path::Path;

/// The genesis block's time.
pub(super) const GENESIS_TIME: &str = "2023-02-13T01:00:00Z";
/// Currencies and the cash instances that settle them.
pub(super) const CASH: [(&str, &str); 3] =
    [("HKD", "cash-hkd"), ("USD", "cash-usd"), ("EUR", "cash-eur")];
/// The contracts, by the names of their modules.
pub(super) const CONTRACTS: [&str; 5] = ["registry", "cash", "issuance", "coupon", "settlement"];
/// What T2S tolerates between two instructions, in minor units: two up to a hundred thousand, else
/// twenty-five; the same numbers in every currency.
const TOLERANCE: (&str, &str, &str) = ("10000000", "200", "2500");

/// Opens the ledger, the accounts, the contracts and the market.
pub(super) async fn open(stage: &mut Stage, contracts: &Path) -> CliResult<()> {
    ledger(stage).await?;
    accounts(stage).await?;
    code(stage, contracts).await?;
    instances(stage).await?;
    onboarding(stage).await
}

async fn ledger(stage: &mut Stage) -> CliResult<()> {
    stage.chapter("An operator starts a ledger")?;
    stage.tenor(&["keys", "new", "operator", "--insecure-dev-keys"]).await?;
    let directory = stage.node_directory().display().to_string();
    stage
        .tenor(&[
            "node",
            "init",
            &directory,
            "--chain-id",
            "tenor-demo",
            "--time",
            GENESIS_TIME,
            "--manual-time",
            "--insecure-dev-keys",
            "--account",
            "operator=operator=operator,participant",
            "--only-on-demand",
        ])
        .await?;
    stage.start_node().await?;
    stage.tenor(&["node", "status"]).await?;
    Ok(())
}

async fn accounts(stage: &mut Stage) -> CliResult<()> {
    stage.chapter("Parties make keys, and the operator opens their accounts")?;
    stage.tenor(&["keys", "new", "developer", "--insecure-dev-keys"]).await?;
    stage
        .tenor(&["account", "create", "developer", "--roles", "deployer", "--as", "operator"])
        .await?;
    for account in COMPANIES.iter().flat_map(|company| company.accounts) {
        stage.tenor(&["keys", "new", account.name, "--insecure-dev-keys"]).await?;
        let roles = account.network_roles;
        stage
            .tenor(&["account", "create", account.name, "--roles", roles, "--as", "operator"])
            .await?;
    }
    Ok(())
}

async fn code(stage: &mut Stage, contracts: &Path) -> CliResult<()> {
    stage.chapter("A developer uploads the contracts, the operator approves their hashes")?;
    for name in CONTRACTS {
        let file = contracts.join(format!("{name}.wasm")).display().to_string();
        stage.tenor(&["contract", "upload", &file, "--as", "developer"]).await?;
    }
    let words = [&["contract", "approve"][..], &CONTRACTS, &["--as", "operator"]].concat();
    stage.tenor(&words).await?;
    Ok(())
}

async fn instances(stage: &mut Stage) -> CliResult<()> {
    stage.chapter(
        "The operator creates the registry, one cash token per currency, and settlement",
    )?;
    let instantiate = ["contract", "instantiate"];
    let registry = ["registry", "registry", "--officers", "registrar,operator"];
    stage.tenor(&[&instantiate[..], &registry, &["--as", "operator"]].concat()).await?;
    for (currency, name) in CASH {
        let cash = [
            "cash",
            name,
            "--registry",
            "registry",
            "--provider",
            "settlement-bank",
            "--currency",
            currency,
            "--as",
            "operator",
        ];
        stage.tenor(&[&instantiate[..], &cash].concat()).await?;
    }
    let (small_amount_max, small, large) = TOLERANCE;
    let tolerances: Vec<_> = CASH
        .iter()
        .map(|(currency, _)| {
            serde_json::json!({"currency": currency, "small_amount_max": small_amount_max,
                "small": small, "large": large})
        })
        .collect();
    let tolerances = serde_json::Value::from(tolerances).to_string();
    let settlement = [
        "settlement",
        "settlement",
        "--registry",
        "registry",
        "--csd",
        CSD,
        "--tolerances",
        &tolerances,
        "--as",
        "operator",
    ];
    stage.tenor(&[&instantiate[..], &settlement].concat()).await?;
    Ok(())
}

async fn onboarding(stage: &mut Stage) -> CliResult<()> {
    stage.chapter(
        "The registrar onboards markets, parties and accounts; a second officer confirms",
    )?;
    propose(stage, "onboarding.json", &cast::onboarding(GENESIS_TIME, &CASH)).await?;
    stage.chapter("Provider and registry appoint settlement as agent of each cash token")?;
    for (_, cash) in CASH {
        appoint(stage, cash, "settlement", "Settlement").await?;
    }
    Ok(())
}

/// Writes actions to a file, lets the registrar propose them and the operator confirm.
pub(super) async fn propose(
    stage: &mut Stage,
    file: &str,
    actions: &serde_json::Value,
) -> CliResult<()> {
    let path = stage.file(file);
    let text = serde_json::to_string_pretty(actions)
        .map_err(|error| CliError::Internal(error.to_string()))?;
    std::fs::write(&path, text).map_err(|error| CliError::file(&path, error))?;
    let path = path.display().to_string();
    let report = stage.tenor(&["registry", "propose", &path, "--as", "registrar"]).await?;
    let proposal = report.get("proposal").map(ToString::to_string).unwrap_or_default();
    stage.tenor(&["registry", "confirm", &proposal, "--as", "operator"]).await?;
    Ok(())
}

/// Appoints an agent of a cash token, under dual control.
pub(super) async fn appoint(
    stage: &mut Stage,
    cash: &str,
    agent: &str,
    right: &str,
) -> CliResult<()> {
    for who in ["settlement-bank", "registrar"] {
        stage
            .tenor(&[
                "contract",
                "call",
                cash,
                "appoint_agent",
                "--agent",
                agent,
                "--right",
                right,
                "--as",
                who,
            ])
            .await?;
    }
    Ok(())
}
