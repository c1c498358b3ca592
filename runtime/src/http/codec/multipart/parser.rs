//! A body of parts as a stream (RFC 2046 section 5.1): headers, then chunks, and never more in memory than a chunk and a
//! delimiter. (The crate `multer`, which axum uses, reads on for as long as data is there, whatever that comes to.)

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyExt;
use memchr::memmem::Finder;
use std::borrow::Cow;

/// The headers of one part may be so long.
const MOST_HEAD: usize = 8 * 1024;
/// A part may have so many headers.
const MOST_HEADERS: usize = 32;
/// So much is taken from the body at once.
const CHUNK: usize = 16 * 1024;

/// Why a body cannot be taken apart.
#[derive(Debug)]
pub(crate) enum Broken {
    /// It is longer than this.
    TooLarge(u64),
    /// It is not written as it must be.
    Syntax(String),
    /// It ends in the middle.
    Ended,
    /// Its transport failed.
    Body(axum::Error),
}

/// Takes a body apart.
#[derive(Debug)]
pub(crate) struct Parser {
    body: Body,
    /// Received, not looked at yet.
    pending: Bytes,
    buffer: BytesMut,
    delimiter: Finder<'static>,
    received: u64,
    limit: u64,
    ended: bool,
}

fn syntax<T>(detail: &str) -> Result<T, Broken> {
    Err(Broken::Syntax(detail.to_owned()))
}

impl Parser {
    /// Of a body of at most `limit` bytes.
    pub(crate) fn new(body: Body, boundary: &str, limit: u64) -> Self {
        let delimiter = Finder::new(&format!("\r\n--{boundary}")).into_owned();
        // So that the first delimiter looks like all others.
        let buffer = BytesMut::from("\r\n");
        Self { body, pending: Bytes::new(), buffer, delimiter, received: 0, limit, ended: false }
    }

    /// Takes in some more; false if there is nothing more.
    async fn fill(&mut self) -> Result<bool, Broken> {
        while self.pending.is_empty() {
            let Some(frame) = self.body.frame().await else { return Ok(false) };
            let frame = frame.map_err(Broken::Body)?;
            if let Ok(data) = frame.into_data() {
                self.received += data.len() as u64;
                self.pending = data;
            }
            if self.received > self.limit {
                return Err(Broken::TooLarge(self.limit));
            }
        }
        let chunk = self.pending.split_to(self.pending.len().min(CHUNK));
        self.buffer.extend_from_slice(&chunk);
        Ok(true)
    }

    /// Takes in more until there are so many bytes.
    async fn need(&mut self, len: usize) -> Result<(), Broken> {
        while self.buffer.len() < len {
            if !self.fill().await? {
                return Err(Broken::Ended);
            }
        }
        Ok(())
    }

    /// The headers of the next part; none after the last one. What is left of the part before is passed over.
    pub(crate) async fn next_part(&mut self) -> Result<Option<HeaderMap>, Broken> {
        if self.ended {
            return Ok(None);
        }
        while self.chunk().await?.is_some() {}
        let _ = self.buffer.split_to(self.delimiter.needle().len().min(self.buffer.len()));
        self.need(2).await?;
        if self.buffer.starts_with(b"--") {
            self.ended = true;
            return Ok(None);
        }
        self.padding().await?;
        self.headers().await.map(Some)
    }

    /// White space between the delimiter and the end of its line.
    async fn padding(&mut self) -> Result<(), Broken> {
        for _ in 0..MOST_HEAD {
            self.need(2).await?;
            if self.buffer.starts_with(b"\r\n") {
                let _ = self.buffer.split_to(2);
                return Ok(());
            }
            if !self.buffer.starts_with(b" ") && !self.buffer.starts_with(b"\t") {
                break;
            }
            let _ = self.buffer.split_to(1);
        }
        syntax("a delimiter is not the whole of its line")
    }

    async fn headers(&mut self) -> Result<HeaderMap, Broken> {
        loop {
            let end = if self.buffer.starts_with(b"\r\n") {
                Some(2)
            } else {
                memchr::memmem::find(&self.buffer, b"\r\n\r\n").map(|at| at + 4)
            };
            match end {
                Some(end) if end <= MOST_HEAD => return headers(&self.buffer.split_to(end)),
                None if self.buffer.len() < MOST_HEAD => {}
                Some(_) | None => return syntax("the headers of a part are too long"),
            }
            if !self.fill().await? {
                return Err(Broken::Ended);
            }
        }
    }

    /// More of the part's content; none at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, Broken> {
        let len = self.delimiter.needle().len();
        loop {
            if let Some(at) = self.delimiter.find(&self.buffer) {
                return Ok((at > 0).then(|| self.buffer.split_to(at).freeze()));
            }
            // What may be the beginning of a delimiter stays.
            let safe = self.buffer.len().saturating_sub(len - 1);
            if safe > 0 {
                return Ok(Some(self.buffer.split_to(safe).freeze()));
            }
            if !self.fill().await? {
                return Err(Broken::Ended);
            }
        }
    }
}

fn headers(text: &[u8]) -> Result<HeaderMap, Broken> {
    let mut slots = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let text = escaped(text);
    let Ok(httparse::Status::Complete((_, found))) = httparse::parse_headers(&text, &mut slots) else {
        return syntax("the headers of a part are not well-formed");
    };
    let mut headers = HeaderMap::with_capacity(found.len());
    for header in found {
        let pair = (HeaderName::try_from(header.name), HeaderValue::from_bytes(header.value));
        let (Ok(name), Ok(value)) = pair else { return syntax("a header of a part is not allowed") };
        headers.append(name, value);
    }
    Ok(headers)
}

/// A name goes with its control characters as they are, but for line ends (WHATWG HTML, "multipart/form-data encoding
/// algorithm"). No header can hold them: they are written here as line ends are, with percent signs.
fn escaped(text: &[u8]) -> Cow<'_, [u8]> {
    const NAME: &[u8] = b"content-disposition:";
    let is_control = |byte: u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n');
    if !text.iter().any(|byte| is_control(*byte)) {
        return Cow::Borrowed(text);
    }
    let mut escaped = Vec::with_capacity(text.len() + 16);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let names = line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME));
        for byte in line {
            match names && is_control(*byte) {
                true => escaped.extend_from_slice(format!("%{byte:02X}").as_bytes()),
                false => escaped.push(*byte),
            }
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::{Broken, Parser};
    use axum::body::Body;
    use bytes::Bytes;
    use futures_util::stream;
    use std::convert::Infallible;

    /// Each part as `headers: content`, from a body that comes in pieces of `size` bytes.
    async fn parts(text: &str, size: usize) -> Result<Vec<String>, Broken> {
        let pieces: Vec<Result<Bytes, Infallible>> =
            text.as_bytes().chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let mut parser = Parser::new(Body::from_stream(stream::iter(pieces)), "B", 1 << 20);
        let mut all = Vec::new();
        while let Some(headers) = parser.next_part().await? {
            let mut content = Vec::new();
            while let Some(chunk) = parser.chunk().await? {
                content.extend_from_slice(&chunk);
            }
            let names: Vec<&str> = headers.keys().map(|name| name.as_str()).collect();
            all.push(format!("{}: {}", names.join(" "), String::from_utf8_lossy(&content).escape_debug()));
        }
        Ok(all)
    }

    #[tokio::test]
    async fn parts_of_any_pieces() {
        let text = "preamble\r\n--B \t\r\nA: 1\r\nC: 2\r\n\r\nx\r\n--b\r\n-\r\n--\r\n--B\r\n\r\n\r\n--B\r\nA: 1\r\n\r\n\r\n\r\n--B--\r\nepilogue";
        for size in 1..text.len() {
            let expected = ["a c: x\\r\\n--b\\r\\n-\\r\\n--", ": ", "a: \\r\\n"];
            assert_eq!(parts(text, size).await.unwrap(), expected, "in pieces of {size}");
        }
        assert!(parts("--B--", 2).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_is_broken() {
        let long = format!("--B\r\nA: {}\r\n\r\n\r\n--B--", "x".repeat(9000));
        let many = format!("--B\r\n{}\r\n\r\n--B--", "A: 1\r\n".repeat(40));
        for text in [
            "--B\r\nA: \x01\r\n\r\nx\r\n--B--",
            "--B\r\nA\r\n\r\nx\r\n--B--",
            "--Bx\r\n\r\n--B--",
            "--B\r\n\0: a\r\n\r\n--B--",
            &long,
            &many,
        ] {
            let found = parts(text, 7).await;
            assert!(matches!(found, Err(Broken::Syntax(_))), "{found:?}: {text:.40}");
        }
        for text in [
            "",
            "--B",
            "--B\r\nA: 1",
            "--B\r\nA: 1\r\n\r\nabc",
            "--B\r\nA: 1\r\n\r\nabc\r\n--B",
            "--B\r\n\r\nx\r\n--B-",
        ] {
            let found = parts(text, 7).await;
            assert!(matches!(found, Err(Broken::Ended)), "{found:?}: {text}");
        }
        let large = format!("--B\r\n\r\n{}\r\n--B--", "x".repeat(2 << 20));
        assert!(matches!(parts(&large, 10_000).await, Err(Broken::TooLarge(_))));
    }
}
