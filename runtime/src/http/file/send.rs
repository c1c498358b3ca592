//! A file on its way: status, headers, and its bytes in pieces.

use super::condition::Verdict;
use super::range::{Ranges, ranges};
use super::{Content, File, refused};
use crate::http::problem::Result;
use crate::http::reply::{IntoStatus, Reply};
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderValue,
    LAST_MODIFIED,
};
use http::{Response, StatusCode};
use std::collections::VecDeque;
use std::io::{self, SeekFrom};
use std::ops::Range;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// A file is read in pieces of so many bytes.
const PIECE: u64 = 64 * 1024;

impl File {
    /// The answer: `status` if the whole file is sent. The media type is what was set, else the one that is given.
    pub fn reply(self, status: impl IntoStatus, media: &str) -> Reply {
        let status = status.into_status();
        let (etag, length) = (self.etag(), self.length);
        match self.response(status, media) {
            Ok(response) => Reply::from(response),
            Err(error) => {
                let reply = error.into_reply().with(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
                let reply = match HeaderValue::from_str(&format!("bytes */{length}")) {
                    Ok(range) if reply.status() == StatusCode::RANGE_NOT_SATISFIABLE => {
                        reply.with(CONTENT_RANGE, range)
                    }
                    Ok(_) | Err(_) => reply,
                };
                etag.into_iter().fold(reply, |reply, tag| reply.with(ETAG, tag))
            }
        }
    }

    fn etag(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.tag.as_deref()?).ok()
    }

    fn response(self, status: StatusCode, media: &str) -> Result<Response<Body>> {
        let media = self.media.clone().unwrap_or_else(|| media.to_owned());
        let mut response = Response::new(Body::empty());
        self.describe(&mut response)?;
        match self.asked.verdict(self.tag.as_deref(), self.modified) {
            Verdict::NotModified => {
                *response.status_mut() = StatusCode::NOT_MODIFIED;
                response.headers_mut().remove(CONTENT_DISPOSITION);
                return Ok(response);
            }
            Verdict::Failed => {
                return Err(refused(
                    StatusCode::PRECONDITION_FAILED,
                    "The file is not in the state that was expected.",
                ));
            }
            Verdict::Send => {}
        }
        let asked = self.asked.range(self.tag.as_deref(), self.modified).filter(|_| status == StatusCode::OK);
        match asked.map_or(Ranges::Whole, |text| ranges(text, self.length)) {
            Ranges::None => {
                let detail = format!("The file has {} bytes.", self.length);
                Err(refused(StatusCode::RANGE_NOT_SATISFIABLE, &detail))
            }
            Ranges::Whole => {
                *response.status_mut() = status;
                let range = 0..self.length;
                self.single(response, &media, range)
            }
            Ranges::Some(all) => {
                *response.status_mut() = StatusCode::PARTIAL_CONTENT;
                match <[Range<u64>; 1]>::try_from(all) {
                    Ok([range]) => {
                        response
                            .headers_mut()
                            .insert(CONTENT_RANGE, content_range(&range, self.length).parse()?);
                        self.single(response, &media, range)
                    }
                    Err(all) => self.several(response, &media, all),
                }
            }
        }
    }

    /// The headers that every answer about the file has.
    fn describe(&self, response: &mut Response<Body>) -> Result {
        let headers = response.headers_mut();
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if let Some(tag) = self.etag() {
            headers.insert(ETAG, tag);
        }
        // IMF-fixdate has no words for other years.
        let years = SystemTime::UNIX_EPOCH..SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        if let Some(modified) = self.modified.filter(|modified| years.contains(modified)) {
            headers.insert(LAST_MODIFIED, httpdate::fmt_http_date(modified).parse()?);
        }
        if let Some(disposition) = &self.disposition {
            headers.insert(CONTENT_DISPOSITION, disposition.parse()?);
        }
        Ok(())
    }

    fn single(self, mut response: Response<Body>, media: &str, range: Range<u64>) -> Result<Response<Body>> {
        response.headers_mut().insert(CONTENT_TYPE, media.parse()?);
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
        *response.body_mut() = sent(self.content, [Segment::Range(range)]);
        Ok(response)
    }

    /// `multipart/byteranges` (RFC 9110 section 14.6).
    fn several(
        self,
        mut response: Response<Body>,
        media: &str,
        all: Vec<Range<u64>>,
    ) -> Result<Response<Body>> {
        let boundary = uuid::Uuid::new_v4().simple().to_string();
        let total = self.length;
        let head = |range: &Range<u64>| {
            let range = content_range(range, total);
            format!("\r\n--{boundary}\r\nContent-Type: {media}\r\nContent-Range: {range}\r\n\r\n")
        };
        let mut segments: Vec<Segment> = Vec::new();
        for range in all {
            segments.extend([Segment::Text(head(&range).into()), Segment::Range(range)]);
        }
        segments.push(Segment::Text(format!("\r\n--{boundary}--\r\n").into()));
        let length: u64 = segments.iter().map(Segment::length).sum();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, format!("multipart/byteranges; boundary={boundary}").parse()?);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        *response.body_mut() = sent(self.content, segments);
        Ok(response)
    }
}

fn content_range(range: &Range<u64>, length: u64) -> String {
    format!("bytes {}-{}/{length}", range.start, range.end.saturating_sub(1))
}

/// A piece of an answer's body.
enum Segment {
    Text(Bytes),
    /// Of the file.
    Range(Range<u64>),
}

impl Segment {
    fn length(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Range(range) => range.end - range.start,
        }
    }
}

/// The segments as a body.
fn sent(content: Content, segments: impl IntoIterator<Item = Segment>) -> Body {
    let mut rest: VecDeque<Segment> = segments.into_iter().collect();
    match (&content, rest.pop_front(), rest.is_empty()) {
        (Content::Memory(bytes), Some(Segment::Range(range)), true) => Body::from(slice(bytes, &range)),
        (Content::Memory(_) | Content::Disk(_), first, _) => {
            rest.extend(first);
            rest.rotate_right(1);
            Body::from_stream(stream::try_unfold((content, rest), async |(mut content, mut rest)| {
                let piece = next(&mut content, &mut rest).await?;
                Ok::<_, io::Error>(piece.map(|piece| (piece, (content, rest))))
            }))
        }
    }
}

/// The next piece. A file that has become shorter breaks the connection off: its length was promised.
async fn next(content: &mut Content, rest: &mut VecDeque<Segment>) -> io::Result<Option<Bytes>> {
    while let Some(segment) = rest.pop_front() {
        match (segment, &mut *content) {
            (Segment::Text(text), _) => return Ok(Some(text)),
            (Segment::Range(range), _) if range.is_empty() => {}
            (Segment::Range(range), Content::Memory(bytes)) => return Ok(Some(slice(bytes, &range))),
            (Segment::Range(range), Content::Disk(file)) => {
                let size = PIECE.min(range.end - range.start);
                let mut piece = vec![0; usize::try_from(size).unwrap_or_default()];
                file.seek(SeekFrom::Start(range.start)).await?;
                file.read_exact(&mut piece).await?;
                rest.push_front(Segment::Range(range.start + size..range.end));
                return Ok(Some(piece.into()));
            }
        }
    }
    Ok(None)
}

fn slice(bytes: &Bytes, range: &Range<u64>) -> Bytes {
    match (usize::try_from(range.start), usize::try_from(range.end)) {
        (Ok(start), Ok(end)) if start <= end && end <= bytes.len() => bytes.slice(start..end),
        (_, _) => Bytes::new(),
    }
}
