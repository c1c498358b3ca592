//! How parts are put around a service, with one allocation for all of them.
//!
//! tower's way is a future type per layer, which in practice is a box per layer. Here a [`Part`] is one `async fn`
//! around the rest, the parts are joined by type, and [`Resilient`] boxes the whole once.

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use std::future::Future;
use std::task::{Context, Poll};
use tower::{Service, ServiceExt as _};

/// A body of an answer on its way out through the parts.
pub trait Payload: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static {}

impl<B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static> Payload for B {}

/// The rest of a call: what a [`Part`] is put around.
pub trait Next: Clone + Send + 'static {
    /// The body of its answers.
    type Body: Payload;

    /// Sends a request.
    fn send(
        self,
        request: Request<Body>,
    ) -> impl Future<Output = Result<Response<Self::Body>, BoxError>> + Send;
}

/// What is done around a call. Clones share their state.
pub trait Part: Clone + Send + Sync + 'static {
    /// What becomes of the body of an answer.
    type Body<B: Payload>: Payload;

    /// Sends a request by the rest: once, more than once, or not at all.
    fn around<N: Next>(
        self,
        request: Request<Body>,
        next: N,
    ) -> impl Future<Output = Result<Response<Self::Body<N::Body>>, BoxError>> + Send;
}

/// A part around the rest.
#[derive(Clone, Debug)]
pub struct Around<P, N>(pub P, pub N);

impl<P: Part, N: Next> Next for Around<P, N> {
    type Body = P::Body<N::Body>;

    async fn send(self, request: Request<Body>) -> Result<Response<Self::Body>, BoxError> {
        self.0.around(request, self.1).await
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

    async fn send(mut self, request: Request<Body>) -> Result<Response<B>, BoxError> {
        let ready = self.0.ready().await.map_err(Into::into)?;
        ready.call(request).await.map_err(Into::into)
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
        let next = self.0.clone();
        Box::pin(async move { Ok(next.send(request).await?.map(Body::new)) })
    }
}
