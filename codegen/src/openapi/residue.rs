//! What a schema says and its type does not: the part that is checked on the JSON of the value.

use serde_json::{Map as Json, Value as J, json};

use super::document::address;
use super::embed::{Embed, MOST_BYTES};
use super::lower::{Body, Lower, Lowered};
use super::schema::{Piece, Schema};
use super::tree::Node;
use super::union::{defined, is_condition};
use crate::code::Code;
use crate::ir::{Kind, Rest, Rule, Shape, Ty};

/// Keywords that no type checks.
const NEVER: &[&str] = &[
    "not",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "contains",
    "minContains",
    "maxContains",
    "if",
    "then",
    "else",
];

/// Adds what the type does not check as a rule.
pub(crate) fn attach<'t>(
    lower: &mut Lower<'t, '_>,
    schema: &Schema<'t>,
    lowered: Lowered,
    path: &[String],
) -> Lowered {
    let mut embed = Embed::default();
    let mut parts: Vec<Json<String, J>> = Vec::new();
    for piece in &schema.pieces {
        if whole(schema, piece.node) {
            // What is not evaluated depends on every keyword beside.
            parts.extend(embed.schema(&mut lower.document, piece.node).as_object().cloned());
            continue;
        }
        let part = left(lower, &mut embed, schema, piece, &lowered.body);
        if !part.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    let text = match parts.len() {
        0 => return lowered,
        1 => embed.finish(&mut lower.document, parts.remove(0), MOST_BYTES),
        _ => {
            let all = parts.into_iter().map(J::Object).collect();
            let all = Json::from_iter([("allOf".to_owned(), J::Array(all))]);
            embed.finish(&mut lower.document, all, MOST_BYTES)
        }
    };
    match text {
        Some(text) => with_rule(lower, schema, lowered, text, path),
        None => {
            too_large(lower, schema);
            lowered
        }
    }
}

/// Says that a schema is too large to be held against values as a whole.
pub(crate) fn too_large(lower: &mut Lower<'_, '_>, schema: &Schema<'_>) {
    lower
        .document
        .report(Code::LargeCheck, schema.span, "what the type does not check is too large to be checked")
        .help("refer to fewer schemas in conditions and alternatives");
}

/// A type with one rule more.
pub(crate) fn with_rule(
    lower: &mut Lower<'_, '_>,
    schema: &Schema<'_>,
    mut lowered: Lowered,
    text: String,
    path: &[String],
) -> Lowered {
    lowered.body = match lowered.body {
        Body::Ty(mut ty) => {
            ty.rules.push(Rule::Schema(text));
            Body::Ty(ty)
        }
        Body::Shape(Shape::Struct(mut object)) => {
            let known = |name: &str| object.fields.iter().any(|field| field.decl.name.text() == name);
            if object.rest == Rest::Ignore && sees_others(&text, &known) {
                object.rest = Rest::Collect(Ty::any());
            }
            object.rules.push(Rule::Schema(text));
            Body::Shape(Shape::Struct(object))
        }
        Body::Shape(shape) => {
            let at = schema.pieces.first().map(|piece| piece.node);
            let mut inner = path.to_vec();
            inner.push("value".to_owned());
            match at {
                Some(at) => {
                    let mut ty = defined(lower, Body::Shape(shape), inner, at);
                    ty.rules.push(Rule::Schema(text));
                    Body::Ty(ty)
                }
                None => Body::Shape(shape),
            }
        }
    };
    lowered
}

/// Does a check look at keys that no field has?
fn sees_others(text: &str, known: &dyn Fn(&str) -> bool) -> bool {
    serde_json::from_str(text).is_ok_and(|schema: J| looks(&schema, known))
}

fn looks(schema: &J, known: &dyn Fn(&str) -> bool) -> bool {
    let names = |value: &J| match value {
        J::Object(map) => !map.keys().all(|key| known(key)),
        J::Array(list) => !list.iter().all(|name| name.as_str().is_some_and(known)),
        J::Null | J::Bool(_) | J::Number(_) | J::String(_) => true,
    };
    let Some(map) = schema.as_object() else { return false };
    map.iter().any(|(key, value)| match key.as_str() {
        // What is said of the value of a field sees only that.
        "properties" | "required" => names(value),
        "dependentRequired" => names(value) || value.as_object().is_some_and(|all| all.values().any(&names)),
        "allOf" | "anyOf" | "oneOf" => {
            value.as_array().is_some_and(|all| all.iter().any(|one| looks(one, known)))
        }
        "not" | "if" | "then" | "else" => looks(value, known),
        "type" => false,
        _ => true,
    })
}

/// Must the schema be checked as a whole?
fn whole(schema: &Schema<'_>, node: &Node) -> bool {
    let closes =
        schema.closes && schema.given.first().is_some_and(|piece| address(piece.node) == address(node));
    node.get("unevaluatedItems").is_some() || (node.get("unevaluatedProperties").is_some() && !closes)
}

/// Is `unevaluatedProperties: false` the same as that no other keys are allowed? It is when it stands outermost and nothing
/// depends on the value.
pub(crate) fn closes(schema: &Schema<'_>) -> bool {
    let depends = [
        "oneOf",
        "anyOf",
        "if",
        "dependentSchemas",
        "dependencies",
        "patternProperties",
        "additionalProperties",
        "not",
        "$dynamicRef",
    ];
    let outer = schema.given.first().and_then(|piece| piece.node.get("unevaluatedProperties"));
    outer.and_then(Node::as_bool) == Some(false)
        && schema.given.len() == 1
        && schema.pieces.iter().all(|piece| !depends.iter().any(|key| piece.node.get(key).is_some()))
}

/// The keywords of one piece that the type does not check.
fn left<'t>(
    lower: &mut Lower<'t, '_>,
    embed: &mut Embed<'t>,
    schema: &Schema<'t>,
    piece: &Piece<'t>,
    body: &Body,
) -> Json<String, J> {
    let node = piece.node;
    let mut keys: Vec<&str> = NEVER.iter().copied().filter(|key| node.get(key).is_some()).collect();
    let is_map = matches!(body, Body::Ty(ty) if matches!(ty.kind, Kind::Map(_)));
    let is_struct = matches!(body, Body::Shape(Shape::Struct(_)));
    let is_any = matches!(body, Body::Ty(ty) if matches!(ty.kind, Kind::Any));
    if !is_map {
        keys.extend(["minProperties", "maxProperties"]);
    }
    if !is_map || node.get("propertyNames").is_some_and(|names| !simple_names(names)) {
        keys.push("propertyNames");
    }
    let object = is_map || is_struct || is_any;
    let forbidden = !schema.closed
        && node
            .get("properties")
            .and_then(Node::as_map)
            .is_some_and(|all| all.iter().any(|entry| entry.value.as_bool() == Some(false)));
    if object && node.get("patternProperties").is_some() {
        keys.extend(["patternProperties", "additionalProperties"]);
    }
    let is_list = matches!(body, Body::Ty(ty) if matches!(&ty.kind, Kind::List(item) if matches!(item.kind, Kind::Any)));
    if is_list
        && (node.get("prefixItems").is_some()
            || node.get("items").is_some_and(|items| items.as_list().is_some()))
    {
        keys.extend(["prefixItems", "items"]);
    }
    let mut out = Json::new();
    for key in keys {
        embed.keyword(&mut lower.document, node, key, &mut out);
    }
    if object && (forbidden || out.contains_key("patternProperties")) {
        named_only(node, &mut out);
    }
    for (key, skip) in [("oneOf", piece.no_one_of), ("anyOf", piece.no_any_of)] {
        let list = node.get(key).and_then(Node::as_list).unwrap_or_default();
        if !skip && !list.is_empty() && list.iter().all(is_condition) {
            embed.keyword(&mut lower.document, node, key, &mut out);
        }
    }
    out
}

/// The keys of `properties`, whose values have types of their own, and those that are forbidden.
fn named_only(node: &Node, out: &mut Json<String, J>) {
    let named = node.get("properties").and_then(Node::as_map).into_iter().flat_map(super::tree::Map::iter);
    let named = named.map(|entry| (entry.key.to_string(), json!(entry.value.as_bool() != Some(false))));
    let named: Json<String, J> = named.collect();
    if !named.is_empty() {
        out.insert("properties".to_owned(), J::Object(named));
    }
}

/// Does `propertyNames` say no more than rules of a map can?
pub(crate) fn simple_names(names: &Node) -> bool {
    let known = ["type", "minLength", "maxLength", "pattern", "enum", "const", "description", "title"];
    names.as_map().is_some_and(|map| map.iter().all(|entry| known.contains(&&*entry.key)))
}

/// The changes of a JSON Patch have a type of their own (RFC 6902); what the schema says of them is checked on their JSON.
pub(crate) fn patch<'t>(lower: &mut Lower<'t, '_>, media_type: &str, media: &'t Node, ty: &mut Ty) {
    if !media_type.to_ascii_lowercase().starts_with("application/json-patch+json") {
        return;
    }
    let Some(schema) = media.get("schema") else { return };
    let list = lower.document.target(schema).map_or(schema, |target| target.node);
    let (mut embed, mut out) = (Embed::default(), Json::new());
    embed.keyword(&mut lower.document, list, "items", &mut out);
    if out.get("items").is_none_or(|items| items == &json!({ "type": "object" }) || items == &json!({})) {
        return;
    }
    ty.rules.extend(embed.finish(&mut lower.document, out, MOST_BYTES).map(Rule::Schema));
}

/// The text of a whole schema: every piece of it.
pub(crate) fn entire<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>) -> Option<String> {
    if let [only] = schema.given.as_slice()
        && let Some(text) = lower.document.verbatim(only.node)
    {
        return Some(text);
    }
    let mut embed = Embed::default();
    // The first piece leads to all others, unless several were given.
    let mut seen = Vec::new();
    let mut parts = Vec::new();
    for piece in &schema.given {
        if !seen.contains(&address(piece.node)) {
            seen.push(address(piece.node));
            parts.push(embed.schema(&mut lower.document, piece.node));
        }
    }
    let whole = match parts.as_slice() {
        [J::Object(only)] => only.clone(),
        _ => Json::from_iter([("allOf".to_owned(), J::Array(parts))]),
    };
    embed.finish(&mut lower.document, whole, MOST_BYTES)
}
