//! A socket whose peer must take what is sent: so much at a rate, or the connection ends.

use super::{ConnectionLimits, Place};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// A stream with a limit on how long sending may take.
pub(super) struct TimedStream<S> {
    inner: S,
    time_max: Duration,
    bytes_per_s_min: u64,
    place: Arc<Place>,
    blocked: Option<Blocked>,
}

/// The peer's system takes no more for the moment.
struct Blocked {
    since: Instant,
    /// Bytes that it has taken since.
    taken: u64,
    timer: Pin<Box<Sleep>>,
}

impl<S> TimedStream<S> {
    pub(super) fn new(inner: S, limits: &ConnectionLimits, place: Arc<Place>) -> Self {
        Self {
            inner,
            time_max: limits.send_time_max,
            bytes_per_s_min: limits.send_bytes_per_s_min.max(1),
            place,
            blocked: None,
        }
    }

    /// What a write came to: what is taken earns time, what is not taken in time is an error.
    fn wrote(
        &mut self,
        result: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match (&result, &mut self.blocked) {
            (Poll::Ready(Ok(bytes)), Some(blocked)) => {
                blocked.taken = blocked.taken.saturating_add(*bytes as u64);
            }
            (Poll::Pending, _) => return self.wait(context),
            _ => {}
        }
        result
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let now = Instant::now();
        let blocked = self.blocked.get_or_insert_with(|| {
            self.place.sending();
            Blocked { since: now, taken: 0, timer: Box::pin(tokio::time::sleep(self.time_max)) }
        });
        let earned = Duration::from_secs(blocked.taken / self.bytes_per_s_min);
        let deadline = blocked.since + self.time_max.saturating_add(earned);
        if blocked.timer.deadline() != deadline {
            blocked.timer.as_mut().reset(deadline);
        }
        ready!(blocked.timer.as_mut().poll(context));
        let text = "the peer did not read its answer in time";
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, text)))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.wrote(result, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.wrote(result, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    /// Who writes here flushes when it has nothing left to write: all has been taken.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.inner).poll_flush(context))?;
        if self.blocked.take().is_some() {
            self.place.sent();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
