//! Reading server-sent events.

use crate::api::{EventCursor, EventStreamParameters, Problem, SequencedEvent};
use crate::http::HttpError;
use reqwest::Response;
use std::fmt::Display;
use std::time::Duration;

/// The longest line that is read: an event's data is at most 64 KiB by the initial parameters, each
/// byte as two digits, with topics and names around it.
const LINE_BYTES_MAX: usize = 4 << 20;

/// How long a stream may say nothing at all: nodes give a sign of life at least every 30 s.
const SILENCE_MAX: Duration = Duration::from_secs(75);

/// Events as the node sends them, in order. After a break, go on with [`EventStream::rest`].
#[derive(Debug)]
pub struct EventStream {
    asked: EventStreamParameters,
    answer: Response,
    url: String,
    messages: Messages,
    silence_max: Duration,
}

impl EventStream {
    pub(crate) fn new(answer: Response, url: String, asked: EventStreamParameters) -> Self {
        let messages = Messages { last: asked.after, ..Messages::default() };
        Self { asked, answer, url, messages, silence_max: SILENCE_MAX }
    }

    /// The same stream, which is given up after so long without a sign of life; 75 s unless set.
    #[must_use]
    pub fn with_silence_max(mut self, silence_max: Duration) -> Self {
        self.silence_max = silence_max;
        self
    }

    /// The place behind all that was read.
    pub fn last(&self) -> Option<EventCursor> {
        self.messages.last
    }

    /// What to ask for to go on after this stream: the same, from behind all that was read.
    pub fn rest(&self) -> EventStreamParameters {
        match self.messages.last {
            Some(last) => {
                EventStreamParameters { after: Some(last), from_height: None, ..self.asked.clone() }
            }
            // Nothing came, not even a sign of life: from where this one began.
            None => self.asked.clone(),
        }
    }

    /// The next event. [`HttpError::Refused`] when the node ends the stream and says why,
    /// [`HttpError::Connection`] when it breaks or says nothing for too long.
    pub async fn next(&mut self) -> Result<SequencedEvent, HttpError> {
        loop {
            match self.messages.next() {
                Ok(Some(Told::Event(event))) => return Ok(event),
                Ok(Some(Told::End(problem))) => return Err(HttpError::Refused(Box::new(problem))),
                Ok(None) => {}
                Err(reason) => return Err(HttpError::Answer { url: self.url.clone(), reason }),
            }
            let chunk = tokio::time::timeout(self.silence_max, self.answer.chunk()).await;
            let silent = || format!("no sign of life for {} s", self.silence_max.as_secs());
            let chunk = chunk.map_err(|_| self.broken(&silent()))?;
            let chunk = chunk.map_err(|error| self.broken(&error))?;
            let chunk = chunk.ok_or_else(|| self.broken(&"the stream ended"))?;
            self.messages.unread.extend_from_slice(&chunk);
        }
    }

    fn broken(&self, reason: &dyn Display) -> HttpError {
        let (url, reason) = (self.url.clone(), reason.to_string());
        HttpError::Connection { url, reason, not_sent: false }
    }
}

/// What a message tells.
#[derive(Debug, PartialEq)]
enum Told {
    Event(SequencedEvent),
    /// Nothing follows, for this reason.
    End(Problem),
}

/// Messages out of bytes as they arrive.
#[derive(Debug, Default)]
struct Messages {
    unread: Vec<u8>,
    message: Message,
    last: Option<EventCursor>,
}

/// What a message has said so far.
#[derive(Debug, Default)]
struct Message {
    id: Option<EventCursor>,
    name: String,
    data: String,
}

impl Messages {
    /// What the next whole message tells; `None` until more has arrived.
    fn next(&mut self) -> Result<Option<Told>, String> {
        while let Some(line) = self.line()? {
            if let Some(told) = self.take(&line)? {
                return Ok(Some(told));
            }
        }
        Ok(None)
    }

    /// A whole line of what has arrived.
    fn line(&mut self) -> Result<Option<String>, String> {
        let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') else {
            if self.unread.len() > LINE_BYTES_MAX {
                return Err(format!("expected lines of at most {LINE_BYTES_MAX} bytes"));
            }
            return Ok(None);
        };
        let rest = self.unread.split_off(end + 1);
        let mut line = std::mem::replace(&mut self.unread, rest);
        line.pop();
        String::from_utf8(line).map(Some).map_err(|error| error.to_string())
    }

    /// Takes a line in; tells what a message says whose end it is.
    fn take(&mut self, line: &str) -> Result<Option<Told>, String> {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => self.message.id = Some(value.parse().map_err(words)?),
            "event" => self.message.name = value.into(),
            "data" => self.message.data.push_str(value),
            "" if line.is_empty() => return self.end_of_message(),
            // Comments, and fields that this reader has no use for.
            _ => {}
        }
        Ok(None)
    }

    fn end_of_message(&mut self) -> Result<Option<Told>, String> {
        let Message { id, name, data } = std::mem::take(&mut self.message);
        // Only now: a message that breaks off is asked for again.
        self.last = id.or(self.last);
        if data.is_empty() {
            return Ok(None);
        }
        let told = if name == "end" {
            Told::End(serde_json::from_str(&data).map_err(words)?)
        } else {
            Told::Event(serde_json::from_str(&data).map_err(words)?)
        };
        Ok(Some(told))
    }
}

fn words(error: impl Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{ErrorCode, EventView, HexBytes, LedgerTag};
    use tenor_primitives::{Address, Hash};

    fn place(index: u32) -> EventCursor {
        EventCursor {
            ledger: LedgerTag::of(&Hash([7; 32])),
            height: 3,
            index,
            ..EventCursor::default()
        }
    }

    fn event(index: u32) -> SequencedEvent {
        let (name, data) = ("said".into(), HexBytes(vec![1, 2]));
        let event = EventView { emitter: Address([5; 32]), name, topics: vec![], data };
        SequencedEvent { sequence: place(index), transaction_hash: Hash([9; 32]), event }
    }

    fn sent(index: u32) -> String {
        let data = serde_json::to_string(&event(index)).expect("encodes");
        format!("id: {}\ndata: {data}\n\n", place(index))
    }

    /// Wherever a connection breaks, the place is behind the last event that was told, so that going on
    /// from there misses none and doubles none.
    #[test]
    fn at_every_break_the_place_is_behind_what_was_told() {
        let quiet = format!("id: {}\n: alive\n\n", place(7));
        let text = [sent(0), sent(1), quiet, sent(9)].concat();
        let ends: Vec<usize> = text.match_indices("\n\n").map(|(at, _)| at + 2).collect();
        let places = [place(0), place(1), place(7), place(9)];
        for (first, second) in (0..=text.len()).flat_map(|at| [(at, at), (at / 2, at)]) {
            let mut messages = Messages::default();
            let mut told = Vec::new();
            for part in [&text[..first], &text[first..second]] {
                messages.unread.extend_from_slice(part.as_bytes());
                while let Some(one) = messages.next().expect("as a node writes it") {
                    told.push(one);
                }
            }
            let whole = ends.iter().filter(|end| **end <= second).count();
            assert_eq!(messages.last, whole.checked_sub(1).map(|last| places[last]), "{second}");
            let events = [0, 1, 9].into_iter().filter(|index| messages.last >= Some(place(*index)));
            let expected: Vec<Told> = events.map(|index| Told::Event(event(index))).collect();
            assert_eq!(told, expected, "{second}");
        }
    }

    #[test]
    fn the_end_says_why_and_nonsense_is_named() {
        let problem = Problem::new(ErrorCode::SlowReader, "too slow");
        let data = serde_json::to_string(&problem).expect("encodes");
        let mut messages = Messages::default();
        messages.unread.extend_from_slice(format!("event: end\ndata: {data}\n\n").as_bytes());
        assert_eq!(messages.next(), Ok(Some(Told::End(problem))));
        for bad in ["id: 12-0\n", "data: {}\n\n", "\u{ff}\n\n"] {
            let mut messages = Messages::default();
            messages.unread.extend_from_slice(bad.as_bytes());
            assert_eq!(messages.next().is_err(), !bad.starts_with('\u{ff}'), "{bad:?}");
        }
        let mut messages =
            Messages { unread: vec![b'x'; LINE_BYTES_MAX + 1], ..Default::default() };
        assert!(messages.next().is_err());
    }
}
