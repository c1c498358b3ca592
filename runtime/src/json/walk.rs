//! The insides of lists, objects and unions, for the deserializer that does not stop at faults.

use crate::json::node::Node;
use crate::json::sink::{Excuse, Refused, Trail};
use crate::json::tree::Tree;
use crate::object::{DENY, kind};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess};
use std::borrow::Cow;
use std::cell::Cell;

/// What a list consists of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum List<'t> {
    Nodes(&'t [Node<'t>]),
    Entries(&'t [Entry<'t>]),
}

impl<'t> List<'t> {
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Nodes(nodes) => nodes.len(),
            Self::Entries(entries) => entries.len(),
        }
    }

    fn get(self, index: usize) -> Option<&'t Node<'t>> {
        match self {
            Self::Nodes(nodes) => nodes.get(index),
            Self::Entries(entries) => entries.get(index).map(|(_, node)| node),
        }
    }

    /// At most so many.
    pub(crate) fn first(self, len: usize) -> Self {
        match self {
            Self::Nodes(nodes) => Self::Nodes(nodes.get(..len).unwrap_or(nodes)),
            Self::Entries(entries) => Self::Entries(entries.get(..len).unwrap_or(entries)),
        }
    }
}

/// The items of a list, then as many ghosts as a tuple lacks.
pub(crate) struct Items<'t> {
    tree: Tree<'t>,
    items: List<'t>,
    index: usize,
    ghosts: usize,
}

impl<'t> Items<'t> {
    pub(crate) fn new(tree: Tree<'t>, items: List<'t>, ghosts: usize) -> Self {
        Self { tree, items, index: 0, ghosts }
    }
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Refused;
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refused> {
        while self.index < self.items.len() + self.ghosts {
            let index = self.index;
            self.index += 1;
            // The text of a parameter is a list of one: its only item is the parameter itself.
            let at = Trail::Index(self.tree.at, index);
            let excuse = self.tree.sink.excuse(&at);
            if excuse == Some(Excuse::Gone) {
                self.tree.sink.placeholder(self.tree.at);
                continue;
            }
            let child =
                Tree { node: self.items.get(index), at: &at, depth: self.tree.depth + 1, ..self.tree };
            return child.read(seed, excuse).map(Some);
        }
        Ok(None)
    }
    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() + self.ghosts)
    }
}

/// What is known of an object's fields: nothing, or the table of `object!`.
#[derive(Clone, Copy)]
pub(crate) struct Spec(&'static [&'static str]);

impl Spec {
    pub(crate) fn open() -> Self {
        Self(&[])
    }

    pub(crate) fn new(fields: &'static [&'static str]) -> Self {
        Self(if fields.first().is_some_and(|first| first.starts_with('\0')) { fields } else { &[] })
    }

    fn denies(self) -> bool {
        self.0.first() == Some(&DENY)
    }

    fn pairs(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let (pairs, _) = self.0.get(1..).unwrap_or_default().as_chunks::<2>();
        pairs.iter().map(|[kind, key]| (*kind, *key))
    }

    fn knows(self, key: &str) -> bool {
        self.pairs().any(|(_, known)| known == key)
    }

    fn required(self) -> impl Iterator<Item = &'static str> {
        self.pairs().filter(|(kind, _)| *kind == kind::REQUIRED).map(|(_, key)| key)
    }

    fn advice(self, key: &str) -> String {
        let fields = self.pairs().filter(|(kind, _)| *kind != kind::EXCEPT);
        let near = fields.map(|(_, known)| (distance(known, key), known)).min();
        match near {
            Some((steps, known)) if steps <= 1 + key.len() / 4 => {
                format!("unknown field; did you mean `{known}`?")
            }
            Some(_) | None => "unknown field".to_owned(),
        }
    }
}

/// Edits between two words; long ones are not compared.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    const LONGEST: usize = 64;
    if a.len() > LONGEST || b.len() > LONGEST {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().flat_map(char::to_lowercase).enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(x != *y)).min(left + 1).min(above + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

type Entry<'t> = (Cow<'t, str>, Node<'t>);

/// The entries of an object, then a ghost for each required field that is missing.
pub(crate) struct Entries<'t> {
    tree: Tree<'t>,
    present: std::slice::Iter<'t, Entry<'t>>,
    missing: Box<dyn Iterator<Item = &'static str> + 't>,
    spec: Spec,
    gone: &'t Cell<bool>,
    next: Option<(&'t str, Option<&'t Node<'t>>, Option<Excuse>)>,
}

impl<'t> Entries<'t> {
    pub(crate) fn new(tree: Tree<'t>, entries: &'t [Entry<'t>], spec: Spec, gone: &'t Cell<bool>) -> Self {
        let missing = spec.required().filter(move |key| !entries.iter().any(|(name, _)| name == key));
        Self { tree, present: entries.iter(), missing: Box::new(missing), spec, gone, next: None }
    }

    /// The next entry that is to be read.
    fn advance(&mut self) -> Option<&'t str> {
        for (key, node) in self.present.by_ref() {
            let at = Trail::Key(self.tree.at, key);
            if self.spec.denies() && !self.spec.knows(key) {
                self.tree.sink.fault(&at, "unknown", self.spec.advice(key));
                continue;
            }
            let excuse = self.tree.sink.excuse(&at);
            if excuse == Some(Excuse::Gone) {
                self.gone.set(true);
                continue;
            }
            self.next = Some((key, Some(node), excuse));
            return Some(key);
        }
        for key in self.missing.by_ref() {
            let at = Trail::Key(self.tree.at, key);
            if self.tree.node.is_some() {
                self.tree.sink.fault(&at, "required", "missing");
                self.tree.sink.placeholder(&at);
            }
            if self.tree.sink.excuse(&at) == Some(Excuse::Gone) {
                self.gone.set(true);
                continue;
            }
            self.next = Some((key, None, None));
            return Some(key);
        }
        None
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Refused;
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refused> {
        self.advance().map(|key| seed.deserialize(StrDeserializer::new(key))).transpose()
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refused> {
        let Some((key, node, excuse)) = self.next.take() else {
            return Err(Refused::Told);
        };
        let at = Trail::Key(self.tree.at, key);
        Tree { node, at: &at, depth: self.tree.depth + 1, ..self.tree }.read(seed, excuse)
    }
}

/// For a union: the value as a "key" to look at, then the same value to be read, as often as is wanted.
/// Asked for the key again, it becomes a placeholder.
pub(crate) struct Whole<'t> {
    tree: Tree<'t>,
    seen: bool,
}

impl<'t> Whole<'t> {
    pub(crate) fn new(tree: Tree<'t>) -> Self {
        Self { tree, seen: false }
    }
}

impl<'de> MapAccess<'de> for Whole<'_> {
    type Error = Refused;
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refused> {
        if std::mem::replace(&mut self.seen, true) && self.tree.node.take().is_some() {
            self.tree.sink.placeholder(self.tree.at);
        }
        if self.tree.node.is_none() { Ok(None) } else { seed.deserialize(self.tree).map(Some) }
    }
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refused> {
        seed.deserialize(Tree { depth: self.tree.depth + 1, ..self.tree })
    }
}
