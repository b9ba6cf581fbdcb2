//! What this machine knows of a ledger without asking a node: its name and its validators.

use super::context::Context;
use super::error::CliResult;
use crate::commands::node::genesis;
use std::path::Path;
use tenor_client::api::{ErrorCode, ProofView};
use tenor_client::{ContractProofs, HttpClient, HttpError, KeyRange, ProvedContract};
use tenor_primitives::{Address, ChainId, Hash, StorageKey};

/// How often proofs are asked for until they are all of one block.
const ATTEMPTS: usize = 16;

/// What is to be proved of a contract's state.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// Nothing.
    Nothing,
    /// One value.
    Key(StorageKey),
    /// Many values.
    Keys(Vec<StorageKey>),
    /// All entries of a map in a range of its keys.
    Map {
        /// The owner.
        contract: Address,
        /// The owner's namespace.
        namespace: u16,
        /// The range.
        range: KeyRange,
    },
}

impl Asked {
    async fn ask(&self, client: &HttpClient) -> Result<Option<ProofView>, HttpError> {
        match self {
            Self::Nothing => Ok(None),
            Self::Key(key) => client.proof(key).await.map(Some),
            Self::Keys(keys) => client.proof_of_many(keys).await.map(Some),
            Self::Map { contract, namespace, range } => {
                client.proof_of_map(contract, *namespace, range).await.map(Some)
            }
        }
    }
}

/// A ledger's name and its validators, from elsewhere than the node.
#[derive(Clone, Debug)]
pub(crate) struct Trusted {
    pub(crate) chain_id: ChainId,
    pub(crate) validators: Hash,
}

impl Trusted {
    /// From a genesis file.
    pub(crate) fn of_genesis(path: &Path) -> CliResult<Self> {
        let genesis = genesis::load(path)?;
        Ok(Self { chain_id: genesis.chain_id, validators: genesis.validators.hash() })
    }
}

impl Context {
    /// What the settings say of the ledger, if they name its genesis file.
    pub(crate) fn trusted(&self) -> CliResult<Option<Trusted>> {
        self.genesis.as_deref().map(Trusted::of_genesis).transpose()
    }

    /// Which code a contract runs and what its spec is, up to the validators' votes.
    pub(crate) async fn proved_contract(
        &self,
        contract: &Address,
        trusted: &Trusted,
    ) -> CliResult<ProvedContract> {
        let (_, proofs) = self.contract_proofs(contract, &Asked::Nothing).await?;
        Ok(proofs.verify(contract, &trusted.chain_id, &trusted.validators)?.1)
    }

    /// The hash of a code's spec section, up to the validators' votes.
    pub(crate) async fn proved_spec_hash(
        &self,
        code_hash: &Hash,
        trusted: &Trusted,
    ) -> CliResult<Hash> {
        let view = self.client.proof(&ContractProofs::code_key(code_hash)).await?;
        let Trusted { chain_id, validators } = trusted;
        Ok(ContractProofs::spec_hash(&view, code_hash, chain_id, validators)?)
    }

    /// Proofs of what a contract runs, and with them, of the same block, of what is asked.
    pub(crate) async fn contract_proofs(
        &self,
        contract: &Address,
        asked: &Asked,
    ) -> CliResult<(Option<ProofView>, ContractProofs)> {
        let code_hash = self.client.contract(contract).await?.code_hash;
        let section = self.listed_section(&code_hash).await?;
        for _ in 0..ATTEMPTS {
            let instance = self.client.proof(&ContractProofs::instance_key(contract)).await?;
            // The rest of the same block. A node that keeps no past states may have lost it by now.
            let then = self.client.at(Some(instance.header.height));
            let rest = async {
                let code = then.proof(&ContractProofs::code_key(&code_hash)).await?;
                Ok((code, asked.ask(&then).await?))
            };
            match rest.await {
                Ok((code, value)) => {
                    return Ok((value, ContractProofs::new(&instance, &code, section)));
                }
                Err(error) if is_gone(&error) && self.global.height.is_none() => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(self.unexpected("blocks are made faster than proofs are read; try again".into()))
    }
}

/// Whether the node does not keep the state of that height.
fn is_gone(error: &HttpError) -> bool {
    error.problem().is_some_and(|problem| problem.code == ErrorCode::HeightNotKept)
}
