//! What the derives write, seen from a crate like the interfaces.

use borsh::{BorshDeserialize, BorshSerialize};
use tenor_abi::codec::{decode, encode};
use tenor_abi::spec::declare::{ErrorType, EventType, Functions as _, Readers};
use tenor_abi::{Bytes, Caller, ContractError as _, EventData, Failure, Malformed, Querier};
use tenor_macros::{ContractError, Event, Functions, Schema, StorageKeyPart};
use tenor_primitives::schema::{Schema as _, TypeSchema};
use tenor_primitives::{Address, Amount, StorageKeyPart as _};

/// An ISIN.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    BorshSerialize,
    BorshDeserialize,
    Schema,
    StorageKeyPart,
)]
#[schema(named = "isin")]
struct Isin([u8; 12]);

/// A side.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema, StorageKeyPart,
)]
enum Side {
    /// Gives.
    Deliver,
    Receive,
}

/// One of a list.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
struct Page<T> {
    /// What was found
    /// on this page.
    ///
    /// A second paragraph.
    items: Vec<T>,
    next: Option<(Address, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, StorageKeyPart)]
struct PositionKey {
    holder: String,
    isin: Isin,
    label: String,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
enum Shape {
    Empty,
    Pair(u8, bool),
    Named { r#type: Side },
}

#[test]
fn structs_and_enums_describe_themselves() {
    assert_eq!(Isin::SCHEMA, TypeSchema::Named("isin", &TypeSchema::Bytes(12)));
    let TypeSchema::Struct(page) = Page::<Amount>::SCHEMA else { panic!("expected a struct") };
    assert_eq!((page.name, page.fields.len()), ("Page", 2));
    assert_eq!(
        (page.fields[0].name, page.fields[0].doc),
        ("items", "What was found on this page.")
    );
    assert_eq!(page.fields[0].ty, TypeSchema::List(&Amount::SCHEMA));
    let TypeSchema::Enum(shape) = Shape::SCHEMA else { panic!("expected an enum") };
    let names: Vec<_> = shape.variants.iter().map(|variant| variant.name).collect();
    assert_eq!(names, ["Empty", "Pair", "Named"]);
    let fields = |at: usize| shape.variants[at].fields.iter().map(|field| field.name);
    assert!(fields(0).eq([""; 0]) && fields(1).eq(["0", "1"]) && fields(2).eq(["type"]));
    let TypeSchema::Enum(side) = Side::SCHEMA else { panic!("expected an enum") };
    assert_eq!((side.variants[0].doc, side.variants[1].doc), ("Gives.", ""));
}

#[test]
fn keys_are_their_fields_in_order() {
    let key = |holder: &str, label: &str| PositionKey {
        holder: holder.into(),
        isin: Isin(*b"US0378331005"),
        label: label.into(),
    };
    let ordered = [key("", "b"), key("a", ""), key("a", "a"), key("a\0", ""), key("ab", "")];
    assert!(ordered.is_sorted());
    let encoded: Vec<_> = ordered.iter().map(PositionKey::to_key).collect();
    assert!(encoded.is_sorted());
    for (key, bytes) in ordered.iter().zip(&encoded) {
        assert_eq!(PositionKey::from_key(bytes).as_ref(), Some(key));
    }
    assert_eq!(encoded[2], *b"a\x00\x01US0378331005a");
    assert_eq!((Side::Receive.to_key(), Side::from_key(&[2])), (vec![1], None));
}

/// What can be done.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = DeskClient)]
enum ExecuteMsg {
    /// Moves units.
    MoveUnits {
        to: Address,
        amount: Amount,
    },
    /// Opens an order.
    #[returns(u64)]
    #[readers(public)]
    Open {
        isin: Isin,
    },
    Close,
}

#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = DeskQueries)]
enum QueryMsg {
    #[returns(Page<Amount>)]
    #[readers(parties, regulator)]
    List { limit: u32 },
}

#[test]
fn variants_are_functions() {
    let names: Vec<_> = ExecuteMsg::FUNCTIONS.iter().map(|function| function.name).collect();
    assert_eq!(names, ["move_units", "open", "close"]);
    let [move_units, open, close] = ExecuteMsg::FUNCTIONS else { panic!("expected three") };
    assert_eq!((move_units.doc, move_units.input[1].name), ("Moves units.", "amount"));
    assert_eq!((move_units.output, move_units.readers), (TypeSchema::Unit, Readers::PARTIES));
    assert_eq!((open.output, open.readers), (TypeSchema::Unsigned(64), Readers::PUBLIC));
    assert!(close.input.is_empty());
    assert_eq!(QueryMsg::FUNCTIONS[0].readers, Readers::PARTIES.with(Readers::REGULATOR));
    assert_eq!(QueryMsg::FUNCTIONS[0].output, Page::<Amount>::SCHEMA);
}

/// Answers with fixed bytes and remembers what it carried.
#[derive(Default)]
struct Fixed {
    answer: Bytes,
    carried: Vec<(Address, Bytes)>,
}

impl Caller for Fixed {
    type Reply<T: BorshDeserialize> = Result<T, Malformed>;

    fn execute<T: BorshDeserialize>(
        &mut self,
        to: Address,
        payload: Bytes,
    ) -> Result<T, Malformed> {
        self.carried.push((to, payload));
        decode(&self.answer)
    }
}

impl Querier for Fixed {
    type Answer<T: BorshDeserialize> = (Address, Bytes, Result<T, Malformed>);

    fn query<T: BorshDeserialize>(&self, to: Address, payload: Bytes) -> Self::Answer<T> {
        (to, payload, decode(&self.answer))
    }
}

#[test]
fn clients_carry_the_messages_and_type_the_replies() {
    let desk = Address([7; 32]);
    let isin = Isin(*b"US0378331005");
    let mut caller = Fixed { answer: encode(&9u64), ..Fixed::default() };
    assert_eq!(DeskClient::new(&mut caller, desk).open(isin.clone()), Ok(9));
    assert_eq!(DeskClient::new(&mut caller, desk).close(), Err(Malformed), "unit is no u64");
    let sent = [(desk, encode(&ExecuteMsg::Open { isin })), (desk, encode(&ExecuteMsg::Close))];
    assert_eq!(caller.carried, sent);
    let page = Page { items: vec![Amount(5)], next: None };
    let querier = Fixed { answer: encode(&page), ..Fixed::default() };
    let answer = DeskQueries::new(&querier, desk).list(3);
    assert_eq!(answer, (desk, encode(&QueryMsg::List { limit: 3 }), Ok(page)));
}

/// Units moved.
#[derive(BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer)]
struct Moved {
    #[topic]
    from: Address,
    amount: Amount,
    #[topic]
    side: Side,
}

#[test]
fn events_give_topics_in_order() {
    let schema = Moved::EVENT;
    assert_eq!(
        (schema.name, schema.doc, schema.topics),
        ("Moved", "Units moved.", &["from", "side"][..])
    );
    assert_eq!(schema.readers, Readers::PARTIES.with(Readers::ISSUER));
    assert_eq!(schema.fields.len(), 3);
    let event = Moved { from: Address([1; 32]), amount: Amount(2), side: Side::Receive };
    assert_eq!(event.topics().0, [vec![1; 32], vec![1]]);
    assert_eq!(encode(&event).len(), 32 + 16 + 1);
}

#[derive(Clone, Debug, PartialEq, Eq, ContractError)]
enum DeskError {
    /// The balance is short.
    #[error(code = 4)]
    Short { available: Amount, required: Amount },
    #[error(code = 0x10)]
    Closed,
    #[error(code = 5)]
    Of(Isin),
}

#[test]
fn errors_travel_as_code_and_details() {
    let codes: Vec<_> = DeskError::ERRORS.iter().map(|error| (error.code, error.name)).collect();
    assert_eq!(codes, [(4, "Short"), (16, "Closed"), (5, "Of")]);
    assert_eq!(DeskError::ERRORS[0].doc, "The balance is short.");
    assert_eq!(DeskError::ERRORS[0].fields[1].name, "required");
    let all = [
        DeskError::Short { available: Amount(1), required: Amount(2) },
        DeskError::Closed,
        DeskError::Of(Isin(*b"US0378331005")),
    ];
    for error in all {
        let failure = Failure::from(error.clone());
        assert_eq!(failure.to_error::<DeskError>(), Some(error));
    }
    assert!(DeskError::Closed.details().is_empty());
    assert_eq!(DeskError::from_parts(16, &[0]), None, "details of another error");
    assert_eq!(DeskError::from_parts(4, &[0; 31]), None, "details cut short");
    assert_eq!(DeskError::from_parts(6, &[]), None, "a code nobody has");
}
