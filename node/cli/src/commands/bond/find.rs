//! A bond by its ISIN or its name.

use crate::core::{CliError, CliResult, Context};
use tenor_bond_math::{Currency, Isin};
use tenor_client::codec::Names as _;
use tenor_client::interfaces::AgentRight;
use tenor_client::interfaces::issuance::{Draft, QueryMsg};
use tenor_client::interfaces::registry::{self, Security};
use tenor_primitives::Address;

/// A bond on the ledger.
pub(crate) struct Bond {
    /// How it was called.
    pub(crate) name: String,
    /// The instance that keeps its holdings.
    pub(crate) issuance: Address,
    /// Its terms and parties.
    pub(crate) draft: Draft,
}

impl Bond {
    /// The bond that `name` stands for: an ISIN that is listed or named here, or an instance.
    pub(crate) async fn find(context: &Context, name: &str) -> CliResult<Self> {
        let issuance = match name.parse::<Isin>() {
            Ok(isin) => by_isin(context, &isin).await?,
            Err(_) => context.address(name)?,
        };
        let draft = context.ask(issuance, &QueryMsg::Draft).await?;
        Ok(Self { name: name.into(), issuance, draft })
    }

    /// Its currency.
    pub(crate) fn currency(&self) -> Currency {
        self.draft.terms.currency
    }

    /// The instance that pays its coupons.
    pub(crate) fn coupon(&self) -> CliResult<Address> {
        let appointed = &self.draft.agents;
        let payer = appointed.iter().find(|agent| agent.right == AgentRight::Redemption);
        payer.map(|payer| payer.agent).ok_or_else(|| {
            CliError::Usage(format!("the draft of {} appoints no coupon instance", self.name))
        })
    }
}

async fn by_isin(context: &Context, isin: &Isin) -> CliResult<Address> {
    let alias = format!("bond-{}", isin.as_str().to_lowercase());
    if let Some(address) = context.address_of(&alias) {
        return Ok(address);
    }
    let question = registry::QueryMsg::Security { isin: *isin };
    let listed: Option<Security> = context.ask(context.address("registry")?, &question).await?;
    listed.map(|security| security.issuance).ok_or_else(|| CliError::Unknown {
        what: "the bond",
        name: isin.to_string(),
        hint: "the registrar lists it: tenor registry propose".into(),
    })
}
