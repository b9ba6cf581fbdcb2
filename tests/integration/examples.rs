//! The example contracts, natively and compiled.

use std::panic::{AssertUnwindSafe, catch_unwind};
use tenor_example_counter as counter;
use tenor_example_token as token;
use tenor_primitives::{Amount, Role};
use tenor_testing::Chain;
use tenor_tests::{engine, parity};

#[test]
fn the_counter_counts_forwards_and_refuses() {
    parity::on_both(&[counter::NATIVE], None, |chain| {
        let operator = chain.address("operator");
        let [a, b] = ["a", "b"].map(|label| chain.account(label, &[Role::Participant]));
        let message = counter::InstantiateMsg { limit: 10 };
        let first = chain.instantiate(operator, "counter", "first", &message);
        let second = chain.instantiate(operator, "counter", "second", &message);
        let by = |by| counter::ExecuteMsg::Increment { by };
        assert_eq!(chain.execute(a, first, &by(7)).output::<u64>(), 7);
        let refused = chain.execute(a, first, &by(4)).error::<counter::CounterError>();
        assert_eq!(refused, counter::CounterError::LimitReached { limit: 10, value: 7 });
        let forward = counter::ExecuteMsg::Forward { to: second, by: 3 };
        assert_eq!(chain.execute(b, first, &forward).output::<u64>(), 3);
        let too_far = counter::ExecuteMsg::Forward { to: second, by: 8 };
        assert!(chain.execute(b, first, &too_far).result().is_err());
        let own = counter::ExecuteMsg::Forward { to: first, by: 1 };
        assert!(chain.execute(b, first, &own).result().is_err(), "re-entry");
        let reset = counter::ExecuteMsg::Reset { account: a };
        let refused = chain.execute(a, first, &reset).error::<counter::CounterError>();
        assert_eq!(refused, counter::CounterError::NotOwner);
        chain.execute(operator, first, &reset).succeeded();
        let list = counter::QueryMsg::List { after: None, limit: 10 };
        let all: Vec<(tenor_primitives::Address, u64)> =
            chain.query(a, second, &list).expect("an answer");
        assert_eq!(all, [(first, 3)]);
    });
}

#[test]
fn a_transfer_to_oneself_makes_nothing() {
    parity::on_both(&[token::NATIVE], None, |chain: &mut Chain| {
        let [a, b] = ["a", "b"].map(|label| chain.account(label, &[Role::Participant]));
        let operator = chain.address("operator");
        let message = token::InstantiateMsg { owner: a, supply: Amount(1000) };
        let contract = chain.instantiate(operator, "token", "token", &message);
        let transfer = |to, amount| token::ExecuteMsg::Transfer { to, amount: Amount(amount) };
        chain.execute(a, contract, &transfer(a, 400)).succeeded();
        chain.execute(a, contract, &transfer(b, 300)).succeeded();
        let refused = chain.execute(b, contract, &transfer(a, 301)).error::<token::TokenError>();
        let expected =
            token::TokenError::Insufficient { available: Amount(300), required: Amount(301) };
        assert_eq!(refused, expected);
        let balance = |account| {
            let question = token::QueryMsg::Balance { account };
            chain.query::<_, Amount>(account, contract, &question).expect("an answer")
        };
        assert_eq!((balance(a), balance(b)), (Amount(700), Amount(300)));
    });
}

#[test]
fn what_fails_unexpectedly_on_the_production_engine_is_shown_step_by_step() {
    let story = engine::with_stack(|| {
        let mut chain = Chain::new(engine::wasm_of(&["counter"]));
        let operator = chain.address("operator");
        let message = counter::InstantiateMsg { limit: 10 };
        let first = chain.instantiate(operator, "counter", "first", &message);
        let second = chain.instantiate(operator, "counter", "second", &message);
        let forward = counter::ExecuteMsg::Forward { to: second, by: 11 };
        let outcome = chain.execute(operator, first, &forward);
        let failed = catch_unwind(AssertUnwindSafe(|| drop(outcome.succeeded().clone())));
        *failed.expect_err("it panics").downcast::<String>().expect("a text")
    });
    for step in ["forward {by: 11", "increment {by: 11", "storage_get limit", "LimitReached"] {
        assert!(story.contains(step), "expected {step:?} in\n{story}");
    }
}
