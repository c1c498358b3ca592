//! A parameter as a deserializer: its type says whether its text is a scalar, a list or an object.

use crate::http::style::{Escape, NotUtf8, Splitter, Style, unescape};
use crate::json::node::Node;
use crate::json::sink::{Excuse, Refused, Sink, Trail};
use crate::json::tree::{Tree, UNION};
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};
use std::borrow::Cow;

/// The query, or a form: keys decoded, values not yet.
pub(crate) type Pairs<'r> = [(Cow<'r, str>, &'r str)];

/// What the request holds for a parameter.
#[derive(Debug, Clone)]
pub(crate) struct Source<'r> {
    /// Every text under its name, in order.
    pub(crate) texts: Vec<&'r str>,
    /// All pairs, for styles that spread an object over them.
    pub(crate) pairs: &'r Pairs<'r>,
    pub(crate) split: Splitter<'r>,
}

/// Why a parameter has no value.
pub(crate) const ABSENT: &str = "\0absent";

impl<'r> Source<'r> {
    fn absent() -> Refused {
        Refused::Because(ABSENT, String::new())
    }

    fn scalar(&self) -> Result<Node<'r>, Refused> {
        let node = match self.texts.as_slice() {
            [] => return Err(Self::absent()),
            [one] if self.split.style == Style::ContentJson => return self.json(one),
            [one] => self.split.scalar(one),
            _ => {
                return Err(Refused::Because("duplicate", "is given more than once".to_owned()));
            }
        };
        node.map_err(not_utf8)
    }

    fn list(&self) -> Result<Node<'r>, Refused> {
        let node = match self.texts.as_slice() {
            [] => return Err(Self::absent()),
            [one] if self.split.style == Style::ContentJson => return self.json(one),
            [one] => self.split.list(one),
            many if self.split.style == Style::Form => {
                many.iter().map(|one| self.split.scalar(one)).collect::<Result<_, _>>().map(Node::Array)
            }
            _ => {
                return Err(Refused::Because("duplicate", "is given more than once".to_owned()));
            }
        };
        node.map_err(not_utf8)
    }

    fn object(&self, fields: &[&str]) -> Result<Node<'r>, Refused> {
        match (self.split.style, self.texts.as_slice()) {
            (Style::Form, _) => {
                self.spread(|key| (fields.is_empty() || fields.contains(&key)).then(|| key.to_owned()))
            }
            (Style::DeepObject, _) => {
                let name = self.split.name;
                self.spread(|key| {
                    Some(key.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?.to_owned())
                })
            }
            (_, []) => Err(Self::absent()),
            (Style::ContentJson, [one]) => self.json(one),
            (_, [one]) => self.split.object(one).map_err(not_utf8),
            (_, _) => Err(Refused::Because("duplicate", "is given more than once".to_owned())),
        }
    }

    /// An object whose fields are pairs of their own.
    fn spread(&self, field: impl Fn(&str) -> Option<String>) -> Result<Node<'r>, Refused> {
        let mut entries: Vec<(Cow<'r, str>, Node<'r>)> = Vec::new();
        for (key, value) in self.pairs {
            let Some(key) = field(key) else { continue };
            let value = Node::Text(unescape(value, self.split.escape).map_err(not_utf8)?);
            match entries.iter_mut().find(|(known, _)| *known == key) {
                None => entries.push((Cow::Owned(key), value)),
                Some((_, Node::Array(items))) => items.push(value),
                Some((_, first)) => *first = Node::Array(vec![first.clone(), value]),
            }
        }
        if entries.is_empty() && self.split.escape != Escape::None && !self.split.name.is_empty() {
            return Err(Self::absent());
        }
        Ok(Node::Object(entries))
    }

    fn json(&self, raw: &'r str) -> Result<Node<'r>, Refused> {
        let text = unescape(raw, self.split.escape).map_err(not_utf8)?;
        let mut json = serde_json::Deserializer::from_str(&text);
        let node = Node::deserialize(crate::json::strict::Guard(&mut json))
            .and_then(|node| json.end().map(|()| node.into_owned()));
        node.map_err(|error| Refused::Because("syntax", format!("is not valid JSON: {error}")))
    }

    fn any(&self) -> Result<Node<'r>, Refused> {
        if self.texts.len() > 1 { self.list() } else { self.scalar() }
    }
}

fn not_utf8(_: NotUtf8) -> Refused {
    Refused::Because("encoding", "is not UTF-8 text".to_owned())
}

/// A source that is being read.
#[derive(Clone, Copy)]
pub(crate) struct Param<'p> {
    pub(crate) source: &'p Source<'p>,
    pub(crate) sink: &'p Sink,
    pub(crate) excuse: Option<Excuse>,
}

macro_rules! by {
    ($get:ident: $($method:ident($($arg:ident: $kind:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($arg: $kind,)* v: V) -> Result<V::Value, Refused> {
            if self.excuse.is_some() {
                return Tree::root(None, self.sink).$method($($arg,)* v);
            }
            let node = self.source.$get()?;
            Tree { node: Some(&node), at: &Trail::Root, sink: self.sink, depth: 0 }.$method($($arg,)* v)
        }
    )*};
}

impl<'de> Deserializer<'de> for Param<'_> {
    type Error = Refused;
    by! { scalar:
        deserialize_bool() deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128() deserialize_f32()
        deserialize_f64() deserialize_char() deserialize_str() deserialize_string() deserialize_bytes()
        deserialize_byte_buf() deserialize_unit() deserialize_unit_struct(name: &'static str) deserialize_identifier()
        deserialize_enum(name: &'static str, words: &'static [&'static str])
    }
    by! { list: deserialize_seq() deserialize_tuple(len: usize) deserialize_tuple_struct(name: &'static str, len: usize) }
    by! { any: deserialize_any() deserialize_ignored_any() }

    fn deserialize_option<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        v.visit_some(self)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        v: V,
    ) -> Result<V::Value, Refused> {
        if name != UNION {
            return v.visit_newtype_struct(self);
        }
        let node = self.source.any()?;
        Tree::root(Some(&node), self.sink).deserialize_newtype_struct(name, v)
    }
    fn deserialize_map<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        self.deserialize_struct("", &[], v)
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        v: V,
    ) -> Result<V::Value, Refused> {
        if self.excuse.is_some() {
            return Tree::root(None, self.sink).deserialize_struct(name, fields, v);
        }
        let node = self.source.object(fields)?;
        Tree { node: Some(&node), at: &Trail::Root, sink: self.sink, depth: 0 }
            .deserialize_struct(name, fields, v)
    }
}
