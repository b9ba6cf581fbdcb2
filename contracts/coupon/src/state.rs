//! Everything a coupon instance stores.

use tenor_bond_math::{BondTerms, Isin, PeriodCoupon};
use tenor_interfaces::coupon::{Config, Entitlement, Error, PaymentRecord};
use tenor_interfaces::{MarketCode, Reference};
use tenor_sdk::StorageError;
use tenor_sdk::abi::codec::decode;
use tenor_sdk::prelude::*;

/// What the instance was created with.
pub(crate) const CONFIG: Item<Config> = Item::new(1, "config");
/// What was taken over from the bond when its terms were frozen.
pub(crate) const BOND: Item<Bond> = Item::new(2, "bond");
/// The borsh of the frozen terms. Read them with [`load_terms`].
pub(crate) const TERMS: Item<Vec<u8>> = Item::new(3, "terms");
/// Payments by coupon period.
pub(crate) const PAYMENTS: Map<u32, PaymentRecord> = Map::new(4, "payments");
/// What a period pays per unit, computed once when its record instant has passed.
pub(crate) const PERIODS: Map<u32, PeriodFacts> = Map::new(5, "periods");
/// How far the work that goes by periods has come.
pub(crate) const MARKS: Item<Marks> = Item::new(6, "marks");
/// What each holder gets from each payment.
pub(crate) const ENTITLEMENTS: Map<(u32, Address), Entitlement> = Map::new(7, "entitlements");
/// Cash set aside for accounts that could not receive it.
pub(crate) const ESCROW: Map<Address, Amount> = Map::new(8, "escrow");
/// Cash of this instance's account that is spoken for: funded and not yet paid, and escrow.
pub(crate) const RESERVED: Item<Amount> = Item::new(9, "reserved");
/// References that accounts have used.
pub(crate) const REFERENCES: Set<(Address, Reference)> = Set::new(10, "references");
/// Numbers of the cash transfers this instance makes.
pub(crate) const TRANSFERS: Sequence = Sequence::new(11, "transfers");
/// Payments that are released and not complete.
pub(crate) const PAYING: Set<u32> = Set::new(12, "paying");

/// What a coupon instance needs to know about its bond at every step.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub(crate) struct Bond {
    pub(crate) isin: Isin,
    pub(crate) registry: Address,
    pub(crate) cash: Address,
    pub(crate) market: MarketCode,
    pub(crate) issuer: Address,
    pub(crate) paying_agent: Address,
    pub(crate) issuer_cash_account: Address,
    /// Coupon periods, which are as many payments.
    pub(crate) periods: u32,
}

/// The first payment for which each kind of work is still to do. They move on by themselves, so that
/// no number of unpaid payments keeps a later one from being computed, noted or paid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub(crate) struct Marks {
    /// Its entitlements are not all computed.
    pub(crate) compute: u32,
    /// It is neither released nor noted as late.
    pub(crate) late: u32,
    /// It is neither released nor noted as a default.
    pub(crate) default: u32,
}

/// What a period pays.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub(crate) struct PeriodFacts {
    /// Its interest.
    pub(crate) coupon: PeriodCoupon,
    /// Whether principal is repaid at its end.
    pub(crate) repays: bool,
}

/// The bond, once its terms are frozen and loaded.
pub(crate) fn load_bond(ctx: &QueryContext) -> Result<Bond> {
    Ok(BOND.may_load(ctx)?.ok_or(Error::TermsNotFrozen)?)
}

/// The terms, decoded.
pub(crate) fn load_terms(ctx: &QueryContext) -> Result<BondTerms> {
    let bytes = TERMS.load(ctx)?;
    let corrupt = StorageError::Corrupt { namespace: TERMS.namespace(), key: Vec::new() };
    Ok(decode(&bytes).map_err(|_| corrupt)?)
}

/// The layout as the contract's spec shows it.
pub(crate) const STORAGE: &[StorageSchema] = &[
    CONFIG.schema(),
    BOND.schema(),
    TERMS.schema(),
    PAYMENTS.schema(),
    PERIODS.schema(),
    MARKS.schema(),
    ENTITLEMENTS.schema(),
    ESCROW.schema(),
    RESERVED.schema(),
    REFERENCES.schema(),
    TRANSFERS.schema(),
    PAYING.schema(),
];
