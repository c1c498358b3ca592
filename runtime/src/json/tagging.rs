//! Writing a tagged union: the payload writes itself, and the tag is added where it did not.

use serde::Serialize;
use serde::ser::{Error, Impossible, SerializeMap, SerializeStruct, Serializer};
use std::fmt::{self, Write};

/// Writes a payload; if it has no entry for the tag, the tag comes last.
///
/// # Errors
/// What the format or the payload refuses, and a payload that is no object.
pub fn write<T: Serialize, S: Serializer>(
    payload: &T,
    tag: &'static str,
    word: &'static str,
    s: S,
) -> Result<S::Ok, S::Error> {
    payload.serialize(Tagging { inner: s, tag, word })
}

struct Tagging<S> {
    inner: S,
    tag: &'static str,
    word: &'static str,
}

struct TaggedMap<M> {
    map: M,
    tag: &'static str,
    word: &'static str,
    has_tag: bool,
}

macro_rules! refuse {
    ($($method:ident($($kind:ty),*))*) => {$(
        fn $method(self, $(_: $kind),*) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom("a tagged value must be an object"))
        }
    )*};
}

impl<S: Serializer> Serializer for Tagging<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Impossible<S::Ok, S::Error>;
    type SerializeTuple = Impossible<S::Ok, S::Error>;
    type SerializeTupleStruct = Impossible<S::Ok, S::Error>;
    type SerializeTupleVariant = Impossible<S::Ok, S::Error>;
    type SerializeMap = TaggedMap<S::SerializeMap>;
    type SerializeStruct = TaggedMap<S::SerializeMap>;
    type SerializeStructVariant = Impossible<S::Ok, S::Error>;

    refuse! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_u8(u8)
        serialize_u16(u16) serialize_u32(u32) serialize_u64(u64) serialize_f32(f32) serialize_f64(f64)
        serialize_char(char) serialize_str(&str) serialize_bytes(&[u8]) serialize_none() serialize_unit()
        serialize_unit_struct(&'static str) serialize_unit_variant(&'static str, u32, &'static str)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, S::Error> {
        Err(S::Error::custom("a tagged value must be an object"))
    }
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, S::Error> {
        Err(S::Error::custom("a tagged value must be an object"))
    }
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, S::Error> {
        Err(S::Error::custom("a tagged value must be an object"))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, S::Error> {
        Err(S::Error::custom("a tagged value must be an object"))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, S::Error> {
        Err(S::Error::custom("a tagged value must be an object"))
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        Ok(TaggedMap { map: self.inner.serialize_map(None)?, tag: self.tag, word: self.word, has_tag: false })
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, S::Error> {
        self.serialize_map(None)
    }
}

impl<M: SerializeMap> SerializeMap for TaggedMap<M> {
    type Ok = M::Ok;
    type Error = M::Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), M::Error> {
        self.has_tag |= is(key, self.tag);
        self.map.serialize_key(key)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), M::Error> {
        self.map.serialize_value(value)
    }
    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &V,
    ) -> Result<(), M::Error> {
        self.has_tag |= is(key, self.tag);
        self.map.serialize_entry(key, value)
    }
    fn end(mut self) -> Result<M::Ok, M::Error> {
        if !self.has_tag {
            self.map.serialize_entry(self.tag, self.word)?;
        }
        self.map.end()
    }
}

impl<M: SerializeMap> SerializeStruct for TaggedMap<M> {
    type Ok = M::Ok;
    type Error = M::Error;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        self.serialize_entry(key, value)
    }
    fn end(self) -> Result<M::Ok, M::Error> {
        SerializeMap::end(self)
    }
}

/// Is this key that word? A `Formatter` is a serializer of words, so nothing is allocated.
fn is<K: Serialize + ?Sized>(key: &K, word: &'static str) -> bool {
    struct Shown<'k, K: ?Sized>(&'k K);
    impl<K: Serialize + ?Sized> fmt::Display for Shown<'_, K> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.serialize(f)
        }
    }
    struct Rest(&'static str);
    impl fmt::Write for Rest {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let mut rest = Rest(word);
    write!(rest, "{}", Shown(key)).is_ok() && rest.0.is_empty()
}
