//! A body that must end in time.

use super::errors::{DeadlineExceeded, Stage};
use super::record;
use super::stack::Payload;
use super::timeout::Until;
use axum::BoxError;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep, sleep_until};

pin_project! {
    /// A body that breaks with [`DeadlineExceeded`] when its time is over, whether it stalls or never ends. What it
    /// reads from is dropped then, so that the connection is free even if nobody drops this.
    #[derive(Debug)]
    pub struct Timed<B> {
        #[pin]
        body: Option<B>,
        until: Option<Until>,
        // Only a body that makes its reader wait needs to be woken.
        alarm: Option<Pin<Box<Sleep>>>,
    }
}

impl<B: Payload> Timed<B> {
    pub(super) fn new(body: B, until: Option<Until>) -> Self {
        Self { body: Some(body), until, alarm: None }
    }
}

impl<B: Payload> Body for Timed<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut this = self.project();
        let Some(body) = this.body.as_mut().as_pin_mut() else { return Poll::Ready(None) };
        let Some(Until { at, operation }) = *this.until else {
            return body.poll_frame(context).map_err(Into::into);
        };
        if Instant::now() < at {
            if let Poll::Ready(frame) = body.poll_frame(context) {
                return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
            }
            let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(at)));
            ready!(alarm.as_mut().poll(context));
        }
        this.body.set(None);
        record::deadline(operation);
        Poll::Ready(Some(Err(DeadlineExceeded { at: Stage::Reading }.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}
