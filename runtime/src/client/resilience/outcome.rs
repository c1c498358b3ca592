//! What the parts ask about a request and about what became of it.

use super::errors;
use crate::client::{Deadline, Facts};
use axum::BoxError;
use http::uri::Authority;
use http::{HeaderName, Request, Response, StatusCode};
use std::io;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The operation of a request by hand, which does not say it.
const UNNAMED: &str = "unnamed";

/// The operation that a request is for.
pub(super) fn operation<B>(request: &Request<B>) -> &'static str {
    request.extensions().get::<Facts>().map_or(UNNAMED, |facts| facts.operation)
}

/// A server as it is shown: without what stands before an `@`, which may be a secret.
pub(super) fn shown(server: &Authority) -> &str {
    server.as_str().rsplit('@').next().unwrap_or_default()
}

/// May a request be sent twice? The schema's word goes before that of the method.
pub(super) fn repeatable<B>(request: &Request<B>) -> bool {
    let facts = request.extensions().get::<Facts>();
    facts.map_or_else(|| request.method().is_idempotent(), |facts| facts.idempotent)
        || request.headers().contains_key(KEY)
}

/// How a service fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It answered; that it may have refused is the caller's concern.
    Well,
    /// It did not answer, or said that it is at fault.
    Ill,
}

/// How a service fared by what became of an attempt; nothing, if none was made.
pub(super) fn verdict<B>(result: &Result<Response<B>, BoxError>) -> Option<Verdict> {
    match result {
        Ok(answer) => Some(if ill(answer.status()) { Verdict::Ill } else { Verdict::Well }),
        Err(error) if errors::refused(&**error) => None,
        Err(_) => Some(Verdict::Ill),
    }
}

/// Is the server at fault? "Not implemented" and "version not supported" are answers of a server that is well.
fn ill(status: StatusCode) -> bool {
    status.is_server_error()
        && status != StatusCode::NOT_IMPLEMENTED
        && status != StatusCode::HTTP_VERSION_NOT_SUPPORTED
}

/// How a service fared with an attempt that was given up: ill if its time was over; a caller that lost interest says
/// nothing about the service.
pub(super) fn given_up(deadline: Option<Deadline>) -> Option<Verdict> {
    deadline.filter(|deadline| deadline.passed()).map(|_| Verdict::Ill)
}

/// Was no connection made? Then nothing was sent, and any request may be repeated.
pub(super) fn unsent(error: &BoxError) -> bool {
    use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable};
    errors::find::<io::Error>(&**error).is_some_and(|error| {
        matches!(error.kind(), ConnectionRefused | HostUnreachable | NetworkUnreachable | AddrNotAvailable)
    })
}
