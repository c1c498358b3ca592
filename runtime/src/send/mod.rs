//! Sending what an API sends by itself: webhooks and callbacks. A [`Message`] is a request without its address; it goes
//! out over any `tower::Service` of HTTP, and its answer is read as the type that the schema says.
//!
//! Addresses come from consumers. Nothing here keeps them from naming your own network (SSRF, OWASP API7:2023): check them
//! when they are registered, and let the client that sends refuse private addresses and redirects.

mod answer;
mod declare;
mod draft;

pub use answer::{Incoming, Reception, codec};
pub use draft::{Draft, Outgoing};

use crate::fault::Fault;
use ::bytes::Bytes;
use axum::body::Body;
use http::{Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Limited};
use std::fmt;
use std::marker::PhantomData;
use tower::ServiceExt;

/// An answer may be 2 MiB long, if nothing else is said.
const LIMIT: usize = 2 * 1024 * 1024;

/// A request without its address, whose answer is an `A`.
#[derive(Debug)]
pub struct Message<A> {
    draft: Draft,
    limit: usize,
    answer: PhantomData<fn() -> A>,
}

impl<A: Incoming> Message<A> {
    /// Writes what an operation takes.
    ///
    /// # Errors
    /// A value cannot be written as the schema says.
    pub fn new(method: &'static str, params: impl Outgoing) -> Result<Self, SendError> {
        let mut draft = Draft::new(method);
        params.write(&mut draft)?;
        Ok(Self { draft, limit: LIMIT, answer: PhantomData })
    }

    /// Reads answers of at most so many bytes (2 MiB, if not set).
    #[must_use]
    pub fn limit(self, bytes: usize) -> Self {
        Self { limit: bytes, ..self }
    }

    /// Adds a header, such as a signature. One that HTTP does not allow is left out.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse::<http::HeaderName>(), value.parse()) {
            self.draft.headers.insert(name, value);
        }
        self
    }

    /// The request to an address, whose own query stays.
    ///
    /// # Errors
    /// The address is not an absolute `http` or `https` one.
    pub fn request(self, url: &str) -> Result<Request<Body>, SendError> {
        let uri: Uri = url.parse().map_err(|_| SendError::Address)?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
            return Err(SendError::Address);
        }
        self.draft.request(uri)
    }

    /// Sends it, and reads the answer.
    ///
    /// # Errors
    /// The address is not one, the client fails, or the answer is not what the schema says.
    pub async fn send<S, B>(self, url: &str, client: S) -> Result<A, SendError>
    where
        S: tower::Service<Request<Body>, Response = Response<B>>,
        S::Error: Into<axum::BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let limit = self.limit;
        let request = self.request(url)?;
        let answer = client.oneshot(request).await.map_err(|error| SendError::Client(error.into()))?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(Body::new(body), limit).collect().await.map_err(SendError::Client)?;
        A::read(&mut Reception::new(head, body.to_bytes()))
    }
}

/// Why a message did not arrive, or was not answered as the schema says.
#[derive(Debug)]
pub enum SendError {
    /// The address is not an absolute `http` or `https` one.
    Address,
    /// A value cannot be written as the schema says.
    Unwritable(String),
    /// The client failed, or the answer was too long.
    Client(axum::BoxError),
    /// The schema has no such answer.
    Unexpected(StatusCode),
    /// The answer is not what the schema says.
    Malformed(StatusCode, Vec<Fault>),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("the address is not an absolute http or https one"),
            Self::Unwritable(detail) => write!(f, "the message cannot be written: {detail}"),
            Self::Client(error) => write!(f, "the message was not delivered: {error}"),
            Self::Unexpected(status) => write!(f, "{status} is not an answer that the schema has"),
            Self::Malformed(status, faults) => {
                write!(f, "the answer {status} is not what the schema says")?;
                faults.first().map_or(Ok(()), |first| write!(f, ": {} {}", first.pointer(), first.detail))
            }
        }
    }
}

impl std::error::Error for SendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Client(error) => Some(error.as_ref()),
            Self::Address | Self::Unwritable(_) | Self::Unexpected(_) | Self::Malformed(..) => None,
        }
    }
}

/// The text that a runtime expression (OpenAPI 3.2, section 4.20.4) finds in a value: `pointer` (RFC 6901) leads to it.
///
/// # Errors
/// There is nothing, or what is there is no text, number or boolean.
pub fn evaluate(value: impl serde::Serialize, pointer: &str) -> Result<String, SendError> {
    let value = serde_json::to_value(value).map_err(|error| SendError::Unwritable(error.to_string()))?;
    match value.pointer(pointer) {
        Some(serde_json::Value::String(text)) => Ok(text.clone()),
        Some(one @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => Ok(one.to_string()),
        _ => Err(SendError::Unwritable(format!("there is no text at `{pointer}`"))),
    }
}
