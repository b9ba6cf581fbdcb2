//! Borsh to JSON.

use super::aggregate::{Shape, is_nullable, shape};
use super::error::CodecError;
use super::reader::Reader;
use super::{named, number, order};
use serde_json::{Map, Value};
use tenor_abi::spec::{EnumSpec, FieldSpec, TypeSpec};

type Decoded = Result<Value, CodecError>;

pub(super) fn value(ty: &TypeSpec, reader: &mut Reader<'_>) -> Decoded {
    Ok(match ty {
        TypeSpec::Unit => Value::Null,
        TypeSpec::Bool => reader.flag()?.into(),
        TypeSpec::Unsigned(bits) => number::unsigned_json(*bits, reader.unsigned(*bits)?),
        TypeSpec::Signed(bits) => number::signed_json(*bits, reader.signed(*bits)?),
        TypeSpec::Text => reader.text()?.into(),
        TypeSpec::Bytes(count) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            to_hex(reader.take(count)?)
        }
        TypeSpec::Option(inner) => option(inner, reader)?,
        TypeSpec::List(inner) if **inner == TypeSpec::Unsigned(8) => {
            let count = reader.length()?;
            to_hex(reader.take(count)?)
        }
        TypeSpec::List(inner) => elements(reader, |reader| value(inner, reader))?.into(),
        TypeSpec::Map(key, item) => map(key, item, reader)?,
        TypeSpec::Tuple(items) => {
            let values: Result<Vec<_>, _> = items.iter().map(|ty| value(ty, reader)).collect();
            values?.into()
        }
        TypeSpec::Named(name, inner) => match named::form(name, inner) {
            Some(form) => form.decode(reader)?,
            None => value(inner, reader)?,
        },
        TypeSpec::Struct(of) => fields(&of.fields, reader)?,
        TypeSpec::Enum(of) => enumeration(of, reader)?,
    })
}

/// The fields of a struct, a variant, an event or a message.
pub(super) fn fields(of: &[FieldSpec], reader: &mut Reader<'_>) -> Decoded {
    match shape(of) {
        Shape::Single(field) => value(&field.ty, reader),
        Shape::Positional => {
            let values: Result<Vec<_>, _> =
                of.iter().map(|field| value(&field.ty, reader)).collect();
            Ok(values?.into())
        }
        Shape::Named => {
            let mut object = Map::new();
            for field in of {
                let value = value(&field.ty, reader).map_err(|e| e.within(&field.name))?;
                object.insert(field.name.clone(), value);
            }
            Ok(object.into())
        }
    }
}

fn option(inner: &TypeSpec, reader: &mut Reader<'_>) -> Decoded {
    let some = if reader.flag()? { Some(value(inner, reader)?) } else { None };
    Ok(if is_nullable(inner) {
        some.into_iter().collect::<Vec<_>>().into()
    } else {
        some.unwrap_or(Value::Null)
    })
}

/// So many elements as the count says. Each must take bytes: a count alone allocates nothing.
fn elements<T>(
    reader: &mut Reader<'_>,
    mut element: impl FnMut(&mut Reader<'_>) -> Result<T, CodecError>,
) -> Result<Vec<T>, CodecError> {
    let count = reader.length()?;
    let mut list = Vec::new();
    for place in 0..count {
        let before = reader.offset();
        list.push(element(reader).map_err(|e| e.within(format_args!("[{place}]")))?);
        if reader.offset() == before {
            let got = format!("{count} elements of no bytes");
            return Err(CodecError::malformed("elements that have bytes", got));
        }
    }
    Ok(list)
}

fn map(key: &TypeSpec, item: &TypeSpec, reader: &mut Reader<'_>) -> Decoded {
    let mut last = None;
    let entries = elements(reader, |reader| {
        let start = reader.offset();
        let decoded = value(key, reader)?;
        let sort_key = order::sort_key(key, reader.since(start))?;
        if last.as_ref().is_some_and(|last| *last >= sort_key) {
            return Err(CodecError::malformed("keys in ascending order", decoded.to_string()));
        }
        last = Some(sort_key);
        Ok((decoded, value(item, reader)?))
    })?;
    let is_object = entries.iter().all(|(key, _)| key.is_string());
    Ok(if is_object {
        let texts = entries.into_iter().map(|(key, item)| match key {
            Value::String(text) => (text, item),
            other => (other.to_string(), item),
        });
        Value::Object(texts.collect())
    } else {
        entries.into_iter().map(|(key, item)| Value::Array(vec![key, item])).collect()
    })
}

fn enumeration(of: &EnumSpec, reader: &mut Reader<'_>) -> Decoded {
    let tag = reader.byte()?;
    let variant = of.variants.get(usize::from(tag)).ok_or_else(|| {
        let expected = format!("a tag below {} of {}", of.variants.len(), of.name);
        CodecError::malformed(expected, tag.to_string())
    })?;
    if variant.fields.is_empty() {
        return Ok(variant.name.clone().into());
    }
    let content = fields(&variant.fields, reader).map_err(|e| e.within(&variant.name))?;
    Ok(Value::Object(Map::from_iter([(variant.name.clone(), content)])))
}

fn to_hex(bytes: &[u8]) -> Value {
    format!("0x{}", hex::encode(bytes)).into()
}
