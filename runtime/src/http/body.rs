//! Bodies of requests: which media types are taken, how much, and how they are read.

use crate::fault::{Fault, Place};
use crate::http::params::{Input, patient};
use crate::http::problem::Error;
use crate::http::source::Source;
use crate::http::style::Spec;
use crate::http::style::decode::pairs;
use crate::json::Reading;
use ::bytes::Bytes;
use axum::body::Body;
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// What an operation takes as its body.
#[derive(Debug, Clone, Copy)]
pub struct BodySpec {
    media: Media,
    required: bool,
    also: &'static [&'static str],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Media {
    None,
    Json,
    Text,
    Bytes,
    Form,
    Raw,
}

impl BodySpec {
    /// No body; one that is sent is not read.
    pub const NONE: Self = Self { media: Media::None, required: false, also: &[] };

    const fn of(media: Media) -> Self {
        Self { media, required: false, also: &[] }
    }
    /// `application/json`, or any `+json`.
    #[must_use]
    pub const fn json(self) -> Self {
        Self::of(Media::Json)
    }
    /// Any `text/…`.
    #[must_use]
    pub const fn text(self) -> Self {
        Self::of(Media::Text)
    }
    /// Any media type.
    #[must_use]
    pub const fn bytes(self) -> Self {
        Self::of(Media::Bytes)
    }
    /// `application/x-www-form-urlencoded`
    #[must_use]
    pub const fn form(self) -> Self {
        Self::of(Media::Form)
    }
    /// Any media type, not read.
    #[must_use]
    pub const fn raw(self) -> Self {
        Self::of(Media::Raw)
    }
    /// It must be there.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }
    /// It may be missing.
    #[must_use]
    pub const fn optional(self) -> Self {
        self
    }
    /// Further media types that are taken.
    #[must_use]
    pub const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }

    /// Does it take this media type?
    fn takes(&self, media: &str) -> bool {
        let own = match self.media {
            Media::Json => media == "application/json" || (media.contains('/') && media.ends_with("+json")),
            Media::Text => media.starts_with("text/"),
            Media::Form => media == "application/x-www-form-urlencoded",
            Media::None | Media::Bytes | Media::Raw => true,
        };
        own || self.also.iter().any(|also| also.eq_ignore_ascii_case(media))
    }
}

/// A body, as far as it is to be read before the parameters are.
#[derive(Debug, Default)]
pub struct Loaded {
    pub(crate) bytes: Option<Bytes>,
    pub(crate) raw: Option<Body>,
}

/// Reads the body of a request.
///
/// # Errors
/// 413 if it is longer than the limit, 415 for another media type, 400 if it ends early.
pub(crate) async fn load(
    spec: BodySpec,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Loaded, Error> {
    match spec.media {
        Media::None => return Ok(Loaded::default()),
        Media::Raw => {
            let raw = (!body.is_end_stream() || spec.required).then_some(body);
            return Ok(Loaded { bytes: None, raw });
        }
        Media::Json | Media::Text | Media::Bytes | Media::Form => {}
    }
    let declared = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| {
        usize::try_from(length).is_ok_and(|length| length > limit) || usize::try_from(length).is_err()
    }) {
        return Err(too_large(limit));
    }
    let media = headers.get(CONTENT_TYPE);
    if media.is_some() && !body.is_end_stream() {
        check_media(spec, media)?;
    }
    let bytes = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            too_large(limit)
        } else {
            Error::bad_request("The body ended early.")
        }
    })?;
    let bytes = bytes.to_bytes();
    if bytes.is_empty() && media.is_none_or(|_| spec.media == Media::Json || !spec.required) {
        return Ok(Loaded::default());
    }
    check_media(spec, media)?;
    Ok(Loaded { bytes: Some(bytes), raw: None })
}

fn too_large(limit: usize) -> Error {
    Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail(format!("A body may have at most {limit} bytes."))
}

fn check_media(spec: BodySpec, media: Option<&http::HeaderValue>) -> Result<(), Error> {
    let unsupported = |detail: &str| Err(Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(detail));
    let Some(text) = media.map(|media| media.to_str().unwrap_or_default()) else {
        return if spec.media == Media::Bytes {
            Ok(())
        } else {
            unsupported("A body needs a `Content-Type`.")
        };
    };
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    if !spec.takes(&essence) {
        return unsupported("The body's media type is not one that this operation takes.");
    }
    let charset =
        parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    let utf8 = charset.is_none_or(|(_, value)| {
        ["utf-8", "utf8", "us-ascii"].iter().any(|known| value.trim_matches('"').eq_ignore_ascii_case(known))
    });
    if utf8 || spec.media == Media::Bytes { Ok(()) } else { unsupported("The body's text must be UTF-8.") }
}

fn present<T>(input: &mut Input<'_>, read: impl FnOnce(&[u8]) -> Reading<T>) -> Option<Option<T>> {
    let Some(bytes) = input.body.bytes.take() else {
        return Some(None);
    };
    let reading = read(&bytes);
    input.settle(reading, Place::Body, "").map(Some)
}

fn missing<T>(input: &mut Input<'_>) -> Option<T> {
    input.fault(Fault::at(Place::Body, "", "required", "a body is required"));
    None
}

macro_rules! media {
    ($($(#[$docs:meta])* $name:ident $([$($bound:tt)*])? => $type:ty, $read:expr;)*) => {$(
        $(#[$docs])*
        pub mod $name {
            #[allow(clippy::wildcard_imports, reason = "this is the parent, cut in pieces")]
            use super::*;

            /// The body, which must be there.
            pub fn required$(<$($bound)*>)?(input: &mut Input<'_>) -> Option<$type> {
                match present(input, $read)? {
                    Some(body) => Some(body),
                    None => missing(input),
                }
            }

            /// The body, if there is one.
            #[allow(clippy::option_option, reason = "the outer one is about faults, the inner one about presence")]
            pub fn optional$(<$($bound)*>)?(input: &mut Input<'_>) -> Option<Option<$type>> {
                present(input, $read)
            }
        }
    )*};
}

media! {
    /// JSON bodies.
    json [T: DeserializeOwned] => T, crate::json::read::<T>;
    /// Text bodies.
    text => String, read_text;
    /// Bodies of bytes.
    bytes => Bytes, |bytes| sound(Bytes::copy_from_slice(bytes));
    /// URL-encoded forms.
    form [T: DeserializeOwned] => T, read_form::<T>;
}

/// Bodies that the handler reads itself.
pub mod raw {
    use super::{Body, Input};

    /// The body.
    pub fn required(input: &mut Input<'_>) -> Option<Body> {
        Some(input.body.raw.take().unwrap_or_default())
    }

    /// The body, if there is one.
    #[allow(clippy::option_option, reason = "the outer one is about faults, the inner one about presence")]
    pub fn optional(input: &mut Input<'_>) -> Option<Option<Body>> {
        Some(input.body.raw.take())
    }
}

fn sound<T>(value: T) -> Reading<T> {
    Reading { value: Some(value), faults: Vec::new(), placeholders: Vec::new() }
}

fn broken<T>(fault: Fault) -> Reading<T> {
    Reading { value: None, faults: vec![fault], placeholders: Vec::new() }
}

fn read_text(bytes: &[u8]) -> Reading<String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => sound(text.to_owned()),
        Err(_) => broken(Fault::new("encoding", "is not UTF-8 text")),
    }
}

fn read_form<T: DeserializeOwned>(bytes: &[u8]) -> Reading<T> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return broken(Fault::new("encoding", "is not UTF-8 text"));
    };
    let pairs = pairs(text);
    let source = Source::new(Spec::body(), vec![text], &pairs);
    patient(&source, PhantomData::<T>).1
}
