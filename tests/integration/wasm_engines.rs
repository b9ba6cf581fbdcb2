//! The repository's contracts on four engines: production, wasmtime without and with optimisation,
//! and an interpreter by other authors. Receipts with their gas, storage, every run's gas, stack,
//! end, memory and host calls must be the same.

use std::sync::{Arc, LazyLock};
use tenor_bond_math::{BondTerms, Coupon, Decimal, Observations};
use tenor_example_counter as counter;
use tenor_example_quote as quote;
use tenor_example_token as token;
use tenor_executor::Vm;
use tenor_primitives::{Address, Amount, Message, Role};
use tenor_testing::{Chain, Engine};
use tenor_tests::engine;
use tenor_tests::scenarios::{self, CONTRACTS};
use tenor_tests::wasm::engines::{
    Compiled, GuestEngine, Inside, Interpreted, Modules, Record, Recorded, SideVm,
};
use wasmtime::OptLevel;

static INTERPRETED: LazyLock<Modules<Interpreted>> =
    LazyLock::new(|| Modules::new(Interpreted::default()));
static UNOPTIMISED: LazyLock<Modules<Compiled>> =
    LazyLock::new(|| Modules::new(Compiled::new(OptLevel::None)));
static OPTIMISED: LazyLock<Modules<Compiled>> =
    LazyLock::new(|| Modules::new(Compiled::new(OptLevel::Speed)));

type Runs = Vec<(Record, Option<Inside>)>;

/// Plays `body` on an engine with a stack for guests.
fn play(vm: Arc<dyn Vm>, names: &[&str], body: fn(&mut Chain)) -> Chain {
    let mut compiled = engine::compiled();
    let code = |name: &&str| {
        let code = compiled.remove(*name).unwrap_or_else(|| panic!("{name} is not compiled"));
        ((*name).to_owned(), code)
    };
    let engine = Engine::new(vm, names.iter().map(code).collect::<Vec<_>>());
    let thread = std::thread::Builder::new().stack_size(tenor_vm::THREAD_STACK_BYTES);
    let running = thread.spawn(move || {
        let mut chain = Chain::new(engine);
        body(&mut chain);
        chain
    });
    let joined = running.expect("a thread starts").join();
    joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn on_side<E: GuestEngine>(
    modules: &'static Modules<E>,
    names: &[&str],
    body: fn(&mut Chain),
) -> (Chain, Runs) {
    let vm = Arc::new(SideVm::new(modules));
    let chain = play(vm.clone(), names, body);
    (chain, vm.records())
}

/// Plays `body` on all engines and compares what they did; the number of runs of guest code.
fn on_all(names: &[&str], body: fn(&mut Chain)) -> usize {
    let vm = Arc::new(Recorded::new(engine::vm()));
    let production = play(vm.clone(), names, body);
    let runs = vm.records();
    let (interpreted, inside) = on_side(&INTERPRETED, names, body);
    let outside: Vec<Record> = inside.iter().map(|(record, _)| record.clone()).collect();
    same("production and the interpreter", &runs, &outside);
    same_chain(&production, &interpreted);
    for (name, (chain, other)) in [
        ("unoptimised and the interpreter", on_side(&UNOPTIMISED, names, body)),
        ("optimised and the interpreter", on_side(&OPTIMISED, names, body)),
    ] {
        same(name, &other, &inside);
        same_chain(&chain, &interpreted);
    }
    runs.len()
}

fn same<T: PartialEq + std::fmt::Debug>(engines: &str, left: &[T], right: &[T]) {
    assert_eq!(left.len(), right.len(), "runs of {engines}");
    for (index, (left, right)) in left.iter().zip(right).enumerate() {
        assert_eq!(left, right, "run {index} of {engines}");
    }
}

fn same_chain(left: &Chain, right: &Chain) {
    assert_eq!(left.receipts(), right.receipts());
    assert_eq!(left.values(), right.values());
}

macro_rules! contracts {
    ($($module:ident: $($name:ident),*;)*) => {$($(
        #[test]
        fn $name() {
            let names: Vec<&str> = CONTRACTS.iter().map(|contract| contract.spec.name).collect();
            let runs = on_all(&names, scenarios::$module::$name);
            println!("{runs} runs of guest code agree");
        }
    )*)*};
}

contracts! {
    registry: dual_control;
    cash: holds;
    issuance: acceptance, closing_per_allottee;
    coupon: sold_between_record_and_payment, redemption_needs_the_appointment;
    settlement: tolerance;
    random: one_seed;
    life: from_issue_to_redemption;
}

/// Gas limits that a call is tried with.
const LIMITS: u32 = 60;

fn a_token_at_many_limits(chain: &mut Chain) {
    let [a, b] = ["a", "b"].map(|label| chain.account(label, &[Role::Participant]));
    let operator = chain.address("operator");
    let message = token::InstantiateMsg { owner: a, supply: Amount(1000) };
    let contract = chain.instantiate(operator, "token", "token", &message);
    let transfer = token::ExecuteMsg::Transfer { to: b, amount: Amount(1) };
    let ends = at_many_limits(chain, a, contract, &transfer);
    let question = token::QueryMsg::Balance { account: b };
    let balance: Amount = chain.query(b, contract, &question).expect("an answer");
    assert_eq!(balance, Amount(u128::from(ends)));
}

fn a_forwarding_counter_at_many_limits(chain: &mut Chain) {
    let a = chain.account("a", &[Role::Participant]);
    let operator = chain.address("operator");
    let message = counter::InstantiateMsg { limit: 1000 };
    let first = chain.instantiate(operator, "counter", "first", &message);
    let second = chain.instantiate(operator, "counter", "second", &message);
    let forward = counter::ExecuteMsg::Forward { to: second, by: 1 };
    at_many_limits(chain, a, first, &forward);
}

/// Sends `message` with enough gas and then at limits around what it used; how many succeeded,
/// which is neither none nor all.
fn at_many_limits<M: borsh::BorshSerialize>(
    chain: &mut Chain,
    sender: Address,
    contract: Address,
    message: &M,
) -> u32 {
    let payload = borsh::to_vec(message).expect("a message encodes");
    let messages = || vec![Message::Execute { contract, payload: payload.clone() }];
    let used = chain.send(sender, messages()).succeeded().receipt.gas_used;
    let mut succeeded = 1;
    for step in 0..LIMITS {
        // A step that meets no rhythm of the contract.
        let limit = used - 50_000 + u64::from(step) * 997;
        let outcome = chain.send_with_gas(sender, messages(), limit);
        succeeded += u32::from(outcome.receipt.is_success());
    }
    assert!(succeeded > 1 && succeeded < LIMITS, "{succeeded} of {LIMITS} succeeded");
    succeeded
}

#[test]
fn a_token_runs_out_at_the_same_places() {
    on_all(&["token"], a_token_at_many_limits);
}

#[test]
fn a_counter_that_calls_another_runs_out_at_the_same_places() {
    on_all(&["counter"], a_forwarding_counter_at_many_limits);
}

/// Every function of the contract that computes, on a bond of ten years.
fn quotes(chain: &mut Chain) {
    let operator = chain.address("operator");
    let date = |text: &str| text.parse().expect("a date");
    let terms = BondTerms::plain(
        "SGXF10000002".parse().expect("an ISIN"),
        "SGD".parse().expect("a currency"),
        25_000_000,
        10_000_000_000,
        date("2025-01-15"),
        date("2035-01-15"),
        Coupon::Fixed { rate: Decimal::from_bps(325) },
    );
    let bond = quote::Bond { terms, observations: Observations::default() };
    let quoter = quote::Quoter::new(bond.clone()).expect("computable");
    let contract = chain.instantiate(operator, "quote", "quote", &quote::InstantiateMsg { bond });
    let day = date("2031-06-30");
    for question in [
        quote::Quote::Schedule { times: 1 },
        quote::Quote::Payments { times: 1 },
        quote::Quote::Accrued { settlement: day, times: 3 },
        quote::Quote::Rate { day, times: 3 },
    ] {
        let answer: i128 = chain.execute(operator, contract, &question).output();
        assert_eq!(Some(answer), quoter.compute(&question), "as outside of a guest");
    }
}

#[test]
fn bond_math_in_a_guest_is_the_same_everywhere() {
    on_all(&["quote"], quotes);
}
