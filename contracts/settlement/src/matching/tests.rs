//! The T2S matching table, field by field, and the rules around it.

use super::*;
use tenor_interfaces::{ClientCode, Reference};

const DELIVERER: Address = Address([1; 32]);
const RECEIVER: Address = Address([2; 32]);

fn bic(text: &str) -> Bic {
    text.parse().expect("a BIC")
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn reference(text: &str) -> Option<Reference> {
    Some(text.parse().expect("a reference"))
}

fn client(text: &str) -> Client {
    let code: ClientCode = text.parse().expect("a code");
    Client::Proprietary { code }
}

fn tolerances() -> Vec<Tolerance> {
    vec![Tolerance {
        currency: "EUR".parse().expect("a currency"),
        small_amount_max: Amount(10_000_000),
        small: Amount(200),
        large: Amount(2_500),
    }]
}

/// A pair that matches, free or against payment, with every optional field blank.
fn pair(payment: PaymentType) -> (Instruction, Instruction) {
    let party = |text| SettlementParty {
        bic: bic(text),
        csd: bic("TNRCDEFFXXX"),
        client: None,
        account: None,
    };
    let cash = (payment == PaymentType::AgainstPayment).then_some(CashLeg {
        currency: "EUR".parse().expect("a currency"),
        amount: Amount(5_000_000),
        direction: CreditDebit::Credit,
    });
    let deliver = Instruction {
        reference: "D-1".parse().expect("a reference"),
        movement: Movement::Deliver,
        payment,
        isin: "XS0000000009".parse().expect("an ISIN"),
        face_amount: Amount(100_000),
        trade_date: date("2026-01-05"),
        settlement_date: date("2026-01-07"),
        cash,
        deliverer: party("NORTDEFF"),
        receiver: party("SOUTDEFF"),
        common_reference: None,
        opt_out: None,
        cum_ex: None,
        on_hold: false,
        priority: 3,
    };
    (deliver.clone(), mirrored(&deliver, "R-1"))
}

/// The same trade seen from the other side.
fn mirrored(deliver: &Instruction, text: &str) -> Instruction {
    let mut receive = deliver.clone();
    receive.reference = text.parse().expect("a reference");
    receive.movement = Movement::Receive;
    receive.cash =
        deliver.cash.map(|cash| CashLeg { direction: cash.direction.opposite(), ..cash });
    receive
}

fn difference(deliver: &Instruction, receive: &Instruction) -> Option<Amount> {
    let (one, other) = ((DELIVERER, deliver), (RECEIVER, receive));
    let found = match_difference(one, other, &tolerances());
    assert_eq!(found, match_difference(other, one, &tolerances()), "either may come second");
    found
}

fn matches(deliver: &Instruction, receive: &Instruction) -> bool {
    difference(deliver, receive).is_some()
}

const BOTH: [PaymentType; 2] = [PaymentType::AgainstPayment, PaymentType::FreeOfPayment];

type Change = Box<dyn Fn(&mut Instruction)>;

fn change(change: impl Fn(&mut Instruction) + 'static) -> Change {
    Box::new(change)
}

fn change_cash(instruction: &mut Instruction, change: impl Fn(&mut CashLeg)) {
    if let Some(cash) = &mut instruction.cash {
        change(cash);
    }
}

/// Cash as information on an instruction free of payment.
fn inform(instruction: &mut Instruction) {
    let (deliver, receive) = pair(PaymentType::AgainstPayment);
    instruction.cash = match instruction.movement {
        Movement::Deliver => deliver.cash,
        Movement::Receive => receive.cash,
    };
}

/// By the names that the T2S table uses: fills the field on one side, or changes it to another value.
fn field(name: &str) -> Option<(Change, Change)> {
    let other = || bic("OTHRDEFF");
    Some(match name {
        "Payment type" => (
            change(|_| {}),
            change(|i| {
                i.payment = match i.payment {
                    PaymentType::AgainstPayment => PaymentType::FreeOfPayment,
                    PaymentType::FreeOfPayment => PaymentType::AgainstPayment,
                }
            }),
        ),
        "Securities movement type" => {
            (change(|_| {}), change(|i| i.movement = i.movement.opposite()))
        }
        "ISIN" => (change(|_| {}), change(|i| i.isin = "DE000BAY0017".parse().expect("an ISIN"))),
        "Trade date" => (change(|_| {}), change(|i| i.trade_date = date("2026-01-06"))),
        "Settlement quantity" => (change(|_| {}), change(|i| i.face_amount = Amount(100_001))),
        "Intended settlement date" => {
            (change(|_| {}), change(|i| i.settlement_date = date("2026-01-08")))
        }
        "Delivering party BIC" => (change(|_| {}), change(move |i| i.deliverer.bic = other())),
        "Receiving party BIC" => (change(|_| {}), change(move |i| i.receiver.bic = other())),
        "CSD of delivering party" => (change(|_| {}), change(move |i| i.deliverer.csd = other())),
        "CSD of receiving party" => (change(|_| {}), change(move |i| i.receiver.csd = other())),
        "Currency" => (
            change(inform),
            change(|i| change_cash(i, |cash| cash.currency = "USD".parse().expect("a currency"))),
        ),
        "Settlement amount" => {
            (change(inform), change(|i| change_cash(i, |cash| cash.amount = Amount(5_000_201))))
        }
        "Credit/debit" => (
            change(inform),
            change(|i| change_cash(i, |cash| cash.direction = cash.direction.opposite())),
        ),
        "Opt-out transaction condition" => (
            change(|i| i.opt_out = Some(OptOut::NoClaims)),
            change(|i| i.opt_out = Some(OptOut::NoTransformations)),
        ),
        "Cum/ex indicator" => {
            (change(|i| i.cum_ex = Some(CumEx::Cum)), change(|i| i.cum_ex = Some(CumEx::Ex)))
        }
        "Common trade reference" => (
            change(|i| i.common_reference = reference("TRADE")),
            change(|i| i.common_reference = reference("trade")),
        ),
        "Client of delivering participant" => (
            change(|i| i.deliverer.client = Some(client("CLIENTDEFF"))),
            change(|i| i.deliverer.client = Some(client("ANOTHER"))),
        ),
        "Client of receiving participant" => (
            change(|i| i.receiver.client = Some(client("CLIENTDEFF"))),
            change(|i| i.receiver.client = Some(client("ANOTHER"))),
        ),
        "Securities account of delivering party" => (
            change(|i| i.deliverer.account = Some(DELIVERER)),
            change(|i| i.deliverer.account = Some(Address([9; 32]))),
        ),
        "Securities account of receiving party" => (
            change(|i| i.receiver.account = Some(RECEIVER)),
            change(|i| i.receiver.account = Some(Address([9; 32]))),
        ),
        _ => return None,
    })
}

/// The names of the table and what it asks of each field, as published (ECB T2S UDFS, 1.6.1.2.3).
const TABLE: [(&str, &str, &str); 20] = [
    ("Payment type", "mandatory", "mandatory"),
    ("Securities movement type", "mandatory", "mandatory"),
    ("ISIN", "mandatory", "mandatory"),
    ("Trade date", "mandatory", "mandatory"),
    ("Settlement quantity", "mandatory", "mandatory"),
    ("Intended settlement date", "mandatory", "mandatory"),
    ("Delivering party BIC", "mandatory", "mandatory"),
    ("Receiving party BIC", "mandatory", "mandatory"),
    ("CSD of delivering party", "mandatory", "mandatory"),
    ("CSD of receiving party", "mandatory", "mandatory"),
    ("Currency", "mandatory", "additional"),
    ("Settlement amount", "mandatory", "additional"),
    ("Credit/debit", "mandatory", "additional"),
    ("Opt-out transaction condition", "additional", "additional"),
    ("Cum/ex indicator", "additional", "additional"),
    ("Common trade reference", "optional", "optional"),
    ("Client of delivering participant", "optional", "optional"),
    ("Client of receiving participant", "optional", "optional"),
    ("Securities account of delivering party", "optional", "optional"),
    ("Securities account of receiving party", "optional", "optional"),
];

/// Holds one field to what the table asks of it.
fn check_field(name: &str, kind: &str, payment: PaymentType) {
    let (fill, alter) = field(name).unwrap_or_else(|| panic!("a field without a test: {name}"));
    let (mut deliver, receive) = pair(payment);
    assert!(matches(&deliver, &receive), "{name}: the pair as it is");
    if kind != "mandatory" {
        fill(&mut deliver);
        let blank_matches = matches(&deliver, &receive);
        assert_eq!(blank_matches, kind == "optional", "{name}: filled against blank");
    }
    let mut receive = receive;
    fill(&mut receive);
    fill(&mut deliver);
    assert!(matches(&deliver, &receive), "{name}: filled alike");
    alter(&mut receive);
    assert!(!matches(&deliver, &receive), "{name}: filled differently");
}

#[test]
fn every_field_of_the_table() {
    for (name, against, free) in TABLE {
        check_field(name, against, PaymentType::AgainstPayment);
        check_field(name, free, PaymentType::FreeOfPayment);
    }
}

#[test]
fn the_published_table_names_the_same_fields() {
    let Some(folder) = std::env::var_os("TENOR_VECTORS") else {
        println!("TENOR_VECTORS is unset: the published matching table was not compared");
        return;
    };
    let path = std::path::Path::new(&folder).join("finance/settlement_matching_t2s.json");
    let text = std::fs::read_to_string(&path).expect("the published table");
    let published: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let fields = published["fields"].as_array().expect("a list of fields");
    for published in fields {
        let text = |key: &str| published[key].as_str().expect("text");
        check_field(text("field"), text("DVP"), PaymentType::AgainstPayment);
        check_field(text("field"), text("FOP"), PaymentType::FreeOfPayment);
    }
    assert_eq!(fields.len(), TABLE.len());
}

#[test]
fn the_tolerance_follows_the_deliverers_amount() {
    for (delivered, received, expected) in [
        (10_000_000, 10_000_200, Some(200)),
        (10_000_000, 10_000_201, None),
        (10_000_001, 10_002_501, Some(2_500)),
        (10_000_001, 10_002_502, None),
        (10_002_501, 10_000_001, Some(2_500)),
        (5, 205, Some(200)),
    ] {
        let (mut deliver, mut receive) = pair(PaymentType::AgainstPayment);
        change_cash(&mut deliver, |cash| cash.amount = Amount(delivered));
        change_cash(&mut receive, |cash| cash.amount = Amount(received));
        assert_eq!(difference(&deliver, &receive), expected.map(Amount), "{delivered} {received}");
    }
    // A currency without a tolerance has none.
    let (mut deliver, mut receive) = pair(PaymentType::AgainstPayment);
    for side in [&mut deliver, &mut receive] {
        change_cash(side, |cash| cash.currency = "SGD".parse().expect("a currency"));
    }
    assert_eq!(difference(&deliver, &receive), Some(Amount::ZERO));
    change_cash(&mut receive, |cash| cash.amount = Amount(5_000_001));
    assert_eq!(difference(&deliver, &receive), None);
}

#[test]
fn a_bic_never_equals_a_proprietary_code() {
    for payment in BOTH {
        let (mut deliver, mut receive) = pair(payment);
        deliver.deliverer.client = Some(client("CLIEDEFF"));
        receive.deliverer.client = Some(Client::Bic { bic: bic("CLIEDEFF") });
        assert!(!matches(&deliver, &receive));
    }
}

#[test]
fn accounts_that_are_named_are_the_accounts_that_settle() {
    let (deliver, mut receive) = pair(PaymentType::FreeOfPayment);
    receive.deliverer.account = Some(RECEIVER);
    assert!(!matches(&deliver, &receive), "the deliverer's account is another");
    let own = (DELIVERER, &deliver);
    let (_, other) = pair(PaymentType::FreeOfPayment);
    assert_eq!(match_difference(own, (DELIVERER, &other), &[]), None, "both legs to one account");
}

#[test]
fn what_is_the_senders_own_affair_does_not_matter() {
    for payment in BOTH {
        let (deliver, mut receive) = pair(payment);
        receive.on_hold = true;
        receive.priority = 1;
        assert_eq!(difference(&deliver, &receive), Some(Amount::ZERO));
    }
}
