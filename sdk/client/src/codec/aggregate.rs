//! How values with fields look in JSON.

use tenor_abi::spec::{FieldSpec, TypeSpec};

pub(super) enum Shape<'a> {
    /// One unnamed field: the value alone.
    Single(&'a FieldSpec),
    /// Several unnamed fields: a list.
    Positional,
    /// Named fields, or none: an object.
    Named,
}

/// Unnamed fields are called by their positions.
pub(super) fn shape(fields: &[FieldSpec]) -> Shape<'_> {
    match fields {
        [field] if field.name == "0" => Shape::Single(field),
        [first, ..] if first.name == "0" => Shape::Positional,
        _ => Shape::Named,
    }
}

/// Whether `null` is a value of the type, so that an option of it needs another form for none.
pub(super) fn is_nullable(ty: &TypeSpec) -> bool {
    match ty {
        TypeSpec::Unit | TypeSpec::Option(_) => true,
        TypeSpec::Named(_, inner) => is_nullable(inner),
        TypeSpec::Struct(of) => match shape(&of.fields) {
            Shape::Single(field) => is_nullable(&field.ty),
            Shape::Positional | Shape::Named => false,
        },
        _ => false,
    }
}
