//! What the reference contracts say to each other and to the world: messages, queries, events and
//! errors of the registry, cash, issuance, settlement and coupon.
//!
//! Everything is borsh; enums are append-only, because a message's tag is its position and an
//! error's code is stable. Contracts and clients reach each other through the typed clients here and
//! know nothing else of each other. `docs/contracts.md` has the rules behind them.
#![no_std]

extern crate alloc;

pub mod cash;
mod codes;
pub mod coupon;
mod hold;
pub mod issuance;
pub mod registry;
pub mod settlement;

pub use codes::{Bic, ClientCode, CodeError, Lei, MarketCode, ReasonCode, Reference};
pub use hold::{
    APPOINTMENT_MS_MAX, AccountBalance, AgentRight, Appointment, Balance, HOLD_MS_MAX, Hold,
    Payment,
};
