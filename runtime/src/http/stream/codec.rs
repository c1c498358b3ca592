//! Codecs of typed streams, and of files.

use super::{Format, Part, Stream, body, boundary};
use crate::fault::Fault;
use crate::http::codec::{Arrived, Intake, Load};
use crate::http::problem::Result;
use crate::http::reply::Reply;
use crate::json::Reading;
use crate::validate::checker::Rules;
use http::HeaderValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Takes the body as a stream of items.
fn arrived<T>(
    body: &mut Arrived,
    read: impl FnOnce(axum::body::Body, usize) -> Stream<T>,
) -> Reading<Stream<T>> {
    Reading::sound(read(std::mem::take(&mut body.stream), body.limit))
}

/// The same, of a multipart body.
fn parted<T>(
    body: &mut Arrived,
    read: impl FnOnce(axum::body::Body, &str, usize) -> Stream<T>,
) -> Reading<Stream<T>> {
    match boundary(body.media.as_ref()) {
        Some(boundary) => arrived(body, |stream, limit| read(stream, &boundary, limit)),
        None => Reading::refused(Fault::new("syntax", "needs a valid `boundary` in its `Content-Type`")),
    }
}

/// Sends a stream.
fn send<T: Send + 'static>(items: Stream<T>, format: Format<T>, reply: &mut Reply) -> Result<()> {
    if let Some(boundary) = format.boundary() {
        let media = reply.media().unwrap_or("multipart/mixed").split(';').next().unwrap_or_default();
        reply.set_media(HeaderValue::from_str(&format!("{media}; boundary={boundary}"))?);
    }
    reply.set_body(body(items, format));
    Ok(())
}

macro_rules! json_codecs {
    ($($(#[$docs:meta])* $name:ident $media:literal $([$($also:literal),*])? $way:ident;)*) => {$(
        $(#[$docs])*
        pub mod $name {
            #[allow(clippy::wildcard_imports, reason = "this is the parent, cut in pieces")]
            use super::*;

            /// Read item by item.
            pub const INTAKE: Intake =
                Intake::of($media, Load::Stream)$(.also(|media| [$($also),*].contains(&media)))?;
            /// What it is sent as.
            pub const MEDIA: &str = $media;

            /// The items.
            pub fn read<T: DeserializeOwned + Rules + Send + 'static>(body: &mut Arrived) -> Reading<Stream<T>> {
                $way(body, crate::http::stream::$name)
            }

            /// Sends the items.
            ///
            /// # Errors
            /// None.
            pub fn write<T: Serialize + Send + 'static>(items: Stream<T>, reply: &mut Reply) -> Result<()> {
                send(items, Format::$name(), reply)
            }
        }
    )*};
}

json_codecs! {
    /// Server-sent events: a stream of objects of `event`, `data`, `id` and `retry`, such as [`Event`](crate::Event).
    events "text/event-stream" arrived;
    /// JSON Lines.
    json_lines "application/jsonl" ["application/x-ndjson", "application/ndjson"] arrived;
    /// JSON text sequences (RFC 7464).
    json_seq "application/json-seq" arrived;
    /// `multipart/mixed` whose parts are JSON.
    mixed "multipart/mixed" parted;
}

/// `multipart/mixed` whose parts are of any media type.
pub mod parts {
    use super::{Arrived, Format, Intake, Load, Part, Reading, Reply, Result, Stream, parted, send};

    /// Read part by part.
    pub const INTAKE: Intake = Intake::of("multipart/mixed", Load::Stream);
    /// What it is sent as.
    pub const MEDIA: &str = "multipart/mixed";

    /// The parts.
    pub fn read(body: &mut Arrived) -> Reading<Stream<Part>> {
        parted(body, crate::http::stream::parts)
    }

    /// Sends the parts.
    ///
    /// # Errors
    /// None.
    pub fn write(parts: Stream<Part>, reply: &mut Reply) -> Result<()> {
        send(parts, Format::parts(), reply)
    }
}

/// Files, with their conditions and ranges.
#[cfg(feature = "files")]
pub mod file {
    use super::{Reply, Result};
    use crate::http::file::File;

    /// If neither the schema nor the handler says more.
    pub const MEDIA: &str = "application/octet-stream";

    /// Sends what the request asks for.
    ///
    /// # Errors
    /// None.
    pub fn write(file: File, reply: &mut Reply) -> Result<()> {
        let media = reply.media().unwrap_or(MEDIA).to_owned();
        *reply = file.reply(reply.status(), &media);
        Ok(())
    }
}
