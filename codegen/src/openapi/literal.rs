//! Which schemas a Rust type is true to, when JSON Schema is taken at its word: without `type`, any value that is not what
//! the keywords speak of is good, and no type says that.

use super::document::Version;
use super::keywords::ANNOTATIONS;
use super::lower::Lower;
use super::schema::{Choice, Piece, Schema, gather};
use super::tree::{Node, Value};
use super::types::Types;

/// Keywords that say nothing of values.
const SILENT: &[&str] =
    &["$id", "$schema", "$anchor", "$defs", "$comment", "$vocabulary", "definitions", "id"];

/// Does a Rust type, with checks beside, take just the values of the schema?
pub(crate) fn is_faithful<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>) -> bool {
    if schema.impossible || schema.given.iter().any(|piece| is_dynamic(piece.node)) {
        return false;
    }
    if schema.pieces.iter().all(|piece| says_nothing(piece.node)) {
        return true;
    }
    let fits = values_fit(schema) && merges(schema);
    match schema.choices.as_slice() {
        [] => schema.typed && fits,
        [only] if schema.discriminator.is_some() || only.node.get("discriminator").is_some() => true,
        [only] => {
            !schema.has_substance() && (!schema.typed || schema.types == Types::ALL) && apart(lower, *only)
        }
        _ => false,
    }
}

fn says_nothing(node: &Node) -> bool {
    match &node.value {
        Value::Bool(flag) => *flag,
        Value::Map(map) => map.iter().all(|entry| {
            let key = &*entry.key;
            key.starts_with("x-")
                || SILENT.contains(&key)
                || (ANNOTATIONS.contains(&key) && !["anyOf", "oneOf", "nullable"].contains(&key))
        }),
        Value::Null | Value::Number(_) | Value::String(_) | Value::List(_) => true,
    }
}

/// Does the meaning of the schema depend on who refers to it?
pub(crate) fn is_dynamic(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => map.iter().any(|entry| &*entry.key == "$dynamicRef" || is_dynamic(&entry.value)),
        Value::List(list) => list.iter().any(is_dynamic),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Are the values of an enumeration of the only type that is allowed?
fn values_fit(schema: &Schema<'_>) -> bool {
    let wanted = schema.types.without(Types::NULL);
    schema.enums.iter().all(|(values, _)| {
        let types = values.iter().fold(Types::NONE, |all, value| all.or(Types::of(value)));
        let plain = [Types::STRING, Types::BOOLEAN, Types::INTEGER, Types::NUMBER];
        types == wanted && plain.contains(&types) && values.iter().all(|value| !value.is_null())
    })
}

/// `additionalProperties` and `items` speak of what stands beside them: merged into another schema they would say more.
fn merges(schema: &Schema<'_>) -> bool {
    let beside = |keys: [&str; 4]| {
        let about = |piece: &&Piece<'_>| keys.iter().any(|key| piece.node.get(key).is_some());
        schema.pieces.iter().filter(about).count()
    };
    let others = schema.closed || !schema.additional.is_empty();
    let objects = ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"];
    let lists = ["prefixItems", "items", "additionalItems", "unevaluatedItems"];
    (!others || beside(objects) <= 1) && (schema.prefix.is_empty() || beside(lists) <= 1)
}

/// Are the alternatives of different types, so that a value tells which is meant?
fn apart<'t>(lower: &mut Lower<'t, '_>, choice: Choice<'t>) -> bool {
    let mut seen = Types::NONE;
    for variant in choice.variants {
        let schema = gather(&mut lower.document, &[Piece::whole(variant)]);
        let mut types = schema.types;
        // 1 is an integer and a number.
        if types.has(Types::INTEGER) || types.has(Types::FRACTION) {
            types = types.or(Types::NUMBER);
        }
        if !schema.typed || schema.nullable || !seen.and(types).is_none() {
            return false;
        }
        seen = seen.or(types);
    }
    true
}

/// A schema with references that depend on the way, as it is written; only if it can stand alone.
pub(crate) fn verbatim(version: Version, node: &Node) -> Option<String> {
    let alone = node.get("$id").is_some() && version > Version::V30;
    (alone && is_dynamic(node)).then(|| node.to_json().to_string())
}
