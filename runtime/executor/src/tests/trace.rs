//! Traces: the tree, what each frame used, and what changed.

use super::Chain;
use super::chain::{Result_, sign};
use crate::trace::{CallEnd, CallTrace, Stop, TraceStep, TransactionTrace};
use crate::{HostError, Session};
use tenor_abi::EntryPoint;
use tenor_abi::host::HostFunction;
use tenor_primitives::{Address, HaltCode, Message, TransactionStatus};

type Ran = (Box<Session>, Result_);

/// Reads and writes key `k`, emits an event, hashes; refuses when its input says so.
fn leaf(mut session: Box<Session>, entry: EntryPoint) -> Ran {
    if entry == EntryPoint::Instantiate {
        return (session, Ok(()));
    }
    let result = leaf_work(&mut session);
    (session, result)
}

fn leaf_work(session: &mut Session) -> Result_ {
    let refuses = session.input()? == b"refuse";
    assert!(session.storage_get(3, b"k")?.is_none_or(|value| value == b"value"));
    session.storage_set(3, b"k", b"value")?;
    session.emit(b"wrote", &[0; 4], b"data")?;
    session.keccak256(b"bytes")?;
    if refuses { session.fail(7, b"why") } else { session.set_output(b"out") }
}

/// Calls the address in the input with the rest and keeps the status; its own instructions cost 11.
fn caller(mut session: Box<Session>, entry: EntryPoint) -> Ran {
    if entry == EntryPoint::Instantiate {
        return (session, Ok(()));
    }
    session.gas_left -= 11;
    let input = session.input().expect("gas").to_vec();
    let (target, rest) = input.split_first_chunk::<32>().expect("an address");
    let (mut session, status) = session.call(EntryPoint::Execute, Address(*target), rest, u64::MAX);
    let result = status.and_then(|status| session.storage_set(0, b"status", &[status as u8]));
    (session, result)
}

fn trace(chain: &Chain, contract: Address, payload: Vec<u8>) -> TransactionTrace {
    let body = chain.body("participant", vec![Message::Execute { contract, payload }]);
    chain.begin().trace(&sign(body, &["participant"])).expect("valid")
}

fn outermost(trace: &TransactionTrace) -> &CallTrace {
    trace.messages[0].call.as_ref().expect("a call")
}

/// Every frame's gas is its own and that of the frames below.
fn assert_adds_up(call: &CallTrace) {
    let below = call.steps.iter().filter_map(|step| match step {
        TraceStep::Call(call) => Some(call),
        TraceStep::Host(_) => None,
    });
    let sum: u64 = below.clone().map(|call| call.gas_used).sum();
    assert_eq!(call.gas_used, call.own_gas.total() + sum, "{call:#?}");
    below.for_each(|call| assert_adds_up(call));
}

fn steps(call: &CallTrace) -> Vec<HostFunction> {
    let host = |step: &TraceStep| match step {
        TraceStep::Host(step) => Some(step.function),
        TraceStep::Call(_) => None,
    };
    call.steps.iter().filter_map(host).collect()
}

#[test]
fn a_trace_has_the_tree_its_steps_and_the_changes() {
    let mut chain = Chain::new();
    let (leaf, caller) = (chain.deploy("leaf", leaf), chain.deploy("caller", caller));
    let payload = [&leaf.0[..], b"go"].concat();
    let trace = trace(&chain, caller, payload.clone());
    let receipt = chain.execute(caller, &payload);
    assert_eq!(trace.receipt, receipt, "a trace changes nothing");
    assert_eq!(trace.intrinsic_gas + trace.messages[0].gas_used, receipt.gas_used);
    let top = outermost(&trace);
    assert_adds_up(top);
    assert_eq!(top.gas_used, trace.messages[0].gas_used);
    assert_eq!(top.own_gas.instructions, 11);
    assert_eq!(steps(top), [HostFunction::InputRead, HostFunction::StorageSet]);
    let TraceStep::Call(inner) = &top.steps[1] else { panic!("expected the call") };
    assert_eq!((inner.contract, inner.caller), (leaf, caller));
    assert_eq!(inner.payload, b"go");
    assert_eq!(inner.end, CallEnd::Returned(b"out".to_vec()));
    let gas = inner.own_gas;
    assert!(gas.storage > 0 && gas.events > 0 && gas.hashing > 0 && gas.data > 0 && gas.calls > 0);
    assert_eq!(gas.instructions, 0, "closures cost nothing");
    let of = |contract: Address| trace.changes.iter().filter(move |c| c.key.contract == contract);
    let change = of(leaf).next().expect("written");
    assert_eq!((change.key.namespace, change.key.key.as_slice()), (3, &b"k"[..]));
    assert_eq!((&change.before, change.after.as_deref()), (&None, Some(&b"value"[..])));
    assert_eq!((of(leaf).count(), of(caller).count()), (1, 1));
    assert_eq!(of(Address::SYSTEM).count(), 1, "the nonce");
}

#[test]
fn what_is_rolled_back_is_a_step_but_no_change() {
    let mut chain = Chain::new();
    let (leaf, caller) = (chain.deploy("leaf", leaf), chain.deploy("caller", caller));
    let trace = trace(&chain, caller, [&leaf.0[..], b"refuse"].concat());
    assert!(trace.receipt.is_success(), "the caller goes on");
    let top = outermost(&trace);
    assert_adds_up(top);
    let TraceStep::Call(inner) = &top.steps[1] else { panic!("expected the call") };
    assert!(matches!(&inner.end, CallEnd::Failed(failure) if failure.code == 7));
    let TraceStep::Host(last) = inner.steps.last().expect("steps") else { panic!("a host step") };
    assert_eq!((last.function, last.stopped), (HostFunction::Fail, Some(Stop::Failed)));
    assert!(steps(inner).contains(&HostFunction::StorageSet));
    assert!(trace.changes.iter().all(|change| change.key.contract != leaf));
}

#[test]
fn a_call_that_is_not_entered_is_a_frame_without_code() {
    let mut chain = Chain::new();
    let caller = chain.deploy("caller", caller);
    let trace = trace(&chain, caller, [9; 32].to_vec());
    let top = outermost(&trace);
    assert_adds_up(top);
    let TraceStep::Call(inner) = &top.steps[1] else { panic!("expected the call") };
    assert_eq!(inner.end, CallEnd::Halted(HaltCode::NoSuchContract));
    assert_eq!((inner.code_hash, inner.own_gas.total()), (None, inner.gas_used));
}

#[test]
fn running_out_is_seen_where_it_happens() {
    let mut chain = Chain::new();
    let (leaf, caller) = (chain.deploy("leaf", leaf), chain.deploy("caller", caller));
    let contract = caller;
    let payload = [&leaf.0[..], b"go"].concat();
    let full = trace(&chain, contract, payload.clone());
    let TraceStep::Call(inner) = &outermost(&full).steps[1] else { panic!("expected the call") };
    let mut body = chain.body("participant", vec![Message::Execute { contract, payload }]);
    // Enough for everything up to the callee's last step.
    let after = outermost(&full).gas_used - inner.gas_used;
    body.gas_limit = full.receipt.gas_used - after + outermost(&full).own_gas.calls - 1;
    let short = chain.begin().trace(&sign(body, &["participant"])).expect("valid");
    assert!(matches!(&short.receipt.status, TransactionStatus::Halted { halt, .. }
        if halt.code == HaltCode::OutOfGas));
    let top = outermost(&short);
    assert_adds_up(top);
    assert_eq!(top.end, CallEnd::Halted(HaltCode::OutOfGas));
    assert_eq!(short.changes.len(), 1, "its nonce alone");
}

#[test]
fn an_invalid_transaction_has_no_trace_and_leaves_the_block() {
    let chain = Chain::new();
    let mut body = chain.body("participant", vec![]);
    body.nonce = 5;
    let mut block = chain.begin();
    assert!(block.trace(&sign(body, &["participant"])).is_err());
    let role = Message::CreateAccount {
        label: "new".into(),
        policy: tenor_primitives::KeyPolicy::single(super::chain::key("new").public_key()),
        roles: tenor_primitives::Roles::of(&[]),
    };
    let body = chain.body("operator", vec![role]);
    let trace = block.trace(&sign(body, &["operator"])).expect("valid");
    assert_eq!(trace.messages.len(), 1);
    assert!(trace.messages[0].call.is_none() && trace.messages[0].gas_used > 0);
    assert_eq!(trace.changes.len(), 2, "the account and the nonce");
}

/// A host error that an engine makes up itself reaches the trace as the frame's end.
#[test]
fn an_engines_own_trap_is_the_frames_end() {
    let mut chain = Chain::new();
    let trap = chain.deploy("trap", |session, entry| match entry {
        EntryPoint::Instantiate => (session, Ok(())),
        _ => (session, Err(HostError::Halt(HaltCode::DivisionByZero))),
    });
    let trace = trace(&chain, trap, vec![]);
    assert_eq!(outermost(&trace).end, CallEnd::Halted(HaltCode::DivisionByZero));
}
