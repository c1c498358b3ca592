//! Answers, and `responses!`: which variant of an operation's response enum is which status and media type.

use crate::http::accept::Accept;
use crate::http::codec::{Media, Write, json};
use crate::http::header::simple;
use crate::http::problem::{Error, Result};
use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, InvalidHeaderValue, VARY};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;

/// `application/problem+json` (RFC 9457)
pub(crate) const JSON_PROBLEM: &str = "application/problem+json";

/// An answer.
#[derive(Debug)]
pub struct Reply(Response<Body>);

/// An answer type of an operation; implemented by [`responses!`](crate::responses!).
pub trait IntoReply {
    /// The media types that each variant may have; none if it has no body.
    const MEDIA: &'static [&'static [Media]];
    /// The answer, in the media type that the client likes best.
    fn into_reply(self, accept: &Accept) -> Reply;
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
    /// What is not a media type is left out.
    fn new<E>(status: StatusCode, media: Result<HeaderValue, E>, body: Body) -> Self {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        if let Ok(media) = media {
            response.headers_mut().insert(CONTENT_TYPE, media);
        }
        Self(response)
    }

    /// JSON under a media type.
    pub(crate) fn json_as(status: StatusCode, media: &'static str, body: impl Serialize) -> Self {
        match json::text(&body) {
            Ok(text) => Self::new(status, written(media), text.into()),
            Err(error) => Error::internal(&error).into_reply(),
        }
    }

    /// Bytes of any media type.
    pub fn bytes(status: impl IntoStatus, media: &str, body: impl Into<Bytes>) -> Self {
        Self::new(status.into_status(), HeaderValue::from_str(media), body.into().into())
    }

    /// No body.
    pub fn empty(status: impl IntoStatus) -> Self {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status.into_status();
        Self(response)
    }

    /// A value in the only media type there is.
    pub fn sole<T>(
        status: impl IntoStatus,
        value: T,
        media: &'static str,
        write: fn(T, &mut Self) -> Result<()>,
    ) -> Self {
        let mut reply = Self::new(status.into_status(), written(media), Body::empty());
        match write(value, &mut reply) {
            Ok(()) => reply,
            Err(error) => error.into_reply(),
        }
    }

    /// A value, in the one of these media types that the client likes best; in the first, if it likes none.
    pub fn write<T>(status: impl IntoStatus, accept: &Accept, value: T, codecs: &[Write<T>]) -> Self {
        let chosen = accept.best(codecs.iter().map(|codec| codec.media));
        match codecs.get(chosen.unwrap_or_default()) {
            Some(codec) => Self::sole(status, value, codec.media, codec.write).varies(),
            None => Self::empty(status),
        }
    }

    /// Says that another `Accept` may get another answer (RFC 9110 section 12.5.5).
    #[must_use]
    pub fn varies(mut self) -> Self {
        self.0.headers_mut().insert(VARY, HeaderValue::from_static("accept"));
        self
    }

    /// Puts in a body.
    pub fn set_body(&mut self, body: impl Into<Body>) {
        *self.0.body_mut() = body.into();
    }

    /// The `Content-Type`.
    pub fn media(&self) -> Option<&str> {
        self.0.headers().get(CONTENT_TYPE)?.to_str().ok()
    }

    /// Changes the `Content-Type`.
    pub fn set_media(&mut self, media: HeaderValue) {
        self.0.headers_mut().insert(CONTENT_TYPE, media);
    }

    /// Adds a header. A list is joined by commas (OpenAPI's `simple` style), but every `Set-Cookie` stands alone (RFC
    /// 6265 section 3). What HTTP does not allow in a header is logged and left out.
    #[must_use]
    pub fn required(mut self, name: &str, value: impl Serialize) -> Self {
        let texts = serde_json::to_value(value).map(|value| match value {
            Value::Array(cookies) if name.eq_ignore_ascii_case("set-cookie") => {
                cookies.into_iter().map(simple).collect()
            }
            value => vec![simple(value)],
        });
        let values = texts.map(|texts| texts.iter().map(|text| HeaderValue::from_str(text)).collect());
        let (Ok(name), Ok(Ok(values))) = (HeaderName::try_from(name), values) else {
            tracing::error!(header = name, "an answer's header cannot be sent");
            return self;
        };
        let values: Vec<HeaderValue> = values;
        for value in values {
            self.0.headers_mut().append(name.clone(), value);
        }
        self
    }

    /// Adds a header, if there is one.
    #[must_use]
    pub fn optional(self, name: &str, value: Option<impl Serialize>) -> Self {
        match value {
            Some(value) => self.required(name, value),
            None => self,
        }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
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

/// A media type that is part of the program: it is not copied.
fn written(media: &'static str) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::from_maybe_shared(Bytes::from_static(media.as_bytes()))
}

impl From<Response<Body>> for Reply {
    fn from(response: Response<Body>) -> Self {
        Self(response)
    }
}

/// Declares what an operation answers: an enum, and how each variant is sent.
///
/// A variant is a status, with a body by a codec or without: `Ok(Pet) = 200 json`, `Gone = 410`. Where the status is
/// for the handler to say, it is the word `status`, and comes first: `Failed(apiloom::StatusCode, Problem) = status json`.
/// An answer with headers names its parts. Several codecs of the same type are separated by `|`, and chosen by `Accept`
/// (RFC 9110 section 12.5.1); the first is the default. A media type may follow a codec that is not for its usual one.
/// [Codecs](crate::http::codec) are found by name.
///
/// ```
/// apiloom::responses! { pub enum PingResponse {
///     //! What `ping` answers.
///     /// All is well
///     Pong(String) = 200 text,
///     Counted { body: apiloom::Json, header required count("X-Count"): i64, header optional age: Option<i64> } =
///         201 json | json "application/vnd.count+json",
///     Gone = 410,
///     Failed(apiloom::StatusCode, apiloom::Json) = status json "application/problem+json",
/// } }
/// ```
#[macro_export]
macro_rules! responses {
    ($vis:vis enum $name:ident {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident
            $(($first:ty $(, $second:ty)?))?
            $({ $(status: $status_ty:ty,)? $(body: $body_ty:ty,)?
                $($(#[$header_docs:meta])* header $([$style:ident])? $kind:ident $header:ident $(($key:literal))?: $header_ty:ty),* $(,)? })?
            = $status:tt $($codec:ident $($media:literal)?)|*),* $(,)?
    }) => {
        $(#[$docs])*
        #[derive(Debug)]
        $vis enum $name {
            $($(#[$variant_docs])* $variant
                $(($first $(, $second)?))?
                $({ $(status: $status_ty,)? $(body: $body_ty,)? $($(#[$header_docs])* $header: $header_ty),* })?,)*
        }
        #[automatically_derived]
        impl $crate::IntoReply for $name {
            const MEDIA: &'static [&'static [$crate::http::codec::Media]] = &[$(
                $crate::__media!([$($codec $($media)?),*] [$($first $(, $second)?)?] [$($($body_ty)?)?])
            ),*];
            fn into_reply(self, accept: &$crate::http::accept::Accept) -> $crate::Reply {
                match self {
                    $(Self::$variant
                        $(($crate::__part!(first $first) $(, $crate::__part!(second $second))?))?
                        $({ $(status: $crate::__part!(status $status_ty),)? $(body: $crate::__part!(body $body_ty),)? $($header),* })? =>
                        $crate::__reply!(accept $status
                            [$($crate::__part!(first $first) $(, $crate::__part!(second $second))?)?
                                $($($crate::__part!(status $status_ty),)? $($crate::__part!(body $body_ty))?)?]
                            [$($codec $($media)?),*])
                        $($(.$kind(
                            $crate::__key!($header $($key)?), $crate::__styled!($kind $header $($style)?)
                        ))*)?,)*
                }
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __media {
    ([any] [$body:ty] []) => {
        <$body as $crate::http::replies::Replies>::MEDIA
    };
    ([any] [$status:ty, $body:ty] []) => {
        <$body as $crate::http::replies::Replies>::MEDIA
    };
    ([any] [] [$body:ty]) => {
        <$body as $crate::http::replies::Replies>::MEDIA
    };
    ([$($codec:ident $($media:literal)?),*] $first:tt $body:tt) => {
        &[$($crate::http::codec::Media($crate::http::codec::$codec::MEDIA)$(.named($media))?),*]
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __part {
    ($name:ident $ty:ty) => {
        $name
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __styled {
    ($kind:ident $header:ident) => {
        $header
    };
    (required $header:ident $style:ident) => {
        $crate::http::header::$style($header)
    };
    (optional $header:ident $style:ident) => {
        $header.map($crate::http::header::$style)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __reply {
    ($accept:ident status [$status:expr $(,)?] []) => {
        $crate::Reply::empty($status)
    };
    ($accept:ident status [$status:expr, $body:expr] $codecs:tt) => {
        $crate::__reply!($accept ($status) [$body] $codecs)
    };
    ($accept:ident $status:tt [] []) => {
        $crate::Reply::empty($status)
    };
    ($accept:ident $status:tt [$body:expr] [any]) => {
        $crate::http::replies::Replies::into_reply($body, $crate::http::reply::IntoStatus::into_status($status), $accept)
    };
    ($accept:ident $status:tt [$body:expr] [$codec:ident]) => {
        $crate::Reply::sole($status, $body, $crate::http::codec::$codec::MEDIA, $crate::http::codec::$codec::write)
    };
    ($accept:ident $status:tt [$body:expr] [$codec:ident $media:literal]) => {
        $crate::Reply::sole($status, $body, $media, $crate::http::codec::$codec::write)
    };
    ($accept:ident $status:tt [$body:expr] [$($codec:ident $($media:literal)?),+]) => {
        $crate::Reply::write($status, $accept, $body, &[$($crate::http::codec::Write::new(
            $crate::http::codec::$codec::MEDIA, $crate::http::codec::$codec::write)$(.named($media))?),+])
    };
}
