//! A document as a tree in which every key and value has its place. Knows JSON and YAML values, not OpenAPI.

use std::collections::HashSet;

use serde::{Serialize, Serializer};

use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};

/// How deeply mappings and lists may nest. Real documents stay below 60.
pub(crate) const MAX_DEPTH: usize = 200;

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// A JSON value; numbers keep their text.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Number(Box<str>),
    String(Box<str>),
    List(Vec<Node>),
    Map(Map),
}

/// A mapping in document order, without duplicate keys.
#[derive(Debug, Clone, Default)]
pub(crate) struct Map {
    entries: Vec<Entry>,
    /// Positions sorted by key; only for mappings that are worth it.
    sorted: Box<[u32]>,
}

/// A key, where it stands, and its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: Box<str>,
    pub(crate) at: Span,
    pub(crate) value: Node,
}

/// From how many entries on a look-up uses the sorted index.
const INDEX_FROM: usize = 12;

impl Map {
    /// Builds a mapping; the first of two equal keys stays and the second is reported.
    pub(crate) fn build(entries: Vec<Entry>, diagnostics: &mut Diagnostics) -> Self {
        let mut order: Vec<u32> = (0..entries.len() as u32).collect();
        order.sort_by(|a, b| entries[*a as usize].key.cmp(&entries[*b as usize].key));
        let mut twice = HashSet::new();
        for pair in order.windows(2) {
            let (first, second) = (&entries[pair[0] as usize], &entries[pair[1] as usize]);
            if first.key == second.key {
                diagnostics
                    .report(
                        Code::DuplicateKey,
                        second.at,
                        format!("the key `{}` stands twice in one mapping", second.key),
                    )
                    .help("remove one of the two; the first one is read")
                    .related(first.at, "it is first here");
                twice.insert(pair[1]);
            }
        }
        if twice.is_empty() {
            let sorted = if entries.len() >= INDEX_FROM { order.into() } else { Box::default() };
            return Self { entries, sorted };
        }
        let mut position = 0;
        let kept = entries.into_iter().filter(|_| {
            position += 1;
            !twice.contains(&(position - 1))
        });
        Self::build(kept.collect(), diagnostics)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        if self.sorted.is_empty() {
            return self.entries.iter().find(|entry| &*entry.key == key);
        }
        let found = self.sorted.binary_search_by(|at| (*self.entries[*at as usize].key).cmp(key)).ok()?;
        Some(&self.entries[self.sorted[found] as usize])
    }

    pub(crate) fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|entry| &*entry.key == key).map(|entry| &mut entry.value)
    }

    /// Changes the entries; the caller keeps their keys different.
    pub(crate) fn edit<R>(&mut self, change: impl FnOnce(&mut Vec<Entry>) -> R) -> R {
        let result = change(&mut self.entries);
        let mut order: Vec<u32> = Vec::new();
        if self.entries.len() >= INDEX_FROM {
            order.extend(0..self.entries.len() as u32);
            order.sort_by(|a, b| self.entries[*a as usize].key.cmp(&self.entries[*b as usize].key));
        }
        self.sorted = order.into();
        result
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl Node {
    pub(crate) fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::List(_) => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(list) => Some(list),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Map(_) => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The text of any scalar as it was written: `version: 1.10` is `1.10`.
    pub(crate) fn lexeme(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) | Value::Number(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            Value::Null => Some("null"),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            Value::Null | Value::Number(_) | Value::String(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The value under a key, when this is a mapping that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// What kind of value it is, with its article.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The same value without places. Numbers that JSON cannot write (`.inf`) become texts.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Number(text) => number(text).map_or_else(|| (**text).into(), serde_json::Value::Number),
            Value::String(text) => (**text).into(),
            Value::List(list) => list.iter().map(Node::to_json).collect(),
            Value::Map(map) => {
                map.iter().map(|entry| (entry.key.to_string(), entry.value.to_json())).collect()
            }
        }
    }
}

/// As JSON, like [`Node::to_json`] without building the value first.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(text) => match number(text) {
                Some(number) => number.serialize(serializer),
                None => serializer.serialize_str(text),
            },
            Value::String(text) => serializer.serialize_str(text),
            Value::List(list) => serializer.collect_seq(list),
            Value::Map(map) => serializer.collect_map(map.iter().map(|entry| (&*entry.key, &entry.value))),
        }
    }
}

/// A number from its text.
pub(crate) fn number(text: &str) -> Option<serde_json::Number> {
    text.parse().ok()
}

/// Reads one file: JSON when it looks like JSON, YAML otherwise (every JSON text is also YAML).
pub(crate) fn parse(file: FileId, path: &str, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    let first = text.trim_start().chars().next();
    let yaml_by_name = [".yaml", ".yml"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    if !matches!(first, Some('{' | '[')) {
        return super::yaml::parse(file, text, diagnostics);
    }
    if !yaml_by_name {
        return super::json::parse(file, text, diagnostics);
    }
    let mut own = Diagnostics::default();
    match super::json::parse(file, text, &mut own) {
        Some(node) => {
            diagnostics.append(own);
            Some(node)
        }
        None => super::yaml::parse(file, text, diagnostics),
    }
}
