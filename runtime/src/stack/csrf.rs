//! Requests that a browser was made to send by a page of another site (cross-site request forgery): `Sec-Fetch-Site`
//! (W3C Fetch Metadata), and for older browsers `Origin` beside `Host`, tell them apart without tokens.

use super::cors::Origins;
use http::header::{HOST, ORIGIN};
use http::{Method, Request};

/// Is it a write for a page of another site? Programs send neither header and are let through.
pub(super) fn is_forged<B>(request: &Request<B>, origins: &Origins) -> bool {
    if is_safe(request.method()) {
        return false;
    }
    let headers = request.headers();
    let origin = headers.get(ORIGIN);
    if origin.is_some_and(|origin| !origins.is_empty() && origins.allow(origin)) {
        return false;
    }
    match (headers.get("sec-fetch-site"), origin) {
        (Some(site), _) => !matches!(site.as_bytes(), b"same-origin" | b"none"),
        (None, Some(origin)) => {
            let host = headers.get(HOST).and_then(|host| host.to_str().ok());
            let host = host.or_else(|| request.uri().authority().map(http::uri::Authority::as_str));
            let theirs = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
            !theirs.is_some_and(|(_, theirs)| host.is_some_and(|host| host.eq_ignore_ascii_case(theirs)))
        }
        (None, None) => false,
    }
}

/// RFC 9110 section 9.2.1, and `QUERY`: methods that change nothing.
pub(super) fn is_safe(method: &Method) -> bool {
    method.is_safe() || method.as_str() == "QUERY"
}
