//! A value as the JSON that it is written as; what is absent is told apart from `null`.

use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::Serializer as Json;
use serde_json::{Error, Value};
use std::cell::Cell;

/// The JSON of a value; none for `None` and `Patch::Absent` (and `Patch::Null`: a schema of what is there says nothing
/// of it).
///
/// # Errors
/// The value cannot be written as JSON.
pub(crate) fn written(value: &(impl Serialize + ?Sized)) -> Result<Option<Value>, Error> {
    let absent = Cell::new(false);
    match value.serialize(Present(&absent)) {
        Ok(value) => Ok(Some(value)),
        Err(_) if absent.get() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes JSON; ends at once when there is nothing to write.
struct Present<'a>(&'a Cell<bool>);

macro_rules! scalars {
    ($($method:ident($kind:ty))*) => {$(
        fn $method(self, value: $kind) -> Result<Value, Error> {
            Json.$method(value)
        }
    )*};
}

type Of<T> = Result<T, Error>;

impl Serializer for Present<'_> {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = <Json as Serializer>::SerializeSeq;
    type SerializeTuple = <Json as Serializer>::SerializeTuple;
    type SerializeTupleStruct = <Json as Serializer>::SerializeTupleStruct;
    type SerializeTupleVariant = <Json as Serializer>::SerializeTupleVariant;
    type SerializeMap = <Json as Serializer>::SerializeMap;
    type SerializeStruct = <Json as Serializer>::SerializeStruct;
    type SerializeStructVariant = <Json as Serializer>::SerializeStructVariant;

    scalars! {
        serialize_bool(bool) serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64)
        serialize_i128(i128) serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
        serialize_u128(u128) serialize_f32(f32) serialize_f64(f64) serialize_char(char) serialize_str(&str)
        serialize_bytes(&[u8]) serialize_unit_struct(&'static str)
    }

    fn serialize_none(self) -> Result<Value, Error> {
        self.0.set(true);
        Err(Error::custom("nothing is there"))
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<Value, Error> {
        Json.serialize_unit()
    }
    fn serialize_unit_variant(
        self,
        name: &'static str,
        n: u32,
        variant: &'static str,
    ) -> Result<Value, Error> {
        Json.serialize_unit_variant(name, n, variant)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        n: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        Json.serialize_newtype_variant(name, n, variant, value)
    }
    fn serialize_seq(self, len: Option<usize>) -> Of<Self::SerializeSeq> {
        Json.serialize_seq(len)
    }
    fn serialize_tuple(self, len: usize) -> Of<Self::SerializeTuple> {
        Json.serialize_tuple(len)
    }
    fn serialize_tuple_struct(self, name: &'static str, len: usize) -> Of<Self::SerializeTupleStruct> {
        Json.serialize_tuple_struct(name, len)
    }
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        n: u32,
        variant: &'static str,
        len: usize,
    ) -> Of<Self::SerializeTupleVariant> {
        Json.serialize_tuple_variant(name, n, variant, len)
    }
    fn serialize_map(self, len: Option<usize>) -> Of<Self::SerializeMap> {
        Json.serialize_map(len)
    }
    fn serialize_struct(self, name: &'static str, len: usize) -> Of<Self::SerializeStruct> {
        Json.serialize_struct(name, len)
    }
    fn serialize_struct_variant(
        self,
        name: &'static str,
        n: u32,
        variant: &'static str,
        len: usize,
    ) -> Of<Self::SerializeStructVariant> {
        Json.serialize_struct_variant(name, n, variant, len)
    }
}

#[cfg(test)]
mod tests {
    use super::written;
    use crate::Patch;
    use serde_json::{Value, json};

    #[test]
    fn nothing_and_null() {
        assert_eq!(written(&Option::<u8>::None).unwrap(), None);
        assert_eq!(written(&Patch::<u8>::Absent).unwrap(), None);
        assert_eq!(written(&Some(Value::Null)).unwrap(), Some(Value::Null));
        assert_eq!(written(&Some(vec![Some(1), None])).unwrap(), Some(json!([1, null])));
        assert_eq!(written(&Patch::Value("a")).unwrap(), Some(json!("a")));
    }
}
