//! Conservation, recomputed from raw storage after every block: it trusts no query and no total
//! that a contract would have to keep right itself.

use borsh::BorshDeserialize;
use std::collections::BTreeMap;
use tenor_executor::system::namespace;
use tenor_executor::{CodeRecord, InstanceRecord};
use tenor_interfaces::cash::Totals;
use tenor_interfaces::coupon::{PaymentRecord, PaymentStage};
use tenor_interfaces::issuance::IssueTotals;
use tenor_interfaces::{Balance, Hold};
use tenor_primitives::{Address, Amount, Hash, StorageKey, keccak256};
use tenor_sdk::NativeContract;
use tenor_testing::Chain;

/// The state as an ordered map.
pub type Values = BTreeMap<StorageKey, Vec<u8>>;

/// For [`Chain::audit_with`].
///
/// # Panics
/// If units or cash are not conserved, or holds do not add up.
pub fn audit(chain: &Chain) {
    audit_values(chain.values());
}

/// Checks every cash, issuance and coupon instance of a state.
///
/// # Panics
/// If units or cash are not conserved, or holds or reserves do not add up; says where.
pub fn audit_values(values: &Values) {
    for (address, instance) in records::<InstanceRecord>(values, namespace::INSTANCES) {
        match spec_hash(values, &instance.code_hash) {
            hash if hash == keccak256(tenor_cash::SPEC_SECTION) => cash(values, &address),
            hash if hash == keccak256(tenor_issuance::SPEC_SECTION) => issuance(values, &address),
            hash if hash == keccak256(tenor_coupon::SPEC_SECTION) => coupon(values, &address),
            _ => {}
        }
    }
}

fn spec_hash(values: &Values, code_hash: &Hash) -> Hash {
    let key = StorageKey::new(Address::SYSTEM, namespace::CODE_RECORDS, code_hash.0);
    let record: CodeRecord = decode(&values[&key]);
    record.spec_hash
}

fn cash(values: &Values, address: &Address) {
    let view = View { values, address, contract: &tenor_cash::NATIVE };
    let totals: Totals = view.item("totals").unwrap_or_default();
    let balances: Vec<(Address, Balance)> = view.map("balances");
    let expected = totals.minted.checked_sub(totals.burned);
    let sum = Amount::checked_sum(balances.iter().map(|(_, balance)| balance.total));
    assert_eq!(sum, expected, "cash {address}: minted - burned = sum of balances");
    holds(&view, &balances);
}

fn issuance(values: &Values, address: &Address) {
    let view = View { values, address, contract: &tenor_issuance::NATIVE };
    let totals: IssueTotals = view.item("totals").unwrap_or_default();
    let rows: Vec<(Address, Option<Balance>)> = view.map("holdings");
    let holdings: Vec<(Address, Balance)> =
        rows.into_iter().filter_map(|(account, balance)| Some((account, balance?))).collect();
    let expected = totals.issued.checked_sub(totals.redeemed);
    let sum = Amount::checked_sum(holdings.iter().map(|(_, holding)| holding.total));
    assert_eq!(sum, expected, "issuance {address}: issued - redeemed = sum of holdings");
    holds(&view, &holdings);
}

/// What is reserved is what open payments still have of their funding, and what lies in escrow.
fn coupon(values: &Values, address: &Address) {
    let view = View { values, address, contract: &tenor_coupon::NATIVE };
    let payments: Vec<PaymentRecord> = view.values_of("payments");
    let left =
        payments.iter().filter(|payment| payment.stage != PaymentStage::Paid).map(|payment| {
            let spent = Amount::checked_sum([payment.paid, payment.tax_paid, payment.escrowed]);
            payment.funded.checked_sub(spent.expect("fits")).expect("no more is spent than funded")
        });
    let escrow: Vec<(Address, Amount)> = view.map("escrow");
    let expected = Amount::checked_sum(left.chain(escrow.into_iter().map(|(_, amount)| amount)));
    let reserved: Amount = view.item("reserved").unwrap_or_default();
    assert_eq!(Some(reserved), expected, "coupon {address}: reserved = open funding + escrow");
}

/// What is held of each account is what its open holds say, and never more than it has.
fn holds(view: &View<'_>, balances: &[(Address, Balance)]) {
    let mut held: BTreeMap<Address, Amount> = BTreeMap::new();
    for hold in view.values_of::<Hold>("holds") {
        let sum = held.entry(hold.account).or_default();
        *sum = sum.checked_add(hold.amount).expect("holds fit");
    }
    for (account, balance) in balances {
        let expected = held.remove(account).unwrap_or_default();
        assert_eq!(balance.held, expected, "{}: holds of {account}", view.address);
        assert!(balance.held <= balance.total, "{}: {account} holds too much", view.address);
    }
    assert!(held.is_empty(), "{}: holds without a balance: {held:?}", view.address);
}

/// One instance's storage, by the names of its spec.
struct View<'a> {
    values: &'a Values,
    address: &'a Address,
    contract: &'a NativeContract,
}

impl View<'_> {
    fn entries(&self, name: &str) -> impl Iterator<Item = (&StorageKey, &Vec<u8>)> {
        let storage = self.contract.spec.storage.iter();
        let found = storage.clone().find(|storage| storage.name == name);
        let namespace = found.expect("a name of the spec").namespace;
        let start = StorageKey::new(*self.address, namespace, []);
        let inside =
            move |key: &StorageKey| key.contract == *self.address && key.namespace == namespace;
        self.values.range(start..).take_while(move |(key, _)| inside(key))
    }

    fn item<T: BorshDeserialize>(&self, name: &str) -> Option<T> {
        self.entries(name).next().map(|(_, value)| decode(value))
    }

    fn map<V: BorshDeserialize>(&self, name: &str) -> Vec<(Address, V)> {
        self.entries(name).map(|(key, value)| (account(&key.key), decode(value))).collect()
    }

    fn values_of<V: BorshDeserialize>(&self, name: &str) -> Vec<V> {
        self.entries(name).map(|(_, value)| decode(value)).collect()
    }
}

fn account(key: &[u8]) -> Address {
    Address(key.try_into().expect("a key of 32 bytes"))
}

fn decode<T: BorshDeserialize>(bytes: &[u8]) -> T {
    borsh::from_slice(bytes).expect("a value of its type")
}

fn records<T: BorshDeserialize>(values: &Values, namespace: u16) -> Vec<(Address, T)> {
    let start = StorageKey::new(Address::SYSTEM, namespace, []);
    let inside = |key: &StorageKey| key.contract == Address::SYSTEM && key.namespace == namespace;
    let rows = values.range(start..).take_while(|(key, _)| inside(key));
    rows.map(|(key, value)| (account(&key.key), decode(value))).collect()
}
