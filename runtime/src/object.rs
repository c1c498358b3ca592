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
    /// The tail (`"\0"`, `"\0deny"` or `"\0collect"`), then for each field its kind (`"\0required"` …) and its
    /// key; the kind `"\0except"` is of keys that are ignored.
    const FIELDS: &'static [&'static str];
    /// Reads the fields until there are no more.
    ///
    /// # Errors
    /// What the map or a field refuses, a duplicate key, a missing required field.
    fn read<'de, A: MapAccess<'de>>(fields: Fields<'de, A>) -> Result<Self, A::Error>;
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
    fn take<T, S: DeserializeSeed<'de, Value = T>>(
        &mut self,
        slot: &mut Option<T>,
        key: &'static str,
        seed: S,
    ) {
        if slot.is_some() {
            self.error = Some(A::Error::duplicate_field(key));
            return;
        }
        match self.map.next_value_seed(seed) {
            Ok(value) => *slot = Some(value),
            Err(error) => self.error = Some(error),
        }
    }

    /// Reads a required field into its slot.
    #[inline]
    pub fn required<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>, key: &'static str) {
        self.take(slot, key, Guarded(PhantomData));
    }

    /// Reads a field that has a default.
    #[inline]
    pub fn default<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>, key: &'static str) {
        self.take(slot, key, Guarded(PhantomData));
    }

    /// Reads an optional field: `Option<T>` or `Patch<T>`.
    #[inline]
    pub fn optional<T: ReadOptional<'de>>(&mut self, slot: &mut Option<T>, key: &'static str) {
        self.take(slot, key, OptionalSeed(PhantomData));
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

    /// Keeps a key that no field has.
    pub fn collect<T: Deserialize<'de>>(&mut self, rest: &mut BTreeMap<String, T>, key: Key<'de>) {
        let key = key.into_string();
        if rest.contains_key(&key) {
            self.error = Some(A::Error::custom(format_args!("duplicate field `{key}`")));
            return;
        }
        match self.map.next_value_seed(Guarded(PhantomData)) {
            Ok(value) => _ = rest.insert(key, value),
            Err(error) => self.error = Some(error),
        }
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
pub fn optional<T: Optional>(slot: Option<T>, _: &'static str, _: &mut Option<&'static str>) -> Option<T> {
    Some(slot.unwrap_or_else(T::absent))
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
    pub fn rest<T: Serialize>(&mut self, rest: &BTreeMap<String, T>) {
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

/// Reads and writes a struct as an object.
///
/// Each field is `name: kind "key"`, with the kinds `required`, `optional` (the field is an `Option` or a
/// [`Patch`](crate::Patch)) and `default "key" (value)`. After the fields: nothing (other keys are ignored), `deny`
/// (they are refused) or `collect field` (they are kept in that map). The latter two may be followed by
/// `except ["key", …]`: such keys are ignored all the same, as a client may send back what is readOnly. A duplicate key
/// is always refused.
///
/// ```
/// #[derive(Debug, PartialEq)]
/// pub struct Pet { pub name: String, pub id: Option<i64> }
/// apiloom::object! { Pet { name: required "name", id: optional "id" } }
/// let pet: Pet = apiloom::dep::serde_json::from_str(r#"{"name": "Rex"}"#).unwrap();
/// assert_eq!(pet, Pet { name: "Rex".into(), id: None });
/// ```
#[macro_export]
macro_rules! object {
    ($name:ident $fields:tt) => {
        $crate::__object! { $name $fields ignore "\0" [] }
    };
    ($name:ident $fields:tt deny $(except $passed:tt)?) => {
        $crate::__object! { $name $fields deny "\0deny" [$($passed)?] }
    };
    ($name:ident $fields:tt collect $rest:ident $(except $passed:tt)?) => {
        $crate::__object! { $name $fields collect "\0collect" [$($passed)?] $rest }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($name:ident { $($field:ident: $kind:ident $key:literal $(($default:expr))?),* $(,)? } $tail:ident $mark:literal [$([$($passed:literal),+ $(,)?])?] $($rest:ident)?) => {
        #[automatically_derived]
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "an object may have no fields")]
                let mut out = $crate::object::Writer::new(s);
                $(out.$kind($key, &self.$field);)*
                $(out.rest(&self.$rest);)?
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
            const FIELDS: &'static [&'static str] = &[$mark, $(::core::concat!("\0", ::core::stringify!($kind)), $key,)* $($("\0except", $passed,)+)?];
            fn read<'de, A: $crate::dep::serde::de::MapAccess<'de>>(
                mut fields: $crate::object::Fields<'de, A>,
            ) -> ::core::result::Result<Self, A::Error> {
                $(let mut $field = ::core::option::Option::None;)*
                $(let mut $rest = ::std::collections::BTreeMap::new();)?
                while let ::core::option::Option::Some(key) = fields.key() {
                    match key.as_str() {
                        $($key => fields.$kind(&mut $field, $key),)*
                        $($($passed)|+ => fields.ignore(key),)?
                        _ => fields.$tail($(&mut $rest,)? key),
                    }
                }
                #[allow(unused_mut, reason = "an object may have no fields")]
                let mut missing = ::core::option::Option::None;
                match (fields.end(), $($crate::__object_take!($kind $field $key missing $(($default))?),)*) {
                    (::core::option::Option::Some(()), $(::core::option::Option::Some($field),)*) => {
                        ::core::result::Result::Ok(Self { $($field,)* $($rest,)? })
                    }
                    _ => ::core::result::Result::Err(fields.refuse(missing)),
                }
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object_take {
    (default $field:ident $key:literal $missing:ident ($default:expr)) => {
        match $field {
            ::core::option::Option::None => ::core::option::Option::Some($default),
            some => some,
        }
    };
    ($kind:ident $field:ident $key:literal $missing:ident) => {
        $crate::object::$kind($field, $key, &mut $missing)
    };
}

#[cfg(test)]
mod tests {
    use crate::Json;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq)]
    struct Open {
        name: String,
        rest: BTreeMap<String, Json>,
    }
    object! { Open { name: required "name" } collect rest except ["id", "made"] }

    #[derive(Debug, PartialEq)]
    struct Closed {
        name: String,
    }
    object! { Closed { name: required "name" } deny except ["id"] }

    #[test]
    fn keys_that_are_passed_over() {
        let open: Open = serde_json::from_str(r#"{"id": 1, "name": "a", "x": 2, "made": {}}"#).unwrap();
        assert_eq!(open.rest.keys().collect::<Vec<_>>(), ["x"]);
        assert!(serde_json::from_str::<Open>(r#"{"id": 1, "name": "a", "id": 2}"#).is_err(), "twice");
        let closed: Closed = serde_json::from_str(r#"{"id": 1, "name": "a"}"#).unwrap();
        assert_eq!(closed, Closed { name: "a".to_owned() });
        assert!(serde_json::from_str::<Closed>(r#"{"ids": 1, "name": "a"}"#).is_err());
    }
}
