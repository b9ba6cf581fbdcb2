//! Everything that decides about code without an engine: the same answer on every node.

use crate::instrument::{INSTRUMENTATION_VERSION, Instrumented, Settings, instrument};
use crate::refusal::{CodeRefusal, Rule, check_max};
use crate::validate::{FEATURES, validate};
use tenor_abi::{EntryPoint, spec};
use tenor_executor::{CodeRefused, CodeReport};
use tenor_primitives::{Parameters, keccak256};
use wasmparser::{Parser, Payload, Validator};

/// Code that keeps every static rule.
#[derive(Clone, Debug)]
pub struct CheckedCode {
    /// What the ledger records of it.
    pub report: CodeReport,
    /// Its instrumented form, ready to be compiled.
    pub instrumented: Instrumented,
}

/// Checks `code` against every static rule under `parameters`.
///
/// # Errors
/// The first rule that is broken.
pub fn check(code: &[u8], parameters: &Parameters) -> Result<CheckedCode, CodeRefusal> {
    let version = parameters.instrumentation_version;
    if version != INSTRUMENTATION_VERSION {
        let expected = format!("instrumentation version {INSTRUMENTATION_VERSION}");
        let got = format!("{version}; update this node");
        return Err(CodeRefusal::new(Rule::InstrumentationVersion, expected, got));
    }
    validate(code, &parameters.limits)?;
    let report = report(code)?;
    let instrumented = instrument(code, Settings::new(parameters))?;
    let size = instrumented.wasm.len() as u64;
    let size_max = parameters.limits.instrumented_bytes_max;
    check_max(Rule::InstrumentedSize, "bytes after instrumentation", size, size_max)?;
    Validator::new_with_features(FEATURES)
        .validate_all(&instrumented.wasm)
        .map_err(|error| CodeRefusal::from_parser(Rule::Invalid, &error))?;
    Ok(CheckedCode { report, instrumented })
}

/// Reads what the ledger records of a valid module.
fn report(code: &[u8]) -> Result<CodeReport, CodeRefusal> {
    let mut section = None;
    let mut migrates = false;
    let mut memory_pages = 0;
    for payload in Parser::new(0).parse_all(code) {
        let payload = payload.map_err(|error| CodeRefusal::from_parser(Rule::Malformed, &error))?;
        match payload {
            Payload::CustomSection(custom) if custom.name() == spec::SECTION => {
                let at = custom.data_offset();
                if section.replace(custom.data()).is_some() {
                    let refusal = CodeRefusal::new(Rule::SpecSection, "one spec section", "two");
                    return Err(refusal.at(at));
                }
                spec::decode(custom.data()).map_err(|error| {
                    let expected = "a spec section that decodes";
                    CodeRefusal::new(Rule::SpecSection, expected, error.to_string()).at(at)
                })?;
            }
            Payload::ExportSection(reader) => {
                let name = EntryPoint::Migrate.export();
                migrates |= reader.into_iter().flatten().any(|export| export.name == name);
            }
            Payload::MemorySection(reader) => {
                let initial = reader.into_iter().flatten().map(|memory| memory.initial).max();
                memory_pages = u32::try_from(initial.unwrap_or(0)).unwrap_or(u32::MAX);
            }
            _ => {}
        }
    }
    let spec_hash = keccak256(section.unwrap_or_default());
    Ok(CodeReport { migrates, spec_hash, memory_pages })
}

impl From<CodeRefusal> for CodeRefused {
    fn from(refusal: CodeRefusal) -> Self {
        Self {
            rule: refusal.rule.code(),
            function: refusal.function,
            offset: refusal.offset,
            text: format!("expected {}, got {}", refusal.expected, refusal.got),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use spec::declare::ContractSchema;
    use tenor_primitives::schema::TypeSchema;

    const SAMPLE: ContractSchema = ContractSchema {
        name: "sample",
        version: "1.0.0",
        instantiate: TypeSchema::Unit,
        migrate: TypeSchema::Unit,
        execute: &[],
        query: &[],
        events: &[],
        errors: &[],
        storage: &[],
    };
    const SPEC: [u8; spec::encoded_len(&SAMPLE)] = spec::encode(&SAMPLE);

    fn checked(fields: &str) -> Result<CheckedCode, CodeRefusal> {
        let code = wat::parse_str(format!("(module {fields} (memory 1))")).expect("parses");
        check(&code, &Parameters::initial())
    }

    #[test]
    fn the_report_says_what_is_there() {
        let report = checked("(func (export \"execute\"))").expect("taken").report;
        assert!(!report.migrates);
        assert_eq!(report.spec_hash, keccak256(b""));
        assert!(checked("(func (export \"migrate\"))").expect("taken").report.migrates);
    }

    #[test]
    fn a_spec_section_must_decode_and_be_alone() {
        let rule = |fields| checked(fields).expect_err("refused").rule;
        assert_eq!(rule("(@custom \"tenor.spec\" \"x\")"), Rule::SpecSection);
        let good = SPEC.iter().fold(String::new(), |text, byte| format!("{text}\\{byte:02x}"));
        let section = format!("(@custom \"tenor.spec\" \"{good}\")");
        let report = checked(&section).expect("taken").report;
        assert_eq!(report.spec_hash, keccak256(&SPEC));
        assert_eq!(rule(&format!("{section} {section}")), Rule::SpecSection);
    }

    #[test]
    fn code_that_grows_too_much_is_refused() {
        // A branch every four bytes, each with a charge of its own.
        let body = "(br_if 0 (local.get 0))".repeat(25_000);
        let functions = format!("(func (param i32) {body})").repeat(5);
        let refusal = checked(&functions).expect_err("refused");
        assert_eq!(refusal.rule, Rule::InstrumentedSize);
    }

    #[test]
    fn another_instrumentation_version_is_refused() {
        let mut parameters = Parameters::initial();
        parameters.instrumentation_version += 1;
        let refusal = check(b"", &parameters).expect_err("refused");
        assert_eq!(refusal.rule, Rule::InstrumentationVersion);
    }
}
