//! `type` and `format`, and which of them holds which.

use super::document::Differ;
use super::side::{flag, text};
use super::spot::{Effect, Role, Spot, Way};
use crate::openapi::tree::{Node, Value};
use std::collections::BTreeSet;

/// The types of a schema; empty: any. Null is told apart by [`nullable`].
pub(super) fn types(node: &Node) -> BTreeSet<&str> {
    match node.get("type").map(|node| &node.value) {
        Some(Value::String(one)) if &**one != "null" => [&**one].into(),
        Some(Value::List(list)) => {
            list.iter().filter_map(Node::as_str).filter(|one| *one != "null").collect()
        }
        _ => BTreeSet::new(),
    }
}

/// Whether null is valid, in any of the spellings.
pub(super) fn nullable(node: &Node) -> bool {
    let by_type = match node.get("type").map(|node| &node.value) {
        Some(Value::String(one)) => &**one == "null",
        Some(Value::List(list)) => list.iter().any(|one| one.as_str() == Some("null")),
        _ => false,
    };
    by_type || flag(node, "nullable")
}

/// Whether every value of `inner` is one of `outer`.
fn within(inner: &BTreeSet<&str>, outer: &BTreeSet<&str>) -> bool {
    outer.is_empty()
        || (!inner.is_empty()
            && inner.iter().all(|one| outer.contains(one) || (*one == "integer" && outer.contains("number"))))
}

/// Whether every value of format `inner` is one of `outer`.
fn format_within(inner: Option<&str>, outer: Option<&str>) -> bool {
    match (inner, outer) {
        (_, None) => true,
        (Some(inner), Some(outer)) => {
            inner == outer
                || matches!(
                    (inner, outer),
                    ("float", "double")
                        | ("int32", "int64" | "bigint")
                        | ("int64", "bigint")
                        | ("date-time", "time")
                )
        }
        (None, Some(_)) => false,
    }
}

fn told(node: &Node) -> String {
    let mut names: Vec<&str> = types(node).into_iter().collect();
    if nullable(node) {
        names.push("null");
    }
    let names = if names.is_empty() { "any".to_owned() } else { names.join(", ") };
    match text(node, "format") {
        Some(format) => format!("{names}/{format}"),
        None => names,
    }
}

impl<'t> Differ<'t> {
    pub(super) fn kinds(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        let (old, new) = (self.typed(old, true), self.typed(new, false));
        self.nulls(spot, old, new);
        let (was, is) = (types(old), types(new));
        let (format_was, format_is) = (text(old, "format"), text(new, "format"));
        if was == is && format_was == format_is {
            return;
        }
        let spans = (Some(place(old)), Some(place(new)));
        let message = format!("the type changed from `{}` to `{}`", told(old), told(new));
        let formats = was != is && (format_was.is_none() || !is.is_subset(&was) || was.is_empty());
        let widened =
            within(&was, &is) && (formats && format_is.is_none() || format_within(format_was, format_is));
        let narrowed =
            within(&is, &was) && (formats && format_was.is_none() || format_within(format_is, format_was));
        let (what, effect) = self.verdict(spot, (widened, narrowed), (old, new));
        self.note(spot, (what, effect), message, spans);
    }

    fn verdict(
        &mut self,
        spot: &Spot,
        (widened, narrowed): (bool, bool),
        (old, new): (&'t Node, &'t Node),
    ) -> (&'static str, Effect) {
        if spot.role == Role::ParameterProperty {
            return match (widened, narrowed) {
                (true, _) => ("type-generalized", Effect::Widens),
                _ if types(old).contains("string") => ("type-specialized", Effect::Narrows),
                _ => ("type-changed", Effect::Both),
            };
        }
        match (spot.way, widened, narrowed) {
            (Way::Request, true, _) => ("type-generalized", Effect::Widens),
            (Way::Request, ..) if spot.role == Role::Parameter && anything_goes(new) => {
                ("type-generalized", Effect::Widens)
            }
            (Way::Request, ..) if spot.repeats && self.repeats_more(old, new) => {
                ("type-generalized", Effect::Widens)
            }
            (Way::Response, true, _) if !types(new).is_empty() && types(old) != types(new) => {
                ("type-generalized", Effect::Widens)
            }
            (Way::Response, _, true) => ("type-specialized", Effect::Narrows),
            _ if compatible(spot, old, new) => ("type-compatible", Effect::None),
            _ => ("type-changed", Effect::Both),
        }
    }

    /// One value, or several of the kind: on the wire `a=1` is a list as well.
    fn repeats_more(&mut self, old: &'t Node, new: &'t Node) -> bool {
        let (was, is) = (types(old), types(new));
        let Some(items) = self.new.get(new, "items") else { return false };
        let bounded =
            ["minItems", "maxItems", "uniqueItems", "contains"].iter().any(|key| new.get(key).is_some())
                || ["pattern", "format", "enum", "const", "maxLength", "minLength", "maximum", "minimum"]
                    .iter()
                    .any(|key| items.get(key).is_some() && old.get(key).is_none());
        let of_items = types(items);
        is.len() == 1
            && is.contains("array")
            && !bounded
            && !was.is_empty()
            && was.is_disjoint(&["array", "object"].into())
            && (of_items.contains("string") || within(&was, &of_items))
    }

    /// Both sides without the null that one of them is joined with by `oneOf` or `anyOf`; that change is told here.
    pub(super) fn peeled(
        &mut self,
        spot: &Spot,
        old: &'t Node,
        new: &'t Node,
    ) -> Option<(&'t Node, &'t Node)> {
        let (was, is) = (joined_with_null(old), joined_with_null(new));
        if was.is_none() && is.is_none() {
            return None;
        }
        let (before, after) = (self.old.follow(was.unwrap_or(old)), self.new.follow(is.unwrap_or(new)));
        let null = |joined: Option<&Node>, inner: &Node| joined.is_some() || nullable(inner);
        match (null(was, before), null(is, after)) {
            (false, true) => {
                let text = "null became valid";
                self.note(spot, ("became-nullable", Effect::Widens), text, (Some(old.span), Some(new.span)));
            }
            (true, false) => {
                let text = "null became invalid";
                self.note(
                    spot,
                    ("became-not-nullable", Effect::Narrows),
                    text,
                    (Some(old.span), Some(new.span)),
                );
            }
            _ => {}
        }
        Some((before, after))
    }

    /// Whether one side chooses between bare types and the other has one or more types: told as a list of types.
    pub(super) fn listed(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) -> bool {
        let (was, is) = (choice_of_types(old), choice_of_types(new));
        if was.is_none() && is.is_none() {
            return false;
        }
        let (Some(was), Some(is)) = (was.or_else(|| bare(old)), is.or_else(|| bare(new))) else {
            return false;
        };
        let names =
            |types: Vec<&&str>| types.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
        let (gone, come): (Vec<_>, Vec<_>) = (was.difference(&is).collect(), is.difference(&was).collect());
        let spans = (Some(old.span), Some(new.span));
        if !gone.is_empty() {
            let text = format!("the type {} became invalid", names(gone));
            self.note(spot, ("list-of-types-narrowed", Effect::Narrows), text, spans);
        }
        if !come.is_empty() {
            let text = format!("the type {} became valid", names(come));
            self.note(spot, ("list-of-types-widened", Effect::Widens), text, spans);
        }
        true
    }

    /// The schema that says the type: itself, or the first member of `allOf` that does.
    fn typed(&mut self, node: &'t Node, is_old: bool) -> &'t Node {
        if node.get("type").is_some() || flag(node, "nullable") {
            return node;
        }
        let members = node.get("allOf").and_then(Node::as_list).unwrap_or_default();
        let mut followed =
            members.iter().map(|one| if is_old { self.old.follow(one) } else { self.new.follow(one) });
        followed.find(|one| one.get("type").is_some()).unwrap_or(node)
    }

    fn nulls(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        // Without types anything is valid, null among it.
        if types(old).is_empty() != types(new).is_empty() && !(flag(old, "nullable") || flag(new, "nullable"))
        {
            return;
        }
        match (nullable(old), nullable(new)) {
            (false, true) => {
                self.note(
                    spot,
                    ("became-nullable", Effect::Widens),
                    "null became valid",
                    (Some(place(old)), Some(place(new))),
                );
            }
            (true, false) => {
                let text = "null became invalid";
                self.note(
                    spot,
                    ("became-not-nullable", Effect::Narrows),
                    text,
                    (Some(place(old)), Some(place(new))),
                );
            }
            _ => {}
        }
    }
}

/// Text on the wire holds anything: outside JSON a string and what is written as one are the same to the reader.
fn compatible(spot: &Spot, old: &Node, new: &Node) -> bool {
    let plain = match spot.role {
        Role::Header => true,
        Role::Body | Role::Property => !spot.media.is_empty() && !spot.media.contains("json"),
        Role::Parameter | Role::ParameterProperty => false,
    };
    let side = if spot.way == Way::Request { new } else { old };
    plain && types(side).contains("string") && text(side, "format").is_none()
}

fn place(node: &Node) -> crate::source::Span {
    node.get("type").or_else(|| node.get("format")).unwrap_or(node).span
}

/// The one schema that `oneOf` or `anyOf` joins with null.
fn joined_with_null(node: &Node) -> Option<&Node> {
    let list = node.get("oneOf").or_else(|| node.get("anyOf"))?.as_list()?;
    let is_null = |node: &Node| text(node, "type") == Some("null");
    match list {
        [null, other] | [other, null] if is_null(null) && !is_null(other) => Some(other),
        _ => None,
    }
}

/// The types that `oneOf` or `anyOf` lets choose between, when it says nothing else of them.
fn choice_of_types(node: &Node) -> Option<BTreeSet<&str>> {
    let list = node.get("oneOf").or_else(|| node.get("anyOf"))?.as_list()?;
    let one = |node: &'_ Node| -> bool {
        node.as_map().is_some_and(|map| map.len() == 1) && text(node, "type").is_some()
    };
    list.iter().all(one).then(|| list.iter().filter_map(|node| text(node, "type")).collect())
}

/// The types of a schema that has some.
fn bare(node: &Node) -> Option<BTreeSet<&str>> {
    Some(types(node)).filter(|types| !types.is_empty())
}

/// In a path, query or header a text without more rules takes whatever a caller sends.
fn anything_goes(node: &Node) -> bool {
    types(node).contains("string")
        && ["format", "pattern", "enum", "const"].iter().all(|key| node.get(key).is_none())
}
