//! A body that something waits for the end of.

use super::stack::Payload;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// What is told how a body ended. It is dropped if nobody read to the end.
pub trait Waits: Send + 'static {
    /// The body was read to its end.
    fn complete(self);

    /// The body broke.
    fn broken(self);
}

pin_project! {
    /// A body, and what waits for its end.
    #[derive(Debug)]
    pub struct Tail<B, W> {
        #[pin]
        body: B,
        waiting: Option<W>,
    }
}

impl<B: Payload, W: Waits> Tail<B, W> {
    pub(super) fn new(body: B, waiting: Option<W>) -> Self {
        let mut tail = Self { body, waiting };
        if tail.body.is_end_stream() {
            complete(&mut tail.waiting);
        }
        tail
    }
}

fn complete<W: Waits>(waiting: &mut Option<W>) {
    if let Some(waiting) = waiting.take() {
        waiting.complete();
    }
}

impl<B: Payload, W: Waits> Body for Tail<B, W> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let mut this = self.project();
        let frame = ready!(this.body.as_mut().poll_frame(context));
        match &frame {
            Some(Ok(_)) if this.body.is_end_stream() => complete(this.waiting),
            Some(Ok(_)) => {}
            Some(Err(_)) => {
                if let Some(waiting) = this.waiting.take() {
                    waiting.broken();
                }
            }
            None => complete(this.waiting),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
