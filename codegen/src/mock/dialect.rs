//! Schemas of any OpenAPI version as JSON Schema 2020-12, in place: `nullable` and boolean bounds of 3.0 end here. A
//! property that travels only the other way is not required.

use serde_json::{Map, Value, json};

/// The way a value travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// In a request: `readOnly` properties are not required.
    Asked,
    /// In an answer: `writeOnly` properties are not there.
    Told,
}

/// The document with every schema translated.
pub(super) fn translate(document: &Value, way: Way) -> Value {
    let old = document["openapi"].as_str().is_some_and(|version| version.starts_with("3.0"));
    let reader = Reader { document, old, way };
    let mut out = document.clone();
    reader.part(&mut out, false);
    out
}

struct Reader<'d> {
    document: &'d Value,
    old: bool,
    way: Way,
}

impl Reader<'_> {
    /// A part of the document that is no schema; `names` when its keys are names and not keywords.
    fn part(&self, value: &mut Value, names: bool) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.part(item, false)),
            Value::Object(map) => {
                for (key, inner) in map.iter_mut() {
                    match key.as_str() {
                        _ if names => self.part(inner, false),
                        "schema" | "itemSchema" => self.schema(inner),
                        "schemas" => self.each(inner),
                        "example" | "examples" | "value" | "dataValue" | "default" | "enum" => {}
                        _ if key.starts_with("x-") => {}
                        "paths" | "webhooks" | "pathItems" | "responses" | "parameters" | "headers"
                        | "requestBodies" | "callbacks" | "content" | "encoding" | "variables" => {
                            self.part(inner, true);
                        }
                        _ => self.part(inner, false),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// A mapping from names to schemas.
    fn each(&self, value: &mut Value) {
        value.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(|schema| self.schema(schema));
    }

    fn schema(&self, value: &mut Value) {
        let Some(map) = value.as_object_mut() else { return };
        super::generic::specialise(self.document, map);
        let other_way = self.other_way(map);
        for (key, inner) in map.iter_mut() {
            match key.as_str() {
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                    self.each(inner);
                }
                "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                    inner.as_array_mut().into_iter().flatten().for_each(|schema| self.schema(schema));
                }
                "items"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "additionalProperties"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "additionalItems"
                | "contentSchema" => self.schema(inner),
                _ => {}
            }
        }
        self.one_way(map, &other_way);
        width(map);
        if self.old {
            old_bounds(map);
            // Beside a `$ref` nothing counts by the letter (section 4.7.23); `nullable` is taken as meant.
            let nullable = map.remove("nullable") == Some(Value::Bool(true));
            if map.contains_key("$ref") {
                map.retain(|key, _| key == "$ref");
            }
            if nullable {
                let inner = Value::Object(std::mem::take(map));
                map.insert("anyOf".to_owned(), json!([inner, { "type": "null" }]));
            }
        }
    }

    /// The properties that travel only the other way.
    fn other_way(&self, map: &Map<String, Value>) -> Vec<String> {
        let keyword = match self.way {
            Way::Asked => "readOnly",
            Way::Told => "writeOnly",
        };
        let properties = map.get("properties").and_then(Value::as_object).into_iter().flatten();
        properties
            .filter(|(_, property)| self.says(property, keyword))
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// What travels only the other way is not required, and what is secret is not told.
    fn one_way(&self, map: &mut Map<String, Value>, other_way: &[String]) {
        if self.way == Way::Told
            && let Some(properties) = map.get_mut("properties").and_then(Value::as_object_mut)
        {
            for name in other_way {
                properties.insert(name.clone(), Value::Bool(false));
            }
        }
        if let Some(required) = map.get_mut("required").and_then(Value::as_array_mut) {
            required
                .retain(|name| !name.as_str().is_some_and(|name| other_way.iter().any(|one| one == name)));
        }
    }

    /// Whether a property, or the schema it refers to, says `keyword: true`.
    fn says(&self, property: &Value, keyword: &str) -> bool {
        let mut at = property;
        for _ in 0..16 {
            if at[keyword] == Value::Bool(true) {
                return true;
            }
            let Some(target) = at["$ref"].as_str().and_then(|text| text.strip_prefix('#')) else {
                return false;
            };
            let Some(next) = self.document.pointer(&super::document::decoded(target)) else { return false };
            at = next;
        }
        false
    }
}

/// `int32` and `int64` bound an integer (OpenAPI 3.2, section 4.5).
fn width(map: &mut Map<String, Value>) {
    let (low, high) = match map.get("format").and_then(Value::as_str) {
        Some("int32") => (json!(i32::MIN), json!(i32::MAX)),
        Some("int64") => (json!(i64::MIN), json!(i64::MAX)),
        _ => return,
    };
    let integer = |kind: &Value| {
        kind == "integer" || kind.as_array().is_some_and(|all| all.contains(&json!("integer")))
    };
    if map.get("type").is_some_and(integer) && !map.contains_key("allOf") {
        map.insert("allOf".to_owned(), json!([{ "minimum": low, "maximum": high }]));
    }
}

/// OpenAPI 3.0 follows draft 4: `exclusiveMinimum: true` says something of `minimum`.
fn old_bounds(map: &mut Map<String, Value>) {
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        match map.get(exclusive) {
            Some(Value::Bool(true)) => {
                map.remove(exclusive);
                if let Some(limit) = map.remove(bound) {
                    map.insert(exclusive.to_owned(), limit);
                }
            }
            Some(Value::Bool(false)) => {
                map.remove(exclusive);
            }
            _ => {}
        }
    }
}
