//! Typed streams: items that are written while they are made, and read while they arrive.
//!
//! Nothing is read ahead: an item is asked for when the connection has room for it (or the handler for the next one), so
//! a slow reader slows the writer down. When the client goes, the stream is dropped.

mod channel;
pub mod codec;
mod cut;
mod event;
mod events;
mod lines;
mod mixed;
mod read;
mod seq;
mod write;

pub use channel::{Closed, Sender};
pub use event::Event;
pub use mixed::Part;
pub use read::{boundary, events, json_lines, json_seq, mixed, parts};
pub use write::{Format, body};

use crate::http::problem::{Error, Result};
use crate::validate::checker::{Checker, Rules};
use futures_util::{StreamExt, TryStreamExt, stream};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// How long server-sent events may be silent before a comment is sent (WHATWG HTML section 9.2.7 suggests 15 s).
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Items that come one after the other. An item may be an error: of the producer, or of the client that sent something
/// else than the schema says.
///
/// ```
/// use apiloom::Stream;
/// let numbers = Stream::from_iter(1..=3);
/// let (sender, live) = Stream::<String>::channel(16);
/// # drop((numbers, sender, live));
/// ```
pub struct Stream<T> {
    items: Pin<Box<dyn futures_util::Stream<Item = Result<T>> + Send>>,
    keep_alive: Option<Duration>,
}

impl<T: Send + 'static> Stream<T> {
    /// Of a stream of items.
    pub fn new(items: impl futures_util::Stream<Item = T> + Send + 'static) -> Self {
        Self::attempts(items.map(Ok::<T, Error>))
    }

    /// Of a stream whose items may be errors. The first error ends an answer.
    pub fn attempts<E: Into<Error> + 'static>(
        items: impl futures_util::Stream<Item = Result<T, E>> + Send + 'static,
    ) -> Self {
        Self { items: Box::pin(items.map_err(Into::into)), keep_alive: Some(KEEP_ALIVE) }
    }

    /// Of what makes the next item, or `None` when there is no more.
    pub fn unfold<S, F>(state: S, next: impl FnMut(S) -> F + Send + 'static) -> Self
    where
        S: Send + 'static,
        F: Future<Output = Result<Option<(T, S)>>> + Send + 'static,
    {
        Self::attempts(stream::try_unfold(state, next))
    }

    /// A stream that another task fills: at most `room` items wait in it (at least one), then sending waits.
    pub fn channel(room: usize) -> (Sender<T>, Self) {
        let (sender, receiver) = channel::pair(room);
        (sender, Self::attempts(receiver))
    }

    /// No items.
    pub fn empty() -> Self {
        Self::new(stream::empty())
    }

    /// The same items, each changed.
    #[must_use]
    pub fn map<U: Send + 'static>(self, change: impl FnMut(T) -> U + Send + 'static) -> Stream<U> {
        Stream { items: Box::pin(self.items.map_ok(change)), keep_alive: self.keep_alive }
    }

    /// All items.
    ///
    /// # Errors
    /// The first item that is one; 413 when there are more than `most`.
    pub async fn collect(mut self, most: usize) -> Result<Vec<T>> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            if all.len() == most {
                let detail = format!("At most {most} items are taken.");
                return Err(Error::new(http::StatusCode::PAYLOAD_TOO_LARGE).detail(detail));
            }
            all.push(item?);
        }
        Ok(all)
    }
}

impl<T> Stream<T> {
    /// The next item; `None` when there is no more.
    pub async fn next(&mut self) -> Option<Result<T>> {
        self.items.next().await
    }

    /// How long server-sent events may be silent before a comment is sent, so that nothing on the way gives the
    /// connection up (15 s, if not set).
    #[must_use]
    pub fn keep_alive(self, silence: Duration) -> Self {
        Self { keep_alive: Some(silence), ..self }
    }
}

impl<T: Send + 'static> FromIterator<T> for Stream<T> {
    /// Of items that are there already.
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::new(stream::iter(items.into_iter().collect::<Vec<T>>()))
    }
}

impl<T: Send + 'static> From<Vec<T>> for Stream<T> {
    fn from(items: Vec<T>) -> Self {
        Self::new(stream::iter(items))
    }
}

impl<T> futures_util::Stream for Stream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        self.items.as_mut().poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.items.size_hint()
    }
}

impl<T> fmt::Debug for Stream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

/// Items are checked when they are read.
impl<T> Rules for Stream<T> {
    fn rules(&self, _: &mut Checker) {}
}
