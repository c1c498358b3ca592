//! Single values, which most parameters are, without a detour over JSON.

use crate::json::node::Node;
use serde::ser::{Impossible, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// It is none: a list, an object, or a number that JSON spells in its own way.
#[derive(Debug)]
pub(super) struct Other;

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no single value")
    }
}

impl std::error::Error for Other {}

impl serde::ser::Error for Other {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Takes texts, integers and `true` and `false`.
pub(super) struct Single;

type Parts = Impossible<Node<'static>, Other>;
type Taken = Result<Node<'static>, Other>;

macro_rules! integers {
    ($($name:ident $of:ty)*) => {$(
        fn $name(self, value: $of) -> Taken {
            Ok(Node::Number(value.into()))
        }
    )*};
}

macro_rules! others {
    ($($name:ident($($of:ty),*) $(-> $part:ty)?;)*) => {$(
        fn $name(self, $(_: $of),*) -> others!(@ $($part)?) {
            Err(Other)
        }
    )*};
    (@) => { Taken };
    (@ $part:ty) => { Result<$part, Other> };
}

impl Serializer for Single {
    type Ok = Node<'static>;
    type Error = Other;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    integers! {
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64
    }

    others! {
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_seq(Option<usize>) -> Parts;
        serialize_tuple(usize) -> Parts;
        serialize_tuple_struct(&'static str, usize) -> Parts;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Parts;
        serialize_map(Option<usize>) -> Parts;
        serialize_struct(&'static str, usize) -> Parts;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Parts;
    }

    fn serialize_bool(self, value: bool) -> Taken {
        Ok(Node::Bool(value))
    }

    fn serialize_char(self, value: char) -> Taken {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Taken {
        Ok(Node::String(Cow::Owned(value.to_owned())))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Taken {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Taken {
        Ok(Node::String(Cow::Borrowed(variant)))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Taken {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Taken {
        Err(Other)
    }
}
