//! Hostile cases: each is a test with the code it must end in, its exact gas, a state of which nothing
//! but the sender's nonce has changed, and a working transaction after it. `docs/hostile.md` lists
//! them and is held against them.

use std::borrow::Cow;
use tenor_executor::SystemError;
use tenor_primitives::{Address, HaltCode, Message, Parameters, TransactionStatus};
use tenor_tests::engine::{self, with_stack};
use tenor_tests::hostile::{End, Twin};
use tenor_tests::wasm::text;
use tenor_vm::{NotAdmitted, Rule};

/// Cases of one group: a test's name, the words of the list, how it must end, and what is done.
macro_rules! cases {
    ($($name:ident: $case:literal => $end:expr, $body:expr;)*) => {
        /// The group's rows of the page.
        pub(super) fn rows() -> Vec<tenor_tests::hostile::Row> {
            vec![$(tenor_tests::hostile::Row::new(
                $case,
                concat!(module_path!(), "::", stringify!($name)),
                &$end,
            )),*]
        }

        $(
            #[test]
            fn $name() {
                super::run($end, $body);
            }
        )*
    };
}

mod calls;
mod execution;
mod host;
mod node;
mod numbers;
mod page;
mod settlement;
mod upload;

/// What every ledger goes on doing: answers with its input, and keeps it.
const PROBE: &str = r#"
    (func $echo (call $output_set (i32.const 0) (call $input_read (i32.const 0) (i32.const 100))))
    (func (export "execute") (call $echo)
      (call $storage_set (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 0) (i32.const 1)))
    (func (export "query") (call $echo))"#;

/// Runs one case on a ledger of its own, and a transaction and a question after it.
fn run(expected: End, body: impl FnOnce(&mut Twin) -> End + Send) {
    with_stack(|| {
        let mut twin = Twin::default();
        let probe = twin.deploy("probe", &text::guest(PROBE));
        assert_eq!(body(&mut twin), expected);
        assert_eq!(twin.output(probe, b"still here"), b"still here");
        assert_eq!(twin.query(probe, b"and there").expect("answers").output, b"and there");
    });
}

/// Uploads `code`, at admission and in a block, which must come to the same.
fn upload<'a>(twin: &mut Twin, code: impl Into<Cow<'a, [u8]>>) -> End {
    let code = code.into().into_owned();
    let admitted = engine::vm().admit(&code, &twin.parameters());
    let size = code.len() as u64;
    let message = Message::UploadCode { code };
    match admitted {
        Ok(_) => {
            let receipt = twin.send("deployer", message);
            assert!(receipt.is_success(), "{receipt:?}");
            End::Harmless
        }
        Err(NotAdmitted::Refused(refusal)) => {
            assert!(refusal.offset.is_none_or(|offset| offset <= size), "{refusal}");
            // The largest code costs most of what a transaction may use.
            let gas_limit = twin.parameters().limits.transaction_gas_max;
            let receipt = twin.fails("deployer", gas_limit, message.clone());
            let TransactionStatus::Reverted { failure, .. } = &receipt.status else {
                panic!("expected a refusal of {refusal}, got {receipt:?}")
            };
            let rule = refusal.rule.code();
            let refused = SystemError::from_failure(failure);
            assert_eq!(refused, Some(SystemError::CodeRefused { rule }), "{refusal}");
            let price = twin.parameters().gas.upload.of(size);
            assert_eq!(receipt.gas_used, twin.intrinsic(&message) + price);
            End::Refused(refusal.rule)
        }
        Err(NotAdmitted::Unfinished(unfinished)) => panic!("{unfinished}"),
    }
}

/// Deploys a guest of `fields` and executes it with `payload`; it must be stopped, with exact gas.
fn stopped(twin: &mut Twin, fields: &str, payload: &[u8]) -> End {
    let contract = twin.deploy("case", &text::guest(fields));
    End::of(&twin.stops(contract, payload))
}

/// As [`stopped`], for an `execute` of this body.
fn body_stopped(twin: &mut Twin, body: &str) -> End {
    stopped(twin, &format!(r#"(func (export "execute") {body})"#), b"")
}

/// Runs `body` on another ledger, which begins with these parameters.
fn with_parameters(parameters: Parameters, body: impl FnOnce(&mut Twin) -> End) -> End {
    body(&mut Twin::new(engine::vm(), parameters))
}

/// All of `ends`, which must be the same.
fn alike(ends: impl IntoIterator<Item = End>) -> End {
    let mut ends = ends.into_iter();
    let first = ends.next().expect("at least one");
    for (index, end) in ends.enumerate() {
        assert_eq!(end, first, "end {}", index + 1);
    }
    first
}

/// The end of a call that is stopped.
const fn halted(code: HaltCode) -> End {
    End::Halted(code)
}

/// The end of code that breaks a rule.
const fn rule(rule: Rule) -> End {
    End::Refused(rule)
}

/// The message that executes a contract.
fn execute(contract: Address, payload: &[u8]) -> Message {
    Message::Execute { contract, payload: payload.to_vec() }
}
