//! Help from a spec: what a contract offers and how its calls are written.

use super::flags::flag_name;
use core::fmt::Write as _;
use tenor_abi::spec::declare::Readers;
use tenor_abi::spec::{ContractSpec, EnumSpec, FieldSpec, FunctionSpec, TypeSpec};

/// A type in a few words.
pub fn type_name(ty: &TypeSpec) -> String {
    match ty {
        TypeSpec::Unit => "nothing".into(),
        TypeSpec::Bool => "true or false".into(),
        TypeSpec::Unsigned(bits) => format!("whole number ({bits} bits)"),
        TypeSpec::Signed(bits) => format!("whole number, may be negative ({bits} bits)"),
        TypeSpec::Text => "text".into(),
        TypeSpec::Bytes(count) => format!("{count} bytes in hex"),
        TypeSpec::Option(inner) => format!("{}, optional", type_name(inner)),
        TypeSpec::List(inner) if **inner == TypeSpec::Unsigned(8) => "bytes in hex".into(),
        TypeSpec::List(inner) => format!("list of {}", type_name(inner)),
        TypeSpec::Map(key, item) => format!("map of {} to {}", type_name(key), type_name(item)),
        TypeSpec::Tuple(items) => {
            let names: Vec<_> = items.iter().map(type_name).collect();
            format!("[{}]", names.join(", "))
        }
        TypeSpec::Named(name, _) => name.replace('_', " "),
        TypeSpec::Struct(of) => of.name.clone(),
        TypeSpec::Enum(of) if is_plain(of) => {
            let names: Vec<_> = of.variants.iter().map(|v| v.name.as_str()).collect();
            names.join(" | ")
        }
        TypeSpec::Enum(of) => of.name.clone(),
    }
}

/// What a contract can do: its functions with one line each.
pub fn contract_help(spec: &ContractSpec) -> String {
    let mut text = format!("{} {}\n", spec.name, spec.version);
    for (title, functions) in [("Calls", &spec.execute), ("Queries", &spec.query)] {
        if !functions.is_empty() {
            let _ = writeln!(text, "\n{title}:");
        }
        let width = functions.iter().map(|f| f.name.len()).max().unwrap_or(0);
        for function in functions {
            let _ = writeln!(text, "  {:width$}  {}", function.name, function.doc);
        }
    }
    text
}

/// How one function is called: its flags, their types, and every type they mention.
pub fn function_help(function: &FunctionSpec, is_query: bool) -> String {
    let mut text = format!("{}\n\n{}\n", function.name, function.doc);
    if !function.input.is_empty() {
        text.push_str("\nArguments:\n");
    }
    describe_fields(&mut text, &function.input, "  --");
    let mut told = Vec::new();
    for field in &function.input {
        describe_type(&mut text, &field.ty, &mut told);
    }
    let _ = writeln!(text, "\nReturns: {}", type_name(&function.output));
    describe_type(&mut text, &function.output, &mut told);
    if is_query {
        let _ = writeln!(text, "\nReaders: {}", readers(function.readers));
    }
    text
}

fn describe_fields(text: &mut String, fields: &[FieldSpec], prefix: &str) {
    let is_flag = prefix.ends_with('-');
    let name = |field: &FieldSpec| {
        if is_flag { flag_name(&field.name) } else { field.name.clone() }
    };
    let width = fields.iter().map(|field| name(field).len()).max().unwrap_or(0);
    for field in fields {
        let line = format!("{prefix}{:width$}  {}", name(field), type_name(&field.ty));
        let dash = if field.doc.is_empty() { "" } else { ": " };
        let _ = writeln!(text, "{line}{dash}{}", field.doc);
    }
}

/// Describes the structs and enums inside a type, each once.
fn describe_type(text: &mut String, ty: &TypeSpec, told: &mut Vec<String>) {
    match ty {
        TypeSpec::Option(inner) | TypeSpec::List(inner) => describe_type(text, inner, told),
        TypeSpec::Map(key, item) => {
            describe_type(text, key, told);
            describe_type(text, item, told);
        }
        TypeSpec::Tuple(items) => items.iter().for_each(|ty| describe_type(text, ty, told)),
        TypeSpec::Struct(of) if !told.contains(&of.name) => {
            told.push(of.name.clone());
            let _ = writeln!(text, "\n{}:", of.name);
            describe_fields(text, &of.fields, "  ");
            of.fields.iter().for_each(|field| describe_type(text, &field.ty, told));
        }
        TypeSpec::Enum(of) if !is_plain(of) && !told.contains(&of.name) => {
            told.push(of.name.clone());
            let _ = writeln!(text, "\n{}, one of:", of.name);
            for variant in &of.variants {
                let dash = if variant.doc.is_empty() { "" } else { ": " };
                let _ = writeln!(text, "  {}{dash}{}", variant.name, variant.doc);
                describe_fields(text, &variant.fields, "    ");
            }
            let fields = of.variants.iter().flat_map(|variant| &variant.fields);
            fields.for_each(|field| describe_type(text, &field.ty, told));
        }
        _ => {}
    }
}

fn is_plain(of: &EnumSpec) -> bool {
    of.variants.iter().all(|variant| variant.fields.is_empty())
}

fn readers(readers: Readers) -> String {
    let names = [
        (Readers::PUBLIC, "anyone with a session"),
        (Readers::PARTIES, "the parties to it"),
        (Readers::ISSUER, "the issuer"),
        (Readers::REGULATOR, "regulators"),
        (Readers::OPERATOR, "operators"),
    ];
    let held: Vec<_> =
        names.iter().filter(|(flag, _)| readers.contains(*flag)).map(|(_, name)| *name).collect();
    held.join(", ")
}
