//! The event sequence, page by page.

use super::Service;
use super::shown::Shown;
use crate::access::Reader;
use crate::problems::ApiError;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{
    ErrorCode, EventCursor, EventFilter, EventPage, EventParameters, EventStart, EventView,
    LedgerTag, SequencedEvent,
};
use tenor_ledger::Head;
use tenor_primitives::Receipt;
use tokio::time::Instant;

/// Blocks that one page looks at.
const BLOCKS_MAX: u64 = 1_000;
/// Bytes of events after which a page ends, so that many pages at once stay bounded too.
const PAGE_BYTES: usize = 1 << 20;

fn fits(filter: &EventFilter, event: &EventView) -> bool {
    filter.contract.is_none_or(|contract| contract == event.emitter)
        && filter.name.as_ref().is_none_or(|name| *name == event.name)
        && filter.topic.as_ref().is_none_or(|topic| event.topics.contains(topic))
}

impl Service {
    /// A page of events; with nothing to show, waits for the next blocks as long as asked.
    pub(crate) async fn events(
        self: &Arc<Self>,
        reader: Reader,
        parameters: EventParameters,
    ) -> Result<EventPage, ApiError> {
        let limit = parameters.limit.unwrap_or(100);
        if !(1..=1_000).contains(&limit) {
            let detail = "the page's limit is out of bounds";
            let error = ErrorCode::MalformedRequest;
            return Err(ApiError::mismatch(error, detail, "a limit of 1 to 1000", limit));
        }
        let filter = Arc::new(parameters.filter());
        let timeout = parameters
            .timeout_ms
            .map_or(Duration::ZERO, |_| self.config().wait(parameters.timeout_ms));
        let deadline = Instant::now() + timeout;
        let mut heights = self.parts.pool.heights();
        let mut after = self.event_start(parameters.start())?;
        loop {
            heights.mark_unchanged();
            let page = self.event_page(reader, after, limit as usize, &filter).await?;
            // What lies further on is for another request: this one looks at so many blocks only.
            if !page.events.is_empty() || !page.is_last || Instant::now() >= deadline {
                return Ok(page);
            }
            after = Some(page.next);
            tokio::select! {
                _ = heights.changed() => {}
                () = tokio::time::sleep_until(deadline) => return Ok(page),
                () = self.stopped() => return Ok(page),
            }
        }
    }

    /// The cursor behind which to read; none for all.
    pub(super) fn event_start(&self, start: EventStart) -> Result<Option<EventCursor>, ApiError> {
        match (start.after, start.from_height) {
            (Some(_), Some(height)) => {
                let detail = "a cursor and a height are two beginnings";
                let (error, expected) = (ErrorCode::MalformedRequest, "after or from_height");
                Err(ApiError::mismatch(error, detail, expected, format!("both, height {height}")))
            }
            (after, None) => Ok(after),
            (None, Some(height)) => {
                let ledger = LedgerTag::of(&self.head().genesis_id);
                Ok(height.checked_sub(1).map(|before| EventCursor::end_of(ledger, before)))
            }
        }
    }

    /// The events of a page that are there now.
    pub(super) async fn event_page(
        self: &Arc<Self>,
        reader: Reader,
        after: Option<EventCursor>,
        limit: usize,
        filter: &Arc<EventFilter>,
    ) -> Result<EventPage, ApiError> {
        let filter = Arc::clone(filter);
        self.read(move |service| service.events_now(reader, after, limit, &filter)).await
    }

    fn events_now(
        &self,
        reader: Reader,
        after: Option<EventCursor>,
        limit: usize,
        filter: &EventFilter,
    ) -> Result<EventPage, ApiError> {
        let head = self.head();
        let (ledger, last_height) = (LedgerTag::of(&head.genesis_id), head.tip.height);
        let mut next = after.unwrap_or(EventCursor { ledger, ..EventCursor::default() });
        self.check_cursor(&head, next)?;
        let mut shown = Shown::to(self, head, reader);
        let page = |events, next: EventCursor| {
            let is_last = next >= EventCursor::end_of(ledger, last_height);
            EventPage { events, next, head: last_height, is_last }
        };
        let (mut events, mut bytes) = (Vec::new(), 0);
        let last = next.height.saturating_add(BLOCKS_MAX).min(last_height);
        for height in next.height..=last {
            let receipts = self.parts.database.receipts(height)?.unwrap_or_default();
            let first = EventCursor { ledger, height, index: 0 };
            for event in of_block(first, &receipts) {
                if after.is_some_and(|after| event.sequence <= after) {
                    continue;
                }
                if events.len() == limit || bytes >= PAGE_BYTES {
                    return Ok(page(events, next));
                }
                next = event.sequence;
                let of_role = |shown: &mut Shown| match filter.role {
                    Some(role) => shown.is_for(role, &event.event),
                    None => Ok(true),
                };
                let view = &event.event;
                if fits(filter, view) && of_role(&mut shown)? && shown.event(view)? {
                    bytes += view.data.0.len();
                    events.push(event);
                }
            }
            next = EventCursor::end_of(ledger, height);
        }
        Ok(page(events, next))
    }

    /// Whether `next` is a place of this ledger that it has reached, and the events behind it are kept.
    fn check_cursor(&self, head: &Head, next: EventCursor) -> Result<(), ApiError> {
        self.check_ledger(head, next.ledger)?;
        let last = EventCursor::end_of(next.ledger, head.tip.height);
        if next > last {
            let detail = "the cursor lies beyond the last block of this node";
            let expected = format!("a cursor up to {last}");
            return Err(ApiError::mismatch(ErrorCode::CursorAhead, detail, expected, next));
        }
        let base = self.parts.database.base()?.map_or(0, |base| base.height);
        if next.height.saturating_add(1) >= base {
            return Ok(());
        }
        let detail = "the events before the snapshot that this node began with are not kept";
        let first = EventCursor::end_of(next.ledger, base.saturating_sub(1));
        let expected = format!("the cursor {first} or a later one");
        Err(ApiError::mismatch(ErrorCode::HeightNotKept, detail, expected, next))
    }

    /// Whether a cursor is of this ledger.
    pub(super) fn check_ledger(&self, head: &Head, tag: LedgerTag) -> Result<(), ApiError> {
        let own = LedgerTag::of(&head.genesis_id);
        if tag == own {
            return Ok(());
        }
        let detail = "the cursor is of another ledger";
        let (expected, got) = (format!("a cursor that begins with {own}"), format!("{tag}"));
        Err(ApiError::mismatch(ErrorCode::ForeignCursor, detail, expected, got))
    }
}

/// A block's events with their places, of which `first` is the first.
fn of_block(first: EventCursor, receipts: &[Receipt]) -> impl Iterator<Item = SequencedEvent> {
    let events = receipts.iter().flat_map(|receipt| {
        receipt.events.iter().map(move |event| (receipt.transaction_hash, event))
    });
    (0u32..).zip(events).map(move |(index, (transaction_hash, event))| SequencedEvent {
        sequence: EventCursor { index, ..first },
        transaction_hash,
        event: EventView::from(event),
    })
}
