//! `string_enum!` and `integer_enum!`: a fixed list of allowed values; `open_enum!`: a list of known ones.

use crate::json::tree::WORD;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// An enum whose values are words; implemented by [`string_enum!`](crate::string_enum!).
pub trait Words: Sized + Copy + 'static {
    /// The type's name.
    const NAME: &'static str;
    /// The words, in the order of [`Words::VALUES`].
    const WORDS: &'static [&'static str];
    /// The values.
    const VALUES: &'static [Self];

    /// The value of a word.
    fn of(word: &str) -> Option<Self> {
        let index = Self::WORDS.iter().position(|known| *known == word)?;
        Self::VALUES.get(index).copied()
    }
}

/// An enum whose values are integers; implemented by [`integer_enum!`](crate::integer_enum!).
pub trait Numbers: Sized + Copy + 'static {
    /// The numbers, in the order of [`Numbers::VALUES`].
    const NUMBERS: &'static [i64];
    /// The values.
    const VALUES: &'static [Self];

    /// The value of a number.
    fn of(number: i64) -> Option<Self> {
        let index = Self::NUMBERS.iter().position(|known| *known == number)?;
        Self::VALUES.get(index).copied()
    }
}

/// A text is none of the words of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownValue {
    allowed: &'static [&'static str],
}

impl UnknownValue {
    /// For an enum with these words.
    pub const fn new(allowed: &'static [&'static str]) -> Self {
        Self { allowed }
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is not one of: {}", self.allowed.join(", "))
    }
}

impl std::error::Error for UnknownValue {}

/// What fieldless enums can do without their own values being known: they compare by their place.
#[doc(hidden)]
#[macro_export]
macro_rules! __plain_enum {
    ($name:ident) => {
        impl Copy for $name {}
        impl Clone for $name {
            fn clone(&self) -> Self {
                *self
            }
        }
        impl Eq for $name {}
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                *self as usize == *other as usize
            }
        }
        impl ::core::hash::Hash for $name {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                state.write_usize(*self as usize);
            }
        }
        impl $crate::Rules for $name {}
        impl $crate::dep::validator::Validate for $name {
            fn validate(&self) -> ::core::result::Result<(), $crate::dep::validator::ValidationErrors> {
                Ok(())
            }
        }
    };
}

/// Reads a word.
///
/// # Errors
/// Not a string, or not one of the words.
pub fn read_word<'de, T: Words, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    d.deserialize_newtype_struct(WORD, WordVisitor(PhantomData))
}

/// What stands between the words of an enum where it says what it expects.
pub(crate) const BETWEEN: char = '\0';

struct WordVisitor<T>(PhantomData<T>);

impl<'de, T: Words> Visitor<'de> for WordVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&T::WORDS.join(&BETWEEN.to_string()))
    }
    fn visit_str<E: Error>(self, word: &str) -> Result<T, E> {
        T::of(word).ok_or_else(|| E::custom(UnknownValue::new(T::WORDS)))
    }
    /// From the format itself: a string. An enum of serde could be an object too, `{"word": null}`.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<T, D::Error> {
        d.deserialize_str(self)
    }
}

/// Reads a word of a list that is open.
///
/// # Errors
/// Not a string.
pub fn read_open<'de, T: for<'a> From<&'a str>, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    d.deserialize_str(OpenVisitor(PhantomData))
}

struct OpenVisitor<T>(PhantomData<T>);

impl<T: for<'a> From<&'a str>> Visitor<'_> for OpenVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }
    fn visit_str<E: Error>(self, word: &str) -> Result<T, E> {
        Ok(T::from(word))
    }
}

/// Reads a number.
///
/// # Errors
/// Not an integer, or not one of the numbers.
pub fn read_number<'de, T: Numbers, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    d.deserialize_i64(NumberVisitor(PhantomData))
}

struct NumberVisitor<T>(PhantomData<T>);

impl<T: Numbers> NumberVisitor<T> {
    fn list() -> String {
        T::NUMBERS.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }
}

impl<T: Numbers> Visitor<'_> for NumberVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of: {}", Self::list())
    }
    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::of(number).ok_or_else(|| E::custom(format_args!("is not one of: {}", Self::list())))
    }
    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// Prints the name of a variant, which has this place among the `names`.
///
/// # Errors
/// Those of the formatter.
pub fn show(names: &'static str, place: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(names.split_whitespace().nth(place).unwrap_or_default())
}

/// The value of a word.
///
/// # Errors
/// It is none of the words.
pub fn parse<T: Words>(word: &str) -> Result<T, UnknownValue> {
    T::of(word).ok_or(UnknownValue::new(T::WORDS))
}

/// Declares an enum of words that is read, written, printed and parsed as such. Documentation of the enum stands inside,
/// as `//!`.
///
/// ```
/// apiloom::string_enum! { pub enum Status { Available = "available", Sold = "sold" } }
/// assert_eq!("sold".parse::<Status>().unwrap().as_str(), "sold");
/// assert_eq!(Status::ALL, [Status::Available, Status::Sold]);
/// ```
#[macro_export]
macro_rules! string_enum {
    ($vis:vis enum $name:ident {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident = $word:literal),+ $(,)?
    }) => {
        $(#[$docs])*
        $vis enum $name { $($(#[$variant_docs])* $variant),+ }
        $crate::__plain_enum! { $name }
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::enums::show(::core::stringify!($($variant)+), *self as usize, f)
            }
        }
        impl $crate::enums::Words for $name {
            const NAME: &'static str = ::core::stringify!($name);
            const WORDS: &'static [&'static str] = &[$($word),+];
            const VALUES: &'static [Self] = Self::ALL;
        }
        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The value as it is on the wire.
            #[must_use]
            pub const fn as_str(&self) -> &'static str {
                <Self as $crate::enums::Words>::WORDS[*self as usize]
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl ::core::str::FromStr for $name {
            type Err = $crate::enums::UnknownValue;
            fn from_str(word: &str) -> ::core::result::Result<Self, Self::Err> {
                $crate::enums::parse(word)
            }
        }
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }
        impl<'de> $crate::dep::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::dep::serde::Deserializer<'de>>(d: D) -> ::core::result::Result<Self, D::Error> {
                $crate::enums::read_word(d)
            }
        }
    };
}

/// What open enums can do by their text: a known word in the variant for others is the same value.
#[doc(hidden)]
#[macro_export]
macro_rules! __as_text {
    ($name:ident) => {
        impl Eq for $name {}
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }
        impl ::core::hash::Hash for $name {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }
        impl $crate::Rules for $name {}
        impl $crate::dep::validator::Validate for $name {
            fn validate(&self) -> ::core::result::Result<(), $crate::dep::validator::ValidationErrors> {
                Ok(())
            }
        }
    };
}

/// Declares an enum of known words that takes any other text too, and gives it back as it came. Behind `or` stands the
/// variant for those. Documentation of the enum stands inside, as `//!`.
///
/// ```
/// apiloom::open_enum! { pub enum Status or Other { Available = "available", Sold = "sold" } }
/// assert_eq!(Status::from("sold"), Status::Sold);
/// assert_eq!(Status::from("lent").as_str(), "lent");
/// assert_eq!(Status::KNOWN, [Status::Available, Status::Sold]);
/// ```
#[macro_export]
macro_rules! open_enum {
    ($vis:vis enum $name:ident or $other:ident {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident = $word:literal),+ $(,)?
    }) => {
        $(#[$docs])*
        #[derive(Debug, Clone)]
        $vis enum $name {
            $($(#[$variant_docs])* $variant,)+
            /// Any other text.
            $other(::std::string::String),
        }
        impl $name {
            /// Every value that is known.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];
            /// The value as it is on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::$other(text) => text,
                }
            }
        }
        $crate::__as_text! { $name }
        impl ::core::convert::From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    _ => Self::$other(::std::borrow::ToOwned::to_owned(word)),
                }
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;
            fn from_str(word: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(word))
            }
        }
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }
        impl<'de> $crate::dep::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::dep::serde::Deserializer<'de>>(d: D) -> ::core::result::Result<Self, D::Error> {
                $crate::enums::read_open(d)
            }
        }
    };
}

/// Declares an enum of integers that is read, written and printed as such. Documentation of the enum stands inside, as
/// `//!`.
///
/// ```
/// apiloom::integer_enum! { pub enum Level { Low = 1, Below = -1 } }
/// assert_eq!(Level::Below.as_i64(), -1);
/// ```
#[macro_export]
macro_rules! integer_enum {
    ($vis:vis enum $name:ident {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident = $number:literal),+ $(,)?
    }) => {
        $(#[$docs])*
        #[derive(Debug)]
        $vis enum $name { $($(#[$variant_docs])* $variant),+ }
        $crate::__plain_enum! { $name }
        impl $crate::enums::Numbers for $name {
            const NUMBERS: &'static [i64] = &[$($number),+];
            const VALUES: &'static [Self] = Self::ALL;
        }
        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The value as it is on the wire.
            #[must_use]
            pub const fn as_i64(&self) -> i64 {
                <Self as $crate::enums::Numbers>::NUMBERS[*self as usize]
            }
        }
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(&self.as_i64(), f)
            }
        }
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                s.serialize_i64(self.as_i64())
            }
        }
        impl<'de> $crate::dep::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::dep::serde::Deserializer<'de>>(d: D) -> ::core::result::Result<Self, D::Error> {
                $crate::enums::read_number(d)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    #![allow(unreachable_pub, reason = "the macro is for other crates")]
    use crate::json::decode;
    use crate::object;

    string_enum! { enum Light { Red = "red", Green = "green" } }
    object! { struct Lamp { required light: Light, optional other: Option<Light> } }

    #[test]
    fn a_word_is_a_string_and_nothing_else() {
        let told = |text: &str| -> Vec<String> {
            let faults = decode::<Lamp>(text.as_bytes()).err().unwrap_or_default();
            faults
                .iter()
                .map(|fault| format!("{} {} {}", fault.pointer(), fault.code, fault.detail))
                .collect()
        };
        assert!(told(r#"{"light":"red","other":"gre\u0065n"}"#).is_empty());
        let object = r#"{"light":{"red":null},"other":{"green":null}}"#;
        let wanted = [
            "/light type expected a string, found an object",
            "/other type expected a string, found an object",
        ];
        assert_eq!(told(object), wanted);
        assert_eq!(
            told(r#"{"light":null,"other":"blue"}"#),
            ["/light type expected a string, found null", "/other enum is not one of: red, green"]
        );
        let value = serde_json::json!({"light": "green"});
        assert_eq!(serde_json::from_value::<Lamp>(value).unwrap().light, Light::Green);
    }
}
