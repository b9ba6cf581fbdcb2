//! The counter example, run and described.

use crate::host::{Ended, World};
use tenor_example_counter::{
    Counted, CounterError, ExecuteMsg, InstantiateMsg, NATIVE, QueryMsg, SPEC_SECTION,
};
use tenor_sdk::Failure;
use tenor_sdk::abi::EntryPoint::{Execute, Instantiate, Migrate, Query};
use tenor_sdk::abi::codec::{decode, encode};
use tenor_sdk::abi::failure::{CALL_FAILED, INPUT_MALFORMED};
use tenor_sdk::primitives::{Address, ContractFailure, HaltCode};

const OWNER: Address = Address([1; 32]);
const USER: Address = Address([2; 32]);
const FIRST: Address = Address([11; 32]);
const SECOND: Address = Address([12; 32]);

/// Two instances with a limit of 10.
fn world() -> World {
    let mut world = World::of(NATIVE);
    for instance in [FIRST, SECOND] {
        let input = encode(&InstantiateMsg { limit: 10 });
        assert_eq!(world.run(Instantiate, OWNER, instance, input), Ok(vec![]));
    }
    world
}

fn execute(world: &mut World, caller: Address, message: &ExecuteMsg) -> Result<Vec<u8>, Ended> {
    world.run(Execute, caller, FIRST, encode(message))
}

fn failure(ended: Result<Vec<u8>, Ended>) -> ContractFailure {
    match ended {
        Err(Ended::Failed(failure)) => failure,
        other => panic!("expected a failure, got {other:?}"),
    }
}

fn error(ended: Result<Vec<u8>, Ended>) -> Option<CounterError> {
    let ContractFailure { code, details, .. } = failure(ended);
    Failure { code, details }.to_error()
}

#[test]
fn counting_changes_state_and_says_so() {
    let mut world = world();
    assert_eq!(execute(&mut world, USER, &ExecuteMsg::Increment { by: 4 }), Ok(encode(&4u64)));
    assert_eq!(execute(&mut world, USER, &ExecuteMsg::Increment { by: 6 }), Ok(encode(&10u64)));
    let event = encode(&Counted { account: USER, value: 10 });
    assert_eq!(world.events[1], ("Counted".into(), vec![USER.0.to_vec()], event));
    let value = world.run(Query, USER, FIRST, encode(&QueryMsg::Value { account: USER }));
    assert_eq!(value, Ok(encode(&10u64)));
    let list = QueryMsg::List { after: None, limit: 9 };
    assert_eq!(world.run(Query, USER, FIRST, encode(&list)), Ok(encode(&vec![(USER, 10u64)])));
}

#[test]
fn refusals_are_typed_and_leave_nothing() {
    let mut world = world();
    let before = world.stores.clone();
    assert_eq!(
        error(execute(&mut world, USER, &ExecuteMsg::Increment { by: 0 })),
        Some(CounterError::NoStep)
    );
    assert_eq!(
        error(execute(&mut world, USER, &ExecuteMsg::Increment { by: 11 })),
        Some(CounterError::LimitReached { limit: 10, value: 0 })
    );
    assert_eq!(
        error(execute(&mut world, USER, &ExecuteMsg::Reset { account: USER })),
        Some(CounterError::NotOwner)
    );
    assert!(execute(&mut world, OWNER, &ExecuteMsg::Reset { account: USER }).is_ok());
    assert_eq!(world.stores, before);
}

#[test]
fn a_called_contract_counts_for_its_caller() {
    let mut world = world();
    let forward = |by| ExecuteMsg::Forward { to: SECOND, by };
    assert_eq!(execute(&mut world, USER, &forward(3)), Ok(encode(&3u64)));
    let value = world.run(Query, USER, SECOND, encode(&QueryMsg::Value { account: FIRST }));
    assert_eq!(value, Ok(encode(&3u64)), "the caller is the contract, not the user");

    let failed = failure(execute(&mut world, USER, &forward(8)));
    assert_eq!((failed.contract, failed.code), (FIRST, CALL_FAILED));
    let first: ContractFailure = decode(&failed.details).expect("who refused first");
    assert_eq!(first.contract, SECOND);
    let error = Failure { code: first.code, details: first.details }.to_error();
    assert_eq!(error, Some(CounterError::LimitReached { limit: 10, value: 3 }));
}

#[test]
fn other_input_than_one_message_is_refused() {
    let mut world = world();
    let mut trailing = encode(&ExecuteMsg::Increment { by: 1 });
    trailing.push(0);
    for input in [vec![], vec![3], vec![0, 1], trailing] {
        let refused = failure(world.run(Execute, USER, FIRST, input));
        assert_eq!((refused.code, refused.details), (INPUT_MALFORMED, vec![]));
    }
    let migrated = world.run(Migrate, USER, FIRST, vec![]);
    assert_eq!(migrated, Err(Ended::Halted(HaltCode::NoEntryPoint)));
}

#[test]
fn the_spec_is_pinned() {
    let spec = tenor_sdk::abi::spec::decode(SPEC_SECTION).expect("the contract's own spec");
    insta::assert_debug_snapshot!("counter_spec", spec);
}
