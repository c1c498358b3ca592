//! Answers, and `responses!`: which variant of an operation's response enum is which status and media type.

use crate::http::problem::Error;
use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// `application/json`
pub(crate) const JSON: &str = "application/json";
/// `application/problem+json` (RFC 9457)
pub(crate) const JSON_PROBLEM: &str = "application/problem+json";

/// An answer.
#[derive(Debug)]
pub struct Reply(Response<Body>);

/// An answer type of an operation; implemented by [`responses!`](crate::responses!).
pub trait IntoReply {
    /// The media types it may have; none if it never has a body.
    const MEDIA: &'static [&'static str];
    /// The answer.
    fn into_reply(self) -> Reply;
}

/// A status: a number or a [`StatusCode`]. A number that is none becomes 500.
pub trait IntoStatus {
    /// The status.
    fn into_status(self) -> StatusCode;
}

impl IntoStatus for u16 {
    fn into_status(self) -> StatusCode {
        StatusCode::from_u16(self).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoStatus for StatusCode {
    fn into_status(self) -> StatusCode {
        self
    }
}

impl Reply {
    fn new(status: StatusCode, media: &str, body: Body) -> Self {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        if let Ok(media) = HeaderValue::from_str(media) {
            response.headers_mut().insert(CONTENT_TYPE, media);
        }
        Self(response)
    }

    /// JSON.
    pub fn json(status: impl IntoStatus, body: impl Serialize) -> Self {
        Self::json_as(status, JSON, body)
    }

    /// JSON under another media type.
    pub fn json_as(status: impl IntoStatus, media: &str, body: impl Serialize) -> Self {
        match serde_json::to_vec(&body) {
            Ok(text) => Self::new(status.into_status(), media, text.into()),
            Err(error) => Error::internal(&error).into_reply(),
        }
    }

    /// Plain text.
    pub fn text(status: impl IntoStatus, body: impl Into<String>) -> Self {
        Self::new(status.into_status(), "text/plain; charset=utf-8", body.into().into())
    }

    /// Bytes of any media type.
    pub fn bytes(status: impl IntoStatus, media: &str, body: impl Into<Bytes>) -> Self {
        Self::new(status.into_status(), media, body.into().into())
    }

    /// No body.
    pub fn empty(status: impl IntoStatus) -> Self {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status.into_status();
        Self(response)
    }

    /// A body that is made while it is sent.
    pub fn raw(status: impl IntoStatus, media: &str, body: Body) -> Self {
        Self::new(status.into_status(), media, body)
    }

    /// Adds a header. A list is joined by commas (OpenAPI's `simple` style). What HTTP does not allow in a header is
    /// logged and left out.
    #[must_use]
    pub fn header(self, name: &str, value: impl Serialize) -> Self {
        let text = serde_json::to_value(value).map(simple);
        match (HeaderName::try_from(name), text.as_deref().map(HeaderValue::from_str)) {
            (Ok(name), Ok(Ok(value))) => self.with(name, value),
            (_, _) => {
                tracing::error!(header = name, "an answer's header cannot be sent");
                self
            }
        }
    }

    /// Adds a header, if there is one.
    #[must_use]
    pub fn header_optional(self, name: &str, value: Option<impl Serialize>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.0.status()
    }

    pub(crate) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers_mut().append(name, value);
        self
    }

    /// As HTTP has it.
    pub fn into_response(self) -> Response<Body> {
        self.0
    }
}

impl From<Response<Body>> for Reply {
    fn from(response: Response<Body>) -> Self {
        Self(response)
    }
}

/// OpenAPI's `simple` style, not exploded.
fn simple(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(items) => items.into_iter().map(simple).collect::<Vec<_>>().join(","),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| format!("{key},{}", simple(value)))
            .collect::<Vec<_>>()
            .join(","),
        other @ (Value::Bool(_) | Value::Number(_)) => other.to_string(),
    }
}

/// Says how each variant of a response enum is sent.
///
/// ```
/// pub enum PingResponse { Pong(String), Gone, Failed(apiloom::StatusCode, apiloom::Json) }
/// apiloom::responses! { PingResponse {
///     Pong(body) => text(200, body).header("X-Ping", 1), Gone => empty(410), Failed(status, body) => json(status, body),
/// } }
/// ```
#[macro_export]
macro_rules! responses {
    ($name:ident { $($variant:ident $(($($tuple:ident),*))? $({$($field:ident),* $(,)?})? =>
        $make:ident ($($arg:tt)*) $(. $header:ident ($($header_arg:expr),*))*),+ $(,)? }) => {
        #[automatically_derived]
        impl $crate::IntoReply for $name {
            const MEDIA: &'static [&'static str] = &[$($crate::__media!($make $($arg)*)),+];
            fn into_reply(self) -> $crate::Reply {
                match self {
                    $(Self::$variant $(($($tuple),*))? $({$($field),*})? =>
                        $crate::Reply::$make($($arg)*)$(.$header($($header_arg),*))*,)+
                }
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __media {
    (json $($arg:tt)*) => {
        "application/json"
    };
    (text $($arg:tt)*) => {
        "text/plain"
    };
    (empty $($arg:tt)*) => {
        ""
    };
    ($make:ident $status:tt, $media:literal, $($arg:tt)*) => {
        $media
    };
    ($make:ident $($arg:tt)*) => {
        "*/*"
    };
}
