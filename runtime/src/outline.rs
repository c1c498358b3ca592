//! What a value looks like from the outside: enough to choose the variant of a union by.

use crate::json::tree::NODE;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// What can be seen of a value without reading it.
#[derive(Debug, Default)]
pub enum Outline {
    /// There is none: a placeholder is wanted.
    #[default]
    Ghost,
    /// `null`
    Null,
    /// A boolean.
    Bool,
    /// A number without a fraction.
    Integer,
    /// A number with one.
    Number,
    /// A string.
    String,
    /// The text of a parameter: it may be read as any scalar.
    Text(String),
    /// A list.
    Array,
    /// An object: its keys, and the strings among its values.
    Object(Vec<(String, Option<String>)>),
}

impl<'de> Deserialize<'de> for Outline {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_newtype_struct(NODE, OutlineVisitor)
    }
}

struct OutlineVisitor;

impl<'de> Visitor<'de> for OutlineVisitor {
    type Value = Outline;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E: Error>(self) -> Result<Outline, E> {
        Ok(Outline::Null)
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<Outline, E> {
        Ok(Outline::Bool)
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<Outline, E> {
        Ok(Outline::Integer)
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<Outline, E> {
        Ok(Outline::Integer)
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Outline, E> {
        Ok(if value.fract() == 0.0 { Outline::Integer } else { Outline::Number })
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<Outline, E> {
        Ok(Outline::String)
    }
    fn visit_bytes<E: Error>(self, text: &[u8]) -> Result<Outline, E> {
        Ok(Outline::Text(String::from_utf8_lossy(text).into_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Outline, A::Error> {
        Ok(Outline::Array)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outline, A::Error> {
        let mut keys = Vec::new();
        while let Some(key) = map.next_key()? {
            keys.push((key, map.next_value::<Constant>()?.0));
        }
        Ok(Outline::Object(keys))
    }
}

/// A value if it is a string.
struct Constant(Option<String>);

impl<'de> Deserialize<'de> for Constant {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Constant;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Constant, E> {
                Ok(Constant(Some(text.to_owned())))
            }
            fn visit_unit<E: Error>(self) -> Result<Constant, E> {
                Ok(Constant(None))
            }
            fn visit_bool<E: Error>(self, _: bool) -> Result<Constant, E> {
                Ok(Constant(None))
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Constant, E> {
                Ok(Constant(None))
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<Constant, E> {
                Ok(Constant(None))
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Constant, E> {
                Ok(Constant(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Constant, A::Error> {
                Ok(Constant(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Constant, A::Error> {
                Ok(Constant(None))
            }
        }
        d.deserialize_any(Text)
    }
}
