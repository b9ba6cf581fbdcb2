//! The event sequence, page by page.

use super::Service;
use super::shown::Shown;
use crate::access::{Access, Reader};
use crate::problems::ApiError;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{
    BlockTag, ErrorCode, EventCursor, EventFilter, EventPage, EventParameters, EventStart,
    EventView, LedgerTag, SequencedEvent,
};
use tenor_ledger::Head;
use tenor_primitives::{Height, Receipt};
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
    ///
    /// Who reads is asked anew for each: a key or a role may be taken meanwhile.
    pub(crate) async fn events(
        self: &Arc<Self>,
        token: Option<String>,
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
            let page = self.page_for(&token, after, limit as usize, &filter).await?;
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
            (None, Some(height)) => height.checked_sub(1).map(|last| self.end_of(last)).transpose(),
        }
    }

    /// The place behind all events of the block at `height`.
    fn end_of(&self, height: Height) -> Result<EventCursor, ApiError> {
        let head = self.head();
        let last = head.tip.height;
        if height > last {
            let detail = "the height lies beyond the next block of this node";
            let expected = format!("a height up to {}", last.saturating_add(1));
            let got = height.saturating_add(1);
            return Err(ApiError::mismatch(ErrorCode::CursorAhead, detail, expected, got));
        }
        Ok(EventCursor::end_of(LedgerTag::of(&head.genesis_id), height, self.block_tag(height)?))
    }

    /// The tag of the block at `height`, which this node has, or the one after it.
    fn block_tag(&self, height: Height) -> Result<BlockTag, ApiError> {
        let database = &self.parts.database;
        if let Some(header) = database.header(height)? {
            return Ok(BlockTag::of(&header.id()));
        }
        let next = database.header(height.saturating_add(1))?;
        next.map(|header| BlockTag::of(&header.parent)).ok_or_else(|| self.not_kept(height))
    }

    /// The events of a page that are there now, for whoever shows `token`, which may not be good any
    /// more.
    pub(super) async fn page_for(
        self: &Arc<Self>,
        token: &Option<String>,
        after: Option<EventCursor>,
        limit: usize,
        filter: &Arc<EventFilter>,
    ) -> Result<EventPage, ApiError> {
        let reader = self.reader(token.clone()).await?;
        reader.check(Access::Declared)?;
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
        let start = match after {
            Some(after) => after,
            None => EventCursor { ledger, ..EventCursor::default() },
        };
        self.check_cursor(&head, after)?;
        let mut shown = Shown::to(self, head, reader);
        let page = |events, next: EventCursor| {
            let is_last = (next.height, next.index) >= (last_height, u32::MAX);
            EventPage { events, next, head: last_height, is_last }
        };
        let (mut events, mut bytes) = (Vec::new(), 0);
        // The last event that was looked at, and the last block that was, whole.
        let (mut next, mut whole) = (start, None);
        let last = start.height.saturating_add(BLOCKS_MAX).min(last_height);
        // Behind the end of a block the next one comes; of the one before a snapshot nothing is kept.
        let first = start.height.saturating_add(u64::from(start.index == u32::MAX));
        for height in first..=last {
            let receipts = self.receipts(height)?;
            if receipts.iter().all(|receipt| receipt.events.is_empty()) {
                whole = Some(height);
                continue;
            }
            let first = EventCursor { ledger, height, index: 0, block: self.block_tag(height)? };
            for event in of_block(first, &receipts) {
                if after.is_some_and(|after| event.sequence <= after) {
                    continue;
                }
                if events.len() == limit || bytes >= PAGE_BYTES {
                    let next = whole.map_or(Ok(next), |height| self.end_of(height))?;
                    return Ok(page(events, next));
                }
                (next, whole) = (event.sequence, None);
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
            whole = Some(height);
        }
        Ok(page(events, self.end_of(last)?))
    }

    /// The receipts of a block whose events are kept.
    fn receipts(&self, height: Height) -> Result<Vec<Receipt>, ApiError> {
        let receipts = self.parts.database.receipts(height)?;
        receipts.ok_or_else(|| ApiError::internal(&format!("no receipts of block {height}")))
    }

    /// Whether a reader at `cursor`, or one at the beginning, finds all events behind it: a place in
    /// the ledger's history as this node has it, and not before what it keeps.
    fn check_cursor(&self, head: &Head, cursor: Option<EventCursor>) -> Result<(), ApiError> {
        let base = self.parts.database.base()?.map_or(0, |base| base.height);
        let Some(cursor) = cursor else {
            // The first block is always there.
            return if base <= 1 { Ok(()) } else { Err(self.not_kept(0)) };
        };
        self.check_ledger(head, cursor.ledger)?;
        let last = head.tip.height;
        if cursor.height > last {
            let detail = "the cursor lies beyond the last block of this node";
            let expected = format!("a cursor of a block up to {last}");
            return Err(ApiError::mismatch(
                ErrorCode::CursorAhead,
                detail,
                expected,
                cursor.height,
            ));
        }
        let kept_from = base.checked_sub(1).map(|before| (before, u32::MAX));
        if kept_from.is_some_and(|from| (cursor.height, cursor.index) < from) {
            return Err(self.not_kept(cursor.height));
        }
        let block = self.block_tag(cursor.height)?;
        if block == cursor.block {
            return Ok(());
        }
        let detail = format!("the cursor is of another block {} than this node has", cursor.height);
        Err(ApiError::mismatch(ErrorCode::ForeignCursor, detail, block, cursor.block))
    }

    fn not_kept(&self, height: Height) -> ApiError {
        let base = self.parts.database.base();
        let base = base.ok().flatten().map_or(0, |base| base.height);
        let detail = "the events before the snapshot that this node began with are not kept";
        let expected = format!("from_height {base} or a later place");
        ApiError::mismatch(ErrorCode::HeightNotKept, detail, expected, height)
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
