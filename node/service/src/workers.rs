//! Threads for work that would stall the API: signatures, compiling, queries, dry runs. Bounded: who
//! finds the queue full is told so at once.

use crate::Rejected;
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::Arc;
use tokio::sync::{Semaphore, oneshot};

/// Contract calls nest on the native stack. Only pages that are used are ever paid for.
const STACK_BYTES: usize = 64 << 20;

/// A pool of threads with a bounded queue.
pub(crate) struct Workers {
    threads: ThreadPool,
    places: Arc<Semaphore>,
}

impl Workers {
    /// `threads` threads, as many as there are cores if 0; at most `queue_max` jobs at once, waiting
    /// or running.
    pub(crate) fn new(
        name: &'static str,
        threads: usize,
        queue_max: usize,
    ) -> Result<Self, String> {
        let threads = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(move |index| format!("{name}-{index}"))
            .stack_size(STACK_BYTES)
            // The panic hook has printed it; whoever waits for the job finds its answer missing.
            .panic_handler(|_| tracing::error!("a request ended in a panic"))
            .build()
            .map_err(|error| error.to_string())?;
        let places = Arc::new(Semaphore::new(queue_max.clamp(1, Semaphore::MAX_PERMITS)));
        Ok(Self { threads, places })
    }

    /// Runs `job` on one of the threads.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Rejected> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Rejected::Overloaded)?;
        let (send, answer) = oneshot::channel();
        self.threads.spawn(move || {
            let done = job();
            drop(place);
            // Whoever asked may have gone; then nobody needs the answer.
            let _ = send.send(done);
        });
        answer.await.map_err(|_| Rejected::Failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn a_full_queue_refuses_and_a_panic_is_an_error() {
        let workers = Arc::new(Workers::new("test", 0, 1).expect("starts"));
        let (release, blocked) = mpsc::channel::<()>();
        let (started, running) = oneshot::channel();
        let job = {
            let workers = Arc::clone(&workers);
            tokio::spawn(async move {
                let job = move || {
                    started.send(()).expect("the test waits");
                    blocked.recv()
                };
                workers.run(job).await
            })
        };
        running.await.expect("starts");
        assert_eq!(workers.run(|| 1).await, Err(Rejected::Overloaded));
        release.send(()).expect("the job waits");
        job.await.expect("joins").expect("runs").expect("released");
        let panicked = workers.run(|| -> u8 { panic!("a bug") }).await;
        assert_eq!(panicked, Err(Rejected::Failed));
    }
}
