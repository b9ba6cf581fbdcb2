//! A spec for programs.

use serde_json::{Value, json};
use tenor_abi::spec::{
    ContractSpec, EnumSpec, EventSpec, FieldSpec, FunctionSpec, StructSpec, TypeSpec,
};

/// All that a contract says of itself.
pub(super) fn contract(spec: &ContractSpec) -> Value {
    let storage = spec.storage.iter().map(|storage| {
        json!({"name": storage.name, "namespace": storage.namespace, "kind": storage.kind,
            "key": ty(&storage.key), "value": ty(&storage.value)})
    });
    let errors = spec.errors.iter().map(|error| {
        json!({"code": error.code, "name": error.name, "doc": error.doc,
            "fields": fields(&error.fields)})
    });
    json!({
        "name": spec.name,
        "version": spec.version,
        "instantiate": ty(&spec.instantiate),
        "migrate": ty(&spec.migrate),
        "calls": spec.execute.iter().map(function).collect::<Vec<_>>(),
        "queries": spec.query.iter().map(function).collect::<Vec<_>>(),
        "events": spec.events.iter().map(event).collect::<Vec<_>>(),
        "errors": errors.collect::<Vec<_>>(),
        "storage": storage.collect::<Vec<_>>(),
    })
}

/// A function: its arguments and what it returns.
pub(super) fn function(function: &FunctionSpec) -> Value {
    json!({"name": function.name, "doc": function.doc, "input": fields(&function.input),
        "output": ty(&function.output)})
}

fn event(event: &EventSpec) -> Value {
    json!({"name": event.name, "doc": event.doc, "fields": fields(&event.fields),
        "topics": event.topics})
}

fn fields(fields: &[FieldSpec]) -> Value {
    let field =
        |field: &FieldSpec| json!({"name": field.name, "doc": field.doc, "type": ty(&field.ty)});
    fields.iter().map(field).collect()
}

/// A type: a text where it has no parts, else an object of one field, its kind.
fn ty(of: &TypeSpec) -> Value {
    match of {
        TypeSpec::Unit => "nothing".into(),
        TypeSpec::Bool => "bool".into(),
        TypeSpec::Unsigned(bits) => format!("u{bits}").into(),
        TypeSpec::Signed(bits) => format!("i{bits}").into(),
        TypeSpec::Text => "text".into(),
        TypeSpec::Bytes(count) => json!({"bytes": count}),
        TypeSpec::Option(inner) => json!({"option": ty(inner)}),
        TypeSpec::List(inner) => json!({"list": ty(inner)}),
        TypeSpec::Map(key, item) => json!({"map": [ty(key), ty(item)]}),
        TypeSpec::Tuple(items) => json!({"tuple": items.iter().map(ty).collect::<Vec<_>>()}),
        TypeSpec::Named(name, _) => name.clone().into(),
        TypeSpec::Struct(StructSpec { name, fields: inner }) => {
            json!({"struct": {"name": name, "fields": fields(inner)}})
        }
        TypeSpec::Enum(EnumSpec { name, variants }) => {
            let variant = |variant: &tenor_abi::spec::VariantSpec| json!({"name": variant.name, "doc": variant.doc, "fields": fields(&variant.fields)});
            let variants: Vec<_> = variants.iter().map(variant).collect();
            json!({"enum": {"name": name, "variants": variants}})
        }
    }
}
