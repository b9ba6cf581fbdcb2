//! Who is a party to a question, an answer, an event: the accounts that its bytes name, by the spec.
//!
//! Arguments are chosen by who asks, so that only a plain address among them counts: one that may be
//! left out is a cursor, and a list is a question about all that are in it. Nothing counts that names
//! somebody else beside the account in a list or map: the rest of the list is theirs.

use super::decode;
use super::error::CodecError;
use super::reader::Reader;
use super::storage;
use std::cell::Cell;
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
    whole(arguments, |reader| fields(&function.input, reader, &Look::of(account, true)))
}

/// Whether an event's data name `account`.
pub fn fields_name(of: &[FieldSpec], data: &[u8], account: &Address) -> Result<bool, CodecError> {
    whole(data, |reader| fields(of, reader, &Look::of(account, false)))
}

/// Whether an answer names `account`; one that is a list does when every element does.
pub fn value_names(ty: &TypeSpec, bytes: &[u8], account: &Address) -> Result<bool, CodecError> {
    whole(bytes, |reader| value(ty, reader, &Look::of(account, false)))
}

/// Of an answer that is a list, the elements that name `account`, as a list; `None` for other answers.
pub fn elements_naming(
    ty: &TypeSpec,
    bytes: &[u8],
    account: &Address,
) -> Result<Option<Vec<u8>>, CodecError> {
    let inner = match ty {
        TypeSpec::Named(_, inner) => return elements_naming(inner, bytes, account),
        TypeSpec::List(inner) if **inner != TypeSpec::Unsigned(8) => inner,
        _ => return Ok(None),
    };
    let mut reader = Reader::new(bytes);
    let (mut count, mut kept) = (0_u32, Vec::new());
    for _ in 0..reader.length()? {
        let start = reader.offset();
        let names = value(inner, &mut reader, &Look::of(account, false))?;
        if reader.offset() == start {
            return Err(CodecError::malformed("elements that take bytes", "one that takes none"));
        }
        if names {
            count = count.saturating_add(1);
            kept.extend_from_slice(reader.since(start));
        }
    }
    reader.end()?;
    Ok(Some([&count.to_le_bytes()[..], &kept].concat()))
}

/// Whether what a contract returns to a caller is for `account` to read: it names the account, or
/// nobody.
pub fn is_said_to(ty: &TypeSpec, bytes: &[u8], account: &Address) -> Result<bool, CodecError> {
    let look = Look::of(account, false);
    Ok(whole(bytes, |reader| value(ty, reader, &look))? || !look.others.get())
}

/// The same of the fields of a refusal.
pub fn are_said_to(of: &[FieldSpec], data: &[u8], account: &Address) -> Result<bool, CodecError> {
    let look = Look::of(account, false);
    Ok(whole(data, |reader| fields(of, reader, &look))? || !look.others.get())
}

/// Whether a key of a contract's storage names `account`.
pub fn key_names(
    namespace: &StorageSpec,
    key: &[u8],
    account: &Address,
) -> Result<bool, CodecError> {
    let borsh = storage::key_borsh(&namespace.key, key)?;
    whole(&borsh, |reader| value(&namespace.key, reader, &Look::of(account, true)))
}

/// Whom to look for, whether the one who asks chose the bytes, and whether others were met.
struct Look<'a> {
    account: &'a Address,
    given: bool,
    others: Cell<bool>,
}

impl<'a> Look<'a> {
    fn of(account: &'a Address, given: bool) -> Self {
        Self { account, given, others: Cell::new(false) }
    }
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

fn fields(of: &[FieldSpec], reader: &mut Reader<'_>, look: &Look<'_>) -> Result<bool, CodecError> {
    any(of.iter().map(|field| &field.ty), reader, look)
}

/// One of them is enough; all are read.
fn any<'t>(
    types: impl Iterator<Item = &'t TypeSpec>,
    reader: &mut Reader<'_>,
    look: &Look<'_>,
) -> Result<bool, CodecError> {
    let mut found = false;
    for ty in types {
        found |= value(ty, reader, look)?;
    }
    Ok(found)
}

fn value(ty: &TypeSpec, reader: &mut Reader<'_>, look: &Look<'_>) -> Result<bool, CodecError> {
    match ty {
        TypeSpec::Named(name, inner) if name == "address" => {
            let start = reader.offset();
            decode::value(inner, reader)?;
            let is_account = reader.since(start) == look.account.0;
            look.others.set(look.others.get() || !is_account);
            Ok(is_account)
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
        // Others' entries would come with it: no entry of a map makes it somebody's, and whom its entries
        // name is met.
        TypeSpec::Map(key, of) => {
            for _ in 0..reader.length()? {
                let before = reader.offset();
                value(key, reader, look)?;
                value(of, reader, look)?;
                if reader.offset() == before {
                    let expected = "entries that take bytes";
                    return Err(CodecError::malformed(expected, "one that takes none"));
                }
            }
            Ok(false)
        }
        // The decoder knows their bounds; none of them is about one account.
        _ => decode::value(ty, reader).map(|_| false),
    }
}

fn every(inner: &TypeSpec, reader: &mut Reader<'_>, look: &Look<'_>) -> Result<bool, CodecError> {
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
    fn of_a_list_the_elements_that_name_the_account_are_kept() {
        let element = TypeSpec::Tuple(vec![TypeSpec::Unsigned(16), maybe()]);
        let list = TypeSpec::Named("page".into(), Box::new(TypeSpec::List(Box::new(element))));
        let encode = |of: &[(u16, Option<Address>)]| borsh::to_vec(of).expect("encodes");
        let all = encode(&[(1, Some(ME)), (2, Some(OTHER)), (3, None), (4, Some(ME))]);
        let kept = encode(&[(1, Some(ME)), (4, Some(ME))]);
        assert_eq!(elements_naming(&list, &all, &ME), Ok(Some(kept)));
        assert_eq!(elements_naming(&list, &all, &Address([9; 32])), Ok(Some(encode(&[]))));
        assert_eq!(elements_naming(&list, &encode(&[]), &ME), Ok(Some(encode(&[]))));
        assert_eq!(elements_naming(&maybe(), &[0], &ME), Ok(None));
        assert!(elements_naming(&list, &all[..all.len() - 1], &ME).is_err());
        let units = TypeSpec::List(Box::new(TypeSpec::Unit));
        assert!(elements_naming(&units, &[255; 4], &ME).is_err());
    }

    #[test]
    fn what_is_said_to_a_caller_names_it_or_nobody() {
        let said = |ty: &TypeSpec, bytes: Vec<u8>| is_said_to(ty, &bytes, &ME).ok();
        assert_eq!(said(&TypeSpec::Unsigned(16), vec![1, 2]), Some(true));
        let both = TypeSpec::Tuple(vec![address(), address()]);
        assert_eq!(said(&both, borsh::to_vec(&(OTHER, ME)).expect("encodes")), Some(true));
        assert_eq!(said(&both, borsh::to_vec(&(OTHER, OTHER)).expect("encodes")), Some(false));
        assert_eq!(said(&list(), borsh::to_vec(&vec![ME, OTHER]).expect("encodes")), Some(false));
        assert_eq!(said(&list(), vec![0; 4]), Some(true), "nobody is named");
        assert_eq!(said(&address(), vec![0]), None);
        let fields = function(vec![address(), TypeSpec::Unsigned(8)]).input;
        assert_eq!(are_said_to(&fields, &[&ME.0[..], &[1]].concat(), &ME), Ok(true));
        assert_eq!(are_said_to(&fields, &[&OTHER.0[..], &[1]].concat(), &ME), Ok(false));
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
