//! Where the node stands, and moving ledger time by hand.

use super::Service;
use crate::Rejected;
use crate::access::Reads;
use crate::problems::ApiError;
use std::sync::Arc;
use tenor_client::api::{
    ErrorCode, MempoolView, NodeStatus, SetTimeRequest, SetTimeResponse, ValidatorView,
};
use tenor_primitives::Timestamp;

/// The last time that can be set, 9000-01-01T00:00:00Z: room for blocks after it.
const LAST_TIME: Timestamp = Timestamp::from_unix_ms(221_845_392_000_000);

impl Service {
    /// Where the node stands.
    pub(crate) fn status(&self) -> NodeStatus {
        let head = self.head();
        let (transactions, bytes) = self.parts.pool.totals();
        let limits = &head.parameters.values.limits;
        let config = self.config();
        NodeStatus {
            chain_id: head.header.chain_id.clone(),
            genesis_id: head.genesis_id,
            height: head.tip.height,
            block_id: head.tip.block_id,
            block_time: head.header.time,
            time: self.next_block_time(&head),
            state_root: head.tip.state_root,
            parameters_hash: head.parameters.hash,
            transaction_gas_max: limits.transaction_gas_max,
            transaction_bytes_max: limits.transaction_bytes_max,
            validators: ValidatorView::of_set(&head.next_validators),
            manual_time: self.parts.manual_clock.is_some(),
            session_ms_max: (config.reads == Reads::Sessions).then_some(config.session_ms_max),
            mempool: MempoolView { transactions: transactions as u64, bytes },
            node_version: env!("CARGO_PKG_VERSION").into(),
        }
    }

    /// Moves ledger time forward with a block that carries it.
    pub(crate) async fn set_time(
        self: &Arc<Self>,
        request: SetTimeRequest,
    ) -> Result<SetTimeResponse, ApiError> {
        let clock = self.parts.manual_clock.as_ref().ok_or_else(|| {
            let detail = "the genesis of this ledger does not allow it";
            ApiError::new(ErrorCode::ManualTimeDisabled, detail)
        })?;
        self.check_running()?;
        let (now, asked) = (self.head().header.time, request.time);
        if asked <= now {
            let expected = format!("after {now}");
            let detail = "ledger time cannot move back";
            return Err(ApiError::mismatch(ErrorCode::TimeNotAhead, detail, expected, asked));
        }
        if asked > LAST_TIME {
            let expected = format!("at most {LAST_TIME}");
            let detail = "texts of instants end with the year 9999";
            let error = ErrorCode::MalformedRequest;
            return Err(ApiError::mismatch(error, detail, expected, asked));
        }
        let mut heights = self.parts.pool.heights();
        clock.advance_to(asked);
        self.parts.control.want_block();
        loop {
            heights.mark_unchanged();
            let head = self.head();
            if head.header.time >= asked {
                return Ok(SetTimeResponse { height: head.tip.height, time: head.header.time });
            }
            tokio::select! {
                changed = heights.changed() => changed.map_err(|_| Rejected::ShuttingDown)?,
                () = self.stopped() => return Err(Rejected::ShuttingDown.into()),
            }
        }
    }
}
