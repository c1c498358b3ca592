//! A translated schema with `$ref` and `allOf` merged away: what must hold of one value, on one level.

use super::dialect::Way;
use super::document::Document;
use serde_json::{Map, Value, json};

/// How many schemas are merged into one.
const MAX_MERGED: usize = 400;

/// Keywords that hold at once, and the choices beside them.
#[derive(Debug, Clone, Default)]
pub(super) struct Flat {
    pub(super) map: Map<String, Value>,
    /// Every `oneOf` and `anyOf`.
    pub(super) choices: Vec<Choice>,
    /// True when nothing can hold.
    pub(super) never: bool,
    merged: usize,
}

/// Members of a `oneOf` or `anyOf`, and the discriminator that tells them apart.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) members: Vec<Value>,
    pub(super) discriminator: Option<Value>,
}

/// Merges a schema and what it refers to.
pub(super) fn flat(document: &Document, way: Way, schema: &Value) -> Flat {
    let mut out = Flat::default();
    out.add(document, way, schema);
    out
}

impl Flat {
    /// Adds another schema that must hold too.
    pub(super) fn add(&mut self, document: &Document, way: Way, schema: &Value) {
        self.merged += 1;
        if self.merged > MAX_MERGED {
            return;
        }
        let map = match schema {
            Value::Bool(false) => {
                self.never = true;
                return;
            }
            Value::Object(map) => map,
            _ => return,
        };
        for key in ["$ref", "$dynamicRef"] {
            if let Some(target) =
                map.get(key).and_then(Value::as_str).and_then(|text| document.target(way, text))
            {
                self.add(document, way, target);
            }
        }
        for part in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.add(document, way, part);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(members) = map.get(key).and_then(Value::as_array).filter(|list| !list.is_empty()) {
                let discriminator = map.get("discriminator").cloned();
                self.choices.push(Choice { members: members.clone(), discriminator });
            }
        }
        for (key, value) in map {
            if !matches!(key.as_str(), "$ref" | "$dynamicRef" | "allOf" | "oneOf" | "anyOf") {
                self.keyword(key, value);
            }
        }
    }

    fn keyword(&mut self, key: &str, value: &Value) {
        let Some(old) = self.map.get_mut(key) else {
            self.map.insert(key.to_owned(), value.clone());
            return;
        };
        match key {
            "properties" | "patternProperties" => both_maps(old, value),
            "required" => {
                let (Some(old), Some(new)) = (old.as_array_mut(), value.as_array()) else { return };
                let more: Vec<Value> = new.iter().filter(|name| !old.contains(name)).cloned().collect();
                old.extend(more);
            }
            "type" => *old = common_types(old, value),
            "enum" => {
                if let (Some(own), Some(new)) = (old.as_array(), value.as_array()) {
                    *old = own.iter().filter(|one| new.contains(one)).cloned().collect();
                }
            }
            "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" | "minContains" => {
                *old = larger(old, value).clone();
            }
            "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
                *old = smaller(old, value).clone();
            }
            "items" | "additionalProperties" | "propertyNames" | "contains" => *old = both(old, value),
            // The outermost says it best; it comes last.
            "example" | "examples" | "default" | "const" | "discriminator" => *old = value.clone(),
            _ => {}
        }
    }

    /// The types that a value may have; empty when nothing is said.
    pub(super) fn types(&self) -> Vec<&str> {
        match self.map.get("type") {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn number(&self, key: &str) -> Option<&Value> {
        self.map.get(key).filter(|value| value.is_number())
    }

    pub(super) fn count(&self, key: &str) -> Option<usize> {
        let value = self.map.get(key)?;
        let count = value.as_u64().or_else(|| value.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64))?;
        usize::try_from(count).ok()
    }

    pub(super) fn object(&self, key: &str) -> Option<&Map<String, Value>> {
        self.map.get(key)?.as_object()
    }

    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.map.get(key)?.as_str()
    }

    pub(super) fn list(&self, key: &str) -> &[Value] {
        self.map.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }
}

fn larger<'v>(a: &'v Value, b: &'v Value) -> &'v Value {
    if b.as_f64() > a.as_f64() { b } else { a }
}

fn smaller<'v>(a: &'v Value, b: &'v Value) -> &'v Value {
    if b.as_f64() < a.as_f64() { b } else { a }
}

/// Two schemas that must both hold.
fn both(a: &Value, b: &Value) -> Value {
    match (a, b) {
        _ if a == b => a.clone(),
        (Value::Bool(true), other) | (other, Value::Bool(true)) => other.clone(),
        (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
        _ => json!({ "allOf": [a, b] }),
    }
}

fn both_maps(old: &mut Value, new: &Value) {
    let (Some(old), Some(new)) = (old.as_object_mut(), new.as_object()) else { return };
    for (name, schema) in new {
        match old.get_mut(name) {
            Some(known) => *known = both(known, schema),
            None => {
                old.insert(name.clone(), schema.clone());
            }
        }
    }
}

fn common_types(a: &Value, b: &Value) -> Value {
    let list = |value: &Value| -> Vec<String> {
        match value {
            Value::String(text) => vec![text.clone()],
            Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    };
    let (a, b) = (list(a), list(b));
    let mut common: Vec<String> = a.iter().filter(|one| b.contains(one)).cloned().collect();
    // An integer is a number.
    if (a.iter().any(|t| t == "number") && b.iter().any(|t| t == "integer"))
        || (b.iter().any(|t| t == "number") && a.iter().any(|t| t == "integer"))
    {
        common.push("integer".to_owned());
    }
    common.into()
}
