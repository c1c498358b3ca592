//! Two GraphQL schemas against each other.
//!
//! The ids are those of graphql-inspector, so that lists of them carry over. A type that is added tells of everything in
//! it, as there: none of that can break anybody.

mod directives;
mod fields;
mod inputs;
mod position;
mod types;
mod usage;

use super::{Change, Level, rules};
use crate::graphql::Schema;
use crate::source::Span;
use indexmap::IndexMap;
use position::Positions;
use std::collections::HashSet;

/// The places of a change on both sides.
type Spans = (Option<Span>, Option<Span>);

/// Two schemas that are being compared.
struct Differ<'a> {
    old: &'a Schema,
    new: &'a Schema,
    /// Which types of either schema travel which way.
    positions: Positions<'a>,
    changes: Vec<Change>,
    /// Whether what is being compared belongs to a table of a database.
    in_table: bool,
}

pub(super) fn compare(old: &Schema, new: &Schema) -> Vec<Change> {
    let positions = Positions::of(old, new);
    let mut differ = Differ { old, new, positions, changes: Vec::new(), in_table: false };
    differ.roots();
    differ.types();
    differ.definitions();
    differ.schema_usage();
    let mut changes = differ.changes;
    let mut seen = HashSet::new();
    changes.retain(|change| seen.insert((change.id.clone(), change.path.clone(), change.text.clone())));
    changes.sort_by(|a, b| (a.level, &a.path).cmp(&(b.level, &b.path)));
    changes
}

impl Differ<'_> {
    fn report(
        &mut self,
        id: impl Into<String>,
        level: Level,
        (path, text): (&str, impl Into<String>),
        (old, new): Spans,
    ) {
        let id = id.into();
        let mut categories = rules::categories(&id, level);
        if self.in_table && rules::is_of_tables(&id) {
            categories.push(super::Category::Db);
        }
        self.changes.push(Change {
            id,
            level,
            categories,
            method: String::new(),
            path: path.to_owned(),
            place: String::new(),
            text: text.into(),
            old,
            new,
        });
    }
}

/// What became of the named things of two lists.
enum Pair<'a, T> {
    Gone(&'a T),
    Come(&'a T),
    Both(&'a T, &'a T),
}

/// The things of two lists by name: what is gone, what came, what stayed.
fn pairs<'a, T>(
    old: Option<&'a IndexMap<String, T>>,
    new: &'a IndexMap<String, T>,
) -> Vec<(&'a str, Pair<'a, T>)> {
    let gone = old.into_iter().flatten().filter(|(name, _)| !new.contains_key(*name));
    let come = new.iter().filter(|(name, _)| old.is_none_or(|old| !old.contains_key(*name)));
    let both = old.into_iter().flatten().filter_map(|(name, was)| Some((name, was, new.get(name)?)));
    gone.map(|(name, was)| (name.as_str(), Pair::Gone(was)))
        .chain(come.map(|(name, is)| (name.as_str(), Pair::Come(is))))
        .chain(both.map(|(name, was, is)| (name.as_str(), Pair::Both(was, is))))
        .collect()
}

/// How a description changed; `None` when it did not.
fn docs(old: Option<&str>, new: Option<&str>) -> Option<(&'static str, &'static str)> {
    match (old, new) {
        (None, Some(_)) => Some(("ADDED", "was added")),
        (Some(_), None) => Some(("REMOVED", "was removed")),
        (Some(was), Some(is)) if was != is => Some(("CHANGED", "changed")),
        _ => None,
    }
}
