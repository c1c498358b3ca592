//! A body that arrives in chunks, cut into items of bounded size.

use crate::fault::{Fault, Step};
use crate::http::problem::{Error, Result};
use axum::body::Body;
use bytes::BytesMut;
use futures_util::{StreamExt, stream};
use http::StatusCode;

/// How a format separates its items.
pub(super) trait Cut: Send + 'static {
    /// What an item is before it is read.
    type Item: Send;

    /// Takes the next item from the front of what has arrived; `None` if it is not all there yet. At the end of the
    /// body, `None` means that there is no more.
    fn cut(&mut self, buffer: &mut BytesMut, end: bool) -> Result<Option<Self::Item>, Fault>;

    /// How many bytes of an unfinished item were taken from the buffer already.
    fn held(&self) -> usize {
        0
    }

    /// Has the format itself said that nothing follows?
    fn done(&self) -> bool {
        false
    }
}

struct Cutting<C> {
    body: Body,
    cut: C,
    buffer: BytesMut,
    limit: usize,
    index: usize,
    ended: bool,
}

/// The items of a body. One that cannot be read is an error with its index, after which the next may follow; one that
/// is too long, or broken so that its end is not known, ends the stream.
pub(super) fn items<C: Cut, T: Send + 'static>(
    body: Body,
    cut: C,
    limit: usize,
    mut read: impl FnMut(C::Item) -> Result<T, Vec<Fault>> + Send + 'static,
) -> super::Stream<T> {
    let state = Cutting { body, cut, buffer: BytesMut::new(), limit, index: 0, ended: false };
    let raw = stream::unfold(Some(state), async |state| {
        let mut state = state?;
        match state.next().await {
            Ok(Some(item)) => {
                state.index += 1;
                Some((Ok((state.index - 1, item)), Some(state)))
            }
            Ok(None) => None,
            Err(error) => Some((Err(error), None)),
        }
    });
    super::Stream::attempts(raw.map(move |item| {
        let (index, item) = item?;
        read(item).map_err(|faults| at(index, faults))
    }))
}

/// Faults of the item at an index.
fn at(index: usize, mut faults: Vec<Fault>) -> Error {
    for fault in &mut faults {
        fault.within(Step::Index(index));
    }
    Error::invalid(faults)
}

impl<C: Cut> Cutting<C> {
    async fn next(&mut self) -> Result<Option<C::Item>> {
        loop {
            let before = self.buffer.len() + self.cut.held();
            let cut = self.cut.cut(&mut self.buffer, self.ended);
            let found = cut.map_err(|fault| at(self.index, vec![fault]))?;
            let rest = self.buffer.len() + self.cut.held();
            if (if found.is_some() { before.saturating_sub(rest) } else { rest }) > self.limit {
                let detail = format!("Item {} has more than {} bytes.", self.index, self.limit);
                return Err(Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail(detail));
            }
            if found.is_some() || self.ended || self.cut.done() {
                return Ok(found);
            }
            self.fill().await?;
        }
    }

    async fn fill(&mut self) -> Result {
        match http_body_util::BodyExt::frame(&mut self.body).await {
            None => self.ended = true,
            Some(Err(_)) => return Err(Error::bad_request("The body ended early.")),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    self.buffer.extend_from_slice(&data);
                }
            }
        }
        Ok(())
    }
}

/// The place of a needle, looked for from a start.
pub(super) fn find(bytes: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(needle.len()).position(|window| window == needle).map(|at| at + from)
}
