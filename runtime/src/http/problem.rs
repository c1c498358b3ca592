//! Errors that leave the service: RFC 9457 problems.

use crate::fault::{Fault, Place};
use crate::http::reply::{JSON_PROBLEM, Reply};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use std::fmt;

/// What handlers return.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// A problem (RFC 9457): what the client is told when a request does not succeed.
///
/// `?` turns any `std::error::Error` into one of status 500 that is logged and tells the client nothing.
#[derive(Debug)]
pub struct Error(Box<Problem>);

#[derive(Debug)]
struct Problem {
    status: StatusCode,
    kind: Option<String>,
    title: Option<String>,
    detail: Option<String>,
    instance: Option<String>,
    faults: Vec<Fault>,
    extensions: Vec<(String, Value)>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

macro_rules! named {
    ($($(#[$docs:meta])* $name:ident = $status:ident;)*) => {$(
        $(#[$docs])*
        pub fn $name(detail: impl Into<String>) -> Self {
            Self::new(StatusCode::$status).detail(detail)
        }
    )*};
}

impl Error {
    /// A problem of a status.
    pub fn new(status: StatusCode) -> Self {
        Self(Box::new(Problem {
            status,
            kind: None,
            title: None,
            detail: None,
            instance: None,
            faults: Vec::new(),
            extensions: Vec::new(),
            headers: Vec::new(),
        }))
    }

    named! {
        /// 400: the request is not what the schema says.
        bad_request = BAD_REQUEST;
        /// 401: who is asking is not known.
        unauthorized = UNAUTHORIZED;
        /// 403: who is asking may not.
        forbidden = FORBIDDEN;
        /// 404: there is no such thing.
        not_found = NOT_FOUND;
        /// 409: the state of things does not allow it.
        conflict = CONFLICT;
        /// 410: there is no such thing any more.
        gone = GONE;
        /// 412: a condition of the request does not hold.
        precondition_failed = PRECONDITION_FAILED;
        /// 422: understood, but it makes no sense.
        unprocessable = UNPROCESSABLE_ENTITY;
        /// 429: too often.
        too_many_requests = TOO_MANY_REQUESTS;
        /// 503: not now.
        unavailable = SERVICE_UNAVAILABLE;
    }

    /// 500: logged with its cause, of which the client is told nothing.
    pub fn internal(cause: &dyn std::error::Error) -> Self {
        let causes: Vec<String> =
            std::iter::successors(cause.source(), |cause| cause.source()).map(ToString::to_string).collect();
        tracing::error!(error = %cause, causes = ?causes, "a handler failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// 400 with a list of faults.
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let detail = match faults.as_slice() {
            [] => "The request is not valid.".to_owned(),
            [one] => format!("{}: {}.", place(one), one.detail),
            [first, rest @ ..] => format!("{}: {}; and {} more.", place(first), first.detail, rest.len()),
        };
        let mut error = Self::bad_request(detail);
        error.0.faults = faults;
        error
    }

    /// What happened this time.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// The kind of problem in few words; the status' own words, if not set.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.0.title = Some(title.into());
        self
    }

    /// The URI of the kind of problem; `about:blank`, if not set.
    #[must_use]
    pub fn kind(mut self, uri: impl Into<String>) -> Self {
        self.0.kind = Some(uri.into());
        self
    }

    /// The URI of this occurrence.
    #[must_use]
    pub fn instance(mut self, uri: impl Into<String>) -> Self {
        self.0.instance = Some(uri.into());
        self
    }

    /// An extension member. A value that cannot be written as JSON is left out.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.0.extensions.push((key.into(), value));
        }
        self
    }

    /// A header of the answer. One that HTTP does not allow is left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse(), value.parse()) {
            self.0.headers.push((name, value));
        }
        self
    }

    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.0.headers.iter().any(|(known, _)| known == name)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The faults of the request.
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// The answer.
    pub fn into_reply(self) -> Reply {
        let headers = self.0.headers.clone();
        let reply = Reply::json_as(self.status(), JSON_PROBLEM, &self);
        headers.into_iter().fold(reply, |reply, (name, value)| reply.with(name, value))
    }
}

fn place(fault: &Fault) -> String {
    match fault.place {
        Place::Body => format!("body{}", fault.pointer()),
        place => format!("{} `{}`{}", place.as_str(), fault.name, fault.pointer()),
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self::internal(&error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.status)?;
        self.0.detail.as_ref().map_or(Ok(()), |detail| write!(f, ": {detail}"))
    }
}

const RESERVED: [&str; 6] = ["type", "title", "status", "detail", "instance", "errors"];

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, s: S) -> std::result::Result<S::Ok, S::Error> {
        let problem = &self.0;
        let mut out = s.serialize_map(None)?;
        out.serialize_entry("type", problem.kind.as_deref().unwrap_or("about:blank"))?;
        let words = problem.status.canonical_reason().unwrap_or("Error");
        out.serialize_entry("title", problem.title.as_deref().unwrap_or(words))?;
        out.serialize_entry("status", &problem.status.as_u16())?;
        if let Some(detail) = &problem.detail {
            out.serialize_entry("detail", detail)?;
        }
        if let Some(instance) = &problem.instance {
            out.serialize_entry("instance", instance)?;
        }
        if !problem.faults.is_empty() {
            out.serialize_entry("errors", &problem.faults)?;
        }
        for (key, value) in problem.extensions.iter().filter(|(key, _)| !RESERVED.contains(&key.as_str())) {
            out.serialize_entry(key, value)?;
        }
        out.end()
    }
}
