//! Storage keys by a contract's spec: the bytes under which a value lies, and back.
//!
//! Keys are not borsh: their bytes sort as their values do (`tenor_primitives::StorageKeyPart`).

use super::error::CodecError;
use super::reader::Reader;
use super::{Names, decode, encode};
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

/// The value that `key` is the encoding of, in a namespace whose keys are `ty`.
pub fn storage_key_value(ty: &TypeSpec, key: &[u8]) -> Result<Value, CodecError> {
    decode(ty, &key_borsh(ty, key)?)
}

/// The borsh of the value that `key` is the encoding of.
pub(super) fn key_borsh(ty: &TypeSpec, key: &[u8]) -> Result<Bytes, CodecError> {
    let (mut rest, mut borsh) = (key, Bytes::new());
    back(ty, &mut rest, &mut borsh, true)
        .filter(|()| rest.is_empty())
        .ok_or_else(|| CodecError::malformed(super::type_name(ty), "a key that is none"))?;
    Ok(borsh)
}

/// The reverse of [`part`]: from key bytes to borsh. `None` for what no value encodes to.
fn back(ty: &TypeSpec, key: &mut &[u8], out: &mut Bytes, is_last: bool) -> Option<()> {
    match ty {
        TypeSpec::Unit => {}
        TypeSpec::Bool | TypeSpec::Enum(_) => out.extend_from_slice(front(key, 1)?),
        TypeSpec::Unsigned(bits) => {
            out.extend(front(key, usize::from(bits / 8))?.iter().rev());
        }
        TypeSpec::Signed(bits) => {
            out.extend(front(key, usize::from(bits / 8))?.iter().rev());
            *out.last_mut()? ^= 0x80;
        }
        TypeSpec::Bytes(count) => {
            out.extend_from_slice(front(key, usize::try_from(*count).ok()?)?);
        }
        TypeSpec::Text | TypeSpec::List(_) => {
            let bytes = Vec::<u8>::decode_part(key, is_last)?;
            out.extend_from_slice(&u32::try_from(bytes.len()).ok()?.to_le_bytes());
            out.extend_from_slice(&bytes);
        }
        TypeSpec::Named(_, inner) => back(inner, key, out, is_last)?,
        TypeSpec::Tuple(items) => all_back(items.iter(), key, out, is_last)?,
        TypeSpec::Struct(of) => {
            all_back(of.fields.iter().map(|field| &field.ty), key, out, is_last)?;
        }
        TypeSpec::Option(_) | TypeSpec::Map(..) => return None,
    }
    Some(())
}

fn all_back<'t>(
    types: impl ExactSizeIterator<Item = &'t TypeSpec>,
    key: &mut &[u8],
    out: &mut Bytes,
    is_last: bool,
) -> Option<()> {
    let count = types.len();
    for (place, ty) in types.enumerate() {
        back(ty, key, out, is_last && place + 1 == count)?;
    }
    Some(())
}

fn front<'k>(key: &mut &'k [u8], count: usize) -> Option<&'k [u8]> {
    let (taken, rest) = key.split_at_checked(count)?;
    *key = rest;
    Some(taken)
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
    fn keys_read_back_as_the_values_they_are_of() {
        let texts = tuple(vec![TypeSpec::Text, TypeSpec::Signed(32)]);
        let mixed = tuple(vec![TypeSpec::Unsigned(64), TypeSpec::Bytes(2), TypeSpec::Text]);
        for (ty, value) in [
            (&texts, json!(["a\u{0}b", -2])),
            (&texts, json!(["", 7])),
            (&mixed, json!(["258", "0x0102", "ab"])),
            (&TypeSpec::Unit, json!(null)),
            (&TypeSpec::Bool, json!(true)),
        ] {
            let key = storage_key(ty, &value, &NoNames).expect("valid");
            assert_eq!(storage_key_value(ty, &key).expect("reads back"), value);
        }
        let address = TypeSpec::Named("address".into(), Box::new(TypeSpec::Bytes(32)));
        assert!(storage_key_value(&address, &[1; 31]).is_err(), "too short");
        assert!(storage_key_value(&address, &[1; 33]).is_err(), "too long");
        assert!(storage_key_value(&TypeSpec::Bool, &[2]).is_err(), "no flag");
        assert!(storage_key_value(&texts, b"a").is_err(), "without its end");
    }

    #[test]
    fn types_that_are_no_keys_are_refused() {
        let ty = TypeSpec::Option(Box::new(TypeSpec::Bool));
        assert!(storage_key(&ty, &json!(true), &NoNames).is_err());
    }
}
