//! OpenAPI Overlays 1.0 and 1.1: what they say is applied to the tree of the entry. What an overlay puts in keeps its
//! place in the overlay, so that findings about it point there.

mod merge;
mod select;

use super::document::nearest;
use super::tree::{MAX_DEPTH, Node, Value};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Role, Sources, Span};
use merge::Merge;
use select::Target;

/// How many values overlays may add to a document.
const MAX_ADDED: usize = 500_000;

/// Applies the overlays of `sources` to the first tree, in order, and takes their own trees away. What is wrong is
/// reported; an action that cannot be applied is left out.
pub(super) fn apply(sources: &Sources, trees: &mut [Option<Node>], diagnostics: &mut Diagnostics) {
    let overlays: Vec<FileId> =
        sources.files().filter(|(_, file)| file.role == Role::Overlay).map(|(id, _)| id).collect();
    let mut added = 0;
    for id in overlays {
        let Some(overlay) = trees[id.0 as usize].take() else { continue };
        let Some(actions) = actions(sources, &overlay, diagnostics) else { continue };
        for action in actions {
            let Some(Some(root)) = trees.first_mut() else { return };
            perform(action, root, &mut added, diagnostics);
            if too_deep(root) {
                let message = format!("the action makes the document nest more than {MAX_DEPTH} levels deep");
                diagnostics.report(Code::TooDeep, action.span, message);
                trees[0] = None;
                return;
            }
        }
    }
}

/// Checks the outside of an overlay (Overlay 1.1.0, section "Overlay Object"), and gives its actions.
fn actions<'t>(sources: &Sources, root: &'t Node, diagnostics: &mut Diagnostics) -> Option<&'t [Node]> {
    let mut refuse = |at: Span, message: String| {
        diagnostics.report(Code::BadOverlay, at, message);
        None
    };
    if root.as_map().is_none() {
        return refuse(root.span, format!("an overlay is a mapping, and this is {}", root.kind()));
    }
    let Some(version) = root.get("overlay") else {
        return refuse(root.span, "the key `overlay` is missing: this is not an OpenAPI Overlay".to_owned());
    };
    let text = version.lexeme().unwrap_or_default();
    if text.split('.').next() != Some("1") {
        return refuse(
            version.span,
            format!("`{text}` is not a version of Overlay that is read; 1.0 and 1.1 are"),
        );
    }
    let info = root.get("info");
    for key in ["title", "version"] {
        if info.and_then(|info| info.get(key)).is_none() {
            let at = info.map_or(root.span, |info| info.span);
            diagnostics.report(Code::MissingField, at, format!("the `info` of an overlay needs `{key}`"));
        }
    }
    known(root, &["overlay", "info", "extends", "actions"], diagnostics);
    extends(sources, root, diagnostics);
    match root.get("actions") {
        Some(Node { value: Value::List(list), span }) => {
            if list.is_empty() {
                diagnostics.report(Code::BadOverlay, *span, "an overlay needs at least one action");
            }
            Some(list)
        }
        Some(other) => {
            let message = format!("`actions` must be a list, and is {}", other.kind());
            diagnostics.report(Code::BadOverlay, other.span, message);
            None
        }
        None => {
            diagnostics.report(Code::BadOverlay, root.span, "the key `actions` is missing");
            None
        }
    }
}

/// An overlay that says which document it is for, by a relative reference, is told when it is another one.
fn extends(sources: &Sources, root: &Node, diagnostics: &mut Diagnostics) {
    let Some(at) = root.get("extends") else { return };
    let Some(text) = at.as_str() else {
        diagnostics.report(
            Code::BadOverlay,
            at.span,
            format!("`extends` must be a text, and is {}", at.kind()),
        );
        return;
    };
    if text.contains("://") {
        return; // Where a document was published does not say where it lies here.
    }
    let path = crate::source::percent_decode(text.split('#').next().unwrap_or_default());
    let own = sources.file(at.span.file).file.as_ref().and_then(|file| file.parent());
    let entry = sources.file(FileId(0)).file.as_ref().and_then(|file| file.canonicalize().ok());
    if let (Some(own), Some(entry)) = (own, entry)
        && own.join(path).canonicalize().ok().as_ref() != Some(&entry)
    {
        diagnostics
            .report(Code::OtherDocument, at.span, format!("the overlay is written for `{text}`"))
            .help(format!("it is applied to {} all the same", sources.file(FileId(0)).path));
    }
}

fn perform(action: &Node, root: &mut Node, added: &mut usize, diagnostics: &mut Diagnostics) {
    if action.as_map().is_none() {
        let message = format!("an action is a mapping, and this is {}", action.kind());
        diagnostics.report(Code::BadOverlay, action.span, message);
        return;
    }
    known(action, &["target", "description", "update", "remove", "copy"], diagnostics);
    let Some(target) = action.get("target").and_then(|at| Target::read(at, "target", diagnostics)) else {
        if action.get("target").is_none() {
            diagnostics.report(Code::BadOverlay, action.span, "an action needs a `target`");
        }
        return;
    };
    let remove = match action.get("remove") {
        None => false,
        Some(flag) => flag.as_bool().unwrap_or_else(|| {
            let message = format!("`remove` must be true or false, and is {}", flag.kind());
            diagnostics.report(Code::BadOverlay, flag.span, message);
            false
        }),
    };
    let (update, copy) = (action.get("update"), action.get("copy"));
    if !remove && update.is_none() && copy.is_none() {
        let message = "the action does nothing: it needs `update`, `copy`, or `remove: true`";
        diagnostics.report(Code::BadOverlay, action.span, message);
        return;
    }
    if let (false, Some(update), Some(copy)) = (remove, update, copy) {
        diagnostics
            .report(Code::BadOverlay, copy.span, "an action has `update` or `copy`, not both")
            .related(update.span, "the other one is here");
        return;
    }
    let json = root.to_json();
    let places = target.places(&json);
    if places.is_empty() {
        diagnostics
            .report(Code::NoTarget, target.span, format!("`{}` matches nothing in the document", target.text))
            .help("compare it with the document as the actions before left it: `apiloom bundle` prints that");
        return;
    }
    if remove {
        select::remove(root, places, target.span, diagnostics);
        return;
    }
    let copied = copy.and_then(|copy| select::single(root, &json, copy, diagnostics));
    let Some(value) = update.cloned().or(copied) else { return };
    let mut merge = Merge { added, limit: MAX_ADDED, diagnostics };
    merge.all(root, &places, &value, target.span);
}

fn known(node: &Node, known: &[&str], diagnostics: &mut Diagnostics) {
    for entry in node.as_map().into_iter().flat_map(|map| map.iter()) {
        if known.contains(&&*entry.key) || entry.key.starts_with("x-") {
            continue;
        }
        let message = format!("the key `{}` is not known in an overlay", entry.key);
        let found = diagnostics.report(Code::UnknownField, entry.at, message);
        if let Some(near) = nearest(&entry.key, known.iter().copied()) {
            found.help(format!("did you mean `{near}`?"));
        }
    }
}

fn too_deep(root: &Node) -> bool {
    let mut open = vec![(root, 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > MAX_DEPTH {
            return true;
        }
        match &node.value {
            Value::Map(map) => open.extend(map.iter().map(|entry| (&entry.value, depth + 1))),
            Value::List(list) => open.extend(list.iter().map(|item| (item, depth + 1))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    false
}

#[cfg(test)]
mod tests;
