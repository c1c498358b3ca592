//! What a request must look like beyond method and path for a service to answer it.

use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Uri};
use std::fmt;
use std::sync::Arc;

/// The head of a request that is looking for its operation.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'r> {
    /// The method.
    pub method: &'r Method,
    /// Path and query.
    pub uri: &'r Uri,
    /// The headers.
    pub headers: &'r HeaderMap,
}

type Test = dyn Fn(&Asked<'_>) -> bool + Send + Sync;

/// A condition on requests, for [`Service::only_if`](crate::Service::only_if).
///
/// ```
/// use apiloom::route::Matcher;
/// let beta = Matcher::host("beta.example.com").or(Matcher::header("x-version", "2"));
/// ```
#[derive(Clone)]
pub struct Matcher(Arc<Test>);

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Matcher(..)")
    }
}

impl Matcher {
    /// Anything that can be told from the head of a request. It runs for each request that might be meant; one that
    /// panics takes the request with it.
    pub fn new(test: impl Fn(&Asked<'_>) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(test))
    }

    /// The host of the request, without its port; `*.example.com` is any name below `example.com`.
    pub fn host(host: impl Into<String>) -> Self {
        let wanted = host.into().to_ascii_lowercase();
        Self::new(move |asked| host_of(asked).is_some_and(|host| is_host(&host, &wanted)))
    }

    /// A header with this value, whatever the case of its name.
    pub fn header(name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, wanted) = (name.into(), value.into());
        Self::new(move |asked| {
            asked.headers.get_all(name.as_str()).iter().any(|value| value.as_bytes() == wanted.as_bytes())
        })
    }

    /// A pair of the query.
    pub fn query(name: impl Into<String>, value: impl Into<String>) -> Self {
        use crate::http::style::decode::pairs;
        use crate::http::style::escape::{Escape, unescape};
        let (name, wanted) = (name.into(), value.into());
        Self::new(move |asked| {
            let pairs = asked.uri.query().map(pairs).unwrap_or_default();
            let mut own = pairs.iter().filter(|(key, _)| *key == name);
            own.any(|(_, raw)| unescape(raw, Escape::Form).is_ok_and(|value| value == wanted))
        })
    }

    /// The media type of the body, without its parameters.
    pub fn content_type(media_type: impl Into<String>) -> Self {
        let wanted = media_type.into();
        Self::new(move |asked| asked.headers.get_all(CONTENT_TYPE).iter().any(|value| names(value, &wanted)))
    }

    /// A media type that `Accept` names by itself, not by a `*`.
    pub fn accept(media_type: impl Into<String>) -> Self {
        let wanted = media_type.into();
        Self::new(move |asked| asked.headers.get_all(ACCEPT).iter().any(|value| names(value, &wanted)))
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new(move |asked| self.matches(asked) && other.matches(asked))
    }

    /// One of them.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::new(move |asked| self.matches(asked) || other.matches(asked))
    }

    /// The opposite.
    #[must_use]
    pub fn negate(self) -> Self {
        Self::new(move |asked| !self.matches(asked))
    }

    /// Is it so?
    pub fn matches(&self, asked: &Asked<'_>) -> bool {
        (self.0)(asked)
    }
}

/// RFC 9110 section 7.2: HTTP/2 has it in the URI, HTTP/1.1 in a header.
fn host_of(asked: &Asked<'_>) -> Option<String> {
    let text = asked.uri.authority().map(http::uri::Authority::as_str);
    let text = text.or_else(|| asked.headers.get(HOST)?.to_str().ok())?;
    let authority: http::uri::Authority = text.parse().ok()?;
    Some(authority.host().to_ascii_lowercase())
}

fn is_host(host: &str, wanted: &str) -> bool {
    match wanted.strip_prefix('*') {
        Some(domain) => host.len() > domain.len() && host.ends_with(domain),
        None => host == wanted,
    }
}

/// Does a list of media types name this one?
fn names(value: &http::HeaderValue, wanted: &str) -> bool {
    let list = value.to_str().unwrap_or_default().split(',');
    list.map(|one| one.split(';').next().unwrap_or_default().trim())
        .any(|one| one.eq_ignore_ascii_case(wanted))
}
