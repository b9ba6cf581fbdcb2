//! Events and errors of coupon.

use super::types::{PaymentStage, Timeliness};
use crate::Reference;
use crate::registry::Standing;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::{Date, Isin};
use tenor_macros::{ContractError, Event};
use tenor_primitives::{Address, Amount};

/// The schedule was taken over from the frozen terms.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct ScheduleLoaded {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// Payments to come.
    pub payments: u32,
}

/// A holder's entitlement was computed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer, regulator, operator)]
pub struct Entitled {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The holder.
    #[topic]
    pub account: Address,
    /// The coupon period.
    #[topic]
    pub period: u32,
    /// Face amount at the record instant.
    pub face_amount: Amount,
    /// Interest before tax.
    pub gross: Amount,
    /// Tax withheld.
    pub tax: Amount,
    /// Principal.
    pub principal: Amount,
    /// What will be paid.
    pub net: Amount,
}

/// All entitlements of a payment are known.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct PaymentDue {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The coupon period.
    #[topic]
    pub period: u32,
    /// What the issuer has to fund.
    pub required: Amount,
    /// Rounding residue: interest on the whole less the sum of the holders'.
    pub residue: i128,
    /// The day of payment.
    pub payment_date: Date,
}

/// Cash was set aside for a payment.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct PaymentFunded {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The coupon period.
    #[topic]
    pub period: u32,
    /// The issuer's reference.
    #[topic]
    pub reference: Reference,
    /// How much.
    pub amount: Amount,
    /// How much in all.
    pub funded: Amount,
}

/// A payment was released.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct PaymentReleased {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The coupon period.
    #[topic]
    pub period: u32,
}

/// A holder was paid.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer, regulator, operator)]
pub struct HolderPaid {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The holder.
    #[topic]
    pub account: Address,
    /// The coupon period.
    #[topic]
    pub period: u32,
    /// What was paid.
    pub net: Amount,
    /// Face amount burned against it.
    pub redeemed: Amount,
}

/// A holder's cash was put into escrow.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer, regulator, operator)]
pub struct HolderEscrowed {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The holder.
    #[topic]
    pub account: Address,
    /// The coupon period.
    #[topic]
    pub period: u32,
    /// What was set aside.
    pub net: Amount,
    /// Face amount burned against it.
    pub redeemed: Amount,
    /// Why the account could not receive.
    pub standing: Standing,
}

/// Tax was put into escrow: the tax account cannot receive.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer, regulator, operator)]
pub struct TaxEscrowed {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The tax account.
    #[topic]
    pub account: Address,
    /// The coupon period.
    #[topic]
    pub period: u32,
    /// What was set aside.
    pub amount: Amount,
    /// Why the account could not receive.
    pub standing: Standing,
}

/// Escrow was paid.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(parties, issuer, regulator, operator)]
pub struct EscrowPaid {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The holder.
    #[topic]
    pub account: Address,
    /// How much.
    pub amount: Amount,
}

/// A payment is complete.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct PaymentComplete {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The coupon period.
    #[topic]
    pub period: u32,
    /// Paid to holders.
    pub paid: Amount,
    /// Paid as tax.
    pub tax: Amount,
    /// In escrow, tax included.
    pub escrowed: Amount,
}

/// A payment is late, or in default.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct PaymentMissed {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The coupon period.
    #[topic]
    pub period: u32,
    /// Late, or default.
    pub timeliness: Timeliness,
    /// The ledger date on which it was found.
    pub ledger_date: Date,
    /// What was set aside for it then.
    pub funded: Amount,
    /// What the issuer has to fund.
    pub required: Amount,
}

/// Cash that nothing needs went back to the issuer.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct ExcessReturned {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The sender's reference.
    #[topic]
    pub reference: Reference,
    /// How much.
    pub amount: Amount,
}

/// What was set aside for a payment went back to the issuer: another instance pays.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Event)]
#[readers(public)]
pub struct FundingReturned {
    /// The bond.
    #[topic]
    pub isin: Isin,
    /// The coupon period.
    #[topic]
    pub period: u32,
    /// The sender's reference.
    #[topic]
    pub reference: Reference,
    /// How much.
    pub amount: Amount,
}

/// Why coupon refuses. The codes are stable; new ones are appended.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, ContractError)]
pub enum Error {
    /// Only the named account may do this. A funded payment that is late anyone releases.
    #[error(code = 1)]
    NotAllowed {
        /// Who may.
        expected: Address,
        /// Who tried.
        caller: Address,
    },
    /// A tax rate is not between 0 and 1, or the classes do not ascend.
    #[error(code = 2)]
    InvalidTaxRate {
        /// The class.
        tax_class: u8,
    },
    /// The bond's terms are not frozen yet, or it has not appointed this instance to pay it.
    #[error(code = 3)]
    TermsNotFrozen,
    /// There is no payment of that number.
    #[error(code = 4)]
    NoSuchPayment {
        /// The number.
        period: u32,
    },
    /// The payment is in another stage than this needs.
    #[error(code = 5)]
    WrongStage {
        /// What is needed.
        expected: PaymentStage,
        /// What it is.
        got: PaymentStage,
    },
    /// An amount must be above zero.
    #[error(code = 6)]
    ZeroAmount,
    /// This instance's cash account has too little that is not set aside; transfer more to it.
    #[error(code = 7)]
    Insufficient {
        /// What could be set aside.
        available: Amount,
        /// What is missing.
        short_by: Amount,
    },
    /// The payment is not fully funded.
    #[error(code = 8)]
    Underfunded {
        /// What is funded.
        funded: Amount,
        /// What is missing.
        short_by: Amount,
    },
    /// Payments are released on or after their payment date.
    #[error(code = 9)]
    BeforePaymentDate {
        /// The day of payment.
        payment_date: Date,
        /// The ledger date.
        ledger_date: Date,
    },
    /// There is nothing in escrow for the account.
    #[error(code = 10)]
    NoEscrow {
        /// The account.
        account: Address,
    },
    /// The account may not receive now.
    #[error(code = 11)]
    AccountRefused {
        /// The account.
        account: Address,
        /// Why.
        standing: Standing,
    },
    /// The reference has been used before; if this is a retry, the first one took effect.
    #[error(code = 12)]
    ReferenceUsed {
        /// The reference.
        reference: Reference,
    },
    /// A list has too few or too many entries.
    #[error(code = 13)]
    Count {
        /// The fewest allowed.
        min: u32,
        /// The most allowed.
        max: u32,
        /// How many were given.
        got: u32,
    },
    /// An amount cannot be computed from the terms, or a sum leaves the range of amounts.
    #[error(code = 14)]
    Overflow,
    /// The tax account is this instance itself; name an account that can receive.
    #[error(code = 15)]
    OwnTaxAccount {
        /// The account.
        account: Address,
    },
    /// The bond no longer appoints this instance to pay it; its successor pays.
    #[error(code = 16)]
    NotAppointed,
    /// The bond appoints this instance: what is set aside for a payment stays for its holders.
    #[error(code = 17)]
    StillAppointed,
}
