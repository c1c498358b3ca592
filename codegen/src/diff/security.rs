//! Who may call.

use super::Level;
use super::document::Differ;
use super::side::{entries, shown, text};
use crate::openapi::tree::{Node, Value};

/// A requirement: its schemes and their scopes, sorted.
type Requirement = Vec<(String, Vec<String>)>;

fn requirements(node: &Node) -> Option<Vec<Requirement>> {
    let list = node.get("security")?.as_list()?;
    let one = |node: &Node| {
        let mut schemes: Requirement = node
            .as_map()
            .map(|map| map.entries())
            .unwrap_or_default()
            .iter()
            .map(|entry| {
                let scopes = entry.value.as_list().unwrap_or_default().iter().filter_map(Node::as_str);
                (entry.key.to_string(), scopes.map(str::to_owned).collect())
            })
            .collect();
        schemes.sort();
        schemes
    };
    Some(list.iter().map(one).collect())
}

fn names(requirement: &Requirement) -> Vec<&str> {
    requirement.iter().map(|(name, _)| name.as_str()).collect()
}

fn told(requirement: &Requirement) -> String {
    requirement.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(" with ")
}

fn anonymous(all: Option<&Vec<Requirement>>) -> bool {
    all.is_none_or(|all| all.is_empty() || all.iter().any(Vec::is_empty))
}

impl<'t> Differ<'t> {
    pub(super) fn global_security(&mut self, old: &'t Node, new: &'t Node) {
        self.securities("api-global-security", "the API", (old, requirements(old)), (new, requirements(new)));
        self.schemes(old, new);
    }

    pub(super) fn operation_security(&mut self, old: &'t Node, new: &'t Node) {
        let (was, is) = (requirements(old), requirements(new));
        let effective =
            |own: &Option<Vec<Requirement>>, root: &Node| own.clone().or_else(|| requirements(root));
        let (before, after) = (effective(&was, self.old.root), effective(&is, self.new.root));
        if anonymous(before.as_ref()) && !anonymous(after.as_ref()) {
            let at = new.get("security").unwrap_or(new).span;
            let text = "anybody could call it, and credentials are needed now";
            self.report(
                "api-security-became-required",
                Level::Breaking,
                ("", text),
                (Some(old.span), Some(at)),
            );
        }
        self.securities("api-security", "the operation", (old, was), (new, is));
    }

    fn securities(
        &mut self,
        prefix: &str,
        whose: &str,
        (old, was): (&'t Node, Option<Vec<Requirement>>),
        (new, is): (&'t Node, Option<Vec<Requirement>>),
    ) {
        let (was, is) = (was.unwrap_or_default(), is.unwrap_or_default());
        let whole = [self.old.root, self.new.root];
        let at = |node: &'t Node| {
            let operation = (!whole.iter().any(|root| std::ptr::eq(*root, node))).then_some(node);
            Some(node.get("security").or(operation)?.span)
        };
        for gone in was.iter().filter(|one| !one.is_empty()) {
            let same = is.iter().find(|other| *other == gone);
            match same.or_else(|| is.iter().find(|other| names(other) == names(gone))) {
                None => {
                    let text = format!("{} is not a way to call {whose} any more", told(gone));
                    self.report(format!("{prefix}-removed"), Level::Safe, ("", text), (at(old), at(new)));
                }
                Some(other) => self.scopes((prefix, whose), (gone, other), (at(old), at(new))),
            }
        }
        for come in
            is.iter().filter(|one| !one.is_empty() && !was.iter().any(|other| names(other) == names(one)))
        {
            let text = format!("{} is a way to call {whose} now", told(come));
            self.report(format!("{prefix}-added"), Level::Safe, ("", text), (at(old), at(new)));
        }
    }

    fn scopes(
        &mut self,
        (prefix, whose): (&str, &str),
        (was, is): (&Requirement, &Requirement),
        spans: super::document::Spans,
    ) {
        for ((name, before), (_, after)) in was.iter().zip(is) {
            for scope in before.iter().filter(|scope| !after.contains(scope)) {
                let text = format!("the scope `{scope}` of `{name}` is not asked by {whose} any more");
                self.report(format!("{prefix}-scope-removed"), Level::Safe, ("", text), spans);
            }
            for scope in after.iter().filter(|scope| !before.contains(scope)) {
                let text = format!("the scope `{scope}` of `{name}` is asked by {whose} now");
                self.report(format!("{prefix}-scope-added"), Level::Safe, ("", text), spans);
            }
        }
    }

    fn schemes(&mut self, old: &'t Node, new: &'t Node) {
        let all = |root: &'t Node| {
            root.get("components").map(|node| entries(node, "securitySchemes")).unwrap_or_default()
        };
        for scheme in all(old) {
            let Some(other) = all(new).iter().find(|other| other.key == scheme.key) else {
                let text = format!("the security scheme `{}` was removed", scheme.key);
                self.report(
                    "api-security-component-removed",
                    Level::Safe,
                    ("", text),
                    (Some(scheme.at), None),
                );
                continue;
            };
            let (was, is) = (self.old.follow(&scheme.value), self.new.follow(&other.value));
            self.scheme(&scheme.key, was, is);
        }
        for scheme in all(new).iter().filter(|one| !all(old).iter().any(|other| other.key == one.key)) {
            let text = format!("the security scheme `{}` was added", scheme.key);
            self.report("api-security-component-added", Level::Safe, ("", text), (None, Some(scheme.at)));
        }
    }

    fn scheme(&mut self, name: &str, was: &'t Node, is: &'t Node) {
        let spans = (Some(was.span), Some(is.span));
        if text(was, "type") != text(is, "type") {
            let (a, b) = (text(was, "type").unwrap_or_default(), text(is, "type").unwrap_or_default());
            let told = format!("the type of the security scheme `{name}` changed from `{a}` to `{b}`");
            return self.report("api-security-component-type-changed", Level::Safe, ("", told), spans);
        }
        for flow in ["implicit", "password", "clientCredentials", "authorizationCode", "deviceAuthorization"]
        {
            let find = |node: &'t Node| node.get("flows").and_then(|flows| flows.get(flow));
            let (Some(before), Some(after)) = (find(was), find(is)) else { continue };
            for (key, what) in [("authorizationUrl", "oauth-url"), ("tokenUrl", "oauth-token-url")] {
                if text(before, key) != text(after, key) {
                    let (a, b) =
                        (text(before, key).unwrap_or_default(), text(after, key).unwrap_or_default());
                    let told = format!("{key} of the security scheme `{name}` changed from `{a}` to `{b}`");
                    let id = format!("api-security-component-{what}-changed");
                    self.report(id, Level::Safe, ("", told), (Some(before.span), Some(after.span)));
                }
            }
            self.flow_scopes(name, before, after);
        }
    }

    fn flow_scopes(&mut self, name: &str, before: &'t Node, after: &'t Node) {
        let find = |node: &'t Node, scope: &str| node.get("scopes").and_then(|all| all.get(scope));
        let id = |what: &str| format!("api-security-component-oauth-scope-{what}");
        for scope in entries(before, "scopes") {
            let (what, text) = match find(after, &scope.key) {
                None => (
                    "removed",
                    format!("the scope `{}` of the security scheme `{name}` was removed", scope.key),
                ),
                Some(other) if !matches!((&other.value, &scope.value.value), (Value::String(a), Value::String(b)) if a == b) => {
                    (
                        "changed",
                        format!(
                            "the scope `{}` of the security scheme `{name}` means `{}`",
                            scope.key,
                            shown(other)
                        ),
                    )
                }
                Some(_) => continue,
            };
            self.report(id(what), Level::Safe, ("", text), (Some(scope.at), Some(after.span)));
        }
        for scope in entries(after, "scopes").iter().filter(|scope| find(before, &scope.key).is_none()) {
            let text = format!("the scope `{}` of the security scheme `{name}` was added", scope.key);
            self.report(id("added"), Level::Safe, ("", text), (Some(before.span), Some(scope.at)));
        }
    }
}
