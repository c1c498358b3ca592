//! The parameters of an operation.

use super::Level;
use super::document::{Differ, Operation, stability};
use super::side::{entries, flag, list, text};
use super::spot::{Role, Spot, Way};
use crate::openapi::tree::Node;
use crate::source::Span;

/// A parameter and whether it is declared for the whole path.
#[derive(Clone, Copy)]
struct Parameter<'t> {
    node: &'t Node,
    shared: bool,
    place: &'t str,
    name: &'t str,
    /// For path parameters: the place in the template.
    position: Option<usize>,
    at: Span,
}

impl Parameter<'_> {
    fn told(&self) -> String {
        format!("{} parameter `{}`", self.place, self.name)
    }

    fn is(&self, other: &Parameter<'_>) -> bool {
        if self.place != other.place {
            return false;
        }
        match (self.position, other.position) {
            (Some(a), Some(b)) => a == b,
            _ if self.place == "header" => self.name.eq_ignore_ascii_case(other.name),
            _ => self.name == other.name,
        }
    }
}

impl<'t> Differ<'t> {
    pub(super) fn parameters(&mut self, was: &Operation<'t>, is: &Operation<'t>) {
        let (before, after) = (self.collect(was, true), self.collect(is, false));
        for old in &before {
            match after.iter().find(|new| old.is(new)) {
                Some(new) => self.parameter(old, new, stability(is.node)),
                None => self.parameter_removed(&old.told(), old.node, old.at),
            }
        }
        for new in after.iter().filter(|new| !before.iter().any(|old| old.is(new))) {
            self.parameter_added(new);
        }
    }

    fn collect(&mut self, operation: &Operation<'t>, is_old: bool) -> Vec<Parameter<'t>> {
        let mut found: Vec<Parameter<'t>> = Vec::new();
        let own = list(operation.node, "parameters").iter().map(|node| (node, false));
        let shared = list(operation.item, "parameters").iter().map(|node| (node, true));
        for (node, shared) in own.chain(shared) {
            let at = node.span;
            let node = if is_old { self.old.follow(node) } else { self.new.follow(node) };
            let (Some(place), Some(name)) = (text(node, "in"), text(node, "name")) else { continue };
            let position = (place == "path").then(|| position(operation.path, name)).flatten();
            let parameter = Parameter { node, shared, place, name, position, at };
            if !found.iter().any(|other| other.is(&parameter)) {
                found.push(parameter);
            }
        }
        found
    }

    fn parameter_added(&mut self, new: &Parameter<'t>) {
        let required = flag(new.node, "required");
        let (id, level) = match (new.place, new.shared, required) {
            ("path", _, _) => ("new-request-path-parameter", Level::Breaking),
            (_, true, true) => ("new-required-request-default-parameter-to-existing-path", Level::Breaking),
            (_, true, false) => ("new-optional-request-default-parameter-to-existing-path", Level::Safe),
            (_, false, true) => ("new-required-request-parameter", Level::Breaking),
            (_, false, false) => ("new-optional-request-parameter", Level::Safe),
        };
        let need = if required { "required" } else { "optional" };
        let text = format!("the {need} {} was added", new.told());
        self.report(id, level, (&new.told(), text), (None, Some(new.at)));
    }

    fn parameter(&mut self, was: &Parameter<'t>, is: &Parameter<'t>, level: Option<&str>) {
        let (old, new, told) = (was.node, is.node, is.told());
        let spans = (Some(was.at), Some(is.at));
        match (flag(old, "required"), flag(new, "required")) {
            (false, true) => {
                let text = format!("{told} became required");
                self.report("request-parameter-became-required", Level::Breaking, (&told, text), spans);
            }
            (true, false) => {
                let text = format!("{told} became optional");
                self.report("request-parameter-became-optional", Level::Safe, (&told, text), spans);
            }
            _ => {}
        }
        self.parameter_lifecycle(&told, (old, new), level);
        self.styles(&told, (was, old), (is, new));
        let spot = Spot {
            way: Way::Request,
            role: Role::Parameter,
            path: String::new(),
            root: told,
            in_header: is.place == "header",
            media: String::new(),
            passed_over: false,
            repeats: is.place == "query" && style_of(is.place, new) == ("form".to_owned(), true),
        };
        if let (Some(was), Some(is)) = (old.get("schema"), new.get("schema")) {
            self.root_schemas(&spot, was, is);
        }
        for content in entries(old, "content") {
            let other =
                new.get("content").and_then(|all| all.get(&content.key)).and_then(|node| node.get("schema"));
            if let (Some(was), Some(is)) = (content.value.get("schema"), other) {
                self.root_schemas(&spot, was, is);
            }
        }
    }

    /// `style`, `explode`, and whether the value has a media type.
    fn styles(
        &mut self,
        told: &str,
        (was, old): (&Parameter<'t>, &'t Node),
        (is, new): (&Parameter<'t>, &'t Node),
    ) {
        let spans = (Some(was.at), Some(is.at));
        let ((style_was, explode_was), (style_is, explode_is)) =
            (style_of(was.place, old), style_of(is.place, new));
        if style_was != style_is {
            let text = format!("{told}: the style changed from `{style_was}` to `{style_is}`");
            self.report("request-parameter-style-changed", Level::Breaking, (told, text), spans);
        } else if explode_was != explode_is && self.structured(new) {
            let text = format!("{told}: explode changed from {explode_was} to {explode_is}");
            self.report("request-parameter-explode-changed", Level::Breaking, (told, text), spans);
        }
        if old.get("content").is_some() != new.get("content").is_some() {
            let text = format!("{told}: it is written in another way (`schema` or `content`)");
            self.report("request-parameter-content-changed", Level::Breaking, (told, text), spans);
        }
        let reserved = (flag(old, "allowReserved"), flag(new, "allowReserved"));
        let (id, level, must) = match reserved {
            (true, false) => ("request-parameter-allow-reserved-removed", Level::Breaking, "must"),
            (false, true) => ("request-parameter-allow-reserved-added", Level::Safe, "need not"),
            _ => return,
        };
        let text = format!("{told}: reserved characters {must} be escaped now");
        self.report(id, level, (told, text), spans);
    }

    /// Whether how it is exploded can be told at all.
    fn structured(&mut self, parameter: &'t Node) -> bool {
        let Some(schema) = self.new.get(parameter, "schema") else { return false };
        let types = super::types::types(schema);
        types.is_empty() || types.contains("array") || types.contains("object")
    }
}

/// The style of a parameter, and whether it is exploded (OpenAPI 3.1, section 4.8.12.2).
fn style_of(place: &str, node: &Node) -> (String, bool) {
    let usual = if matches!(place, "query" | "cookie") { "form" } else { "simple" };
    let style = text(node, "style").unwrap_or(usual).to_owned();
    let explode = node.get("explode").and_then(Node::as_bool).unwrap_or(style == "form");
    (style, explode)
}

/// Which variable of the template it is.
fn position(path: &str, name: &str) -> Option<usize> {
    path.split('{').skip(1).position(|part| part.split('}').next() == Some(name))
}
