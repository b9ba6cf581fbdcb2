//! Somebody with a connection kept open, who asks and sends at an even pace.

use super::place::{HONEST, Place, Sender, commit};
use std::time::{Duration, Instant};
use tenor_client::HttpClient;
use tokio::time::sleep;

/// Reads and writes of a phase.
const REQUESTS: usize = 300;
/// Every so many requests come on a connection of their own.
const FRESH: usize = 10;
const PAUSE: Duration = Duration::from_millis(3);

/// What one in a hundred requests exceeds.
#[derive(Clone, Copy)]
pub(super) struct P99 {
    pub(super) read_ms: f64,
    pub(super) write_ms: f64,
}

pub(super) struct Honest {
    client: HttpClient,
    sender: Sender,
}

impl Honest {
    pub(super) async fn at(place: &Place) -> Self {
        Self { client: place.client(), sender: place.sender(HONEST, 0) }
    }

    /// A phase. Every request is answered, or this panics.
    pub(super) async fn p99(&mut self) -> P99 {
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        let account = self.sender.address();
        for number in 0..REQUESTS {
            let client = if number % FRESH == 0 {
                HttpClient::new(self.client.url()).expect("valid")
            } else {
                self.client.clone()
            };
            let started = Instant::now();
            let read = client.account(&account).await;
            reads.push(started.elapsed());
            read.expect("an honest question is answered");
            sleep(PAUSE).await;
            let transaction = self.sender.next();
            let started = Instant::now();
            commit(&client, &transaction).await;
            writes.push(started.elapsed());
            sleep(PAUSE).await;
        }
        P99 { read_ms: p99_ms(reads), write_ms: p99_ms(writes) }
    }
}

fn p99_ms(mut taken: Vec<Duration>) -> f64 {
    taken.sort_unstable();
    taken[taken.len() * 99 / 100].as_secs_f64() * 1e3
}
