//! A parameter as a deserializer: its type says whether its text is a scalar, a list or an object.

use crate::fault::Place;
use crate::http::style::decode::{Pairs, Raw};
use crate::http::style::{Spec, Style};
use crate::json::hint::{Hint, hint};
use crate::json::node::Node;
use crate::json::sink::{Excuse, Refused, Sink, Trail};
use crate::json::tree::{DECIMAL, Tree, UNION, WORD};
use crate::object::kind;
use serde::de::{Deserializer, Expected, Visitor};
use std::cell::Cell;

/// How the texts of a parameter are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Scalar,
    List,
    Object,
}

/// What the request holds for a parameter.
#[derive(Debug, Clone)]
pub(crate) struct Source<'r> {
    pub(crate) spec: Spec,
    /// Every text under its name, in order.
    pub(crate) texts: Vec<&'r str>,
    /// All pairs, for styles that spread an object over them.
    pub(crate) pairs: &'r Pairs<'r>,
    /// The names of other parameters: not keys of an object that takes any key.
    pub(crate) others: &'static [Spec],
    /// How often a union has been read already.
    pub(crate) guess: Cell<usize>,
    /// Was it a union that was asked for?
    pub(crate) guessed: Cell<bool>,
}

/// Why a parameter has no value.
pub(crate) const ABSENT: &str = "\0absent";

/// The views there are.
const VIEWS: usize = 3;

fn absent() -> Refused {
    Refused::Because(ABSENT, String::new())
}

impl<'r> Source<'r> {
    pub(crate) fn new(spec: Spec, texts: Vec<&'r str>, pairs: &'r Pairs<'r>) -> Self {
        let (guess, guessed) = (Cell::new(0), Cell::new(false));
        Self { spec, texts, pairs, others: &[], guess, guessed }
    }

    fn node(&self, view: View, fields: &[&str]) -> Result<Node<'r>, Refused> {
        let raw = Raw { spec: self.spec, texts: &self.texts, pairs: self.pairs };
        let node = match view {
            View::Scalar => raw.scalar(),
            View::List => raw.list(),
            View::Object => {
                let open =
                    fields.is_empty() || fields.iter().skip(1).step_by(2).any(|kind| *kind == kind::REST);
                let own = |key: &str| {
                    fields.iter().skip(2).step_by(2).any(|field| *field == key)
                        || (open
                            && (self.spec.whole
                                || key == self.spec.name
                                || !self
                                    .others
                                    .iter()
                                    .any(|other| other.place == Place::Query && other.name == key)))
                };
                raw.object(&own)
            }
        };
        node.ok_or_else(absent)
    }

    /// What the texts look most like; and if a union cannot be read from that, what else they might be.
    fn views(&self) -> [View; VIEWS] {
        let has = |mark: char| self.texts.iter().any(|text| text.contains(mark));
        let style = self.spec.style;
        let exploded = matches!(style, Style::SimpleExploded | Style::LabelExploded | Style::MatrixExploded);
        let spread = matches!(style, Style::Form | Style::Cookie | Style::DeepObject);
        if (exploded && has('=')) || (spread && self.texts.is_empty()) {
            [View::Object, View::List, View::Scalar]
        } else if self.texts.len() > 1 || (!spread && style.delimiter().is_some_and(has)) {
            [View::List, View::Object, View::Scalar]
        } else {
            [View::Scalar, View::List, View::Object]
        }
    }

    /// Is there another way to look at the texts, now that a union could not be read this way?
    pub(crate) fn guess_again(&self) -> bool {
        self.guess.set(self.guess.get() + 1);
        self.guessed.get() && self.guess.get() < VIEWS
    }

    /// Was a union read from pairs that need not be its own?
    pub(crate) fn is_spread(&self) -> bool {
        self.guessed.get() && self.texts.is_empty()
    }

    fn any(&self) -> Result<Node<'r>, Refused> {
        self.guessed.set(true);
        let view = self.views().get(self.guess.get()).copied().unwrap_or(View::Scalar);
        self.node(view, &[])
    }

    fn is_empty(&self) -> bool {
        self.spec.empty && self.texts.as_slice() == [""]
    }
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
            let node = self.$get(&v)?;
            Tree { node: Some(&node), at: &Trail::Root, sink: self.sink, depth: 0 }.$method($($arg,)* v)
        }
    )*};
}

/// What stands for the parameter, by the kind of value that is asked for.
impl<'p> Param<'p> {
    fn scalar(&self, _: &dyn Expected) -> Result<Node<'p>, Refused> {
        if self.source.is_empty() { Err(absent()) } else { self.source.node(View::Scalar, &[]) }
    }

    fn boolean(&self, _: &dyn Expected) -> Result<Node<'p>, Refused> {
        if self.source.is_empty() { Ok(Node::Bool(true)) } else { self.source.node(View::Scalar, &[]) }
    }

    fn text(&self, expected: &dyn Expected) -> Result<Node<'p>, Refused> {
        let refused = || !matches!(hint(expected), Hint::OneOf(_)) && hint(expected).refuses("").is_some();
        if self.source.is_empty() && refused() {
            return Err(absent());
        }
        self.source.node(View::Scalar, &[])
    }

    fn list(&self, _: &dyn Expected) -> Result<Node<'p>, Refused> {
        self.source.node(View::List, &[])
    }

    fn any(&self, _: &dyn Expected) -> Result<Node<'p>, Refused> {
        self.source.any()
    }
}

impl<'de> Deserializer<'de> for Param<'_> {
    type Error = Refused;
    by! { boolean: deserialize_bool() }
    by! { text: deserialize_char() deserialize_str() deserialize_string() deserialize_bytes() deserialize_byte_buf() }
    by! { scalar:
        deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128() deserialize_f32()
        deserialize_f64() deserialize_unit() deserialize_unit_struct(name: &'static str) deserialize_identifier()
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
        if [DECIMAL, WORD].contains(&name) {
            if self.excuse.is_some() {
                return Tree::root(None, self.sink).deserialize_newtype_struct(name, v);
            }
            let node = self.scalar(&v)?;
            return Tree::root(Some(&node), self.sink).deserialize_newtype_struct(name, v);
        }
        if name != UNION {
            return v.visit_newtype_struct(self);
        }
        if self.excuse.is_some() {
            return Tree::root(None, self.sink).deserialize_newtype_struct(name, v);
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
        let node = self.source.node(View::Object, fields)?;
        Tree { node: Some(&node), at: &Trail::Root, sink: self.sink, depth: 0 }
            .deserialize_struct(name, fields, v)
    }
}
