//! Bodies of requests: which media types are taken, how much, and how they are read.

use crate::fault::{Fault, Place};
#[cfg(feature = "compression")]
use crate::http::codec::inflate;
use crate::http::codec::media::{self, MediaType, NotText};
#[cfg(feature = "multipart")]
use crate::http::codec::multipart;
use crate::http::codec::{Arrived, Intake, Load, Read, stream_error};
use crate::http::params::Input;
use crate::http::problem::Error;
use ::bytes::Bytes;
use axum::body::Body;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::borrow::Cow;

/// What an operation takes as its body.
#[derive(Debug, Clone, Copy)]
pub struct BodySpec {
    codecs: &'static [Intake],
    required: bool,
}

impl BodySpec {
    /// No body; one that is sent is not read.
    pub const NONE: Self = Self { codecs: &[], required: false };

    /// Is no body taken?
    pub(crate) const fn is_none(&self) -> bool {
        self.codecs.is_empty()
    }

    /// It must be there, in one of these.
    #[must_use]
    pub const fn required(self, codecs: &'static [Intake]) -> Self {
        Self { codecs, required: true }
    }
    /// It may be missing.
    #[must_use]
    pub const fn optional(self, codecs: &'static [Intake]) -> Self {
        Self { codecs, required: false }
    }

    /// The codec for a media type: one that is for it by name, or else the first that takes it as well, or else the
    /// one of the narrowest range.
    fn codec(&self, media: &MediaType) -> Option<usize> {
        let position = |fits: &dyn Fn(&Intake) -> bool| self.codecs.iter().position(fits);
        let range = |codec: &Intake| codec.media.contains('*') && media.fits(codec.media);
        position(&|codec| codec.media.eq_ignore_ascii_case(&media.essence))
            .or_else(|| position(&|codec| (codec.also)(&media.essence)))
            .or_else(|| position(&|codec| range(codec) && !codec.media.starts_with('*')))
            .or_else(|| position(&|codec| range(codec)))
    }
}

/// A body, as far as it is to be read before the parameters are: which codec reads it, and what it gets.
pub(crate) type Loaded = Option<(usize, Arrived)>;

/// How much of bodies is taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes that are held in memory.
    pub(crate) memory: usize,
    /// Bytes of a body with files.
    pub(crate) uploads: u64,
}

/// Loads the body of a request.
///
/// # Errors
/// 413 if it is longer than the limit, 415 for another media type, charset or coding, 400 if it ends early.
pub(crate) async fn load(
    spec: BodySpec,
    headers: &HeaderMap,
    body: Body,
    limits: Limits,
) -> Result<Loaded, Error> {
    let empty = body.is_end_stream();
    let header = headers.get(CONTENT_TYPE);
    let (n, codec, media) = match (choose(spec, header), spec.codecs) {
        (Ok(chosen), _) => chosen,
        (Err(_), _) if empty && !spec.required => return Ok(None),
        (Err(_), [codec]) if empty && codec.empty_is_none => return Ok(None),
        (Err(error), _) if header.is_none() => {
            // Without a `Content-Type` only nothing can be taken.
            let empty = collect(body, headers, limits.memory).await?.is_empty();
            return if empty { Ok(None) } else { Err(error) };
        }
        (Err(error), _) => return Err(error),
    };
    let body = unpacked(headers, body)?;
    let (media_header, limit) = (header.cloned(), limits.memory);
    let mut arrived = Arrived { media: media_header, spelled: codec.parts, limit, ..Arrived::default() };
    match codec.load {
        Load::Stream => {
            arrived.stream = body;
            // Without a `Content-Type` there is not even an empty one.
            return Ok((!empty || (spec.required && header.is_some())).then_some((n, arrived)));
        }
        #[cfg(feature = "multipart")]
        Load::Parts => {
            if empty {
                return Ok(None);
            }
            let limits = multipart::Limits { fields: limits.memory, total: limits.uploads };
            arrived.form = multipart::load(body, media.as_ref(), codec.parts, limits).await?;
            return Ok(Some((n, arrived)));
        }
        #[cfg(not(feature = "multipart"))]
        Load::Parts => return Err(refused(spec, "This service does not read bodies of parts.")),
        Load::Text | Load::Bytes => {}
    }
    let bytes = collect(body, headers, limits.memory).await?;
    if bytes.is_empty() && (header.is_none() || codec.empty_is_none || !spec.required) {
        return Ok(None);
    }
    arrived.bytes = match codec.load {
        Load::Text => text(spec, bytes, media.as_ref())?,
        Load::Bytes | Load::Stream | Load::Parts => bytes,
    };
    Ok(Some((n, arrived)))
}

/// The body without its codings.
#[cfg(feature = "compression")]
fn unpacked(headers: &HeaderMap, body: Body) -> Result<Body, Error> {
    if headers.contains_key(CONTENT_ENCODING) { inflate::inflate(headers, body) } else { Ok(body) }
}

#[cfg(not(feature = "compression"))]
fn unpacked(headers: &HeaderMap, body: Body) -> Result<Body, Error> {
    let plain = |value: &http::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(CONTENT_ENCODING).iter().all(plain) {
        return Ok(body);
    }
    let error = Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).header("accept-encoding", "identity");
    Err(error.detail("This service does not read compressed bodies."))
}

/// Text as UTF-8, whatever its charset was.
fn text(spec: BodySpec, bytes: Bytes, media: Option<&MediaType>) -> Result<Bytes, Error> {
    let Some(charset) = media.and_then(|media| media.parameter("charset")) else { return Ok(bytes) };
    match media::decode(&bytes, Some(charset)) {
        Ok(Cow::Borrowed(_)) => Ok(bytes),
        Ok(Cow::Owned(text)) => Ok(text.into()),
        Err(NotText::Bytes) => {
            let detail = format!("is not text of the charset {}", charset.to_ascii_lowercase());
            Err(Error::invalid(vec![Fault::new("encoding", detail)]))
        }
        Err(NotText::Charset) => {
            Err(refused(spec, "The charset of the body is not one of: utf-8, us-ascii, iso-8859-1."))
        }
    }
}

/// All of a body.
async fn collect(body: Body, headers: &HeaderMap, limit: usize) -> Result<Bytes, Error> {
    let declared = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|length| {
        usize::try_from(length).is_ok_and(|n| n > limit) || usize::try_from(length).is_err()
    }) {
        return Err(too_large(limit));
    }
    let all = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            return too_large(limit);
        }
        error
            .downcast::<axum::Error>()
            .map_or_else(|_| Error::bad_request("The body ended early."), |error| stream_error(*error))
    })?;
    Ok(all.to_bytes())
}

fn too_large(limit: usize) -> Error {
    Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail(format!("A body may have at most {limit} bytes."))
}

/// 415, with what is taken (RFC 9110 section 15.5.16).
fn refused(spec: BodySpec, detail: &str) -> Error {
    let taken: Vec<&str> = spec.codecs.iter().map(|codec| codec.media).collect();
    Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).header("accept", &taken.join(", ")).detail(detail)
}

/// The codec for a body. One without a `Content-Type` is bytes and nothing else: browsers send such bodies to other
/// sites without asking them.
fn choose(
    spec: BodySpec,
    header: Option<&http::HeaderValue>,
) -> Result<(usize, Intake, Option<MediaType>), Error> {
    let at = |n: Option<usize>| n.and_then(|n| Some((n, *spec.codecs.get(n)?)));
    let Some(header) = header else {
        let untyped = spec.codecs.iter().position(|codec| matches!(codec.load, Load::Bytes | Load::Stream));
        let (n, codec) = at(untyped).ok_or_else(|| refused(spec, "A body needs a `Content-Type`."))?;
        return Ok((n, codec, None));
    };
    let media = header.to_str().ok().and_then(MediaType::parse);
    let media = media.ok_or_else(|| refused(spec, "The body's `Content-Type` is not a media type."))?;
    let (n, codec) = at(spec.codec(&media))
        .ok_or_else(|| refused(spec, "The body's media type is not one that this operation takes."))?;
    Ok((n, codec, Some(media)))
}

/// The body, which must be there, by the codec at the place that was chosen.
pub fn required<T>(input: &mut Input<'_>, codecs: &[Read<T>]) -> Option<T> {
    match optional(input, codecs)? {
        Some(body) => Some(body),
        None => {
            input.fault(Fault::at(Place::Body, "", "required", "a body is required"));
            None
        }
    }
}

/// The body, if there is one.
#[allow(clippy::option_option, reason = "the outer one is about faults, the inner one about presence")]
pub fn optional<T>(input: &mut Input<'_>, codecs: &[Read<T>]) -> Option<Option<T>> {
    let Some((n, mut arrived)) = input.body.take() else {
        return Some(None);
    };
    let reading = codecs.get(n)?(&mut arrived);
    input.settle(reading, Place::Body, "").map(Some)
}
