//! Numbers that bound a value.

use super::document::Differ;
use super::side::flag;
use super::spot::{Effect, Role, Spot, Way};
use crate::openapi::tree::Node;

struct Bound {
    key: &'static str,
    what: &'static str,
    upper: bool,
    /// The value that a schema without the keyword has.
    absent: Option<f64>,
}

const fn bound(key: &'static str, what: &'static str, upper: bool, absent: Option<f64>) -> Bound {
    Bound { key, what, upper, absent }
}

const BOUNDS: [Bound; 12] = [
    bound("maximum", "max", true, None),
    bound("minimum", "min", false, None),
    bound("exclusiveMaximum", "exclusive-max", true, None),
    bound("exclusiveMinimum", "exclusive-min", false, None),
    bound("maxLength", "max-length", true, None),
    bound("minLength", "min-length", false, Some(0.0)),
    bound("maxItems", "max-items", true, None),
    bound("minItems", "min-items", false, None),
    bound("maxContains", "max-contains", true, None),
    bound("minContains", "min-contains", false, None),
    bound("maxProperties", "max-properties", true, None),
    bound("minProperties", "min-properties", false, Some(0.0)),
];

impl<'t> Differ<'t> {
    pub(super) fn bounds(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        for bound in &BOUNDS {
            let (was, is) = (number(old, bound), number(new, bound));
            self.bound(spot, bound, (old, was), (new, is));
        }
        self.multiples(spot, old, new);
        for (key, what) in [
            ("uniqueItems", "unique-items"),
            ("exclusiveMaximum", "exclusive-max"),
            ("exclusiveMinimum", "exclusive-min"),
        ] {
            self.switch(spot, (key, what), old, new);
        }
    }

    fn bound(
        &mut self,
        spot: &Spot,
        bound: &Bound,
        (old, was): (&'t Node, Option<f64>),
        (new, is): (&'t Node, Option<f64>),
    ) {
        let (was, is) = (was.or(bound.absent), is.or(bound.absent));
        let spans = (Some(place(old, bound.key)), Some(place(new, bound.key)));
        let (verb, effect, text) = match (was, is) {
            (None, Some(is)) => ("set", Effect::Narrows, format!("{} was set to {is}", bound.key)),
            (Some(was), None) => ("unset", Effect::Widens, format!("{} {was} was removed", bound.key)),
            (Some(was), Some(is)) if is > was => {
                let effect = if bound.upper { Effect::Widens } else { Effect::Narrows };
                ("increased", effect, format!("{} was raised from {was} to {is}", bound.key))
            }
            (Some(was), Some(is)) if is < was => {
                let effect = if bound.upper { Effect::Narrows } else { Effect::Widens };
                ("decreased", effect, format!("{} was lowered from {was} to {is}", bound.key))
            }
            _ => return,
        };
        let what = format!("{}-{verb}", bound.what);
        let narrows = effect == Effect::Narrows;
        if spot.passed_over && spot.way == Way::Request && spot.role == Role::Property && narrows {
            let told = spot.told();
            let id = format!("request-read-only-property-{what}");
            return self.report(id, super::Level::Safe, (&told, format!("{told}: {text}")), spans);
        }
        self.note(spot, (&what, effect), text, spans);
    }

    fn multiples(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        let value =
            |node: &'t Node| node.get("multipleOf").and_then(|node| node.lexeme()?.parse::<f64>().ok());
        let spans = (Some(place(old, "multipleOf")), Some(place(new, "multipleOf")));
        let (what, effect, text) = match (value(old), value(new)) {
            (None, Some(is)) => ("multiple-of-added", Effect::Narrows, format!("multipleOf {is} was added")),
            (Some(was), None) => {
                ("multiple-of-removed", Effect::Widens, format!("multipleOf {was} was removed"))
            }
            (Some(was), Some(is)) if was.total_cmp(&is).is_ne() => {
                ("multiple-of-changed", Effect::Both, format!("multipleOf changed from {was} to {is}"))
            }
            _ => return,
        };
        self.note(spot, (what, effect), text, spans);
    }

    fn switch(&mut self, spot: &Spot, (key, what): (&str, &str), old: &'t Node, new: &'t Node) {
        let spans = (Some(place(old, key)), Some(place(new, key)));
        match (flag(old, key), flag(new, key)) {
            (false, true) => {
                self.note(
                    spot,
                    (&format!("{what}-added"), Effect::Narrows),
                    format!("{key} was added"),
                    spans,
                );
            }
            (true, false) => {
                let text = format!("{key} was removed");
                self.note(spot, (&format!("{what}-removed"), Effect::Widens), text, spans);
            }
            _ => {}
        }
    }
}

fn number(node: &Node, bound: &Bound) -> Option<f64> {
    node.get(bound.key)?.lexeme()?.parse().ok()
}

fn place(node: &Node, key: &str) -> crate::source::Span {
    node.get(key).unwrap_or(node).span
}
