//! How many calls may be in flight, so that one slow callee cannot hold everything.

use super::errors::Full;
use super::operations::Operations;
use super::outcome::operation;
use super::record;
use super::stack::{Around, Leaf, Next, Part, Payload, Resilient, Sending};
use super::tail::{Tail, Waits};
use axum::body::Body;
use futures_util::TryFutureExt as _;
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

    /// A place, if there is one.
    fn enter(&self, lane: &Arc<Lane>) -> Option<Place> {
        let own = Arc::clone(&lane.places).try_acquire_owned().ok()?;
        let client = Arc::clone(&self.client).try_acquire_owned().ok()?;
        Some(Place::new(Arc::clone(lane), own, client))
    }

    /// A place, as soon as there is one, for as long as a call waits.
    async fn queue(&self, lane: Arc<Lane>, operation: &'static str) -> Result<Place, Full> {
        let since = Instant::now();
        let place = match self.line_up() {
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

    fn line_up(&self) -> Option<Queued<'_>> {
        let room = |waiting: usize| (waiting < self.limits.queue).then(|| waiting + 1);
        self.waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).ok()?;
        Some(Queued(&self.waiting))
    }
}

impl Part for Holding {
    type Body<B: Payload> = Tail<B, Place>;

    fn around<N: Next>(self, request: Request<Body>, next: N) -> Sending<Tail<N::Body, Place>> {
        let Some(state) = self.0 else { return held(next.send(request), None) };
        let operation = operation(&request);
        let lane = state.lane(operation);
        match state.enter(&lane) {
            Some(place) => held(next.send(request), Some(place)),
            None => Box::pin(async move {
                let place = state.queue(lane, operation).await?;
                held(next.send(request), Some(place)).await
            }),
        }
    }
}

/// Keeps a place until the end of the answer.
fn held<B: Payload>(sending: Sending<B>, place: Option<Place>) -> Sending<Tail<B, Place>> {
    Box::pin(sending.map_ok(|answer| answer.map(|body| Tail::new(body, place))))
}
