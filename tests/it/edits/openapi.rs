//! Edits of OpenAPI documents, wherever an operation can see them.

use super::{Dice, Edit};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// What a node of the document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Operation,
    Parameter,
    Body,
    Contents,
    Responses,
    Response,
    Schema,
    Property,
}

/// What is done to a node.
type Change = fn(&mut Map<String, Value>) -> bool;

/// Some edits of a document.
pub(super) fn edits(text: &str, dice: &mut Dice, count: usize) -> Vec<Edit> {
    let document: Value = serde_json::from_str(text).unwrap();
    let mut nodes = Nodes { document: &document, seen: BTreeSet::new(), found: Vec::new() };
    nodes.paths("/paths");
    let mut all = Vec::new();
    for (pointer, kind) in nodes.found {
        all.extend(changes(kind).iter().map(|(what, change)| (pointer.clone(), *what, *change)));
    }
    let mut edits = Vec::new();
    // Many changes do not fit where they are tried.
    for (pointer, what, change) in dice.some(all, 8 * count) {
        let mut edited = document.clone();
        let node = edited.pointer_mut(&pointer).and_then(Value::as_object_mut);
        if node.is_some_and(change) && edited != document {
            edits.push(Edit { what, place: pointer, text: edited.to_string() });
        }
    }
    dice.some(edits, count)
}

/// The nodes that operations see.
struct Nodes<'d> {
    document: &'d Value,
    seen: BTreeSet<String>,
    found: Vec<(String, Kind)>,
}

impl Nodes<'_> {
    fn keys(&self, pointer: &str) -> Vec<String> {
        let node = self.document.pointer(pointer).and_then(Value::as_object);
        node.into_iter()
            .flatten()
            .map(|(key, _)| format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")))
            .collect()
    }

    fn items(&self, pointer: &str) -> Vec<String> {
        let count = self.document.pointer(pointer).and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).map(|n| format!("{pointer}/{n}")).collect()
    }

    fn paths(&mut self, pointer: &str) {
        for item in self.keys(pointer) {
            self.item(&item);
        }
    }

    fn item(&mut self, pointer: &str) {
        for method in METHODS {
            let operation = format!("{pointer}/{method}");
            if self.visit(&operation, Kind::Operation).is_some() {
                self.all(&format!("{operation}/parameters"), Self::parameter);
                self.body(&format!("{operation}/requestBody"));
                self.found.push((format!("{operation}/responses"), Kind::Responses));
                for response in self.keys(&format!("{operation}/responses")) {
                    self.response(&response);
                }
            }
        }
    }

    fn all(&mut self, pointer: &str, each: fn(&mut Self, &str)) {
        self.items(pointer).iter().for_each(|item| each(self, item));
    }

    fn parameter(&mut self, pointer: &str) {
        if let Some(at) = self.visit(pointer, Kind::Parameter) {
            let before = self.found.len();
            self.schema(&format!("{at}/schema"));
            // What is read-only or deprecated is told of bodies alone.
            let schemas = self.found.split_off(before);
            self.found.extend(schemas.into_iter().filter(|(_, kind)| *kind != Kind::Property));
        }
    }

    fn body(&mut self, pointer: &str) {
        if let Some(at) = self.visit(pointer, Kind::Body) {
            self.contents(&format!("{at}/content"));
        }
    }

    fn response(&mut self, pointer: &str) {
        if let Some(at) = self.visit(pointer, Kind::Response) {
            self.contents(&format!("{at}/content"));
        }
    }

    fn contents(&mut self, pointer: &str) {
        self.visit(pointer, Kind::Contents);
        for media in self.keys(pointer) {
            self.schema(&format!("{media}/schema"));
        }
    }

    fn schema(&mut self, pointer: &str) {
        let Some(at) = self.visit(pointer, Kind::Schema) else { return };
        for property in self.keys(&format!("{at}/properties")) {
            self.schema(&property);
            if self.document.pointer(&property).is_some_and(|property| property.get("$ref").is_none()) {
                self.found.push((property, Kind::Property));
            }
        }
        for one in ["items", "additionalProperties"] {
            self.schema(&format!("{at}/{one}"));
        }
    }

    /// Notes a node, or the one that it refers to, unless that is known.
    fn visit(&mut self, pointer: &str, kind: Kind) -> Option<String> {
        let node = self.document.pointer(pointer)?.as_object()?;
        let at = match node.get("$ref").and_then(Value::as_str) {
            Some(target) => target.strip_prefix('#')?.to_owned(),
            None => pointer.to_owned(),
        };
        if at != pointer && self.document.pointer(&at)?.get("$ref").is_some() || !self.seen.insert(at.clone())
        {
            return None;
        }
        self.found.push((at.clone(), kind));
        Some(at)
    }
}

/// What may be done to a node. Each tells whether it fits.
fn changes(kind: Kind) -> &'static [(&'static str, Change)] {
    match kind {
        Kind::Operation => OPERATION,
        Kind::Parameter => PARAMETER,
        Kind::Body => &[("toggle required", |body| toggle(body, "required"))],
        Kind::Contents => &[("remove a media type", |contents| contents.len() > 1 && remove_last(contents))],
        Kind::Responses => &[
            ("remove a response", |responses| responses.len() > 1 && remove_last(responses)),
            ("add a response", |responses| {
                responses.insert("418".to_owned(), json!({ "description": "a teapot" })).is_none()
            }),
        ],
        Kind::Response => &[("add a header", |response| {
            let headers = response.entry("headers").or_insert_with(|| json!({}));
            headers["X-Edited"] = json!({ "required": true, "schema": { "type": "string" } });
            true
        })],
        Kind::Schema => SCHEMA,
        Kind::Property => &[
            ("toggle readOnly", |schema| toggle(schema, "readOnly")),
            ("toggle deprecated", |schema| toggle(schema, "deprecated")),
        ],
    }
}

const OPERATION: &[(&str, Change)] = &[
    ("toggle deprecated", |operation| toggle(operation, "deprecated")),
    ("rename", |operation| operation.insert("operationId".to_owned(), json!("anotherName")).is_some()),
    ("add a tag", |operation| {
        let tags = operation.entry("tags").or_insert_with(|| json!([]));
        tags.as_array_mut().is_some_and(|tags| {
            tags.push(json!("Another tag"));
            true
        })
    }),
    ("remove the body", |operation| operation.shift_remove("requestBody").is_some()),
    ("add a parameter", |operation| add_parameter(operation, true)),
    ("add an optional parameter", |operation| add_parameter(operation, false)),
];

fn add_parameter(operation: &mut Map<String, Value>, required: bool) -> bool {
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    parameters.as_array_mut().is_some_and(|parameters| {
        let schema = json!({ "type": "string" });
        parameters.push(json!({ "name": "x-edited", "in": "query", "required": required, "schema": schema }));
        true
    })
}

const PARAMETER: &[(&str, Change)] = &[
    ("toggle required", |parameter| {
        parameter.get("in") != Some(&json!("path")) && toggle(parameter, "required")
    }),
    ("toggle deprecated", |parameter| toggle(parameter, "deprecated")),
    ("rename", |parameter| {
        let is_path = parameter.get("in") == Some(&json!("path"));
        !is_path && parameter.insert("name".to_owned(), json!("x-renamed")).is_some()
    }),
];

const SCHEMA: &[(&str, Change)] = &[
    ("remove a property", remove_property),
    ("add a property", |schema| add_property(schema, false)),
    ("add a required property", |schema| add_property(schema, true)),
    ("require one less", |schema| {
        schema.get_mut("required").and_then(Value::as_array_mut).and_then(Vec::pop).is_some()
    }),
    ("remove a word", |schema| {
        let words = schema.get_mut("enum").and_then(Value::as_array_mut);
        words.is_some_and(|words| words.len() > 1 && words.pop().is_some())
    }),
    ("add a word", |schema| {
        let words = schema.get_mut("enum").and_then(Value::as_array_mut);
        words.filter(|words| words.iter().all(Value::is_string)).is_some_and(|words| {
            words.push(json!("another word"));
            true
        })
    }),
    ("change the type", |schema| {
        let swapped = match schema.get("type").and_then(Value::as_str) {
            Some("string") => "boolean",
            Some("integer" | "number" | "boolean") => "string",
            _ => return false,
        };
        let plain = !schema.contains_key("enum") && !schema.contains_key("const");
        plain && schema.insert("type".to_owned(), json!(swapped)).is_some()
    }),
    ("bound the length", |schema| is(schema, "string") && bound(schema, "maxLength", 7)),
    ("bound the length below", |schema| is(schema, "string") && bound(schema, "minLength", 7)),
    ("bound the items", |schema| is(schema, "array") && bound(schema, "maxItems", 7)),
    ("bound the number", |schema| is(schema, "integer") && bound(schema, "maximum", 7)),
    ("multiples", |schema| is(schema, "integer") && bound(schema, "multipleOf", 7)),
    ("a pattern", |schema| {
        is(schema, "string") && schema.insert("pattern".to_owned(), json!("^edited$")).is_none()
    }),
    ("a format", |schema| {
        is(schema, "string") && schema.insert("format".to_owned(), json!("uuid")).is_none()
    }),
    ("unlike items", |schema| is(schema, "array") && toggle(schema, "uniqueItems")),
];

fn is(schema: &Map<String, Value>, kind: &str) -> bool {
    schema.get("type") == Some(&json!(kind)) && !schema.contains_key("enum") && !schema.contains_key("const")
}

fn bound(schema: &mut Map<String, Value>, key: &str, bound: i64) -> bool {
    schema.insert(key.to_owned(), json!(bound)) != Some(json!(bound))
}

fn toggle(node: &mut Map<String, Value>, key: &str) -> bool {
    let was = node.get(key) == Some(&json!(true));
    node.insert(key.to_owned(), json!(!was));
    true
}

fn remove_last(node: &mut Map<String, Value>) -> bool {
    let last = node.keys().next_back().cloned();
    last.is_some_and(|last| !last.starts_with("x-") && node.shift_remove(&last).is_some())
}

fn remove_property(schema: &mut Map<String, Value>) -> bool {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return false };
    let Some(last) = properties.keys().next_back().cloned() else { return false };
    properties.shift_remove(&last);
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| *name != json!(last));
    }
    true
}

fn add_property(schema: &mut Map<String, Value>, required: bool) -> bool {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return false };
    properties.insert("x_edited".to_owned(), json!({ "type": "string" }));
    if required {
        let required = schema.entry("required").or_insert_with(|| json!([]));
        required.as_array_mut().into_iter().for_each(|required| required.push(json!("x_edited")));
    }
    true
}
