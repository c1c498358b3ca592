//! Reading the entries of an object.

use super::Key;
use super::{DENY, kind};
use crate::json::strict::{Guard, Guarded, Ignored, Keys};
use crate::patch::ReadOptional;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// The entries of an object that is being read. Its methods are named like the kinds of fields in `object!`, and are
/// called for every field in turn: when the key at hand is that of the field, it takes the value and moves on to the next
/// key. Entries in the order of the fields are so read in one round.
pub struct Fields<'de, A: MapAccess<'de>> {
    map: A,
    /// As [`Names::all`](super::Names::all) has them.
    fields: &'static [&'static str],
    /// Of the field that the key at hand belongs to, or that of the last key.
    index: usize,
    /// Is a key at hand?
    pending: bool,
    /// Of the field whose turn it is.
    turn: usize,
    /// The last key, if it is kept.
    key: String,
    seen: Seen,
    /// The keys that no field has.
    others: Option<Box<Keys<'de>>>,
    error: Option<A::Error>,
}

/// The fields that have a value.
#[derive(Debug, Default)]
struct Seen {
    few: u64,
    more: Vec<usize>,
}

impl Seen {
    #[inline]
    fn has(&self, index: usize) -> bool {
        if index < 64 { self.few >> index & 1 == 1 } else { self.more.contains(&index) }
    }

    #[inline]
    fn add(&mut self, index: usize) {
        if index < 64 {
            self.few |= 1 << index;
        } else {
            self.more.push(index);
        }
    }
}

/// No method here returns a `Result`: the first error is kept and ends the loop. In generated code each `?` costs the
/// compiler more than the call it follows.
impl<'de, A: MapAccess<'de>> Fields<'de, A> {
    #[inline]
    pub(crate) fn new(map: A, fields: &'static [&'static str]) -> Self {
        let (seen, others, key) = (Seen::default(), None, String::new());
        let mut new =
            Self { map, fields, index: usize::MAX, pending: false, turn: 0, key, seen, others, error: None };
        new.advance();
        new
    }

    /// Begins a round over the fields, unless all entries are read.
    #[inline]
    pub fn more(&mut self) -> bool {
        self.turn = 0;
        self.pending
    }

    /// Moves on to the next key that a field has. Keys mostly come in the order of the fields.
    fn advance(&mut self) {
        self.pending = false;
        loop {
            let next = self.index.wrapping_add(1);
            let expected = match self.field(next) {
                Some((kind, name)) if kind::is_plain(kind) && !self.seen.has(next) => Some(name),
                _ => None,
            };
            match self.map.next_key_seed(Expected(expected)) {
                Ok(Some(None)) => {
                    self.index = next;
                    self.pending = true;
                    return;
                }
                Ok(Some(Some(key))) => {
                    self.pending = self.search(key);
                    if self.pending || self.error.is_some() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    self.error = Some(error);
                    return;
                }
            }
        }
    }

    /// Does a field have this key, which is not the expected one?
    #[inline(never)]
    fn search(&mut self, key: Key<'de>) -> bool {
        let is = |index: &usize| {
            self.field(*index).is_some_and(|(kind, name)| name == key.as_str() && kind != kind::REST)
        };
        match (0..self.fields.len() / 2).find(is).and_then(|index| Some((index, self.field(index)?.0))) {
            Some((index, kind)) if kind != kind::EXCEPT => self.index = index,
            Some(_) => {
                self.ignore(key);
                return false;
            }
            None => return self.other(key),
        }
        if self.seen.has(self.index) {
            self.twice(key.as_str());
            return false;
        }
        true
    }

    /// The kind and the key of a field.
    #[inline]
    fn field(&self, index: usize) -> Option<(&'static str, &'static str)> {
        Some((self.fields.get(2 * index + 1)?, self.fields.get(2 * index + 2)?))
    }

    /// A key that no field has: for a map of all such keys, refused, or ignored.
    #[cold]
    fn other(&mut self, key: Key<'de>) -> bool {
        let rest = (0..self.fields.len() / 2)
            .find(|index| self.field(*index).is_some_and(|(kind, _)| kind == kind::REST));
        match rest {
            Some(index) => {
                self.index = index;
                self.key = key.into_string();
                true
            }
            None if self.fields.first() == Some(&DENY) => {
                self.error = Some(A::Error::custom(format_args!("unknown field `{}`", key.as_str())));
                false
            }
            None => {
                self.ignore(key);
                false
            }
        }
    }

    #[inline]
    fn is_turn(&mut self) -> bool {
        let is = self.turn == self.index && self.pending;
        self.turn += 1;
        is
    }

    #[inline]
    fn take<T, S: DeserializeSeed<'de, Value = T>>(&mut self, slot: &mut Option<T>, seed: S) {
        match self.map.next_value_seed(seed) {
            Ok(value) => {
                *slot = Some(value);
                self.seen.add(self.index);
            }
            Err(error) => self.error = Some(error),
        }
        self.advance();
    }

    #[cold]
    fn twice(&mut self, key: &str) {
        self.error = Some(A::Error::custom(format_args!("duplicate field `{key}`")));
    }

    /// Reads a required field into its slot.
    #[inline]
    pub fn required<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>) {
        if self.is_turn() {
            self.take(slot, Guarded(PhantomData));
        }
    }

    /// Reads a field that has a default.
    #[inline]
    pub fn default<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>) {
        self.required(slot);
    }

    /// Reads an optional field: `Option<T>` or `Patch<T>`.
    #[inline]
    pub fn optional<T: ReadOptional<'de>>(&mut self, slot: &mut Option<T>) {
        if self.is_turn() {
            self.take(slot, OptionalSeed(PhantomData));
        }
    }

    /// Keeps keys that no field has.
    pub fn rest<T: Deserialize<'de>>(&mut self, slot: &mut Option<BTreeMap<String, T>>) {
        if !self.is_turn() {
            return;
        }
        let key = std::mem::take(&mut self.key);
        let rest = slot.get_or_insert_default();
        if rest.contains_key(&key) {
            self.pending = false;
            return self.twice(&key);
        }
        match self.map.next_value_seed(Guarded(PhantomData)) {
            Ok(value) => _ = rest.insert(key, value),
            Err(error) => self.error = Some(error),
        }
        self.advance();
    }

    /// Passes over a key that no field has; it must be unique all the same, and so must those inside.
    #[cold]
    fn ignore(&mut self, key: Key<'de>) {
        let passed =
            self.others.get_or_insert_default().insert(key).and_then(|()| self.map.next_value::<Ignored>());
        if let Err(error) = passed {
            self.error = Some(error);
        }
    }

    /// Is all well? Called behind the last key.
    ///
    /// # Errors
    /// The first error, or the first required field that has no value.
    #[inline]
    pub fn end(self) -> Result<(), A::Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let missing = (0..self.fields.len() / 2).filter(|index| !self.seen.has(*index));
        let mut missing =
            missing.filter_map(|index| self.field(index)).filter(|(kind, _)| kind::is_required(kind));
        missing.next().map_or(Ok(()), |(_, key)| Err(A::Error::missing_field(key)))
    }
}

/// Reads a key: nothing if it is the expected one.
struct Expected(Option<&'static str>);

impl<'de> DeserializeSeed<'de> for Expected {
    type Value = Option<Key<'de>>;
    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Expected {
    type Value = Option<Key<'de>>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    #[inline]
    fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(if Some(key) == self.0 { None } else { Some(Key::Borrowed(key)) })
    }
    #[inline]
    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(if Some(key) == self.0 { None } else { Some(Key::Owned(key.to_owned())) })
    }
}

struct OptionalSeed<T>(PhantomData<T>);

impl<'de, T: ReadOptional<'de>> DeserializeSeed<'de> for OptionalSeed<T> {
    type Value = T;
    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<T, D::Error> {
        T::read_optional(Guard(d))
    }
}

impl<'de, A: MapAccess<'de>> fmt::Debug for Fields<'de, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fields")
            .field("others", &self.others)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
