//! An example of each rule: two documents that it tells apart. The same pairs show in tests that every rule is told.

use serde_json::{Map, Value};

/// The pairs of OpenAPI, one a line: the rule (`rule`), and what is special in the old and in the new document.
pub const OPENAPI: &str = include_str!("pairs/openapi.jsonl");
/// The pairs of GraphQL, whose documents are texts.
pub const GRAPHQL: &str = include_str!("pairs/graphql.jsonl");

/// What changes when this rule is told: both sides, as people write them.
pub(super) fn of(rule: &str) -> Option<(String, String)> {
    let start = format!("{{\"rule\":\"{rule}\",");
    let line = OPENAPI.lines().chain(GRAPHQL.lines()).find(|line| line.starts_with(&start))?;
    let pair: Value = serde_json::from_str(line).ok()?;
    let (old, new) = (pair.get("old")?, pair.get("new")?);
    Some(match (old, new) {
        (Value::String(old), Value::String(new)) => (sdl(old), sdl(new)),
        (Value::Object(old), Value::Object(new)) => (parts(old, new), parts(new, old)),
        _ => return None,
    })
}

fn sdl(text: &str) -> String {
    format!("    {text}\n")
}

/// What one side says otherwise than the other.
fn parts(side: &Map<String, Value>, other: &Map<String, Value>) -> String {
    let told = side.iter().filter(|(key, value)| other.get(*key) != Some(value));
    let parts: String = told.map(|(key, value)| part(key, value)).collect();
    if parts.is_empty() { "    (without)\n".to_owned() } else { parts }
}

fn part(key: &str, value: &Value) -> String {
    let label = match (key, key.strip_prefix('/')) {
        ("request", _) => "schema of the request body".to_owned(),
        ("response", _) => "schema of the response".to_owned(),
        (_, Some(key)) => format!("{key} (of the document)"),
        _ if value.is_null() => return format!("    no {key}\n"),
        _ => key.to_owned(),
    };
    format!("    {label}: {value}\n")
}

#[cfg(test)]
mod tests {
    use super::super::rules;

    #[test]
    fn every_rule_has_an_example_with_two_sides() {
        for rule in rules::all() {
            let (old, new) = super::of(rule.id).unwrap_or_else(|| panic!("{} has no example", rule.id));
            assert_ne!(old, new, "{}", rule.id);
        }
    }

    #[test]
    fn as_people_write_them() {
        let example = |rule| super::of(rule).unwrap();
        assert_eq!(example("api-operation-id-removed").1, "    no operationId\n");
        assert_eq!(
            example("servers-changed").0,
            "    servers (of the document): [{\"url\":\"https://a\"}]\n"
        );
    }
}
