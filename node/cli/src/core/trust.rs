//! What this machine knows of a ledger without asking a node: its name and its validators.

use super::context::Context;
use super::error::CliResult;
use crate::commands::node::genesis;
use std::path::Path;
use tenor_client::api::ProofView;
use tenor_client::{ContractProofs, ProvedContract};
use tenor_primitives::{Address, ChainId, Hash, StorageKey};

/// How often proofs are asked for until they are all of one block.
const ATTEMPTS: usize = 16;

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
        let (_, proofs) = self.contract_proofs(contract, None).await?;
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

    /// Proofs of what a contract runs, and with them, of the same block, of a value of its state.
    pub(crate) async fn contract_proofs(
        &self,
        contract: &Address,
        key: Option<&StorageKey>,
    ) -> CliResult<(Option<ProofView>, ContractProofs)> {
        let code_hash = self.client.contract(contract).await?.code_hash;
        let section = self.listed_section(&code_hash).await?;
        for _ in 0..ATTEMPTS {
            let value = match key {
                Some(key) => Some(self.client.proof(key).await?),
                None => None,
            };
            let instance = self.client.proof(&ContractProofs::instance_key(contract)).await?;
            let code = self.client.proof(&ContractProofs::code_key(&code_hash)).await?;
            let block_id = instance.header.block_id;
            let others = [Some(&code), value.as_ref()];
            if others.into_iter().flatten().all(|view| view.header.block_id == block_id) {
                return Ok((value, ContractProofs::new(&instance, &code, section)));
            }
        }
        Err(self.unexpected("blocks are made faster than proofs are read; try again".into()))
    }
}
