//! The event sequence, page by page.

use super::Service;
use crate::access::{Declared, Reader};
use crate::problems::ApiError;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{
    ErrorCode, EventCursor, EventPage, EventParameters, EventStreamParameters, EventTraceView,
    EventView, HexBytes, ReceiptView, SequencedEvent,
};
use tenor_ledger::Head;
use tenor_primitives::{Address, Height, Receipt};
use tokio::time::Instant;

/// Blocks that one page looks at.
const BLOCKS_MAX: u64 = 1_000;
/// Bytes of events after which a page ends, so that many pages at once stay bounded too.
const PAGE_BYTES: usize = 1 << 20;

/// Which events are asked for; all that is given must fit.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    contract: Option<Address>,
    name: Option<String>,
    topic: Option<HexBytes>,
}

impl From<&EventParameters> for Filter {
    fn from(asked: &EventParameters) -> Self {
        let (name, topic) = (asked.name.clone(), asked.topic.clone());
        Self { contract: asked.contract, name, topic }
    }
}

impl From<&EventStreamParameters> for Filter {
    fn from(asked: &EventStreamParameters) -> Self {
        let (name, topic) = (asked.name.clone(), asked.topic.clone());
        Self { contract: asked.contract, name, topic }
    }
}

impl Filter {
    fn fits(&self, event: &EventView) -> bool {
        self.contract.is_none_or(|contract| contract == event.emitter)
            && self.name.as_ref().is_none_or(|name| *name == event.name)
            && self.topic.as_ref().is_none_or(|topic| event.topics.contains(topic))
    }
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
        let filter = Arc::new(Filter::from(&parameters));
        let timeout = parameters
            .timeout_ms
            .map_or(Duration::ZERO, |_| self.config().wait(parameters.timeout_ms));
        let deadline = Instant::now() + timeout;
        let mut heights = self.parts.pool.heights();
        let mut after = parameters.after;
        loop {
            heights.mark_unchanged();
            let page = self.event_page(reader, after, limit as usize, &filter).await?;
            // What lies further on is for another request: this one looks at so many blocks only.
            if !page.events.is_empty() || !page.is_last() || Instant::now() >= deadline {
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

    /// The events of a page that are there now.
    pub(super) async fn event_page(
        self: &Arc<Self>,
        reader: Reader,
        after: Option<EventCursor>,
        limit: usize,
        filter: &Arc<Filter>,
    ) -> Result<EventPage, ApiError> {
        let filter = Arc::clone(filter);
        self.read(move |service| service.events_now(reader, after, limit, &filter)).await
    }

    fn events_now(
        &self,
        reader: Reader,
        after: Option<EventCursor>,
        limit: usize,
        filter: &Filter,
    ) -> Result<EventPage, ApiError> {
        let head = self.head();
        let mut shown = Shown { service: self, head: &head, reader, declared: HashMap::new() };
        let head = head.tip.height;
        let mut next = after.unwrap_or_default();
        self.check_kept(next)?;
        let (mut events, mut bytes) = (Vec::new(), 0);
        let last = next.height.saturating_add(BLOCKS_MAX).min(head);
        for height in next.height..=last {
            let receipts = self.parts.database.receipts(height)?.unwrap_or_default();
            let behind = after.filter(|after| after.height == height).map(|after| after.index);
            for event in of_block(height, &receipts) {
                if behind.is_some_and(|behind| event.sequence.index <= behind) {
                    continue;
                }
                if events.len() == limit || bytes >= PAGE_BYTES {
                    return Ok(EventPage { events, next, head });
                }
                next = event.sequence;
                if filter.fits(&event.event) && shown.shows(&event.event)? {
                    bytes += event.event.data.0.len();
                    events.push(event);
                }
            }
            next = EventCursor::end_of(height);
        }
        Ok(EventPage { events, next, head })
    }

    /// A receipt with the events that `reader` may see, and a count of the others. What a contract
    /// returns goes to its caller whole.
    pub(super) fn shown_receipt(
        &self,
        reader: Reader,
        mut receipt: ReceiptView,
    ) -> Result<ReceiptView, ApiError> {
        let head = self.head();
        let mut shown = Shown { service: self, head: &head, reader, declared: HashMap::new() };
        for event in std::mem::take(&mut receipt.events) {
            if shown.shows(&event)? {
                receipt.events.push(event);
            } else {
                receipt.events_withheld = receipt.events_withheld.saturating_add(1);
            }
        }
        Ok(receipt)
    }

    /// The same of the events decoded, which stand in the receipt's order.
    pub(super) fn shown_trace_events(
        &self,
        reader: Reader,
        receipt: &ReceiptView,
        events: Vec<EventTraceView>,
    ) -> Result<Vec<EventTraceView>, ApiError> {
        let head = self.head();
        let mut shown = Shown { service: self, head: &head, reader, declared: HashMap::new() };
        let mut kept = Vec::new();
        for (event, decoded) in receipt.events.iter().zip(events) {
            if shown.shows(event)? {
                kept.push(decoded);
            }
        }
        Ok(kept)
    }

    /// Whether the events behind `next` are all kept.
    fn check_kept(&self, next: EventCursor) -> Result<(), ApiError> {
        let base = self.parts.database.base()?.map_or(0, |base| base.height);
        if next.height.saturating_add(1) >= base {
            return Ok(());
        }
        let detail = "the events before the snapshot that this node began with are not kept";
        let first = EventCursor::end_of(base.saturating_sub(1));
        let expected = format!("the cursor {first} or a later one");
        Err(ApiError::mismatch(ErrorCode::HeightNotKept, detail, expected, next))
    }
}

/// What a reader is shown of the events of a page.
struct Shown<'a> {
    service: &'a Service,
    head: &'a Head,
    reader: Reader,
    /// By emitter, as they are met.
    declared: HashMap<Address, Option<Declared>>,
}

impl Shown<'_> {
    fn shows(&mut self, event: &EventView) -> Result<bool, ApiError> {
        // What the ledger itself says is about accounts, roles and code, which every account may read.
        if self.reader.sees_all() || event.emitter == Address::SYSTEM {
            return Ok(true);
        }
        let emitter = event.emitter;
        if let Entry::Vacant(place) = self.declared.entry(emitter) {
            place.insert(self.service.declared(&*self.head.state, emitter)?);
        }
        let declared = self.declared.get(&emitter).and_then(Option::as_ref);
        Ok(declared.is_some_and(|declared| declared.shows_event(self.reader, event)))
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
