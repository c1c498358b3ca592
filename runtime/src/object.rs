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
        T::read(Fields { map, others: Keys::default(), error: None })
    }
}

/// The entries of an object that is being read. Its methods are named like the kinds of fields in `object!`.
pub struct Fields<'de, A: MapAccess<'de>> {
    map: A,
    others: Keys<'de>,
    error: Option<A::Error>,
}

/// No method here returns a `Result`: the first error is kept and ends the loop. In generated code each `?` costs the
/// compiler more than the call it follows.
impl<'de, A: MapAccess<'de>> Fields<'de, A> {
    /// The next key; none after the last one or an error.
    #[inline]
    pub fn key(&mut self) -> Option<Key<'de>> {
        if self.error.is_some() {
            return None;
        }
        match self.map.next_key() {
            Ok(key) => key,
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }

    #[inline]
    fn take<T, S: DeserializeSeed<'de, Value = T>>(&mut self, slot: &mut Option<T>, key: &Key<'de>, seed: S) {
        if slot.is_some() {
            self.twice(key.as_str());
            return;
        }
        match self.map.next_value_seed(seed) {
            Ok(value) => *slot = Some(value),
            Err(error) => self.error = Some(error),
        }
    }

    #[cold]
    fn twice(&mut self, key: &str) {
        self.error = Some(A::Error::custom(format_args!("duplicate field `{key}`")));
    }

    /// Reads a required field into its slot.
    #[inline]
    pub fn required<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>, key: Key<'de>) {
        self.take(slot, &key, Guarded(PhantomData));
    }

    /// Reads a field that has a default.
    #[inline]
    pub fn default<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>, key: Key<'de>) {
        self.take(slot, &key, Guarded(PhantomData));
    }

    /// Reads an optional field: `Option<T>` or `Patch<T>`.
    #[inline]
    pub fn optional<T: ReadOptional<'de>>(&mut self, slot: &mut Option<T>, key: Key<'de>) {
        self.take(slot, &key, OptionalSeed(PhantomData));
    }

    /// Keeps a key that no field has.
    pub fn rest<T: Deserialize<'de>>(&mut self, slot: &mut Option<BTreeMap<String, T>>, key: Key<'de>) {
        let key = key.into_string();
        let rest = slot.get_or_insert_default();
        if rest.contains_key(&key) {
            self.twice(&key);
            return;
        }
        match self.map.next_value_seed(Guarded(PhantomData)) {
            Ok(value) => _ = rest.insert(key, value),
            Err(error) => self.error = Some(error),
        }
    }

    /// Passes over a key that no field has; it must be unique all the same, and so must those inside.
    #[cold]
    pub fn ignore(&mut self, key: Key<'de>) {
        let passed = self.others.insert(key).and_then(|()| self.map.next_value::<Ignored>());
        if let Err(error) = passed {
            self.error = Some(error);
        }
    }

    /// Refuses a key that no field has.
    #[cold]
    pub fn deny(&mut self, key: Key<'de>) {
        self.error = Some(A::Error::custom(format_args!("unknown field `{}`", key.as_str())));
    }

    /// Is all well so far? Called between the last key and the building of the value.
    #[inline]
    pub fn end(&self) -> Option<()> {
        self.error.is_none().then_some(())
    }

    /// Why the value cannot be built: the first error, or the first of these keys that has no value.
    #[cold]
    pub fn refuse(self, missing: Option<&'static str>) -> A::Error {
        self.error.unwrap_or_else(|| A::Error::missing_field(missing.unwrap_or_default()))
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

/// The value of a required field; its key is noted if it is missing.
#[inline]
pub fn required<T>(slot: Option<T>, key: &'static str, missing: &mut Option<&'static str>) -> Option<T> {
    if slot.is_none() && missing.is_none() {
        *missing = Some(key);
    }
    slot
}

/// The value of an optional field.
#[inline]
#[allow(clippy::unnecessary_wraps, reason = "the kinds of fields are read alike")]
pub fn optional<T: Optional>(slot: Option<T>) -> Option<T> {
    Some(slot.unwrap_or_else(T::absent))
}

/// What was kept of other keys.
#[inline]
#[allow(clippy::unnecessary_wraps, reason = "the kinds of fields are read alike")]
pub fn rest<T>(slot: Option<BTreeMap<String, T>>) -> Option<BTreeMap<String, T>> {
    Some(slot.unwrap_or_default())
}

/// An object that is being written. As with reading, the first error is kept.
pub struct Writer<S: Serializer>(Result<S::SerializeMap, S::Error>);

impl<S: Serializer> Writer<S> {
    /// Begins an object.
    #[inline]
    pub fn new(s: S) -> Self {
        Self(s.serialize_map(None))
    }

    #[inline]
    fn entry<T: Serialize>(&mut self, key: &str, value: &T) {
        if let Ok(map) = &mut self.0
            && let Err(error) = map.serialize_entry(key, value)
        {
            self.0 = Err(error);
        }
    }

    /// Writes a field.
    #[inline]
    pub fn required<T: Serialize>(&mut self, key: &'static str, value: &T) {
        self.entry(key, value);
    }

    /// Writes a field that has a default.
    #[inline]
    pub fn default<T: Serialize>(&mut self, key: &'static str, value: &T) {
        self.entry(key, value);
    }

    /// Writes an optional field, unless it is absent.
    #[inline]
    pub fn optional<T: Optional + Serialize>(&mut self, key: &'static str, value: &T) {
        if !value.is_absent() {
            self.entry(key, value);
        }
    }

    /// Writes the entries of a map that holds what the fields do not.
    pub fn rest<T: Serialize>(&mut self, _: &'static str, rest: &BTreeMap<String, T>) {
        rest.iter().for_each(|(key, value)| self.entry(key, value));
    }

    /// Ends the object.
    ///
    /// # Errors
    /// What the format or a value has refused.
    #[inline]
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.0.and_then(SerializeMap::end)
    }
}

impl<S: Serializer> fmt::Debug for Writer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Writer").field(&self.0.as_ref().err()).finish()
    }
}

/// Declares a struct that is read and written as an object, deriving `Debug`, `Clone` and `PartialEq`.
///
/// Documentation of the struct stands inside, as `//!`. Each field is `kind name("key"): Type`; the key is left out where
/// it is the field's own text. The kinds are `required`, `optional` (the type is an `Option` or a
/// [`Patch`](crate::Patch)), `default`, which ends in `= value`, and `rest`: the last field, a map that keeps every other
/// key.
///
/// Without `rest`, keys that no field has are ignored, or refused with `deny` behind the fields. `except ["key", …]` at
/// the end says which keys are ignored all the same, as a client may send back what is readOnly. A duplicate key is
/// always refused.
///
/// ```
/// apiloom::object! { pub struct Pet {
///     //! A pet for sale.
///     /// What it is called
///     required name: String,
///     optional pet_id("petId"): Option<i64>,
///     default wild: bool = false,
/// } }
/// let pet: Pet = apiloom::dep::serde_json::from_str(r#"{"name": "Rex"}"#).unwrap();
/// assert_eq!(pet, Pet { name: "Rex".into(), pet_id: None, wild: false });
/// ```
#[macro_export]
macro_rules! object {
    ($vis:vis struct $name:ident $fields:tt) => {
        $crate::__object! { $vis $name $fields ignore "\0" [] }
    };
    ($vis:vis struct $name:ident $fields:tt except $passed:tt) => {
        $crate::__object! { $vis $name $fields ignore "\0" $passed }
    };
    ($vis:vis struct $name:ident $fields:tt deny $(except $passed:tt)?) => {
        $crate::__object! { $vis $name $fields deny "\0deny" [$($passed)?] }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($vis:vis $name:ident $fields:tt $tail:ident $mark:literal [[$($passed:literal),* $(,)?]]) => {
        $crate::__object! { $vis $name $fields $tail $mark [$($passed),*] }
    };
    ($vis:vis $name:ident {
        $(#![$docs:meta])*
        $($(#[$field_docs:meta])* $kind:ident $field:ident $(($key:literal))?: $ty:ty $(= $default:expr)?),* $(,)?
    } $tail:ident $mark:literal [$($passed:literal),*]) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq)]
        $vis struct $name {
            $($(#[$field_docs])* pub $field: $ty,)*
        }
        #[automatically_derived]
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "an object may have no fields")]
                let mut out = $crate::object::Writer::new(s);
                $(out.$kind($crate::__key!($field $($key)?), &self.$field);)*
                out.end()
            }
        }
        #[automatically_derived]
        impl<'de> $crate::dep::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::dep::serde::Deserializer<'de>>(d: D) -> ::core::result::Result<Self, D::Error> {
                $crate::object::read(d)
            }
        }
        #[automatically_derived]
        impl $crate::object::Object for $name {
            const NAME: &'static str = ::core::stringify!($name);
            const FIELDS: &'static [&'static str] = &[$mark,
                $($crate::object::kind::$kind, $crate::__key!($field $($key)?),)*
                $($crate::object::kind::except, $passed,)*];
            #[allow(unreachable_patterns, reason = "`rest` takes every key")]
            fn read<'de, A: $crate::dep::serde::de::MapAccess<'de>>(
                mut fields: $crate::object::Fields<'de, A>,
            ) -> ::core::result::Result<Self, A::Error> {
                $(let mut $field = ::core::option::Option::None;)*
                while let ::core::option::Option::Some(key) = fields.key() {
                    match key.as_str() {
                        $($passed => fields.ignore(key),)*
                        $($crate::__key_of!($kind $field $($key)?) => fields.$kind(&mut $field, key),)*
                        _ => fields.$tail(key),
                    }
                }
                #[allow(unused_mut, reason = "an object may have no fields")]
                let mut missing = ::core::option::Option::None;
                match (fields.end(), $($crate::__object_take!($kind $field missing [$($key)?] $($default)?),)*) {
                    (::core::option::Option::Some(()), $(::core::option::Option::Some($field),)*) => {
                        ::core::result::Result::Ok(Self { $($field,)* })
                    }
                    _ => ::core::result::Result::Err(fields.refuse(missing)),
                }
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

/// The pattern of a field's key.
#[doc(hidden)]
#[macro_export]
macro_rules! __key_of {
    (rest $field:ident) => {
        _
    };
    ($kind:ident $field:ident) => {
        ::core::stringify!($field)
    };
    ($kind:ident $field:ident $key:literal) => {
        $key
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object_take {
    (default $field:ident $missing:ident $key:tt $default:expr) => {
        match $field {
            ::core::option::Option::None => ::core::option::Option::Some($default),
            some => some,
        }
    };
    (required $field:ident $missing:ident [$($key:literal)?]) => {
        $crate::object::required($field, $crate::__key!($field $($key)?), &mut $missing)
    };
    ($kind:ident $field:ident $missing:ident $key:tt) => {
        $crate::object::$kind($field)
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
