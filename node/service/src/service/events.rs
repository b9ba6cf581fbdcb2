//! The event sequence.

use super::Service;
use crate::problems::ApiError;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{
    ErrorCode, EventCursor, EventPage, EventParameters, EventView, SequencedEvent,
};
use tenor_primitives::{Height, Receipt};
use tokio::time::Instant;

/// Blocks that one page looks at.
const BLOCKS_MAX: u64 = 1_000;

impl Service {
    /// A page of events; with nothing to show, waits for the next blocks as long as asked.
    pub(crate) async fn events(
        self: &Arc<Self>,
        parameters: EventParameters,
    ) -> Result<EventPage, ApiError> {
        let limit = parameters.limit.unwrap_or(100);
        if !(1..=1_000).contains(&limit) {
            let detail = "the page's limit is out of bounds";
            let error = ErrorCode::MalformedRequest;
            return Err(ApiError::mismatch(error, detail, "a limit of 1 to 1000", limit));
        }
        let timeout = parameters
            .timeout_ms
            .map_or(Duration::ZERO, |_| self.parts.config.wait(parameters.timeout_ms));
        let deadline = Instant::now() + timeout;
        let mut heights = self.parts.pool.heights();
        let mut after = parameters.after;
        loop {
            heights.mark_unchanged();
            let page = self.read(move |service| service.events_now(after, limit as usize)).await?;
            if !page.events.is_empty() || Instant::now() >= deadline {
                return Ok(page);
            }
            after = Some(page.next);
            if !page.is_last() {
                continue;
            }
            tokio::select! {
                _ = heights.changed() => {}
                () = tokio::time::sleep_until(deadline) => return Ok(page),
                () = self.stopped() => return Ok(page),
            }
        }
    }

    fn events_now(&self, after: Option<EventCursor>, limit: usize) -> Result<EventPage, ApiError> {
        let head = self.head().tip.height;
        let mut next = after.unwrap_or_default();
        let base = self.parts.database.base()?.map_or(0, |base| base.height);
        if next.height.saturating_add(1) < base {
            let detail = "the events before the snapshot that this node began with are not kept";
            let first = EventCursor::end_of(base.saturating_sub(1));
            let expected = format!("the cursor {first} or a later one");
            return Err(ApiError::mismatch(ErrorCode::HeightNotKept, detail, expected, next));
        }
        let mut events = Vec::new();
        let last = next.height.saturating_add(BLOCKS_MAX).min(head);
        for height in next.height..=last {
            let receipts = self.parts.database.receipts(height)?.unwrap_or_default();
            let behind = after.filter(|after| after.height == height).map(|after| after.index);
            for event in of_block(height, &receipts) {
                if behind.is_some_and(|behind| event.sequence.index <= behind) {
                    continue;
                }
                if events.len() == limit {
                    return Ok(EventPage { events, next, head });
                }
                next = event.sequence;
                events.push(event);
            }
            next = EventCursor::end_of(height);
        }
        Ok(EventPage { events, next, head })
    }
}

/// A block's events with their places.
fn of_block(height: Height, receipts: &[Receipt]) -> impl Iterator<Item = SequencedEvent> {
    let events = receipts.iter().flat_map(|receipt| {
        receipt.events.iter().map(move |event| (receipt.transaction_hash, event))
    });
    (0u32..).zip(events).map(move |(index, (transaction_hash, event))| SequencedEvent {
        sequence: EventCursor { height, index },
        transaction_hash,
        event: EventView::from(event),
    })
}
