//! Everything that an app serves, in one place where requests come in.

use crate::answering::Answering;
use crate::route::Asked as Head;
use crate::service::Service;
use crate::stack::{Stack, Stacked, policy::Policies};
use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use futures_util::FutureExt;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower::ServiceExt as _;

/// Everything that an app serves.
#[derive(Debug, Clone)]
pub(crate) struct Front {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    services: Box<[Service]>,
    /// What no API has, in a router whose handle is cheap to clone.
    rest: Option<Router>,
    stacked: Option<Arc<Stacked>>,
}

impl Front {
    /// The stack is around the services already; here it is for the rest.
    pub(super) fn new(services: Vec<Service>, rest: Option<Router>, stack: Option<&Stack>) -> Self {
        let limits = crate::http::body::Limits {
            memory: crate::service::BODY_LIMIT,
            uploads: crate::service::UPLOAD_LIMIT,
        };
        let stacked = stack.map(|stack| stack.around(&[], Policies::declared(&[], limits)));
        Self { inner: Arc::new(Inner { services: services.into(), rest, stacked }) }
    }

    /// Answers a request.
    pub(crate) fn answer(&self, request: Request) -> Answering {
        let Inner { services, rest, .. } = &*self.inner;
        let service = match &**services {
            // What it has not, nobody has.
            [only] if rest.is_none() => Some(only),
            several => {
                let asked = Head { method: request.method(), uri: request.uri(), headers: request.headers() };
                several.iter().find(|service| service.takes(&asked))
            }
        };
        match service {
            Some(service) => service.begin(request),
            None => self.other(request),
        }
    }

    /// What no API has.
    fn other(&self, request: Request) -> Answering {
        let ticket = self.inner.stacked.as_ref().map(|stacked| stacked.begin(&request));
        if let Some(error) = ticket.as_ref().and_then(|ticket| ticket.refusal(&request)) {
            return Answering::from(error).on(ticket);
        }
        let Some(rest) = &self.inner.rest else {
            return Answering::from(crate::Error::not_found("There is nothing at this path.")).on(ticket);
        };
        // Only its handlers know its methods.
        const METHODS: &str = "GET,HEAD,PUT,PATCH,POST,DELETE,QUERY";
        match ticket.as_ref().and_then(|ticket| ticket.preflight(&request, METHODS)) {
            Some(response) => Answering::from(response).on(ticket),
            None => Answering::other(rest.clone().oneshot(request).boxed()).on(ticket),
        }
    }
}

impl tower::Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        self.answer(request)
    }
}
