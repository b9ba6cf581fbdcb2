//! Specs of instances and codes.

use super::context::Context;
use super::error::{CliError, CliResult};
use tenor_abi::spec::{self, ContractSpec};
use tenor_client::HttpError;
use tenor_client::api::ErrorCode;
use tenor_primitives::{Address, Hash, keccak256};

impl Context {
    /// The spec of the code that an instance runs.
    pub(crate) async fn spec_of(&self, contract: &Address) -> CliResult<ContractSpec> {
        let instance = self.client.contract(contract).await?;
        self.spec_of_code(&instance.code_hash).await
    }

    /// The spec of uploaded code.
    pub(crate) async fn spec_of_code(&self, code_hash: &Hash) -> CliResult<ContractSpec> {
        let section = self.spec_section(code_hash).await?;
        decode(&section)
    }

    /// The raw spec section of uploaded code, from the cache if it is there.
    pub(crate) async fn spec_section(&self, code_hash: &Hash) -> CliResult<Vec<u8>> {
        if let Some(section) = self.home.cached_spec(code_hash) {
            return Ok(section);
        }
        let section = self.client.code_spec(code_hash).await?;
        self.home.cache_spec(code_hash, &section)?;
        Ok(section)
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
