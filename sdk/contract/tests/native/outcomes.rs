//! A contract that does what no contract should, and the ends that follow.

use crate::host::{Ended, World};
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_sdk::abi::EntryPoint::{Execute, Instantiate, Migrate, Query};
use tenor_sdk::abi::codec::{decode, encode};
use tenor_sdk::abi::failure::{CALL_HALTED, REPLY_MALFORMED, VALUE_CORRUPT, VALUE_MISSING};
use tenor_sdk::prelude::*;
use tenor_sdk::primitives::{HaltCode, Halted, PublicKey, Signature};

#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = OddClient)]
enum OddExecute {
    /// Panics with a text.
    Panic,
    /// Calls `to` with an execute message; keeps going if it fails.
    #[returns(u32)]
    Tolerate { to: Address, message: Vec<u8> },
    /// Calls `to` without any gas.
    Starve { to: Address },
    /// Answers with something other than its type.
    #[returns(u64)]
    Lie,
    /// Believes what `Lie` says.
    #[returns(u64)]
    Believe { to: Address },
    /// Stores bytes that are no number, then reads them.
    Corrupt,
}

#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = OddQueries)]
enum OddQuery {
    /// Every fact and every check of the host.
    #[returns(Vec<u8>)]
    #[readers(public)]
    Facts,
    /// A value that must exist.
    #[returns(u64)]
    #[readers(public)]
    Level,
}

#[derive(Clone, Debug, PartialEq, Eq, ContractError)]
enum OddError {
    /// Never given.
    #[error(code = 1)]
    Odd,
}

const LEVEL: Item<u64> = Item::new(3, "level");

fn instantiate(ctx: &mut Context, level: u64) -> Result<()> {
    Ok(LEVEL.save(ctx, &level)?)
}

fn migrate(ctx: &mut Context, step: u64) -> Result<()> {
    LEVEL.update(ctx, |level| level.checked_add(step).ok_or(OddError::Odd))?;
    Ok(())
}

fn execute(ctx: &mut Context, message: OddExecute) -> Result<Response> {
    match message {
        OddExecute::Panic => panic!("level {}", LEVEL.load(ctx)?),
        OddExecute::Tolerate { to, message } => {
            LEVEL.save(ctx, &77)?;
            let outcome: Result<u64, CallError> = ctx.execute(to, message);
            reply(match outcome {
                Ok(_) => 0,
                Err(CallError::Failed(failure)) => failure.code,
                Err(CallError::Halted(halted)) => halted.code as u32,
                Err(CallError::Reply { .. }) => REPLY_MALFORMED,
            })
        }
        OddExecute::Starve { to } => reply(OddClient::new(&mut ctx.limited(0), to).panic()?),
        OddExecute::Lie => reply(7u8),
        OddExecute::Believe { to } => reply(OddClient::new(ctx, to).lie()?),
        OddExecute::Corrupt => {
            let Ok(()) = ctx.set(3, &[], &[1, 2, 3]);
            reply(LEVEL.load(ctx)?)
        }
    }
}

fn query(ctx: &QueryContext, message: OddQuery) -> Result<Response> {
    match message {
        OddQuery::Level => reply(LEVEL.load(ctx)?),
        OddQuery::Facts => {
            let digest = ctx.keccak256(ctx.chain_id().as_str().as_bytes());
            let mut signature = Signature([0; 64]);
            signature.0[..32].copy_from_slice(&digest.0);
            let checks = (
                ctx.verify_signature(&digest, &PublicKey([2; 33]), &signature),
                ctx.recover_key(&digest, &signature, 3),
                ctx.recover_key(&digest, &signature, 4),
            );
            let facts = (ctx.caller(), ctx.own_address(), ctx.block_time(), ctx.block_height());
            reply(encode(&(facts, ctx.transaction_hash(), checks)))
        }
    }
}

contract! {
    name: "odd",
    instantiate: instantiate(u64),
    execute: execute(OddExecute),
    query: query(OddQuery),
    migrate: migrate(u64),
    events: [],
    errors: OddError,
    storage: &[LEVEL.schema()],
}

const USER: Address = Address([2; 32]);
const FIRST: Address = Address([11; 32]);
const SECOND: Address = Address([12; 32]);

fn world() -> World {
    let mut world = World::of(NATIVE);
    for instance in [FIRST, SECOND] {
        assert!(world.run(Instantiate, USER, instance, encode(&5u64)).is_ok());
    }
    world
}

fn execute_first(world: &mut World, message: &OddExecute) -> Result<Vec<u8>, Ended> {
    world.run(Execute, USER, FIRST, encode(message))
}

fn code_and_details(ended: Result<Vec<u8>, Ended>) -> (u32, Vec<u8>) {
    match ended {
        Err(Ended::Failed(failure)) => (failure.code, failure.details),
        other => panic!("expected a failure, got {other:?}"),
    }
}

#[test]
fn a_panic_is_a_bug_of_the_contract_and_its_text_is_known() {
    let ended = execute_first(&mut world(), &OddExecute::Panic);
    assert_eq!(ended, Err(Ended::Panicked("level 5".into())));
}

#[test]
fn a_failed_call_is_undone_while_the_caller_goes_on() {
    let mut world = world();
    for (message, code) in [
        (OddExecute::Panic, HaltCode::Panicked as u32),
        (OddExecute::Corrupt, VALUE_CORRUPT),
        (OddExecute::Lie, REPLY_MALFORMED),
    ] {
        let tolerate = OddExecute::Tolerate { to: SECOND, message: encode(&message) };
        assert_eq!(execute_first(&mut world, &tolerate), Ok(encode(&code)));
    }
    let level = |world: &mut World, of| world.run(Query, USER, of, encode(&OddQuery::Level));
    assert_eq!(level(&mut world, SECOND), Ok(encode(&5u64)), "undone");
    assert_eq!(level(&mut world, FIRST), Ok(encode(&77u64)), "kept");
}

#[test]
fn halts_and_lies_below_have_codes_of_their_own() {
    let mut world = world();
    let (code, details) =
        code_and_details(execute_first(&mut world, &OddExecute::Starve { to: SECOND }));
    assert_eq!(code, CALL_HALTED);
    let halted: Halted = decode(&details).expect("what was halted");
    assert_eq!(halted, Halted { contract: SECOND, code: HaltCode::OutOfGas });
    let believed = execute_first(&mut world, &OddExecute::Believe { to: SECOND });
    assert_eq!(code_and_details(believed), (REPLY_MALFORMED, SECOND.0.to_vec()));
}

#[test]
fn stored_bytes_of_another_type_are_named() {
    let corrupt = execute_first(&mut world(), &OddExecute::Corrupt);
    assert_eq!(code_and_details(corrupt), (VALUE_CORRUPT, encode(&(3u16, Vec::<u8>::new()))));
    let nowhere = Address([99; 32]);
    let missing = world().run(Query, USER, nowhere, encode(&OddQuery::Level));
    assert_eq!(code_and_details(missing), (VALUE_MISSING, encode(&(3u16, Vec::<u8>::new()))));
}

#[test]
fn migration_is_an_entry_point_like_the_others() {
    let mut world = world();
    assert_eq!(world.run(Migrate, USER, FIRST, encode(&2u64)), Ok(vec![]));
    assert_eq!(world.run(Query, USER, FIRST, encode(&OddQuery::Level)), Ok(encode(&7u64)));
    let refused = world.run(Migrate, USER, FIRST, encode(&u64::MAX));
    assert_eq!(code_and_details(refused), (1, vec![]));
    assert_eq!(SPEC.migrate, u64::SCHEMA);
}

#[test]
fn facts_and_checks_are_the_hosts() {
    type Facts =
        ((Address, Address, Timestamp, u64), Hash, (bool, Option<PublicKey>, Option<PublicKey>));
    let answer = world().run(Query, USER, FIRST, encode(&OddQuery::Facts)).expect("answers");
    let inner: Vec<u8> = decode(&answer).expect("bytes");
    let (facts, transaction, checks): Facts = decode(&inner).expect("facts");
    assert_eq!(facts, (USER, FIRST, Timestamp::from_unix_ms(7_000), 7));
    assert_eq!((transaction, checks), (Hash([7; 32]), (true, Some(PublicKey([3; 33])), None)));
}

/// `execute` under a query's entry point: the host refuses the write, and the contract cannot catch it.
#[test]
fn a_host_error_ends_the_call_past_the_contract() {
    use tenor_sdk::NativeContract;
    let swapped = NativeContract { query: NATIVE.execute, ..NATIVE };
    let mut world = World::of(swapped);
    assert!(world.run(Instantiate, USER, FIRST, encode(&5u64)).is_ok());
    let tolerate = OddExecute::Tolerate { to: SECOND, message: vec![] };
    let ended = world.run(Query, USER, FIRST, encode(&tolerate));
    assert_eq!(ended, Err(Ended::Halted(HaltCode::WriteInQuery)));
}
