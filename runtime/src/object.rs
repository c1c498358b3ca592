//! `object!`: reading and writing a struct as a JSON object, without serde's derives (they cost ten times as much to
//! check). One generic function a type; everything else is shared here.

use crate::json::strict::{Guard, Guarded, Keys};
use crate::patch::{Optional, ReadOptional};
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

pub use crate::json::strict::Key;

/// How one type reads its fields; implemented by [`object!`](crate::object!).
pub trait Object: Sized {
    /// The type's name.
    const NAME: &'static str;
    /// The tail (`"\0"`, `"\0deny"` or `"\0collect"`), then for each field its kind (`"\0required"` …) and its key.
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
        T::read(Fields { map, others: Keys::default(), lifetime: PhantomData })
    }
}

/// The entries of an object that is being read. Its methods are named like the kinds of fields in `object!`.
#[derive(Debug)]
pub struct Fields<'de, A> {
    map: A,
    others: Keys<'de>,
    lifetime: PhantomData<&'de ()>,
}

impl<'de, A: MapAccess<'de>> Fields<'de, A> {
    /// The next key.
    ///
    /// # Errors
    /// What the format refuses.
    #[inline]
    pub fn key(&mut self) -> Result<Option<Key<'de>>, A::Error> {
        self.map.next_key()
    }

    /// Reads a required field into its slot.
    ///
    /// # Errors
    /// A duplicate key, or what the value refuses.
    #[inline]
    pub fn required<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>, key: &'static str) -> Result<(), A::Error> {
        if slot.is_some() {
            return Err(A::Error::duplicate_field(key));
        }
        *slot = Some(self.map.next_value_seed(Guarded(PhantomData))?);
        Ok(())
    }

    /// Reads a field that has a default.
    ///
    /// # Errors
    /// A duplicate key, or what the value refuses.
    #[inline]
    pub fn default<T: Deserialize<'de>>(&mut self, slot: &mut Option<T>, key: &'static str) -> Result<(), A::Error> {
        self.required(slot, key)
    }

    /// Reads an optional field: `Option<T>` or `Patch<T>`.
    ///
    /// # Errors
    /// A duplicate key, or what the value refuses.
    #[inline]
    pub fn optional<T: ReadOptional<'de>>(&mut self, slot: &mut Option<T>, key: &'static str) -> Result<(), A::Error> {
        if slot.is_some() {
            return Err(A::Error::duplicate_field(key));
        }
        *slot = Some(self.map.next_value_seed(OptionalSeed(PhantomData))?);
        Ok(())
    }

    /// Passes over a key that no field has.
    ///
    /// # Errors
    /// A duplicate key, here or inside the value.
    #[cold]
    pub fn ignore(&mut self, key: Key<'de>) -> Result<(), A::Error> {
        self.others.insert(key)?;
        self.map.next_value::<crate::json::strict::Ignored>()?;
        Ok(())
    }

    /// Refuses a key that no field has.
    ///
    /// # Errors
    /// Always.
    #[cold]
    pub fn deny(&mut self, key: &Key<'de>) -> Result<(), A::Error> {
        Err(A::Error::custom(format_args!("unknown field `{}`", key.as_str())))
    }

    /// Keeps a key that no field has.
    ///
    /// # Errors
    /// A duplicate key, or what the value refuses.
    pub fn collect<T: Deserialize<'de>>(&mut self, rest: &mut BTreeMap<String, T>, key: Key<'de>) -> Result<(), A::Error> {
        let key = key.into_string();
        if rest.contains_key(&key) {
            return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
        }
        let value = self.map.next_value_seed(Guarded(PhantomData))?;
        rest.insert(key, value);
        Ok(())
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

/// The value of a required field.
///
/// # Errors
/// The field is missing.
#[inline]
pub fn required<T, E: serde::de::Error>(slot: Option<T>, key: &'static str) -> Result<T, E> {
    slot.ok_or_else(|| E::missing_field(key))
}

/// The value of an optional field.
#[inline]
pub fn optional<T: Optional>(slot: Option<T>) -> T {
    slot.unwrap_or_else(T::absent)
}

/// Writes an optional field, unless it is absent.
///
/// # Errors
/// What the format or the value refuses.
#[inline]
pub fn write_optional<M: SerializeMap, T: Optional + Serialize>(out: &mut M, key: &'static str, value: &T) -> Result<(), M::Error> {
    if value.is_absent() { Ok(()) } else { out.serialize_entry(key, value) }
}

/// Writes the entries of a map that holds what the fields do not.
///
/// # Errors
/// What the format or a value refuses.
pub fn write_rest<M: SerializeMap, T: Serialize>(out: &mut M, rest: &BTreeMap<String, T>) -> Result<(), M::Error> {
    rest.iter().try_for_each(|(key, value)| out.serialize_entry(key, value))
}

/// Reads and writes a struct as an object.
///
/// Each field is `name: kind "key"`, with the kinds `required`, `optional` (the field is an `Option` or a
/// [`Patch`](crate::Patch)) and `default "key" (value)`. After the fields: nothing (other keys are ignored), `deny`
/// (they are refused) or `collect field` (they are kept in that map). A duplicate key is always refused.
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
    ($name:ident $fields:tt) => { $crate::__object! { $name $fields ignore "\0" } };
    ($name:ident $fields:tt deny) => { $crate::__object! { $name $fields deny "\0deny" } };
    ($name:ident $fields:tt collect $rest:ident) => { $crate::__object! { $name $fields collect "\0collect" $rest } };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object {
    ($name:ident { $($field:ident: $kind:ident $key:literal $(($default:expr))?),* $(,)? } $tail:ident $mark:literal $($rest:ident)?) => {
        #[automatically_derived]
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "an object may have no fields")]
                let mut out = s.serialize_map(::core::option::Option::None)?;
                $($crate::__object_write!($kind out $key self.$field);)*
                $($crate::object::write_rest(&mut out, &self.$rest)?;)?
                $crate::dep::serde::ser::SerializeMap::end(out)
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
            const FIELDS: &'static [&'static str] = &[$mark, $(::core::concat!("\0", ::core::stringify!($kind)), $key,)*];
            fn read<'de, A: $crate::dep::serde::de::MapAccess<'de>>(
                mut fields: $crate::object::Fields<'de, A>,
            ) -> ::core::result::Result<Self, A::Error> {
                $(let mut $field = ::core::option::Option::None;)*
                $(let mut $rest = ::std::collections::BTreeMap::new();)?
                while let ::core::option::Option::Some(key) = fields.key()? {
                    match key.as_str() {
                        $($key => fields.$kind(&mut $field, $key)?,)*
                        _ => $crate::__object_other!($tail fields key $($rest)?),
                    }
                }
                ::core::result::Result::Ok(Self {
                    $($field: $crate::__object_take!($kind $field $key $(($default))?),)*
                    $($rest,)?
                })
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object_write {
    (optional $out:ident $key:literal $value:expr) => {
        $crate::object::write_optional(&mut $out, $key, &$value)?
    };
    ($kind:ident $out:ident $key:literal $value:expr) => {
        $crate::dep::serde::ser::SerializeMap::serialize_entry(&mut $out, $key, &$value)?
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object_other {
    (ignore $fields:ident $key:ident) => { $fields.ignore($key)? };
    (deny $fields:ident $key:ident) => { $fields.deny(&$key)? };
    (collect $fields:ident $key:ident $rest:ident) => { $fields.collect(&mut $rest, $key)? };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __object_take {
    (required $field:ident $key:literal) => { $crate::object::required($field, $key)? };
    (optional $field:ident $key:literal) => { $crate::object::optional($field) };
    (default $field:ident $key:literal ($default:expr)) => {
        match $field {
            ::core::option::Option::Some(value) => value,
            ::core::option::Option::None => $default,
        }
    };
}
