//! A request's connection, for who answers it.

use super::{Peer, Place};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::AbortHandle;

/// The connection on which a request came.
#[derive(Clone)]
pub(crate) struct Connection(Arc<Place>);

/// Ends a connection at a moment, unless this is dropped before.
pub(crate) struct Deadline(AbortHandle);

impl Connection {
    pub(super) fn new(place: Arc<Place>) -> Self {
        Self(place)
    }

    /// Whose it is.
    pub(crate) fn peer(&self) -> Peer {
        self.0.peer()
    }

    /// Cuts the connection after `time`, whatever is on its way then, unless what is given is dropped.
    pub(crate) fn cut_after(&self, time: Duration) -> Deadline {
        let place = Arc::clone(&self.0);
        let timer = tokio::spawn(async move {
            tokio::time::sleep(time).await;
            tracing::debug!("a connection is cut that did not take a large answer in time");
            place.evict();
        });
        Deadline(timer.abort_handle())
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.0.abort();
    }
}
