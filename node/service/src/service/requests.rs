//! Running questions and dry runs: on threads and an engine of their own, with a bound on how many
//! wait, how long one waits, and how long one runs.

use super::Service;
use crate::Rejected;
use crate::problems::ApiError;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tenor_executor::Vm;

impl Service {
    /// Runs `request` with an engine that knows its deadline.
    pub(super) async fn run_request<T: Send + 'static>(
        self: &Arc<Self>,
        request: impl FnOnce(&Self, Arc<dyn Vm>) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.run_within(|service, limit| request(service, service.parts.engines.for_request(limit)))
            .await
    }

    /// Runs `request`, which is told how long it may take.
    pub(super) async fn run_within<T: Send + 'static>(
        self: &Arc<Self>,
        request: impl FnOnce(&Self, Duration) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let service = Arc::clone(self);
        let asked = Instant::now();
        let job = move || {
            let config = &service.parts.config;
            // Whoever has waited so long is better told than kept: there are more behind.
            if asked.elapsed() > Duration::from_millis(config.query_wait_ms_max) {
                return Err(Rejected::Overloaded.into());
            }
            request(&service, Duration::from_millis(config.query_ms_max))
        };
        self.queries.run(job).await?
    }
}
