//! A deserializer that does not stop at the first fault: what cannot be read is noted with its place, and a
//! placeholder of the asked kind is handed on, so that one pass finds all faults of a value.

#[cfg(feature = "decimal")]
use crate::decimal::NoDecimal;
use crate::enums::BETWEEN;
use crate::fault::Fault;
use crate::http::style::deep;
use crate::json::digits::{Digits, whole, whole_text};
use crate::json::hint::{Hint, hint};
use crate::json::node::Node;
use crate::json::sink::{Excuse, Refused, Sink, Trail};
use crate::json::walk::{Entries, Items, List, Spec, Whole};
use serde::de::{DeserializeSeed, Deserializer, Error as _, Expected, IntoDeserializer, Visitor};
use std::borrow::Cow;
use std::cell::Cell;

/// The name under which a union asks to see the whole value before it reads it.
pub(crate) const UNION: &str = "\0union";
/// The name under which a [`Node`] asks to keep the text of a parameter apart from a string.
pub(crate) const NODE: &str = "\0node";

/// The name under which a union tries a variant: faults are not noted, the attempt just fails.
pub(crate) const ATTEMPT: &str = "\0attempt";

/// The name under which a file of a form asks for its number.
pub(crate) const FILE: &str = "\0file";

/// The name under which a word is asked for: a text and nothing else, while the enumerations of serde may be objects.
pub(crate) const WORD: &str = "\0word";

/// The name under which a decimal asks for the digits of a number.
pub(crate) const DECIMAL: &str = "\0decimal";

/// Values nested deeper are refused; serde_json itself stops at 128.
const MOST_DEPTH: usize = 160;

/// A value to be read, or the ghost of one that is missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tree<'t> {
    pub(crate) node: Option<&'t Node<'t>>,
    pub(crate) at: &'t Trail<'t>,
    pub(crate) sink: &'t Sink,
    pub(crate) depth: usize,
}

impl<'t> Tree<'t> {
    pub(crate) fn root(node: Option<&'t Node<'t>>, sink: &'t Sink) -> Self {
        Self { node, at: &Trail::Root, sink, depth: 0 }
    }

    /// Reads the value; what its type refuses is noted for the next round.
    pub(crate) fn read<'de, S: DeserializeSeed<'de>>(
        mut self,
        seed: S,
        excuse: Option<Excuse>,
    ) -> Result<S::Value, Refused> {
        if self.depth > MOST_DEPTH || excuse == Some(Excuse::Gone) || !self.sink.goes_on() {
            return Err(Refused::Told);
        }
        if excuse == Some(Excuse::Ghost) {
            self.node = None;
            self.sink.placeholder(self.at);
        }
        seed.deserialize(self).map_err(|refused| self.refused(refused))
    }

    fn refused(&self, refused: Refused) -> Refused {
        match (refused, self.node) {
            (Refused::Told, _) => {}
            (Refused::Because(..), None) => self.sink.give_up(self.at),
            (Refused::Because(code, detail), Some(_)) => {
                let mut fault = Fault::new(code, detail);
                self.at.place(&mut fault);
                self.sink.refuse(self.at, Some(fault));
            }
        }
        Refused::Told
    }

    /// Notes a fault here; what follows is a placeholder.
    fn fault(&self, code: &'static str, detail: impl Into<String>) {
        self.sink.fault(self.at, code, detail);
        self.sink.placeholder(self.at);
    }

    /// Notes that another kind of value was asked for.
    fn mismatch(&self, expected: &str) {
        match self.node {
            None => {}
            Some(Node::Text(_)) => self.fault("type", format!("expected {expected}")),
            Some(Node::Wrong(code, detail)) => self.fault(code, detail.clone()),
            // Only texts of parameters and forms: the same name again.
            Some(Node::Array(items))
                if items.len() > 1 && items.iter().all(|item| matches!(item, Node::Text(_))) =>
            {
                self.fault("duplicate", "is given more than once");
            }
            Some(Node::Deep(entries))
                if entries.len() > 1 && entries.iter().all(|(key, _)| key.is_empty()) =>
            {
                self.fault("duplicate", "is given more than once");
            }
            Some(node) => self.fault("type", format!("expected {expected}, found {}", node.kind())),
        }
    }

    fn boolean(&self) -> bool {
        match self.node {
            Some(Node::Bool(value)) => return *value,
            Some(Node::Text(text)) if text == "true" => return true,
            Some(Node::Text(text)) if text == "false" => return false,
            Some(_) | None => self.mismatch("a boolean"),
        }
        false
    }

    fn integer(&self, least: i128, most: i128, expected: &dyn Expected) -> i128 {
        let read = match self.node {
            Some(Node::Number(number) | Node::Long(number, _)) => whole(number),
            Some(Node::Text(text)) => whole_text(text),
            Some(_) | None => Digits::No,
        };
        let hint = hint(expected);
        let zero = hint.allowed_number().unwrap_or(0).clamp(least, most);
        match (read, &hint) {
            (Digits::No, _) => self.mismatch("an integer"),
            (Digits::Is(value), Hint::OneOf(list))
                if list.split(", ").any(|known| known.parse() == Ok(value)) =>
            {
                return value;
            }
            (Digits::Is(_) | Digits::Far(_), Hint::OneOf(list)) => {
                self.fault("enum", format!("is not one of: {list}"));
            }
            (Digits::Is(value), _) if (least..=most).contains(&value) => return value,
            (Digits::Far(value), _) if value.abs() < most as f64 => {
                self.fault("range", "is too large to be written with a point or an exponent");
            }
            (Digits::Is(_) | Digits::Far(_), _) => {
                self.fault("range", format!("must be between {least} and {most}"));
            }
        }
        zero
    }

    fn float(&self, most: f64) -> f64 {
        let read = match self.node {
            Some(Node::Number(number) | Node::Long(number, _)) => number.as_f64(),
            Some(Node::Text(text)) if text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) => {
                text.parse().ok()
            }
            Some(_) | None => None,
        };
        match read {
            Some(value) if value.abs() <= most => return value,
            Some(_) => self.fault("range", "is too large a number"),
            None => self.mismatch("a number"),
        }
        0.0
    }

    #[cfg(feature = "decimal")]
    /// The digits of a number that is exact: it has not been rounded to floating point on the way here.
    fn decimal(&self) -> Cow<'t, str> {
        let text = match self.node {
            Some(Node::Number(number)) => Cow::Owned(number.to_string()),
            Some(Node::Long(_, text)) => Cow::Borrowed(*text),
            Some(Node::Text(text)) => Cow::Borrowed(&**text),
            Some(_) | None => {
                self.mismatch("a number");
                return Cow::Borrowed("0");
            }
        };
        // Floating point keeps 15 digits.
        let digits = text.bytes().take_while(|byte| !b"eE".contains(byte)).filter(u8::is_ascii_digit).count();
        let rounded = matches!(self.node, Some(Node::Number(number)) if number.is_f64()) && digits > 15;
        match crate::decimal::read(&text) {
            Ok(_) if !rounded => return text,
            Ok(_) => self.fault("range", "has more digits than are read exactly in this place"),
            Err(NoDecimal::TooLong) => self.fault("range", NoDecimal::TooLong.to_string()),
            Err(NoDecimal::NoNumber) => self.mismatch("a number"),
        }
        Cow::Borrowed("0")
    }

    fn text(&self, expected: &dyn Expected) -> &'t str {
        let hint = hint(expected);
        let Some(node) = self.node else {
            return hint.placeholder();
        };
        let Some(text) = node.as_str() else {
            self.mismatch("a string");
            return hint.placeholder();
        };
        match hint.refuses(text) {
            None => text,
            Some(detail) => {
                self.fault("format", detail);
                hint.placeholder()
            }
        }
    }

    /// A word of an enum, which says what words it has.
    fn word(&self, expected: &dyn Expected) -> String {
        let expected = expected.to_string();
        let words: Vec<&str> = expected.split(BETWEEN).collect();
        match self.node {
            Some(Node::String(text) | Node::Text(text)) if words.contains(&&**text) => {
                return text.to_string();
            }
            Some(Node::String(_) | Node::Text(_)) => {
                self.fault("enum", format!("is not one of: {}", words.join(", ")));
            }
            Some(_) | None => self.mismatch("a string"),
        }
        words.first().copied().unwrap_or_default().to_owned()
    }

    /// The file of a form, by its number; text stands for its bytes.
    fn file<'de, V: Visitor<'de>>(&self, v: V) -> Result<V::Value, Refused> {
        match self.node {
            Some(Node::Number(number)) => return v.visit_u64(number.as_u64().unwrap_or(u64::MAX)),
            Some(Node::String(text) | Node::Text(text)) => return v.visit_str(text),
            Some(Node::Array(_)) => self.fault("duplicate", "is given more than once"),
            Some(Node::Null | Node::Bool(_) | Node::Long(..)) | None => self.mismatch("a file"),
            Some(Node::Object(_) | Node::Deep(_) | Node::Wrong(..)) => self.mismatch("a file"),
        }
        v.visit_str("")
    }

    fn items(&self) -> List<'t> {
        match self.node {
            Some(Node::Array(items)) => return List::Nodes(items),
            Some(Node::Deep(entries)) if deep::is_list(entries) => return List::Entries(entries),
            // How an empty list is written.
            Some(Node::Text(text)) if text.is_empty() => {}
            Some(text @ Node::Text(_)) => return List::Nodes(std::slice::from_ref(text)),
            Some(_) | None => self.mismatch("an array"),
        }
        List::Nodes(&[])
    }

    /// The entries, if it is an object.
    fn as_object(&self) -> Option<&'t [(Cow<'t, str>, Node<'t>)]> {
        match self.node? {
            Node::Object(entries) => Some(entries),
            Node::Deep(entries) if deep::is_object(entries) => Some(entries),
            _ => None,
        }
    }

    fn entries(&self) -> &'t [(Cow<'t, str>, Node<'t>)] {
        self.as_object().unwrap_or_else(|| {
            self.mismatch("an object");
            &[]
        })
    }

    fn object<'de, V: Visitor<'de>>(self, spec: Spec, v: V) -> Result<V::Value, Refused> {
        let gone = Cell::new(false);
        // A value that is no object is one fault, not one for each of its fields.
        let tree = Self { node: self.node.filter(|_| self.as_object().is_some()), ..self };
        let read = v.visit_map(Entries::new(tree, self.entries(), spec, &gone));
        if read.is_err() && gone.get() {
            if self.node.is_some() {
                self.sink.refuse(self.at, None)
            } else {
                self.sink.give_up(self.at)
            }
            return Err(Refused::Told);
        }
        read
    }
}

macro_rules! integers {
    ($($method:ident $kind:ty, $visit:ident $wide:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
            let value = self.integer(<$kind>::MIN.into(), <$kind>::MAX.into(), &v as &dyn Expected);
            v.$visit(<$wide>::try_from(value).unwrap_or_default())
        }
    )*};
}

macro_rules! strings {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
            let text = self.text(&v as &dyn Expected);
            v.visit_str(text)
        }
    )*};
}

impl<'de> Deserializer<'de> for Tree<'_> {
    type Error = Refused;

    integers! {
        deserialize_i8 i8, visit_i64 i64; deserialize_i16 i16, visit_i64 i64; deserialize_i32 i32, visit_i64 i64;
        deserialize_i64 i64, visit_i64 i64; deserialize_u8 u8, visit_u64 u64; deserialize_u16 u16, visit_u64 u64;
        deserialize_u32 u32, visit_u64 u64; deserialize_u64 u64, visit_u64 u64;
    }
    strings! { deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier }

    fn deserialize_i128<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        let value = self.integer(i128::MIN, i128::MAX, &v as &dyn Expected);
        v.visit_i128(value)
    }
    fn deserialize_u128<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        let value = self.integer(0, i128::MAX, &v as &dyn Expected);
        v.visit_u128(value.unsigned_abs())
    }
    fn deserialize_bool<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        v.visit_bool(self.boolean())
    }
    fn deserialize_f32<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        // 2^128, which many take for the greatest, is that within the precision of the type.
        v.visit_f64(self.float(2_f64.powi(128)).clamp(f32::MIN.into(), f32::MAX.into()))
    }
    fn deserialize_f64<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        v.visit_f64(self.float(f64::MAX))
    }
    fn deserialize_option<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        match self.node {
            None | Some(Node::Null) => v.visit_none(),
            Some(_) => v.visit_some(self),
        }
    }
    fn deserialize_unit<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        if !matches!(self.node, Some(Node::Null)) {
            self.mismatch("null");
        }
        v.visit_unit()
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, v: V) -> Result<V::Value, Refused> {
        self.deserialize_unit(v)
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        v: V,
    ) -> Result<V::Value, Refused> {
        match (name, self.node) {
            (UNION, _) => v.visit_map(Whole::new(self)).map_err(|refused| match refused {
                Refused::Because("invalid", detail) => Refused::Because("union", detail),
                other => other,
            }),
            (ATTEMPT, _) => {
                let sink = self.sink.attempt();
                let read = v.visit_newtype_struct(Tree { sink: &sink, ..self });
                if self.sink.settle(&sink) { read.map_err(|_| Refused::Told) } else { Err(Refused::Told) }
            }
            (NODE, Some(Node::Text(text))) => v.visit_bytes(text.as_bytes()),
            (NODE, _) => self.deserialize_any(v),
            (FILE, _) => self.file(v),
            (WORD, _) => {
                let word = self.word(&v);
                v.visit_str(&word)
            }
            #[cfg(feature = "decimal")]
            (DECIMAL, _) => v.visit_str(&self.decimal()),
            _ => v.visit_newtype_struct(self),
        }
    }
    fn deserialize_seq<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        v.visit_seq(Items::new(self, self.items(), 0))
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, v: V) -> Result<V::Value, Refused> {
        let items = self.items();
        if matches!(self.node, Some(Node::Array(_) | Node::Deep(_))) && items.len() != len {
            self.fault("items", format!("must have exactly {len} items"));
        }
        v.visit_seq(Items::new(self, items.first(len), len.saturating_sub(items.len())))
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        v: V,
    ) -> Result<V::Value, Refused> {
        self.deserialize_tuple(len, v)
    }
    fn deserialize_map<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        self.object(Spec::open(), v)
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        v: V,
    ) -> Result<V::Value, Refused> {
        self.object(Spec::new(fields), v)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        words: &'static [&'static str],
        v: V,
    ) -> Result<V::Value, Refused> {
        let first = words.first().copied().unwrap_or_default();
        let word = match self.node {
            None => first,
            Some(Node::String(text) | Node::Text(text)) if words.contains(&&**text) => text,
            Some(Node::String(_) | Node::Text(_)) => {
                self.fault("enum", format!("is not one of: {}", words.join(", ")));
                first
            }
            Some(node @ Node::Object(_)) if name != WORD => {
                let value = serde_json::to_value(node).map_err(Refused::custom)?;
                return value.deserialize_enum(name, words, v).map_err(Refused::custom);
            }
            Some(_) => {
                self.mismatch("a string");
                first
            }
        };
        v.visit_enum(word.into_deserializer())
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        v.visit_unit()
    }
    fn deserialize_any<V: Visitor<'de>>(self, v: V) -> Result<V::Value, Refused> {
        match self.node {
            None | Some(Node::Null) => v.visit_unit(),
            Some(Node::Bool(value)) => v.visit_bool(*value),
            Some(Node::Number(number) | Node::Long(number, _)) => {
                number.deserialize_any(v).map_err(Refused::custom)
            }
            Some(Node::String(text) | Node::Text(text)) => v.visit_str(text),
            Some(Node::Array(_)) => self.deserialize_seq(v),
            Some(Node::Deep(entries)) if deep::is_list(entries) => self.deserialize_seq(v),
            Some(Node::Object(_) | Node::Deep(_)) => self.deserialize_map(v),
            Some(Node::Wrong(code, detail)) => Err(Refused::Because(code, detail.to_string())),
        }
    }
}
