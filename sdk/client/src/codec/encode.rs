//! JSON to borsh.

use super::aggregate::{Shape, is_nullable, shape};
use super::error::{CodecError, CodecErrorKind, clipped};
use super::{Names, named, number, order};
use serde_json::{Map, Value};
use tenor_abi::Bytes;
use tenor_abi::spec::{EnumSpec, FieldSpec, TypeSpec};

pub(super) struct Encoder<'a> {
    pub(super) names: &'a dyn Names,
    pub(super) out: &'a mut Bytes,
}

type Encoded = Result<(), CodecError>;

impl Encoder<'_> {
    pub(super) fn value(&mut self, ty: &TypeSpec, value: &Value) -> Encoded {
        match ty {
            TypeSpec::Unit => match value {
                Value::Null => Ok(()),
                other => Err(CodecError::wrong_type("null", other)),
            },
            TypeSpec::Bool => {
                let flag = value
                    .as_bool()
                    .ok_or_else(|| CodecError::wrong_type("true or false", value))?;
                self.put(&[u8::from(flag)])
            }
            TypeSpec::Unsigned(bits) => self.put(&number::unsigned(*bits, value)?),
            TypeSpec::Signed(bits) => self.put(&number::signed(*bits, value)?),
            TypeSpec::Text => self.text(value),
            TypeSpec::Bytes(count) => self.bytes_exact(*count, value),
            TypeSpec::Option(inner) => self.option(inner, value),
            TypeSpec::List(inner) if **inner == TypeSpec::Unsigned(8) => self.byte_list(value),
            TypeSpec::List(inner) => self.list(inner, value),
            TypeSpec::Map(key, item) => self.map(key, item, value),
            TypeSpec::Tuple(items) => self.tuple(items, value),
            TypeSpec::Named(name, inner) => self.named(name, inner, value),
            TypeSpec::Struct(of) => self.fields(&of.fields, value),
            TypeSpec::Enum(of) => self.enumeration(of, value),
        }
    }

    /// The fields of a struct, a variant or a message.
    pub(super) fn fields(&mut self, fields: &[FieldSpec], value: &Value) -> Encoded {
        match shape(fields) {
            Shape::Single(field) => self.value(&field.ty, value),
            Shape::Positional => {
                let list = value.as_array().filter(|list| list.len() == fields.len());
                let list = list.ok_or_else(|| {
                    CodecError::wrong_type(format!("a list of {} values", fields.len()), value)
                })?;
                fields.iter().zip(list).enumerate().try_for_each(|(i, (field, value))| {
                    self.value(&field.ty, value).map_err(|e| e.within(format_args!("[{i}]")))
                })
            }
            Shape::Named => self.object(fields, value),
        }
    }

    fn object(&mut self, fields: &[FieldSpec], value: &Value) -> Encoded {
        let object = match value {
            Value::Object(object) => object,
            other => return Err(CodecError::wrong_type(expected_fields(fields), other)),
        };
        if let Some(unknown) = object.keys().find(|key| fields.iter().all(|f| f.name != **key)) {
            let kind = CodecErrorKind::UnknownField;
            return Err(CodecError::new(
                kind,
                expected_fields(fields),
                format!("a field {unknown:?}"),
            ));
        }
        fields.iter().try_for_each(|field| {
            let value = given(object, field).ok_or_else(|| {
                let expected = super::type_name(&field.ty);
                CodecError::new(CodecErrorKind::MissingField, expected, "nothing")
            });
            value.and_then(|value| self.value(&field.ty, value)).map_err(|e| e.within(&field.name))
        })
    }

    fn put(&mut self, bytes: &[u8]) -> Encoded {
        self.out.extend_from_slice(bytes);
        Ok(())
    }

    fn length(&mut self, length: usize) -> Encoded {
        let length = u32::try_from(length).map_err(|_| {
            let expected = "at most 4,294,967,295 elements";
            CodecError::new(CodecErrorKind::OutOfRange, expected, length.to_string())
        })?;
        self.put(&length.to_le_bytes())
    }

    fn text(&mut self, value: &Value) -> Encoded {
        let text = value.as_str().ok_or_else(|| CodecError::wrong_type("a text", value))?;
        self.length(text.len())?;
        self.put(text.as_bytes())
    }

    fn bytes_exact(&mut self, count: u32, value: &Value) -> Encoded {
        let expected = || format!("{count} bytes as {} hex digits", u64::from(count) * 2);
        let bytes = from_hex(value, &expected)?;
        if u32::try_from(bytes.len()) != Ok(count) {
            let got = format!("{} bytes", bytes.len());
            return Err(CodecError::new(CodecErrorKind::WrongForm, expected(), got));
        }
        self.put(&bytes)
    }

    fn byte_list(&mut self, value: &Value) -> Encoded {
        let bytes = from_hex(value, &|| "bytes as hex digits".into())?;
        self.length(bytes.len())?;
        self.put(&bytes)
    }

    fn option(&mut self, inner: &TypeSpec, value: &Value) -> Encoded {
        let some = if is_nullable(inner) {
            match value {
                Value::Array(list) if list.is_empty() => None,
                Value::Array(list) if list.len() == 1 => Some(&list[0]),
                Value::Null => None,
                other => return Err(CodecError::wrong_type("a list of none or one value", other)),
            }
        } else {
            Some(value).filter(|value| !value.is_null())
        };
        match some {
            None => self.put(&[0]),
            Some(value) => {
                self.put(&[1])?;
                self.value(inner, value)
            }
        }
    }

    fn list(&mut self, inner: &TypeSpec, value: &Value) -> Encoded {
        let expected = || format!("a list of {}", super::type_name(inner));
        let list = value.as_array().ok_or_else(|| CodecError::wrong_type(expected(), value))?;
        self.length(list.len())?;
        list.iter().enumerate().try_for_each(|(i, value)| {
            self.value(inner, value).map_err(|e| e.within(format_args!("[{i}]")))
        })
    }

    fn tuple(&mut self, items: &[TypeSpec], value: &Value) -> Encoded {
        let list = value.as_array().filter(|list| list.len() == items.len());
        let expected = || format!("a list of {} values", items.len());
        let list = list.ok_or_else(|| CodecError::wrong_type(expected(), value))?;
        items.iter().zip(list).enumerate().try_for_each(|(i, (ty, value))| {
            self.value(ty, value).map_err(|e| e.within(format_args!("[{i}]")))
        })
    }

    /// Entries in the order the chain demands, whatever order the JSON has.
    fn map(&mut self, key: &TypeSpec, item: &TypeSpec, value: &Value) -> Encoded {
        let mut entries = Vec::new();
        for (place, pair) in pairs(value)?.into_iter().enumerate() {
            let at = |e: CodecError| e.within(format_args!("[{place}]"));
            let encoded_key = super::encode(key, &pair.0, self.names).map_err(at)?;
            let encoded_item = super::encode(item, &pair.1, self.names).map_err(at)?;
            entries.push((order::sort_key(key, &encoded_key)?, encoded_key, encoded_item));
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        if let Some(twice) = entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let got = format!("0x{} twice", hex::encode(&twice[0].1));
            return Err(CodecError::new(CodecErrorKind::DuplicateKey, "each key once", got));
        }
        self.length(entries.len())?;
        entries.iter().try_for_each(|(_, key, item)| {
            self.put(key)?;
            self.put(item)
        })
    }

    fn named(&mut self, name: &str, inner: &TypeSpec, value: &Value) -> Encoded {
        let Some(form) = named::form(name, inner) else { return self.value(inner, value) };
        let alias = value.as_str().filter(|_| name == "address");
        if let Some(address) = alias.and_then(|alias| self.names.address_of(alias)) {
            return self.put(address.as_ref());
        }
        self.put(&form.encode(value)?)
    }

    fn enumeration(&mut self, of: &EnumSpec, value: &Value) -> Encoded {
        let (name, content) = match value {
            Value::String(name) => (name, None),
            Value::Object(object) if object.len() == 1 => {
                let (name, content) = object.iter().next().expect("one entry was counted");
                (name, Some(content))
            }
            other => return Err(CodecError::wrong_type(expected_variants(of), other)),
        };
        let position = of.variants.iter().position(|variant| variant.name == *name);
        let tag = position.and_then(|position| u8::try_from(position).ok()).ok_or_else(|| {
            let kind = CodecErrorKind::UnknownVariant;
            CodecError::new(kind, expected_variants(of), format!("{:?}", clipped(name)))
        })?;
        self.put(&[tag])?;
        let fields = &of.variants[usize::from(tag)].fields;
        match content {
            None if fields.is_empty() => Ok(()),
            None => self.fields(fields, &Value::Object(Map::new())).map_err(|e| e.within(name)),
            Some(content) => self.fields(fields, content).map_err(|e| e.within(name)),
        }
    }
}

/// The field's value; a missing option is none.
fn given<'v>(object: &'v Map<String, Value>, field: &FieldSpec) -> Option<&'v Value> {
    let is_optional = matches!(field.ty, TypeSpec::Option(_) | TypeSpec::Unit);
    object.get(&field.name).or_else(|| is_optional.then_some(&Value::Null))
}

fn expected_fields(fields: &[FieldSpec]) -> String {
    if fields.is_empty() {
        return "an object without fields".into();
    }
    let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
    format!("an object with {}", names.join(", "))
}

fn expected_variants(of: &EnumSpec) -> String {
    let names: Vec<_> = of.variants.iter().map(|variant| variant.name.as_str()).collect();
    format!("one of {}", names.join(", "))
}

fn from_hex(value: &Value, expected: &dyn Fn() -> String) -> Result<Vec<u8>, CodecError> {
    let text = value.as_str().ok_or_else(|| CodecError::wrong_type(expected(), value))?;
    hex::decode(text.strip_prefix("0x").unwrap_or(text)).map_err(|_| {
        CodecError::new(CodecErrorKind::WrongForm, expected(), format!("{:?}", clipped(text)))
    })
}

/// A map's entries from an object or from a list of pairs.
fn pairs(value: &Value) -> Result<Vec<(Value, Value)>, CodecError> {
    let expected = "an object, or a list of [key, value] pairs";
    match value {
        Value::Object(object) => {
            Ok(object.iter().map(|(k, v)| (Value::String(k.clone()), v.clone())).collect())
        }
        Value::Array(list) => list
            .iter()
            .map(|entry| match entry.as_array().map(Vec::as_slice) {
                Some([key, value]) => Ok((key.clone(), value.clone())),
                _ => Err(CodecError::wrong_type(expected, entry)),
            })
            .collect(),
        other => Err(CodecError::wrong_type(expected, other)),
    }
}
