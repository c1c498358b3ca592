//! A JSON value held in memory: what the slow path, unions and parameters are read from.

use crate::fault::{Fault, Step};
use crate::http::style::deep;
use crate::json::strict::Key;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// A value. Objects keep their order, and keys that come twice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer or a float.
    Number(serde_json::Number),
    /// A number of more digits than floating point keeps, and its text.
    Long(serde_json::Number, &'a str),
    /// A string.
    String(Cow<'a, str>),
    /// The text of a parameter: whatever scalar is asked for.
    Text(Cow<'a, str>),
    /// A list.
    Array(Vec<Node<'a>>),
    /// An object.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
    /// Keys in brackets, of a parameter: an object, or a list if the keys are empty or numbers.
    Deep(Vec<(Cow<'a, str>, Node<'a>)>),
    /// A part of a parameter that cannot be decoded: the code and the detail of the fault that it is.
    Wrong(&'static str, Cow<'static, str>),
}

impl<'a> Node<'a> {
    /// What it is, with an article.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(number) | Self::Long(number, _)
                if number.as_f64().is_some_and(|number| number.fract() != 0.0) =>
            {
                "a fractional number"
            }
            Self::Number(_) | Self::Long(..) => "a number",
            Self::String(_) | Self::Text(_) => "a string",
            Self::Array(_) => "an array",
            Self::Deep(entries) if deep::is_list(entries) => "an array",
            Self::Object(_) | Self::Deep(_) => "an object",
            Self::Wrong(..) => "something that cannot be read",
        }
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::Text(text) => Some(text),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Long(..) => None,
            Self::Array(_) | Self::Object(_) | Self::Deep(_) | Self::Wrong(..) => None,
        }
    }

    /// How many values there are, this one included.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Array(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
            Self::Object(entries) | Self::Deep(entries) => {
                1 + entries.iter().map(|(_, value)| value.size()).sum::<usize>()
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Long(..) => 1,
            Self::String(_) | Self::Text(_) | Self::Wrong(..) => 1,
        }
    }

    /// Removes each later entry of a key that comes twice, and reports it.
    pub(crate) fn take_duplicates(&mut self) -> Vec<Fault> {
        let mut faults = Vec::new();
        match self {
            Self::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    push_within(&mut faults, item.take_duplicates(), || Step::Index(index));
                }
            }
            Self::Object(entries) => {
                let mut seen = HashSet::new();
                entries.retain_mut(|(key, value)| {
                    let first = seen.insert(key.clone());
                    let inner = if first {
                        value.take_duplicates()
                    } else {
                        vec![Fault::new("duplicate", "this key is there twice")]
                    };
                    push_within(&mut faults, inner, || Step::Key(Cow::Owned(key.to_string())));
                    first
                });
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Long(..) | Self::String(_) => {}
            Self::Text(_) | Self::Deep(_) | Self::Wrong(..) => {}
        }
        faults
    }
}

fn push_within(faults: &mut Vec<Fault>, inner: Vec<Fault>, step: impl Fn() -> Step) {
    for mut fault in inner {
        if faults.len() < crate::fault::MOST_FAULTS {
            fault.within(step());
            faults.push(fault);
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Node<'a> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(NodeVisitor)
    }
}

/// How serde_json hands over a number when some crate of the build has turned its `arbitrary_precision` on: as an object
/// with this one key and the number's text.
const NUMBER: &str = "$serde_json::private::Number";

fn number<'de, E: Error>(text: &str) -> Result<Node<'de>, E> {
    let number: serde_json::Number = text.parse().map_err(E::custom)?;
    if number.as_i64().is_some() || number.as_u64().is_some() {
        return Ok(Node::Number(number));
    }
    let number = number.as_f64().and_then(serde_json::Number::from_f64);
    number.map(Node::Number).ok_or_else(|| E::custom("number out of range"))
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(value.into()))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(serde_json::Number::from_f64(value).map_or(Node::Null, Node::Number))
    }
    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::String(Cow::Borrowed(value)))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Node<'de>, E> {
        Ok(Node::String(Cow::Owned(value.to_owned())))
    }
    fn visit_string<E: Error>(self, value: String) -> Result<Node<'de>, E> {
        Ok(Node::String(Cow::Owned(value)))
    }
    fn visit_unit<E: Error>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }
    fn visit_none<E: Error>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Node<'de>, D::Error> {
        Node::deserialize(d)
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<Node<'de>, D::Error> {
        Node::deserialize(d)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node<'de>, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element()? {
            out.push(item);
        }
        Ok(Node::Array(out))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
        let mut out = Vec::new();
        while let Some(key) = map.next_key()? {
            if out.is_empty() && matches!(&key, Key::Borrowed(NUMBER)) {
                return number(&map.next_value::<String>()?);
            }
            let key = match key {
                Key::Borrowed(key) => Cow::Borrowed(key),
                Key::Owned(key) => Cow::Owned(key),
            };
            out.push((key, map.next_value()?));
        }
        Ok(Node::Object(out))
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => s.serialize_unit(),
            Self::Bool(value) => s.serialize_bool(*value),
            Self::Number(number) | Self::Long(number, _) => number.serialize(s),
            Self::String(text) | Self::Text(text) => s.serialize_str(text),
            Self::Array(items) => s.collect_seq(items),
            Self::Deep(entries) if deep::is_list(entries) => {
                s.collect_seq(entries.iter().map(|(_, value)| value))
            }
            Self::Object(entries) | Self::Deep(entries) => {
                s.collect_map(entries.iter().map(|(key, value)| (key, value)))
            }
            Self::Wrong(_, detail) => Err(serde::ser::Error::custom(detail)),
        }
    }
}

impl Node<'_> {
    /// The same, holding its own texts.
    pub(crate) fn into_owned(self) -> Node<'static> {
        match self {
            Self::Null => Node::Null,
            Self::Bool(value) => Node::Bool(value),
            Self::Number(number) | Self::Long(number, _) => Node::Number(number),
            Self::String(text) => Node::String(Cow::Owned(text.into_owned())),
            Self::Text(text) => Node::Text(Cow::Owned(text.into_owned())),
            Self::Array(items) => Node::Array(items.into_iter().map(Node::into_owned).collect()),
            Self::Object(entries) => Node::Object(owned(entries)),
            Self::Deep(entries) => Node::Deep(owned(entries)),
            Self::Wrong(code, detail) => Node::Wrong(code, detail),
        }
    }
}

fn owned(entries: Vec<(Cow<'_, str>, Node<'_>)>) -> Vec<(Cow<'static, str>, Node<'static>)> {
    entries.into_iter().map(|(key, value)| (Cow::Owned(key.into_owned()), value.into_owned())).collect()
}
