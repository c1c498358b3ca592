//! What of an object or array the schema has spoken of (JSON Schema 2020-12 core, section 11).

use std::collections::HashSet;

/// Evaluated keys and items of one value.
#[derive(Debug, Default)]
pub(super) struct Seen<'v> {
    keys: HashSet<&'v str>,
    /// Items before this one.
    to: usize,
    items: HashSet<usize>,
}

impl<'v> Seen<'v> {
    pub(super) fn key(&mut self, key: &'v str) {
        self.keys.insert(key);
    }

    pub(super) fn has_key(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    pub(super) fn items_to(&mut self, end: usize) {
        self.to = self.to.max(end);
    }

    pub(super) fn item(&mut self, index: usize) {
        self.items.insert(index);
    }

    pub(super) fn has_item(&self, index: usize) -> bool {
        index < self.to || self.items.contains(&index)
    }

    pub(super) fn merge(&mut self, other: Self) {
        if self.keys.is_empty() {
            self.keys = other.keys;
        } else {
            self.keys.extend(other.keys);
        }
        self.to = self.to.max(other.to);
        self.items.extend(other.items);
    }
}
