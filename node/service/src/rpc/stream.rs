//! Events as server-sent events: <https://html.spec.whatwg.org/multipage/server-sent-events.html>.
//!
//! Every message has its place in the sequence as its id, so that a client which connects again by
//! the standard, with the header `Last-Event-ID`, misses nothing and sees nothing twice.

use super::access::Caller;
use super::extract::Parameters;
use super::respond::malformed;
use crate::problems::ApiError;
use crate::service::{Following, Service, Step};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream, StreamExt};
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use tenor_client::api::{EventCursor, EventStreamParameters};

/// The header with the id of the last message that a client got.
pub(super) const LAST_EVENT_ID: &str = "last-event-id";

pub(super) async fn follow(
    State(service): State<Arc<Service>>,
    caller: Caller,
    Parameters(mut asked): Parameters<EventStreamParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if let Some(last) = last_event_id(&headers)? {
        // It goes on from there, wherever it began.
        (asked.after, asked.from_height) = (Some(last), None);
    }
    let Caller { reader, connection, token } = caller;
    let following = service.follow(reader, connection.peer(), token, asked).await?;
    Ok(Sse::new(messages(following)).into_response())
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<EventCursor>, ApiError> {
    let Some(value) = headers.get(LAST_EVENT_ID) else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| malformed("in Last-Event-ID: expected ASCII"))?;
    let cursor = text.parse().map_err(|error| malformed(format!("in Last-Event-ID: {error}")))?;
    Ok(Some(cursor))
}

/// The messages of a stream; the last one, named `end`, says why it is the last.
fn messages(following: Following) -> impl Stream<Item = Result<Event, Infallible>> {
    let Following { steps, end, places } = following;
    let steps =
        stream::unfold(steps, async |mut steps| steps.recv().await.map(|step| (step, steps)));
    let end = stream::once(async {
        let why = end.await.ok()?;
        Some(data(&why.0, Event::default().event("end")))
    });
    steps.flat_map(|step| stream::iter(of_step(step))).chain(end.filter_map(async |end| end)).map(
        move |message| {
            // As long as there is a body: until all is sent or the reader has gone.
            let _held = &places;
            Ok(message)
        },
    )
}

fn of_step(step: Step) -> Vec<Event> {
    match step {
        Step::Events(events, next) => {
            let message = |event: &_| {
                let tenor_client::api::SequencedEvent { sequence, .. } = event;
                data(event, Event::default().id(sequence.to_string()))
            };
            let mut messages: Vec<Event> = events.iter().map(message).collect();
            messages.push(quiet(next));
            messages
        }
        Step::Quiet(next) => vec![quiet(next)],
    }
}

/// No message, but a new last id: whoever comes back need not look at what did not fit again.
fn quiet(next: EventCursor) -> Event {
    Event::default().id(next.to_string()).comment("alive")
}

fn data(value: &impl Serialize, event: Event) -> Event {
    event.json_data(value).expect("text, lists and numbers encode")
}
