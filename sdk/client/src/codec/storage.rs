//! Storage keys by a contract's spec: the bytes under which a value lies.
//!
//! Keys are not borsh: their bytes sort as their values do (`tenor_primitives::StorageKeyPart`).

use super::error::CodecError;
use super::reader::Reader;
use super::{Names, encode};
use serde_json::Value;
use tenor_abi::Bytes;
use tenor_abi::spec::{FieldSpec, TypeSpec};
use tenor_primitives::StorageKeyPart as _;

/// The key bytes of `value` in a namespace whose keys are `ty`.
pub fn storage_key(ty: &TypeSpec, value: &Value, names: &dyn Names) -> Result<Bytes, CodecError> {
    let borsh = encode(ty, value, names)?;
    let mut key = Bytes::new();
    part(ty, &mut Reader::new(&borsh), &mut key, true)?;
    Ok(key)
}

fn part(
    ty: &TypeSpec,
    reader: &mut Reader<'_>,
    out: &mut Bytes,
    is_last: bool,
) -> Result<(), CodecError> {
    match ty {
        TypeSpec::Unit => {}
        TypeSpec::Bool => out.push(u8::from(reader.flag()?)),
        TypeSpec::Unsigned(bits) => {
            let bytes = reader.take(usize::from(bits / 8))?;
            out.extend(bytes.iter().rev());
        }
        TypeSpec::Signed(bits) => {
            let bytes = reader.take(usize::from(bits / 8))?;
            let first = out.len();
            out.extend(bytes.iter().rev());
            out[first] ^= 0x80;
        }
        TypeSpec::Bytes(count) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            out.extend_from_slice(reader.take(count)?);
        }
        TypeSpec::Text => reader.text()?.as_bytes().to_vec().encode_part(out, is_last),
        TypeSpec::List(inner) if **inner == TypeSpec::Unsigned(8) => {
            let length = reader.length()?;
            reader.take(length)?.to_vec().encode_part(out, is_last);
        }
        TypeSpec::Named(_, inner) => part(inner, reader, out, is_last)?,
        TypeSpec::Tuple(items) => parts(items.iter(), reader, out, is_last)?,
        TypeSpec::Struct(of) => fields(&of.fields, reader, out, is_last)?,
        TypeSpec::Enum(of) if of.variants.iter().all(|variant| variant.fields.is_empty()) => {
            out.push(reader.byte()?);
        }
        TypeSpec::Option(_) | TypeSpec::List(_) | TypeSpec::Map(..) | TypeSpec::Enum(_) => {
            return Err(CodecError::malformed("a type that can be a key", super::type_name(ty)));
        }
    }
    Ok(())
}

fn fields(
    of: &[FieldSpec],
    reader: &mut Reader<'_>,
    out: &mut Bytes,
    is_last: bool,
) -> Result<(), CodecError> {
    parts(of.iter().map(|field| &field.ty), reader, out, is_last)
}

fn parts<'t>(
    types: impl ExactSizeIterator<Item = &'t TypeSpec>,
    reader: &mut Reader<'_>,
    out: &mut Bytes,
    is_last: bool,
) -> Result<(), CodecError> {
    let count = types.len();
    for (place, ty) in types.enumerate() {
        part(ty, reader, out, is_last && place + 1 == count)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::NoNames;
    use serde_json::json;

    fn tuple(items: Vec<TypeSpec>) -> TypeSpec {
        TypeSpec::Tuple(items)
    }

    #[test]
    fn keys_are_those_of_the_storage_crate() {
        let ty = tuple(vec![TypeSpec::Text, TypeSpec::Signed(32)]);
        let ours = storage_key(&ty, &json!(["a", -2]), &NoNames).expect("valid");
        assert_eq!(ours, (String::from("a"), -2i32).to_key());
        let ty = tuple(vec![TypeSpec::Bytes(2), TypeSpec::Text]);
        let ours = storage_key(&ty, &json!(["0x0102", "a"]), &NoNames).expect("valid");
        assert_eq!(ours, ([1u8, 2], String::from("a")).to_key());
        let ours = storage_key(&TypeSpec::Unsigned(64), &json!("258"), &NoNames).expect("valid");
        assert_eq!(ours, 258u64.to_key());
    }

    #[test]
    fn types_that_are_no_keys_are_refused() {
        let ty = TypeSpec::Option(Box::new(TypeSpec::Bool));
        assert!(storage_key(&ty, &json!(true), &NoNames).is_err());
    }
}
