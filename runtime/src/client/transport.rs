//! What carries requests.

use ::bytes::Bytes;
use axum::BoxError;
use axum::body::Body;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use std::sync::{Mutex, PoisonError};
use tower::{Service, ServiceExt};

/// What carries requests to a server and brings its answers.
pub trait Transport: Send + Sync + 'static {
    /// Sends a request; the answer is there when its head is.
    fn send(&self, request: Request<Body>) -> BoxFuture<'static, Result<Response<Body>, BoxError>>;

    /// Does it, or a layer in it, look at the [`Facts`](super::Facts) of requests? They are left out for one that does not.
    fn reads_facts(&self) -> bool {
        true
    }
}

/// A `tower::Service` as a transport; each request goes through a clone of it.
#[derive(Debug)]
pub struct Over<S>(Mutex<S>);

impl<S> Over<S> {
    /// Of a service.
    pub fn new(service: S) -> Self {
        Self(Mutex::new(service))
    }
}

impl<S, B> Transport for Over<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn send(&self, request: Request<Body>) -> BoxFuture<'static, Result<Response<Body>, BoxError>> {
        let service = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Box::pin(async move {
            let answer = service.oneshot(request).await.map_err(Into::into)?;
            Ok(answer.map(Body::new))
        })
    }
}
