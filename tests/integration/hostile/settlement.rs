//! Delivery versus payment where somebody wants it done by half; the reference contracts' own
//! scenarios hold the rest. They run with `Chain::check_refusals`, which holds every refusal to its
//! exact gas and to a state of which nothing but a nonce has changed, and each of them goes on.

use super::page::elsewhere;
use tenor_abi::ContractError as _;
use tenor_abi::failure::CALL_FAILED;
use tenor_interfaces::cash::{Config, Error as CashError};
use tenor_interfaces::registry::Standing;
use tenor_interfaces::settlement::{Error, InstructionField};
use tenor_primitives::{Address, Role};
use tenor_testing::{Chain, Engine};
use tenor_tests::engine::{self, with_stack};
use tenor_tests::hostile::{End, Row};
use tenor_tests::parity::on_both;
use tenor_tests::scenarios::market::reference;
use tenor_tests::scenarios::{self, CONTRACTS};
use tenor_tests::wasm::text::{escaped, guest};

/// The group's rows of the page.
pub(super) fn rows() -> Vec<Row> {
    let own = |case, test, end: &End| Row::new(case, test, end);
    let scenario =
        |case, test, end: &End| Row { end: end.to_string(), ..elsewhere(case, test, "") };
    let refused = |case, test, code| scenario(case, test, &End::Reverted(code));
    let (field, account) = (InstructionField::FaceAmount, Address::SYSTEM);
    let used = Error::ReferenceUsed { reference: reference("R"), id: 1 };
    let frozen = Error::AccountRefused { account, standing: Standing::Frozen };
    vec![
        own(
            "leg two fails after leg one",
            "hostile::settlement::the_second_leg_fails",
            &End::Reverted(CALL_FAILED),
        ),
        own(
            "leg two fails after leg one",
            "hostile::settlement::a_settlement_is_cut_anywhere",
            &End::Halted(tenor_primitives::HaltCode::OutOfGas),
        ),
        own(
            "a contract of one pair fails the queue",
            "hostile::settlement::a_contract_that_fails_is_passed_over",
            &End::Harmless,
        ),
        own(
            "a contract of one pair burns the gas of the queue",
            "hostile::settlement::a_contract_that_burns_gas_fails_alone",
            &End::Harmless,
        ),
        scenario(
            "both legs to one account",
            "contracts::settlement::both_legs_to_one_account",
            &End::Harmless,
        ),
        refused(
            "zero, negative, dust",
            "contracts::settlement::wrong_fields",
            Error::InvalidField { field }.code(),
        ),
        refused(
            "zero, negative, dust",
            "contracts::cash::refused_payments",
            CashError::ZeroAmount.code(),
        ),
        refused(
            "paused asset mid-settlement",
            "contracts::settlement::frozen_account",
            frozen.code(),
        ),
        refused("replayed reference", "contracts::settlement::replayed_reference", used.code()),
        scenario(
            "record date during settlement",
            "contracts::issuance::trade_in_the_second_of_the_cut_off",
            &End::Harmless,
        ),
        scenario(
            "the same units in eight concurrent settlements",
            "hostile::settlement::the_same_units_settle_once",
            &End::Harmless,
        ),
    ]
}

#[test]
fn the_same_units_settle_once() {
    on_both(CONTRACTS, None, scenarios::hostile::the_same_units_eight_times);
}

/// The compiled contracts, and one of the test's own.
fn chain_with(code: Option<(&str, Vec<u8>)>) -> Chain {
    let names = CONTRACTS.iter().map(|contract| contract.spec.name);
    let mut compiled = engine::compiled();
    let codes = names.map(|name| (name.to_owned(), compiled.remove(name).expect("compiled")));
    let own = code.map(|(name, code)| (name.to_owned(), code));
    let mut chain = Chain::new(Engine::new(engine::vm(), codes.chain(own).collect::<Vec<_>>()));
    chain.check_refusals();
    chain
}

/// Cash that does something else in one of its messages, by their number; everything else is well, and
/// what it answers when it is asked how it is set up.
fn unwilling(config: &[u8], message: u32, does: &str) -> String {
    let (bytes, length) = (escaped(config), config.len());
    format!(
        r#"(data (i32.const 2000) "{bytes}")
        (func (export "query") (call $output_set (i32.const 2000) (i32.const {length})))
        (func (export "execute")
          (drop (call $input_read (i32.const 0) (i32.const 1000)))
          (if (i32.eq (i32.load8_u (i32.const 0)) (i32.const {message}))
            (then {does})))"#
    )
}

/// Its `execute_hold` fails.
const FAILS: (u32, &str) = (5, "(call $fail (i32.const 66) (i32.const 0) (i32.const 0))");
/// Its `hold` never comes back.
const BURNS: (u32, &str) = (4, "(loop $for_ever (br $for_ever))");

/// A chain with dollars of that kind.
fn chain_with_dollars((message, does): (u32, &str)) -> (Chain, Address) {
    // Where the registry will be follows from who makes it.
    let chain = chain_with(None);
    let registry = chain.instance_address(chain.address("operator"), "registry");
    let currency = "USD".parse().expect("a currency");
    let config = Config { registry, provider: Address::SYSTEM, currency };
    let config = borsh::to_vec(&config).expect("encodes");
    let code = guest(&unwilling(&config, message, does));
    let mut chain = chain_with(Some(("unwilling", code)));
    let creator = chain.account("unwilling-provider", &[Role::Issuer]);
    let cash = chain.instantiate(creator, "unwilling", "unwilling", &());
    (chain, cash)
}

#[test]
fn the_second_leg_fails() {
    let outcome = with_stack(|| {
        let (mut chain, cash) = chain_with_dollars(FAILS);
        scenarios::hostile::cash_that_does_not_pay(&mut chain, cash)
    });
    assert_eq!(End::of(&outcome.receipt), End::Reverted(CALL_FAILED));
}

#[test]
fn a_contract_that_fails_is_passed_over() {
    with_stack(|| {
        let (mut chain, cash) = chain_with_dollars(FAILS);
        scenarios::hostile::a_pair_that_undoes_the_queue(&mut chain, cash);
    });
}

#[test]
fn a_contract_that_burns_gas_fails_alone() {
    with_stack(|| {
        let (mut chain, cash) = chain_with_dollars(BURNS);
        scenarios::hostile::a_pair_that_burns_gas(&mut chain, cash);
    });
}

#[test]
fn a_settlement_is_cut_anywhere() {
    with_stack(|| scenarios::hostile::cut_at_any_gas(&mut chain_with(None)));
}
