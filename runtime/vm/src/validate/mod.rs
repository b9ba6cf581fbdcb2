//! The static rules that uploaded code must keep, cheapest first: size, then counts and shapes
//! read without type checking, then the type checker with exactly the features of the target.

mod bodies;
mod exports;
mod features;
mod imports;
mod loop_work;
mod memory;
mod survey;
mod types;

#[cfg(test)]
mod tests;

pub use features::FEATURES;

use crate::refusal::{CodeRefusal, Rule, check_max};
use tenor_primitives::Limits;
use wasmparser::Validator;

/// Checks `code` against every static rule that concerns the module as uploaded.
///
/// # Errors
/// The first rule that is broken.
pub fn validate(code: &[u8], limits: &Limits) -> Result<(), CodeRefusal> {
    check_max(Rule::CodeSize, "bytes of code", code.len() as u64, limits.code_bytes_max)?;
    survey::survey(code, limits)?;
    Validator::new_with_features(FEATURES)
        .validate_all(code)
        .map_err(|error| CodeRefusal::from_parser(Rule::Invalid, &error))?;
    Ok(())
}
