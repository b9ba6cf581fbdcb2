//! Numbers too large and bytes that are no message, given to real contracts.

use super::page::elsewhere;
use super::{alike, execute};
use tenor_abi::failure::INPUT_MALFORMED;
use tenor_example_counter as counter;
use tenor_example_token as token;
use tenor_interfaces::registry;
use tenor_primitives::{Amount, Message, keccak256};
use tenor_tests::engine;
use tenor_tests::hostile::{CALL_GAS, End, PLENTY, Row, Twin};

/// Rows of tests that lie beside the code.
pub(super) fn rows_elsewhere() -> Vec<Row> {
    vec![
        elsewhere(
            "mul-div rounding",
            "sdk/bond-math/src/rounding.rs::the_wide_path_agrees_with_the_small_one",
            "exact",
        ),
        elsewhere(
            "sum of rounded coupons ≠ total",
            "contracts::coupon::rounding_residue",
            "the residue is named",
        ),
        elsewhere(
            "unsorted map keys",
            "sdk/abi/src/codec.rs::maps_have_one_encoding",
            "`Malformed`",
        ),
        elsewhere(
            "deep recursion",
            "sdk/abi/src/spec/decode.rs::endless_nesting_and_huge_counts_are_refused",
            "refused",
        ),
    ]
}

/// An instance of the repository's contract `name`, made with `payload`.
fn instance(twin: &mut Twin, name: &str, payload: &[u8]) -> tenor_primitives::Address {
    let code = engine::compiled().remove(name).unwrap_or_else(|| panic!("{name} is compiled"));
    twin.deploy_with(name, &code, payload)
}

fn counter(twin: &mut Twin) -> tenor_primitives::Address {
    let message = counter::InstantiateMsg { limit: u64::MAX };
    instance(twin, "counter", &borsh::to_vec(&message).expect("encodes"))
}

fn increment(by: u64) -> Vec<u8> {
    borsh::to_vec(&counter::ExecuteMsg::Increment { by }).expect("encodes")
}

/// Executes the counter with bytes that are no message; nothing of it remains.
fn malformed(twin: &mut Twin, payloads: &[Vec<u8>]) -> End {
    let contract = counter(twin);
    assert!(twin.execute(contract, &increment(1)).is_success());
    alike(payloads.iter().map(|payload| End::of(&twin.stops(contract, payload))))
}

/// A list of officers that says it has four billion.
fn long_list(twin: &mut Twin) -> End {
    let good = registry::InstantiateMsg { officers: vec![twin.account("issuer"); 2] };
    let mut bytes = borsh::to_vec(&good).expect("encodes");
    let code = engine::compiled().remove("registry").expect("compiled");
    let code_hash = keccak256(&code);
    twin.send("deployer", Message::UploadCode { code });
    twin.send("operator", Message::ApproveCode { code_hash });
    let instantiate =
        |payload: Vec<u8>| Message::Instantiate { code_hash, label: "registry".into(), payload };
    alike([[0xff; 4], [3, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0x80]].map(|length| {
        bytes[..4].copy_from_slice(&length);
        End::of(&twin.fails("issuer", PLENTY, instantiate(bytes.clone())))
    }))
}

/// The whole supply that 128 bits hold, moved to and fro.
fn largest_amounts(twin: &mut Twin) -> End {
    let owner = twin.account("participant");
    let message = token::InstantiateMsg { owner, supply: Amount(u128::MAX) };
    let contract = instance(twin, "token", &borsh::to_vec(&message).expect("encodes"));
    let to = twin.account("issuer");
    let transfer = |to, amount| {
        borsh::to_vec(&token::ExecuteMsg::Transfer { to, amount: Amount(amount) }).expect("encodes")
    };
    // To oneself, more than there is, and all of it.
    twin.execute(contract, &transfer(owner, u128::MAX));
    assert!(twin.execute(contract, &transfer(to, u128::MAX)).is_success());
    let short = twin.stops(contract, &transfer(to, 1));
    let balance = |account| {
        let question = borsh::to_vec(&token::QueryMsg::Balance { account }).expect("encodes");
        let answer = twin.query(contract, &question).expect("answers");
        borsh::from_slice::<Amount>(&answer.output).expect("an amount")
    };
    assert_eq!((balance(to), balance(owner)), (Amount(u128::MAX), Amount(0)));
    End::of(&short)
}

/// A sum past 64 bits in a contract is its own error, not a wrapped number.
fn overflowing_sum(twin: &mut Twin) -> End {
    let contract = counter(twin);
    assert!(twin.execute(contract, &increment(u64::MAX)).is_success());
    End::of(&twin.stops(contract, &increment(1)))
}

/// Transactions cut off, with a tail, of another version.
fn transactions(twin: &mut Twin) -> End {
    let contract = counter(twin);
    let transaction =
        twin.transaction("participant", CALL_GAS, vec![execute(contract, &increment(1))]);
    let good = borsh::to_vec(&transaction).expect("encodes");
    let decode = |bytes: &[u8]| tenor_executor::VerifiedTransaction::decode(bytes);
    decode(&good).expect("signed");
    let mut bad: Vec<Vec<u8>> = (0..good.len()).map(|cut| good[..cut].to_vec()).collect();
    bad.push([&good[..], &[0]].concat());
    let end = alike(bad.iter().map(|bytes| End::invalid(&decode(bytes).expect_err("malformed"))));
    assert!(twin.block(vec![transaction])[0].is_success());
    end
}

cases! {
    amounts_of_128_bits: "128-bit overflow" => End::Reverted(1), largest_amounts;
    sums_of_64_bits: "128-bit overflow" => End::Reverted(2), overflowing_sum;
    trailing_bytes: "borsh trailing bytes" => End::Reverted(INPUT_MALFORMED), |t| {
        malformed(t, &[[&increment(1)[..], &[0]].concat(), increment(1)[..8].to_vec(), vec![]])
    };
    length_prefix: "4 GB length prefix" => End::Reverted(INPUT_MALFORMED), long_list;
    bad_tag: "bad enum tag" => End::Reverted(INPUT_MALFORMED), |t| {
        malformed(t, &[vec![3], vec![0xff; 9], vec![0xff; 60_000]])
    };
    malformed_transactions: "borsh trailing bytes" => End::Invalid("Malformed".into()), transactions;
}
