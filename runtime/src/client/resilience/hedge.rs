//! A second attempt beside a slow one.
//!
//! tower's `hedge` has one histogram for all operations, no budget, and takes whatever ends first for the answer, even
//! if that is a failure.

use super::attempt::{Attempt, Attempting};
use super::budget::Budget;
use super::latency::Latency;
use super::operations::Operations;
use super::outcome::{Verdict, operation, repeatable, verdict};
use super::record;
use super::stack::{Around, Leaf, Next, Part, Payload, Resilient, Sending};
use crate::client::deadline;
use axum::BoxError;
use axum::body::Body;
use futures_util::future::{Either, select};
use http::{Request, Response};
use http_body::Body as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tower::Layer;

/// Sends a read a second time when its answer is late, takes the first good answer, and cuts the other attempt off.
///
/// Only requests without a body, by a safe method (RFC 9110 section 9.2.1), that may be sent twice. Each adds load when
/// the callee is slow, so that it is within a budget, and off unless asked for.
#[derive(Clone, Debug)]
pub struct Hedge {
    delay: Delay,
    share: f64,
    reserve: u32,
}

#[derive(Clone, Copy, Debug)]
enum Delay {
    /// What 95 of 100 calls of the operation stayed below in the last minute, but no less than this.
    P95 {
        least: Duration,
    },
    Fixed(Duration),
}

/// After how many calls of an operation its percentile is believed.
const ENOUGH: u64 = 100;

impl Default for Hedge {
    /// [`Hedge::after_p95`].
    fn default() -> Self {
        Self::after_p95()
    }
}

impl Hedge {
    /// When an answer takes longer than 95 of 100 calls of its operation took in the last minute, and longer than 5 ms.
    /// As long as there were fewer than 100, never. For 5 % of the calls and one a second beside them.
    #[must_use]
    pub fn after_p95() -> Self {
        Self { delay: Delay::P95 { least: Duration::from_millis(5) }, share: 0.05, reserve: 1 }
    }

    /// When an answer takes longer than this. For 5 % of the calls and one a second beside them.
    #[must_use]
    pub fn after(delay: Duration) -> Self {
        Self { delay: Delay::Fixed(delay), ..Self::after_p95() }
    }

    /// For which share of the calls (0.05: one in twenty), and how many a second beside them.
    #[must_use]
    pub fn budget(mut self, share: f64, per_second: u32) -> Self {
        (self.share, self.reserve) = (share, per_second);
        self
    }
}

impl<S> Layer<S> for Hedge {
    type Service = Resilient<Around<Hedging, Around<Attempting, Leaf<S>>>>;

    fn layer(&self, inner: S) -> Self::Service {
        let told = Attempting::new(Some(deadline::HEADER));
        Resilient(Around(Hedging::new(Some(self)), Around(told, Leaf(inner))))
    }
}

/// [`Hedge`], around a service.
#[derive(Clone, Debug)]
pub struct Hedging(Option<Arc<State>>);

#[derive(Debug)]
struct State {
    rules: Hedge,
    budget: Budget,
    operations: Operations<Mutex<Latency>>,
}

impl Hedging {
    pub(super) fn new(rules: Option<&Hedge>) -> Self {
        Self(rules.map(|rules| {
            let budget = Budget::new(rules.share, rules.reserve);
            Arc::new(State { rules: rules.clone(), budget, operations: Operations::default() })
        }))
    }
}

impl State {
    fn latency<R>(&self, operation: &'static str, look: impl FnOnce(&mut Latency, Instant) -> R) -> R {
        let now = Instant::now();
        let latency = self.operations.get(operation, || Mutex::new(Latency::new(now)));
        look(&mut latency.lock().unwrap_or_else(PoisonError::into_inner), now)
    }

    /// How long the first attempt has the field for itself; nothing, if nobody knows.
    fn delay(&self, operation: &'static str) -> Option<Duration> {
        match self.rules.delay {
            Delay::Fixed(delay) => Some(delay),
            Delay::P95 { least } => {
                self.latency(operation, |latency, now| latency.p95(ENOUGH, now)).map(|delay| delay.max(least))
            }
        }
    }

    /// Sends a read, and once more if its answer is late.
    async fn hedged<N: Next>(
        self: Arc<Self>,
        mut request: Request<Body>,
        next: N,
    ) -> Result<Response<N::Body>, BoxError> {
        let (operation, since) = (operation(&request), Instant::now());
        self.budget.deposit();
        let Some(delay) = self.delay(operation) else {
            let result = next.send(request).await;
            self.took(operation, since, &result);
            return result;
        };
        let copy = copy(&mut request);
        let mut first = next.clone().send(request);
        let result = match timeout(delay, first.as_mut()).await {
            Ok(result) => result,
            Err(_) if !self.budget.withdraw() => {
                record::no_budget(operation, "hedge");
                first.await
            }
            Err(_) => {
                let (result, winner) = better(first, next.send(copy)).await;
                record::hedge(operation, winner);
                result
            }
        };
        self.took(operation, since, &result);
        result
    }

    /// A call took so long.
    fn took<B>(&self, operation: &'static str, since: Instant, result: &Result<Response<B>, BoxError>) {
        if verdict(result) == Some(Verdict::Well) {
            self.latency(operation, |latency, now| latency.add(now.saturating_duration_since(since), now));
        }
    }
}

impl Part for Hedging {
    type Body<B: Payload> = B;

    fn around<N: Next>(self, request: Request<Body>, next: N) -> Sending<N::Body> {
        let read = request.method().is_safe() && repeatable(&request) && request.body().is_end_stream();
        match self.0.filter(|_| read) {
            Some(state) => Box::pin(state.hedged(request, next)),
            None => next.send(request),
        }
    }
}

/// The same request once more, as a hedge.
fn copy(request: &mut Request<Body>) -> Request<Body> {
    let first = request.extensions().get::<Attempt>().cloned().unwrap_or_else(Attempt::first);
    request.extensions_mut().insert(first.clone());
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.version_mut() = request.version();
    *copy.headers_mut() = request.headers().clone();
    *copy.extensions_mut() = request.extensions().clone();
    copy.extensions_mut().insert(first.hedged());
    copy
}

/// The first good answer of two, or else what the first attempt had to say; and which one it is of.
async fn better<B>(first: Sending<B>, second: Sending<B>) -> (Result<Response<B>, BoxError>, &'static str) {
    let well = |result: &Result<Response<B>, BoxError>| verdict(result) == Some(Verdict::Well);
    match select(first, second).await {
        Either::Left((result, _)) if well(&result) => (result, "first"),
        Either::Right((result, _)) if well(&result) => (result, "second"),
        Either::Left((ill, second)) => match second.await {
            result if well(&result) => (result, "second"),
            _ => (ill, "first"),
        },
        Either::Right((_, first)) => (first.await, "first"),
    }
}
