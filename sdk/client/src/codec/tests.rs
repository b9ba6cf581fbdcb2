use super::error::CodecErrorKind as Kind;
use super::*;
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use tenor_abi::spec::declare::Readers;
use tenor_abi::spec::{EnumSpec, FieldSpec, FunctionSpec, StructSpec, VariantSpec};
use tenor_primitives::{Amount, Hash, Timestamp};

fn named(name: &str, inner: TypeSpec) -> TypeSpec {
    TypeSpec::Named(name.into(), Box::new(inner))
}

fn field(name: &str, ty: TypeSpec) -> FieldSpec {
    FieldSpec { name: name.into(), doc: format!("The {name}."), ty }
}

fn amount() -> TypeSpec {
    named("amount", TypeSpec::Unsigned(128))
}

fn address() -> TypeSpec {
    named("address", TypeSpec::Bytes(32))
}

fn transfer() -> FunctionSpec {
    let terms = StructSpec {
        name: "Terms".into(),
        fields: vec![field("days", TypeSpec::Unsigned(8)), field("note", TypeSpec::Text)],
    };
    FunctionSpec {
        name: "transfer".into(),
        doc: "Moves.".into(),
        input: vec![
            field("to", address()),
            field("amount", amount()),
            field("urgent", TypeSpec::Option(Box::new(TypeSpec::Bool))),
            field("tags", TypeSpec::List(Box::new(TypeSpec::Text))),
            field("terms", TypeSpec::Option(Box::new(TypeSpec::Struct(terms)))),
        ],
        output: TypeSpec::Unit,
        readers: Readers::PARTIES,
    }
}

fn choice() -> TypeSpec {
    let variant =
        |name: &str, fields| VariantSpec { name: name.into(), doc: String::new(), fields };
    TypeSpec::Enum(EnumSpec {
        name: "Choice".into(),
        variants: vec![
            variant("Plain", vec![]),
            variant("Wrapped", vec![field("0", amount())]),
            variant("Pair", vec![field("0", TypeSpec::Bool), field("1", TypeSpec::Text)]),
            variant("Named", vec![field("at", named("timestamp", TypeSpec::Unsigned(64)))]),
        ],
    })
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

#[track_caller]
fn same(ty: &TypeSpec, json: Value, bytes: Vec<u8>) {
    assert_eq!(encode(ty, &json, &NoNames), Ok(bytes.clone()), "{json}");
    assert_eq!(decode(ty, &bytes), Ok(json));
}

#[track_caller]
fn refused(ty: &TypeSpec, json: Value, kind: Kind) {
    let error = encode(ty, &json, &NoNames).expect_err("must be refused");
    assert_eq!(error.kind, kind, "{error}");
}

#[test]
fn each_form_is_what_borsh_writes() {
    let borsh = |value: &dyn Fn() -> Vec<u8>| value();
    same(&TypeSpec::Unit, json!(null), vec![]);
    same(&TypeSpec::Unsigned(32), json!(7), borsh(&|| 7u32.to_le_bytes().into()));
    same(&TypeSpec::Unsigned(64), json!("7"), borsh(&|| 7u64.to_le_bytes().into()));
    same(&TypeSpec::Signed(16), json!(-2), borsh(&|| (-2i16).to_le_bytes().into()));
    let min = i128::MIN;
    same(&TypeSpec::Signed(128), json!(min.to_string()), min.to_le_bytes().into());
    same(&amount(), json!("125000"), borsh(&|| borsh::to_vec(&Amount(125_000)).expect("encodes")));
    same(&TypeSpec::Text, json!("é"), borsh(&|| borsh::to_vec("é").expect("encodes")));
    let bytes = TypeSpec::List(Box::new(TypeSpec::Unsigned(8)));
    same(&bytes, json!("0xff00"), borsh::to_vec(&vec![255u8, 0]).expect("encodes"));
    same(&TypeSpec::Bytes(2), json!("0xff00"), vec![255, 0]);
    let instant = Timestamp::from_unix_ms(1_769_860_800_250);
    let timestamp = named("timestamp", TypeSpec::Unsigned(64));
    same(&timestamp, json!("2026-01-31T12:00:00.25Z"), borsh::to_vec(&instant).expect("encodes"));
    let date = named("date", TypeSpec::Signed(32));
    same(&date, json!("1970-01-02"), vec![1, 0, 0, 0]);
    let isin = named("isin", TypeSpec::Bytes(12));
    same(&isin, json!("SGXF10000002"), b"SGXF10000002".to_vec());
    let hash = named("hash", TypeSpec::Bytes(32));
    same(&hash, json!(Hash([7; 32]).to_string()), vec![7; 32]);
}

#[test]
fn options_and_options_of_options() {
    let once = TypeSpec::Option(Box::new(TypeSpec::Unsigned(8)));
    same(&once, json!(null), vec![0]);
    same(&once, json!(3), vec![1, 3]);
    let twice = TypeSpec::Option(Box::new(once));
    same(&twice, json!([]), vec![0]);
    same(&twice, json!([null]), vec![1, 0]);
    same(&twice, json!([3]), vec![1, 1, 3]);
}

#[test]
fn enums_by_name_with_and_without_content() {
    let ty = choice();
    same(&ty, json!("Plain"), vec![0]);
    same(&ty, json!({"Wrapped": "5"}), [&[1u8][..], &5u128.to_le_bytes()].concat());
    same(&ty, json!({"Pair": [true, "x"]}), vec![2, 1, 1, 0, 0, 0, b'x']);
    same(&ty, json!({"Named": {"at": "1970-01-01T00:00:00Z"}}), [&[3u8][..], &[0; 8]].concat());
    refused(&ty, json!("plain"), Kind::UnknownVariant);
    refused(&ty, json!({"Plain": {}, "Pair": []}), Kind::WrongType);
    refused(&ty, json!({"Pair": [true]}), Kind::WrongType);
    refused(&ty, json!("Named"), Kind::MissingField);
    assert!(decode(&ty, &[4]).is_err());
}

#[test]
fn maps_sort_by_value_and_refuse_a_key_twice() {
    let ty = TypeSpec::Map(Box::new(TypeSpec::Unsigned(16)), Box::new(TypeSpec::Bool));
    let map = BTreeMap::from([(1u16, true), (256, false)]);
    let bytes = borsh::to_vec(&map).expect("encodes");
    assert_eq!(encode(&ty, &json!([[256, false], [1, true]]), &NoNames), Ok(bytes.clone()));
    assert_eq!(decode(&ty, &bytes), Ok(json!([[1, true], [256, false]])));
    refused(&ty, json!([[1, true], ["1", true]]), Kind::DuplicateKey);
    let texts = TypeSpec::Map(Box::new(TypeSpec::Text), Box::new(TypeSpec::Unsigned(8)));
    let map = BTreeMap::from([("a", 1u8), ("b", 2)]);
    same(&texts, json!({"a": 1, "b": 2}), borsh::to_vec(&map).expect("encodes"));
    let unsorted = borsh::to_vec(&vec![("b", 2u8), ("a", 1)]).expect("encodes");
    assert!(decode(&texts, &unsorted).is_err());
}

#[test]
fn mistakes_are_named_with_their_place() {
    let function = transfer();
    let try_with = |json: Value| {
        encode_call(&[transfer()], "transfer", &json, &NoNames).expect_err("must be refused")
    };
    let whole = json!({"to": "system", "amount": "1", "tags": []});
    assert!(encode_fields(&function.input, &whole, &NoNames).is_ok());
    let missing = try_with(json!({"to": "system", "tags": []}));
    assert_eq!((missing.kind, missing.path.as_str()), (Kind::MissingField, "amount"));
    let unknown = try_with(json!({"to": "system", "amount": "1", "tags": [], "too": 1}));
    assert_eq!(unknown.kind, Kind::UnknownField);
    let typed = try_with(json!({"to": "system", "amount": "1", "tags": ["a", 2]}));
    assert_eq!(typed.to_string(), "tags[1]: expected a text, got the number 2");
    let alias = try_with(json!({"to": "alcie", "amount": "1", "tags": []}));
    assert_eq!((alias.kind, alias.path.as_str()), (Kind::UnknownAlias, "to"));
    let deep =
        json!({"to": "system", "amount": "1", "tags": [], "terms": {"days": 256, "note": ""}});
    let deep = try_with(deep);
    assert_eq!((deep.kind, deep.path.as_str()), (Kind::OutOfRange, "terms.days"));
    let other = encode_call(&[transfer()], "transfr", &json!({}), &NoNames);
    assert_eq!(other.expect_err("unknown").kind, Kind::UnknownFunction);
}

#[test]
fn numbers_are_exact_or_refused() {
    let u64_type = TypeSpec::Unsigned(64);
    assert_eq!(
        encode(&u64_type, &json!(1u64 << 53), &NoNames),
        Ok((1u64 << 53).to_le_bytes().into())
    );
    refused(&u64_type, json!((1u64 << 53) + 1), Kind::OutOfRange);
    refused(&u64_type, json!(1.5), Kind::WrongType);
    refused(&u64_type, json!("18446744073709551616"), Kind::OutOfRange);
    refused(&u64_type, json!("+1"), Kind::WrongForm);
    refused(&u64_type, json!(""), Kind::WrongForm);
    refused(&TypeSpec::Unsigned(8), json!(-1), Kind::WrongForm);
    refused(&TypeSpec::Signed(8), json!(128), Kind::OutOfRange);
    refused(&amount(), json!("1.5"), Kind::WrongForm);
    refused(&named("date", TypeSpec::Signed(32)), json!("2026-02-30"), Kind::WrongForm);
    refused(&named("isin", TypeSpec::Bytes(12)), json!("SGXF10000003"), Kind::WrongForm);
}

#[test]
fn a_name_over_another_encoding_is_shown_as_its_inner_type() {
    let odd = named("address", TypeSpec::Unsigned(8));
    same(&odd, json!(9), vec![9]);
    same(&named("anything", TypeSpec::Text), json!("x"), vec![1, 0, 0, 0, b'x']);
}

#[test]
fn aliases_stand_for_addresses() {
    let alice = Address([9; 32]);
    let names = |name: &str| (name == "alice").then_some(alice);
    assert_eq!(encode(&address(), &json!("alice"), &names), Ok(vec![9; 32]));
    assert_eq!(encode(&address(), &json!(alice.to_string()), &names), Ok(vec![9; 32]));
}

#[test]
fn flags_become_arguments() {
    let fields = transfer().input;
    let line = "--to system --amount=5 --urgent --tags a,b --tags c --terms.days 3 --terms.note hi";
    let json = arguments_from_flags(&fields, &words(line)).expect("valid");
    assert_eq!(
        json,
        json!({"to": "system", "amount": "5", "urgent": true, "tags": ["a", "b", "c"],
               "terms": {"days": "3", "note": "hi"}})
    );
    assert!(encode_fields(&fields, &json, &NoNames).is_ok());
    let bad = |line| arguments_from_flags(&fields, &words(line)).expect_err("must be refused");
    assert!(matches!(bad("--tto x"), FlagError::Unknown { .. }));
    assert!(matches!(bad("to x"), FlagError::NotAFlag { .. }));
    assert!(matches!(bad("--to"), FlagError::NoValue { .. }));
    assert!(matches!(bad("--to a --to b"), FlagError::Twice { .. }));
    assert!(matches!(bad("--terms {x"), FlagError::Json { .. }));
}

#[test]
fn help_names_every_flag_and_type() {
    let text = function_help(&transfer(), false);
    for needle in ["--to", "--amount", "list of text", "Terms:", "days", "The amount."] {
        assert!(text.contains(needle), "{needle} in {text}");
    }
}

#[test]
fn counts_without_bytes_are_refused() {
    let list = TypeSpec::List(Box::new(TypeSpec::Unit));
    assert!(decode(&list, &[255, 255, 255, 255]).is_err());
    let texts = TypeSpec::List(Box::new(TypeSpec::Text));
    assert!(decode(&texts, &[255, 255, 255, 255, 0]).is_err());
}

proptest! {
    #[test]
    fn any_bytes_decode_to_what_encodes_to_them(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let input = transfer().input;
        if let Ok(json) = decode_fields(&input, &bytes) {
            prop_assert_eq!(encode_fields(&input, &json, &NoNames), Ok(bytes));
        }
    }

    #[test]
    fn any_arguments_come_back(
        to in any::<[u8; 32]>(), amount in any::<u128>(), urgent in any::<Option<bool>>(),
        tags in prop::collection::vec(".{0,8}", 0..4), days in any::<u8>(),
    ) {
        let json = json!({
            "to": Address(to).to_string(), "amount": amount.to_string(), "urgent": urgent,
            "tags": tags, "terms": {"days": days, "note": ""},
        });
        let input = transfer().input;
        let bytes = encode_fields(&input, &json, &NoNames).expect("valid");
        prop_assert_eq!(decode_fields(&input, &bytes), Ok(json));
    }
}
