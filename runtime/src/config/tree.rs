//! Values with where they come from, and how one layer lies over another. Knows no sections.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A text that values come from.
pub(crate) struct Source {
    /// As a reader would call it: the path of a file.
    pub(crate) name: String,
    pub(crate) text: String,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)
    }
}

impl Source {
    /// Line and column of a byte, both from 1, and the line itself.
    pub(crate) fn locate(&self, at: usize) -> (usize, usize, &str) {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(start..).unwrap_or("").chars().count() + 1;
        let rest = self.text.get(start..).unwrap_or("");
        (line, column, rest.lines().next().unwrap_or(""))
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, Default)]
pub(crate) enum Origin {
    /// Nobody has set it.
    #[default]
    Default,
    /// Bytes of a file.
    File(Arc<Source>, usize, usize),
    /// A variable of the environment.
    Variable(Arc<str>),
    /// The content of the file that a variable names.
    SecretFile(Arc<str>, Arc<str>),
    /// An argument of the command line, such as `--set`, and its key.
    Argument(Arc<str>),
}

impl Origin {
    /// From the environment or the command line, where all is text and names have no case.
    pub(crate) fn is_argument(&self) -> bool {
        matches!(self, Self::Argument(_))
    }
}

/// Short, as `--print-config` tells it.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(source, start, _) => {
                write!(f, "{}:{}", source.name, source.locate(*start).0)
            }
            Self::Variable(name) | Self::Argument(name) => f.write_str(name),
            Self::SecretFile(name, path) => write!(f, "{name}={path}"),
        }
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) from: Origin,
}

/// What a layer can hold.
#[derive(Clone)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    String(String),
    /// Of the environment or the command line: it is what the one who reads it wants.
    Text(String),
    List(Vec<Node>),
    Table(Table),
}

/// Of what may be a secret nothing is shown.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(list) => list.fmt(f),
            Self::Table(table) => table.fmt(f),
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Float(_) => f.write_str("_"),
            Self::String(_) | Self::Text(_) => f.write_str("_"),
        }
    }
}

/// Entries by their keys.
pub(crate) type Table = BTreeMap<String, Item>;

/// An entry of a table.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Where the key stands.
    pub(crate) key: Origin,
    /// The key's case and its `-` and `_` say nothing: it is of the environment.
    pub(crate) is_loose: bool,
    pub(crate) node: Node,
}

impl Default for Node {
    fn default() -> Self {
        Self { value: Value::Table(Table::new()), from: Origin::Default }
    }
}

/// Are these the same name, for the environment?
pub(crate) fn alike(a: &str, b: &str) -> bool {
    let plain = |byte: u8| if byte == b'-' { b'_' } else { byte.to_ascii_lowercase() };
    a.len() == b.len() && a.bytes().map(plain).eq(b.bytes().map(plain))
}

impl Node {
    pub(crate) fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            Value::Null
            | Value::Bool(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::String(_)
            | Value::Text(_)
            | Value::List(_) => None,
        }
    }

    /// What is at a path of keys.
    pub(crate) fn get<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<&Node> {
        path.into_iter().try_fold(self, |node, key| node.table()?.get(key).map(|item| &item.node))
    }

    /// Lays another layer over this one: tables are joined, everything else is replaced.
    pub(crate) fn overlay(&mut self, over: Node) {
        match (&mut self.value, over.value) {
            (Value::Table(below), Value::Table(above)) => {
                for (key, item) in above {
                    overlay_item(below, key, item);
                }
                if matches!(self.from, Origin::Default) {
                    self.from = over.from;
                }
            }
            (_, value) => *self = Node { value, from: over.from },
        }
    }

    /// Puts a value at a path; tables on the way are made.
    pub(crate) fn put(&mut self, path: &[String], item: Item) {
        let Some((last, way)) = path.split_last() else { return };
        let mut node = item;
        let nest = |inner: Item, key: &String| Item {
            key: inner.key.clone(),
            is_loose: inner.is_loose,
            node: Node { from: inner.key.clone(), value: Value::Table(Table::from([(key.clone(), inner)])) },
        };
        let mut key = last;
        for outer in way.iter().rev() {
            node = nest(node, key);
            key = outer;
        }
        let value = Value::Table(Table::from([(key.clone(), node)]));
        self.overlay(Node { value, from: Origin::Default });
    }

    /// Takes what is at a path out, or puts something there, as it was in another tree.
    pub(crate) fn restore(&mut self, path: &[String], other: &Node) {
        let Some((key, rest)) = path.split_first() else { return };
        let known = other.table().and_then(|table| table.get(key));
        let Value::Table(table) = &mut self.value else { return };
        match (known, rest.is_empty()) {
            (Some(known), true) => {
                table.insert(key.clone(), known.clone());
            }
            (None, true) => {
                table.remove(key);
            }
            (Some(known), false) => {
                let empty = Item { node: Node::default(), ..known.clone() };
                table.entry(key.clone()).or_insert(empty).node.restore(rest, &known.node);
            }
            (None, false) => {
                if let Some(item) = table.get_mut(key) {
                    item.node.restore(rest, &Node::default());
                }
            }
        }
    }

    /// Same values, wherever they come from.
    pub(crate) fn equals(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::String(a) | Value::Text(a), Value::String(b) | Value::Text(b)) => a == b,
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b))
            }
            (Value::Table(_), Value::Table(_)) => differences(self, other).is_empty(),
            _ => false,
        }
    }
}

fn overlay_item(below: &mut Table, key: String, item: Item) {
    let known = if item.is_loose && !below.contains_key(&key) {
        below.keys().find(|known| alike(known, &key)).cloned()
    } else {
        None
    };
    match below.get_mut(known.as_ref().unwrap_or(&key)) {
        Some(there) => {
            there.node.overlay(item.node);
            there.key = item.key;
        }
        None => {
            below.insert(key, item);
        }
    }
}

/// The paths of the values that are not the same in both.
pub(crate) fn differences(old: &Node, new: &Node) -> Vec<Vec<String>> {
    let (Some(before), Some(after)) = (old.table(), new.table()) else {
        return if old.equals(new) { Vec::new() } else { vec![Vec::new()] };
    };
    let none = Node::default();
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut all = Vec::new();
    for key in keys {
        let (a, b) = (before.get(key), after.get(key));
        let inner = match (a, b) {
            (Some(a), Some(b)) => differences(&a.node, &b.node),
            (Some(one), None) if one.node.table().is_some() => differences(&one.node, &none),
            (None, Some(one)) if one.node.table().is_some() => differences(&none, &one.node),
            _ => vec![Vec::new()],
        };
        all.extend(inner.into_iter().map(|mut path| {
            path.insert(0, key.clone());
            path
        }));
    }
    all
}

/// A path as it is written in TOML, `operations."createPet".body_limit`; elements of lists are keys such as `[0]`.
pub(crate) fn dotted<S: AsRef<str>>(path: &[S]) -> String {
    let bare = |key: &str| {
        !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    let one = |key: &S| {
        let key = key.as_ref();
        if bare(key) { key.to_owned() } else { serde_json::Value::from(key).to_string() }
    };
    let mut text = String::new();
    for key in path {
        let is_element = key.as_ref().starts_with('[') && !text.is_empty();
        text.push_str(if is_element || text.is_empty() { "" } else { "." });
        text.push_str(&if is_element { key.as_ref().to_owned() } else { one(key) });
    }
    text
}
