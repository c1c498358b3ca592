//! JSON Lines (jsonlines.org, also called NDJSON): a JSON text on each line.

use super::cut::Cut;
use crate::fault::Fault;
use bytes::{Bytes, BytesMut};

/// Cuts at line feeds; blank lines are no items.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// So many bytes hold no line feed.
    seen: usize,
}

impl Cut for Lines {
    type Item = Bytes;

    fn cut(&mut self, buffer: &mut BytesMut, end: bool) -> Result<Option<Bytes>, Fault> {
        loop {
            let rest = buffer.get(self.seen..).unwrap_or_default();
            let line = match rest.iter().position(|byte| *byte == b'\n') {
                Some(at) => buffer.split_to(self.seen + at + 1),
                None if end && !buffer.is_empty() => buffer.split(),
                None => {
                    self.seen = buffer.len();
                    return Ok(None);
                }
            };
            self.seen = 0;
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line.freeze()));
            }
        }
    }
}
