//! Specs of instances and codes.

use super::context::Context;
use super::error::{CliError, CliResult};
use tenor_abi::spec::{self, ContractSpec};
use tenor_client::HttpError;
use tenor_client::api::ErrorCode;
use tenor_primitives::{Address, Hash, keccak256};

impl Context {
    /// The spec of the code that an instance runs; proved where the settings name the genesis file.
    pub(crate) async fn spec_of(&self, contract: &Address) -> CliResult<ContractSpec> {
        if let Some(trusted) = self.trusted()? {
            return Ok(self.proved_contract(contract, &trusted).await?.spec);
        }
        let instance = self.client.contract(contract).await?;
        self.spec_of_code(&instance.code_hash).await
    }

    /// The spec of uploaded code.
    pub(crate) async fn spec_of_code(&self, code_hash: &Hash) -> CliResult<ContractSpec> {
        let section = match self.trusted()? {
            Some(trusted) => {
                let expected = self.proved_spec_hash(code_hash, &trusted).await?;
                self.section(code_hash, expected).await?
            }
            None => self.listed_section(code_hash).await?,
        };
        decode(&section)
    }

    /// The raw spec section of uploaded code that the ledger lists, from the cache if the one there
    /// is it.
    pub(crate) async fn listed_section(&self, code_hash: &Hash) -> CliResult<Vec<u8>> {
        let expected = self.client.code(code_hash).await?.spec_hash;
        self.section(code_hash, expected).await
    }

    /// The spec section of the hash `expected`, from the cache or the node.
    async fn section(&self, code_hash: &Hash, expected: Hash) -> CliResult<Vec<u8>> {
        let cached = self.home.cached_spec(code_hash);
        if let Some(section) = cached.filter(|section| keccak256(section) == expected) {
            return Ok(section);
        }
        let section = self.client.code_spec(code_hash).await?;
        let got = keccak256(&section);
        if got != expected {
            return Err(self.unexpected(format!(
                "expected the spec section {expected} of code {code_hash}, got {got}; ask another node"
            )));
        }
        self.home.cache_spec(code_hash, &section)?;
        Ok(section)
    }

    /// A node's answer that cannot be.
    pub(crate) fn unexpected(&self, reason: String) -> CliError {
        HttpError::Answer { url: self.client.url().into(), reason }.into()
    }

    /// The spec of an instance, if there is such an instance and it has one.
    pub(crate) async fn try_spec_of(&self, contract: &Address) -> CliResult<Option<ContractSpec>> {
        match self.spec_of(contract).await {
            Ok(spec) => Ok(Some(spec)),
            Err(CliError::Http(HttpError::Refused(problem)))
                if matches!(problem.code, ErrorCode::UnknownContract | ErrorCode::NoSpec) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// The spec section of a wasm module, and the module's code hash.
pub(crate) fn section_of_module(code: &[u8]) -> CliResult<(Vec<u8>, Hash)> {
    if !code.starts_with(b"\0asm") {
        return Err(CliError::Usage(
            "expected a wasm module, got a file that does not begin as one; compile it with: tenor contract build".into(),
        ));
    }
    for payload in wasmparser::Parser::new(0).parse_all(code) {
        let payload = payload
            .map_err(|error| CliError::Usage(format!("this is not a wasm module: {error}")))?;
        if let wasmparser::Payload::CustomSection(section) = payload
            && section.name() == spec::SECTION
        {
            return Ok((section.data().to_vec(), keccak256(code)));
        }
    }
    Err(CliError::Usage(format!(
        "the module has no section {:?}; build it with the SDK's contract! macro",
        spec::SECTION
    )))
}

/// A decoded section.
pub(crate) fn decode(section: &[u8]) -> CliResult<ContractSpec> {
    spec::decode(section).map_err(|error| CliError::Usage(error.to_string()))
}
