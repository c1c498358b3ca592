//! From the texts of a request to a value. Nothing fails here: what cannot be read is [`Node::Wrong`], which is a fault
//! at its place as soon as somebody asks for it.

use super::deep::{self, Entry, MOST_ENTRIES, push, too_many};
use super::escape::{Escape, unescape};
use super::{Named, Spec, Style};
use crate::fault::Place;
use crate::json::node::Node;
use serde::Deserialize;
use std::borrow::Cow;

/// The query, a form, or cookies: keys decoded, values not yet.
pub(crate) type Pairs<'r> = [(Cow<'r, str>, &'r str)];

/// The pairs of a query or form; a key that cannot be read names nothing.
pub(crate) fn pairs(text: &str) -> Vec<(Cow<'_, str>, &str)> {
    split(text, '&', Escape::Form)
}

fn split(text: &str, by: char, escape: Escape) -> Vec<(Cow<'_, str>, &str)> {
    let parts = text.split(by).filter(|part| !part.is_empty());
    let pair = |part| {
        let (key, value) = str::split_once(part, '=').unwrap_or((part, ""));
        Some((unescape(key, escape).ok()?, value))
    };
    parts.filter_map(pair).collect()
}

/// Stands for a header that is not UTF-8.
pub(crate) const NOT_TEXT: &str = "\u{FFFD}";

/// A text as a value.
pub(crate) fn leaf(raw: &str, escape: Escape) -> Node<'_> {
    match unescape(raw, escape) {
        Ok(_) if escape == Escape::None && raw == NOT_TEXT => wrong("encoding", "is not UTF-8 text"),
        Ok(text) => Node::Text(text),
        Err(garbled) => {
            let (code, detail) = garbled.fault();
            Node::Wrong(code, Cow::Borrowed(detail))
        }
    }
}

fn wrong<'r>(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Node<'r> {
    Node::Wrong(code, detail.into())
}

fn twice<'r>() -> Node<'r> {
    wrong("duplicate", "is given more than once")
}

/// Which keys are the parameter's own, where an object is spread over pairs.
pub(crate) type IsOwn<'f> = &'f dyn Fn(&str) -> bool;

/// What the request holds for a parameter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw<'s, 'r> {
    pub(crate) spec: Spec,
    /// Every text under its name, in order.
    pub(crate) texts: &'s [&'r str],
    /// All pairs, for styles that spread an object over them.
    pub(crate) pairs: &'s Pairs<'r>,
}

impl<'r> Raw<'_, 'r> {
    /// A single value; `None` if there is none.
    pub(crate) fn scalar(self) -> Option<Node<'r>> {
        let one = match self.one(|raw| raw.scalar())? {
            Ok(one) => one,
            Err(node) => return Some(node),
        };
        Some(match self.spec.style {
            Style::ContentJson => self.json(one),
            _ => leaf(one, self.spec.escape()),
        })
    }

    /// A list.
    pub(crate) fn list(self) -> Option<Node<'r>> {
        if self.spec.style == Style::DeepObject
            && let Some(node) = deep::read(self.pairs, self.spec)
        {
            return Some(node);
        }
        if self.is_each() && !self.is_path() {
            return self.each();
        }
        if self.spec.place == Place::Header && self.texts.len() > 1 {
            // RFC 9110 section 5.3: lines of one name are one list.
            let lines: Result<Vec<_>, _> = self.texts.iter().map(|line| self.pieces(line)).collect();
            return Some(lines.map_or_else(|wrong| wrong, |lines| Node::Array(lines.concat())));
        }
        let one = match self.one(|raw| raw.list())? {
            Ok(one) => one,
            Err(node) => return Some(node),
        };
        Some(match self.spec.style {
            Style::ContentJson => self.json(one),
            _ => self.pieces(one).map_or_else(|wrong| wrong, Node::Array),
        })
    }

    /// An object.
    pub(crate) fn object(self, own: IsOwn<'_>) -> Option<Node<'r>> {
        // What stands in the segment of a path is all for its variable.
        let own: IsOwn<'_> = if self.spec.place == Place::Path { &|_| true } else { own };
        match self.spec.style {
            Style::DeepObject => return deep::read(self.pairs, self.spec),
            Style::ContentForm if self.spec.whole => return self.spread(own),
            Style::Form | Style::Cookie => return self.cut().as_raw(self.spec).spread(own),
            Style::ContentForm => return (!self.texts.is_empty()).then(|| self.form(own)),
            _ => {}
        }
        let one = match self.one(|raw| raw.object(own))? {
            Ok(one) => one,
            Err(node) => return Some(node),
        };
        Some(match self.spec.style {
            Style::ContentJson => self.json(one),
            Style::SimpleExploded | Style::LabelExploded => self.exploded(one),
            _ => self.joined(one),
        })
    }

    fn is_path(self) -> bool {
        matches!(self.spec.style, Style::Matrix | Style::MatrixExploded)
    }

    fn is_each(self) -> bool {
        self.spec.style == Style::DeepObject
            || self.spec.style.row().is_some_and(|row| row.named == Named::Each)
    }

    /// The one text there is, without the mark of its style. A matrix is read as the pairs it consists of.
    fn one(self, again: impl Fn(Raw<'_, 'r>) -> Option<Node<'r>>) -> Option<Result<&'r str, Node<'r>>> {
        let one = match self.texts {
            [] => return None,
            [one] => *one,
            _ => return Some(Err(twice())),
        };
        let first = self.spec.style.row().map_or("", |row| row.first);
        let Some(bare) = one.strip_prefix(first) else {
            return Some(Err(wrong("syntax", format!("must begin with `{first}`"))));
        };
        if !self.is_path() {
            return Some(Ok(bare));
        }
        let pairs = split(bare, ';', Escape::Percent);
        let texts: Vec<&'r str> =
            pairs.iter().filter(|(key, _)| key == self.spec.name).map(|(_, value)| *value).collect();
        let style = if self.is_each() { Style::Form } else { Style::FormJoined };
        // The escapes are those of the path all the same.
        let spec = Spec { place: Place::Path, style, ..self.spec };
        let lone = bare == self.spec.name;
        let read = again(Raw { spec, texts: &texts, pairs: if lone { &[] } else { &pairs } });
        let detail = || wrong("syntax", format!("must be written `;{}=…`", self.spec.name));
        let empty = || if lone { Node::Object(Vec::new()) } else { detail() };
        Some(Err(read.unwrap_or_else(empty)))
    }

    /// A list whose items are pairs of their own.
    fn each(self) -> Option<Node<'r>> {
        let cut = self.cut();
        match cut.texts.as_slice() {
            [] => None,
            [""] => Some(Node::Array(Vec::new())),
            many => Some(Node::Array(many.iter().map(|one| leaf(one, self.spec.escape())).collect())),
        }
    }

    /// A cookie in the style `form` may hold several pairs: `color=blue&color=black`.
    fn cut(self) -> Cut<'r> {
        let glued = self.spec.place == Place::Cookie && self.spec.style == Style::Form;
        if !glued {
            return Cut { texts: self.texts.to_vec(), pairs: self.pairs.to_vec() };
        }
        let mut pairs: Vec<(Cow<'r, str>, &'r str)> = Vec::new();
        for (key, value) in self.pairs {
            let (first, rest) = value.split_once('&').unwrap_or((value, ""));
            if let Ok(key) = unescape(key, Escape::Percent) {
                pairs.push((Cow::Owned(key.into_owned()), first));
            }
            pairs.extend(split(rest, '&', Escape::Percent));
        }
        let own = pairs.iter().filter(|(key, _)| key == self.spec.name);
        Cut { texts: own.map(|(_, value)| *value).collect(), pairs }
    }

    /// An object whose entries are pairs of their own.
    fn spread(self, own: IsOwn<'_>) -> Option<Node<'r>> {
        let mut entries: Vec<Entry<'r>> = Vec::new();
        for (key, value) in self.pairs.iter().filter(|(key, _)| own(key)) {
            if entries.len() >= MOST_ENTRIES {
                return Some(too_many());
            }
            push(&mut entries, key.clone(), leaf(value, self.spec.escape()));
        }
        // A body is there even if it has no pairs.
        (!entries.is_empty() || self.spec.place == Place::Body).then_some(Node::Object(entries))
    }

    /// Splits a text at the delimiter of the style.
    fn pieces(self, one: &'r str) -> Result<Vec<Node<'r>>, Node<'r>> {
        let escape = self.spec.escape();
        let Some(delimiter) = self.spec.style.delimiter() else {
            return Ok(vec![leaf(one, escape)]);
        };
        if one.is_empty() {
            return Ok(Vec::new());
        }
        if matches!(delimiter, ' ' | '|') {
            // Clients escape these, so they are looked for after decoding.
            let text = match leaf(one, escape) {
                Node::Text(text) => text,
                garbled => return Err(garbled),
            };
            return Ok(text.split(delimiter).map(|piece| Node::Text(Cow::Owned(piece.to_owned()))).collect());
        }
        let trim = self.spec.place == Place::Header;
        let pieces = one.split(delimiter).map(|piece| if trim { piece.trim() } else { piece });
        Ok(pieces.map(|piece| leaf(piece, escape)).collect())
    }

    /// `k,v,l,w`
    fn joined(self, one: &'r str) -> Node<'r> {
        let pieces = match self.pieces(one) {
            Ok(pieces) => pieces,
            Err(wrong) => return wrong,
        };
        let mut pieces = pieces.into_iter();
        let mut entries = Vec::new();
        while let Some(key) = pieces.next() {
            let Node::Text(key) = key else { return key };
            let Some(value) = pieces.next() else {
                return wrong("syntax", "has a key without a value");
            };
            if entries.len() >= MOST_ENTRIES {
                return too_many();
            }
            push(&mut entries, key, value);
        }
        Node::Object(entries)
    }

    /// `k=v,l=w`
    fn exploded(self, one: &'r str) -> Node<'r> {
        let (delimiter, escape) = (self.spec.style.delimiter().unwrap_or(','), self.spec.escape());
        let mut entries = Vec::new();
        for piece in one.split(delimiter).map(str::trim).filter(|piece| !piece.is_empty()) {
            let Some((key, value)) = piece.split_once('=') else {
                return wrong("syntax", "has a key without a value");
            };
            let Node::Text(key) = leaf(key, escape) else { return leaf(key, escape) };
            if entries.len() >= MOST_ENTRIES {
                return too_many();
            }
            push(&mut entries, key, leaf(value, escape));
        }
        Node::Object(entries)
    }

    /// A value that is a form itself.
    fn form(self, own: IsOwn<'_>) -> Node<'r> {
        let text = match self.one(|_| None).map(|one| one.map(|one| leaf(one, self.spec.escape()))) {
            Some(Ok(Node::Text(text))) => text,
            Some(Ok(wrong) | Err(wrong)) => return wrong,
            None => return Node::Object(Vec::new()),
        };
        let spec = Spec { whole: true, place: Place::Body, ..self.spec };
        let read = Raw { spec, texts: &[], pairs: &pairs(&text) }.spread(own);
        read.map_or_else(|| Node::Object(Vec::new()), Node::into_owned)
    }

    fn json(self, raw: &'r str) -> Node<'r> {
        let text = match leaf(raw, self.spec.escape()) {
            Node::Text(text) => text,
            garbled => return garbled,
        };
        let mut json = serde_json::Deserializer::from_str(&text);
        let node = Node::deserialize(crate::json::strict::Guard(&mut json))
            .and_then(|node| json.end().map(|()| node.into_owned()));
        node.unwrap_or_else(|error| wrong("syntax", format!("is not valid JSON: {error}")))
    }
}

/// Pairs that had to be taken apart first.
struct Cut<'r> {
    texts: Vec<&'r str>,
    pairs: Vec<(Cow<'r, str>, &'r str)>,
}

impl<'r> Cut<'r> {
    fn as_raw(&self, spec: Spec) -> Raw<'_, 'r> {
        Raw { spec, texts: &self.texts, pairs: &self.pairs }
    }
}
