//! Constraint keywords of a schema into rules.

use super::document::Document;
use super::schema::Schema;
use super::tree::{Node, Value, number};
use crate::code::Code;
use crate::ir::{Number, Rule};

/// A rule that is a count.
type Count = fn(u64) -> Rule;

/// Adds the rules that `node` states itself.
pub(crate) fn read<'t>(document: &mut Document<'t, '_>, schema: &mut Schema<'t>, node: &'t Node) {
    let counts: [(&str, Count); 6] = [
        ("minLength", Rule::MinLength),
        ("maxLength", Rule::MaxLength),
        ("minItems", Rule::MinItems),
        ("maxItems", Rule::MaxItems),
        ("minProperties", Rule::MinProperties),
        ("maxProperties", Rule::MaxProperties),
    ];
    for (key, rule) in counts {
        let Some(value) = node.get(key) else { continue };
        match count(value) {
            Some(0) if key.starts_with("min") => {}
            Some(count) => push(schema, rule(count)),
            None => bad(document, value, key, "a whole number that is not negative"),
        }
    }
    if let Some(pattern) = node.get("pattern") {
        match pattern.as_str() {
            Some("") => {}
            Some(text) => push(schema, Rule::Pattern(text.to_owned(), pattern.span)),
            None => bad(document, pattern, "pattern", "a regular expression"),
        }
    }
    bound(document, schema, node, ["minimum", "exclusiveMinimum"], [Rule::Minimum, Rule::ExclusiveMinimum]);
    bound(document, schema, node, ["maximum", "exclusiveMaximum"], [Rule::Maximum, Rule::ExclusiveMaximum]);
    if let Some(value) = node.get("multipleOf") {
        match numeric(value).filter(|number| number.as_f64().is_some_and(|number| number > 0.0)) {
            Some(number) => push(schema, Rule::MultipleOf(number)),
            None => bad(document, value, "multipleOf", "a number above zero"),
        }
    }
    if document.flag(node, "uniqueItems") == Some(true) {
        push(schema, Rule::UniqueItems);
    }
    if let Some(names) = node.get("propertyNames").filter(|names| super::residue::simple_names(names)) {
        property_names(document, schema, names);
    }
}

fn push(schema: &mut Schema<'_>, rule: Rule) {
    if !schema.rules.contains(&rule) {
        schema.rules.push(rule);
    }
}

/// A bound and its exclusive twin: a number of its own (JSON Schema 2020-12) or a flag on the other (OpenAPI 3.0).
fn bound<'t>(
    document: &mut Document<'t, '_>,
    schema: &mut Schema<'t>,
    node: &'t Node,
    [key, exclusive_key]: [&str; 2],
    [rule, exclusive_rule]: [fn(Number) -> Rule; 2],
) {
    let mut exclusive = false;
    if let Some(value) = node.get(exclusive_key) {
        match (&value.value, numeric(value)) {
            (Value::Bool(flag), _) => exclusive = *flag,
            (_, Some(number)) => push(schema, exclusive_rule(number)),
            _ => bad(document, value, exclusive_key, "a number"),
        }
    }
    if let Some(value) = node.get(key) {
        match numeric(value) {
            Some(number) if exclusive => push(schema, exclusive_rule(number)),
            Some(number) => push(schema, rule(number)),
            None => bad(document, value, key, "a number"),
        }
    }
}

/// `propertyNames`: the rules of a schema for texts.
fn property_names<'t>(document: &mut Document<'t, '_>, schema: &mut Schema<'t>, names: &'t Node) {
    let inner = super::schema::gather(document, &[super::schema::Piece::whole(names)]);
    let mut rules: Vec<Rule> = inner
        .rules
        .into_iter()
        .filter(|rule| matches!(rule, Rule::MinLength(_) | Rule::MaxLength(_) | Rule::Pattern(..)))
        .collect();
    for (values, _) in &inner.enums {
        rules.push(Rule::OneOf(values.iter().map(|value| value.to_json()).collect()));
    }
    if !rules.is_empty() {
        push(schema, Rule::PropertyNames(rules));
    }
}

/// Rules of texts as one about the JSON that a value is written as.
pub(crate) fn as_schema(rules: &[Rule]) -> Option<Rule> {
    let mut schema = serde_json::Map::new();
    for rule in rules {
        match rule {
            Rule::MinLength(least) => _ = schema.insert("minLength".to_owned(), (*least).into()),
            Rule::MaxLength(most) => _ = schema.insert("maxLength".to_owned(), (*most).into()),
            Rule::Pattern(pattern, _) => _ = schema.insert("pattern".to_owned(), pattern.as_str().into()),
            _ => {}
        }
    }
    (!schema.is_empty()).then(|| Rule::Schema(serde_json::Value::Object(schema).to_string()))
}

fn numeric(node: &Node) -> Option<Number> {
    match &node.value {
        Value::Number(text) => number(text),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// A count: `5`, and `5.0`, which JSON Schema takes for the same.
fn count(node: &Node) -> Option<u64> {
    let number = numeric(node)?;
    let whole = |value: f64| value >= 0.0 && value.fract() == 0.0 && value <= 9.0e15;
    number.as_u64().or_else(|| number.as_f64().filter(|value| whole(*value)).map(|value| value as u64))
}

fn bad(document: &mut Document<'_, '_>, node: &Node, key: &str, wanted: &str) {
    let message = format!("`{key}` must be {wanted}; it is ignored");
    document.report(Code::BadConstraint, node.span, message);
}
