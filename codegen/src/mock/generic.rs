//! Schemas that take others as arguments: `$dynamicRef` in a schema, and a `$dynamicAnchor` in the `$defs` of the one that
//! refers to it (JSON Schema 2020-12 core, section 8.2.3.2). Each use becomes a copy with the arguments in their places.

use super::document::decoded;
use serde_json::{Map, Value, json};

/// Puts a copy of the schema that is referred to in the place of the reference, where this schema brings arguments for it.
/// A copy that would bring arguments itself is not made, so that there is an end.
pub(super) fn specialise(document: &Value, map: &mut Map<String, Value>) {
    let arguments = arguments(map);
    let reference = map.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
    let Some(target) = reference.and_then(|text| document.pointer(&decoded(text))) else { return };
    if arguments.is_empty() {
        return;
    }
    let mut copy = target.clone();
    if let Some(copy) = copy.as_object_mut() {
        copy.remove("$id");
        if let Some(definitions) = copy.get_mut("$defs").and_then(Value::as_object_mut) {
            definitions.retain(|_, schema| schema.get("$dynamicAnchor").is_none());
        }
    }
    fill(&mut copy, &arguments);
    if holds(&copy, "$dynamicAnchor") {
        return;
    }
    for key in ["$id", "$ref", "$defs"] {
        map.remove(key);
    }
    match map.get_mut("allOf").and_then(Value::as_array_mut) {
        Some(all) => all.push(copy),
        None => {
            map.insert("allOf".to_owned(), json!([copy]));
        }
    }
}

/// Names and schemas.
fn arguments(map: &Map<String, Value>) -> Vec<(String, Value)> {
    let definitions = map.get("$defs").and_then(Value::as_object).into_iter().flat_map(Map::values);
    let argument = |schema: &Value| {
        let mut schema = schema.clone();
        let name = schema.as_object_mut()?.remove("$dynamicAnchor")?;
        Some((name.as_str()?.to_owned(), schema))
    };
    definitions.filter_map(argument).collect()
}

/// Replaces every `$dynamicRef` by its argument.
fn fill(schema: &mut Value, arguments: &[(String, Value)]) {
    if let Some(map) = schema.as_object_mut() {
        let name = map.get("$dynamicRef").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
        let argument = arguments.iter().find(|(own, _)| Some(own.as_str()) == name);
        if let Some((_, argument)) = argument {
            map.remove("$dynamicRef");
            let rest = std::mem::take(map);
            *schema = if rest.is_empty() { argument.clone() } else { json!({ "allOf": [argument, rest] }) };
            return;
        }
    }
    match schema {
        Value::Object(map) => map.values_mut().for_each(|inner| fill(inner, arguments)),
        Value::Array(items) => items.iter_mut().for_each(|inner| fill(inner, arguments)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn holds(schema: &Value, key: &str) -> bool {
    match schema {
        Value::Object(map) => map.contains_key(key) || map.values().any(|inner| holds(inner, key)),
        Value::Array(items) => items.iter().any(|inner| holds(inner, key)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
