//! Payments of a bond and what each holder gets.

use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_bond_math::{Date, Decimal};
use tenor_macros::Schema;
use tenor_primitives::{Address, Amount, Timestamp};

/// What holders of one tax class pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct TaxRate {
    /// The class, as the registry knows it.
    pub tax_class: u8,
    /// Part of the interest that is withheld, 0 to 1.
    pub rate: Decimal,
}

/// What an instance was created with. It never changes, so that the parties who accept the bond's
/// draft, which appoints this instance, accept it too.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Config {
    /// The bond's issuance instance.
    pub issuance: Address,
    /// The cash account that receives the tax.
    pub tax_account: Address,
    /// Rates by class, ascending; a class not listed pays nothing.
    pub tax_rates: Vec<TaxRate>,
    /// Calendar days after the due date, which is the market's first business day on or after the
    /// payment date, for which a payment that was not made is late; after the first business day on or
    /// after the last of them it is a default.
    pub grace_days: u16,
    /// The first coupon period that it pays: 0, or where its predecessor has stopped.
    pub first_period: u32,
}

/// How far a payment is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize, Schema,
)]
pub enum PaymentStage {
    /// Its record instant has not passed.
    Scheduled,
    /// Entitlements are being computed, page by page.
    Computing,
    /// The total is known; the issuer funds it.
    Due,
    /// It was released; holders are being paid, page by page.
    Paying,
    /// All holders have been paid, or their cash is in escrow.
    Paid,
}

/// Whether a payment is on time.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize, Schema,
)]
pub enum Timeliness {
    /// It is, or was when it was released.
    OnTime,
    /// The market's first business day on or after the payment date has ended without a release.
    Late,
    /// The grace period has passed too: an event of default.
    Default,
}

/// One payment: the interest of a period, and with the last one the principal.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct PaymentRecord {
    /// The coupon period, from 0.
    pub period: u32,
    /// Holders at this instant are paid.
    pub record_at: Timestamp,
    /// The day of payment.
    pub payment_date: Date,
    /// Whether units are burned against it.
    pub redeems: bool,
    /// How far it is.
    pub stage: PaymentStage,
    /// Whether it is on time.
    pub timeliness: Timeliness,
    /// The last account of the page that was done, in the stage at hand.
    pub cursor: Option<Address>,
    /// Holders entitled.
    pub holders: u32,
    /// Face amount entitled.
    pub face_amount: Amount,
    /// Interest of all holders before tax, each rounded.
    pub gross: Amount,
    /// Tax withheld from all holders.
    pub tax: Amount,
    /// Principal of all holders.
    pub principal: Amount,
    /// Interest on the whole face amount, rounded once, less `gross`: the residue of rounding. It is
    /// not funded.
    pub residue: i128,
    /// Cash the issuer has set aside for it.
    pub funded: Amount,
    /// Paid to holders so far.
    pub paid: Amount,
    /// Paid as tax so far.
    pub tax_paid: Amount,
    /// Put into escrow so far, tax included.
    pub escrowed: Amount,
}

impl PaymentRecord {
    /// What the issuer has to fund: interest before tax, and principal.
    pub fn required(&self) -> Option<Amount> {
        self.gross.checked_add(self.principal)
    }
}

/// Where one holder's entitlement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum EntitlementStatus {
    /// Computed.
    Open,
    /// Paid.
    Paid {
        /// When.
        at: Timestamp,
    },
    /// Set aside: the account could not receive. What has been claimed since is not noted here.
    Escrowed {
        /// When.
        at: Timestamp,
    },
}

/// What one holder gets from one payment, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Entitlement {
    /// The holder.
    pub account: Address,
    /// Face amount at the record instant.
    pub face_amount: Amount,
    /// Interest before tax.
    pub gross: Amount,
    /// Tax withheld.
    pub tax: Amount,
    /// Principal.
    pub principal: Amount,
    /// What is paid: interest less tax, and principal.
    pub net: Amount,
    /// Where it stands.
    pub status: EntitlementStatus,
}

/// What one call of `Advance` did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Progress {
    /// The payment that was worked on, if any.
    pub period: Option<u32>,
    /// Its stage afterwards.
    pub stage: Option<PaymentStage>,
    /// Holders dealt with.
    pub holders: u32,
}
