//! Two schemas against each other.

use super::document::Differ;
use super::side::{self, entries, equal, flag, list, pair, shown, text};
use super::spot::{Effect, Role, Spot, Way};
use super::{Level, combine};
use crate::openapi::tree::{Entry, Node, Value};
use crate::source::Span;
use std::collections::BTreeSet;

/// Schemas are compared this deep inside each other in one go; what is deeper waits for its turn.
const DEEPEST: usize = 16;

impl<'t> Differ<'t> {
    /// Compares what a body or parameter holds.
    pub(super) fn root_schemas(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        self.visited.clear();
        self.schemas(spot, old, new, 0);
        while let Some((spot, old, new)) = self.deeper.pop() {
            self.schemas(&spot, old, new, 0);
        }
    }

    pub(super) fn schemas(&mut self, spot: &Spot, old: &'t Node, new: &'t Node, depth: usize) {
        let (old, new) = (self.old.follow(old), self.new.follow(new));
        if self.alike(old, new) {
            return;
        }
        if self.inside >= DEEPEST {
            return self.deeper.push((spot.clone(), old, new));
        }
        if self.visited.insert(pair(old, new)) {
            let table = self.table;
            self.inside += 1;
            if old.get("x-table").is_some() {
                self.table = Some(self.inside);
            }
            self.two(spot, old, new, depth);
            self.inside -= 1;
            self.table = table;
        }
    }

    /// Compares two schemas, neither of which is a reference.
    fn two(&mut self, spot: &Spot, old: &'t Node, new: &'t Node, depth: usize) {
        if let Some((was, is)) = self.peeled(spot, old, new) {
            return self.schemas(spot, was, is, depth + 1);
        }
        if self.listed(spot, old, new) {
            return;
        }
        if combine::wraps(self, spot, old, new) {
            return;
        }
        self.kinds(spot, old, new);
        self.bounds(spot, old, new);
        self.values(spot, old, new);
        self.defaults(spot, old, new);
        self.patterns(spot, old, new);
        self.contents(spot, old, new);
        self.conditions(spot, old, new);
        let apart = self.combinations(spot, old, new, depth);
        self.properties(spot, (old, new), &apart, depth);
        self.additional(spot, old, new, depth);
        if let (Some(was), Some(is)) = (old.get("items"), new.get("items")) {
            self.schemas(&spot.items(), was, is, depth + 1);
        }
    }

    fn values(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        self.constants(spot, old, new);
        for (key, what) in [("enum", "enum-value"), ("x-extensible-enum", "x-extensible-enum-value")] {
            let (was, is) = (old.get(key).and_then(Node::as_list), new.get(key).and_then(Node::as_list));
            match (was, is) {
                (None, Some(_)) if key == "enum" && old.get("const").is_none() => {
                    let text = "only the values of a list are valid now";
                    self.enumerated(spot, text, old, new);
                }
                (Some(was), Some(is)) => self.members(spot, (key, what), (old, was), (new, is)),
                (Some(was), None) if key == "enum" && new.get("const").is_none() => {
                    let span = was.first().map(|node| node.span);
                    self.note(
                        spot,
                        ("enum-removed", Effect::Widens),
                        "any value is valid now",
                        (span, Some(new.span)),
                    );
                }
                _ => {}
            }
        }
    }

    fn enumerated(&mut self, spot: &Spot, text: &str, old: &'t Node, new: &'t Node) {
        let spans = (Some(old.span), Some(new.get("enum").unwrap_or(new).span));
        if spot.in_header && spot.role == Role::ParameterProperty {
            let told = spot.told();
            let text = format!("{told}: {text}");
            return self.report("request-header-property-became-enum", Level::Breaking, (&told, text), spans);
        }
        self.note(spot, ("became-enum", Effect::Narrows), text, spans);
    }

    fn members(
        &mut self,
        spot: &Spot,
        (key, what): (&str, &str),
        (old, was): (&'t Node, &'t [Node]),
        (new, is): (&'t Node, &'t [Node]),
    ) {
        let open = key != "enum" || new.get("x-extensible-enum").is_some();
        for gone in was.iter().filter(|one| !is.iter().any(|other| equal(one, other))) {
            let text = format!("the value `{}` was removed", shown(gone));
            let id = match (spot.way, &spot.role, spot.passed_over) {
                (Way::Response, Role::Body, _) if key == "enum" => {
                    "response-mediatype-enum-value-removed".to_owned()
                }
                (Way::Request, Role::Property, true) if key == "enum" => {
                    "request-read-only-property-enum-value-removed".to_owned()
                }
                _ => format!("{}-{what}-removed", spot.prefix()),
            };
            let told = spot.told();
            let level = spot.level(Effect::Narrows);
            self.report(id, level, (&told, format!("{told}: {text}")), (Some(gone.span), span_of(new, key)));
        }
        for come in is.iter().filter(|one| !was.iter().any(|other| equal(one, other))) {
            let text = format!("the value `{}` was added", shown(come));
            let told = spot.told();
            let (id, level) = match (spot.way, spot.passed_over) {
                (Way::Response, true) => {
                    ("response-write-only-property-enum-value-added".to_owned(), Level::Safe)
                }
                (Way::Response, false) if open => {
                    (format!("{}-{what}-added-to-open-list", spot.prefix()), Level::Safe)
                }
                _ => (format!("{}-{what}-added", spot.prefix()), spot.level(Effect::Widens)),
            };
            self.report(id, level, (&told, format!("{told}: {text}")), (span_of(old, key), Some(come.span)));
        }
    }

    fn constants(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        let (was, is) = (old.get("const"), new.get("const"));
        let (what, effect, text) = match (was, is) {
            (None, Some(is)) => {
                ("const-added", Effect::Narrows, format!("only `{}` is valid now", shown(is)))
            }
            (Some(was), None) => {
                ("const-removed", Effect::Widens, format!("not only `{}` is valid now", shown(was)))
            }
            (Some(was), Some(is)) if !equal(was, is) => {
                let text = format!("the one valid value changed from `{}` to `{}`", shown(was), shown(is));
                ("const-changed", Effect::Both, text)
            }
            _ => return,
        };
        self.note(spot, (what, effect), text, (Some(was.unwrap_or(old).span), Some(is.unwrap_or(new).span)));
    }

    fn defaults(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        let (was, is) = (old.get("default"), new.get("default"));
        let (what, text) = match (was, is) {
            (None, Some(is)) => ("default-value-added", format!("the default `{}` was added", shown(is))),
            (Some(was), None) => {
                ("default-value-removed", format!("the default `{}` was removed", shown(was)))
            }
            (Some(was), Some(is)) if !equal(was, is) => (
                "default-value-changed",
                format!("the default changed from `{}` to `{}`", shown(was), shown(is)),
            ),
            _ => return,
        };
        self.note(
            spot,
            (what, Effect::None),
            text,
            (Some(was.unwrap_or(old).span), Some(is.unwrap_or(new).span)),
        );
    }

    fn patterns(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        let pattern = |node: &'t Node| text(node, "pattern").filter(|pattern| !pattern.is_empty());
        let (was, is) = (pattern(old), pattern(new));
        let (what, effect, text) = match (was, is) {
            (None, Some(is)) => ("pattern-added", Effect::Narrows, format!("the pattern `{is}` was added")),
            (Some(was), None) => {
                ("pattern-removed", Effect::Widens, format!("the pattern `{was}` was removed"))
            }
            (Some(was), Some(is)) if was != is => {
                let wide = matches!(is, ".*" | "^.*$") && spot.way == Way::Request;
                let what = if wide { "pattern-generalized" } else { "pattern-changed" };
                let effect = if wide { Effect::Widens } else { Effect::Both };
                (what, effect, format!("the pattern changed from `{was}` to `{is}`"))
            }
            _ => return,
        };
        let span = |node: &Node| Some(node.get("pattern").unwrap_or(node).span);
        self.note(spot, (what, effect), text, (span(old), span(new)));
    }

    fn contents(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        for (key, what) in [
            ("contentEncoding", "content-encoding-changed"),
            ("contentMediaType", "content-media-type-changed"),
        ] {
            let (was, is) = (text(old, key), text(new, key));
            if was != is {
                let told =
                    |one: Option<&str>| one.map_or_else(|| "none".to_owned(), |one| format!("`{one}`"));
                let text = format!("{key} changed from {} to {}", told(was), told(is));
                self.note(spot, (what, Effect::Both), text, (Some(old.span), Some(new.span)));
            }
        }
    }

    /// Where the properties of a schema and of the `allOf` members that both sides have are.
    fn properties(
        &mut self,
        spot: &Spot,
        (old, new): (&'t Node, &'t Node),
        apart: &combine::Apart,
        depth: usize,
    ) {
        let was = self.flat(old, true, apart);
        let is = self.flat(new, false, apart);
        for (name, property) in &was.properties {
            match is.properties.iter().find(|(other, _)| other == name) {
                Some((_, now)) => {
                    let required = (was.required.contains(name), is.required.contains(name));
                    self.property(&spot.step(name), (property, now), required, depth);
                }
                None => self.property_removed(&spot.step(name), property, was.required.contains(name)),
            }
        }
        for (name, property) in &is.properties {
            if !was.properties.iter().any(|(other, _)| other == name) {
                self.property_added(&spot.step(name), property, is.required.contains(name));
            }
        }
    }

    fn flat(&mut self, node: &'t Node, is_old: bool, apart: &combine::Apart) -> Flat<'t> {
        let mut flat = Flat::default();
        self.flatten((node, is_old), apart, 0, &mut flat);
        flat
    }

    fn flatten(
        &mut self,
        (node, is_old): (&'t Node, bool),
        apart: &combine::Apart,
        depth: usize,
        flat: &mut Flat<'t>,
    ) {
        let node = if is_old { self.old.follow(node) } else { self.new.follow(node) };
        for property in entries(node, "properties") {
            if !flat.properties.iter().any(|(name, _)| *name == &*property.key) {
                flat.properties.push((&property.key, property));
            }
        }
        flat.required.extend(list(node, "required").iter().filter_map(Node::as_str));
        for member in list(node, "allOf") {
            if depth < 16 && !apart.contains(&super::document::id(member)) {
                self.flatten((member, is_old), apart, depth + 1, flat);
            }
        }
    }

    fn property(
        &mut self,
        spot: &Spot,
        (was, is): (&'t Entry, &'t Entry),
        required: (bool, bool),
        depth: usize,
    ) {
        let (old, new) = (self.old.follow(&was.value), self.new.follow(&is.value));
        let passed = if spot.way == Way::Request { "readOnly" } else { "writeOnly" };
        let spot = Spot {
            passed_over: flag(new, passed) || spot.passed_over && spot.role != Role::Property,
            ..spot.clone()
        };
        self.requiredness(&spot, (was.at, is.at), new, required);
        self.directions(&spot, (old, new), required.1);
        self.property_lifecycle(&spot, old, new);
        self.schemas(&spot, &was.value, &is.value, depth + 1);
    }

    fn requiredness(&mut self, spot: &Spot, (was, is): (Span, Span), new: &'t Node, required: (bool, bool)) {
        let (what, effect, text) = match required {
            (false, true) => ("became-required", Effect::Narrows, "it became required"),
            (true, false) => ("became-optional", Effect::Widens, "it became optional"),
            _ => return,
        };
        let told = spot.told();
        let text = format!("{told}: {text}");
        let id = match (spot.way, &spot.role) {
            (Way::Response, _) if spot.passed_over => format!("response-write-only-property-{what}"),
            (Way::Request, Role::Property) if spot.passed_over => {
                format!("request-read-only-property-{what}")
            }
            (Way::Request, Role::Property) if required.1 && new.get("default").is_some() => {
                "request-property-became-required-with-default".to_owned()
            }
            (Way::Request, Role::ParameterProperty) if spot.in_header => {
                format!("request-header-property-{what}")
            }
            _ => format!("{}-{what}", spot.prefix()),
        };
        self.report(id, spot.level(effect), (&told, text), (Some(was), Some(is)));
    }

    fn directions(&mut self, spot: &Spot, (old, new): (&'t Node, &'t Node), required: bool) {
        if spot.role != Role::Property {
            return;
        }
        let need = if required { "required" } else { "optional" };
        let way = if spot.way == Way::Request { "request" } else { "response" };
        for (key, what) in [("readOnly", "read-only"), ("writeOnly", "write-only")] {
            let not = match (flag(old, key), flag(new, key)) {
                (false, true) => "",
                (true, false) => "not-",
                _ => continue,
            };
            let told = spot.told();
            let id = format!("{way}-{need}-property-became-{not}{what}");
            let text = format!("{told}: {key} was {}", if not.is_empty() { "added" } else { "removed" });
            self.report(id, Level::Safe, (&told, text), (Some(old.span), Some(new.span)));
        }
    }

    fn property_removed(&mut self, spot: &Spot, gone: &'t Entry, required: bool) {
        let node = self.old.follow(&gone.value);
        let told = spot.told();
        let (id, level) = match (spot.way, &spot.role) {
            (Way::Response, _) => {
                let passed = if flag(node, "writeOnly") { "write-only-" } else { "" };
                let need = if required { "required" } else { "optional" };
                let level = if required { Level::Breaking } else { Level::Dangerous };
                (format!("response-{need}-{passed}property-removed"), level)
            }
            (Way::Request, Role::ParameterProperty) => {
                (format!("{}-removed", spot.prefix()), Level::Dangerous)
            }
            (Way::Request, _) => ("request-property-removed".to_owned(), Level::Dangerous),
        };
        self.report(id, level, (&told, format!("{told} was removed")), (Some(gone.at), None));
    }

    fn property_added(&mut self, spot: &Spot, come: &'t Entry, required: bool) {
        let node = self.new.follow(&come.value);
        let told = spot.told();
        let (id, level) = match (spot.way, &spot.role) {
            (Way::Response, _) => {
                let passed = if flag(node, "writeOnly") { "write-only-" } else { "" };
                (
                    format!(
                        "response-{}-{passed}property-added",
                        if required { "required" } else { "optional" }
                    ),
                    Level::Safe,
                )
            }
            (Way::Request, Role::ParameterProperty) => match (required, spot.in_header) {
                (true, true) => ("new-required-request-header-property".to_owned(), Level::Breaking),
                (true, false) => ("new-required-request-parameter-property".to_owned(), Level::Breaking),
                (false, _) => ("new-optional-request-parameter-property".to_owned(), Level::Safe),
            },
            (Way::Request, _) if required && !flag(node, "readOnly") => {
                let with = if node.get("default").is_some() { "-with-default" } else { "" };
                (format!("new-required-request-property{with}"), Level::Breaking)
            }
            (Way::Request, _) if flag(node, "readOnly") => {
                ("new-request-read-only-property".to_owned(), Level::Safe)
            }
            (Way::Request, _) => ("new-optional-request-property".to_owned(), Level::Safe),
        };
        self.report(id, level, (&told, format!("{told} was added")), (None, Some(come.at)));
    }

    /// `additionalProperties`.
    fn additional(&mut self, spot: &Spot, old: &'t Node, new: &'t Node, depth: usize) {
        let closed = |node: &Node| node.get("additionalProperties").and_then(Node::as_bool) == Some(false);
        let spans = (Some(old.span), Some(new.span));
        match (closed(old), closed(new)) {
            (false, true) => {
                let text = "properties that are not listed became invalid";
                self.note(spot, ("additional-properties-closed", Effect::Narrows), text, spans);
            }
            (true, false) => {
                let text = "properties that are not listed became valid";
                self.note(spot, ("additional-properties-opened", Effect::Widens), text, spans);
            }
            _ => {}
        }
        let schema = |node: &'t Node| {
            node.get("additionalProperties").filter(|node| matches!(node.value, Value::Map(_)))
        };
        if let (Some(was), Some(is)) = (schema(old), schema(new)) {
            self.schemas(&spot.step("additionalProperties"), was, is, depth + 1);
        }
    }
}

#[derive(Default)]
struct Flat<'t> {
    properties: Vec<(&'t str, &'t Entry)>,
    required: BTreeSet<&'t str>,
}

/// The place of a node's key.
pub(super) fn span_of(node: &Node, key: &str) -> Option<Span> {
    Some(node.as_map().and_then(|map| map.entry(key)).map_or(node.span, |entry| entry.at))
}

/// What a member of a list of schemas is called: its reference, its title, or its number.
pub(super) fn member_name(node: &Node, at: usize) -> String {
    match (side::name(node), text(node, "title")) {
        (Some(name), _) => name.to_owned(),
        (None, Some(title)) => title.to_owned(),
        (None, None) => format!("subschema {}", at + 1),
    }
}
