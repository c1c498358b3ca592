//! A part of an API: the endpoints that selectors name, and the types that those reach.

use super::{Api, Endpoint, TypeId};
use std::collections::BTreeSet;

/// A selector that selects nothing, or is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmatched {
    /// As the user wrote it.
    pub selector: String,
    /// What is wrong with it.
    pub reason: String,
    /// Selectors that would match and are spelled like it, the nearest first.
    pub near: Vec<String>,
}

/// Keeps the endpoints that a selector of `only` names (all, when there is none) and none of `except` does, then the
/// types and groups that are still used. Without selectors nothing changes.
///
/// # Errors
/// Every selector that matches nothing.
pub fn filter(api: &mut Api, only: &[String], except: &[String]) -> Result<(), Vec<Unmatched>> {
    if only.is_empty() && except.is_empty() {
        return Ok(());
    }
    let mut unmatched = Vec::new();
    let mut select = |selectors: &[String]| -> BTreeSet<usize> {
        let mut chosen = BTreeSet::new();
        for selector in selectors {
            match matches(api, selector) {
                Ok(found) => chosen.extend(found),
                Err(problem) => unmatched.push(problem),
            }
        }
        chosen
    };
    let wanted = select(only);
    let unwanted = select(except);
    if !unmatched.is_empty() {
        return Err(unmatched);
    }
    let mut number = 0..;
    api.endpoints.retain(|_| {
        let n = number.next().unwrap_or_default();
        (only.is_empty() || wanted.contains(&n)) && !unwanted.contains(&n)
    });
    prune_groups(api);
    prune_types(api);
    Ok(())
}

enum Selector<'a> {
    Tag(&'a str),
    Operation(&'a str),
    Path(Option<&'a str>, &'a str),
}

impl Selector<'_> {
    fn parse(text: &str) -> Option<Selector<'_>> {
        let text = text.trim();
        if let Some(tag) = text.strip_prefix("tag:") {
            return Some(Selector::Tag(tag.trim()));
        }
        if let Some(id) = text.strip_prefix("operation:") {
            return Some(Selector::Operation(id.trim()));
        }
        if text.starts_with('/') {
            return Some(Selector::Path(None, text));
        }
        let (method, path) = text.split_once(' ')?;
        let path = path.trim();
        path.starts_with('/').then_some(Selector::Path(Some(method), path))
    }

    fn selects(&self, api: &Api, endpoint: &Endpoint) -> bool {
        match self {
            Selector::Tag(pattern) => {
                let group = api.groups.get(endpoint.group).map(|group| group.decl.name.text());
                endpoint.tags.iter().chain(&group).any(|tag| named(pattern, tag))
            }
            Selector::Operation(pattern) => named(pattern, &endpoint.decl.name.text()),
            Selector::Path(method, pattern) => {
                method.is_none_or(|method| method == "*" || method.eq_ignore_ascii_case(&endpoint.method))
                    && glob(pattern, &endpoint.path)
            }
        }
    }
}

/// The endpoints that a selector names, by number.
fn matches(api: &Api, selector: &str) -> Result<Vec<usize>, Unmatched> {
    let refuse = |reason: &str, near| {
        Err(Unmatched { selector: selector.to_owned(), reason: reason.to_owned(), near })
    };
    let Some(parsed) = Selector::parse(selector) else {
        return refuse(
            "it is no selector: write `tag:NAME`, `operation:ID`, `/path`, or `GET /path`; `*` stands for a part of a \
             name or of a segment, `**` for any text",
            near(api, selector),
        );
    };
    let found: Vec<usize> = api
        .endpoints
        .iter()
        .enumerate()
        .filter(|(_, endpoint)| parsed.selects(api, endpoint))
        .map(|(n, _)| n)
        .collect();
    if found.is_empty() {
        return refuse("it matches no operation of the document", near(api, selector));
    }
    Ok(found)
}

fn near(api: &Api, selector: &str) -> Vec<String> {
    let operations = api.endpoints.iter().flat_map(|endpoint| {
        let path = format!("{} {}", endpoint.method, endpoint.path);
        [format!("operation:{}", endpoint.decl.name.text()), path, endpoint.path.clone()]
    });
    let groups = api.groups.iter().map(|group| format!("tag:{}", group.decl.name.text()));
    let more = api.endpoints.iter().flat_map(|endpoint| &endpoint.tags).map(|tag| format!("tag:{tag}"));
    let tags = groups.chain(more);
    let mut rated: Vec<(f64, String)> = tags
        .chain(operations)
        .map(|candidate| (strsim::jaro_winkler(selector, &candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    rated.dedup();
    rated.into_iter().map(|(_, candidate)| candidate).take(3).collect()
}

/// Whether a name is the one that is written, or fits it as a pattern: names may hold any letter, also `*`.
fn named(pattern: &str, name: &str) -> bool {
    pattern == name || glob(pattern, name)
}

/// Whether a path fits a pattern: `*` stands for any text without `/`, `**` for any text. One row of a table a step: no
/// pattern is slow.
#[must_use]
pub fn glob(pattern: &str, path: &str) -> bool {
    let path: Vec<char> = path.chars().collect();
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    let mut rest = pattern.chars().peekable();
    while let Some(token) = rest.next() {
        let deep = token == '*' && rest.next_if_eq(&'*').is_some();
        let mut next = vec![false; path.len() + 1];
        for at in 0..=path.len() {
            next[at] = if token == '*' {
                reached[at] || (at > 0 && next[at - 1] && (deep || path[at - 1] != '/'))
            } else {
                at > 0 && reached[at - 1] && path[at - 1] == token
            };
        }
        reached = next;
    }
    reached[path.len()]
}

fn prune_groups(api: &mut Api) {
    let used: BTreeSet<usize> = api.endpoints.iter().map(|endpoint| endpoint.group).collect();
    let renumbered: Vec<usize> = used.iter().copied().collect();
    for endpoint in &mut api.endpoints {
        endpoint.group = renumbered.binary_search(&endpoint.group).expect("the group was just collected");
    }
    let mut number = 0..;
    api.groups.retain(|_| number.next().is_some_and(|n| used.contains(&n)));
}

fn prune_types(api: &mut Api) {
    let mut reached = BTreeSet::new();
    let mut open = Vec::new();
    for endpoint in &api.endpoints {
        endpoint.each_ty(&mut |ty| ty.each_id(&mut |id| open.push(id)));
    }
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            api.types.get(id).each_ty(&mut |ty| ty.each_id(&mut |next| open.push(next)));
        }
    }
    let kept: Vec<TypeId> = reached.into_iter().collect();
    api.keep_types(&kept);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Alias, Body, Content, Decl, Group, Kind, Shape, Ty, TypeDef};
    use crate::source::Span;

    fn named(id: u32) -> Ty {
        Ty::plain(Kind::Named(TypeId(id)))
    }

    fn endpoint(id: &str, method: &str, path: &str, group: usize, body: u32) -> Endpoint {
        let content = Content {
            media_type: "application/json".to_owned(),
            encodings: Vec::new(),
            ty: named(body),
            extent: crate::ir::Extent::Whole,
            examples: Vec::new(),
            span: Span::default(),
        };
        Endpoint {
            decl: Decl::given(id, Span::default()),
            group,
            tags: Vec::new(),
            method: method.to_owned(),
            path: path.to_owned(),
            params: Vec::new(),
            body: Some(Body {
                docs: String::new(),
                required: true,
                content: vec![content],
                span: Span::default(),
            }),
            responses: Vec::new(),
            auth: Vec::new(),
            policy: crate::ir::Policy::default(),
            servers: Vec::new(),
            role: crate::ir::Role::Served,
        }
    }

    /// Types a = any, b = [a], c = any; pets use b, the shop uses c.
    fn api() -> Api {
        let mut api = Api::default();
        for (name, ty) in
            [("a", Ty::any()), ("b", Ty::plain(Kind::List(Box::new(named(0))))), ("c", Ty::any())]
        {
            let shape = Shape::Alias(Alias { ty, recursive: false });
            api.types.add(TypeDef { decl: Decl::given(name, Span::default()), shape, examples: Vec::new() });
        }
        for name in ["pets", "shop"] {
            api.groups.push(Group { decl: Decl::given(name, Span::default()) });
        }
        api.endpoints = vec![
            endpoint("getPet", "GET", "/pets/{petId}", 0, 1),
            endpoint("addPet", "POST", "/pets", 0, 0),
            endpoint("buy", "POST", "/shop/orders", 1, 2),
        ];
        api.endpoints[2].tags = vec!["shop".to_owned(), "both".to_owned()];
        api
    }

    fn kept(only: &[&str], except: &[&str]) -> String {
        let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let mut api = api();
        match filter(&mut api, &owned(only), &owned(except)) {
            Ok(()) => {
                let endpoints: Vec<_> =
                    api.endpoints.iter().map(|endpoint| endpoint.decl.name.text()).collect();
                let types: Vec<_> = api.types.iter().map(|(_, def)| def.decl.name.text()).collect();
                format!("{} | {}", endpoints.join(" "), types.join(" "))
            }
            Err(list) => {
                list.iter().map(|one| format!("{}: {}", one.selector, one.near.join(", "))).collect()
            }
        }
    }

    #[test]
    fn selectors() {
        assert_eq!(kept(&[], &[]), "getPet addPet buy | a b c");
        assert_eq!(kept(&["tag:pets"], &[]), "getPet addPet | a b");
        assert_eq!(kept(&["tag:shop"], &[]), "buy | c");
        assert_eq!(kept(&["operation:addPet"], &[]), "addPet | a");
        assert_eq!(kept(&["post /**"], &[]), "addPet buy | a c");
        assert_eq!(kept(&["/pets/*"], &[]), "getPet | a b");
        assert_eq!(kept(&[], &["/pets", "tag:shop"]), "getPet | a b");
        assert_eq!(kept(&["tag:p*"], &[]), "getPet addPet | a b");
        assert_eq!(kept(&["operation:*Pet"], &["operation:get*"]), "addPet | a");
        assert_eq!(kept(&["tag:both"], &[]), "buy | c");
    }

    #[test]
    fn a_selector_that_matches_nothing_names_near_ones() {
        assert!(kept(&["tag:pest"], &[]).starts_with("tag:pest: tag:pets"));
        assert!(kept(&["/petz"], &[]).contains("/pets"));
    }

    #[test]
    fn what_remains_is_renumbered() {
        let mut api = api();
        filter(&mut api, &["tag:shop".to_owned()], &[]).expect("the tag is there");
        assert_eq!(api.groups.len(), 1);
        assert_eq!(api.endpoints[0].group, 0);
        assert_eq!(api.endpoints[0].body.as_ref().map(|body| &body.content[0].ty), Some(&named(0)));
    }
}
