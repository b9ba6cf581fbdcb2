//! What a person is shown.

use super::Tree;
use crate::api::{
    CallView, ChangeView, EndView, EventTraceView, GasView, HexBytes, HostView, MessageTraceView,
    PlaceView, ReceiptView, RefusalView, SourceView, StatusView, StepView, TraceView, ValueView,
};
use serde_json::json;
use tenor_primitives::{Address, Hash};

const TOKEN: Address = Address([1; 32]);
const DESK: Address = Address([2; 32]);

fn call(contract: Address, function: &str, steps: Vec<StepView>, end: EndView) -> CallView {
    CallView {
        contract,
        name: Some("token".into()),
        code_hash: Some(Hash([9; 32])),
        caller: DESK,
        entry: "execute".into(),
        function: Some(function.into()),
        arguments: Some(json!({"to": DESK.to_string(), "amount": "5"})),
        payload: HexBytes(vec![0; 49]),
        gas_limit: 2_000_000,
        gas_used: 12_345,
        own_gas: GasView { instructions: 345, storage: 12_000, ..GasView::default() },
        steps,
        end,
        places: Vec::new(),
    }
}

fn read() -> StepView {
    StepView::Host(HostView {
        function: "storage_get".into(),
        namespace: Some(0),
        storage: Some("balances".into()),
        key: Some(HexBytes(DESK.0.to_vec())),
        key_value: Some(json!(DESK.to_string())),
        text: None,
        given_bytes: 0,
        got_bytes: Some(16),
        gas: 1_000,
        stopped: None,
    })
}

fn trace() -> TraceView {
    let refusal = RefusalView {
        contract: TOKEN,
        code: 1,
        name: Some("Insufficient".into()),
        meaning: None,
        fields: Some(json!({"available": "0"})),
        details: HexBytes(vec![]),
    };
    let mut inner = call(TOKEN, "transfer", vec![read()], EndView::Failed(refusal.clone()));
    let source = SourceView {
        function: Some("token::transfer".into()),
        file: Some("src/lib.rs".into()),
        line: Some(39),
        column: Some(5),
    };
    let (name, offset) = (None, Some(0x1234));
    inner.places = vec![PlaceView { function: 7, name, offset, source: vec![source] }];
    let mut outer = call(
        DESK,
        "pay",
        vec![StepView::Call(Box::new(inner))],
        EndView::Halted { name: "Unreachable".into() },
    );
    outer.gas_used = 20_000;
    TraceView {
        receipt: ReceiptView {
            transaction_hash: Hash([7; 32]),
            height: Some(12),
            index: Some(0),
            status: StatusView::Reverted {
                message: 0,
                contract: TOKEN,
                code: 1,
                details: HexBytes(vec![]),
                details_withheld: false,
            },
            gas_used: 24_000,
            events: vec![],
            events_withheld: 0,
            outputs: vec![],
            outputs_withheld: vec![],
        },
        refusal: Some(refusal),
        intrinsic_gas: 4_000,
        messages: vec![MessageTraceView { gas_used: 20_000, call: Some(outer) }],
        events: vec![EventTraceView {
            emitter: TOKEN,
            name: "said".into(),
            fields: None,
            data: HexBytes(vec![1]),
        }],
        changes: vec![ChangeView {
            contract: TOKEN,
            namespace: 0,
            storage: Some("balances".into()),
            key: HexBytes(DESK.0.to_vec()),
            key_value: Some(json!(DESK.to_string())),
            before: None,
            after: Some(ValueView {
                bytes: 16,
                raw: HexBytes(vec![0; 16]),
                value: Some(json!("5")),
            }),
        }],
        steps_omitted: 0,
    }
}

fn names(address: &Address) -> String {
    if *address == TOKEN { "token".into() } else { "desk".into() }
}

#[test]
fn a_trace_reads_as_a_tree() {
    let lines = Tree { names: &names, host: true }.lines(&trace()).join("\n");
    let expected = "\
transaction 0x0707070707070707070707070707070707070707070707070707070707070707 in block 12, place 0: message 0 refused by token: Insufficient {available: 0}; 24,000 gas, 4,000 of it for the transaction itself
message 0: 20,000 gas
  desk pay {amount: 5, to: desk} [20,000 gas; its own 12,345: instructions 345, storage 12,000]
  ├─ token transfer {amount: 5, to: desk} [12,345 gas; instructions 345, storage 12,000]
  │  ├─ storage_get balances[desk], gets 16 bytes [1,000 gas]
  │  └─ refused by token: Insufficient {available: 0}
  │       at token::transfer, src/lib.rs:39:5, offset 0x1234
  └─ stopped: Unreachable
events
  token: said 1 byte
storage
  token balances[desk]: nothing → 5";
    assert_eq!(lines, expected);
}

#[test]
fn calls_alone_are_shorter_and_json_comes_back() {
    let trace = trace();
    let lines = Tree { names: &names, host: false }.lines(&trace);
    assert!(lines.iter().all(|line| !line.contains("storage_get")));
    let text = serde_json::to_string(&trace).expect("encodes");
    assert_eq!(serde_json::from_str::<TraceView>(&text).expect("decodes"), trace);
}

#[test]
fn what_a_contract_says_cannot_steer_a_terminal() {
    let mut trace = trace();
    trace.events[0].name = "\u{1b}[2J".into();
    trace.events[0].fields = Some(json!({"\u{1b}": "\u{202e}x".repeat(1_000)}));
    let lines = Tree { names: &names, host: true }.lines(&trace).join("\n");
    assert!(!lines.contains('\u{1b}') && !lines.contains('\u{202e}'));
    assert!(lines.lines().all(|line| line.chars().count() < 400), "long values are cut");
}
