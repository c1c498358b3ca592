//! A body that may not stop arriving.

use ::bytes::Bytes;
use axum::BoxError;
use axum::body::Body;
use http_body::{Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// Nothing more came for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stalled(pub(super) Duration);

impl fmt::Display for Stalled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing more came for {:?}", self.0)
    }
}

impl std::error::Error for Stalled {}

/// A body that is an error when nothing comes for a while.
pub(super) struct Watched {
    body: Body,
    limit: Duration,
    timer: Pin<Box<Sleep>>,
    ended: bool,
}

impl Watched {
    pub(super) fn new(body: Body, limit: Duration) -> Self {
        Self { body, limit, timer: Box::pin(sleep(limit)), ended: false }
    }
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            let next = Instant::now() + self.limit;
            self.timer.as_mut().reset(next);
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let limit = self.limit;
        self.timer.as_mut().poll(cx).map(|()| {
            self.ended = true;
            Some(Err(Stalled(limit).into()))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.ended || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
