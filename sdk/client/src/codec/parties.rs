//! Who is a party to a question, an answer, an event: the accounts that its bytes name, by the spec.
//!
//! Arguments are chosen by who asks, so that only a plain address among them counts: one that may be
//! left out is a cursor, and a list is a question about all that are in it. Nothing counts that names
//! somebody else beside the account in a list or map: the rest of the list is theirs.

use super::decode;
use super::error::CodecError;
use super::reader::Reader;
use super::storage;
use tenor_abi::spec::{FieldSpec, FunctionSpec, StorageSpec, TypeSpec};
use tenor_primitives::Address;

/// Whether the arguments of a call name `account`.
pub fn arguments_name(
    function: &FunctionSpec,
    payload: &[u8],
    account: &Address,
) -> Result<bool, CodecError> {
    let (_, arguments) =
        payload.split_first().ok_or_else(|| CodecError::malformed("a message", "no bytes"))?;
    whole(arguments, |reader| fields(&function.input, reader, Look { account, given: true }))
}

/// Whether an event's data name `account`.
pub fn fields_name(of: &[FieldSpec], data: &[u8], account: &Address) -> Result<bool, CodecError> {
    whole(data, |reader| fields(of, reader, Look { account, given: false }))
}

/// Whether an answer names `account`; one that is a list does when every element does.
pub fn value_names(ty: &TypeSpec, bytes: &[u8], account: &Address) -> Result<bool, CodecError> {
    whole(bytes, |reader| value(ty, reader, Look { account, given: false }))
}

/// Whether a key of a contract's storage names `account`.
pub fn key_names(
    namespace: &StorageSpec,
    key: &[u8],
    account: &Address,
) -> Result<bool, CodecError> {
    let borsh = storage::key_borsh(&namespace.key, key)?;
    whole(&borsh, |reader| value(&namespace.key, reader, Look { account, given: true }))
}

/// Whom to look for, and whether the one who asks chose the bytes.
#[derive(Clone, Copy)]
struct Look<'a> {
    account: &'a Address,
    given: bool,
}

fn whole(
    bytes: &[u8],
    look: impl FnOnce(&mut Reader<'_>) -> Result<bool, CodecError>,
) -> Result<bool, CodecError> {
    let mut reader = Reader::new(bytes);
    let found = look(&mut reader)?;
    reader.end()?;
    Ok(found)
}

fn fields(of: &[FieldSpec], reader: &mut Reader<'_>, look: Look<'_>) -> Result<bool, CodecError> {
    any(of.iter().map(|field| &field.ty), reader, look)
}

/// One of them is enough; all are read.
fn any<'t>(
    types: impl Iterator<Item = &'t TypeSpec>,
    reader: &mut Reader<'_>,
    look: Look<'_>,
) -> Result<bool, CodecError> {
    let mut found = false;
    for ty in types {
        found |= value(ty, reader, look)?;
    }
    Ok(found)
}

fn value(ty: &TypeSpec, reader: &mut Reader<'_>, look: Look<'_>) -> Result<bool, CodecError> {
    match ty {
        TypeSpec::Named(name, inner) if name == "address" => {
            let start = reader.offset();
            decode::value(inner, reader)?;
            Ok(reader.since(start) == look.account.0)
        }
        TypeSpec::Named(_, inner) => value(inner, reader, look),
        TypeSpec::Option(inner) => {
            let found = reader.flag()? && value(inner, reader, look)?;
            Ok(found && !look.given)
        }
        TypeSpec::List(inner) if **inner != TypeSpec::Unsigned(8) => every(inner, reader, look),
        TypeSpec::Tuple(items) => any(items.iter(), reader, look),
        TypeSpec::Struct(of) => fields(&of.fields, reader, look),
        TypeSpec::Enum(of) => {
            let tag = reader.byte()?;
            let variant = of.variants.get(usize::from(tag)).ok_or_else(|| {
                let expected = format!("a tag below {}", of.variants.len());
                CodecError::malformed(expected, tag.to_string())
            })?;
            fields(&variant.fields, reader, look)
        }
        // The decoder knows their bounds; none of them is about one account.
        _ => decode::value(ty, reader).map(|_| false),
    }
}

fn every(inner: &TypeSpec, reader: &mut Reader<'_>, look: Look<'_>) -> Result<bool, CodecError> {
    let count = reader.length()?;
    let mut all = count > 0;
    for _ in 0..count {
        let before = reader.offset();
        all &= value(inner, reader, look)?;
        if reader.offset() == before {
            return Err(CodecError::malformed("elements that take bytes", "one that takes none"));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenor_abi::spec::declare::Readers;

    const ME: Address = Address([7; 32]);
    const OTHER: Address = Address([8; 32]);

    fn address() -> TypeSpec {
        TypeSpec::Named("address".into(), Box::new(TypeSpec::Bytes(32)))
    }

    fn list() -> TypeSpec {
        TypeSpec::List(Box::new(address()))
    }

    fn maybe() -> TypeSpec {
        TypeSpec::Option(Box::new(address()))
    }

    fn function(types: Vec<TypeSpec>) -> FunctionSpec {
        let field = |(place, ty): (usize, TypeSpec)| FieldSpec {
            name: format!("f{place}"),
            doc: String::new(),
            ty,
        };
        FunctionSpec {
            name: "ask".into(),
            doc: String::new(),
            input: types.into_iter().enumerate().map(field).collect(),
            output: TypeSpec::Unit,
            readers: Readers::PARTIES,
        }
    }

    fn asked(types: Vec<TypeSpec>, arguments: &impl borsh::BorshSerialize) -> Option<bool> {
        let payload = [&[0][..], &borsh::to_vec(arguments).expect("encodes")].concat();
        arguments_name(&function(types), &payload, &ME).ok()
    }

    #[test]
    fn of_arguments_only_plain_addresses_count() {
        assert_eq!(asked(vec![address()], &ME), Some(true));
        assert_eq!(asked(vec![address()], &OTHER), Some(false));
        assert_eq!(asked(vec![address(), address()], &(OTHER, ME)), Some(true));
        // A cursor is no name, and a list with others in it is a question about them.
        assert_eq!(asked(vec![address(), maybe()], &(OTHER, Some(ME))), Some(false));
        assert_eq!(asked(vec![list()], &vec![ME, OTHER]), Some(false));
        assert_eq!(asked(vec![list()], &vec![ME, ME]), Some(true));
        assert_eq!(asked(vec![list()], &Vec::<Address>::new()), Some(false));
        // Bytes that look like an address and are none.
        assert_eq!(asked(vec![TypeSpec::Bytes(32)], &ME), Some(false));
        assert_eq!(asked(vec![address()], &(ME, 0_u8)), None, "trailing bytes");
    }

    #[test]
    fn of_answers_every_element_must_name_the_account() {
        let named = |ty: &TypeSpec, bytes: Vec<u8>| value_names(ty, &bytes, &ME).ok();
        let encode = |addresses: &[Address]| borsh::to_vec(addresses).expect("encodes");
        assert_eq!(named(&maybe(), borsh::to_vec(&Some(ME)).expect("encodes")), Some(true));
        assert_eq!(named(&maybe(), vec![0]), Some(false));
        assert_eq!(named(&list(), encode(&[ME, ME])), Some(true));
        assert_eq!(named(&list(), encode(&[ME, OTHER])), Some(false));
        assert_eq!(named(&list(), encode(&[])), Some(false));
        assert_eq!(named(&TypeSpec::List(Box::new(TypeSpec::Unit)), vec![255; 4]), None);
    }

    #[test]
    fn keys_are_read_as_storage_writes_them() {
        let namespace = |key: TypeSpec| StorageSpec {
            namespace: 1,
            name: "held".into(),
            kind: "map".into(),
            key,
            value: TypeSpec::Unit,
        };
        let pair = TypeSpec::Tuple(vec![TypeSpec::Unsigned(16), address()]);
        let key = [&[0, 9][..], &ME.0].concat();
        assert_eq!(key_names(&namespace(pair.clone()), &key, &ME), Ok(true));
        assert_eq!(key_names(&namespace(pair), &key, &OTHER), Ok(false));
        assert_eq!(key_names(&namespace(TypeSpec::Bytes(32)), &ME.0, &ME), Ok(false));
    }
}
