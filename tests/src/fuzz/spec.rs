//! The spec section, which a client believes no more than any other bytes: it decodes or it does not,
//! and whatever JSON and bytes are read by it, nothing panics.

use super::mutate::mutate;
use crate::engine;
use arbitrary::Unstructured;
use std::sync::LazyLock;
use tenor_abi::spec::{self, ContractSpec, FieldSpec, TypeSpec};
use tenor_client::codec::{self, CodecError, CodecErrorKind, NoNames};
use tenor_primitives::{Address, ContractFailure, Event, Parameters};
use tenor_vm::{Rule, check};
use wasm_encoder::{CustomSection, MemorySection, MemoryType, Module};

static SECTIONS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let section = |code: &Vec<u8>| {
        let payloads = wasmparser::Parser::new(0).parse_all(code).flatten();
        let mut data = payloads.filter_map(|payload| match payload {
            wasmparser::Payload::CustomSection(section) if section.name() == spec::SECTION => {
                Some(section.data().to_vec())
            }
            _ => None,
        });
        data.next().expect("a contract has a spec")
    };
    engine::compiled().values().map(section).collect()
});

/// Feeds `bytes` as a spec section; whether it decoded, none if there are too few bytes.
///
/// # Panics
/// If the decoder or a client's reading by the spec does, or the upload's verdict is another.
pub fn run(bytes: &[u8]) -> Option<bool> {
    let mut random = Unstructured::new(bytes);
    let section = section(&mut random)?;
    let decoded = spec::decode(&section);
    assert_eq!(upload(&section), decoded.is_ok(), "the upload's verdict");
    if let Ok(spec) = &decoded {
        read_by(spec, random.take_rest());
    }
    Some(decoded.is_ok())
}

fn section(random: &mut Unstructured<'_>) -> Option<Vec<u8>> {
    let source: u8 = random.arbitrary().ok()?;
    if source == 0 {
        return Some(random.bytes(random.len()).ok()?.to_vec());
    }
    let mut section = SECTIONS[usize::from(source) % SECTIONS.len()].clone();
    mutate(&mut section, random).ok()?;
    Some(section)
}

/// Whether code with that section is taken.
fn upload(section: &[u8]) -> bool {
    let memory = MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    };
    let mut memories = MemorySection::new();
    memories.memory(memory);
    let custom = CustomSection { name: spec::SECTION.into(), data: section.into() };
    let code = Module::new().section(&memories).section(&custom).clone().finish();
    match check(&code, &Parameters::initial()) {
        Ok(_) => true,
        Err(refusal) => {
            assert_eq!(refusal.rule, Rule::SpecSection, "{refusal}");
            false
        }
    }
}

/// Reads and writes by everything that the spec describes.
fn read_by(spec: &ContractSpec, random: &[u8]) {
    assert!(!codec::contract_help(spec).is_empty());
    let queries = spec.query.iter().map(|function| (function, true));
    for (function, is_query) in spec.execute.iter().map(|f| (f, false)).chain(queries) {
        assert!(!codec::function_help(function, is_query).is_empty());
        fields(&function.input, random);
        value(&function.output, random);
    }
    for event in &spec.events {
        fields(&event.fields, random);
        let data = borsh_of(&event.fields, random);
        let (emitter, name) = (Address([7; 32]), event.name.clone());
        // Topics and data need not fit: then the answer is an error.
        let _ = codec::describe_event(spec, &Event { emitter, name, topics: vec![], data });
    }
    for error in &spec.errors {
        fields(&error.fields, random);
        let (contract, details) = (Address([7; 32]), borsh_of(&error.fields, random));
        let _ =
            codec::describe_failure(spec, &ContractFailure { contract, code: error.code, details });
    }
    for storage in &spec.storage {
        value(&storage.value, random);
        let _ = codec::storage_key_value(&storage.key, random);
    }
}

/// What JSON the bytes are, and that this JSON is those bytes.
fn fields(fields: &[FieldSpec], random: &[u8]) {
    for bytes in [random, &borsh_of(fields, random)] {
        if let Ok(json) = codec::decode_fields(fields, bytes) {
            same(codec::encode_fields(fields, &json, &NoNames), bytes, &json);
        }
    }
}

/// JSON leads back to the bytes it was read from, unless they hold what a form such as a BIC's forbids:
/// that is shown as it is, and not taken from a person.
fn same(again: Result<Vec<u8>, CodecError>, bytes: &[u8], json: &serde_json::Value) {
    match again {
        Ok(again) => assert_eq!(again, bytes, "{json}"),
        Err(error) => assert_eq!(error.kind, CodecErrorKind::WrongForm, "{error} in {json}"),
    }
}

fn value(ty: &TypeSpec, random: &[u8]) {
    let mut made = Vec::new();
    make(ty, &mut Unstructured::new(random), &mut made);
    for bytes in [random, &made] {
        if let Ok(json) = codec::decode(ty, bytes) {
            same(codec::encode(ty, &json, &NoNames), bytes, &json);
        }
    }
}

fn borsh_of(fields: &[FieldSpec], random: &[u8]) -> Vec<u8> {
    let (mut random, mut bytes) = (Unstructured::new(random), Vec::new());
    fields.iter().for_each(|field| make(&field.ty, &mut random, &mut bytes));
    bytes
}

/// Bytes that are most likely a `ty`, out of random ones; zeros when there are none left.
fn make(ty: &TypeSpec, random: &mut Unstructured<'_>, bytes: &mut Vec<u8>) {
    let mut take = |count: usize, bytes: &mut Vec<u8>| {
        bytes.extend((0..count).map(|_| random.arbitrary::<u8>().unwrap_or(0)));
    };
    match ty {
        TypeSpec::Unit => {}
        TypeSpec::Bool => bytes.push(u8::from(random.arbitrary::<bool>().unwrap_or(false))),
        TypeSpec::Unsigned(bits) | TypeSpec::Signed(bits) => take(usize::from(bits / 8), bytes),
        TypeSpec::Bytes(count) => take((*count).min(64) as usize, bytes),
        TypeSpec::Text => {
            let text: &str = random.arbitrary().unwrap_or("");
            let text: String = text.chars().take(20).collect();
            bytes.extend(borsh::to_vec(&text).expect("a text encodes"));
        }
        TypeSpec::Option(inner) => {
            let some = random.arbitrary::<bool>().unwrap_or(false);
            bytes.push(u8::from(some));
            if some {
                make(inner, random, bytes);
            }
        }
        TypeSpec::List(inner) => {
            let count = random.int_in_range(0..=3_u32).unwrap_or(0);
            bytes.extend(count.to_le_bytes());
            (0..count).for_each(|_| make(inner, random, bytes));
        }
        TypeSpec::Map(key, value) => {
            let count = random.int_in_range(0..=1_u32).unwrap_or(0);
            bytes.extend(count.to_le_bytes());
            for _ in 0..count {
                make(key, random, bytes);
                make(value, random, bytes);
            }
        }
        TypeSpec::Tuple(items) => items.iter().for_each(|ty| make(ty, random, bytes)),
        TypeSpec::Named(_, ty) => make(ty, random, bytes),
        TypeSpec::Struct(shape) => {
            shape.fields.iter().for_each(|field| make(&field.ty, random, bytes));
        }
        TypeSpec::Enum(shape) => {
            let last = shape.variants.len().saturating_sub(1).min(255);
            let tag = random.int_in_range(0..=last).unwrap_or(0);
            bytes.push(u8::try_from(tag).expect("at most 255"));
            let fields = shape.variants.get(tag).map_or(&[][..], |variant| &variant.fields);
            fields.iter().for_each(|field| make(&field.ty, random, bytes));
        }
    }
}
