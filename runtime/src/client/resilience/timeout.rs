//! The whole time of a call, its answer's body included.

use super::attempt::Attempting;
use super::errors::{DeadlineExceeded, Stage};
use super::outcome::operation;
use super::record;
use super::stack::{Around, Leaf, Next, Part, Payload, Resilient, Sending};
use super::timed::Timed;
use crate::client::{Deadline, deadline};
use axum::BoxError;
use axum::body::Body;
use futures_util::TryFutureExt as _;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, Request};
use std::future::ready;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use tower::Layer;

/// How long a call may take, retries, queues and the reading of its answer included, and how the callee is told.
///
/// Of three times the soonest counts: this one, a [`Deadline`] among the extensions of the request, and that of the
/// call that the task works for ([`Deadline::scope`]). What is left goes with each attempt as a header
/// ([`deadline::HEADER`]). An answer that is a stream of events by its media type may outlast this time, but neither
/// of the other two.
#[derive(Clone, Debug)]
pub struct Timeout {
    pub(super) total: Option<Duration>,
    pub(super) header: Option<HeaderName>,
}

impl Default for Timeout {
    /// 30 s.
    fn default() -> Self {
        Self { total: Some(Duration::from_secs(30)), header: Some(deadline::HEADER) }
    }
}

impl Timeout {
    /// A time for each call.
    #[must_use]
    pub fn of(total: Duration) -> Self {
        Self { total: Some(total), ..Self::default() }
    }

    /// No time of its own: only that of the caller.
    #[must_use]
    pub fn of_callers() -> Self {
        Self { total: None, ..Self::default() }
    }

    /// Tells the callee by another header; its value is the same.
    #[must_use]
    pub fn header(mut self, name: HeaderName) -> Self {
        self.header = Some(name);
        self
    }

    /// Does not tell the callee.
    #[must_use]
    pub fn untold(mut self) -> Self {
        self.header = None;
        self
    }
}

impl<S> Layer<S> for Timeout {
    type Service = Resilient<Around<Limiting, Around<Attempting, Leaf<S>>>>;

    fn layer(&self, inner: S) -> Self::Service {
        let told = Attempting::new(self.header.clone());
        Resilient(Around(Limiting::new(Some(self)), Around(told, Leaf(inner))))
    }
}

/// [`Timeout`], around a service.
#[derive(Clone, Debug)]
pub struct Limiting {
    on: bool,
    total: Option<Duration>,
}

impl Limiting {
    pub(super) fn new(timeout: Option<&Timeout>) -> Self {
        Self { on: timeout.is_some(), total: timeout.and_then(|timeout| timeout.total) }
    }
}

impl Part for Limiting {
    type Body<B: Payload> = Timed<B>;

    fn around<N: Next>(self, mut request: Request<Body>, next: N) -> Sending<Timed<N::Body>> {
        let asked = request.extensions().get().copied();
        let told = if self.on { Deadline::soonest(asked, Deadline::current()) } else { None };
        let Some(deadline) = Deadline::soonest(told, self.total.map(Deadline::within)) else {
            return Box::pin(next.send(request).map_ok(|answer| answer.map(|body| Timed::new(body, None))));
        };
        let operation = operation(&request);
        if asked != Some(deadline) {
            request.extensions_mut().insert(deadline);
        }
        let late = move || {
            record::deadline(operation);
            BoxError::from(DeadlineExceeded { at: Stage::Waiting })
        };
        if deadline.passed() {
            return Box::pin(ready(Err(late())));
        }
        let sending = timeout_at(deadline.0, next.send(request));
        Box::pin(async move {
            let answer = sending.await.map_err(|_| late())??;
            let until = if endless(answer.headers()) { told } else { Some(deadline) };
            Ok(answer.map(|body| Timed::new(body, until.map(|Deadline(at)| Until { at, operation }))))
        })
    }
}

/// When a body must have been read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Until {
    pub(super) at: Instant,
    pub(super) operation: &'static str,
}

/// Is an answer one that has no end by its nature?
fn endless(headers: &HeaderMap) -> bool {
    const STREAMS: [&str; 7] = [
        "text/event-stream",
        "application/jsonl",
        "application/x-ndjson",
        "application/json-seq",
        "application/geo+json-seq",
        "multipart/mixed",
        "multipart/x-mixed-replace",
    ];
    let Some(Ok(media)) = headers.get(CONTENT_TYPE).map(|value| value.to_str()) else { return false };
    let essence = media.split(';').next().unwrap_or_default().trim();
    STREAMS.iter().any(|stream| stream.eq_ignore_ascii_case(essence))
}
