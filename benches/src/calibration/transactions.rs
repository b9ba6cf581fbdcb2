//! What a transaction costs besides its messages' work, and messages of the ledger itself.

use super::{Class, Sample, Workshop};
use crate::cpu;
use tenor_executor::VerifiedTransaction;
use tenor_primitives::{
    KeyPolicy, Message, Parameters, Role, Roles, SigningKey, Transaction, keccak256, verify,
};
use tenor_tests::engine::compiled;

/// Transactions of a sample.
const TRANSACTIONS: u32 = 60;

/// The classes.
pub(super) fn classes(workshop: &mut Workshop) -> Vec<Class> {
    let guest = workshop
        .guest(r#"(module (memory 1) (func (export "instantiate")) (func (export "execute")))"#);
    let execute = move |workshop: &mut Workshop, payload_bytes: usize| {
        let message = || Message::Execute { contract: guest, payload: vec![7; payload_bytes] };
        let signed: Vec<Transaction> =
            (0..TRANSACTIONS).map(|_| workshop.ledger.transaction(vec![message()])).collect();
        admitted(workshop, &signed)
    };
    vec![
        Class::new("transaction", move |workshop| execute(workshop, 8)),
        Class::new("transaction, per byte", move |workshop| {
            let (small, large) = (execute(workshop, 8), execute(workshop, 60_000));
            Sample { ns: large.ns - small.ns, gas: large.gas - small.gas }
        }),
        Class::new("signature", |_| signatures()),
        account_opened(),
        Class::new("upload, per byte", |_| upload()),
    ]
}

/// What taking transactions in and a block of them cost, but for checking their signatures.
#[allow(clippy::cast_precision_loss)] // a measurement, not money
fn admitted(workshop: &mut Workshop, signed: &[Transaction]) -> Sample {
    let encoded: Vec<Vec<u8>> =
        signed.iter().map(|transaction| borsh::to_vec(transaction).expect("encodes")).collect();
    let before = cpu::of_thread_ns();
    let verified: Vec<_> = encoded
        .iter()
        .map(|bytes| VerifiedTransaction::decode(bytes).expect("signed").into())
        .collect();
    let admission_ns = (cpu::of_thread_ns() - before) as f64;
    let Sample { ns: signatures_ns, gas: signatures_gas } = signatures();
    let share = f64::from(TRANSACTIONS) / f64::from(SIGNATURES);
    let block = workshop.block(verified);
    Sample {
        ns: block.ns + admission_ns - signatures_ns * share,
        gas: block.gas - signatures_gas * share,
    }
}

const SIGNATURES: u32 = 60;

/// The check that admission makes for each signature.
#[allow(clippy::cast_precision_loss)] // a measurement, not money
fn signatures() -> Sample {
    let key = SigningKey::from_bytes(&[5; 32]).expect("a valid secret");
    let digest = keccak256(b"transaction");
    let (signature, public_key) = (key.sign(&digest), key.public_key());
    let before = cpu::of_thread_ns();
    for _ in 0..SIGNATURES {
        verify(&public_key, &digest, &signature).expect("signed above");
    }
    let ns = (cpu::of_thread_ns() - before) as f64;
    let gas = Parameters::initial().gas.signature as f64;
    Sample { ns, gas: gas * f64::from(SIGNATURES) }
}

/// Records of the ledger itself.
fn account_opened() -> Class {
    let mut opened = 0_u32;
    Class::new("account opened", move |workshop| {
        let key = SigningKey::from_bytes(&[6; 32]).expect("a valid secret").public_key();
        let mut block = Vec::new();
        for _ in 0..TRANSACTIONS {
            let mut messages = Vec::new();
            for _ in 0..20 {
                opened += 1;
                let (label, policy) = (format!("account-{opened}"), KeyPolicy::single(key));
                let roles = Roles::of(&[Role::Participant]);
                messages.push(Message::CreateAccount { label, policy, roles });
            }
            block.push(workshop.ledger.sign(messages));
        }
        let Sample { ns, gas } = workshop.block(block);
        Sample { ns, gas: gas - signatures().gas }
    })
}

/// Checking, instrumenting and compiling the largest contract, which a node does when its upload is
/// admitted. Its own process costs some milliseconds more.
#[allow(clippy::cast_precision_loss)] // a measurement, not money
fn upload() -> Sample {
    let code = compiled().into_values().max_by_key(Vec::len).expect("make contracts");
    let parameters = Parameters::initial();
    let engine =
        tenor_vm::engine::build(&tenor_vm::VmConfig::default()).expect("the engine starts");
    let before = cpu::of_thread_ns();
    let checked = tenor_vm::check(&code, &parameters).expect("a contract of this repository");
    engine.precompile_module(&checked.instrumented.wasm).expect("compiles");
    let ns = (cpu::of_thread_ns() - before) as f64;
    Sample { ns, gas: parameters.gas.upload.of(code.len() as u64) as f64 }
}
