//! `object!`: reading and writing a struct as a JSON object, without serde's derives (they cost ten times as much to
//! check). One generic function a type; everything else is shared here.

use crate::json::strict::{Guard, Guarded, Ignored, Keys};
use crate::patch::{Optional, ReadOptional};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

pub use crate::json::strict::Key;

/// How one type reads its fields; implemented by [`object!`](crate::object!).
pub trait Object: Sized {
    /// The type's name.
    const NAME: &'static str;
    /// The tail (`"\0"` or `"\0deny"`), then for each field its kind (such as [`kind::required`]) and its key.
    const FIELDS: &'static [&'static str];
    /// What is called otherwise on the wire: its key there, and the field.
    const RENAMED: &'static [(&'static str, &'static str)];
    /// Reads the fields until there are no more.
    ///
    /// # Errors
    /// What the map or a field refuses, a duplicate key, a missing required field.
    fn read<'de, A: MapAccess<'de>>(fields: Fields<'de, A>) -> Result<Self, A::Error>;
}

/// The kinds of fields, as [`Object::FIELDS`] has them.
#[allow(non_upper_case_globals, reason = "named like the words of `object!`")]
pub mod kind {
    /// Its key must be there.
    pub const required: &str = "\0required";
    /// Its key may be absent.
    pub const optional: &str = "\0optional";
    /// Its value is known when its key is absent.
    pub const default: &str = "\0default";
    /// A map of every other key; it has no key of its own.
    pub const rest: &str = "\0rest";
    /// Not a field: a key that is ignored.
    pub const except: &str = "\0except";
}

/// Reads `T` from any serde format.
///
/// # Errors
/// What [`Object::read`] refuses.
#[inline]
pub fn read<'de, T: Object, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    d.deserialize_struct(T::NAME, T::FIELDS, ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(Fields::new(map, T::FIELDS))
    }
}

/// The entries of an object that is being read. Its methods are named like the kinds of fields in `object!`, and are
/// called for every field in turn: when the key at hand is that of the field, it takes the value and moves on to the next
/// key. Entries in the order of the fields are so read in one round.
pub struct Fields<'de, A: MapAccess<'de>> {
    map: A,
    /// As [`Object::FIELDS`].
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
    others: Keys<'de>,
    error: Option<A::Error>,
}

/// The fields that have a value.
#[derive(Debug, Default)]
struct Seen {
    few: u128,
    more: Vec<usize>,
}

impl Seen {
    #[inline]
    fn has(&self, index: usize) -> bool {
        if index < 128 { self.few >> index & 1 == 1 } else { self.more.contains(&index) }
    }

    #[inline]
    fn add(&mut self, index: usize) {
        if index < 128 {
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
    fn new(map: A, fields: &'static [&'static str]) -> Self {
        let (seen, others, key) = (Seen::default(), Keys::default(), String::new());
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

    /// Moves on to the next key that a field has.
    fn advance(&mut self) {
        self.pending = false;
        while !self.pending && self.error.is_none() {
            match self.map.next_key() {
                Ok(Some(key)) => self.pending = self.find(key),
                Ok(None) => return,
                Err(error) => self.error = Some(error),
            }
        }
    }

    /// Does a field have this key? Keys mostly come in the order of the fields.
    #[inline]
    fn find(&mut self, key: Key<'de>) -> bool {
        let next = self.index.wrapping_add(1);
        let is = |index: usize| {
            self.field(index).is_some_and(|(kind, name)| name == key.as_str() && kind != kind::rest)
        };
        let found = if is(next) { Some(next) } else { (0..self.fields.len() / 2).find(|index| is(*index)) };
        match found.and_then(|index| Some((index, self.field(index)?.0))) {
            Some((index, kind)) if kind != kind::except => self.index = index,
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
            .find(|index| self.field(*index).is_some_and(|(kind, _)| kind == kind::rest));
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
        let passed = self.others.insert(key).and_then(|()| self.map.next_value::<Ignored>());
        if let Err(error) = passed {
            self.error = Some(error);
        }
    }

    /// Is all well? Called behind the last key.
    ///
    /// # Errors
    /// The first error, or the first required field that has no value.
    #[inline]
    pub fn end(self) -> Result<Filled, A::Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let missing = (0..self.fields.len() / 2).filter(|index| !self.seen.has(*index));
        let mut missing =
            missing.filter_map(|index| self.field(index)).filter(|(kind, _)| *kind == kind::required);
        missing.next().map_or(Ok(Filled(())), |(_, key)| Err(A::Error::missing_field(key)))
    }
}

/// Every required field has a value. Its methods are named like the kinds of fields.
#[derive(Debug, Clone, Copy)]
pub struct Filled(());

impl Filled {
    /// The value of a required field.
    ///
    /// # Panics
    /// Never: [`Fields::end`] has seen the value.
    #[inline]
    pub fn required<T>(self, slot: Option<T>) -> T {
        slot.expect("every required field has a value")
    }

    /// The value of a field that has a default, which is in its place by now.
    ///
    /// # Panics
    /// Never.
    #[inline]
    pub fn default<T>(self, slot: Option<T>) -> T {
        slot.expect("every default is in its place")
    }

    /// The value of an optional field.
    #[inline]
    pub fn optional<T: Optional>(self, slot: Option<T>) -> T {
        slot.unwrap_or_else(T::absent)
    }

    /// What was kept of other keys.
    #[inline]
    pub fn rest<T>(self, slot: Option<BTreeMap<String, T>>) -> BTreeMap<String, T> {
        slot.unwrap_or_default()
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

/// What [`Object::FIELDS`] begins with, by the words behind the fields.
pub const fn mark(tails: &[&str]) -> &'static str {
    // Not `==`, which no constant can be made with. `deny` stands before `except`, and no other word has its length.
    if !tails.is_empty() && tails[0].len() == 4 { DENY } else { "\0" }
}

/// Keys that no field has are refused.
pub(crate) const DENY: &str = "\0deny";

/// The place of a field's faults, by its kind: the field, or for `rest` the object itself.
#[allow(missing_docs, reason = "the kinds of fields")]
pub mod at {
    use crate::object::Object;
    use crate::validate::segment::Field;

    macro_rules! fields {
        ($($name:ident)*) => {$(
            pub const fn $name<T: Object>(field: &'static str) -> Field {
                Field(field, T::RENAMED)
            }
        )*};
    }

    fields! { required optional default }

    pub const fn rest<T: Object>(_: &'static str) {}
}

/// An object that is being written, field by field in their order. As with reading, the first error is kept.
pub struct Writer<S: Serializer> {
    map: Result<S::SerializeMap, S::Error>,
    fields: &'static [&'static str],
}

impl<S: Serializer> Writer<S> {
    /// Begins an object.
    #[inline]
    pub fn new<T: Object>(s: S) -> Self {
        Self { map: s.serialize_map(None), fields: T::FIELDS.get(1..).unwrap_or_default() }
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

/// Declares a struct that is read and written as an object, and checked.
///
/// Documentation of the struct stands inside, as `//!`. Each field is `kind name("key"): Type`; the key is left out where
/// it is the field's own text. The kinds are `required`, `optional` (the type is an `Option` or a
/// [`Patch`](crate::Patch)), `default`, which ends in `= value`, and `rest`: the last field, a map that keeps every other
/// key.
///
/// What must hold of a value beyond its type stands in brackets behind the type, with the names of
/// [`Checker`](crate::Checker)'s methods and what they take: `required name: String [length (1..=64)]`. Behind the fields
/// stands, in brackets too, what must hold of the object: `[schema (r#"{…}"#)]`.
///
/// What is done to a text before it is checked stands behind the type too, as functions of
/// [`sanitize`](crate::sanitize): `required name: String as (trim nfc) [length (1..=64)]`.
///
/// Without `rest`, keys that no field has are ignored, or refused with `deny` at the end. `except ["key", …]` behind that
/// says which keys are ignored all the same, as a client may send back what is readOnly. A duplicate key is always
/// refused.
///
/// ```
/// apiloom::object! { pub struct Pet {
///     //! A pet for sale.
///     /// What it is called
///     required name: String [length (1..=64)],
///     optional pet_id("petId"): Option<i64> [range (1..)],
///     default wild: bool = false,
/// } }
/// let pet: Pet = apiloom::dep::serde_json::from_str(r#"{"name": "Rex"}"#).unwrap();
/// assert_eq!(pet, Pet { name: "Rex".into(), pet_id: None, wild: false });
/// assert!(apiloom::Rules::check(&pet).is_ok());
/// ```
#[macro_export]
macro_rules! object {
    ($vis:vis struct $name:ident {
        $(#![$docs:meta])*
        $($(#[$field_docs:meta])* $kind:ident $field:ident $(($key:literal))?: $ty:ty $(as ($($clean:ident)+))?
            $([$($check:ident $(($($argument:tt)*))?)+])? $(= $default:expr)?),* $(,)?
    } $([$($whole:ident $(($($taken:tt)*))?)+])? $($tail:ident $([$($passed:literal),* $(,)?])?)*) => {
        $(#[$docs])*
        #[derive(Debug)]
        $vis struct $name {
            $($(#[$field_docs])* pub $field: $ty,)*
        }
        impl Clone for $name {
            fn clone(&self) -> Self {
                Self { $($field: self.$field.clone(),)* }
            }
        }
        impl PartialEq for $name {
            fn eq(&self, _other: &Self) -> bool {
                let mut _same = true;
                $(_same &= self.$field == _other.$field;)*
                _same
            }
        }
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                let mut _out = $crate::object::Writer::new::<Self>(s);
                $(_out.$kind(&self.$field);)*
                _out.end()
            }
        }
        impl<'de> $crate::dep::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::dep::serde::Deserializer<'de>>(d: D) -> ::core::result::Result<Self, D::Error> {
                $crate::object::read(d)
            }
        }
        impl $crate::object::Object for $name {
            const NAME: &'static str = ::core::stringify!($name);
            const FIELDS: &'static [&'static str] = &[
                $crate::object::mark(&[$(::core::stringify!($tail)),*]),
                $($crate::object::kind::$kind, ($($key,)? ::core::stringify!($field),).0,)*
                $($($($crate::object::kind::$tail, $passed,)*)?)*
            ];
            const RENAMED: &'static [(&'static str, &'static str)] = &[$($(($key, ::core::stringify!($field)),)?)*];
            fn read<'de, A: $crate::dep::serde::de::MapAccess<'de>>(
                mut fields: $crate::object::Fields<'de, A>,
            ) -> ::core::result::Result<Self, A::Error> {
                $(let mut $field = None;)*
                while fields.more() {
                    $(fields.$kind(&mut $field);)*
                }
                $($($crate::sanitize::Sanitize::sanitize(&mut $field, &[$($crate::sanitize::$clean),+]);)?)*
                $($(if $field.is_none() {
                    $field = Some($default);
                })?)*
                match fields.end() {
                    Ok(_filled) => Ok(Self { $($field: _filled.$kind($field),)* }),
                    Err(error) => Err(error),
                }
            }
        }
        impl $crate::Rules for $name {
            fn rules(&self, _v: &mut $crate::Checker) {
                $($(_v.$whole((), self $(, $($taken)*)?);)+)?
                $($(let at = $crate::object::at::$kind::<Self>(::core::stringify!($field));
                $(_v.$check(at, &self.$field $(, $($argument)*)?);)+)?)*
            }
        }
        impl $crate::dep::validator::Validate for $name {
            fn validate(&self) -> ::core::result::Result<(), $crate::dep::validator::ValidationErrors> {
                $crate::validate::bridge::validate(self)
            }
        }
    };
}

/// The key of a field: as given, or the field's own text.
#[doc(hidden)]
#[macro_export]
macro_rules! __key {
    ($field:ident) => {
        ::core::stringify!($field)
    };
    ($field:ident $key:tt) => {
        $key
    };
}

#[cfg(test)]
mod tests {
    use crate::Json;
    use std::collections::BTreeMap;

    object! { struct Open { required name: String, rest rest: BTreeMap<String, Json> } except ["id", "made"] }
    object! { struct Closed { required name("n"): String, default size: i64 = 3 } deny except ["id"] }

    #[test]
    fn keys_that_are_passed_over() {
        let open: Open =
            serde_json::from_str(r#"{"id": 1, "name": "a", "x": 2, "rest": 4, "made": {}}"#).unwrap();
        assert_eq!(open.rest.keys().collect::<Vec<_>>(), ["rest", "x"]);
        assert!(serde_json::from_str::<Open>(r#"{"id": 1, "name": "a", "id": 2}"#).is_err(), "twice");
        let closed: Closed = serde_json::from_str(r#"{"id": 1, "n": "a"}"#).unwrap();
        assert_eq!(closed, Closed { name: "a".to_owned(), size: 3 });
        assert!(serde_json::from_str::<Closed>(r#"{"ids": 1, "n": "a"}"#).is_err());
        assert!(
            serde_json::from_str::<Closed>(r#"{"name": "a"}"#).is_err(),
            "the field's own name is no key"
        );
        assert_eq!(serde_json::to_string(&closed).unwrap(), r#"{"n":"a","size":3}"#);
    }
}
