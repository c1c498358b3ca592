//! What stands for the stack in a program without it: nothing, which costs nothing.

use crate::client::Deadline;
use crate::http::body::Limits;
use crate::http::problem::Error;
use axum::body::Body;
use http::{Request, Response};
use std::sync::Arc;
use std::task::Context;

/// There are none.
#[derive(Debug)]
pub(crate) enum Visit {}

/// There are none.
pub(crate) enum Ticket {}

/// There are none.
pub(crate) struct Policy {
    pub(crate) limits: Limits,
}

/// There are none.
#[derive(Debug, Clone)]
pub(crate) enum Guard {}

/// When they would be asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    Before,
    Known,
    Open,
}

impl Guard {
    pub(crate) fn waits(&self) -> bool {
        match *self {}
    }

    pub(crate) fn check_here(&self, _: &crate::Context, _: When) -> crate::Result<()> {
        match *self {}
    }

    #[expect(clippy::unused_async, reason = "others are waited for")]
    pub(crate) async fn check(&self, _: &crate::Context, _: When) -> crate::Result<()> {
        match *self {}
    }
}

impl Ticket {
    pub(crate) fn visit(&self) -> &Arc<Visit> {
        match *self {}
    }

    pub(crate) fn deadline(&self) -> Option<Deadline> {
        match *self {}
    }

    pub(crate) fn preflight<B>(&self, _: &Request<B>, _: &str) -> Option<Response<Body>> {
        match *self {}
    }

    pub(crate) fn found(&mut self, _: usize) -> Option<(Policy, Option<Guard>)> {
        match *self {}
    }

    pub(crate) fn detaches(&self) -> bool {
        match *self {}
    }

    pub(crate) fn detach(&self, _: impl Future<Output = ()> + Send + 'static) {
        match *self {}
    }

    pub(crate) fn is_late(&mut self, _: &mut Context<'_>) -> bool {
        match *self {}
    }

    #[cfg(feature = "docs")]
    pub(crate) fn has_docs(&self) -> bool {
        match *self {}
    }

    pub(crate) fn told(&self, _: Error) -> Error {
        match *self {}
    }

    pub(crate) fn finish(self: Box<Self>, _: Response<Body>) -> Response<Body> {
        match *self {}
    }
}
