//! An answer on its way: a future without a box around the one that the handler's has already.

use crate::endpoint::panicked;
use crate::http::problem::Error;
use crate::operate::Answer;
use crate::service::Operation;
use axum::body::Body;
use futures_util::future::BoxFuture;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response};
use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

type Layered = BoxFuture<'static, Result<Response<Body>, Infallible>>;

enum State {
    /// Known at once; taken when it is asked for.
    Ready(Option<Response<Body>>),
    /// The operation's function runs.
    Running(Answer, &'static Operation),
    /// Layers run, and the function within.
    Layered(Layered, &'static Operation),
    /// Somebody else answers.
    #[cfg_attr(not(feature = "serve"), allow(dead_code, reason = "only an app has others"))]
    Other(Layered),
}

/// The answer of a [`Service`](crate::Service), to be awaited.
pub struct Answering {
    state: State,
    is_head: bool,
}

impl fmt::Debug for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = match &self.state {
            State::Ready(_) | State::Other(_) => None,
            State::Running(_, operation) | State::Layered(_, operation) => Some(operation.id),
        };
        f.debug_struct("Answering").field("operation", &operation).finish_non_exhaustive()
    }
}

impl From<Response<Body>> for Answering {
    fn from(response: Response<Body>) -> Self {
        Self { state: State::Ready(Some(response)), is_head: false }
    }
}

impl Answering {
    pub(crate) fn running(answer: Answer, operation: &'static Operation) -> Self {
        Self { state: State::Running(answer, operation), is_head: false }
    }

    pub(crate) fn layered(layered: Layered, operation: &'static Operation) -> Self {
        Self { state: State::Layered(layered, operation), is_head: false }
    }

    /// By somebody else.
    #[cfg(feature = "serve")]
    pub(crate) fn other(other: Layered) -> Self {
        Self { state: State::Other(other), is_head: false }
    }

    /// For a request by `HEAD`.
    pub(crate) fn without_body(self) -> Self {
        Self { is_head: true, ..self }
    }
}

/// Polls a future of an operation; a panic is an answer too.
fn poll<F: Future + Unpin>(
    future: &mut F,
    operation: &'static Operation,
    cx: &mut Context<'_>,
) -> Poll<Result<F::Output, Error>> {
    match catch_unwind(AssertUnwindSafe(|| Pin::new(future).poll(cx))) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(panicked(operation, &*panic))),
    }
}

impl Future for Answering {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = match &mut self.state {
            // One that is polled again after its end has nothing more to say.
            State::Ready(response) => response.take().unwrap_or_default(),
            State::Running(answer, operation) => match ready!(poll(answer, operation, cx)) {
                Ok(Ok(reply)) => reply.into_response(),
                Ok(Err(error)) | Err(error) => error.into_reply().into_response(),
            },
            State::Layered(layered, operation) => match ready!(poll(layered, operation, cx)) {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(error) => error.into_reply().into_response(),
            },
            State::Other(other) => match ready!(Pin::new(other).poll(cx)) {
                Ok(response) => response,
                Err(never) => match never {},
            },
        };
        Poll::Ready(Ok(if self.is_head { without_body(response) } else { response }))
    }
}

/// RFC 9110 section 9.3.2: the same head, no body.
fn without_body(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let length = http_body::Body::size_hint(&body).exact();
    if let Some(length) = length.filter(|length| *length > 0 || parts.headers.contains_key(CONTENT_TYPE)) {
        parts.headers.entry(CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
    Response::from_parts(parts, Body::empty())
}
