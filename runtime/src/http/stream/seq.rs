//! JSON text sequences (RFC 7464): each JSON text stands between a record separator and a line feed.

use super::cut::Cut;
use crate::fault::Fault;
use bytes::{Buf, Bytes, BytesMut};

/// The record separator.
pub(super) const RS: u8 = 0x1E;

/// Cuts where a text is complete, so that an item need not wait for the next one's separator.
#[derive(Debug, Default)]
pub(super) struct Seq {
    inside: bool,
    seen: usize,
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Cut for Seq {
    type Item = Bytes;

    fn cut(&mut self, buffer: &mut BytesMut, end: bool) -> Result<Option<Bytes>, Fault> {
        loop {
            if !self.inside && !self.separator(buffer)? {
                return Ok(None);
            }
            let Some(text) = self.text(buffer, end) else {
                return Ok(None);
            };
            if !text.trim_ascii().is_empty() {
                return complete(text.freeze()).map(Some);
            }
        }
    }
}

impl Seq {
    /// Goes behind the next separator; false if there is none.
    fn separator(&mut self, buffer: &mut BytesMut) -> Result<bool, Fault> {
        let blank = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        buffer.advance(blank);
        match buffer.first() {
            None => Ok(false),
            Some(&RS) => {
                buffer.advance(1);
                *self = Self { inside: true, ..Self::default() };
                Ok(true)
            }
            Some(_) => Err(Fault::new("syntax", "does not start with a record separator (RFC 7464)")),
        }
    }

    /// The text up to the line feed that completes it, or the next separator, or the end.
    fn text(&mut self, buffer: &mut BytesMut, end: bool) -> Option<BytesMut> {
        while let Some(byte) = buffer.get(self.seen).copied() {
            match byte {
                RS => {
                    self.inside = false;
                    return Some(buffer.split_to(self.seen));
                }
                b'\n' if self.depth == 0 && !self.quoted && self.seen > 0 => {
                    self.inside = false;
                    return Some(buffer.split_to(self.seen + 1));
                }
                _ => self.step(byte),
            }
            self.seen += 1;
        }
        (end && self.inside).then(|| {
            self.inside = false;
            buffer.split()
        })
    }

    fn step(&mut self, byte: u8) {
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.quoted => self.escaped = true,
            b'"' => self.quoted = !self.quoted,
            b'{' | b'[' if !self.quoted => self.depth += 1,
            b'}' | b']' if !self.quoted => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// RFC 7464 section 2.4: a number, true, false or null that nothing follows may have been cut off.
fn complete(text: Bytes) -> Result<Bytes, Fault> {
    let closed =
        text.last().is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'}' | b']' | b'"'));
    if closed {
        Ok(text)
    } else {
        Err(Fault::new("syntax", "may be cut off: no line feed follows (RFC 7464)"))
    }
}
