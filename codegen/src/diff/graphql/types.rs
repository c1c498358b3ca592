//! Root types, and named types as wholes.

use super::super::Level::{Breaking, Dangerous, Safe};
use super::{Differ, Pair, docs, pairs};
use crate::graphql::{Composite, Named, Shape, Type};
use crate::source::Span;
use indexmap::IndexMap;

/// Scalars that every schema has (section 3.5).
const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

impl Differ<'_> {
    pub(super) fn roots(&mut self) {
        let (old, new) = (&self.old.roots, &self.new.roots);
        for (id, word, was, is) in [
            ("SCHEMA_QUERY_TYPE_CHANGED", "query", &old.query, &new.query),
            ("SCHEMA_MUTATION_TYPE_CHANGED", "mutation", &old.mutation, &new.mutation),
            ("SCHEMA_SUBSCRIPTION_TYPE_CHANGED", "subscription", &old.subscription, &new.subscription),
        ] {
            let name = |root: &Option<Named>| root.as_ref().map(|root| root.name.clone());
            let (level, text) = match (name(was), name(is)) {
                (None, Some(is)) => (Safe, format!("the {word} type was set to `{is}`")),
                (Some(was), None) => (Breaking, format!("the {word} type `{was}` was removed")),
                (Some(was), Some(is)) if was != is => {
                    (Breaking, format!("the {word} type changed from `{was}` to `{is}`"))
                }
                _ => continue,
            };
            let span = |root: &Option<Named>| root.as_ref().map(|root| root.span);
            self.report(id, level, ("", text), (span(was), span(is)));
        }
    }

    pub(super) fn types(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, pair) in pairs(Some(&old.types), &new.types) {
            if BUILT_IN.contains(&name) || name.starts_with("__") {
                continue;
            }
            match pair {
                Pair::Gone(was) => {
                    self.in_table = is_table(was);
                    let text = format!("the {} `{name}` was removed", was.shape.kind());
                    self.report("TYPE_REMOVED", Breaking, (name, text), (Some(was.decl.span), None));
                }
                Pair::Come(is) => {
                    self.in_table = is_table(is);
                    let text = format!("the {} `{name}` was added", is.shape.kind());
                    self.report("TYPE_ADDED", Safe, (name, text), (None, Some(is.decl.span)));
                    self.inside(None, is);
                    self.type_docs(None, is);
                }
                Pair::Both(was, is) => {
                    self.in_table = is_table(was) || is_table(is);
                    self.inside(Some(was), is);
                    self.type_docs(Some(was), is);
                }
            }
            self.in_table = false;
        }
    }

    fn inside(&mut self, old: Option<&Type>, new: &Type) {
        let kind = match (old.map(|old| &old.shape), &new.shape) {
            (None | Some(Shape::Scalar), Shape::Scalar) => "SCALAR",
            (None, Shape::Object(is)) => self.composite((old, new), None, is),
            (Some(Shape::Object(was)), Shape::Object(is)) => self.composite((old, new), Some(was), is),
            (None, Shape::Interface(is)) => self.composite((old, new), None, is),
            (Some(Shape::Interface(was)), Shape::Interface(is)) => self.composite((old, new), Some(was), is),
            (None, Shape::Union(is)) => self.members((old, new), None, is),
            (Some(Shape::Union(was)), Shape::Union(is)) => self.members((old, new), Some(was), is),
            (None, Shape::Enum(is)) => self.values(new, None, is),
            (Some(Shape::Enum(was)), Shape::Enum(is)) => self.values(new, Some(was), is),
            (None, Shape::Input(is)) => self.input_fields(new, None, is),
            (Some(Shape::Input(was)), Shape::Input(is)) => self.input_fields(new, Some(was), is),
            (Some(was), is) => {
                let name = &new.decl.name;
                let text = format!("`{name}` was a {} and is a {} now", was.kind(), is.kind());
                let spans = (old.map(|old| old.decl.span), Some(new.decl.span));
                return self.report("TYPE_KIND_CHANGED", Breaking, (name, text), spans);
            }
        };
        let name = &new.decl.name;
        let told = format!("the {} `{name}`", new.shape.kind());
        self.usage((kind, name, &told), old.map(|old| &old.decl), &new.decl);
    }

    fn composite(
        &mut self,
        (old, new): (Option<&Type>, &Type),
        was: Option<&Composite>,
        is: &Composite,
    ) -> &'static str {
        let name = &new.decl.name;
        for (interface, pair) in pairs(was.map(|was| &was.interfaces), &is.interfaces) {
            match pair {
                Pair::Gone(at) => {
                    let text = format!("`{name}` does not implement `{interface}` any more");
                    self.report(
                        "OBJECT_TYPE_INTERFACE_REMOVED",
                        Breaking,
                        (name, text),
                        (Some(*at), Some(new.decl.span)),
                    );
                }
                Pair::Come(at) => {
                    let level = if old.is_none() { Safe } else { Dangerous };
                    let text = format!("`{name}` implements `{interface}` now");
                    let spans = (old.map(|old| old.decl.span), Some(*at));
                    self.report("OBJECT_TYPE_INTERFACE_ADDED", level, (name, text), spans);
                }
                Pair::Both(..) => {}
            }
        }
        self.fields(new, was.map(|was| &was.fields), &is.fields);
        if matches!(new.shape, Shape::Interface(_)) { "INTERFACE" } else { "OBJECT" }
    }

    fn members(
        &mut self,
        (old, new): (Option<&Type>, &Type),
        was: Option<&IndexMap<String, Span>>,
        is: &IndexMap<String, Span>,
    ) -> &'static str {
        let name = &new.decl.name;
        for (member, pair) in pairs(was, is) {
            match pair {
                Pair::Gone(at) => {
                    let text = format!("the member `{member}` of the union `{name}` was removed");
                    self.report(
                        "UNION_MEMBER_REMOVED",
                        Breaking,
                        (name, text),
                        (Some(*at), Some(new.decl.span)),
                    );
                }
                Pair::Come(at) => {
                    let level = if old.is_none() { Safe } else { Dangerous };
                    let text = format!("the member `{member}` of the union `{name}` was added");
                    let spans = (old.map(|old| old.decl.span), Some(*at));
                    self.report("UNION_MEMBER_ADDED", level, (name, text), spans);
                }
                Pair::Both(..) => {}
            }
        }
        "UNION_MEMBER"
    }

    fn type_docs(&mut self, old: Option<&Type>, new: &Type) {
        let name = &new.decl.name;
        let was = old.and_then(|old| old.decl.docs.as_deref());
        if let Some((what, verb)) = docs(was, new.decl.docs.as_deref()) {
            let text = format!("the description of `{name}` {verb}");
            let spans = (old.map(|old| old.decl.span), Some(new.decl.span));
            self.report(format!("TYPE_DESCRIPTION_{what}"), Safe, (name, text), spans);
        }
    }
}

/// Whether rows of a table are made of it.
fn is_table(ty: &Type) -> bool {
    ty.decl.applied("table").is_some() || ty.decl.applied("model").is_some()
}
