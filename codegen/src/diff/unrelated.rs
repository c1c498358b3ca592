//! Two documents that are no versions of one: comparing them would tell everything as removed and everything as added.

use super::Unreadable;
use super::document::shape;
use super::side::entries;
use crate::code::Code;
use crate::diagnostic::Diagnostics;
#[cfg(feature = "graphql")]
use crate::graphql::{Schema, Shape};
use crate::openapi::tree::Node;
use crate::source::Span;
use std::collections::HashSet;

/// How many types of a GraphQL schema, besides those of operations, say what it is about.
#[cfg(feature = "graphql")]
const ENOUGH_TYPES: usize = 3;

/// Two OpenAPI documents with paths, of which none is in both, and with different titles.
pub(super) fn openapi(old: &Node, new: &Node) -> Option<Unreadable> {
    let title = |root: &Node| {
        let title = root.get("info")?.get("title")?;
        Some((title.lexeme()?.to_owned(), title.span))
    };
    let shapes =
        |root| -> HashSet<String> { entries(root, "paths").iter().map(|path| shape(&path.key)).collect() };
    let (old_paths, new_paths) = (shapes(old), shapes(new));
    let ((was, _), (is, span)) = (title(old)?, title(new)?);
    if was == is || old_paths.is_empty() || new_paths.is_empty() || !old_paths.is_disjoint(&new_paths) {
        return None;
    }
    Some(refuse(span, &format!("`{was}` and `{is}` have no path in common"), "or give both one `info.title`"))
}

/// Two GraphQL schemas with several types, of which none is in both, and without a root field in common.
#[cfg(feature = "graphql")]
pub(super) fn graphql(old: &Schema, new: &Schema) -> Option<Unreadable> {
    let ((old_types, old_fields), (new_types, new_fields)) = (names(old), names(new));
    let few = old_types.len().min(new_types.len()) < ENOUGH_TYPES;
    if few || !old_types.is_disjoint(&new_types) || !old_fields.is_disjoint(&new_fields) {
        return None;
    }
    Some(refuse(new.span, "the schemas have no type and no root field in common", "or compare smaller steps"))
}

/// The names of types, and those of root fields.
#[cfg(feature = "graphql")]
fn names(schema: &Schema) -> (HashSet<&str>, HashSet<&str>) {
    let roots = [&schema.roots.query, &schema.roots.mutation, &schema.roots.subscription];
    let roots: HashSet<&str> = roots.into_iter().flatten().map(|root| root.name.as_str()).collect();
    let types = schema.types.keys().map(String::as_str).filter(|name| !roots.contains(name));
    let fields = roots.iter().filter_map(|root| match &schema.types.get(*root)?.shape {
        Shape::Object(object) => Some(object.fields.keys().map(String::as_str)),
        _ => None,
    });
    (types.collect(), fields.flatten().collect())
}

fn refuse(span: Span, text: &str, or: &str) -> Unreadable {
    let mut new = Diagnostics::default();
    new.report(Code::Unrelated, span, text).help(format!("name two versions of one document, {or}"));
    Unreadable { old: Diagnostics::default(), new }
}
