//! An answer on its way: a future without a box around the one that the handler's has already.

use crate::endpoint::panicked;
use crate::http::problem::Error;
use crate::http::reply::Reply;
use crate::operate::Answer;
use crate::service::Operation;
#[cfg(feature = "stack")]
use crate::stack::Ticket;
#[cfg(not(feature = "stack"))]
use crate::unstacked::Ticket;
use axum::body::Body;
use futures_util::future::BoxFuture;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

type Layered = BoxFuture<'static, Result<Response<Body>, Infallible>>;

enum State {
    /// Known at once; taken when it is asked for.
    Ready(Option<Result<Response<Body>, Error>>),
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
    ticket: Option<Box<Ticket>>,
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
        Self::new(State::Ready(Some(Ok(response))))
    }
}

impl From<Error> for Answering {
    fn from(error: Error) -> Self {
        Self::new(State::Ready(Some(Err(error))))
    }
}

impl Answering {
    fn new(state: State) -> Self {
        Self { state, is_head: false, ticket: None }
    }

    pub(crate) fn running(answer: Answer, operation: &'static Operation) -> Self {
        Self::new(State::Running(answer, operation))
    }

    pub(crate) fn layered(layered: Layered, operation: &'static Operation) -> Self {
        Self::new(State::Layered(layered, operation))
    }

    /// By somebody else.
    #[cfg(feature = "serve")]
    pub(crate) fn other(other: Layered) -> Self {
        Self::new(State::Other(other))
    }

    /// For a request by `HEAD`.
    pub(crate) fn without_body(mut self) -> Self {
        self.is_head = true;
        self
    }

    /// For a request that goes through a stack.
    #[cfg_attr(not(feature = "stack"), allow(dead_code, reason = "there is none"))]
    pub(crate) fn on(mut self, ticket: Option<Box<Ticket>>) -> Self {
        self.ticket = ticket;
        self
    }

    /// Lets a write go on that nobody waits for any more.
    fn detach(&mut self) {
        let Some(ticket) = self.ticket.as_ref().filter(|ticket| ticket.detaches()) else { return };
        // What it comes to, nobody wants to know; what has failed is in the log.
        match std::mem::replace(&mut self.state, State::Ready(None)) {
            State::Running(mut answer, operation) => ticket.detach(async move {
                drop(std::future::poll_fn(|cx| poll(&mut answer, operation, cx)).await);
            }),
            State::Layered(mut layered, operation) => ticket.detach(async move {
                drop(std::future::poll_fn(|cx| poll(&mut layered, operation, cx)).await);
            }),
            State::Ready(_) | State::Other(_) => {}
        }
    }

    fn poll_state(&mut self, cx: &mut Context<'_>) -> Poll<Result<Response<Body>, Error>> {
        Poll::Ready(match &mut self.state {
            // One that is polled again after its end has nothing more to say.
            State::Ready(response) => response.take().unwrap_or_else(|| Ok(Response::default())),
            State::Running(answer, operation) => match ready!(poll(answer, operation, cx)) {
                Ok(answer) => answer.map(Reply::into_response),
                Err(error) => Err(error),
            },
            State::Layered(layered, operation) => match ready!(poll(layered, operation, cx)) {
                Ok(Ok(response)) => Ok(response),
                Ok(Err(never)) => match never {},
                Err(error) => Err(error),
            },
            State::Other(other) => match ready!(Pin::new(other).poll(cx)) {
                Ok(response) => Ok(response),
                Err(never) => match never {},
            },
        })
    }

    /// The same, with the deadline of the request in force meanwhile.
    fn poll_in_time(&mut self, cx: &mut Context<'_>) -> Poll<Result<Response<Body>, Error>> {
        let polled = match self.ticket.as_deref().and_then(Ticket::deadline) {
            Some(deadline) => deadline.hold(|| self.poll_state(cx)),
            None => self.poll_state(cx),
        };
        if polled.is_pending()
            && let Some(ticket) = &mut self.ticket
            && ticket.is_late(cx)
        {
            self.detach();
            let error = Error::new(StatusCode::GATEWAY_TIMEOUT);
            return Poll::Ready(Err(error.detail("The time for this request is over.")));
        }
        polled
    }
}

/// A write goes on when nobody waits for it any more.
impl Drop for Answering {
    fn drop(&mut self) {
        self.detach();
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
        let answer = ready!(self.poll_in_time(cx));
        let ticket = self.ticket.take();
        let response = match answer {
            Ok(response) => response,
            Err(error) => match &ticket {
                Some(ticket) => ticket.told(error).into_reply().into_response(),
                None => error.into_reply().into_response(),
            },
        };
        let response = if self.is_head { without_body(response) } else { response };
        Poll::Ready(Ok(match ticket {
            Some(ticket) => ticket.finish(response),
            None => response,
        }))
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
