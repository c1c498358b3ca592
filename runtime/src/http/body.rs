//! Bodies of requests: which media types are taken, how much, and how they are read.

use crate::fault::{Fault, Place};
use crate::http::codec::{Arrived, Intake, Load, Read};
use crate::http::params::Input;
use crate::http::problem::Error;
use ::bytes::Bytes;
use axum::body::Body;
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// What an operation takes as its body.
#[derive(Debug, Clone, Copy)]
pub struct BodySpec {
    codecs: &'static [Intake],
    required: bool,
}

impl BodySpec {
    /// No body; one that is sent is not read.
    pub const NONE: Self = Self { codecs: &[], required: false };

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

    /// The codec for a media type: one that is for it by name, or else the first that takes it as well.
    fn codec(&self, media: &str) -> Option<usize> {
        let by_name = self.codecs.iter().position(|codec| codec.media.eq_ignore_ascii_case(media));
        by_name.or_else(|| self.codecs.iter().position(|codec| (codec.also)(media)))
    }
}

/// A body, as far as it is to be read before the parameters are: which codec reads it, and what it gets.
pub(crate) type Loaded = Option<(usize, Arrived)>;

/// Loads the body of a request.
///
/// # Errors
/// 413 if it is longer than the limit, 415 for another media type, 400 if it ends early.
pub(crate) async fn load(
    spec: BodySpec,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Loaded, Error> {
    if spec.codecs.is_empty() {
        return Ok(None);
    }
    let media = headers.get(CONTENT_TYPE).cloned();
    let empty = body.is_end_stream();
    let (n, codec) = match (choose(spec, media.as_ref()), spec.codecs) {
        (Ok(chosen), _) => chosen,
        (Err(_), _) if empty && !spec.required => return Ok(None),
        (Err(_), [codec]) if empty && codec.empty_is_none => return Ok(None),
        (Err(_), [codec, ..]) if media.is_none() && codec.load != Load::Stream => {
            // Without a `Content-Type` only nothing can be taken.
            let empty = collect(body, headers, limit).await?.is_empty();
            return if empty { Ok(None) } else { Err(unsupported("A body needs a `Content-Type`.")) };
        }
        (Err(error), _) => return Err(error),
    };
    if codec.load == Load::Stream {
        let there = !empty || spec.required;
        return Ok(there.then(|| (n, Arrived { media, bytes: Bytes::new(), stream: body, limit })));
    }
    let bytes = collect(body, headers, limit).await?;
    if bytes.is_empty() && (media.is_none() || codec.empty_is_none || !spec.required) {
        return Ok(None);
    }
    Ok(Some((n, Arrived { media, bytes, stream: Body::empty(), limit })))
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
            too_large(limit)
        } else {
            Error::bad_request("The body ended early.")
        }
    })?;
    Ok(all.to_bytes())
}

fn too_large(limit: usize) -> Error {
    Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail(format!("A body may have at most {limit} bytes."))
}

fn unsupported(detail: &str) -> Error {
    Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).detail(detail)
}

/// The codec for a body.
fn choose(spec: BodySpec, media: Option<&http::HeaderValue>) -> Result<(usize, Intake), Error> {
    let at = |n: Option<usize>| n.and_then(|n| Some((n, *spec.codecs.get(n)?)));
    let Some(text) = media.map(|media| media.to_str().unwrap_or_default()) else {
        let untyped = spec.codecs.iter().position(|codec| codec.load != Load::Text);
        return at(untyped).ok_or_else(|| unsupported("A body needs a `Content-Type`."));
    };
    let mut parts = text.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let (n, codec) = at(spec.codec(&essence))
        .ok_or_else(|| unsupported("The body's media type is not one that this operation takes."))?;
    let charset =
        parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    let utf8 = charset.is_none_or(|(_, value)| {
        ["utf-8", "utf8", "us-ascii"].iter().any(|known| value.trim_matches('"').eq_ignore_ascii_case(known))
    });
    if utf8 || codec.load != Load::Text {
        Ok((n, codec))
    } else {
        Err(unsupported("The body's text must be UTF-8."))
    }
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
