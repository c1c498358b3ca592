//! `multipart/form-data` (RFC 7578): fields and files, in any order and with bounded memory. Fields are held in memory;
//! small files too, larger ones in a temporary file, one for the whole request.

mod disposition;
pub(crate) mod parser;
mod spool;
mod upload;
mod write;

pub use upload::Upload;
pub use write::write;

use super::form::{Assembly, json};
use super::media::{MediaType, NotText, decode};
use super::part::{Form, How, Part, find};
use super::{Arrived, Intake, Load};
use crate::fault::Fault;
use crate::http::problem::Error;
use crate::http::style::escape::Escape;
use crate::json::Reading;
use crate::json::node::Node;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use disposition::Disposition;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use parser::{Broken, Parser};
use serde::de::DeserializeOwned;
use spool::Spool;
use std::borrow::Cow;

/// A body of more parts is refused.
const MOST_PARTS: usize = 1_000;

/// How much a body may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of all fields together; the same again of files is held in memory.
    pub(crate) fields: usize,
    /// Bytes of the whole body.
    pub(crate) total: u64,
}

/// A body whose parts have all arrived.
#[derive(Debug, Default)]
pub struct Parts {
    entries: Vec<Entry>,
    uploads: Vec<Upload>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    headers: HeaderMap,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Text(Bytes),
    /// An index into the uploads.
    File(u64),
}

/// Takes a body apart.
///
/// # Errors
/// 413 if it is too long, 400 if it is not well-formed or ends early.
pub(crate) async fn load(
    body: Body,
    media: Option<&MediaType>,
    parts: &[Part],
    limits: Limits,
) -> Result<Parts, Error> {
    let boundary = media.and_then(|media| media.parameter("boundary")).unwrap_or_default();
    // RFC 2046 section 5.1.1.
    if boundary.is_empty() || boundary.len() > 70 || !boundary.is_ascii() {
        return Err(Error::bad_request("The media type has no usable `boundary`."));
    }
    let mut parser = Parser::new(body, boundary, limits.total);
    let mut form = Parts::default();
    let mut spool = Spool::new(limits.fields);
    let mut left = limits.fields;
    let mut count = 0;
    while let Some(headers) = parser.next_part().await.map_err(broken)? {
        count += 1;
        if count > MOST_PARTS {
            return Err(too_large(format!("A body may have at most {MOST_PARTS} parts.")));
        }
        let Some(disposition) = Disposition::of(&headers) else {
            return Err(Error::bad_request("A part of the body has no `Content-Disposition` with a `name`."));
        };
        let is_file = find(parts, &disposition.name).is_some_and(|part| part.how == How::File);
        let content = if is_file {
            let stored = spool.store(&mut parser).await?;
            form.uploads.push(Upload::new(&disposition, headers.clone(), stored));
            Content::File(form.uploads.len() as u64 - 1)
        } else {
            Content::Text(field(&mut parser, &mut left, limits.fields).await?)
        };
        form.entries.push(Entry { name: disposition.name, headers, content });
    }
    Ok(form)
}

/// A field, in memory.
async fn field(parser: &mut Parser, left: &mut usize, limit: usize) -> Result<Bytes, Error> {
    let mut text = BytesMut::new();
    while let Some(chunk) = parser.chunk().await.map_err(broken)? {
        *left = left
            .checked_sub(chunk.len())
            .ok_or_else(|| too_large(format!("The fields of a body may have at most {limit} bytes.")))?;
        text.extend_from_slice(&chunk);
    }
    Ok(text.freeze())
}

fn too_large(detail: String) -> Error {
    Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail(detail)
}

fn broken(broken: Broken) -> Error {
    match broken {
        Broken::TooLarge(limit) => too_large(format!("A body may have at most {limit} bytes.")),
        Broken::Ended => Error::bad_request("The body ended early."),
        Broken::Body(error) => super::stream_error(error),
        Broken::Syntax(detail) => {
            Error::invalid(vec![Fault::new("syntax", format!("is not valid multipart: {detail}"))])
        }
    }
}

/// Forms of parts.
pub const INTAKE: Intake = Intake::of("multipart/form-data", Load::Parts);

/// Forms of parts.
pub const MEDIA: &str = "multipart/form-data";

/// Reads a form by the spellings of its properties.
pub fn read<T: DeserializeOwned + Form>(body: &mut Arrived) -> Reading<T> {
    assemble(&body.form, body.spelled)
}

/// Reads the type from the parts.
pub(crate) fn assemble<T: DeserializeOwned>(form: &Parts, parts: &[Part]) -> Reading<T> {
    let mut all = Assembly::new(parts);
    for entry in &form.entries {
        let part = find(parts, &entry.name);
        if let Some(fault) = part.and_then(|part| unfit(part, &entry.headers)) {
            all.fault_at(&entry.name, fault);
            continue;
        }
        match &entry.content {
            Content::File(index) => all.insert(&entry.name, &[], Node::Number((*index).into())),
            Content::Text(bytes) => text(&mut all, entry, bytes, part),
        }
    }
    upload::lend(&form.uploads, || all.finish())
}

/// Why a part's headers are not what its description says.
fn unfit(part: &Part, headers: &HeaderMap) -> Option<Fault> {
    if let Some(missing) = part.headers.iter().find(|name| !headers.contains_key(**name)) {
        return Some(Fault::new("required", format!("the part needs the header `{missing}`")));
    }
    let media = media_of(headers)?;
    let fits = part.media.is_empty() || part.media.iter().any(|range| media.fits(range));
    (!fits).then(|| {
        let wanted = part.media.join(", ");
        Fault::new("media_type", format!("the part is `{}`, not one of: {wanted}", media.essence))
    })
}

fn media_of(headers: &HeaderMap) -> Option<MediaType> {
    headers.get(CONTENT_TYPE).and_then(|value| MediaType::parse(value.to_str().ok()?))
}

fn text<'f>(all: &mut Assembly<'f>, entry: &'f Entry, bytes: &'f [u8], part: Option<&Part>) {
    let media = media_of(&entry.headers);
    let decoded = match decode(bytes, media.as_ref().and_then(|media| media.parameter("charset"))) {
        Ok(text) => text,
        Err(NotText::Bytes) => {
            return all.fault_at(&entry.name, Fault::new("encoding", "is not text of its charset"));
        }
        Err(NotText::Charset) => {
            return all.fault_at(&entry.name, Fault::new("encoding", "the charset is not known"));
        }
    };
    // What says that it is JSON is read so, unless its description says otherwise.
    let is_json =
        media.is_some_and(|media| media.is_json()) && part.is_none_or(|part| part.how == How::Plain);
    match decoded {
        text if is_json => match json(&text) {
            Ok(node) => all.insert(&entry.name, &[], node),
            Err(fault) => all.fault_at(&entry.name, fault),
        },
        Cow::Borrowed(text) => all.text(&entry.name, text, Escape::None),
        Cow::Owned(text) => all.insert(&entry.name, &[], Node::Text(Cow::Owned(text))),
    }
}

#[cfg(test)]
mod tests;
