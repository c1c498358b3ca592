//! `multipart/mixed` (RFC 2046 section 5.1): parts of any media type, one after the other.

use super::cut::{Cut, find};
use crate::fault::Fault;
use bytes::{Buf, Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue};

/// The head of a part may have so many bytes, and so many headers.
const MOST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;

/// A part of a `multipart/mixed` body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// Its headers, such as `Content-Type`.
    pub headers: HeaderMap,
    /// What it holds.
    pub body: Bytes,
}

impl Part {
    /// Of a media type. One that HTTP does not allow in a header is left out.
    pub fn new(media: &str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        if let Ok(media) = HeaderValue::from_str(media) {
            headers.insert(CONTENT_TYPE, media);
        }
        Self { headers, body: body.into() }
    }

    /// The media type.
    pub fn media(&self) -> Option<&str> {
        self.headers.get(CONTENT_TYPE)?.to_str().ok()
    }
}

/// Cuts at the boundary.
#[derive(Debug)]
pub(super) struct Mixed {
    delimiter: Vec<u8>,
    at: At,
    seen: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum At {
    Start,
    Preamble,
    Part,
    End,
}

impl Mixed {
    pub(super) fn new(boundary: &str) -> Self {
        Self { delimiter: format!("\r\n--{boundary}").into_bytes(), at: At::Start, seen: 0 }
    }
}

impl Cut for Mixed {
    type Item = Part;

    fn cut(&mut self, buffer: &mut BytesMut, end: bool) -> Result<Option<Part>, Fault> {
        if self.at == At::Start {
            // The first delimiter may be the first line: as if a line had ended before it.
            let text = buffer.split();
            buffer.extend_from_slice(b"\r\n");
            buffer.extend_from_slice(&text);
            self.at = At::Preamble;
        }
        if self.at == At::Preamble && self.delimited(buffer, 0)?.is_none() {
            return ended(end);
        }
        if self.at == At::End {
            buffer.clear();
            return Ok(None);
        }
        let Some((head, body)) = head(buffer)? else {
            return ended(end);
        };
        // A part without a body may share the line break of its head with the delimiter.
        let Some(text) = self.delimited(buffer, body - 2)? else {
            return ended(end);
        };
        let text = text.freeze();
        let headers = headers(text.get(..head).unwrap_or_default())?;
        Ok(Some(Part { headers, body: if body <= text.len() { text.slice(body..) } else { Bytes::new() } }))
    }

    fn done(&self) -> bool {
        self.at == At::End
    }
}

fn ended<T>(end: bool) -> Result<Option<T>, Fault> {
    if end { Err(Fault::new("syntax", "ends before its closing boundary")) } else { Ok(None) }
}

impl Mixed {
    /// What stands before the next delimiter; goes behind that.
    fn delimited(&mut self, buffer: &mut BytesMut, from: usize) -> Result<Option<BytesMut>, Fault> {
        let mut from = from.max(self.seen);
        while let Some(at) = find(buffer, &self.delimiter, from) {
            let line = buffer.get(at + self.delimiter.len()..).unwrap_or_default();
            let blank = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let after = line.get(blank..).unwrap_or_default();
            let (next, skip) = match after {
                _ if line.starts_with(b"--") => (At::End, 2),
                [b'\r', b'\n', ..] => (At::Part, blank + 2),
                [] | [b'\r'] | [b'-'] if blank < MOST_HEAD => {
                    self.seen = at;
                    return Ok(None);
                }
                _ => {
                    from = at + 1;
                    continue;
                }
            };
            let text = buffer.split_to(at);
            buffer.advance(self.delimiter.len() + skip);
            (self.at, self.seen) = (next, 0);
            return Ok(Some(text));
        }
        self.seen = from.max((buffer.len() + 1).saturating_sub(self.delimiter.len()));
        Ok(None)
    }
}

/// Where the head of a part ends and its body starts.
fn head(buffer: &[u8]) -> Result<Option<(usize, usize)>, Fault> {
    if buffer.starts_with(b"\r\n") {
        return Ok(Some((0, 2)));
    }
    let window = buffer.get(..buffer.len().min(MOST_HEAD)).unwrap_or_default();
    match find(window, b"\r\n\r\n", 0) {
        Some(at) => Ok(Some((at, at + 4))),
        None if buffer.len() > MOST_HEAD => Err(Fault::new("syntax", "has a part with too long a head")),
        None => Ok(None),
    }
}

fn headers(head: &[u8]) -> Result<HeaderMap, Fault> {
    let broken = || Fault::new("syntax", "has a part with a broken header");
    let text = std::str::from_utf8(head).map_err(|_| broken())?;
    let mut headers = HeaderMap::new();
    for line in text.split("\r\n").filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').ok_or_else(broken)?;
        let name = HeaderName::try_from(name.trim_end()).map_err(|_| broken())?;
        let value = HeaderValue::from_str(value.trim()).map_err(|_| broken())?;
        if headers.len() == MOST_HEADERS {
            return Err(Fault::new("syntax", "has a part with too many headers"));
        }
        headers.append(name, value);
    }
    Ok(headers)
}

/// Writes a part after a delimiter.
pub(super) fn write(part: &Part, boundary: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
    for (name, value) in &part.headers {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(&part.body);
    out.extend_from_slice(b"\r\n");
}
