//! One of the two documents: its nodes with references followed.

use crate::diagnostic::Diagnostics;
use crate::openapi::document::{Address, Document, Version, address, reference};
use crate::openapi::tree::{Entry, Node, Value};
use crate::source::{FileId, Sources, Span};

/// A document that is being compared.
pub(super) struct Side<'t> {
    document: Document<'t, 't>,
    pub(super) root: &'t Node,
}

impl<'t> Side<'t> {
    pub(super) fn new(
        sources: &'t Sources,
        trees: &'t [Option<Node>],
        version: Version,
        diagnostics: &'t mut Diagnostics,
    ) -> Self {
        static NOTHING: Node = Node { value: Value::Null, span: Span { file: FileId(0), start: 0, end: 0 } };
        let root = trees.first().and_then(Option::as_ref).unwrap_or(&NOTHING);
        Self { document: Document::new(sources, trees, version, diagnostics), root }
    }

    /// What `node` stands for; itself when its reference leads nowhere.
    pub(super) fn follow(&mut self, node: &'t Node) -> &'t Node {
        if reference(node).is_none() {
            return node;
        }
        self.document.follow(node).unwrap_or(node)
    }

    /// The value under `key`, followed.
    pub(super) fn get(&mut self, node: &'t Node, key: &str) -> Option<&'t Node> {
        let value = node.get(key)?;
        Some(self.follow(value))
    }
}

/// The entries under `key`.
pub(super) fn entries<'t>(node: &'t Node, key: &str) -> &'t [Entry] {
    node.get(key).and_then(Node::as_map).map(|map| map.entries()).unwrap_or_default()
}

/// The list under `key`.
pub(super) fn list<'t>(node: &'t Node, key: &str) -> &'t [Node] {
    node.get(key).and_then(Node::as_list).unwrap_or_default()
}

/// The text under `key`.
pub(super) fn text<'t>(node: &'t Node, key: &str) -> Option<&'t str> {
    node.get(key)?.lexeme()
}

/// Whether `key` is true.
pub(super) fn flag(node: &Node, key: &str) -> bool {
    node.get(key).and_then(Node::as_bool) == Some(true)
}

/// The target of a reference as written, for messages and for telling schemas by name.
pub(super) fn name(node: &Node) -> Option<&str> {
    reference(node)?.as_str()
}

/// The identity of a pair of nodes.
pub(super) fn pair(old: &Node, new: &Node) -> (Address, Address) {
    (address(old), address(new))
}

/// A value as people write it.
pub(super) fn shown(node: &Node) -> String {
    match &node.value {
        Value::Map(_) | Value::List(_) => node.to_json().to_string(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            node.lexeme().unwrap_or_default().to_owned()
        }
    }
}

/// Whether two values are the same JSON; numbers by value.
pub(super) fn equal(old: &Node, new: &Node) -> bool {
    match (&old.value, &new.value) {
        (Value::Number(a), Value::Number(b)) => {
            a == b
                || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a.total_cmp(&b).is_eq())
        }
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.iter().all(|entry| b.get(&entry.key).is_some_and(|b| equal(&entry.value, b)))
        }
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Null, Value::Null) => true,
        _ => false,
    }
}
