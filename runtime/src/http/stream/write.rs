//! Streams as bodies of answers.

use super::mixed::{self, Part};
use super::{Stream, events, seq};
use crate::http::problem::{Error, Result};
use axum::body::Body;
use bytes::Bytes;
use serde::Serialize;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// How items are written.
pub struct Format<T> {
    item: fn(&T, &str, &mut Vec<u8>) -> Result,
    boundary: String,
    /// Server-sent events can say that something went wrong, and be kept alive by comments.
    talks: bool,
}

impl<T> fmt::Debug for Format<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Format").field("boundary", &self.boundary).finish_non_exhaustive()
    }
}

impl<T> Format<T> {
    fn new(item: fn(&T, &str, &mut Vec<u8>) -> Result) -> Self {
        Self { item, boundary: String::new(), talks: false }
    }

    fn multipart(item: fn(&T, &str, &mut Vec<u8>) -> Result) -> Self {
        Self { item, boundary: uuid::Uuid::new_v4().simple().to_string(), talks: false }
    }

    /// What separates the parts, if it is multipart.
    pub fn boundary(&self) -> Option<&str> {
        Some(self.boundary.as_str()).filter(|boundary| !boundary.is_empty())
    }
}

impl<T: Serialize> Format<T> {
    /// JSON Lines.
    pub fn json_lines() -> Self {
        Self::new(|item, _, out| json(item, out))
    }

    /// A JSON text sequence (RFC 7464).
    pub fn json_seq() -> Self {
        Self::new(|item, _, out| {
            out.push(seq::RS);
            json(item, out)
        })
    }

    /// Server-sent events.
    pub fn events() -> Self {
        Self { talks: true, ..Self::new(|item, _, out| events::write(item, out)) }
    }

    /// `multipart/mixed` with JSON parts.
    pub fn mixed() -> Self {
        Self::multipart(|item, boundary, out| {
            mixed::write(&Part::new("application/json", serde_json::to_vec(item)?), boundary, out);
            Ok(())
        })
    }
}

impl Format<Part> {
    /// `multipart/mixed` with parts of any media type.
    pub fn parts() -> Self {
        Self::multipart(|part, boundary, out| {
            mixed::write(part, boundary, out);
            Ok(())
        })
    }
}

fn json(item: &impl Serialize, out: &mut Vec<u8>) -> Result {
    serde_json::to_writer(&mut *out, item)?;
    out.push(b'\n');
    Ok(())
}

/// The items as a body that is written while it is sent. When the producer fails, that is logged, and the client sees
/// it: as an event `error` that holds the problem, or else by a connection that breaks off.
pub fn body<T: Send + 'static>(stream: Stream<T>, format: Format<T>) -> Body {
    let silence = stream.keep_alive.filter(|_| format.talks);
    Body::from_stream(Writing { stream: Some(stream), format, silence, timer: None, broken: None })
}

struct Writing<T> {
    stream: Option<Stream<T>>,
    format: Format<T>,
    silence: Option<Duration>,
    timer: Option<Pin<Box<Sleep>>>,
    /// What breaks the connection off, once what was written before is on its way.
    broken: Option<io::Error>,
}

impl<T> Unpin for Writing<T> {}

impl<T> futures_util::Stream for Writing<T> {
    type Item = Result<Bytes, io::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(stream) = &mut this.stream else {
            return Poll::Ready(this.broken.take().map(Err));
        };
        let Poll::Ready(item) = Pin::new(stream).poll_next(cx) else {
            return this.poll_silence(cx);
        };
        this.timer = None;
        let written = match item {
            None => {
                this.stream = None;
                return Poll::Ready(this.close().map(Ok));
            }
            Some(Ok(item)) => this.write(&item),
            Some(Err(error)) => Err(error),
        };
        match written {
            Ok(written) => Poll::Ready(Some(Ok(written))),
            Err(error) => this.fail(&error, cx),
        }
    }
}

impl<T> Writing<T> {
    fn write(&self, item: &T) -> Result<Bytes> {
        let mut out = Vec::new();
        (self.format.item)(item, &self.format.boundary, &mut out)?;
        Ok(out.into())
    }

    fn close(&self) -> Option<Bytes> {
        let boundary = &self.format.boundary;
        (!boundary.is_empty()).then(|| format!("--{boundary}--\r\n").into())
    }

    /// What the client is told when the producer fails after the head was sent.
    fn fail(&mut self, error: &Error, cx: &Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        tracing::error!(%error, "a stream ended early");
        self.stream = None;
        if let Some(text) = serde_json::to_string(error).ok().filter(|_| self.format.talks) {
            return Poll::Ready(Some(Ok(format!("event: error\ndata: {text}\n\n").into())));
        }
        // The connection sends what it has while it waits, and drops it when it breaks off.
        self.broken = Some(io::Error::other("the stream ended early"));
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// A comment after a time of silence. Outside of tokio there is no clock, and none is sent.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, io::Error>>> {
        let Some(silence) = self.silence.filter(|_| tokio::runtime::Handle::try_current().is_ok()) else {
            return Poll::Pending;
        };
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(silence)));
        if timer.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        timer.as_mut().reset(Instant::now() + silence);
        // Registers the new time with the task; it is not over yet.
        if timer.as_mut().poll(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
        Poll::Ready(Some(Ok(Bytes::from_static(b":\n\n"))))
    }
}
