//! Command-line flags to the JSON that the codec takes, and nothing more: the codec judges it.
//!
//! `--to alice --amount 100`, `--party.name "A Bank"` for a field of a struct, a flag given several
//! times or with commas for a list, JSON text for anything deep. A boolean flag alone means true.

use serde_json::{Map, Value};
use tenor_abi::spec::{FieldSpec, TypeSpec};
use thiserror::Error;

use super::aggregate::{Shape, shape};
use super::type_name;

/// Flags that do not fit a function.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FlagError {
    /// Something that is no flag.
    #[error("expected a flag such as --{example}, got {got:?}")]
    NotAFlag {
        /// A flag the function has.
        example: String,
        /// What stood there.
        got: String,
    },
    /// A flag that the function does not have.
    #[error("expected one of {expected}, got --{got}")]
    Unknown {
        /// The flags it has.
        expected: String,
        /// What stood there.
        got: String,
    },
    /// A flag without its value.
    #[error("expected a value after --{flag} ({ty})")]
    NoValue {
        /// The flag.
        flag: String,
        /// What it takes.
        ty: String,
    },
    /// A flag given twice that takes one value.
    #[error("expected --{flag} once, got it twice")]
    Twice {
        /// The flag.
        flag: String,
    },
    /// Text that should be JSON.
    #[error("--{flag}: expected JSON ({ty}), got {got:?}: {error}")]
    Json {
        /// The flag.
        flag: String,
        /// What it takes.
        ty: String,
        /// What stood there.
        got: String,
        /// What the JSON reader says.
        error: String,
    },
}

/// The arguments of a function with these `fields`, from `--name value` and `--name=value` words.
pub fn arguments_from_flags(fields: &[FieldSpec], words: &[String]) -> Result<Value, FlagError> {
    let mut object = Map::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        let (name, inline) = split(fields, word)?;
        let (path, ty) = lookup(fields, &name).ok_or_else(|| unknown(fields, &name))?;
        let text = match inline {
            Some(text) => text,
            None if is_boolean(ty) && words.peek().is_none_or(|next| next.starts_with("--")) => {
                "true".into()
            }
            None => words
                .next()
                .cloned()
                .ok_or_else(|| FlagError::NoValue { flag: name.clone(), ty: type_name(ty) })?,
        };
        put(&mut object, &path, ty, &name, &text)?;
    }
    Ok(unwrapped(fields, object))
}

/// `--name` or `--name=value`; dashes in names stand for underscores.
fn split(fields: &[FieldSpec], word: &str) -> Result<(String, Option<String>), FlagError> {
    let flag = word.strip_prefix("--").ok_or_else(|| FlagError::NotAFlag {
        example: fields.first().map_or("help".into(), |field| flag_name(&field.name)),
        got: word.into(),
    })?;
    let (name, value) = match flag.split_once('=') {
        Some((name, value)) => (name, Some(value.into())),
        None => (flag, None),
    };
    Ok((name.replace('-', "_"), value))
}

/// A field's name as a flag.
pub(super) fn flag_name(field: &str) -> String {
    field.replace('_', "-")
}

/// The field that a dotted name means: its path and type.
fn lookup<'f>(fields: &'f [FieldSpec], name: &str) -> Option<(Vec<&'f str>, &'f TypeSpec)> {
    let (head, tail) = match name.split_once('.') {
        Some((head, tail)) => (head, Some(tail)),
        None => (name, None),
    };
    let field = fields.iter().find(|field| field.name == head)?;
    let Some(tail) = tail else { return Some((vec![&field.name], &field.ty)) };
    let (rest, ty) = lookup(inner_fields(&field.ty)?, tail)?;
    Some(([&[field.name.as_str()][..], &rest].concat(), ty))
}

/// The named fields of a struct, also inside an option.
fn inner_fields(ty: &TypeSpec) -> Option<&[FieldSpec]> {
    match ty {
        TypeSpec::Struct(of) if matches!(shape(&of.fields), Shape::Named) => Some(&of.fields),
        TypeSpec::Option(inner) => inner_fields(inner),
        _ => None,
    }
}

fn put(
    object: &mut Map<String, Value>,
    path: &[&str],
    ty: &TypeSpec,
    flag: &str,
    text: &str,
) -> Result<(), FlagError> {
    let (last, parents) = path.split_last().expect("a path has at least one segment");
    let mut target = object;
    for segment in parents {
        let next = target.entry(*segment).or_insert_with(|| Value::Object(Map::new()));
        target =
            next.as_object_mut().ok_or_else(|| FlagError::Twice { flag: (*segment).to_owned() })?;
    }
    let value = value(ty, flag, text)?;
    match (target.get_mut(*last), value) {
        (None, value) => {
            target.insert((*last).to_owned(), value);
            Ok(())
        }
        (Some(Value::Array(list)), Value::Array(more)) => {
            list.extend(more);
            Ok(())
        }
        (Some(_), _) => Err(FlagError::Twice { flag: flag.into() }),
    }
}

/// One word as the JSON of `ty`.
fn value(ty: &TypeSpec, flag: &str, text: &str) -> Result<Value, FlagError> {
    let plain = || Value::String(text.into());
    match ty {
        TypeSpec::Bool => Ok(match text {
            "true" => true.into(),
            "false" => false.into(),
            _ => plain(),
        }),
        TypeSpec::Option(_) if text == "null" => Ok(Value::Null),
        TypeSpec::Option(inner) => value(inner, flag, text),
        TypeSpec::Named(name, _) if name == "roles" => Ok(words(text)),
        TypeSpec::Text
        | TypeSpec::Named(..)
        | TypeSpec::Bytes(_)
        | TypeSpec::Unsigned(_)
        | TypeSpec::Signed(_) => Ok(plain()),
        TypeSpec::Enum(_) if !text.starts_with('{') => Ok(plain()),
        TypeSpec::List(inner) if **inner == TypeSpec::Unsigned(8) => Ok(plain()),
        TypeSpec::List(inner) if !text.starts_with(['[', '{']) => {
            let items = text.split(',').map(|item| value(inner, flag, item.trim()));
            items.collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        TypeSpec::List(_) if text.starts_with('{') => {
            json(ty, flag, text).map(|item| Value::Array(vec![item]))
        }
        _ => json(ty, flag, text),
    }
}

fn words(text: &str) -> Value {
    text.split(',').map(|word| Value::String(word.trim().into())).collect()
}

fn json(ty: &TypeSpec, flag: &str, text: &str) -> Result<Value, FlagError> {
    serde_json::from_str(text).map_err(|error| FlagError::Json {
        flag: flag.into(),
        ty: type_name(ty),
        got: super::error::clipped(text),
        error: error.to_string(),
    })
}

fn is_boolean(ty: &TypeSpec) -> bool {
    match ty {
        TypeSpec::Bool => true,
        TypeSpec::Option(inner) => is_boolean(inner),
        _ => false,
    }
}

/// A single unnamed field has no object around it.
fn unwrapped(fields: &[FieldSpec], mut object: Map<String, Value>) -> Value {
    match shape(fields) {
        Shape::Single(field) => object.remove(&field.name).unwrap_or(Value::Null),
        Shape::Positional => {
            fields.iter().map(|f| object.remove(&f.name).unwrap_or(Value::Null)).collect()
        }
        Shape::Named => Value::Object(object),
    }
}

fn unknown(fields: &[FieldSpec], name: &str) -> FlagError {
    let flags: Vec<_> =
        fields.iter().map(|field| format!("--{}", flag_name(&field.name))).collect();
    let expected = if flags.is_empty() { "no flags".into() } else { flags.join(", ") };
    FlagError::Unknown { expected, got: flag_name(name) }
}
