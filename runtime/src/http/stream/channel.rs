//! Streams that another task fills.

use crate::http::problem::{Error, Result};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// The end of a [`Stream`](super::Stream) that items are put into. When every one is dropped, the stream ends.
#[derive(Debug)]
pub struct Sender<T>(mpsc::Sender<Result<T>>);

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Nobody reads the stream any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody reads the stream any more")
    }
}

impl std::error::Error for Closed {}

impl<T> Sender<T> {
    /// Puts an item into the stream, when there is room.
    ///
    /// # Errors
    /// Nobody reads the stream any more.
    pub async fn send(&self, item: T) -> Result<(), Closed> {
        self.0.send(Ok(item)).await.map_err(|_| Closed)
    }

    /// Ends the stream with an error.
    ///
    /// # Errors
    /// Nobody reads the stream any more.
    pub async fn fail(self, error: impl Into<Error>) -> Result<(), Closed> {
        self.0.send(Err(error.into())).await.map_err(|_| Closed)
    }

    /// Waits until nobody reads the stream any more.
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}

pub(super) struct Receiver<T>(mpsc::Receiver<Result<T>>);

pub(super) fn pair<T>(room: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = mpsc::channel(room.clamp(1, tokio::sync::Semaphore::MAX_PERMITS));
    (Sender(sender), Receiver(receiver))
}

impl<T> futures_util::Stream for Receiver<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        self.0.poll_recv(cx)
    }
}
