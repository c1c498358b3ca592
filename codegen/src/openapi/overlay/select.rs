//! Which nodes a JSONPath (RFC 9535) names, as places in our own tree.

use serde_json_path::{JsonPath, PathElement};

use super::super::tree::{Node, Value};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::Span;

/// Steps from the root to a node.
pub(super) type Place = Vec<Step>;

/// One step (RFC 9535, section 2.7: normalised paths).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// A query that was read.
pub(super) struct Target<'t> {
    pub(super) text: &'t str,
    pub(super) span: Span,
    path: JsonPath,
}

/// How often a query may look into everything below, and how deeply its brackets may nest: both bound its cost.
const MAX_DESCENTS: usize = 3;
const MAX_BRACKETS: usize = 50;

impl<'t> Target<'t> {
    /// Reads the query in the value of `key`; reports what is wrong with it.
    pub(super) fn read(node: &'t Node, key: &str, diagnostics: &mut Diagnostics) -> Option<Self> {
        let Some(text) = node.as_str() else {
            let message = format!("`{key}` must be a text, and is {}", node.kind());
            diagnostics.report(Code::BadOverlay, node.span, message);
            return None;
        };
        if text.matches("..").count() > MAX_DESCENTS || brackets(text) > MAX_BRACKETS {
            let message = format!(
                "the query is too costly: at most {MAX_DESCENTS} `..`, and brackets {MAX_BRACKETS} levels deep"
            );
            diagnostics.report(Code::BadOverlay, node.span, message);
            return None;
        }
        match JsonPath::parse(text) {
            Ok(path) => Some(Self { text, span: node.span, path }),
            Err(error) => {
                let message = format!("`{text}` is not a JSONPath query: {}", error.message());
                diagnostics
                    .report(Code::BadOverlay, node.span, message)
                    .help("RFC 9535 says how to write one, for example `$.paths['/pets'].get`");
                None
            }
        }
    }

    /// The nodes that the query names, each once.
    pub(super) fn places(&self, json: &serde_json::Value) -> Vec<Place> {
        let step = |element: &PathElement<'_>| match element {
            PathElement::Name(name) => Step::Key((*name).to_owned()),
            PathElement::Index(index) => Step::Index(*index),
        };
        let found = self.path.query_located(json);
        let mut places: Vec<Place> =
            found.locations().map(|location| location.iter().map(step).collect()).collect();
        let mut seen = std::collections::HashSet::new();
        places.retain(|place: &Place| seen.insert(format!("{place:?}")));
        places
    }
}

fn brackets(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'(' => depth += 1,
            b']' | b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// The one node that the query in `copy` names, copied.
pub(super) fn single(
    root: &mut Node,
    json: &serde_json::Value,
    copy: &Node,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    let from = Target::read(copy, "copy", diagnostics)?;
    let places = from.places(json);
    let [place] = places.as_slice() else {
        let message = format!("`copy` must name one node, and `{}` names {}", from.text, places.len());
        diagnostics.report(Code::BadOverlay, copy.span, message);
        return None;
    };
    at(root, place).cloned()
}

/// The node at a place; `None` when it is no longer there.
pub(super) fn at<'t>(root: &'t mut Node, place: &[Step]) -> Option<&'t mut Node> {
    place.iter().try_fold(root, |node, step| match (&mut node.value, step) {
        (Value::Map(map), Step::Key(key)) => map.get_mut(key),
        (Value::List(list), Step::Index(index)) => list.get_mut(*index),
        _ => None,
    })
}

/// Removes nodes: the last ones first, so that the numbers of those before stay true.
pub(super) fn remove(root: &mut Node, mut places: Vec<Place>, span: Span, diagnostics: &mut Diagnostics) {
    places.sort();
    for place in places.iter().rev() {
        let Some((last, parent)) = place.split_last() else {
            diagnostics.report(Code::BadOverlay, span, "the document as a whole cannot be removed");
            continue;
        };
        match (at(root, parent).map(|node| &mut node.value), last) {
            (Some(Value::Map(map)), Step::Key(key)) => {
                map.edit(|entries| entries.retain(|entry| *entry.key != **key));
            }
            (Some(Value::List(list)), Step::Index(index)) if *index < list.len() => {
                list.remove(*index);
            }
            _ => {}
        }
    }
}
