//! A schema as the text that the runtime's evaluator reads: JSON Schema 2020-12, only keywords that say something of
//! values, everything that it refers to under `$defs`. The forms of OpenAPI 3.0 and older drafts end here.

use std::collections::{HashMap, HashSet, VecDeque};

use serde_json::{Map as Json, Value as J, json};

use super::document::{Address, Document, Version, address, reference};
use super::lower::reference_path;
use super::tree::{Node, Value};

/// Texts that are longer are not worth their place in the code.
pub(crate) const MOST_BYTES: usize = 512 * 1024;
/// The same where the first alternative that can be read may decide as well.
pub(crate) const FEW_BYTES: usize = 64 * 1024;

/// Keywords that hold one schema.
const ONE: &[&str] = &[
    "additionalProperties",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
];
/// Keywords that hold a list of schemas.
const LIST: &[&str] = &["prefixItems", "allOf", "anyOf", "oneOf"];
/// Keywords that hold a map of schemas.
const MAP: &[&str] = &["properties", "patternProperties", "dependentSchemas"];
/// Keywords that are taken as they are, when they are numbers, texts, flags or lists as they should be.
const NUMBERS: &[&str] = &[
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "minContains",
    "maxContains",
];

/// Collects the schemas of one text.
#[derive(Debug, Default)]
pub(crate) struct Embed<'t> {
    names: HashMap<Address, String>,
    taken: HashSet<String>,
    open: VecDeque<(String, &'t Node)>,
}

impl<'t> Embed<'t> {
    /// The text of a schema, which this collection made or which is made of what it made; `None` when it is longer than
    /// so many bytes.
    pub(crate) fn finish(
        mut self,
        document: &mut Document<'t, '_>,
        schema: Json<String, J>,
        most: usize,
    ) -> Option<String> {
        let mut defs = Json::new();
        let mut size = 0;
        while let Some((name, node)) = self.open.pop_front() {
            let schema = self.schema(document, node);
            size += schema.to_string().len();
            if size > most {
                return None;
            }
            defs.insert(name, schema);
        }
        let mut whole = Json::new();
        whole.extend(schema);
        if !defs.is_empty() {
            whole.insert("$defs".to_owned(), J::Object(defs));
        }
        let text = J::Object(whole.clone()).to_string();
        let asserts = document.asserts_formats() && text.contains("\"format\":");
        if asserts {
            whole.insert("$vocabulary".to_owned(), json!({ FORMATS: true }));
        }
        let text = J::Object(whole).to_string();
        (text.len() <= most).then_some(text)
    }

    /// A schema.
    pub(crate) fn schema(&mut self, document: &mut Document<'t, '_>, node: &'t Node) -> J {
        match &node.value {
            Value::Bool(flag) => J::Bool(*flag),
            Value::Map(map) => {
                let mut out = Json::new();
                if let Some(reference) = self.reference(document, node) {
                    out.insert("$ref".to_owned(), J::String(reference));
                    if document.version == Version::V30 {
                        return or_null(J::Object(out), flag(node, "nullable"));
                    }
                }
                for entry in map.iter() {
                    self.keyword(document, node, &entry.key, &mut out);
                }
                or_null(J::Object(out), flag(node, "nullable") && node.get("type").is_none() && says(node))
            }
            Value::Null | Value::Number(_) | Value::String(_) | Value::List(_) => J::Bool(true),
        }
    }

    /// The new name of what a reference leads to.
    fn reference(&mut self, document: &mut Document<'t, '_>, node: &'t Node) -> Option<String> {
        reference(node)?;
        let target = document.target(node)?;
        let key = address(target.node);
        if !self.names.contains_key(&key) {
            let last = reference_path(target.text).pop().unwrap_or_default();
            let plain: String = last.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            let mut name = plain.clone();
            let mut number = 1;
            while name.is_empty() || !self.taken.insert(name.clone()) {
                number += 1;
                name = format!("{plain}{number}");
            }
            self.names.insert(key, name.clone());
            self.open.push_back((name, target.node));
        }
        self.names.get(&key).map(|name| format!("#/$defs/{name}"))
    }

    /// One keyword of a schema, and what belongs to it.
    pub(crate) fn keyword(
        &mut self,
        document: &mut Document<'t, '_>,
        node: &'t Node,
        key: &str,
        out: &mut Json<String, J>,
    ) {
        let Some(value) = node.get(key) else { return };
        let put = match key {
            "type" => types(node, value),
            "enum" => value.as_list().map(|list| enumeration(list, flag(node, "nullable"))),
            "const" => Some(value.to_json()),
            "pattern" | "format" => value.as_str().map(|text| J::String(text.to_owned())),
            "uniqueItems" => value.as_bool().map(J::Bool),
            "required" => value.as_list().map(|names| required(document, node, names)),
            "dependentRequired" => value.as_map().map(|_| value.to_json()),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => bound(node, key, value, out),
            "items" => return self.items(document, node, value, out),
            "dependencies" => return self.dependencies(document, value, out),
            key if NUMBERS.contains(&key) => number(value),
            key if ONE.contains(&key) => Some(self.schema(document, value)),
            key if LIST.contains(&key) => value
                .as_list()
                .filter(|list| !list.is_empty())
                .map(|list| J::Array(list.iter().map(|one| self.schema(document, one)).collect())),
            key if MAP.contains(&key) => value.as_map().map(|map| {
                let entries = map.iter();
                J::Object(
                    entries.map(|one| (one.key.to_string(), self.schema(document, &one.value))).collect(),
                )
            }),
            _ => None,
        };
        out.extend(put.map(|value| (key.to_owned(), value)));
    }

    /// `items`: a schema, or the list of older drafts with `additionalItems` beside.
    fn items(
        &mut self,
        document: &mut Document<'t, '_>,
        node: &'t Node,
        value: &'t Node,
        out: &mut Json<String, J>,
    ) {
        let Some(list) = value.as_list() else {
            let schema = self.schema(document, value);
            out.insert("items".to_owned(), schema);
            return;
        };
        if !list.is_empty() {
            let list = list.iter().map(|one| self.schema(document, one)).collect();
            out.insert("prefixItems".to_owned(), J::Array(list));
        }
        if let Some(rest) = node.get("additionalItems") {
            let rest = self.schema(document, rest);
            out.insert("items".to_owned(), rest);
        }
    }

    /// `dependencies` of older drafts: names or a schema for each key.
    fn dependencies(&mut self, document: &mut Document<'t, '_>, value: &'t Node, out: &mut Json<String, J>) {
        let (mut names, mut schemas) = (Json::new(), Json::new());
        for entry in value.as_map().into_iter().flat_map(super::tree::Map::iter) {
            if entry.value.as_list().is_some() {
                names.insert(entry.key.to_string(), entry.value.to_json());
            } else {
                let schema = self.schema(document, &entry.value);
                schemas.insert(entry.key.to_string(), schema);
            }
        }
        for (key, all) in [("dependentRequired", names), ("dependentSchemas", schemas)] {
            if !all.is_empty() {
                out.insert(key.to_owned(), J::Object(all));
            }
        }
    }
}

/// The vocabulary that has formats checked.
const FORMATS: &str = "https://json-schema.org/draft/2020-12/vocab/format-assertion";

fn flag(node: &Node, key: &str) -> bool {
    node.get(key).and_then(Node::as_bool) == Some(true)
}

/// Does a schema without `type` say something that null might break?
fn says(node: &Node) -> bool {
    ["allOf", "anyOf", "oneOf", "not", "$ref"].iter().any(|key| node.get(key).is_some())
}

fn or_null(schema: J, nullable: bool) -> J {
    if nullable { json!({ "anyOf": [schema, { "type": "null" }] }) } else { schema }
}

fn types(node: &Node, value: &Node) -> Option<J> {
    let known = ["string", "integer", "number", "boolean", "array", "object", "null"];
    let one = value.as_str().into_iter();
    let many = value.as_list().unwrap_or_default().iter().filter_map(Node::as_str);
    let mut names: Vec<&str> = Vec::new();
    for name in one.chain(many) {
        names.push(known.into_iter().find(|known| known.eq_ignore_ascii_case(name))?);
    }
    if flag(node, "nullable") && !names.contains(&"null") {
        names.push("null");
    }
    match names.as_slice() {
        [] => None,
        [one] => Some(json!(one)),
        many => Some(json!(many)),
    }
}

fn enumeration(list: &[Node], nullable: bool) -> J {
    let mut values: Vec<J> = list.iter().map(Node::to_json).collect();
    if nullable && !values.contains(&J::Null) {
        values.push(J::Null);
    }
    J::Array(values)
}

fn number(value: &Node) -> Option<J> {
    Some(value.to_json()).filter(J::is_number)
}

/// A bound; in OpenAPI 3.0 a flag beside says that it is exclusive.
fn bound(node: &Node, key: &str, value: &Node, out: &mut Json<String, J>) -> Option<J> {
    let twin = match key {
        "minimum" => "exclusiveMinimum",
        "maximum" => "exclusiveMaximum",
        _ => return number(value),
    };
    if !flag(node, twin) {
        return number(value);
    }
    out.extend(number(value).map(|value| (twin.to_owned(), value)));
    None
}

/// Names that must be there; those that are `readOnly` only in responses, which nobody checks.
fn required<'t>(document: &mut Document<'t, '_>, node: &'t Node, names: &'t [Node]) -> J {
    let properties = node.get("properties");
    let names = names.iter().filter_map(Node::as_str).filter(|name| {
        let property = properties.and_then(|all| all.get(name));
        let property =
            property.map(|property| document.target(property).map_or(property, |target| target.node));
        !property.is_some_and(|property| flag(property, "readOnly"))
    });
    json!(names.collect::<Vec<_>>())
}
