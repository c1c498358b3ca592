//! From a value to the text of a parameter: what is read again as the same value. What a style
//! has no spelling for is refused, never written in a way that means something else.

use super::escape::{Escape, escape, is_unreserved};
use super::single::Single;
use super::{Named, Row, Spec, Style};
use crate::fault::Place;
use crate::json::node::Node;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// A value that its style cannot spell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwritable(Cow<'static, str>);

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unwritable {}

pub(crate) fn refuse<T>(detail: impl Into<Cow<'static, str>>) -> Result<T, Unwritable> {
    Err(Unwritable(detail.into()))
}

/// Writes a parameter: `blue` in a path, `color=blue` in a query, `blue` in a header, `color=blue` among the cookies.
/// `None` if there is nothing to write: `null`, and an object without entries whose entries would be pairs of their own.
///
/// # Errors
/// The style has no spelling for the value (a list in a list, a `|` in a pipe-delimited item), or it cannot be written
/// as JSON.
pub fn encode<T: Serialize + ?Sized>(spec: Spec, value: &T) -> Result<Option<String>, Unwritable> {
    let node = node(value)?;
    encode_node(spec, spec.name, &node)
}

/// A value as the JSON that it is.
///
/// # Errors
/// It cannot be written as JSON.
pub(crate) fn node<T: Serialize + ?Sized>(value: &T) -> Result<Node<'static>, Unwritable> {
    if let Ok(single) = value.serialize(Single) {
        return Ok(single);
    }
    let unwritable = |error: serde_json::Error| Unwritable(error.to_string().into());
    let text = serde_json::to_string(value).map_err(unwritable)?;
    let node = Node::deserialize(&mut serde_json::Deserializer::from_str(&text)).map_err(unwritable)?;
    Ok(node.into_owned())
}

/// Writes a parameter under a name that is known only now.
///
/// # Errors
/// As [`encode`].
pub(crate) fn encode_node(spec: Spec, name: &str, node: &Node<'_>) -> Result<Option<String>, Unwritable> {
    // Cookies are found by their names as they are.
    let plain = spec.escape() == Escape::None || spec.place == Place::Cookie;
    let name = escaped(name, if plain { Escape::None } else { Escape::Form });
    let writer = Writer { spec, name };
    match (spec.style, node) {
        (_, Node::Null) => Ok(None),
        (Style::ContentJson, node) => {
            let text = serde_json::to_string(node).map_err(|error| Unwritable(error.to_string().into()))?;
            writer.content(&text).map(Some)
        }
        (Style::ContentText, node) => writer.content(&scalar(node)?).map(Some),
        (Style::ContentForm, Node::Object(entries)) => writer.form(entries).map(Some),
        (Style::ContentForm, _) => refuse("only an object can be written as a form"),
        (Style::DeepObject, Node::Array(_) | Node::Object(_)) => writer.deep(node),
        (style, node) => writer.row(style.row().unwrap_or(FORM), node),
    }
}

/// `deepObject` says nothing about single values: they are written as in the style `form`.
const FORM: Row = Row { first: "", between: "&", pair: "=", named: Named::Each, empty: "=" };

struct Writer<'n> {
    spec: Spec,
    /// As it is written.
    name: Cow<'n, str>,
}

fn escaped(text: &str, by: Escape) -> Cow<'_, str> {
    if by == Escape::None || text.bytes().all(is_unreserved) {
        return text.into();
    }
    let mut out = String::new();
    escape(&mut out, text, "");
    out.into()
}

/// The text of a value that has no parts.
pub(crate) fn scalar<'n>(node: &'n Node<'_>) -> Result<Cow<'n, str>, Unwritable> {
    match node {
        Node::Bool(value) => Ok(Cow::Borrowed(if *value { "true" } else { "false" })),
        Node::Number(number) | Node::Long(number, _) => Ok(Cow::Owned(number.to_string())),
        Node::String(text) | Node::Text(text) => Ok(Cow::Borrowed(text)),
        Node::Null => refuse("a list has no spelling for `null`"),
        Node::Wrong(_, detail) => refuse(detail.clone()),
        Node::Array(_) | Node::Object(_) | Node::Deep(_) => {
            refuse("this style has no spelling for a list or an object inside another one")
        }
    }
}

type Entries<'n> = [(Cow<'n, str>, Node<'n>)];

impl Writer<'_> {
    fn row(&self, row: Row, node: &Node<'_>) -> Result<Option<String>, Unwritable> {
        let written = match node {
            Node::Array(items) => self.list(row, items)?,
            Node::Object(entries)
                if entries.is_empty() && row.first.is_empty() && row.named == Named::Each =>
            {
                return Ok(None);
            }
            Node::Object(entries) => self.object(row, entries)?,
            one if row.named == Named::No => self.piece(&scalar(one)?, false)?,
            one => pair(&self.name, &self.piece(&scalar(one)?, false)?, row.empty),
        };
        Ok(Some(if row.first.is_empty() { written } else { format!("{}{written}", row.first) }))
    }

    fn list(&self, row: Row, items: &[Node<'_>]) -> Result<String, Unwritable> {
        let items =
            items.iter().map(|item| self.piece(&scalar(item)?, true)).collect::<Result<Vec<_>, _>>()?;
        if items == [""] {
            return refuse("a list of a single empty text looks like an empty list");
        }
        Ok(match row.named {
            Named::No => items.join(row.between),
            Named::Each if !items.is_empty() => {
                let pairs: Vec<String> = items.iter().map(|item| pair(&self.name, item, row.empty)).collect();
                pairs.join(row.between)
            }
            Named::Once | Named::Each => pair(&self.name, &items.join(row.between), row.empty),
        })
    }

    fn object(&self, row: Row, entries: &Entries<'_>) -> Result<String, Unwritable> {
        let mut pairs = Vec::with_capacity(entries.len());
        for (key, value) in entries.iter().filter(|(_, value)| *value != Node::Null) {
            let key = self.piece(key, true)?;
            if key.contains('=') {
                return refuse("a key has a `=`, which nothing escapes here");
            }
            match (row.named, value) {
                // What a form repeats is a list.
                (Named::Each, Node::Array(_)) => {
                    pairs.push(
                        Writer { spec: self.spec, name: key.into() }
                            .row(Row { first: "", ..row }, value)?
                            .unwrap_or_default(),
                    );
                }
                (Named::Each, one) => pairs.push(pair(&key, &self.piece(&scalar(one)?, true)?, row.empty)),
                (_, one) => pairs.push(format!("{key}{}{}", row.pair, self.piece(&scalar(one)?, true)?)),
            }
        }
        let written = pairs.join(row.between);
        let named = row.named == Named::Once || (row.named == Named::Each && pairs.is_empty());
        Ok(if named { pair(&self.name, &written, row.empty) } else { written })
    }

    /// Writes a text, or refuses what would come apart or change where nothing is escaped.
    fn piece(&self, text: &str, inside: bool) -> Result<String, Unwritable> {
        let delimiter = self.spec.style.delimiter().filter(|_| inside);
        match (self.spec.escape(), delimiter) {
            (Escape::None, _) => self.plain(text, delimiter),
            (_, Some(by @ (' ' | '|'))) if text.contains(by) => {
                refuse(format!("an item has a `{by}`, which is the delimiter, escaped or not"))
            }
            (_, by) => {
                let mut out = String::with_capacity(text.len());
                escape(&mut out, text, self.unescaped());
                // A dot needs no escape in a URL, but it may have one.
                Ok(if by == Some('.') { out.replace('.', "%2E") } else { out })
            }
        }
    }

    /// `allowReserved` (RFC 3986 section 2.2), without what ends the value.
    fn unescaped(&self) -> &'static str {
        match self.spec.place {
            _ if !self.spec.reserved => "",
            Place::Query => ":/?@!$'()*;",
            Place::Path | Place::Header | Place::Cookie | Place::Body => ":@!$'()*",
        }
    }

    fn plain(&self, text: &str, delimiter: Option<char>) -> Result<String, Unwritable> {
        let cookie = self.spec.place == Place::Cookie;
        // RFC 6265 section 4.1.1, RFC 9110 section 5.5
        let wrong = |c: char| {
            c.is_control()
                || c == '\u{FFFD}'
                || Some(c) == delimiter
                || (cookie && (!c.is_ascii_graphic() || matches!(c, '"' | ';' | '\\')))
                || (cookie && delimiter == Some(',') && c == ',')
        };
        if text.chars().any(wrong) || text.trim() != text {
            return refuse("there is a character that nothing escapes here");
        }
        Ok(text.to_owned())
    }

    fn content(&self, text: &str) -> Result<String, Unwritable> {
        let value = self.piece(text, false)?;
        let bare = self.spec.whole || matches!(self.spec.place, Place::Path | Place::Header);
        Ok(if bare { value } else { pair(&self.name, &value, "=") })
    }

    fn form(&self, entries: &Entries<'_>) -> Result<String, Unwritable> {
        let whole = Spec { whole: true, place: Place::Body, style: Style::Form, ..self.spec };
        let inner = Writer { spec: whole, name: Cow::default() };
        let form = if entries.is_empty() { String::new() } else { inner.object(FORM, entries)? };
        if self.spec.whole { Ok(form) } else { self.content(&form) }
    }

    fn deep(&self, node: &Node<'_>) -> Result<Option<String>, Unwritable> {
        let mut pairs = Vec::new();
        self.nest(node, self.name.clone().into_owned(), &mut pairs)?;
        Ok((!pairs.is_empty()).then(|| pairs.join("&")))
    }

    fn nest(&self, node: &Node<'_>, name: String, pairs: &mut Vec<String>) -> Result<(), Unwritable> {
        match node {
            Node::Array(items) if items.is_empty() => pairs.push(format!("{name}=")),
            Node::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.nest(item, format!("{name}%5B{index}%5D"), pairs)?;
                }
            }
            Node::Object(entries) if entries.is_empty() && name != self.name => {
                return refuse("an empty object inside another one has no pairs");
            }
            Node::Object(entries) => {
                for (key, value) in entries.iter().filter(|(_, value)| *value != Node::Null) {
                    if key.is_empty() || key.contains(['[', ']']) {
                        return refuse("a key is empty or has a bracket");
                    }
                    self.nest(value, format!("{name}%5B{}%5D", self.piece(key, true)?), pairs)?;
                }
            }
            one => pairs.push(pair(&name, &self.piece(&scalar(one)?, true)?, "=")),
        }
        Ok(())
    }
}

fn pair(name: &str, value: &str, empty: &str) -> String {
    let (equals, value) = if value.is_empty() { ("", empty) } else { ("=", value) };
    [name, equals, value].concat()
}
