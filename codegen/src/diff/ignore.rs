//! `x-apiloom-ignore`: changes that a document itself says not to tell.
//!
//! The value is `true`, the id of a rule, or a list of ids. It holds for everything inside the object that has it, on
//! either side.

use super::Change;
use crate::openapi::tree::{Node, Value};
use crate::source::{Sources, Span};

const KEY: &str = "x-apiloom-ignore";

/// A part of a document and the rules that it asks not to be told of; `None`: all.
struct Silence<'t> {
    within: Span,
    rules: Option<Vec<&'t str>>,
}

/// The parts of a document in which changes are not told.
#[derive(Default)]
pub(super) struct Silences<'t> {
    list: Vec<Silence<'t>>,
}

impl<'t> Silences<'t> {
    pub(super) fn of(sources: &Sources, trees: &'t [Option<Node>]) -> Self {
        let mut silences = Self::default();
        for ((_, file), tree) in sources.files().zip(trees) {
            if let (true, Some(tree)) = (file.text.contains(KEY), tree) {
                silences.walk(tree, tree.span);
            }
        }
        silences
    }

    /// Trees are as deep as their reader lets them be.
    fn walk(&mut self, node: &'t Node, within: Span) {
        match &node.value {
            Value::Map(map) => {
                if let Some(said) = node.get(KEY) {
                    self.add(said, within);
                }
                for entry in map.entries() {
                    let start = entry.at.start.min(entry.value.span.start);
                    self.walk(&entry.value, Span { start, ..entry.value.span });
                }
            }
            Value::List(list) => list.iter().for_each(|one| self.walk(one, one.span)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn add(&mut self, said: &'t Node, within: Span) {
        let rules = match &said.value {
            Value::Bool(true) => None,
            Value::String(id) => Some(vec![&**id]),
            Value::List(ids) => Some(ids.iter().filter_map(Node::as_str).collect()),
            Value::Null | Value::Bool(false) | Value::Number(_) | Value::Map(_) => return,
        };
        self.list.push(Silence { within, rules });
    }

    /// Whether a change at this place is one not to tell.
    pub(super) fn covers(&self, change: &Change, at: Option<Span>) -> bool {
        let Some(at) = at else { return false };
        self.list.iter().any(|silence| {
            let within = silence.within;
            let inside = within.file == at.file && within.start <= at.start && at.end <= within.end;
            inside && silence.rules.as_ref().is_none_or(|rules| rules.contains(&change.id.as_str()))
        })
    }
}
