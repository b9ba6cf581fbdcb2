//! Equality of type descriptions, for the compiler: the derived one is not `const`.

use tenor_primitives::schema::{FieldSchema, TypeSchema, VariantSchema};

/// Whether two descriptions say the same, documentation included.
pub(super) const fn same(a: &TypeSchema, b: &TypeSchema) -> bool {
    match (a, b) {
        (TypeSchema::Unit, TypeSchema::Unit)
        | (TypeSchema::Bool, TypeSchema::Bool)
        | (TypeSchema::Text, TypeSchema::Text) => true,
        (TypeSchema::Unsigned(a), TypeSchema::Unsigned(b))
        | (TypeSchema::Signed(a), TypeSchema::Signed(b)) => *a == *b,
        (TypeSchema::Bytes(a), TypeSchema::Bytes(b)) => *a == *b,
        (TypeSchema::Option(a), TypeSchema::Option(b))
        | (TypeSchema::List(a), TypeSchema::List(b)) => same(a, b),
        (TypeSchema::Map(a_key, a), TypeSchema::Map(b_key, b)) => same(a_key, b_key) && same(a, b),
        (TypeSchema::Tuple(a), TypeSchema::Tuple(b)) => same_types(a, b),
        (TypeSchema::Named(a_name, a), TypeSchema::Named(b_name, b)) => {
            same_text(a_name, b_name) && same(a, b)
        }
        (TypeSchema::Struct(a), TypeSchema::Struct(b)) => {
            same_text(a.name, b.name) && same_fields(a.fields, b.fields)
        }
        (TypeSchema::Enum(a), TypeSchema::Enum(b)) => {
            same_text(a.name, b.name) && same_variants(a.variants, b.variants)
        }
        _ => false,
    }
}

const fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Writes a comparison of two slices, element by element.
macro_rules! same_slices {
    ($($name:ident: $type:ty, |$a:ident, $b:ident| $same:expr;)*) => {$(
        const fn $name(all_a: &[$type], all_b: &[$type]) -> bool {
            if all_a.len() != all_b.len() {
                return false;
            }
            let mut i = 0;
            while i < all_a.len() {
                let ($a, $b) = (&all_a[i], &all_b[i]);
                if !$same {
                    return false;
                }
                i += 1;
            }
            true
        }
    )*};
}

same_slices! {
    same_types: TypeSchema, |a, b| same(a, b);
    same_fields: FieldSchema, |a, b| {
        same_text(a.name, b.name) && same_text(a.doc, b.doc) && same(&a.ty, &b.ty)
    };
    same_variants: VariantSchema, |a, b| {
        same_text(a.name, b.name) && same_text(a.doc, b.doc) && same_fields(a.fields, b.fields)
    };
}

#[cfg(test)]
mod tests {
    use super::same;
    use tenor_primitives::schema::{
        EnumSchema, FieldSchema, StructSchema, TypeSchema, VariantSchema,
    };

    const fn structure(fields: &'static [FieldSchema; 1]) -> StructSchema {
        StructSchema { name: "S", fields }
    }

    const NUMBER: FieldSchema = FieldSchema { name: "a", doc: "", ty: TypeSchema::Unsigned(8) };
    const VARIANT: VariantSchema = VariantSchema { name: "V", doc: "", fields: &[NUMBER] };
    /// Each differs from every other.
    const ALL: &[TypeSchema] = &[
        TypeSchema::Unit,
        TypeSchema::Bool,
        TypeSchema::Unsigned(8),
        TypeSchema::Unsigned(16),
        TypeSchema::Signed(8),
        TypeSchema::Text,
        TypeSchema::Bytes(8),
        TypeSchema::Option(&TypeSchema::Bool),
        TypeSchema::List(&TypeSchema::Bool),
        TypeSchema::List(&TypeSchema::Unit),
        TypeSchema::Map(&TypeSchema::Bool, &TypeSchema::Unit),
        TypeSchema::Tuple(&[]),
        TypeSchema::Tuple(&[TypeSchema::Bool]),
        TypeSchema::Named("a", &TypeSchema::Bool),
        TypeSchema::Named("b", &TypeSchema::Bool),
        TypeSchema::Struct(&structure(&[NUMBER])),
        TypeSchema::Struct(&structure(&[FieldSchema { name: "b", ..NUMBER }])),
        TypeSchema::Struct(&structure(&[FieldSchema { doc: "b", ..NUMBER }])),
        TypeSchema::Struct(&structure(&[FieldSchema { ty: TypeSchema::Bool, ..NUMBER }])),
        TypeSchema::Struct(&StructSchema { name: "T", fields: &[NUMBER] }),
        TypeSchema::Enum(&EnumSchema { name: "S", variants: &[] }),
        TypeSchema::Enum(&EnumSchema { name: "S", variants: &[VARIANT] }),
        TypeSchema::Enum(&EnumSchema {
            name: "S",
            variants: &[VariantSchema { doc: "d", ..VARIANT }],
        }),
    ];

    #[test]
    fn it_agrees_with_the_derived_equality() {
        for (i, a) in ALL.iter().enumerate() {
            for (j, b) in ALL.iter().enumerate() {
                assert_eq!(same(a, b), i == j, "{a:?} against {b:?}");
                assert_eq!(same(a, b), a == b);
            }
        }
    }
}
