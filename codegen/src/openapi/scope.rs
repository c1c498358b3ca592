//! Schemas with an `$id` (JSON Schema 2020-12 core, section 8.2.1): what they refer to is looked for in themselves first.
//! In OpenAPI 3.0, whose schemas are those of draft 4, it is `id` (draft 4 core, section 7.2).

use std::collections::HashMap;

use super::document::{Address, Version, address, reference, walk};
use super::tree::{Node, Value};

/// Keywords whose values are not schemas, whatever they look like.
const DATA: &[&str] = &["enum", "const", "default", "example", "examples"];
/// Keywords that hold a map of schemas: its keys are names.
const MAPS: &[&str] =
    &["properties", "patternProperties", "dependentSchemas", "$defs", "definitions", "schemas"];

/// A schema with an `$id`.
#[derive(Debug)]
struct Resource<'t> {
    uri: String,
    root: &'t Node,
    anchors: HashMap<&'t str, &'t Node>,
    /// The outermost resource around it.
    outermost: usize,
}

/// Every schema with an `$id`, and the references inside.
#[derive(Debug)]
pub(crate) struct Scopes<'t> {
    version: Version,
    resources: Vec<Resource<'t>>,
    /// By outermost resource and URI.
    by_uri: HashMap<(usize, String), usize>,
    /// By URI: the first in the document.
    outer: HashMap<String, usize>,
    /// The resource that a schema with a reference stands in.
    of: HashMap<Address, usize>,
}

impl<'t> Scopes<'t> {
    pub(crate) fn new(version: Version) -> Self {
        Self {
            version,
            resources: Vec::new(),
            by_uri: HashMap::new(),
            outer: HashMap::new(),
            of: HashMap::new(),
        }
    }

    /// The keyword that gives a schema its address.
    pub(crate) fn keyword(version: Version) -> &'static str {
        if version == Version::V30 { "id" } else { "$id" }
    }

    /// Looks through a document.
    pub(crate) fn add(&mut self, root: &'t Node) {
        self.visit(root, None, Keys::Keywords);
    }

    fn visit(&mut self, node: &'t Node, around: Option<usize>, keys: Keys) {
        match &node.value {
            Value::List(list) => list.iter().for_each(|node| self.visit(node, around, Keys::Keywords)),
            Value::Map(map) => {
                let mut around = around;
                if keys == Keys::Keywords {
                    around = self.enter(node, around);
                }
                for entry in map.iter() {
                    let key = &*entry.key;
                    match keys {
                        Keys::Names => self.visit(&entry.value, around, Keys::Keywords),
                        Keys::Keywords if DATA.contains(&key) => {}
                        Keys::Keywords if MAPS.contains(&key) => {
                            self.visit(&entry.value, around, Keys::Names)
                        }
                        Keys::Keywords => self.visit(&entry.value, around, Keys::Keywords),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Notes what a schema says of itself; gives the resource that it stands in.
    fn enter(&mut self, node: &'t Node, around: Option<usize>) -> Option<usize> {
        let mut here = around;
        let id = node.get(Self::keyword(self.version)).and_then(Node::as_str);
        // In draft 4 what stands beside a reference does not count, and `#name` is what `$anchor` is later.
        let old = self.version == Version::V30;
        let id = id.filter(|id| !old || (reference(node).is_none() && !id.starts_with('#')));
        if let Some(id) = id {
            let number = self.resources.len();
            let outer = around.and_then(|outer| self.resources.get(outer));
            let uri = resolve(outer.map_or("", |outer| &outer.uri), id);
            let outermost = outer.map_or(number, |outer| outer.outermost);
            self.by_uri.entry((outermost, uri.clone())).or_insert(number);
            self.outer.entry(uri.clone()).or_insert(number);
            self.resources.push(Resource { uri, root: node, anchors: HashMap::new(), outermost });
            here = Some(number);
        }
        let number = here?;
        for key in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = node.get(key).and_then(Node::as_str) {
                self.resources[number].anchors.entry(name).or_insert(node);
            }
        }
        let name = node.get("id").and_then(Node::as_str).and_then(|id| id.strip_prefix('#'));
        if let Some(name) = name.filter(|_| old) {
            self.resources[number].anchors.entry(name).or_insert(node);
        }
        if reference(node).is_some() {
            self.of.insert(address(node), number);
        }
        here
    }

    /// What a reference leads to inside the schemas with an `$id`; `None` when that is not where to look.
    pub(crate) fn target(&self, node: &Node, text: &str) -> Option<&'t Node> {
        let from = &self.resources[*self.of.get(&address(node))?];
        let (uri, fragment) = text.split_once('#').unwrap_or((text, ""));
        let resource = match uri {
            "" => from,
            uri => {
                let uri = resolve(&from.uri, uri);
                let near = self.by_uri.get(&(from.outermost, uri.clone())).copied();
                &self.resources[near.or_else(|| self.outer.get(&uri).copied())?]
            }
        };
        match fragment {
            "" => Some(resource.root),
            pointer if pointer.starts_with('/') => walk(resource.root, pointer).ok(),
            anchor => resource.anchors.get(anchor).copied(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    Keywords,
    Names,
}

/// A reference without its fragment, relative to a base (RFC 3986, section 5.2; without dot segments of the base).
fn resolve(base: &str, reference: &str) -> String {
    let reference = reference.split('#').next().unwrap_or_default();
    let base = base.split('#').next().unwrap_or_default();
    let has_scheme = reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    });
    if reference.is_empty() {
        return base.to_owned();
    }
    if has_scheme || base.is_empty() {
        return reference.to_owned();
    }
    let base = base.split('?').next().unwrap_or_default();
    let root = base.find("://").map_or(0, |scheme| {
        let host = scheme + 3;
        base[host..].find('/').map_or(base.len(), |path| host + path)
    });
    if let Some(rest) = reference.strip_prefix("//") {
        let scheme = base.split(':').next().unwrap_or_default();
        return format!("{scheme}://{rest}");
    }
    if reference.starts_with('/') {
        return format!("{}{reference}", &base[..root]);
    }
    let folder = base[root..].rfind('/').map_or("/", |end| &base[root..=root + end]);
    let mut steps: Vec<&str> = folder.split('/').collect();
    steps.pop();
    for step in reference.split('/') {
        match step {
            "." => {}
            ".." if steps.len() > 1 => drop(steps.pop()),
            ".." => {}
            step => steps.push(step),
        }
    }
    format!("{}{}", &base[..root], steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn bases() {
        let table = [
            ("http://a/b/c", "d", "http://a/b/d"),
            ("http://a/b/c", "/d#x", "http://a/d"),
            ("http://a/b/c/", "../d", "http://a/b/d"),
            ("http://a", "d", "http://a/d"),
            ("http://a/b", "urn:x:y", "urn:x:y"),
            ("http://a/b", "//c/d", "http://c/d"),
            ("urn:x:y", "#z", "urn:x:y"),
            ("", "d.json", "d.json"),
        ];
        for (base, reference, whole) in table {
            assert_eq!(resolve(base, reference), whole, "{base} {reference}");
        }
    }
}
