//! `tagged!` and `untagged!`: values that are one of several types, chosen by a tag or by their shape.
//!
//! The value is looked at once (which keys, which constants), the variant is chosen, and then only that variant is
//! read. So a fault inside a variant keeps its own place instead of "no variant matched".

use crate::json::node::Node;
use crate::json::sink::Sink;
use crate::json::strict::Guard;
use crate::json::tree::{ATTEMPT, Tree, UNION, WORD};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

pub use crate::json::tagging::write;
pub use crate::outline::Outline;

/// How a union reads itself; implemented by [`tagged!`](crate::tagged!) and [`untagged!`](crate::untagged!).
pub trait Union: Sized {
    /// Chooses the variant and reads it with `value.next_value()`.
    ///
    /// # Errors
    /// No variant fits, or the one that does refuses.
    fn pick<'de, A: MapAccess<'de>>(seen: &Outline, value: A) -> Result<Self, A::Error>;
}

/// Reads a union from any serde format.
///
/// # Errors
/// What [`Union::pick`] refuses.
pub fn read<'de, T: Union, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    d.deserialize_newtype_struct(UNION, UnionVisitor(PhantomData))
}

struct UnionVisitor<T>(PhantomData<T>);

struct Direct<T>(T);

impl<'de, T: Union> Deserialize<'de> for Direct<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        read(d).map(Direct)
    }
}

impl<'de, T: Union> Visitor<'de> for UnionVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one of several types")
    }
    /// From a tree: look, then choose.
    fn visit_map<A: MapAccess<'de>>(self, mut value: A) -> Result<T, A::Error> {
        let seen = value.next_key()?.unwrap_or_default();
        T::pick(&seen, value)
    }
    /// From any other format: hold the value in memory once.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<T, D::Error> {
        let node = Node::deserialize(Guard(d))?;
        let sink = Sink::strict(&node);
        let read = Tree::root(Some(&node), &sink).read(PhantomData::<Direct<T>>, None);
        let (faults, _) = sink.into_parts();
        match (read, faults.first()) {
            (Ok(Direct(value)), None) => Ok(value),
            (_, Some(fault)) => Err(D::Error::custom(format_args!("{}: {}", fault.pointer(), fault.detail))),
            (Err(refused), None) => Err(D::Error::custom(refused)),
        }
    }
}

/// The table of a tagged union.
#[derive(Debug)]
pub struct Tags {
    /// The key of the tag.
    pub key: &'static str,
    /// Every spelling of every variant.
    pub words: &'static [&'static str],
    /// The table of an object with nothing but the tag, for reading it alone.
    pub probe: &'static [&'static str],
}

/// The tag of a value. One that is missing or unknown is noted at its place, and the first one stands in for it.
///
/// # Errors
/// What the format refuses.
pub fn tag<'s, 'de, A: MapAccess<'de>>(
    tags: &'static Tags,
    seen: &'s Outline,
    value: &mut A,
) -> Result<&'s str, A::Error> {
    let found = match seen {
        Outline::Ghost => return Ok(tags.words.first().copied().unwrap_or_default()),
        Outline::Object(keys) => {
            keys.iter().find(|(key, _)| key == tags.key).and_then(|(_, word)| word.as_deref())
        }
        _ => None,
    };
    if let Some(word) = found.filter(|word| tags.words.contains(word)) {
        return Ok(word);
    }
    value.next_value_seed(Probe(tags))?;
    // The fault is noted; asking for the key again makes a placeholder of the value, so that the reading goes on.
    value.next_key::<serde::de::IgnoredAny>()?;
    Ok(tags.words.first().copied().unwrap_or_default())
}

/// Reads a value as an object that has nothing but the tag: so the fault stands at the tag, in the usual words.
struct Probe(&'static Tags);

impl<'de> serde::de::DeserializeSeed<'de> for Probe {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_struct("", self.0.probe, self)
    }
}

impl<'de> Visitor<'de> for Probe {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0.key {
                map.next_value_seed(Word(self.0.words))?;
            } else {
                map.next_value::<serde::de::IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Word(&'static [&'static str]);

impl<'de> serde::de::DeserializeSeed<'de> for Word {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_enum(WORD, self.0, self)
    }
}

impl<'de> Visitor<'de> for Word {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of: {}", self.0.join(", "))
    }
    fn visit_enum<A: serde::de::EnumAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Ok(())
    }
}

/// The shape of a variant.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A string.
    String,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// A boolean.
    Boolean,
    /// A list.
    Array,
    /// An object with these keys, each with the string it must hold, if it is fixed.
    Object(&'static [(&'static str, Option<&'static str>)]),
    /// `null`
    Null,
    /// Anything.
    Any,
}

impl Shape {
    fn fits(self, seen: &Outline) -> bool {
        match (self, seen) {
            (Self::Any, _)
            | (Self::String, Outline::String | Outline::Text(_))
            | (Self::Integer | Self::Number, Outline::Integer)
            | (Self::Number, Outline::Number)
            | (Self::Boolean, Outline::Bool)
            | (Self::Array, Outline::Array | Outline::Text(_))
            | (Self::Null, Outline::Null) => true,
            (Self::Integer, Outline::Text(text)) => text.parse::<i128>().is_ok(),
            (Self::Number, Outline::Text(text)) => text.parse::<f64>().is_ok(),
            (Self::Boolean, Outline::Text(text)) => text == "true" || text == "false",
            (Self::Object(wanted), Outline::Object(keys)) => wanted.iter().all(|(key, constant)| {
                keys.iter().any(|(name, text)| {
                    name == key && constant.is_none_or(|constant| text.as_deref() == Some(constant))
                })
            }),
            (_, _) => false,
        }
    }

    /// Is it of this kind at all, whatever its keys?
    fn is_near(self, seen: &Outline) -> bool {
        matches!((self, seen), (Self::Object(_), Outline::Object(_))) || self.fits(seen)
    }
}

/// Tries the variants whose shape fits, in order.
#[derive(Debug)]
pub struct Choice<'s> {
    seen: &'s Outline,
    only: Option<usize>,
}

impl<'s> Choice<'s> {
    /// Looks which of the shapes fit.
    pub fn new(shapes: &[Shape], seen: &'s Outline) -> Self {
        let only = |fits: fn(Shape, &Outline) -> bool| {
            let mut fitting =
                shapes.iter().enumerate().filter(|(_, shape)| fits(**shape, seen)).map(|(index, _)| index);
            (fitting.next(), fitting.next())
        };
        let only = match (seen, only(Shape::fits)) {
            (Outline::Ghost, _) => Some(0),
            (_, (Some(one), None)) => Some(one),
            (_, (None, _)) => match only(Shape::is_near) {
                (Some(one), None) => Some(one),
                _ => None,
            },
            _ => None,
        };
        Self { seen, only }
    }

    /// Reads a variant if its shape fits and nothing in it is wrong. The only one that fits is read in any case: its
    /// faults are those of the value.
    ///
    /// # Errors
    /// What the only variant refuses.
    pub fn attempt<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
        &self,
        index: usize,
        shape: Shape,
        value: &mut A,
    ) -> Result<Option<T>, A::Error> {
        if self.only == Some(index) {
            return value.next_value().map(Some);
        }
        if self.only.is_some() || !shape.fits(self.seen) {
            return Ok(None);
        }
        Ok(value.next_value::<Attempt<T>>().ok().map(|attempt| attempt.0))
    }
}

struct Attempt<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Attempt<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_newtype_struct(ATTEMPT, AttemptVisitor(PhantomData))
    }
}

struct AttemptVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for AttemptVisitor<T> {
    type Value = Attempt<T>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<Attempt<T>, D::Error> {
        T::deserialize(d).map(Attempt)
    }
}

/// The fault when no variant took the value.
pub fn none_fits<E: Error>(names: &[&str]) -> E {
    E::custom(format_args!("fits none of: {}", names.join(", ")))
}

/// Declares an enum whose variants are told apart by a tag. Documentation of the enum stands inside, as `//!`; what must
/// hold of a variant's value in brackets behind it, of the enum behind its braces, as in [`object!`](crate::object!).
///
/// ```
/// apiloom::object! { pub struct Cat { required pet_type("petType"): String, required lives: i64 } }
/// apiloom::tagged! { pub enum Animal "petType" { Cat(Cat) [nested] = "cat" | "Cat" } }
/// let Animal::Cat(cat) = apiloom::dep::serde_json::from_str(r#"{"petType": "Cat", "lives": 9}"#).unwrap();
/// assert_eq!(cat.lives, 9);
/// ```
#[macro_export]
macro_rules! tagged {
    ($vis:vis enum $name:ident $tag:literal {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident($ty:ty) $([$($check:ident $(($($argument:tt)*))?)+])?
            = $first:literal $(| $more:literal)*),+ $(,)?
    } $([$($whole:ident $(($($taken:tt)*))?)+])?) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq)]
        $vis enum $name { $($(#[$variant_docs])* $variant($ty)),+ }
        impl $crate::union::Union for $name {
            fn pick<'de, A: $crate::dep::serde::de::MapAccess<'de>>(
                seen: &$crate::union::Outline,
                mut value: A,
            ) -> ::core::result::Result<Self, A::Error> {
                static TAGS: $crate::union::Tags = $crate::union::Tags {
                    key: $tag,
                    words: &[$($first, $($more,)*)+],
                    probe: &["\0", "required", $tag],
                };
                match $crate::union::tag(&TAGS, seen, &mut value)? {
                    $($first $(| $more)* => $crate::dep::serde::de::MapAccess::next_value(&mut value).map(Self::$variant),)+
                    _ => ::core::result::Result::Err($crate::union::none_fits(TAGS.words)),
                }
            }
        }
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self { $(Self::$variant(value) => $crate::union::write(value, $tag, $first, s),)+ }
            }
        }
        impl $crate::Rules for $name {
            #[allow(unreachable_patterns, reason = "every variant may have rules")]
            fn rules(&self, _v: &mut $crate::Checker) {
                $($(_v.$whole((), self $(, $($taken)*)?);)+)?
                match self {
                    $($(Self::$variant(value) => {
                        $(_v.$check((), value $(, $($argument)*)?);)+
                    })?)+
                    _ => {}
                }
            }
        }
        $crate::__validate! { $name }
        $crate::__union_read! { $name }
    };
}

/// Declares an enum whose variants are told apart by their shape: `string`, `integer`, `number`, `boolean`, `array`,
/// `null`, `any`, or `object ["key", "key" = "constant"]` with the keys that it must have. Documentation and checks stand
/// as in [`tagged!`](crate::tagged!); `as (trim)` behind a type does this to its texts.
///
/// ```
/// apiloom::untagged! { pub enum Value { Text(String) = string, Count(i64) = integer } }
/// let value: Value = apiloom::dep::serde_json::from_str("3").unwrap();
/// assert_eq!(value, Value::Count(3));
/// ```
#[macro_export]
macro_rules! untagged {
    ($vis:vis enum $name:ident {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident($ty:ty) $(as ($($clean:ident)+))? $([$($check:ident $(($($argument:tt)*))?)+])?
            = $shape:ident $([$($key:literal $(= $constant:literal)?),* $(,)?])?),+ $(,)?
    } $([$($whole:ident $(($($taken:tt)*))?)+])?) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq)]
        $vis enum $name { $($(#[$variant_docs])* $variant($ty)),+ }
        impl $crate::union::Union for $name {
            fn pick<'de, A: $crate::dep::serde::de::MapAccess<'de>>(
                seen: &$crate::union::Outline,
                mut value: A,
            ) -> ::core::result::Result<Self, A::Error> {
                static SHAPES: &[$crate::union::Shape] =
                    &[$($crate::__shape!($shape $([$($key $(= $constant)?),*])?)),+];
                let choice = $crate::union::Choice::new(SHAPES, seen);
                let mut shapes = SHAPES.iter().copied().enumerate();
                $(if let ::core::option::Option::Some((index, shape)) = shapes.next()
                    && let ::core::option::Option::Some(payload) = choice.attempt(index, shape, &mut value)?
                {
                    $(let payload = $crate::sanitize::sanitized(payload, &[$($crate::sanitize::$clean),+]);)?
                    return ::core::result::Result::Ok(Self::$variant(payload));
                })+
                ::core::result::Result::Err($crate::union::none_fits(&[$(::core::stringify!($variant)),+]))
            }
        }
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                match self { $(Self::$variant(value) => $crate::dep::serde::Serialize::serialize(value, s),)+ }
            }
        }
        impl $crate::Rules for $name {
            #[allow(unreachable_patterns, reason = "every variant may have rules")]
            fn rules(&self, _v: &mut $crate::Checker) {
                $($(_v.$whole((), self $(, $($taken)*)?);)+)?
                match self {
                    $($(Self::$variant(value) => {
                        $(_v.$check((), value $(, $($argument)*)?);)+
                    })?)+
                    _ => {}
                }
            }
        }
        $crate::__validate! { $name }
        $crate::__union_read! { $name }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __union_read {
    ($name:ident) => {
        impl<'de> $crate::dep::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::dep::serde::Deserializer<'de>>(
                d: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::union::read(d)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __shape {
    (string) => { $crate::union::Shape::String };
    (integer) => { $crate::union::Shape::Integer };
    (number) => { $crate::union::Shape::Number };
    (boolean) => { $crate::union::Shape::Boolean };
    (array) => { $crate::union::Shape::Array };
    (null) => { $crate::union::Shape::Null };
    (any) => { $crate::union::Shape::Any };
    (object) => { $crate::union::Shape::Object(&[]) };
    (object [$($key:literal $(= $constant:literal)?),*]) => {
        $crate::union::Shape::Object(&[$(($key, $crate::__constant!($($constant)?))),*])
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __constant {
    () => {
        ::core::option::Option::None
    };
    ($constant:literal) => {
        ::core::option::Option::Some($constant)
    };
}
