//! The short way to a parameter: the one text of a number, a string or an enumeration, without escapes. Whatever else it
//! may be, it is read the long way, which knows what is wrong with it.

use super::style::{Spec, Style};
use crate::fault::Place;
use crate::json::tree::WORD;
use serde::de::{self, Deserializer, Visitor};
use std::fmt;

/// May this text be read the short way? It means the same in every place, whether escapes are looked for or not.
pub(crate) fn is_plain(spec: Spec, text: &str) -> bool {
    let style = match spec.place {
        Place::Path | Place::Header => Style::Simple,
        Place::Query => Style::Form,
        Place::Body | Place::Cookie => return false,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    spec.style == style && !spec.whole && !text.is_empty() && text.bytes().all(plain)
}

/// A text that is plain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain<'t>(pub(crate) &'t str);

/// It has to be read the long way.
#[derive(Debug)]
pub(crate) struct NotPlain;

impl fmt::Display for NotPlain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not plain")
    }
}

impl std::error::Error for NotPlain {}

impl de::Error for NotPlain {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident;)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, v: V) -> Result<V::Value, NotPlain> {
            v.$visit(self.0.parse().map_err(|_| NotPlain)?)
        }
    )*};
}

macro_rules! texts {
    ($($method:ident)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, v: V) -> Result<V::Value, NotPlain> {
            v.visit_str(self.0)
        }
    )*};
}

impl<'de> Deserializer<'de> for Plain<'_> {
    type Error = NotPlain;

    numbers! {
        deserialize_i8 visit_i64; deserialize_i16 visit_i64; deserialize_i32 visit_i64; deserialize_i64 visit_i64;
        deserialize_u8 visit_u64; deserialize_u16 visit_u64; deserialize_u32 visit_u64; deserialize_u64 visit_u64;
    }
    texts! { deserialize_str deserialize_string }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, v: V) -> Result<V::Value, NotPlain> {
        v.visit_some(self)
    }
    #[inline]
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        v: V,
    ) -> Result<V::Value, NotPlain> {
        v.visit_str(self.0)
    }
    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        v: V,
    ) -> Result<V::Value, NotPlain> {
        if name == WORD { v.visit_str(self.0) } else { Err(NotPlain) }
    }
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    serde::forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}
