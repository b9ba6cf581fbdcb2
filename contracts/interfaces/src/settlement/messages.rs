//! Messages and queries of settlement.

use super::types::*;
use crate::{Bic, Reference};
use alloc::boxed::Box;
use alloc::vec::Vec;
use borsh::{BorshDeserialize, BorshSerialize};
use tenor_macros::Functions;
use tenor_primitives::Address;

/// The input of `instantiate`.
pub type InstantiateMsg = Config;

/// What changes instructions.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = SettlementClient)]
pub enum ExecuteMsg {
    /// Enters an instruction for the caller's own account; matches it, and settles it if it can.
    #[returns(Submitted)]
    Submit {
        /// The instruction.
        instruction: Box<Instruction>,
    },
    /// Cancels an unmatched instruction, or asks to cancel a matched pair: in effect when both sides
    /// have asked. By the account that entered it.
    #[returns(InstructionStatus)]
    Cancel {
        /// The instruction's reference.
        reference: Reference,
    },
    /// Puts an own instruction on hold, or releases it, which tries to settle it.
    #[returns(InstructionStatus)]
    SetHold {
        /// The instruction's reference.
        reference: Reference,
        /// Whether it shall wait.
        on_hold: bool,
    },
    /// Tries to settle one matched pair now. By anyone.
    #[returns(InstructionStatus)]
    Settle {
        /// Either instruction's number.
        id: u64,
    },
    /// Tries to settle the matched pairs that are due, in order of date, priority and entry, from
    /// where the last call ended; cancels those that have failed for 60 days. By anyone.
    #[returns(Advanced)]
    Advance {
        /// The most pairs to try, at most 100.
        limit: u32,
    },
    /// Takes back the caller's own wish to cancel a matched pair that the other side has not joined.
    #[returns(InstructionStatus)]
    WithdrawCancel {
        /// The instruction's reference.
        reference: Reference,
    },
    /// Tries the pairs that come after one in the queue, as `Advance` does, which goes on where it was:
    /// a way past a pair whose contract fails. By anyone.
    #[returns(Advanced)]
    AdvanceAfter {
        /// Either instruction's number of the pair that is passed over.
        id: u64,
        /// The most pairs to try, at most 100.
        limit: u32,
    },
    /// Looks for the match of an unmatched instruction among those entered after a given one, of which
    /// 100 are looked at: when it was entered there were more. By anyone.
    #[returns(InstructionStatus)]
    FindMatch {
        /// The unmatched instruction's number.
        id: u64,
        /// Look at those with higher numbers; `None` begins with the oldest.
        after: Option<u64>,
    },
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = SettlementQueries)]
pub enum QueryMsg {
    /// What the instance was created with.
    #[returns(Config)]
    #[readers(public)]
    Config,
    /// An instruction by its number.
    #[returns(Option<InstructionRecord>)]
    #[readers(parties, regulator, operator)]
    Instruction {
        /// Its number.
        id: u64,
    },
    /// An instruction by account and reference.
    #[returns(Option<InstructionRecord>)]
    #[readers(parties, regulator, operator)]
    InstructionBy {
        /// The account that entered it.
        account: Address,
        /// Its reference.
        reference: Reference,
    },
    /// Instructions in order of entry.
    #[returns(Vec<InstructionRecord>)]
    #[readers(regulator, operator)]
    Instructions {
        /// Start after this number.
        after: Option<u64>,
        /// The most to return, at most 50.
        limit: u32,
    },
    /// Unmatched instructions of others that name this BIC as their counterparty.
    #[returns(Vec<Allegement>)]
    #[readers(parties, regulator, operator)]
    Allegements {
        /// The BIC.
        bic: Bic,
        /// Start after this number.
        after: Option<u64>,
        /// The most to return, at most 50.
        limit: u32,
    },
    /// Matched pairs that have not settled, by the deliverer's instruction, in the order in which
    /// they are tried.
    #[returns(Vec<InstructionRecord>)]
    #[readers(regulator, operator)]
    Pending {
        /// The most to return, at most 50.
        limit: u32,
    },
    /// The instructions of one account, in order of their references.
    #[returns(Vec<InstructionRecord>)]
    #[readers(parties, regulator, operator)]
    InstructionsOf {
        /// The account that entered them.
        account: Address,
        /// Start after this reference.
        after: Option<Reference>,
        /// The most to return, at most 50.
        limit: u32,
    },
    /// Unmatched instructions of others that name as their counterparty the BIC of this account's party.
    #[returns(Vec<Allegement>)]
    #[readers(parties, regulator, operator)]
    AllegementsOf {
        /// The account.
        account: Address,
        /// Start after this number.
        after: Option<u64>,
        /// The most to return, at most 50.
        limit: u32,
    },
    /// What is paid for a matched instruction, which is the deliverer's amount; `None` for any other
    /// one, and free of payment.
    #[returns(Option<CashLeg>)]
    #[readers(parties, regulator, operator)]
    MatchedCash {
        /// The account that entered it.
        account: Address,
        /// Its reference.
        reference: Reference,
    },
}
