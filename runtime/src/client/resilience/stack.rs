//! How parts are put around a service.
//!
//! Each [`Part`] is a function around the rest, which is a box: futures that are nested in one another without boxes
//! are as large as all that they may become, and are copied whole at each level, which costs far more than boxes.
//! A part that has nothing to do hands the rest's box on as it is.

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use futures_util::TryFutureExt as _;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use http_body_util::Either;
use std::task::{Context, Poll};
use tower::{Service, ServiceExt as _};

/// A body of an answer on its way out through the parts.
pub trait Payload: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static {}

impl<B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static> Payload for B {}

/// An answer that is on its way.
pub type Sending<B> = BoxFuture<'static, Result<Response<B>, BoxError>>;

/// The rest of a call: what a [`Part`] is put around.
pub trait Next: Clone + Send + 'static {
    /// The body of its answers.
    type Body: Payload;

    /// Sends a request.
    fn send(self, request: Request<Body>) -> Sending<Self::Body>;
}

/// What is done around a call. Clones share their state.
pub trait Part: Clone + Send + Sync + 'static {
    /// What becomes of the body of an answer.
    type Body<B: Payload>: Payload;

    /// Sends a request by the rest: once, more than once, or not at all.
    fn around<N: Next>(self, request: Request<Body>, next: N) -> Sending<Self::Body<N::Body>>;
}

/// A part around the rest.
#[derive(Clone, Debug)]
pub struct Around<P, N>(pub P, pub N);

impl<P: Part, N: Next> Next for Around<P, N> {
    type Body = P::Body<N::Body>;

    fn send(self, request: Request<Body>) -> Sending<Self::Body> {
        self.0.around(request, self.1)
    }
}

/// The service that sends requests in the end. It is asked whether it is ready for each.
#[derive(Clone, Debug)]
pub struct Leaf<S>(pub S);

impl<S, B> Next for Leaf<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Payload,
{
    type Body = B;

    fn send(self, request: Request<Body>) -> Sending<B> {
        Box::pin(self.0.oneshot(request).map_err(Into::into))
    }
}

/// The whole, or the service alone if everything is off.
#[derive(Clone, Debug)]
pub enum Switch<N, L> {
    /// With all parts.
    On(N),
    /// By itself.
    Off(L),
}

impl<N: Next, L: Next> Next for Switch<N, L> {
    type Body = Either<N::Body, L::Body>;

    fn send(self, request: Request<Body>) -> Sending<Self::Body> {
        match self {
            Self::On(next) => Box::pin(next.send(request).map_ok(|answer| answer.map(Either::Left))),
            Self::Off(leaf) => Box::pin(leaf.send(request).map_ok(|answer| answer.map(Either::Right))),
        }
    }
}

/// A service with parts around it.
#[derive(Clone, Debug)]
pub struct Resilient<N>(pub(super) N);

impl<P: Part, S> Resilient<Around<P, Leaf<S>>> {
    /// One part around a service.
    pub(super) fn one(part: P, service: S) -> Self {
        Self(Around(part, Leaf(service)))
    }
}

impl<N: Next> Service<Request<Body>> for Resilient<N> {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    /// Always: the service inside is asked when a request goes to it, once for each attempt.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.0.clone().send(request).map_ok(|answer| answer.map(Body::new)))
    }
}
