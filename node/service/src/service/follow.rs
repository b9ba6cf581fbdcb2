//! Following the event sequence: whoever does gets each event once, in order, from where it left off.
//! What a reader has not taken yet is bounded, and so is how long it may take.

use super::Service;
use super::places::Place;
use crate::Rejected;
use crate::accept::Peer;
use crate::access::Reader;
use crate::problems::ApiError;
use std::sync::Arc;
use std::time::Duration;
use tenor_client::api::{
    ErrorCode, EventCursor, EventFilter, EventPage, EventStreamParameters, SequencedEvent,
};
use tenor_primitives::Height;
use tokio::sync::mpsc::{self, error::SendTimeoutError};
use tokio::sync::{oneshot, watch};
use tokio::time::MissedTickBehavior;

/// Events of one step.
const STEP_EVENTS: usize = 100;
/// Steps that may wait for the reader.
const STEPS_WAITING: usize = 1;

/// What a reader is told, step by step.
pub(crate) enum Step {
    /// Events, and the place behind all that was looked at.
    Events(Vec<SequencedEvent>, EventCursor),
    /// Nothing new up to this place.
    Quiet(EventCursor),
}

/// A reader's end of a stream. Its places are held as long as this is.
pub(crate) struct Following {
    /// Closed when the stream ends.
    pub(crate) steps: mpsc::Receiver<Step>,
    /// Then: why.
    pub(crate) end: oneshot::Receiver<ApiError>,
    /// Kept until all is sent.
    pub(crate) places: StreamPlaces,
}

/// The places of a stream: among all and those of its peer, and among those of its account.
pub(crate) struct StreamPlaces {
    _of_peer: Place,
    _of_account: Option<Place>,
}

impl Service {
    /// Follows the events behind a place until the reader goes, is too slow, or the node stops.
    pub(crate) async fn follow(
        self: &Arc<Self>,
        reader: Reader,
        peer: Peer,
        token: Option<String>,
        asked: EventStreamParameters,
    ) -> Result<Following, ApiError> {
        let places = self.stream_places(reader, peer)?;
        self.check_running()?;
        let filter = Arc::new(asked.filter());
        // From before the first page on, so that no block comes between unheard.
        let heights = self.parts.pool.heights();
        // Told by status, not within the stream: a place that is not kept.
        let start = self.event_start(asked.start())?;
        let first = self.page_for(&token, start, STEP_EVENTS, &filter).await?;
        let (send, steps) = mpsc::channel(STEPS_WAITING);
        let (tell, end) = oneshot::channel();
        let service = Arc::clone(self);
        tokio::spawn(async move {
            if let Some(why) = service.feed(&token, heights, first, &filter, &send).await {
                tracing::debug!(code = why.0.code.name(), "a stream of events ended");
                // The reader may have gone meanwhile.
                let _ = tell.send(why);
            }
        });
        Ok(Following { steps, end, places })
    }

    /// Places for a stream to `reader` at `peer`.
    fn stream_places(&self, reader: Reader, peer: Peer) -> Result<StreamPlaces, ApiError> {
        let config = self.config();
        let taken = |whose: &str, max: usize| {
            let detail = "too many streams of events are open";
            let expected = format!("at most {max} {whose}, {} in all", config.streams_max);
            ApiError::mismatch(ErrorCode::Overloaded, detail, expected, "one more")
        };
        let of_account = match reader {
            Reader::Account { address, .. } => {
                let place = self.account_streams.try_take(address);
                Some(place.ok_or_else(|| taken("to one account", config.account_streams_max))?)
            }
            Reader::Open | Reader::Nobody => None,
        };
        let of_peer = self.streams.try_take(peer);
        let of_peer = of_peer.ok_or_else(|| taken("to one address", config.peer_streams_max))?;
        Ok(StreamPlaces { _of_peer: of_peer, _of_account: of_account })
    }

    /// Sends page by page; gives why it ends, unless the reader has gone.
    async fn feed(
        self: &Arc<Self>,
        token: &Option<String>,
        mut heights: watch::Receiver<Height>,
        first: EventPage,
        filter: &Arc<EventFilter>,
        send: &mpsc::Sender<Step>,
    ) -> Option<ApiError> {
        let mut quiet = tokio::time::interval(self.config().heartbeat());
        quiet.set_missed_tick_behavior(MissedTickBehavior::Delay);
        quiet.reset();
        let mut page = first;
        loop {
            let (next, is_last) = (page.next, page.is_last);
            if !page.events.is_empty()
                && let Err(why) = self.give(send, Step::Events(page.events, next)).await
            {
                return why;
            }
            // Blocks that come with nothing to show must not keep the sign of life back, nor a long
            // way to what there is to show: both move the reader's place.
            tokio::select! {
                biased;
                () = self.stopped() => return Some(Rejected::ShuttingDown.into()),
                () = send.closed() => return None,
                _ = quiet.tick() => {
                    if let Err(why) = self.give(send, Step::Quiet(next)).await {
                        return why;
                    }
                }
                () = std::future::ready(()), if !is_last => {}
                _ = heights.changed() => {}
            }
            heights.mark_unchanged();
            page = match self.page_for(token, Some(next), STEP_EVENTS, filter).await {
                Ok(page) => page,
                Err(why) => return Some(why),
            };
        }
    }

    /// Waits until the reader has room for a step; else gives why the stream ends, unless it has gone.
    async fn give(&self, send: &mpsc::Sender<Step>, step: Step) -> Result<(), Option<ApiError>> {
        let ms = self.config().slow_reader_ms_max;
        send.send_timeout(step, Duration::from_millis(ms)).await.map_err(|error| match error {
            SendTimeoutError::Timeout(_) => {
                let detail = format!("{STEP_EVENTS} events were not read within {ms} ms");
                Some(ApiError::new(ErrorCode::SlowReader, detail))
            }
            SendTimeoutError::Closed(_) => None,
        })
    }
}
