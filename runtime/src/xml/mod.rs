//! XML bodies (OpenAPI 3.2, section 4.26 "XML Object"). A type that travels as XML has a table, made by
//! [`xml!`](crate::xml!), that says what is an attribute, what an element and what text; with it a document becomes the
//! same value that JSON would give, read by the same serde implementation, with the same faults and pointers.
//!
//! There are no document types, no entities but the five of XML itself, and limits on depth and number.

pub mod make;
mod parse;
mod read;
mod write;

pub(crate) use read::read;

use crate::fault::Fault;
use crate::validate::checker::Rules;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// The name of an element or an attribute.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Name {
    /// Without its prefix; empty if it has no name of its own.
    pub local: &'static str,
    /// The prefix that is written; may be empty.
    pub prefix: &'static str,
    /// The namespace; may be empty.
    pub namespace: &'static str,
}

/// What a member of an object is in XML (`nodeType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An element.
    Element,
    /// An attribute.
    Attribute,
    /// The text of the object's own element.
    Text,
    /// The same, written as a CDATA section.
    Cdata,
    /// Nothing of its own: a list whose items stand side by side.
    Bare,
}

/// What is inside an element.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Text.
    Text,
    /// Whatever there is.
    Any,
    /// A type with a table.
    Type(fn() -> Root),
}

/// How a member of an object stands in XML; made by the functions of [`make`].
#[derive(Debug, Clone, Copy)]
pub struct Xml {
    kind: Kind,
    name: Name,
    item: Option<Name>,
    shape: Shape,
    required: bool,
}

/// How a type stands in XML.
#[derive(Debug, Clone, Copy)]
pub struct Root {
    /// The element's name where the type is the whole document.
    pub name: Name,
    /// What is inside.
    pub body: Body,
}

/// What is inside of a type's element.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// The members of an object, by their keys in JSON.
    Object(&'static [(&'static str, Xml)]),
    /// One of several.
    OneOf(&'static [fn() -> Root]),
    /// Items.
    List(fn() -> Root),
    /// Text.
    Text,
    /// Whatever there is.
    Any,
}

/// A type that has a place in XML; implemented by [`xml!`](crate::xml!).
pub trait Type {
    /// Its table.
    fn root() -> Root;
}

macro_rules! plain {
    ($body:ident: $($type:ty)*) => {$(
        impl Type for $type {
            fn root() -> Root {
                Root { name: Name::default(), body: Body::$body }
            }
        }
    )*};
}

plain! { Text:
    String bool char i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 uuid::Uuid jiff::Timestamp jiff::civil::Date crate::Base64
    crate::Secret crate::Base64Url crate::HttpDate std::net::Ipv4Addr std::net::Ipv6Addr
}
#[cfg(feature = "chrono")]
plain! { Text: chrono::NaiveDate chrono::DateTime<chrono::Utc> }
#[cfg(feature = "time")]
plain! { Text: crate::time::Date crate::time::DateTime }
#[cfg(feature = "decimal")]
plain! { Text: crate::DecimalNumber crate::DecimalText }
plain! { Any: serde_json::Value }

impl<T> Type for BTreeMap<String, T> {
    fn root() -> Root {
        Root { name: Name::default(), body: Body::Any }
    }
}

impl<T: Type + ?Sized> Type for &T {
    fn root() -> Root {
        T::root()
    }
}

impl<T: Type> Type for [T] {
    fn root() -> Root {
        Vec::<T>::root()
    }
}

impl<T: Type> Type for Vec<T> {
    fn root() -> Root {
        Root { name: Name::default(), body: Body::List(T::root) }
    }
}

impl<T: Type> Type for Option<T> {
    fn root() -> Root {
        T::root()
    }
}

impl<T: Type> Type for Box<T> {
    fn root() -> Root {
        T::root()
    }
}

/// Reads a document and checks its rules.
///
/// # Errors
/// Every fault that can be found (at most 64). The pointers are those of the value as JSON.
pub fn decode<T: DeserializeOwned + Rules + Type>(text: &str) -> Result<T, Vec<Fault>> {
    read::<T>(text).finish()
}

/// Writes a document. Characters that XML cannot hold become U+FFFD.
///
/// # Errors
/// What the value refuses to be written as; a key that is no XML name.
pub fn encode<T: Serialize + Type>(value: &T) -> Result<String, serde_json::Error> {
    write::document(T::root(), &serde_json::to_value(value)?)
}

/// Says how a type stands in XML: its own name, and for each key of its JSON object what it is. The makers are those of
/// [`xml::make`](crate::xml::make).
///
/// ```
/// apiloom::xml! { Pet = "pet" { "id": attribute("id"), "name": element("name"), "tags": element("tags").list("tag") } }
/// # struct Pet;
/// ```
#[macro_export]
macro_rules! xml {
    ($name:ident = $root:literal $(in $prefix:literal $namespace:literal)? { $($key:literal: $value:expr),* $(,)? }) => {
        $crate::xml! { $name = $root $(in $prefix $namespace)? => $crate::xml::Body::Object({
            #[allow(unused_imports, reason = "an object may have no members")]
            use $crate::xml::make::*;
            const MEMBERS: &[(&str, $crate::xml::Xml)] = {
                #[allow(unused_imports, reason = "an object may have no members")]
                use $crate::xml::make::*;
                &[$(($key, $value)),*]
            };
            MEMBERS
        }) }
    };
    ($name:ident = $root:literal $(in $prefix:literal $namespace:literal)? one_of [$($variant:ty),* $(,)?]) => {
        $crate::xml! { $name = $root $(in $prefix $namespace)? => $crate::xml::Body::OneOf(&[$(<$variant as $crate::xml::Type>::root),*]) }
    };
    ($name:ident = $root:literal $(in $prefix:literal $namespace:literal)? list $item:ty) => {
        $crate::xml! { $name = $root $(in $prefix $namespace)? => $crate::xml::Body::List(<$item as $crate::xml::Type>::root) }
    };
    ($name:ident = $root:literal $(in $prefix:literal $namespace:literal)? text) => {
        $crate::xml! { $name = $root $(in $prefix $namespace)? => $crate::xml::Body::Text }
    };
    ($name:ident = $root:literal $(in $prefix:literal $namespace:literal)? any) => {
        $crate::xml! { $name = $root $(in $prefix $namespace)? => $crate::xml::Body::Any }
    };
    ($name:ident = $root:literal => $body:expr) => {
        $crate::xml! { $name = $root in "" "" => $body }
    };
    ($name:ident = $root:literal in $prefix:literal $namespace:literal => $body:expr) => {
        #[automatically_derived]
        impl $crate::xml::Type for $name {
            fn root() -> $crate::xml::Root {
                let name = $crate::xml::Name { local: $root, prefix: $prefix, namespace: $namespace };
                $crate::xml::Root { name, body: $body }
            }
        }
    };
}
