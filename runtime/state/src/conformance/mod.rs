//! What every [`Database`] must do, as one suite: an implementation's tests call
//! [`all`] with a way to open fresh places. Panics say what was not kept.

mod blocks;
mod chain;
mod history;
mod reads;
mod refusals;

use crate::{Database, Retention};
use std::sync::Arc;

pub use chain::Chain;

/// A place where one store is kept. The suite drops all it holds of a store before it opens the
/// place again, as a restarted process would.
pub trait Place {
    /// Opens what the last opening left; the first time, an empty store of
    /// [`Chain::chain_id`]. From its next block on it keeps the past states of `keep`.
    fn open(&mut self, keep: Retention) -> Arc<dyn Database>;
}

/// Runs the whole suite, each part in a fresh place.
pub fn all(fresh: &dyn Fn() -> Box<dyn Place>) {
    let parts: [fn(&mut dyn Place); 13] = [
        blocks::committed_blocks_are_found,
        blocks::everything_survives_reopening,
        blocks::undecided_blocks_last_until_their_height_is_decided,
        reads::scans_keep_order_bounds_and_namespaces,
        reads::readers_keep_their_boundary,
        reads::random_blocks_agree_with_a_map,
        reads::proofs_follow_the_head,
        reads::whole_maps_and_many_keys_are_proved,
        history::every_kept_state_is_read_and_proved,
        history::states_are_pruned_as_the_head_moves_on,
        history::a_view_outlives_its_pruning,
        refusals::batches_that_do_not_belong_change_nothing,
        refusals::stale_updates_are_refused,
    ];
    for part in parts {
        part(&mut *fresh());
    }
}
