//! What one call of `Advance` has seen to be missing. Pairs that wait for no less of the same thing of
//! the same account would be refused again, so they are passed over without asking anyone: however
//! many uncovered pairs an account has entered, they cost the others little.

use super::pair::Pair;
use tenor_bond_math::{Currency, Isin};
use tenor_interfaces::settlement::PendingReason;
use tenor_sdk::prelude::*;

/// What a leg moves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asset {
    Units(Isin),
    Cash(Currency),
}

/// An account has no more than `available` of something.
#[derive(Clone, Copy)]
pub(super) struct Shortage {
    pub(super) asset: Asset,
    pub(super) account: Address,
    pub(super) available: Amount,
}

/// The shortages of one call.
#[derive(Default)]
pub(super) struct Shortages(Vec<Shortage>);

impl Shortages {
    pub(super) fn note(&mut self, shortage: Shortage) {
        self.0.retain(|known| (known.asset, known.account) != (shortage.asset, shortage.account));
        self.0.push(shortage);
    }

    /// A pair has settled: what its accounts have is no longer what was seen.
    pub(super) fn forget(&mut self, pair: &Pair) {
        let accounts = [pair.deliver.account, pair.receive.account];
        self.0.retain(|known| !accounts.contains(&known.account));
    }

    /// Whether the pair waits for something that was just seen to be missing.
    pub(super) fn explain(&self, pair: &Pair) -> bool {
        let Some((asset, account, amount)) = awaited(pair) else { return false };
        self.0.iter().any(|known| {
            known.asset == asset && known.account == account && known.available < amount
        })
    }
}

/// What a pair lacked when it was last tried.
fn awaited(pair: &Pair) -> Option<(Asset, Address, Amount)> {
    let instruction = &pair.deliver.instruction;
    match pair.pending_reason()? {
        PendingReason::LackOfSecurities => {
            let asset = Asset::Units(instruction.isin);
            Some((asset, pair.deliver.account, instruction.face_amount))
        }
        PendingReason::LackOfCash => {
            let cash = instruction.cash?;
            let (payer, _) = pair.payer_and_payee(cash.direction);
            Some((Asset::Cash(cash.currency), payer.account, cash.amount))
        }
        _ => None,
    }
}
