//! The order of map keys: that of the values, not of their bytes.

use super::error::CodecError;
use super::reader::Reader;
use tenor_abi::spec::{FieldSpec, TypeSpec};

/// A value as Rust's derived `Ord` compares it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortKey {
    Unsigned(u128),
    Signed(i128),
    Bytes(Vec<u8>),
    /// Fields, elements, or a variant's tag and its fields: compared one after the other.
    Sequence(Vec<SortKey>),
}

/// The sort key of the one value of `ty` in `bytes`.
pub(super) fn sort_key(ty: &TypeSpec, bytes: &[u8]) -> Result<SortKey, CodecError> {
    read(ty, &mut Reader::new(bytes))
}

fn read(ty: &TypeSpec, reader: &mut Reader<'_>) -> Result<SortKey, CodecError> {
    Ok(match ty {
        TypeSpec::Unit => SortKey::Sequence(Vec::new()),
        TypeSpec::Bool => SortKey::Unsigned(u128::from(reader.flag()?)),
        TypeSpec::Unsigned(bits) => SortKey::Unsigned(reader.unsigned(*bits)?),
        TypeSpec::Signed(bits) => SortKey::Signed(reader.signed(*bits)?),
        TypeSpec::Text => SortKey::Bytes(reader.text()?.as_bytes().to_vec()),
        TypeSpec::Bytes(count) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            SortKey::Bytes(reader.take(count)?.to_vec())
        }
        TypeSpec::Option(inner) => {
            let some = reader.flag()?;
            let inner = if some { Some(read(inner, reader)?) } else { None };
            SortKey::Sequence(inner.into_iter().collect())
        }
        TypeSpec::List(inner) => {
            let count = reader.length()?;
            sequence((0..count).map(|_| &**inner), reader)?
        }
        TypeSpec::Map(key, item) => {
            let count = reader.length()?;
            sequence((0..count).flat_map(|_| [&**key, &**item]), reader)?
        }
        TypeSpec::Tuple(items) => sequence(items.iter(), reader)?,
        TypeSpec::Named(_, inner) => read(inner, reader)?,
        TypeSpec::Struct(of) => fields(&of.fields, reader)?,
        TypeSpec::Enum(of) => {
            let tag = reader.byte()?;
            let variant = of.variants.get(usize::from(tag));
            let of_variant = variant.map_or(&[][..], |variant| &variant.fields);
            SortKey::Sequence(vec![SortKey::Unsigned(tag.into()), fields(of_variant, reader)?])
        }
    })
}

fn fields(of: &[FieldSpec], reader: &mut Reader<'_>) -> Result<SortKey, CodecError> {
    sequence(of.iter().map(|field| &field.ty), reader)
}

fn sequence<'t>(
    types: impl Iterator<Item = &'t TypeSpec>,
    reader: &mut Reader<'_>,
) -> Result<SortKey, CodecError> {
    types.map(|ty| read(ty, reader)).collect::<Result<_, _>>().map(SortKey::Sequence)
}
