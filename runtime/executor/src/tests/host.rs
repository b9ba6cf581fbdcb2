//! Host functions: bounds and charges.

use super::Chain;
use crate::{HostError, ScanArguments};
use tenor_abi::{CallContext, EntryPoint, ScanFlags};
use tenor_primitives::{Address, HaltCode, Parameters, Receipt, TransactionStatus};

fn halt(receipt: &Receipt) -> Option<HaltCode> {
    match &receipt.status {
        TransactionStatus::Halted { halt, .. } => Some(halt.code),
        _ => None,
    }
}

/// Runs the case that the payload's first byte names.
fn deploy_cases(chain: &mut Chain) -> Address {
    chain.deploy("cases", |mut session, entry| {
        if entry == EntryPoint::Instantiate {
            return (session, Ok(()));
        }
        let case = session.input().expect("gas")[0];
        let (long_key, long_value) = ([0; 257], vec![0; (64 << 10) + 1]);
        let result = match case {
            0 => session.storage_set(0, &long_key, b""),
            1 => session.storage_set(0, b"k", &long_value),
            2 => session.storage_set(70_000, b"k", b""),
            3 => session.storage_get(0, &long_key).map(|_| ()),
            4 => session.emit(b"", &[0; 4], b""),
            5 => session.emit(b"name", b"not borsh", b""),
            6 => session.set_output(&long_value),
            7 => session.fail(1, &[0; 257]),
            8 => {
                let scan =
                    |flags| ScanArguments { namespace: 0, start: b"", end: b"", flags, limit: 1 };
                session.storage_scan(scan(8)).map(|_| ())
            }
            9 => (0..5_000).try_for_each(|_| session.emit(b"flood", &[0; 4], b"")),
            _ => session.storage_set(0, b"", b"").and_then(|()| {
                let found = session.storage_get(0, b"")?.map(<[u8]>::len);
                assert_eq!(found, Some(0), "an empty value is a value");
                session.storage_get(0, b"missing").map(|value| assert!(value.is_none()))
            }),
        };
        (session, result)
    })
}

#[test]
fn the_facts_of_a_call_are_what_contracts_decode() {
    let mut chain = Chain::new();
    let contract = chain.deploy("facts", |mut session, entry| {
        let facts = session.context().expect("gas");
        let context: CallContext = borsh::from_slice(&facts).expect("a call's context");
        assert_eq!(context.chain_id, session.environment.chain_id);
        assert_eq!(context.block_height, session.environment.height);
        assert_eq!(context.block_time, session.environment.time);
        assert_eq!(context.transaction_hash, session.transaction_hash);
        assert_eq!(context.contract, session.frame().contract);
        assert_eq!(context.caller, session.frame().caller);
        assert_ne!(context.caller, context.contract);
        let result =
            if entry == EntryPoint::Execute { session.set_output(b"seen") } else { Ok(()) };
        (session, result)
    });
    assert_eq!(chain.execute(contract, &[]).outputs, [b"seen"]);
}

#[test]
fn arguments_out_of_bounds_stop_the_guest() {
    let mut chain = Chain::new();
    let cases = deploy_cases(&mut chain);
    for case in [0, 1, 2, 3, 4, 5, 8] {
        assert_eq!(halt(&chain.execute(cases, &[case])), Some(HaltCode::BadArgument), "{case}");
    }
    for case in [6, 7] {
        assert_eq!(halt(&chain.execute(cases, &[case])), Some(HaltCode::OutputLimit), "{case}");
    }
    assert_eq!(halt(&chain.execute(cases, &[9])), Some(HaltCode::EventLimit));
    assert!(chain.execute(cases, &[10]).is_success());
}

#[test]
fn scans_see_the_transaction_s_own_writes_in_order() {
    let mut chain = Chain::new();
    let contract = chain.deploy("scans", |mut session, entry| {
        let result = (|| -> Result<(), HostError> {
            if entry == EntryPoint::Instantiate {
                return [b"a", b"b", b"d"]
                    .iter()
                    .try_for_each(|key| session.storage_set(1, *key, *key));
            }
            session.storage_remove(1, b"b")?;
            session.storage_set(1, b"c", b"new")?;
            session.storage_set(2, b"c", b"other namespace")?;
            let arguments =
                |flags, limit| ScanArguments { namespace: 1, start: b"a", end: b"d", flags, limit };
            let mut found = |flags, limit| -> Result<Vec<(Vec<u8>, Vec<u8>)>, HostError> {
                session.storage_scan(arguments(flags, limit))?;
                Ok(borsh::from_slice(session.register()?).expect("entries"))
            };
            let keys = |entries: Vec<(Vec<u8>, Vec<u8>)>| {
                entries.into_iter().map(|(key, _)| key[0]).collect::<Vec<_>>()
            };
            assert_eq!(keys(found(0, 10)?), b"ac");
            assert_eq!(keys(found(ScanFlags::UNBOUNDED, 10)?), b"acd");
            assert_eq!(keys(found(ScanFlags::UNBOUNDED | ScanFlags::REVERSE, 2)?), b"dc");
            assert!(found(ScanFlags::KEYS_ONLY, 1)?[0].1.is_empty());
            Ok(())
        })();
        (session, result)
    });
    let receipt = chain.execute(contract, b"");
    assert!(receipt.is_success(), "{receipt:?}");
}

#[test]
fn a_scan_pays_for_what_it_looks_at_whoever_wrote_it() {
    let mut chain = Chain::new();
    let contract = chain.deploy("many", |mut session, entry| {
        let result = (|| -> Result<(), HostError> {
            if entry == EntryPoint::Instantiate {
                return (0..100u8).try_for_each(|key| session.storage_set(1, &[key], &[0; 100]));
            }
            let removed = session.input()?[0];
            for key in 0..removed {
                session.storage_remove(1, &[key])?;
            }
            let before = session.gas_left;
            let flags = ScanFlags::UNBOUNDED | ScanFlags::KEYS_ONLY;
            session.storage_scan(ScanArguments {
                namespace: 1,
                start: b"",
                end: b"",
                flags,
                limit: 1,
            })?;
            session.set_output(&(before - session.gas_left).to_le_bytes())
        })();
        (session, result)
    });
    let cost = |chain: &mut Chain, removed: u8| {
        let receipt = chain.execute(contract, &[removed]);
        u64::from_le_bytes(receipt.outputs[0].clone().try_into().expect("eight bytes"))
    };
    let one = cost(&mut chain, 0);
    let gas = Parameters::initial().gas;
    let per_entry = |bytes| gas.storage_scan_entry + gas.storage_scan.per_byte * bytes;
    assert_eq!(one, gas.storage_scan.base + per_entry(101));
    // Each removed entry is met twice: in the base with its value, and as a removal.
    assert_eq!(cost(&mut chain, 10), one + 10 * (per_entry(101) + per_entry(1)));
}
