//! Messages and queries of coupon.

use super::types::*;
use crate::Reference;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_macros::Functions;
use tenor_primitives::{Address, Amount};

/// The input of `instantiate`.
pub type InstantiateMsg = Config;

/// What changes payments.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = CouponClient)]
pub enum ExecuteMsg {
    /// Does the next page of work that time has made due: loads the schedule once the terms are
    /// frozen, computes entitlements after a record instant, marks what is late, pays what was
    /// released. By anyone; without work, and unless the bond appoints this instance, it changes nothing.
    #[returns(Progress)]
    Advance {
        /// The most holders to deal with, 1 to 99.
        limit: u32,
    },
    /// Sets cash that lies in this instance's cash account aside for a payment; transfer it there
    /// first. By the issuer.
    Fund {
        /// The payment.
        period: u32,
        /// How much, in minor units.
        amount: Amount,
        /// The issuer's reference, unique for ever.
        reference: Reference,
    },
    /// Lets a funded payment be paid, on or after its payment date, while the bond appoints this instance.
    /// By the paying agent; by anyone once the payment is late.
    Release {
        /// The payment.
        period: u32,
    },
    /// Pays what is in escrow for an account that can receive again. By anyone.
    ClaimEscrow {
        /// The account.
        account: Address,
    },
    /// Returns cash that is neither set aside for a payment nor in escrow to the issuer's cash
    /// account. By the paying agent, and by the issuer.
    #[returns(Amount)]
    ReturnExcess {
        /// The sender's reference, unique for ever.
        reference: Reference,
    },
    /// Returns what is set aside for a payment to the issuer's cash account, once the bond no longer
    /// appoints this instance. By the paying agent, and by the issuer.
    #[returns(Amount)]
    ReturnFunding {
        /// The payment, which is not released.
        period: u32,
        /// The sender's reference, unique for ever.
        reference: Reference,
    },
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = CouponQueries)]
pub enum QueryMsg {
    /// What the instance was created with.
    #[returns(Config)]
    #[readers(public)]
    Config,
    /// One payment.
    #[returns(Option<PaymentRecord>)]
    #[readers(public)]
    Payment {
        /// The coupon period.
        period: u32,
    },
    /// Payments in order.
    #[returns(Vec<PaymentRecord>)]
    #[readers(public)]
    Payments {
        /// Start after this period.
        after: Option<u32>,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// What one holder gets from a payment.
    #[returns(Option<Entitlement>)]
    #[readers(parties, issuer, regulator, operator)]
    Entitlement {
        /// The coupon period.
        period: u32,
        /// The holder.
        account: Address,
    },
    /// What all holders get from a payment, in order of addresses.
    #[returns(Vec<Entitlement>)]
    #[readers(issuer, regulator, operator)]
    Entitlements {
        /// The coupon period.
        period: u32,
        /// Start after this account.
        after: Option<Address>,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// What is in escrow for an account.
    #[returns(Amount)]
    #[readers(parties, issuer, regulator, operator)]
    Escrow {
        /// The account.
        account: Address,
    },
    /// What all holders get from a payment, in order of addresses, for who pays.
    #[returns(Vec<Entitlement>)]
    #[readers(parties)]
    EntitlementsFor {
        /// The bond's paying agent or issuer.
        party: Address,
        /// The coupon period.
        period: u32,
        /// Start after this account.
        after: Option<Address>,
        /// The most to return, at most 100.
        limit: u32,
    },
    /// The payment that is being paid, if any: until it is complete its instance is not dismissed.
    #[returns(Option<u32>)]
    #[readers(public)]
    Paying,
}
