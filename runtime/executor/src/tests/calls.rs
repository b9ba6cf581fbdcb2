//! Calls between contracts: layers, limits, gas.

use super::Chain;
use super::chain::Result_;
use crate::{HostError, Session};
use tenor_abi::{CallStatus, EntryPoint};
use tenor_primitives::{Address, HaltCode, Parameters, TransactionStatus};

type Ran = (Box<Session>, Result_);

/// Calls the address in the first 32 bytes of the input with the rest, and keeps the status.
fn forward(mut session: Box<Session>, gas_limit: u64, entry: EntryPoint) -> Ran {
    let input = session.input().expect("gas").to_vec();
    let Some((target, rest)) = input.split_first_chunk::<32>() else { return (session, Ok(())) };
    if let Err(error) = session.storage_set(0, b"before", b"1") {
        return (session, Err(error));
    }
    let (mut session, status) = session.call(entry, Address(*target), rest, gas_limit);
    let result = status.and_then(|status| session.storage_set(0, b"status", &[status as u8]));
    (session, result)
}

fn caller(session: Box<Session>, entry: EntryPoint) -> Ran {
    if entry == EntryPoint::Instantiate {
        return (session, Ok(()));
    }
    forward(session, u64::MAX, EntryPoint::Execute)
}

fn writes_and(mut session: Box<Session>, end: fn(&mut Session) -> Result_) -> Ran {
    let written = session.storage_set(0, b"callee", b"1").and_then(|()| {
        session.emit(b"wrote", &[0; 4], b"")?;
        end(&mut session)
    });
    (session, written)
}

fn payload(targets: &[Address]) -> Vec<u8> {
    targets.iter().flat_map(|target| target.0).collect()
}

fn status(chain: &Chain, contract: Address) -> Option<u8> {
    chain.value(contract, b"status").map(|value| value[0])
}

#[test]
fn a_failed_callee_leaves_nothing_and_its_caller_goes_on() {
    type End = fn(&mut Session) -> Result_;
    let ends: [(End, CallStatus); 3] = [
        (|session| session.fail(7, b"short"), CallStatus::Failed),
        (|session| session.panic(b"bug"), CallStatus::Halted),
        (|_| Err(HostError::Halt(HaltCode::DivisionByZero)), CallStatus::Halted),
    ];
    for (index, (_, expected)) in ends.iter().enumerate() {
        let mut chain = Chain::new();
        let callee = match index {
            0 => chain.deploy("callee", |s, e| instantiated(s, e, |s| s.fail(7, b"short"))),
            1 => chain.deploy("callee", |s, e| instantiated(s, e, |s| s.panic(b"bug"))),
            _ => chain.deploy("callee", |s, e| {
                instantiated(s, e, |_| Err(HostError::Halt(HaltCode::DivisionByZero)))
            }),
        };
        let outer = chain.deploy("outer", caller);
        let receipt = chain.execute(outer, &payload(&[callee]));
        assert!(receipt.is_success() && receipt.events.is_empty(), "{receipt:?}");
        assert_eq!(chain.value(callee, b"callee"), None);
        assert_eq!(chain.value(outer, b"before"), Some(b"1".to_vec()));
        assert_eq!(status(&chain, outer), Some(*expected as u8));
    }
}

fn instantiated(session: Box<Session>, entry: EntryPoint, end: fn(&mut Session) -> Result_) -> Ran {
    if entry == EntryPoint::Instantiate { (session, Ok(())) } else { writes_and(session, end) }
}

#[test]
fn a_successful_callee_keeps_its_writes_and_events() {
    let mut chain = Chain::new();
    let callee = chain.deploy("callee", |s, e| instantiated(s, e, |_| Ok(())));
    let outer = chain.deploy("outer", caller);
    let receipt = chain.execute(outer, &payload(&[callee]));
    assert_eq!(receipt.events.len(), 1);
    assert_eq!(receipt.events[0].emitter, callee);
    assert_eq!(chain.value(callee, b"callee"), Some(b"1".to_vec()));
    assert_eq!(status(&chain, outer), Some(CallStatus::Returned as u8));
}

#[test]
fn re_entry_is_refused_at_any_distance() {
    let mut chain = Chain::new();
    let a = chain.deploy("a", caller);
    let b = chain.deploy("b", caller);
    assert!(chain.execute(a, &payload(&[a])).is_success());
    assert_eq!(status(&chain, a), Some(CallStatus::Halted as u8));
    assert!(chain.execute(a, &payload(&[b, a])).is_success());
    assert_eq!(status(&chain, b), Some(CallStatus::Halted as u8));
    assert_eq!(status(&chain, a), Some(CallStatus::Returned as u8));
}

#[test]
fn depth_and_number_of_calls_are_bounded() {
    let mut parameters = Parameters::initial();
    parameters.limits.call_depth_max = 2;
    let mut chain = Chain::with_parameters(parameters);
    let [a, b, c] = ["a", "b", "c"].map(|name| chain.deploy(name, caller));
    assert!(chain.execute(a, &payload(&[b, c])).is_success());
    assert_eq!(status(&chain, b), Some(CallStatus::Halted as u8));
    assert_eq!(status(&chain, a), Some(CallStatus::Returned as u8));
    let missing = chain.execute(a, &payload(&[Address([5; 32])]));
    assert!(missing.is_success());
    assert_eq!(status(&chain, a), Some(CallStatus::Halted as u8));
}

#[test]
fn a_sub_limit_is_caught_and_the_end_of_all_gas_is_not() {
    fn burner(mut session: Box<Session>, entry: EntryPoint) -> Ran {
        if entry == EntryPoint::Instantiate {
            return (session, Ok(()));
        }
        loop {
            if let Err(error) = session.keccak256(&[0; 1000]) {
                return (session, Err(error));
            }
        }
    }
    fn limited(session: Box<Session>, entry: EntryPoint) -> Ran {
        if entry == EntryPoint::Instantiate {
            return (session, Ok(()));
        }
        forward(session, 100_000, EntryPoint::Execute)
    }
    let mut chain = Chain::new();
    let burner = chain.deploy("burner", burner);
    let careful = chain.deploy("careful", limited);
    let careless = chain.deploy("careless", caller);
    let receipt = chain.execute(careful, &payload(&[burner]));
    assert!(receipt.is_success() && receipt.gas_used < 1_000_000, "{receipt:?}");
    assert_eq!(status(&chain, careful), Some(CallStatus::Halted as u8));
    let receipt = chain.execute(careless, &payload(&[burner]));
    assert_eq!(receipt.gas_used, 400_000_000);
    let TransactionStatus::Halted { halt, .. } = &receipt.status else { panic!("{receipt:?}") };
    assert_eq!((halt.code, halt.contract), (HaltCode::OutOfGas, careless));
    assert_eq!(chain.value(careless, b"before"), None);
}

#[test]
fn nothing_below_a_query_writes() {
    fn asks(session: Box<Session>, entry: EntryPoint) -> Ran {
        if entry == EntryPoint::Instantiate {
            return (session, Ok(()));
        }
        forward(session, u64::MAX, EntryPoint::Query)
    }
    let mut chain = Chain::new();
    let writer = chain.deploy("writer", |s, e| instantiated(s, e, |_| Ok(())));
    let outer = chain.deploy("outer", asks);
    assert!(chain.execute(outer, &payload(&[writer])).is_success());
    assert_eq!(status(&chain, outer), Some(CallStatus::Halted as u8));
    assert_eq!(chain.value(writer, b"callee"), None);
}
