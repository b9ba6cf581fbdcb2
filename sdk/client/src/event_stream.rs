//! Reading server-sent events.

use crate::api::{EventCursor, Problem, SequencedEvent};
use crate::http::HttpError;
use reqwest::Response;

/// The longest line that is read: an event's data is at most 64 KiB by the initial parameters, each
/// byte as two digits, with topics and names around it.
const LINE_BYTES_MAX: usize = 4 << 20;

/// Events as the node sends them, in order. After a break, go on with [`EventStream::last`].
#[derive(Debug)]
pub struct EventStream {
    answer: Response,
    url: String,
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

impl EventStream {
    pub(crate) fn new(answer: Response, url: String, after: Option<EventCursor>) -> Self {
        Self { answer, url, unread: Vec::new(), message: Message::default(), last: after }
    }

    /// The place behind all that was read: the `after` of the next stream.
    pub fn last(&self) -> Option<EventCursor> {
        self.last
    }

    /// The next event. [`HttpError::Refused`] when the node ends the stream and says why.
    pub async fn next(&mut self) -> Result<SequencedEvent, HttpError> {
        loop {
            while let Some(line) = self.line()? {
                if let Some(event) = self.take(&line)? {
                    return Ok(event);
                }
            }
            let chunk = self.answer.chunk().await.map_err(|error| self.broken(&error))?;
            let chunk = chunk.ok_or_else(|| self.broken(&"the stream ended"))?;
            self.unread.extend_from_slice(&chunk);
        }
    }

    /// A whole line of what has arrived.
    fn line(&mut self) -> Result<Option<String>, HttpError> {
        let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') else {
            if self.unread.len() > LINE_BYTES_MAX {
                return Err(
                    self.wrong(&format!("expected lines of at most {LINE_BYTES_MAX} bytes"))
                );
            }
            return Ok(None);
        };
        let rest = self.unread.split_off(end + 1);
        let mut line = std::mem::replace(&mut self.unread, rest);
        line.pop();
        String::from_utf8(line).map(Some).map_err(|error| self.wrong(&error))
    }

    /// Takes a line in; gives an event when it ends one.
    fn take(&mut self, line: &str) -> Result<Option<SequencedEvent>, HttpError> {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" => {
                self.message.id = Some(value.parse().map_err(|error| self.wrong(&error))?);
            }
            "event" => self.message.name = value.into(),
            "data" => self.message.data.push_str(value),
            "" if line.is_empty() => return self.message(),
            // Comments, and fields that this reader has no use for.
            _ => {}
        }
        Ok(None)
    }

    fn message(&mut self) -> Result<Option<SequencedEvent>, HttpError> {
        let Message { id, name, data } = std::mem::take(&mut self.message);
        // Only now: a message that breaks off is asked for again.
        self.last = id.or(self.last);
        if data.is_empty() {
            return Ok(None);
        }
        if name == "end" {
            let problem: Problem =
                serde_json::from_str(&data).map_err(|error| self.wrong(&error))?;
            return Err(HttpError::Refused(Box::new(problem)));
        }
        serde_json::from_str(&data).map(Some).map_err(|error| self.wrong(&error))
    }

    fn broken(&self, reason: &dyn std::fmt::Display) -> HttpError {
        let (url, reason) = (self.url.clone(), reason.to_string());
        HttpError::Connection { url, reason, not_sent: false }
    }

    fn wrong(&self, reason: &dyn std::fmt::Display) -> HttpError {
        HttpError::Answer { url: self.url.clone(), reason: reason.to_string() }
    }
}
