//! Events.

use super::Session;
use crate::HostError;
use tenor_primitives::{Event, HaltCode};

const TOPICS_MAX: usize = 4;
const TOPIC_BYTES_MAX: usize = 64;
const NAME_BYTES_MAX: usize = 64;

impl Session {
    pub(super) fn emit_event(
        &mut self,
        name: &[u8],
        topics: &[u8],
        data: &[u8],
    ) -> Result<(), HostError> {
        self.require_write()?;
        let bytes = name.len().saturating_add(topics.len()).saturating_add(data.len());
        self.charge_host(self.parameters().gas.event, bytes)?;
        let limits = &self.parameters().limits;
        let (count, total) = self.journal.event_totals();
        let total = total.saturating_add(bytes as u64);
        if count >= limits.events_max as usize || total > u64::from(limits.event_bytes_max) {
            return Err(HostError::Halt(HaltCode::EventLimit));
        }
        let event = self.event(name, topics, data)?;
        self.journal.emit(event, bytes as u64);
        Ok(())
    }

    fn event(&self, name: &[u8], topics: &[u8], data: &[u8]) -> Result<Event, HostError> {
        let bad = || HostError::Halt(HaltCode::BadArgument);
        let printable = name.iter().all(u8::is_ascii_graphic);
        if name.is_empty() || name.len() > NAME_BYTES_MAX || !printable {
            return Err(bad());
        }
        let name = std::str::from_utf8(name).map_err(|_| bad())?.to_owned();
        let topics: Vec<Vec<u8>> = borsh::from_slice(topics).map_err(|_| bad())?;
        if topics.len() > TOPICS_MAX || topics.iter().any(|topic| topic.len() > TOPIC_BYTES_MAX) {
            return Err(bad());
        }
        Ok(Event { emitter: self.frame().contract, name, topics, data: data.to_vec() })
    }
}
