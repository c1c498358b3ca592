//! From an answer's head to a value: which row reads it, and what is loaded for it.

use super::draft::essence;
use super::error::{Cause, ClientError, Unreadable};
use super::row::{Answers, Matches, Received, Row};
use super::stall::{Stalled, Watched};
use crate::fault::Fault;
use crate::http::codec::media::{MediaType, NotText, decode};
use crate::http::codec::{Arrived, Intake, Load};
use ::bytes::{Bytes, BytesMut};
use axum::BoxError;
use axum::body::Body;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use http_body::Body as _;
use http_body_util::BodyExt;
use std::borrow::Cow;
use std::time::Duration;

/// So much of an answer that cannot be read is kept.
const KEPT: usize = 1024 * 1024;

/// How much of an answer is taken, and how long it may be silent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Bytes that are held in memory.
    pub(super) memory: usize,
    pub(super) silence: Option<Duration>,
}

/// Reads an answer by the row that fits its status best: as a success, or as an error.
pub(super) async fn receive<T, E: Answers>(
    answer: Response<Body>,
    rows: &'static [Row<T>],
    limits: Limits,
) -> Result<Response<T>, ClientError<E>> {
    let status = answer.status();
    let ok = best(rows.iter().map(|row| row.on), status);
    let bad = if ok.is_some_and(|(fit, _)| fit == Matches::EXACT) {
        None
    } else {
        best(E::ROWS.iter().map(|row| row.on), status)
    };
    match (ok, bad) {
        (Some((fit, n)), bad) if bad.is_none_or(|(other, _)| fit >= other) => match rows.get(n) {
            Some(row) => {
                read(answer, row, limits).await.map_err(|one| ClientError::Unreadable(Box::new(one)))
            }
            None => Err(ClientError::Unexpected(Box::new(answer.map(|_| Bytes::new())))),
        },
        (_, Some((_, n))) => match E::ROWS.get(n) {
            Some(row) => Err(match read(answer, row, limits).await {
                Ok(one) => ClientError::Documented(Box::new(one)),
                Err(one) => ClientError::Unreadable(Box::new(one)),
            }),
            None => Err(ClientError::Unexpected(Box::new(answer.map(|_| Bytes::new())))),
        },
        _ => {
            let (head, body) = answer.into_parts();
            // What arrives is kept, and what does not is not the point.
            let (bytes, _) = collect(body, KEPT).await;
            Err(ClientError::Unexpected(Box::new(Response::from_parts(head, bytes))))
        }
    }
}

/// The row that fits best: how well, and which.
fn best(rows: impl Iterator<Item = Matches>, status: StatusCode) -> Option<(u8, usize)> {
    let fits = rows.enumerate().map(|(n, on)| (on.fit(status), n)).filter(|(fit, _)| *fit > 0);
    fits.max_by_key(|(fit, n)| (*fit, usize::MAX - n))
}

async fn read<T>(answer: Response<Body>, row: &Row<T>, limits: Limits) -> Result<Response<T>, Unreadable> {
    let (head, body) = answer.into_parts();
    let (codec, arrived) = match load(row.intakes, &head, body, limits).await {
        Ok(loaded) => loaded,
        Err((bytes, cause)) => return Err(Unreadable { response: Response::from_parts(head, bytes), cause }),
    };
    let kept = arrived.bytes.clone();
    match (row.read)(&mut Received::new(head.status, arrived, codec)) {
        Ok(value) => Ok(Response::from_parts(head, value)),
        Err(faults) => {
            let kept = kept.slice(..kept.len().min(KEPT));
            Err(Unreadable { response: Response::from_parts(head, kept), cause: Cause::Faults(faults) })
        }
    }
}

type Failed = (Bytes, Cause);

/// Which codec reads the body, and what it gets.
async fn load(
    intakes: &'static [Intake],
    head: &http::response::Parts,
    body: Body,
    limits: Limits,
) -> Result<(usize, Arrived), Failed> {
    let header = head.headers.get(CONTENT_TYPE).cloned();
    // Most servers send just what the schema says.
    let same = |header: &HeaderValue| intakes.iter().position(|intake| intake.media == header);
    let (n, media) = match header.as_ref().and_then(same) {
        Some(n) => (n, None),
        None => {
            let media = header.as_ref().and_then(|header| MediaType::parse(header.to_str().ok()?));
            (choose(intakes, media.as_ref()), media)
        }
    };
    let Some(intake) = intakes.get(n) else { return Ok((0, Arrived::default())) };
    let body = unpacked(head, body)?;
    let limit = limits.memory;
    let mut arrived = Arrived { media: header, spelled: intake.parts, limit, ..Arrived::default() };
    if intake.load == Load::Stream {
        arrived.stream = watched(body, limits);
        return Ok((n, arrived));
    }
    let (bytes, cause) = collect(body, limit).await;
    if let Some(cause) = cause {
        return Err((bytes.slice(..bytes.len().min(KEPT)), cause));
    }
    arrived.bytes = if intake.load == Load::Text { utf8(bytes, media.as_ref())? } else { bytes };
    Ok((n, arrived))
}

/// The codec for a media type: by name, by kind, by range; or else the first, as servers are careless with names.
fn choose(intakes: &[Intake], media: Option<&MediaType>) -> usize {
    let Some(media) = media else { return 0 };
    let position = |fits: &dyn Fn(&Intake) -> bool| intakes.iter().position(fits);
    position(&|intake| essence(intake.media) == media.essence)
        .or_else(|| position(&|intake| (intake.also)(&media.essence)))
        .or_else(|| position(&|intake| intake.media.contains('*') && media.fits(intake.media)))
        .unwrap_or_default()
}

/// The body without its codings.
#[cfg(feature = "compression")]
fn unpacked(head: &http::response::Parts, body: Body) -> Result<Body, Failed> {
    use http::header::CONTENT_ENCODING;
    if !head.headers.contains_key(CONTENT_ENCODING) {
        return Ok(body);
    }
    let unknown =
        |_| (Bytes::new(), Cause::Faults(vec![Fault::new("encoding", "has a coding that is not known")]));
    crate::http::codec::inflate::inflate(&head.headers, body).map_err(unknown)
}

#[cfg(not(feature = "compression"))]
fn unpacked(_: &http::response::Parts, body: Body) -> Result<Body, Failed> {
    Ok(body)
}

fn watched(body: Body, limits: Limits) -> Body {
    match limits.silence {
        // What is there already cannot be late.
        Some(silence) if !body.is_end_stream() => Body::new(Watched::new(body, silence)),
        _ => body,
    }
}

/// Text as UTF-8, whatever its charset was.
fn utf8(bytes: Bytes, media: Option<&MediaType>) -> Result<Bytes, Failed> {
    let Some(charset) = media.and_then(|media| media.parameter("charset")) else { return Ok(bytes) };
    let detail = match decode(&bytes, Some(charset)) {
        Ok(Cow::Borrowed(text)) if text.len() == bytes.len() => return Ok(bytes),
        Ok(text) => return Ok(text.into_owned().into()),
        Err(NotText::Bytes) => "is not text of its charset",
        Err(NotText::Charset) => "has a charset that is not known",
    };
    let kept = bytes.slice(..bytes.len().min(KEPT));
    Err((kept, Cause::Faults(vec![Fault::new("encoding", detail)])))
}

/// All of a body, or what came before it failed.
async fn collect(mut body: Body, limit: usize) -> (Bytes, Option<Cause>) {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut length = 0_usize;
    let cause = loop {
        match body.frame().await {
            None => break None,
            Some(Err(error)) => break Some(cut(error)),
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else { continue };
                length = length.saturating_add(data.len());
                if length > limit {
                    break Some(Cause::TooLong(limit));
                }
                match &first {
                    None => first = Some(data),
                    Some(held) => {
                        if rest.is_empty() {
                            rest.extend_from_slice(held);
                        }
                        rest.extend_from_slice(&data);
                    }
                }
                if body.is_end_stream() {
                    break None;
                }
            }
        }
    };
    let all = if rest.is_empty() { first.unwrap_or_default() } else { rest.freeze() };
    (all, cause)
}

fn cut(error: axum::Error) -> Cause {
    let error: BoxError = error.into_inner();
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error.as_ref());
    while let Some(one) = next {
        if let Some(Stalled(limit)) = one.downcast_ref() {
            return Cause::Timeout(*limit);
        }
        next = one.source();
    }
    Cause::Cut(error)
}
