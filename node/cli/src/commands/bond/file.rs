//! Term files: the terms of a bond and how it is issued, as TOML.

use super::sheet;
use crate::core::{CliError, CliResult, Context};
use serde::Deserialize;
use std::path::Path;
use tenor_abi::codec::encode;
use tenor_bond_math::{BondTerms, Decimal};
use tenor_client::interfaces::issuance::{BondParties, Closing, Draft};
use tenor_client::interfaces::{AgentRight, Appointment, MarketCode, coupon};
use tenor_primitives::{Address, Amount, keccak256};

/// A term file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BondFile {
    /// What follows the bond for life.
    pub(crate) terms: BondTerms,
    /// How it comes to market.
    pub(crate) issue: IssueTerms,
    /// Who has a say; names of accounts.
    pub(crate) parties: PartyNames,
}

/// How a bond comes to market.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueTerms {
    /// The offering document's text; its hash is recorded.
    pub(crate) document: String,
    /// The market whose dates it follows.
    pub(crate) market: String,
    /// The cash instance.
    pub(crate) cash: String,
    /// Whether all allottees close together.
    #[serde(default)]
    pub(crate) all_or_nothing: bool,
    /// Whether holders may move units without payment.
    #[serde(default)]
    pub(crate) free_transfers: bool,
    /// Calendar days after which an unpaid payment is a default.
    pub(crate) grace_days: u16,
    /// The account that receives withheld tax.
    pub(crate) tax_account: String,
    /// What holders of a tax class pay; a class not listed pays nothing.
    #[serde(default)]
    pub(crate) tax_rates: Vec<TaxRate>,
}

/// A tax class's rate.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaxRate {
    /// The class.
    pub(crate) tax_class: u8,
    /// Part of the interest, 0 to 1.
    pub(crate) rate: Decimal,
}

/// Who has a say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyNames {
    /// Owes the bond, and receives the proceeds.
    pub(crate) issuer: String,
    /// Runs the book.
    pub(crate) lead_manager: String,
    /// Keeps the register.
    pub(crate) registrar: String,
    /// Pays coupons and redemption.
    pub(crate) paying_agent: String,
    /// The registry.
    #[serde(default = "registry")]
    pub(crate) registry: String,
    /// The settlement contract.
    #[serde(default = "settlement")]
    pub(crate) settlement: String,
}

fn registry() -> String {
    "registry".into()
}

fn settlement() -> String {
    "settlement".into()
}

impl BondFile {
    /// Reads a term file and checks its terms.
    pub(crate) fn load(path: &Path) -> CliResult<Self> {
        let text = sheet::read(path)?;
        let file: Self = toml::from_str(&text).map_err(|error| CliError::file(path, error))?;
        file.terms.validate().map_err(|error| CliError::file(path, error))?;
        Ok(file)
    }

    /// The label of the bond's own instance.
    pub(crate) fn bond_label(&self) -> String {
        format!("bond-{}", self.terms.isin.as_str().to_lowercase())
    }

    /// The label of the instance that pays its coupons.
    pub(crate) fn coupon_label(&self) -> String {
        format!("coupon-{}", self.terms.isin.as_str().to_lowercase())
    }

    /// The draft that the parties will accept; `coupon` is the address its payer will have, and
    /// `payer` how that is set up.
    pub(crate) fn draft(
        &self,
        context: &Context,
        coupon: Address,
        payer: &coupon::Config,
    ) -> CliResult<Draft> {
        let names = &self.parties;
        let market: MarketCode = self
            .issue
            .market
            .parse()
            .map_err(|error| CliError::Usage(format!("issue.market: {error}")))?;
        let issuer = context.address(&names.issuer)?;
        let settlement = context.address(&names.settlement)?;
        Ok(Draft {
            terms: Box::new(self.terms.clone()),
            document_hash: keccak256(self.issue.document.as_bytes()),
            registry: context.address(&names.registry)?,
            cash: context.address(&self.issue.cash)?,
            market,
            parties: BondParties {
                issuer,
                lead_manager: context.address(&names.lead_manager)?,
                registrar: context.address(&names.registrar)?,
                paying_agent: context.address(&names.paying_agent)?,
            },
            issuer_cash_account: issuer,
            agents: vec![
                Appointment { agent: settlement, right: AgentRight::Settlement },
                Appointment { agent: coupon, right: AgentRight::Redemption },
            ],
            coupon_config_hash: keccak256(&encode(payer)),
            closing: if self.issue.all_or_nothing {
                Closing::AllOrNothing
            } else {
                Closing::PerAllottee
            },
            free_transfers: self.issue.free_transfers,
            held_back: Amount::ZERO,
            record_seconds: None,
        })
    }

    /// How the coupon instance is set up.
    pub(crate) fn coupon(&self, context: &Context, issuance: Address) -> CliResult<coupon::Config> {
        let rate = |rate: &TaxRate| coupon::TaxRate { tax_class: rate.tax_class, rate: rate.rate };
        Ok(coupon::Config {
            issuance,
            tax_account: context.address(&self.issue.tax_account)?,
            tax_rates: self.issue.tax_rates.iter().map(rate).collect(),
            grace_days: self.issue.grace_days,
            first_period: 0,
        })
    }
}
