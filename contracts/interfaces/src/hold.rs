//! Holds and agents: the authority model that cash and issuance share.

use crate::Reference;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_macros::Schema;
use tenor_primitives::{Address, Amount, Timestamp};

/// What an appointed agent may do in cash or issuance. It never moves anything except by executing
/// a hold that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub enum AgentRight {
    /// Executes or releases holds that the account's controller has placed in its favour.
    Holds,
    /// As `Holds`, and places holds in its own favour: the settlement contract, which does so only
    /// for an instruction that the account's controller has signed. It asks the registry about all
    /// accounts of a trade in one question, so its holds are executed without another.
    Settlement,
    /// Burns units against payment: the coupon contract of the bond. Issuance only.
    Redemption,
}

/// A hold: an amount that stays its owner's and that only one agent may move, until it expires.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Hold {
    /// Whose it is.
    pub account: Address,
    /// Who may execute or release it.
    pub agent: Address,
    /// Its name, unique among the open holds of this account and agent.
    pub reference: Reference,
    /// What is held: cash in minor units, or face amount in minor units.
    pub amount: Amount,
    /// From this instant it cannot be executed and anyone may release it.
    pub expiry: Timestamp,
    /// Who placed it: the account itself, or its agent under [`AgentRight::Settlement`].
    pub placed_by: Address,
}

impl Hold {
    /// Whether a hold of `amount` until `expiry` that `placed_by` places under the same name is this one
    /// raised: the account's own, of no less and for no shorter, and more of one of them.
    pub fn is_raised_by(&self, placed_by: Address, amount: Amount, expiry: Timestamp) -> bool {
        let own = self.placed_by == self.account && placed_by == self.account;
        let (before, after) = ((self.amount, self.expiry), (amount, expiry));
        own && amount >= self.amount && expiry >= self.expiry && after != before
    }
}

/// How long an appointment that one side has sent waits for the others, in milliseconds: 30 days. What
/// was signed long ago may no longer be meant.
pub const APPOINTMENT_MS_MAX: u64 = 30 * 86_400_000;

/// The longest that a hold lasts from when it is placed, in milliseconds: 400 days. What nobody
/// executes or releases is its owner's again by then.
pub const HOLD_MS_MAX: u64 = 400 * 86_400_000;

/// What an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Balance {
    /// All of it, held amounts included: what counts for the owner.
    pub total: Amount,
    /// The part that holds have earmarked.
    pub held: Amount,
}

impl Balance {
    /// What can be moved or held: total less held.
    pub fn available(&self) -> Amount {
        self.total.checked_sub(self.held).unwrap_or(Amount::ZERO)
    }

    /// What is missing for `amount` to be available; zero if nothing is.
    pub fn shortfall(&self, amount: Amount) -> Amount {
        amount.checked_sub(self.available()).unwrap_or(Amount::ZERO)
    }

    /// Whether there is nothing at all.
    pub const fn is_empty(&self) -> bool {
        self.total.is_zero() && self.held.is_zero()
    }

    /// With `amount` more; `None` when it does not fit.
    pub fn credited(self, amount: Amount) -> Option<Self> {
        Some(Self { total: self.total.checked_add(amount)?, ..self })
    }

    /// With `amount` of what is available gone; `None` when there is too little.
    pub fn debited(self, amount: Amount) -> Option<Self> {
        if !self.shortfall(amount).is_zero() {
            return None;
        }
        Some(Self { total: self.total.checked_sub(amount)?, ..self })
    }

    /// With `amount` of what is available held; `None` when there is too little.
    pub fn with_hold(self, amount: Amount) -> Option<Self> {
        if !self.shortfall(amount).is_zero() {
            return None;
        }
        Some(Self { held: self.held.checked_add(amount)?, ..self })
    }

    /// With `amount` of what is held available again; `None` when less is held.
    pub fn released(self, amount: Amount) -> Option<Self> {
        Some(Self { held: self.held.checked_sub(amount)?, ..self })
    }

    /// With `amount` of what is held gone; `None` when less is held.
    pub fn executed(self, amount: Amount) -> Option<Self> {
        self.released(amount)?.debited(amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balance(total: u128, held: u128) -> Balance {
        Balance { total: Amount(total), held: Amount(held) }
    }

    #[test]
    fn a_hold_takes_from_what_is_available_and_not_from_the_total() {
        let held = balance(100, 0).with_hold(Amount(60)).expect("covered");
        assert_eq!((held, held.available()), (balance(100, 60), Amount(40)));
        assert_eq!(held.with_hold(Amount(41)), None);
        assert_eq!(held.debited(Amount(41)), None);
        assert_eq!(held.shortfall(Amount(41)), Amount(1));
        assert_eq!(held.debited(Amount(40)), Some(balance(60, 60)));
        assert_eq!(held.executed(Amount(60)), Some(balance(40, 0)));
        assert_eq!(held.executed(Amount(61)), None);
        assert_eq!(held.released(Amount(60)), Some(balance(100, 0)));
    }
}

/// An account's balance, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct AccountBalance {
    /// The account.
    pub account: Address,
    /// What it has.
    pub balance: Balance,
}

/// One payment of a batch.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Payment {
    /// Who receives.
    pub to: Address,
    /// How much.
    pub amount: Amount,
}

/// An agent as the role table has it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Schema)]
pub struct Appointment {
    /// The agent: a contract instance.
    pub agent: Address,
    /// What it may do.
    pub right: AgentRight,
}
