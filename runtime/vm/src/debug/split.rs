//! Taking a compiled module apart: what is deployed, and what is kept beside it.

use super::{DebugError, DebugFile};
use tenor_primitives::keccak256;
use wasmparser::{Encoding, Parser, Payload};

/// A module taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The module to deploy: without debug information, names and notes of the tools.
    pub code: Vec<u8>,
    /// What is known of its source.
    pub debug: DebugFile,
}

/// Bytes of a module's magic and version.
const HEADER_BYTES: usize = 8;

/// Takes a module apart. What is left is what a linker leaves that is told to strip everything, so a
/// module has the same bytes whether or not its debug information is kept.
///
/// # Errors
/// [`DebugError`] when the bytes are no module.
pub fn split(module: &[u8]) -> Result<Split, DebugError> {
    let malformed = DebugError::NotAModule;
    let mut code = module.get(..HEADER_BYTES).ok_or(malformed)?.to_vec();
    let mut sections = Vec::new();
    let mut code_start = None;
    // Where the section begins that comes next, its id included.
    let mut begins = HEADER_BYTES;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(|_| malformed)?;
        if let Payload::Version { encoding: Encoding::Component, .. } = payload {
            return Err(malformed);
        }
        if let Payload::CustomSection(section) = &payload
            && is_debug(section.name())
        {
            sections.push((section.name().into(), section.data().to_vec()));
            begins = section.range().end;
            continue;
        }
        let Some((_, range)) = payload.as_section() else { continue };
        if let Payload::CodeSectionStart { range, .. } = &payload {
            let shift = begins - code.len();
            code_start = u32::try_from(range.start - shift).ok();
        }
        code.extend_from_slice(module.get(begins..range.end).ok_or(malformed)?);
        begins = range.end;
    }
    let code_start = code_start.ok_or(DebugError::NoCode)?;
    let debug = DebugFile { code_hash: keccak256(&code), code_start, sections };
    Ok(Split { code, debug })
}

/// Whether a custom section is only for people and tools.
fn is_debug(name: &str) -> bool {
    name.starts_with(".debug_") || ["name", "producers", "target_features"].contains(&name)
}
