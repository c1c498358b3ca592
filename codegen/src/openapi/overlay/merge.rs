//! Putting a value into nodes (Overlay 1.1.0, section "Action Object"): mappings are merged, lists joined, scalars
//! replaced.

use super::super::tree::{Node, Value};
use super::select::{Place, at};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::Span;

pub(super) struct Merge<'a> {
    /// How many values were added so far, by all actions.
    pub(super) added: &'a mut usize,
    pub(super) limit: usize,
    pub(super) diagnostics: &'a mut Diagnostics,
}

/// The three kinds of node that the specification tells apart.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Sort {
    Map,
    List,
    Scalar,
}

fn sort(node: &Node) -> Sort {
    match &node.value {
        Value::Map(_) => Sort::Map,
        Value::List(_) => Sort::List,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Sort::Scalar,
    }
}

impl Merge<'_> {
    /// Puts `value` into every node; nothing when the nodes are of different sorts, which the specification forbids.
    pub(super) fn all(&mut self, root: &mut Node, places: &[Place], value: &Node, target: Span) {
        let mut sorts = places.iter().filter_map(|place| at(root, place).map(|node| sort(node)));
        let first = sorts.next();
        if sorts.any(|sort| Some(sort) != first) {
            let message = "the target names mappings, lists and scalars together; an action changes one kind";
            self.diagnostics.report(Code::OverlayMisfit, target, message);
            return;
        }
        for place in places {
            let Some(node) = at(root, place) else { continue };
            match (&mut node.value, sort(value)) {
                (Value::List(list), Sort::List) => self.join(list, value),
                (Value::List(list), Sort::Map | Sort::Scalar) if self.afford(value) => {
                    list.push(value.clone())
                }
                _ => self.into(node, value),
            }
        }
    }

    /// Merges `value` into `node` where both stand at the same key.
    fn into(&mut self, node: &mut Node, value: &Node) {
        let found = sort(node);
        match (&mut node.value, &value.value) {
            // An empty key in YAML says nothing: the specification's own example has some beside mappings.
            (Value::Map(_) | Value::List(_), Value::Null) => {}
            (Value::Map(map), Value::Map(update)) => map.edit(|entries| {
                // Targets may be large and updates are small, so the search is by the update's keys.
                for new in update.iter() {
                    match entries.iter_mut().find(|old| old.key == new.key) {
                        Some(old) => self.into(&mut old.value, &new.value),
                        None if self.afford(&new.value) => entries.push(new.clone()),
                        None => return,
                    }
                }
            }),
            (Value::List(list), Value::List(_)) => self.join(list, value),
            _ if found == Sort::Scalar && sort(value) == Sort::Scalar => {
                if self.afford(value) {
                    *node = value.clone();
                }
            }
            _ => {
                let message = format!("{} cannot be merged with {}", node.kind(), value.kind());
                self.diagnostics
                    .report(Code::OverlayMisfit, value.span, message)
                    .related(node.span, "it would be merged with this")
                    .help("remove the old value with an action of its own first");
            }
        }
    }

    fn join(&mut self, list: &mut Vec<Node>, value: &Node) {
        if self.afford(value) {
            list.extend_from_slice(value.as_list().unwrap_or_default());
        }
    }

    /// Whether there is room for a copy of the value.
    fn afford(&mut self, value: &Node) -> bool {
        *self.added += size(value);
        let room = *self.added <= self.limit;
        if !room {
            let message = format!("overlays add more than {} values to the document", self.limit);
            self.diagnostics.report(Code::TooLarge, value.span, message);
        }
        room
    }
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::Map(map) => map.iter().map(|entry| size(&entry.value)).sum::<usize>() + 1,
        Value::List(list) => list.iter().map(size).sum::<usize>() + 1,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}
