//! Schemas made of schemas: `allOf`, `oneOf`, `anyOf`, discriminators, conditions, and lists and maps of schemas.

use super::document::{Differ, id};
use super::schema::{member_name, span_of};
use super::side::{self, entries, equal, list, text};
use super::spot::{Effect, Role, Spot, Way};
use crate::openapi::document::Address;
use crate::openapi::tree::{Node, Value};
use std::collections::HashSet;

/// Members of an `allOf` that only one side has.
pub(super) type Apart = HashSet<Address>;

/// The members of two lists that are the same, and those that only one has.
struct Matched<'t> {
    both: Vec<(&'t Node, &'t Node)>,
    gone: Vec<(usize, &'t Node)>,
    come: Vec<(usize, &'t Node)>,
}

/// One schema became a choice of several: told once, as its properties cannot be told apart any more.
pub(super) fn wraps<'t>(differ: &mut Differ<'t>, spot: &Spot, old: &'t Node, new: &'t Node) -> bool {
    let wrapped = spot.role == Role::Body
        && old.get("oneOf").is_none()
        && new.get("oneOf").is_some()
        && old.get("properties").is_some()
        && new.get("properties").is_none();
    if wrapped {
        let text = "it was put into a oneOf: what was valid before may not be any more";
        differ.note(spot, ("wrapped-in-one-of", Effect::Both), text, (Some(old.span), span_of(new, "oneOf")));
    }
    wrapped
}

impl<'t> Differ<'t> {
    /// Compares what is combined; gives the members of `allOf` that stand alone.
    pub(super) fn combinations(&mut self, spot: &Spot, old: &'t Node, new: &'t Node, depth: usize) -> Apart {
        self.discriminators(spot, old, new);
        for (key, what) in [("oneOf", "one-of"), ("anyOf", "any-of")] {
            let matched = self.matched(list(old, key), list(new, key));
            self.alternatives(spot, (key, what), (old, new), (matched, depth));
        }
        self.all_of(spot, old, new, depth)
    }

    fn alternatives(
        &mut self,
        spot: &Spot,
        (key, what): (&str, &str),
        (old, new): (&'t Node, &'t Node),
        (matched, depth): (Matched<'t>, usize),
    ) {
        for (at, gone) in matched.gone {
            let text = format!("`{}` was removed from {key}", member_name(gone, at));
            self.note(
                spot,
                (&format!("{what}-removed"), Effect::Narrows),
                text,
                (Some(gone.span), span_of(new, key)),
            );
        }
        for (at, come) in matched.come {
            let text = format!("`{}` was added to {key}", member_name(come, at));
            self.note(
                spot,
                (&format!("{what}-added"), Effect::Widens),
                text,
                (span_of(old, key), Some(come.span)),
            );
        }
        for (at, (was, is)) in matched.both.into_iter().enumerate() {
            let step = format!("{key}[{}]", member_name(is, at));
            self.schemas(&spot.step(&step), was, is, depth + 1);
        }
    }

    fn all_of(&mut self, spot: &Spot, old: &'t Node, new: &'t Node, depth: usize) -> Apart {
        let matched = self.matched(list(old, "allOf"), list(new, "allOf"));
        let mut apart = Apart::new();
        let differ = matched.gone.iter().map(|(_, node)| (*node, true));
        let differ: Vec<_> = differ.chain(matched.come.iter().map(|(_, node)| (*node, false))).collect();
        if differ.iter().any(|(node, is_old)| !self.says_nothing(node, *is_old)) && self.same_effect(old, new)
        {
            return apart;
        }
        for (at, gone) in matched.gone {
            apart.insert(id(gone));
            let only = if self.says_nothing(gone, true) { "-annotation-only" } else { "" };
            let text = format!("`{}` was removed from allOf", member_name(gone, at));
            let what = format!("all-of-removed{only}");
            self.note(spot, (&what, Effect::Widens), text, (Some(gone.span), span_of(new, "allOf")));
        }
        for (at, come) in matched.come {
            apart.insert(id(come));
            let only = if self.says_nothing(come, false) { "-annotation-only" } else { "" };
            let text = format!("`{}` was added to allOf", member_name(come, at));
            let what = format!("all-of-added{only}");
            self.note(spot, (&what, Effect::Narrows), text, (span_of(old, "allOf"), Some(come.span)));
        }
        for (was, is) in matched.both {
            let (was, is) = (self.old.follow(was), self.new.follow(is));
            // Properties are compared with those of the whole.
            if !self.alike(was, is) {
                self.own_keywords(spot, was, is, depth);
            }
        }
        apart
    }

    fn own_keywords(&mut self, spot: &Spot, old: &'t Node, new: &'t Node, depth: usize) {
        if depth > 32 {
            return;
        }
        self.kinds(spot, old, new);
        self.bounds(spot, old, new);
        self.conditions(spot, old, new);
        self.discriminators(spot, old, new);
        for (key, what) in [("oneOf", "one-of"), ("anyOf", "any-of")] {
            let matched = self.matched(list(old, key), list(new, key));
            self.alternatives(spot, (key, what), (old, new), (matched, depth));
        }
        let nested = self.matched(list(old, "allOf"), list(new, "allOf"));
        for (was, is) in nested.both {
            let (was, is) = (self.old.follow(was), self.new.follow(is));
            self.own_keywords(spot, was, is, depth + 1);
        }
    }

    /// Whether both sides ask the same all in all, however it is spread over `allOf`.
    fn same_effect(&mut self, old: &'t Node, new: &'t Node) -> bool {
        let (mut was, mut is) = (Vec::new(), Vec::new());
        self.sayings(old, true, &mut was, 0);
        self.sayings(new, false, &mut is, 0);
        was.len() == is.len()
            && was
                .iter()
                .all(|(key, node)| is.iter().any(|(other, value)| key == other && self.alike(node, value)))
    }

    /// Every constraint of a schema and of the members of its `allOf`, each property on its own.
    fn sayings(&mut self, node: &'t Node, is_old: bool, all: &mut Vec<(String, &'t Node)>, depth: usize) {
        let node = if is_old { self.old.follow(node) } else { self.new.follow(node) };
        for entry in node.as_map().map(|map| map.entries()).unwrap_or_default() {
            match &*entry.key {
                "description" | "title" | "example" | "examples" | "externalDocs" | "$ref" => {}
                "properties" => {
                    for property in entries(node, "properties") {
                        all.push((format!("properties/{}", property.key), &property.value));
                    }
                }
                "required" => {
                    for name in list(node, "required") {
                        let key = format!("required/{}", name.as_str().unwrap_or_default());
                        if !all.iter().any(|(other, _)| *other == key) {
                            all.push((key, name));
                        }
                    }
                }
                "allOf" if depth < 16 => {
                    for member in list(node, "allOf") {
                        self.sayings(member, is_old, all, depth + 1);
                    }
                }
                key if all.iter().any(|(other, value)| other == key && equal(value, &entry.value)) => {}
                key => all.push((key.to_owned(), &entry.value)),
            }
        }
    }

    fn says_nothing(&mut self, node: &'t Node, is_old: bool) -> bool {
        let mut all = Vec::new();
        self.sayings(node, is_old, &mut all, 0);
        all.iter().all(|(key, _)| key.starts_with("x-") || matches!(&**key, "deprecated" | "$comment"))
    }

    fn matched(&mut self, old: &'t [Node], new: &'t [Node]) -> Matched<'t> {
        let mut gone: Vec<(usize, &Node)> = old.iter().enumerate().collect();
        let mut come: Vec<(usize, &Node)> = new.iter().enumerate().collect();
        let mut both = Vec::new();
        for rule in 0..5 {
            gone.retain(|(at, was)| {
                let found = come.iter().position(|(other, is)| match rule {
                    0 => side::name(was).is_some() && side::name(was) == side::name(is),
                    1 => self.alike(was, is),
                    2 => text(was, "title").is_some() && text(was, "title") == text(is, "title"),
                    3 => self.tag(was, true).is_some_and(|tag| self.tag(is, false) == Some(tag)),
                    _ => {
                        side::name(was).is_none()
                            && side::name(is).is_none()
                            && at == other
                            && old.len() == new.len()
                    }
                });
                match found {
                    Some(found) => {
                        both.push((*was, come.remove(found).1));
                        false
                    }
                    None => true,
                }
            });
        }
        if let ([(_, was)], [(_, is)]) = (gone.as_slice(), come.as_slice())
            && side::name(was).is_none()
            && side::name(is).is_none()
        {
            both.push((*was, *is));
            gone.clear();
            come.clear();
        }
        Matched { both, gone, come }
    }

    /// The constant that tells a schema from others: a property with only one value.
    fn tag(&mut self, node: &'t Node, is_old: bool) -> Option<String> {
        let node = if is_old { self.old.follow(node) } else { self.new.follow(node) };
        entries(node, "properties").iter().find_map(|property| {
            let one = property.value.get("const").or_else(|| match list(&property.value, "enum") {
                [one] => Some(one),
                _ => None,
            })?;
            Some(format!("{}={}", property.key, side::shown(one)))
        })
    }

    fn discriminators(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        let spans = (span_of(old, "discriminator"), span_of(new, "discriminator"));
        let (was, is) = match (old.get("discriminator"), new.get("discriminator")) {
            (None, Some(_)) => {
                return self.note(
                    spot,
                    ("discriminator-added", Effect::None),
                    "a discriminator was added",
                    spans,
                );
            }
            (Some(_), None) => {
                let text = "the discriminator was removed";
                return self.note(spot, ("discriminator-removed", Effect::None), text, spans);
            }
            (Some(was), Some(is)) => (was, is),
            (None, None) => return,
        };
        let names = (text(was, "propertyName"), text(is, "propertyName"));
        if names.0 != names.1 {
            let told = |name: Option<&str>| name.unwrap_or_default().to_owned();
            let text = format!("the discriminator changed from `{}` to `{}`", told(names.0), told(names.1));
            return self.note(spot, ("discriminator-property-name-changed", Effect::None), text, spans);
        }
        for entry in entries(was, "mapping") {
            let other = is.get("mapping").and_then(|all| all.get(&entry.key));
            let (what, text) = match other {
                None => ("deleted", format!("the discriminator's value `{}` was removed", entry.key)),
                Some(other) if !equal(other, &entry.value) => {
                    ("changed", format!("the discriminator's value `{}` means another schema", entry.key))
                }
                Some(_) => continue,
            };
            self.note(
                spot,
                (&format!("discriminator-mapping-{what}"), Effect::None),
                text,
                (Some(entry.at), spans.1),
            );
        }
        for entry in entries(is, "mapping") {
            if was.get("mapping").and_then(|all| all.get(&entry.key)).is_none() {
                let text = format!("the discriminator's value `{}` was added", entry.key);
                self.note(
                    spot,
                    ("discriminator-mapping-added", Effect::None),
                    text,
                    (spans.0, Some(entry.at)),
                );
            }
        }
    }

    /// Keywords that hold one schema each, lists and maps of schemas.
    pub(super) fn conditions(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        const KEYS: [(&str, &str); 9] = [
            ("if", "if"),
            ("then", "then"),
            ("else", "else"),
            ("not", "not"),
            ("contains", "contains"),
            ("propertyNames", "property-names"),
            ("unevaluatedItems", "unevaluated-items"),
            ("unevaluatedProperties", "unevaluated-properties"),
            ("contentSchema", "content-schema"),
        ];
        for (key, what) in KEYS {
            let spans = (span_of(old, key), span_of(new, key));
            let told = format!("`{key}`");
            match (old.get(key), new.get(key)) {
                (None, Some(_)) => {
                    let text = format!("{told} was added");
                    self.note(spot, (&format!("{what}-added"), Effect::Narrows), text, spans);
                }
                (Some(_), None) => {
                    let text = format!("{told} was removed");
                    self.note(spot, (&format!("{what}-removed"), Effect::Widens), text, spans);
                }
                (Some(was), Some(is)) if !self.alike(was, is) => {
                    if key == "not"
                        || matches!(is.value, Value::Bool(_))
                        || matches!(was.value, Value::Bool(_))
                    {
                        let text = format!("{told} changed");
                        self.note(spot, (&format!("{what}-changed"), Effect::Both), text, spans);
                    } else {
                        self.schemas(&spot.step(key), was, is, 1);
                    }
                }
                _ => {}
            }
        }
        self.positions(spot, old, new);
        self.keyed(spot, ("patternProperties", "pattern-property"), old, new);
        self.keyed(spot, ("dependentSchemas", "dependent-schema"), old, new);
        self.dependent(spot, old, new);
    }

    fn positions(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        let (was, is) = (list(old, "prefixItems"), list(new, "prefixItems"));
        let (gone, come) = match spot.way {
            Way::Request => (Effect::Narrows, Effect::Widens),
            Way::Response => (Effect::Narrows, Effect::Widens),
        };
        for (at, (a, b)) in was.iter().zip(is).enumerate() {
            self.schemas(&spot.step(&format!("prefixItems[{at}]")), a, b, 1);
        }
        for (at, node) in was.iter().enumerate().skip(is.len()) {
            let text = format!("`{}` was removed from prefixItems", member_name(node, at));
            self.note(
                spot,
                ("prefix-items-removed", gone),
                text,
                (Some(node.span), span_of(new, "prefixItems")),
            );
        }
        for (at, node) in is.iter().enumerate().skip(was.len()) {
            let text = format!("`{}` was added to prefixItems", member_name(node, at));
            self.note(
                spot,
                ("prefix-items-added", come),
                text,
                (span_of(old, "prefixItems"), Some(node.span)),
            );
        }
    }

    fn keyed(&mut self, spot: &Spot, (key, what): (&str, &str), old: &'t Node, new: &'t Node) {
        let other = |side: &'t Node, name: &str| side.get(key).and_then(|all| all.get(name));
        for entry in entries(old, key) {
            match other(new, &entry.key) {
                Some(is) => self.schemas(&spot.step(&format!("{key}[{}]", entry.key)), &entry.value, is, 1),
                None => {
                    let text = format!("`{}` was removed from {key}", entry.key);
                    let what = format!("{what}-removed");
                    self.note(spot, (&what, Effect::Widens), text, (Some(entry.at), span_of(new, key)));
                }
            }
        }
        for entry in entries(new, key).iter().filter(|entry| other(old, &entry.key).is_none()) {
            let text = format!("`{}` was added to {key}", entry.key);
            self.note(
                spot,
                (&format!("{what}-added"), Effect::Narrows),
                text,
                (span_of(old, key), Some(entry.at)),
            );
        }
    }

    fn dependent(&mut self, spot: &Spot, old: &'t Node, new: &'t Node) {
        const KEY: &str = "dependentRequired";
        let other = |side: &'t Node, name: &str| side.get(KEY).and_then(|all| all.get(name));
        for entry in entries(old, KEY) {
            let (what, effect, text) = match other(new, &entry.key) {
                None => (
                    "removed",
                    Effect::Widens,
                    format!("`{}` asks for no other property any more", entry.key),
                ),
                Some(is) if !equal(is, &entry.value) => (
                    "changed",
                    Effect::Both,
                    format!("`{}` asks for other properties than before", entry.key),
                ),
                Some(_) => continue,
            };
            self.note(
                spot,
                (&format!("dependent-required-{what}"), effect),
                text,
                (Some(entry.at), span_of(new, KEY)),
            );
        }
        for entry in entries(new, KEY).iter().filter(|entry| other(old, &entry.key).is_none()) {
            let text = format!("`{}` asks for other properties now", entry.key);
            self.note(
                spot,
                ("dependent-required-added", Effect::Narrows),
                text,
                (span_of(old, KEY), Some(entry.at)),
            );
        }
    }
}
