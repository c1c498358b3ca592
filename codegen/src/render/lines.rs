//! From bytes to lines and columns, in constant time: a file is walked once, however many findings it has.

use crate::source::Position;

/// Bytes between two counts of characters. Counting on from the last one is cheap even in a line of many megabytes.
const STEP: usize = 1024;

#[derive(Debug)]
pub(crate) struct LineIndex {
    /// Byte where each line starts.
    starts: Vec<usize>,
    /// Characters before each `STEP`th byte.
    counts: Vec<usize>,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut counts = vec![0];
        for chunk in text.as_bytes().chunks(STEP) {
            let before = counts.last().copied().unwrap_or_default();
            counts.push(before + characters(chunk));
        }
        Self { starts, counts }
    }

    /// The last character boundary at or before `at`.
    pub(super) fn floor(&self, text: &str, at: usize) -> usize {
        text.floor_char_boundary(at)
    }

    /// Line and column of a byte.
    pub(super) fn position(&self, text: &str, at: usize) -> Position {
        let line = self.number(at);
        Position {
            line: line + 1,
            column: self.characters_before(text, at) - self.characters_before(text, self.starts[line]) + 1,
        }
    }

    /// The line that a byte is in, and where it starts; without its line break.
    pub(super) fn line<'a>(&self, text: &'a str, at: usize) -> (usize, &'a str) {
        let number = self.number(at);
        let start = self.starts[number];
        let end = self.starts.get(number + 1).map_or(text.len(), |next| next - 1);
        let line = &text[start..end];
        (start, line.strip_suffix('\r').unwrap_or(line))
    }

    fn number(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    fn characters_before(&self, text: &str, at: usize) -> usize {
        let step = at / STEP;
        self.counts[step] + characters(&text.as_bytes()[step * STEP..at])
    }
}

/// Bytes that start a character.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}
