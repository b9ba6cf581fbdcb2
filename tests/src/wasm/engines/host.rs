//! The host functions once more, from the table's words: pointers become slices, one function for
//! all of them, for any engine.

use tenor_abi::EntryPoint;
use tenor_abi::host::{HostFunction, NO_VALUE};
use tenor_executor::{HostError, ScanArguments, Session};
use tenor_primitives::{Address, HaltCode};

/// What a call of a host function comes back with: the value for the guest, if it has one.
pub type Answer = Result<Option<u64>, HostError>;

/// Calls `function` with `arguments` as the guest gave them.
pub fn call(
    function: HostFunction,
    arguments: &[u64],
    memory: &mut [u8],
    session: Box<Session>,
) -> (Box<Session>, Answer) {
    let entry = match function {
        HostFunction::Call => EntryPoint::Execute,
        HostFunction::Query => EntryPoint::Query,
        _ => return simple(function, arguments, memory, session),
    };
    let [contract, payload, length, gas_limit] = *arguments else {
        unreachable!("the row has four parameters")
    };
    let slices = fixed(memory, contract)
        .and_then(|contract| Ok((Address(*contract), slice(memory, payload, length)?)));
    match slices {
        Ok((contract, payload)) => {
            let (session, status) = session.call(entry, contract, payload, gas_limit);
            (session, status.map(|status| Some(status as u64)))
        }
        Err(error) => (session, Err(error)),
    }
}

fn simple(
    function: HostFunction,
    arguments: &[u64],
    memory: &mut [u8],
    mut session: Box<Session>,
) -> (Box<Session>, Answer) {
    use HostFunction as F;
    let s = &mut *session;
    let answer = match (function, arguments) {
        (F::InputRead, &[to, room]) => give(memory, to, room, || Ok(s.input()?.to_vec())),
        (F::RegisterRead, &[to, room]) => give(memory, to, room, || Ok(s.register()?.to_vec())),
        (F::ContextRead, &[to, room]) => give(memory, to, room, || s.context()),
        (F::OutputSet, &[at, length]) => {
            slice(memory, at, length).and_then(|output| s.set_output(output)).map(|()| None)
        }
        (F::Fail, &[code, at, length]) => {
            slice(memory, at, length).and_then(|details| s.fail(word(code), details)).map(|()| None)
        }
        (F::Panic, &[at, length]) => {
            slice(memory, at, length).and_then(|text| s.panic(text)).map(|()| None)
        }
        (F::EventEmit, &[name, n, topics, t, data, d]) => {
            emit(memory, s, [name, n, topics, t, data, d])
        }
        (F::Keccak256 | F::VerifySignature | F::RecoverKey, arguments) => {
            crypto(function, arguments, memory, s)
        }
        (_, arguments) => storage(function, arguments, memory, s),
    };
    (session, answer)
}

fn storage(
    function: HostFunction,
    arguments: &[u64],
    memory: &mut [u8],
    s: &mut Session,
) -> Answer {
    use HostFunction as F;
    match (function, arguments) {
        (F::StorageGet, &[namespace, key, length, to, room]) => {
            room_for(memory, to, room)?;
            let key = slice(memory, key, length)?.to_vec();
            let Some(value) = s.storage_get(word(namespace), &key)?.map(<[u8]>::to_vec) else {
                return Ok(Some(NO_VALUE));
            };
            let size = value.len() as u64;
            match size <= room {
                true => room_for(memory, to, size)?.copy_from_slice(&value),
                false => s.set_register(value),
            }
            Ok(Some(size))
        }
        (F::StorageSet, &[namespace, key, k, value, v]) => {
            let (key, value) = (slice(memory, key, k)?, slice(memory, value, v)?);
            s.storage_set(word(namespace), key, value).map(|()| None)
        }
        (F::StorageRemove, &[namespace, key, length]) => {
            let there = s.storage_remove(word(namespace), slice(memory, key, length)?)?;
            Ok(Some(u64::from(there)))
        }
        (F::StorageScan, &[namespace, start, s_len, end, e_len, flags, limit]) => {
            let (start, end) = (slice(memory, start, s_len)?, slice(memory, end, e_len)?);
            let (namespace, flags, limit) = (word(namespace), word(flags), word(limit));
            let found = s.storage_scan(ScanArguments { namespace, start, end, flags, limit })?;
            Ok(Some(u64::from(found)))
        }
        other => unreachable!("no row of the table: {other:?}"),
    }
}

fn emit(memory: &[u8], s: &mut Session, [name, n, topics, t, data, d]: [u64; 6]) -> Answer {
    let (name, topics) = (slice(memory, name, n)?, slice(memory, topics, t)?);
    s.emit(name, topics, slice(memory, data, d)?).map(|()| None)
}

fn crypto(function: HostFunction, arguments: &[u64], memory: &mut [u8], s: &mut Session) -> Answer {
    use HostFunction as F;
    match (function, arguments) {
        (F::Keccak256, &[at, length, to]) => {
            room_for(memory, to, 32)?;
            let digest = s.keccak256(slice(memory, at, length)?)?;
            room_for(memory, to, 32)?.copy_from_slice(&digest.0);
            Ok(None)
        }
        (F::VerifySignature, &[digest, key, signature]) => {
            let (digest, key) = (fixed(memory, digest)?, fixed(memory, key)?);
            let good = s.verify_signature(digest, key, fixed(memory, signature)?)?;
            Ok(Some(u64::from(good)))
        }
        (F::RecoverKey, &[digest, signature, recovery_id, to]) => {
            room_for(memory, to, 33)?;
            let (digest, signature) = (fixed(memory, digest)?, fixed(memory, signature)?);
            let Some(key) = s.recover_key(digest, signature, word(recovery_id))? else {
                return Ok(Some(0));
            };
            room_for(memory, to, 33)?.copy_from_slice(&key.0);
            Ok(Some(1))
        }
        other => unreachable!("no row of the table: {other:?}"),
    }
}

/// Gives the guest what `make` makes if it fits `room` bytes at `to`, and its length in any case.
fn give(
    memory: &mut [u8],
    to: u64,
    room: u64,
    make: impl FnOnce() -> Result<Vec<u8>, HostError>,
) -> Answer {
    let buffer = room_for(memory, to, room)?;
    let bytes = make()?;
    if let Some(target) = buffer.get_mut(..bytes.len()) {
        target.copy_from_slice(&bytes);
    }
    Ok(Some(bytes.len() as u64))
}

/// A 32-bit argument.
fn word(argument: u64) -> u32 {
    u32::try_from(argument).expect("a parameter of 32 bits")
}

fn range(at: u64, length: u64) -> std::ops::Range<usize> {
    let start = word(at) as usize;
    start..start + word(length) as usize
}

fn slice(memory: &[u8], at: u64, length: u64) -> Result<&[u8], HostError> {
    memory.get(range(at, length)).ok_or(HostError::Halt(HaltCode::BadPointer))
}

fn fixed<const N: usize>(memory: &[u8], at: u64) -> Result<&[u8; N], HostError> {
    let bytes = slice(memory, at, N as u64)?;
    Ok(bytes.try_into().expect("a slice of that length"))
}

fn room_for(memory: &mut [u8], at: u64, length: u64) -> Result<&mut [u8], HostError> {
    memory.get_mut(range(at, length)).ok_or(HostError::Halt(HaltCode::BadPointer))
}
