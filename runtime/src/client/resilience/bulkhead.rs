//! How many calls may be in flight, so that one slow callee cannot hold everything.

use super::errors::Full;
use super::operations::Operations;
use super::outcome::operation;
use super::record;
use super::stack::{Around, Leaf, Next, Part, Payload, Resilient, Sending};
use super::tail::{Tail, Waits};
use axum::body::Body;
use http::Request;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};
use tower::Layer;

/// Limits how many calls are in flight, of each operation and in all. A call is in flight until the body of its answer
/// was read or dropped: that long it holds a connection. What is too much waits in a queue, for a while and in order.
#[derive(Clone, Debug)]
pub struct Bulkhead {
    client: usize,
    operation: usize,
    queue: usize,
    patience: Duration,
}

impl Default for Bulkhead {
    /// 1024 calls, 512 of them of one operation; 1024 more wait, each for a second.
    fn default() -> Self {
        Self { client: 1024, operation: 512, queue: 1024, patience: Duration::from_secs(1) }
    }
}

impl Bulkhead {
    /// How many calls of all operations may be in flight; at least one.
    #[must_use]
    pub fn client(mut self, calls: usize) -> Self {
        self.client = calls;
        self
    }

    /// How many calls of one operation may be in flight; at least one.
    #[must_use]
    pub fn operation(mut self, calls: usize) -> Self {
        self.operation = calls;
        self
    }

    /// How many calls may wait, and how long each.
    #[must_use]
    pub fn queue(mut self, calls: usize, patience: Duration) -> Self {
        (self.queue, self.patience) = (calls, patience);
        self
    }
}

impl<S> Layer<S> for Bulkhead {
    type Service = Resilient<Around<Holding, Leaf<S>>>;

    fn layer(&self, inner: S) -> Self::Service {
        Resilient::one(Holding::new(Some(self)), inner)
    }
}

/// [`Bulkhead`], around a service.
#[derive(Clone, Debug)]
pub struct Holding(Option<Arc<State>>);

#[derive(Debug)]
struct State {
    limits: Bulkhead,
    client: Arc<Semaphore>,
    operations: Operations<Lane>,
    waiting: AtomicUsize,
}

/// The calls of one operation.
#[derive(Debug)]
struct Lane {
    places: Arc<Semaphore>,
    in_flight: metrics::Gauge,
}

/// The place of a call among those in flight.
#[derive(Debug)]
pub struct Place {
    _operation: OwnedSemaphorePermit,
    _client: OwnedSemaphorePermit,
    lane: Arc<Lane>,
}

impl Place {
    fn new(lane: Arc<Lane>, operation: OwnedSemaphorePermit, client: OwnedSemaphorePermit) -> Self {
        lane.in_flight.increment(1);
        Self { _operation: operation, _client: client, lane }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lane.in_flight.decrement(1);
    }
}

impl Waits for Place {
    fn complete(self) {}
    fn broken(self) {}
}

/// A place in the queue.
struct Queued<'a>(&'a AtomicUsize);

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Holding {
    pub(super) fn new(limits: Option<&Bulkhead>) -> Self {
        Self(limits.map(|limits| Arc::new(State::new(limits.clone()))))
    }
}

impl State {
    fn new(limits: Bulkhead) -> Self {
        let client = Arc::new(Semaphore::new(limits.client.clamp(1, Semaphore::MAX_PERMITS)));
        Self { limits, client, operations: Operations::default(), waiting: AtomicUsize::new(0) }
    }

    fn lane(&self, operation: &'static str) -> Arc<Lane> {
        self.operations.get(operation, || Lane {
            places: Arc::new(Semaphore::new(self.limits.operation.clamp(1, Semaphore::MAX_PERMITS))),
            in_flight: record::in_flight(operation),
        })
    }

    async fn enter(&self, operation: &'static str) -> Result<Place, Full> {
        let lane = self.lane(operation);
        if let Ok(own) = Arc::clone(&lane.places).try_acquire_owned()
            && let Ok(client) = Arc::clone(&self.client).try_acquire_owned()
        {
            return Ok(Place::new(lane, own, client));
        }
        let since = Instant::now();
        let place = match self.queue() {
            Some(_queued) => timeout(self.limits.patience, self.wait(lane)).await.ok().flatten(),
            None => None,
        };
        place.ok_or_else(|| {
            record::full(operation);
            Full { operation, waited: since.elapsed() }
        })
    }

    /// The operation's place first: who waits for it must not hold one that any operation could have.
    async fn wait(&self, lane: Arc<Lane>) -> Option<Place> {
        let own = Arc::clone(&lane.places).acquire_owned().await.ok()?;
        let client = Arc::clone(&self.client).acquire_owned().await.ok()?;
        Some(Place::new(lane, own, client))
    }

    fn queue(&self) -> Option<Queued<'_>> {
        let room = |waiting: usize| (waiting < self.limits.queue).then(|| waiting + 1);
        self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).ok()?;
        Some(Queued(&self.waiting))
    }
}

impl Part for Holding {
    type Body<B: Payload> = Tail<B, Place>;

    fn around<N: Next>(self, request: Request<Body>, next: N) -> Sending<Tail<N::Body, Place>> {
        Box::pin(async move {
            let place = match &self.0 {
                Some(state) => Some(state.enter(operation(&request)).await?),
                None => None,
            };
            Ok(next.send(request).await?.map(|body| Tail::new(body, place)))
        })
    }
}
