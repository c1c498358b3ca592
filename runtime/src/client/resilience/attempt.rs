//! One attempt of a call: what its callee is told, and its span.

use super::outcome::{operation, shown};
use super::stack::{Next, Part, Payload, Sending};
use crate::client::Deadline;
use axum::body::Body;
use http::{HeaderName, Request};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::Instrument as _;

/// Which attempt of a call a request is: among the extensions of what is sent.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// 1 for the first.
    pub number: u32,
    /// Is it sent beside another one, as that took long?
    pub hedge: bool,
    /// Where the attempts before it went, by the numbers of instances.
    tried: Arc<Mutex<Vec<u64>>>,
}

impl Attempt {
    /// The first attempt of a call.
    pub(super) fn first() -> Self {
        Self { number: 1, hedge: false, tried: Arc::default() }
    }

    /// The same attempt, sent a second time.
    pub(super) fn hedged(self) -> Self {
        Self { hedge: true, ..self }
    }

    /// Notes where this one goes.
    pub(super) fn goes_to(&self, instance: u64) {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner).push(instance);
    }

    /// Did another attempt of this call go there?
    pub(super) fn went_to(&self, instance: u64) -> bool {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner).contains(&instance)
    }
}

/// Tells the callee how long it is waited for, and makes the attempt a span.
#[derive(Clone, Debug)]
pub struct Attempting {
    header: Option<HeaderName>,
}

impl Attempting {
    pub(super) fn new(header: Option<HeaderName>) -> Self {
        Self { header }
    }
}

impl Part for Attempting {
    type Body<B: Payload> = B;

    fn around<N: Next>(self, mut request: Request<Body>, next: N) -> Sending<N::Body> {
        if let Some(name) = self.header
            && let Some(deadline) = request.extensions().get::<Deadline>().copied()
        {
            request.headers_mut().insert(name, deadline.to_header());
        }
        let span = span(&request);
        if span.is_disabled() { next.send(request) } else { Box::pin(next.send(request).instrument(span)) }
    }
}

fn span(request: &Request<Body>) -> tracing::Span {
    if !tracing::enabled!(tracing::Level::DEBUG) {
        return tracing::Span::none();
    }
    let attempt = request.extensions().get::<Attempt>();
    tracing::debug_span!(
        "attempt",
        operation = operation(request),
        number = attempt.map_or(1, |attempt| attempt.number),
        hedge = attempt.is_some_and(|attempt| attempt.hedge),
        server = request.uri().authority().map(shown),
    )
}
