//! Transports of generated clients, with layers around them.

use crate::client::Transport;
use axum::BoxError;
use axum::body::Body;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::Service;

/// A [`Transport`], such as `reqwest::Client`, as a tower service that layers can be put around.
///
/// ```ignore
/// let http = Carrier::new(reqwest::Client::new());
/// let client = Client::over("https://pets.example", Resilience::default().layer(http))?;
/// ```
#[derive(Debug)]
pub struct Carrier<T>(Arc<T>);

impl<T: Transport> Carrier<T> {
    /// Sends by a transport.
    pub fn new(transport: T) -> Self {
        Self(Arc::new(transport))
    }
}

impl<T> Clone for Carrier<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Transport> Service<Request<Body>> for Carrier<T> {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.0.send(request)
    }
}
