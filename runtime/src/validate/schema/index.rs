//! Where schemas, `$id`s and anchors stand in the text of a schema.

use super::uri::{resolve, split, unescape};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Keywords that hold one schema.
const ONE: &[&str] = &[
    "additionalProperties",
    "propertyNames",
    "items",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
];
/// Keywords that hold a list of schemas.
const LIST: &[&str] = &["prefixItems", "allOf", "anyOf", "oneOf"];
/// Keywords that hold a map of schemas.
const MAP: &[&str] = &["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"];

/// The identity of a value while its tree lives.
pub(super) type Address = *const Value;

/// A resource: a schema with an `$id`, or the root.
#[derive(Debug)]
struct Resource<'s> {
    uri: String,
    root: &'s Value,
    anchors: HashMap<&'s str, &'s Value>,
}

/// Every resource of a text.
#[derive(Debug)]
pub(super) struct Index<'s> {
    resources: Vec<Resource<'s>>,
    by_uri: HashMap<String, usize>,
    by_address: HashMap<Address, usize>,
    /// By resource and name.
    pub(super) dynamic: Vec<(usize, &'s str, &'s Value)>,
}

impl<'s> Index<'s> {
    pub(super) fn new(root: &'s Value) -> Self {
        let mut index = Self {
            resources: Vec::new(),
            by_uri: HashMap::new(),
            by_address: HashMap::new(),
            dynamic: Vec::new(),
        };
        index.resource(String::new(), root);
        index.visit(root, 0);
        index
    }

    /// Adds more schemas that references may lead to.
    pub(super) fn add(&mut self, uri: &str, root: &'s Value) {
        let number = self.resource(uri.to_owned(), root);
        self.visit(root, number);
    }

    fn resource(&mut self, uri: String, root: &'s Value) -> usize {
        let number = self.resources.len();
        self.by_uri.entry(uri.clone()).or_insert(number);
        self.by_address.insert(root, number);
        self.resources.push(Resource { uri, root, anchors: HashMap::new() });
        number
    }

    fn visit(&mut self, schema: &'s Value, mut resource: usize) {
        let Some(map) = schema.as_object() else { return };
        if let Some(id) = map.get("$id").and_then(Value::as_str) {
            let uri = self.resources.get(resource).map_or(String::new(), |outer| resolve(&outer.uri, id));
            // Schemas that are given by their URI often say it again.
            let known =
                self.by_uri.get(&uri).copied().filter(|_| self.resource_of(schema, usize::MAX) != usize::MAX);
            resource = known.unwrap_or_else(|| self.resource(uri, schema));
        }
        for key in ["$anchor", "$dynamicAnchor"] {
            let Some(name) = map.get(key).and_then(Value::as_str) else { continue };
            if let Some(resource) = self.resources.get_mut(resource) {
                resource.anchors.insert(name, schema);
            }
            if key == "$dynamicAnchor" {
                self.dynamic.push((resource, name, schema));
            }
        }
        inside(map, &mut |inner| self.visit(inner, resource));
    }

    /// The resource that starts at a schema; else the one around it.
    pub(super) fn resource_of(&self, schema: &Value, around: usize) -> usize {
        self.by_address.get(&std::ptr::from_ref(schema)).copied().unwrap_or(around)
    }

    /// What a reference leads to, and the resource that it lies in.
    pub(super) fn target(&self, from: usize, reference: &str) -> Option<(&'s Value, usize)> {
        let (uri, fragment) = split(reference);
        let number = match uri {
            "" => from,
            uri => *self.by_uri.get(&resolve(&self.resources.get(from)?.uri, uri))?,
        };
        let resource = self.resources.get(number)?;
        let fragment = unescape(fragment);
        if fragment.is_empty() {
            return Some((resource.root, number));
        }
        match fragment.strip_prefix('/') {
            Some(pointer) => self.walk(resource.root, number, pointer),
            None => resource.anchors.get(fragment.as_str()).map(|schema| (*schema, number)),
        }
    }

    /// Follows a JSON pointer (RFC 6901).
    fn walk(&self, root: &'s Value, mut resource: usize, pointer: &str) -> Option<(&'s Value, usize)> {
        let mut at = root;
        for step in pointer.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            at = match at {
                Value::Object(map) => map.get(&step)?,
                Value::Array(items) => items.get(step.parse::<usize>().ok()?)?,
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return None,
            };
            resource = self.resource_of(at, resource);
        }
        Some((at, resource))
    }
}

/// Calls `visit` with every schema directly inside.
fn inside<'s>(map: &'s Map<String, Value>, visit: &mut dyn FnMut(&'s Value)) {
    for (key, value) in map {
        let key = key.as_str();
        match value {
            Value::Object(_) if ONE.contains(&key) => visit(value),
            Value::Object(inner) if MAP.contains(&key) => inner.values().for_each(&mut *visit),
            Value::Array(list) if LIST.contains(&key) => list.iter().for_each(&mut *visit),
            _ => {}
        }
    }
}
