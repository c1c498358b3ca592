//! One operation with what stands around it: layers, and a net for panics.

use crate::answering::Answering;
use crate::client::Deadline;
use crate::http::body::Limits;
use crate::http::context::Context;
use crate::http::problem::Error;
use crate::operate::{Answer, Call};
use crate::service::Operation;
#[cfg(feature = "stack")]
use crate::stack::{Guard, Visit};
#[cfg(not(feature = "stack"))]
use crate::unstacked::{Guard, Visit};
use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response, StatusCode};
use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt};

/// Operations that share one implementation.
pub(crate) trait Dispatch: Send + Sync {
    fn call(&self, index: usize, call: Call) -> Option<Answer>;
}

/// An operation and its function.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) operation: &'static Operation,
    pub(crate) index: usize,
    pub(crate) implementation: Arc<dyn Dispatch>,
}

/// What routing has found out about a request.
#[derive(Debug, Clone)]
pub(crate) struct Routed {
    pub(crate) captures: Vec<(&'static str, String)>,
    pub(crate) limits: Limits,
    pub(crate) realm: &'static str,
    pub(crate) visit: Option<Arc<Visit>>,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) guard: Option<Guard>,
}

impl Endpoint {
    /// Answers a request. A panic of the handler is an answer too; it may come before anything is awaited.
    pub(crate) fn run(&self, request: Request<Body>, routed: Routed) -> Answering {
        let (parts, body) = request.into_parts();
        let call = Call::new(Context::routed(parts, self.operation, &routed), routed, body);
        let answer = catch_unwind(AssertUnwindSafe(|| self.implementation.call(self.index, call)));
        match answer {
            Ok(Some(answer)) => Answering::running(answer, self.operation),
            Ok(None) => Error::new(StatusCode::NOT_IMPLEMENTED).into(),
            Err(panic) => panicked(self.operation, &*panic).into(),
        }
    }
}

/// 500 for a handler that panicked; what it said is logged.
pub(crate) fn panicked(operation: &Operation, panic: &(dyn Any + Send)) -> Error {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(operation = operation.id, panic = text.unwrap_or("?"), "a handler panicked");
    Error::new(StatusCode::INTERNAL_SERVER_ERROR)
}

impl tower::Service<Request<Body>> for Endpoint {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        match request.extensions_mut().remove::<Routed>() {
            Some(routed) => self.run(request, routed),
            None => {
                let id = self.operation.id;
                tracing::error!(operation = id, "a layer has dropped the extensions of the request");
                Error::new(StatusCode::INTERNAL_SERVER_ERROR).into()
            }
        }
    }
}

/// An operation as a layer meets it.
pub type Route = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

/// What can stand around an operation: every [`tower::Layer`] whose service takes and answers HTTP and cannot fail.
pub trait Wrap {
    /// The operation with this around it.
    fn wrap(&self, inner: Route) -> Route;
}

impl<L, S, B> Wrap for L
where
    L: Layer<Route, Service = S>,
    S: tower::Service<Request<Body>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<Infallible>,
    S::Future: Send + 'static,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    fn wrap(&self, inner: Route) -> Route {
        let outer = self.layer(inner).map_err(Into::into);
        BoxCloneSyncService::new(outer.map_response(|response| response.map(Body::new)))
    }
}

/// An endpoint, maybe with layers around it.
#[derive(Clone)]
pub(crate) struct Layered {
    pub(crate) endpoint: Endpoint,
    stack: Option<Route>,
}

impl fmt::Debug for Layered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.endpoint.operation.fmt(f)
    }
}

impl Layered {
    pub(crate) fn new(endpoint: Endpoint) -> Self {
        Self { endpoint, stack: None }
    }

    /// Puts a layer around everything that is there.
    pub(crate) fn wrap(&mut self, layer: &impl Wrap) {
        let inner = self.stack.take().unwrap_or_else(|| Route::new(self.endpoint.clone()));
        self.stack = Some(layer.wrap(inner));
    }

    /// Answers a request.
    pub(crate) fn answer(&self, mut request: Request<Body>, routed: Routed) -> Answering {
        let Some(stack) = &self.stack else {
            return self.endpoint.run(request, routed);
        };
        #[cfg(feature = "stack")]
        if let Some(visit) = &routed.visit {
            request.extensions_mut().insert(visit.id().clone());
        }
        request.extensions_mut().insert(self.endpoint.operation);
        request.extensions_mut().insert(routed);
        Answering::layered(stack.clone().oneshot(request).boxed(), self.endpoint.operation)
    }
}
