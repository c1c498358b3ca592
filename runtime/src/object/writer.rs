//! Writing the entries of an object.

use super::Object;
use crate::patch::Optional;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// An object that is being written, field by field in their order. As with reading, the first error is kept.
pub struct Writer<S: Serializer> {
    map: Result<S::SerializeMap, S::Error>,
    fields: &'static [&'static str],
}

impl<S: Serializer> Writer<S> {
    /// Begins an object.
    #[inline]
    pub fn new<T: Object>(s: S) -> Self {
        Self { map: s.serialize_map(None), fields: T::names().get(1..).unwrap_or_default() }
    }

    #[inline]
    fn key(&mut self) -> &'static str {
        let [_, key, rest @ ..] = self.fields else { return "" };
        self.fields = rest;
        key
    }

    #[inline]
    fn entry<T: Serialize>(&mut self, key: &str, value: &T) {
        if let Ok(map) = &mut self.map
            && let Err(error) = map.serialize_entry(key, value)
        {
            self.map = Err(error);
        }
    }

    /// Writes a field.
    #[inline]
    pub fn required<T: Serialize>(&mut self, value: &T) {
        let key = self.key();
        self.entry(key, value);
    }

    /// Writes a field that has a default.
    #[inline]
    pub fn default<T: Serialize>(&mut self, value: &T) {
        self.required(value);
    }

    /// Writes an optional field, unless it is absent.
    #[inline]
    pub fn optional<T: Optional + Serialize>(&mut self, value: &T) {
        let key = self.key();
        if !value.is_absent() {
            self.entry(key, value);
        }
    }

    /// Writes the entries of a map that holds what the fields do not.
    pub fn rest<T: Serialize>(&mut self, rest: &BTreeMap<String, T>) {
        rest.iter().for_each(|(key, value)| self.entry(key, value));
    }

    /// Ends the object.
    ///
    /// # Errors
    /// What the format or a value has refused.
    #[inline]
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.map.and_then(SerializeMap::end)
    }
}

impl<S: Serializer> fmt::Debug for Writer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Writer").field(&self.map.as_ref().err()).finish()
    }
}
