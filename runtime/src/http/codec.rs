//! Codecs: how a body becomes a value and back. `params!` and `responses!` find a codec by its word.
//!
//! # To add a codec
//! Add a module here (or re-export one: `pub use crate::http::xml;`), named like the word, with
//! * `pub const INTAKE: Intake`: which media types of a request it takes, and how the body is loaded for it;
//! * `pub fn read<T: …>(body: &mut Arrived) -> Reading<T>`: the value, with all faults at once;
//! * `pub const MEDIA: &str`: what an answer is sent as, if the schema does not say;
//! * `pub fn write<T: …>(value: T, reply: &mut Reply) -> Result<()>`: puts the value into an answer whose
//!   `Content-Type` is set already, and may be changed.
//!
//! A codec that only reads leaves out the last two, one that only writes the first two. The macros need no change: they
//! name `codec::word::read` and so on, and the compiler checks that the type of the body satisfies the codec's bounds.

pub mod bodies;
pub mod form;
#[cfg(feature = "compression")]
pub(crate) mod inflate;
pub(crate) mod media;
#[cfg(feature = "multipart")]
pub mod multipart;
mod nested;
pub mod part;
pub mod patch;
#[cfg(feature = "xml")]
pub mod xml;
#[cfg(feature = "yaml")]
pub mod yaml;

use crate::fault::Fault;
use crate::http::problem::{Error, Result};
use crate::http::reply::Reply;
pub use crate::json::Reading;
use ::bytes::Bytes;
use axum::body::Body;
use http::{HeaderValue, StatusCode};
use http_body_util::LengthLimitError;
use part::Part;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a codec takes of a request.
#[derive(Debug, Clone, Copy)]
pub struct Intake {
    /// The media type that the schema names; without parameters, in lower case.
    pub media: &'static str,
    /// Does it take this media type (without parameters, in lower case) as well?
    pub also: fn(&str) -> bool,
    /// How the body is loaded.
    pub load: Load,
    /// Is an empty body none, whatever its `Content-Type` says?
    pub empty_is_none: bool,
    /// How the properties of a form are spelled.
    pub parts: &'static [Part],
}

/// How a body is loaded before its codec reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// Into memory, up to the limit; of a known charset, and as UTF-8.
    Text,
    /// Into memory, up to the limit; it may come without a `Content-Type`.
    Bytes,
    /// Not at all: the codec gets the stream.
    Stream,
    /// Taken apart: fields into memory, files to where they fit.
    Parts,
}

impl Intake {
    /// Of a media type alone.
    pub const fn of(media: &'static str, load: Load) -> Self {
        Self { media, also: |_| false, load, empty_is_none: false, parts: &[] }
    }
    /// Takes further media types.
    #[must_use]
    pub const fn also(self, also: fn(&str) -> bool) -> Self {
        Self { also, ..self }
    }
    /// Under another media type.
    #[must_use]
    pub const fn named(self, media: &'static str) -> Self {
        Self { media, ..self }
    }
    /// With properties that are spelled so.
    #[must_use]
    pub const fn parts(self, parts: &'static [Part]) -> Self {
        Self { parts, ..self }
    }
    /// Takes an empty body for none.
    #[must_use]
    pub const fn or_none(self) -> Self {
        Self { empty_is_none: true, ..self }
    }
}

/// A body that is to be read.
#[derive(Debug, Default)]
pub struct Arrived {
    /// Its `Content-Type`.
    pub media: Option<HeaderValue>,
    /// All of it, if it was loaded.
    pub bytes: Bytes,
    /// The stream, if it was not.
    pub stream: Body,
    /// Its parts, if it was taken apart, and how they are spelled.
    #[cfg(feature = "multipart")]
    pub(crate) form: multipart::Parts,
    /// How the properties of a form are spelled.
    pub(crate) spelled: &'static [Part],
    /// How many bytes may be held in memory at once.
    pub limit: usize,
}

/// Reads a body. All codecs of a list are of this type.
pub type Read<T> = fn(&mut Arrived) -> Reading<T>;

/// How an answer is written.
#[derive(Debug)]
pub struct Write<T> {
    pub(crate) media: &'static str,
    pub(crate) write: fn(T, &mut Reply) -> Result<()>,
}

impl<T> Write<T> {
    /// As the codec usually does.
    pub const fn new(media: &'static str, write: fn(T, &mut Reply) -> Result<()>) -> Self {
        Self { media, write }
    }
    /// Under another media type.
    #[must_use]
    pub const fn named(self, media: &'static str) -> Self {
        Self { media, ..self }
    }
}

/// A media type of answers: a codec's usual one, or another.
#[derive(Debug, Clone, Copy)]
pub struct Media(pub &'static str);

impl Media {
    /// Under another media type.
    #[must_use]
    pub const fn named(self, media: &'static str) -> Self {
        Self(media)
    }
}

pub use crate::http::stream::codec::{events, file, json_lines, json_seq, mixed, parts};

/// `application/json`; takes any `+json`.
pub mod json {
    use super::{Arrived, DeserializeOwned, Intake, Load, Reading, Reply, Result, Serialize};

    /// Any JSON.
    pub const INTAKE: Intake = Intake::of("application/json", Load::Text).also(takes).or_none();
    /// RFC 8259
    pub const MEDIA: &str = "application/json";

    fn takes(media: &str) -> bool {
        media == MEDIA || (media.contains('/') && media.ends_with("+json"))
    }

    /// Reads JSON.
    pub fn read<T: DeserializeOwned>(body: &mut Arrived) -> Reading<T> {
        crate::json::read(&body.bytes)
    }

    /// Writes JSON.
    ///
    /// # Errors
    /// If the value cannot be JSON.
    pub fn write<T: Serialize>(value: T, reply: &mut Reply) -> Result<()> {
        reply.set_body(text(&value)?);
        Ok(())
    }

    /// Most answers are not longer, so that their text need not move while it grows.
    const ROOM: usize = 512;

    /// A value as JSON.
    pub(crate) fn text(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
        let mut text = Vec::with_capacity(ROOM);
        serde_json::to_writer(&mut text, value)?;
        Ok(text)
    }
}

/// `text/plain`
pub mod text {
    use super::{Arrived, Fault, Intake, Load, Reading, Reply, Result};

    /// Text.
    pub const INTAKE: Intake = Intake::of("text/plain", Load::Text);
    /// UTF-8
    pub const MEDIA: &str = "text/plain; charset=utf-8";

    /// Reads text.
    pub fn read(body: &mut Arrived) -> Reading<String> {
        match std::str::from_utf8(&body.bytes) {
            Ok(text) => Reading::sound(text.to_owned()),
            Err(_) => Reading::refused(Fault::new("encoding", "is not UTF-8 text")),
        }
    }

    /// Writes text.
    ///
    /// # Errors
    /// None.
    pub fn write(value: impl Into<String>, reply: &mut Reply) -> Result<()> {
        reply.set_body(value.into());
        Ok(())
    }
}

/// `application/octet-stream`, in memory
pub mod bytes {
    use super::{Arrived, Bytes, Intake, Load, Reading, Reply, Result};

    /// Bytes.
    pub const INTAKE: Intake = Intake::of("application/octet-stream", Load::Bytes);
    /// Bytes of no known type.
    pub const MEDIA: &str = "application/octet-stream";

    /// Hands on the bytes.
    pub fn read(body: &mut Arrived) -> Reading<Bytes> {
        Reading::sound(std::mem::take(&mut body.bytes))
    }

    /// Writes the bytes.
    ///
    /// # Errors
    /// None.
    pub fn write(value: impl Into<Bytes>, reply: &mut Reply) -> Result<()> {
        reply.set_body(value.into());
        Ok(())
    }
}

/// `application/octet-stream`, unread
pub mod stream {
    use super::{Arrived, Body, Intake, Load, Reading, Reply, Result};

    /// Bytes.
    pub const INTAKE: Intake = Intake::of("application/octet-stream", Load::Stream);
    /// Bytes of no known type.
    pub const MEDIA: &str = "application/octet-stream";

    /// Hands on the stream.
    pub fn read(body: &mut Arrived) -> Reading<Body> {
        Reading::sound(std::mem::take(&mut body.stream))
    }

    /// Writes a body that is made while it is sent.
    ///
    /// # Errors
    /// None.
    pub fn write(value: impl Into<Body>, reply: &mut Reply) -> Result<()> {
        reply.set_body(value.into());
        Ok(())
    }
}
/// What a body that cannot be read to its end is: too long, badly compressed, or cut off.
pub(crate) fn stream_error(error: axum::Error) -> Error {
    let error = error.into_inner();
    let causes =
        || std::iter::successors(Some(error.as_ref() as &dyn std::error::Error), |cause| cause.source());
    if causes().any(|cause| cause.is::<LengthLimitError>()) {
        return Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail("The body is too long.");
    }
    #[cfg(feature = "compression")]
    if let Some(cause) = causes().find_map(|cause| cause.downcast_ref::<inflate::Undecodable>()) {
        return Error::bad_request(format!("The body is not valid {}.", cause.coding));
    }
    Error::bad_request("The body ended early.")
}
