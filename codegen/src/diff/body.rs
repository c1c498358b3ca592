//! What requests and responses carry.

use super::Level;
use super::document::Differ;
use super::side::{entries, flag};
use super::spot::{Role, Spot, Way};
use crate::openapi::tree::{Entry, Node};

impl<'t> Differ<'t> {
    /// The request bodies of an operation; `way` says where they travel, which callbacks turn round.
    pub(super) fn bodies(&mut self, old: &'t Node, new: &'t Node, way: Way) {
        let (was, is) = (self.old.get(old, "requestBody"), self.new.get(new, "requestBody"));
        let place = "request body";
        let (was, is) = match (was, is) {
            (None, None) => return,
            (None, Some(is)) => {
                let required = flag(is, "required");
                let id = if required { "request-body-added-required" } else { "request-body-added-optional" };
                let level = if required { Level::Breaking } else { Level::Safe };
                return self.report(
                    id,
                    level,
                    (place, "a request body was added"),
                    (Some(old.span), Some(is.span)),
                );
            }
            (Some(was), None) => {
                let text = "the request body was removed";
                return self.report(
                    "request-body-removed",
                    Level::Breaking,
                    (place, text),
                    (Some(was.span), Some(new.span)),
                );
            }
            (Some(was), Some(is)) => (was, is),
        };
        match (flag(was, "required"), flag(is, "required")) {
            (false, true) => {
                let text = "the request body became required";
                self.report(
                    "request-body-became-required",
                    Level::Breaking,
                    (place, text),
                    (Some(was.span), Some(is.span)),
                );
            }
            (true, false) => {
                let text = "the request body became optional";
                self.report(
                    "request-body-became-optional",
                    Level::Safe,
                    (place, text),
                    (Some(was.span), Some(is.span)),
                );
            }
            _ => {}
        }
        self.contents_of(
            &Carrier { way, told: place.to_owned(), prefix: "request-body-media-type" },
            was,
            is,
        );
    }

    /// The responses of an operation.
    pub(super) fn responses(&mut self, old: &'t Node, new: &'t Node, way: Way) {
        let other = |side: &'t Node, status: &str| side.get("responses").and_then(|all| all.get(status));
        for response in entries(old, "responses").iter().filter(|entry| !entry.key.starts_with("x-")) {
            let Some(is) = other(new, &response.key) else {
                self.status(&response.key, "removed", Some(response), None);
                continue;
            };
            let (was, is) = (self.old.follow(&response.value), self.new.follow(is));
            let told = format!("response {}", response.key);
            self.headers(&told, was, is);
            self.contents_of(&Carrier { way, told, prefix: "response-media-type" }, was, is);
        }
        for response in entries(new, "responses") {
            if !response.key.starts_with("x-") && other(old, &response.key).is_none() {
                self.status(&response.key, "added", None, Some(response));
            }
        }
    }

    fn status(&mut self, status: &str, what: &str, old: Option<&Entry>, new: Option<&Entry>) {
        let kind = match status.chars().next() {
            Some('2') => "success",
            Some('0'..='9') => "non-success",
            _ => "default",
        };
        let id = format!("response-{kind}-status-{what}");
        let text = format!("response {status} was {what}");
        let spans = (old.map(|entry| entry.at), new.map(|entry| entry.at));
        self.report(id, Level::Safe, (&format!("response {status}"), text), spans);
    }

    fn contents_of(&mut self, carrier: &Carrier, was: &'t Node, is: &'t Node) {
        let (before, after) = (entries(was, "content"), entries(is, "content"));
        let mut gone: Vec<&Entry> = Vec::new();
        for content in before {
            match after.iter().find(|other| other.key == content.key) {
                Some(other) => self.content(carrier, content, other),
                None => gone.push(content),
            }
        }
        let mut come: Vec<&Entry> =
            after.iter().filter(|entry| !before.iter().any(|other| other.key == entry.key)).collect();
        gone.retain(|was| {
            let Some(at) =
                come.iter().position(|is| carrier.prefix == "response-media-type" && near(&was.key, &is.key))
            else {
                return true;
            };
            let is = come.remove(at);
            self.renamed(carrier, was, is);
            false
        });
        for content in gone {
            let text = format!("{}: `{}` was removed", carrier.told, content.key);
            let id = format!("{}-removed", carrier.prefix);
            self.report(id, Level::Breaking, (&carrier.told, text), (Some(content.at), Some(is.span)));
        }
        for content in come {
            let text = format!("{}: `{}` was added", carrier.told, content.key);
            let id = format!("{}-added", carrier.prefix);
            self.report(id, Level::Safe, (&carrier.told, text), (Some(was.span), Some(content.at)));
        }
    }

    fn renamed(&mut self, carrier: &Carrier, was: &'t Entry, is: &'t Entry) {
        let (what, level) = match (essence(&was.key), essence(&is.key)) {
            (a, b) if holds(b, a) && a != b => ("generalized", Level::Breaking),
            (a, b) if holds(a, b) && a != b && !is.key.contains(';') => ("specialized", Level::Safe),
            _ => ("changed", Level::Safe),
        };
        let text = format!("{}: `{}` became `{}`", carrier.told, was.key, is.key);
        let id = format!("response-media-type-name-{what}");
        self.report(id, level, (&carrier.told, text), (Some(was.at), Some(is.at)));
        self.content(carrier, was, is);
    }

    fn content(&mut self, carrier: &Carrier, was: &'t Entry, is: &'t Entry) {
        let prefix = if carrier.way == Way::Request { "request-body" } else { "response-body" };
        let key = if was.value.get("itemSchema").is_some() { "itemSchema" } else { "schema" };
        let (old, new) = (was.value.get(key), is.value.get(key));
        let (what, text) = match (old, new) {
            (None, None) => return,
            (None, Some(_)) => ("added", "a schema was added"),
            (Some(_), None) => ("removed", "the schema was removed"),
            (Some(old), Some(new)) => {
                let spot = Spot {
                    way: carrier.way,
                    role: Role::Body,
                    path: String::new(),
                    root: carrier.told.clone(),
                    in_header: false,
                    media: was.key.to_string(),
                    passed_over: false,
                    repeats: false,
                };
                return self.root_schemas(&spot, old, new);
            }
        };
        let id = format!("{prefix}-media-type-schema-{what}");
        let text = format!("{}, `{}`: {text}", carrier.told, was.key);
        self.report(id, Level::Safe, (&carrier.told, text), (Some(was.at), Some(is.at)));
    }

    fn headers(&mut self, told: &str, old: &'t Node, new: &'t Node) {
        let find = |side: &'t Node, name: &str| {
            entries(side, "headers").iter().find(|other| other.key.eq_ignore_ascii_case(name))
        };
        for header in entries(old, "headers") {
            let was = self.old.follow(&header.value);
            let required = flag(was, "required");
            let Some(is) = find(new, &header.key) else {
                let id = if required {
                    "required-response-header-removed"
                } else {
                    "optional-response-header-removed"
                };
                let text = format!("{told}: the header `{}` was removed", header.key);
                self.report(id, Level::Dangerous, (told, text), (Some(header.at), Some(new.span)));
                continue;
            };
            let now = self.new.follow(&is.value);
            let became = match (required, flag(now, "required")) {
                (true, false) => Some((Level::Breaking, "optional")),
                (false, true) => Some((Level::Safe, "required")),
                _ => None,
            };
            if let Some((level, became)) = became {
                let text = format!("{told}: the header `{}` became {became}", header.key);
                let id = format!("response-header-became-{became}");
                self.report(id, level, (told, text), (Some(header.at), Some(is.at)));
            }
            if let (Some(a), Some(b)) = (was.get("schema"), now.get("schema")) {
                let spot = Spot {
                    way: Way::Response,
                    role: Role::Header,
                    path: String::new(),
                    root: format!("header `{}` of {told}", header.key),
                    in_header: false,
                    media: String::new(),
                    passed_over: false,
                    repeats: false,
                };
                self.root_schemas(&spot, a, b);
            }
        }
        for header in entries(new, "headers").iter().filter(|header| find(old, &header.key).is_none()) {
            let text = format!("{told}: the header `{}` was added", header.key);
            self.report(
                "response-header-added",
                Level::Safe,
                (told, text),
                (Some(old.span), Some(header.at)),
            );
        }
    }
}

struct Carrier {
    way: Way,
    told: String,
    prefix: &'static str,
}

fn essence(media: &str) -> &str {
    media.split(';').next().unwrap_or_default().trim()
}

/// Whether the media type `outer` is the more general name of `inner`: `application/json` of `application/problem+json`.
fn holds(outer: &str, inner: &str) -> bool {
    let ((kind, sub), (inner_kind, inner_sub)) = match (outer.split_once('/'), inner.split_once('/')) {
        (Some(a), Some(b)) => (a, b),
        _ => return false,
    };
    kind == inner_kind
        && (sub == inner_sub || inner_sub.rsplit_once('+').is_some_and(|(_, suffix)| suffix == sub))
}

fn near(old: &str, new: &str) -> bool {
    let (old, new) = (essence(old), essence(new));
    holds(old, new) || holds(new, old)
}
