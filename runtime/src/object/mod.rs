//! `object!`: reading and writing a struct as a JSON object, without serde's derives (they cost ten times as much to
//! check). A type says what its fields are; everything else is written here once.

mod fields;
mod names;
pub mod slot;
mod writer;

pub use crate::json::strict::Key;
pub use fields::Fields;
pub use names::Names;
pub use slot::Part;
pub use writer::Writer;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::Serializer;
use std::fmt;
use std::marker::PhantomData;

/// What a type says of its fields, so that it can be read, written, compared and shown; implemented by
/// [`object!`](crate::object!).
pub trait Object: Sized {
    /// The type's name.
    const NAME: &'static str;
    /// What is called otherwise on the wire: its key there, and the field.
    const RENAMED: &'static [(&'static str, &'static str)];
    /// The kinds and keys of the fields, as [`Names::all`] has them.
    fn names() -> &'static [&'static str];
    /// The fields, in groups of at most 32.
    type Slots: Part;
    /// The fields, to be looked at.
    fn refs(&self) -> <Self::Slots as Part>::Refs<'_>;
    /// The object of these values, with `sanitize` after what the schema asks to be done to its texts.
    fn fill(filled: <Self::Slots as Part>::Filled, sanitize: bool) -> Self;
}

/// Reads `T` from any serde format.
///
/// # Errors
/// What the format or a field refuses, a duplicate key, a missing required field.
#[inline]
pub fn read<'de, T: Object, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    d.deserialize_struct(T::NAME, T::names(), ObjectVisitor(PhantomData))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Object> Visitor<'de> for ObjectVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        read_fields(map)
    }
}

/// Reads the fields of `T` until there are no more.
///
/// # Errors
/// As [`read`].
#[inline]
pub(crate) fn read_fields<'de, T: Object, A: MapAccess<'de>>(map: A) -> Result<T, A::Error> {
    let mut fields = Fields::new(map, T::names());
    let mut partial = T::Slots::none();
    while fields.more() {
        T::Slots::read(&mut fields, &mut partial);
    }
    fields.end()?;
    Ok(T::fill(T::Slots::fill(partial), true))
}

/// Writes `value` into any serde format.
///
/// # Errors
/// What the format or a value refuses.
#[inline]
pub fn write<T: Object, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
    let mut out = Writer::new::<T>(s);
    T::Slots::write(value.refs(), &mut out);
    out.end()
}

/// Are all fields equal?
#[inline]
pub fn same<T: Object>(a: &T, b: &T) -> bool {
    T::Slots::same(a.refs(), b.refs())
}

/// A copy of `value`.
#[inline]
pub fn copy<T: Object>(value: &T) -> T {
    T::fill(T::Slots::copy(value.refs()), false)
}

/// Prints the fields with their names.
///
/// # Errors
/// Those of the formatter.
pub fn show<T: Object>(value: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_struct(T::NAME);
    let mut keys = T::names().iter().skip(2).step_by(2);
    T::Slots::each(value.refs(), &mut |value| {
        let key = keys.next().copied().unwrap_or_default();
        let field = T::RENAMED.iter().find(|(renamed, _)| *renamed == key);
        out.field(field.map_or(key, |(_, field)| *field), value);
    });
    out.finish()
}

/// The kinds of fields, as [`Names::all`] has them.
pub(crate) mod kind {
    /// Its key must be there.
    pub(crate) const REQUIRED: &str = "required";
    /// A map of every other key; it has no key of its own.
    pub(crate) const REST: &str = "rest";
    /// Not a field: a key that is ignored.
    pub(crate) const EXCEPT: &str = "except";

    /// Is it a field with a key of its own? As cheap as can be: it is asked for every key that is read.
    #[inline]
    pub(crate) const fn is_plain(kind: &str) -> bool {
        kind.len() > EXCEPT.len()
    }

    /// Must its key be there? As cheap as can be: it is asked for every field that has no value.
    #[inline]
    pub(crate) const fn is_required(kind: &str) -> bool {
        matches!(kind.as_bytes(), [b'r', .., b'd'])
    }
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

/// Declares a struct that is read and written as an object, and checked.
///
/// Documentation of the struct stands inside, as `//!`. Each field is `kind name("key"): Type`; the key is left out where
/// it is the field's own text. The kinds are `required`, `optional` (the type is an `Option` or a
/// [`Patch`](crate::Patch)), `default`, which ends in `= value`, and `rest`: the last field, a map that keeps every other
/// key. Behind each 32nd field stands `;` in place of the comma.
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
        $($($(#[$field_docs:meta])* $kind:ident $field:ident $(($key:literal))?: $ty:ty $(as ($($clean:ident)+))?
            $([$($check:ident $(($($argument:tt)*))?)+])? $(= $default:expr)?),+);* $(,)?
    } $([$($whole:ident $(($($taken:tt)*))?)+])? $($tail:ident $([$($passed:literal),* $(,)?])?)*) => {
        $(#[$docs])*
        $vis struct $name {
            $($($(#[$field_docs])* pub $field: $ty,)+)*
        }
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::object::show(self, f)
            }
        }
        impl Clone for $name {
            fn clone(&self) -> Self {
                $crate::object::copy(self)
            }
        }
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::object::same(self, other)
            }
        }
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::object::write(self, s)
            }
        }
        impl<'de> $crate::dep::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::dep::serde::Deserializer<'de>>(d: D) -> ::core::result::Result<Self, D::Error> {
                $crate::object::read(d)
            }
        }
        impl $crate::object::Object for $name {
            const NAME: &'static str = ::core::stringify!($name);
            const RENAMED: &'static [(&'static str, &'static str)] =
                &[$($($(($key, ::core::stringify!($field)),)?)+)*];
            fn names() -> &'static [&'static str] {
                static NAMES: $crate::object::Names = $crate::object::Names::new(
                    ::core::stringify!($($($kind $field)+)* $($tail)*),
                    &[$($($($passed),*)?)*],
                );
                NAMES.all(Self::RENAMED)
            }
            type Slots = ($(($($crate::object::slot::$kind<$ty>,)+),)*);
            fn refs(&self) -> <Self::Slots as $crate::object::Part>::Refs<'_> {
                ($(($(&self.$field,)+),)*)
            }
            fn fill(filled: <Self::Slots as $crate::object::Part>::Filled, _sanitize: bool) -> Self {
                let ($(($($field,)+),)*) = filled;
                $($($(let $field = match _sanitize {
                    true => $crate::sanitize::sanitized($field, &[$($crate::sanitize::$clean),+]),
                    false => $field,
                };)?)+)*
                Self { $($($field $(: $field.unwrap_or_else(|| $default))?,)+)* }
            }
        }
        impl $crate::Rules for $name {
            fn rules(&self, _v: &mut $crate::Checker) {
                $($(_v.$whole((), self $(, $($taken)*)?);)+)?
                $($($(let at = $crate::object::at::$kind::<Self>(::core::stringify!($field));
                $(_v.$check(at, &self.$field $(, $($argument)*)?);)+)?)+)*
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
