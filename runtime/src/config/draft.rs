//! A configuration that is read and found good, before anybody uses it.

use super::de::{self, Notes};
use super::files;
use super::finding::{Failure, Finding, advice};
use super::inputs::Inputs;
use super::section::{Held, Kind};
use super::tree::{Item, Node, Origin};
use std::path::PathBuf;

/// Every layer in one tree, and the sections of it in the order of their kinds.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) tree: Node,
    pub(super) held: Vec<Held>,
    /// Files that it was made of, and of whose changes it should know.
    pub(super) watched: Vec<PathBuf>,
}

/// Reads everything.
///
/// # Errors
/// Everything that is wrong.
pub(super) fn read(
    kinds: &[Kind],
    inputs: &Inputs,
    operations: Option<&[&'static str]>,
    mut findings: Vec<Finding>,
) -> Result<Draft, Failure> {
    let mut tree = Node::default();
    let watched = files::overlay(&mut tree, inputs, &mut findings);
    inputs.overlay(&mut tree);
    strangers(kinds, &tree, &mut findings);
    let mut draft = sections(kinds, tree, &mut findings);
    if let Some(operations) = operations {
        unknown_operations(&draft.tree, operations, &mut findings);
    }
    draft.watched.extend(watched);
    if findings.is_empty() { Ok(draft) } else { Err(Failure::new(findings)) }
}

/// Reads the sections of a tree.
pub(super) fn sections(kinds: &[Kind], mut tree: Node, findings: &mut Vec<Finding>) -> Draft {
    let notes = Notes::default();
    let read = kinds.iter().filter_map(|kind| kind.read(&tree, &notes, findings));
    let (held, files): (Vec<_>, Vec<_>) = read.unzip();
    let mut watched = files.concat();
    for ((table, key), (name, node)) in notes.files.into_inner() {
        if let Origin::SecretFile(_, path) = &node.from {
            watched.push(PathBuf::from(path.as_ref()));
        }
        let path = |last: String| table.iter().cloned().chain([last]).collect::<Vec<_>>();
        tree.restore(&path(key), &Node::default());
        let is_over = tree.get(path(name.clone()).iter().map(String::as_str));
        if !is_over.is_some_and(|known| known.from.is_argument()) {
            let item = Item { key: node.from.clone(), is_loose: true, node };
            tree.put(&path(name), item);
        }
    }
    Draft { tree, held, watched }
}

/// Sections that nothing reads.
fn strangers(kinds: &[Kind], tree: &Node, findings: &mut Vec<Finding>) {
    let known: Vec<&str> = kinds.iter().map(|kind| kind.name).collect();
    for (key, item) in tree.table().into_iter().flatten() {
        if !known.contains(&key.as_str()) {
            findings.push(de::unknown(std::slice::from_ref(key), item, &known));
        }
    }
}

/// Operations that are configured and do not exist.
pub(super) fn unknown_operations(tree: &Node, known: &[&'static str], findings: &mut Vec<Finding>) {
    for (key, item) in tree.get(["operations"]).and_then(Node::table).into_iter().flatten() {
        let is = |id: &&str| *id == key || item.is_loose && id.eq_ignore_ascii_case(key);
        if !known.iter().any(is) {
            let finding = Finding::new(format!("there is no operation `{key}`"), item.key.clone());
            findings.push(finding.help(advice(key, known)));
        }
    }
}
