//! Several files into one document: what references lead to in other files is moved into `components`.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::document::{Address, Document, Version, address};
use super::lower::reference_path;
use super::tree::{Node, Value};
use super::{parse_all, version};
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Sources};

/// The whole document as one JSON text, with every part of other files moved into `components`. A document of OpenAPI
/// 3.0 goes through the `openapiv3` crate's types where they accept it, so that what is written is well-formed.
#[must_use]
pub fn bundle(sources: &Sources) -> String {
    let mut diagnostics = Diagnostics::default();
    let trees = parse_all(sources, &mut diagnostics);
    let Some(json) = document(sources, &trees, &mut diagnostics) else { return String::new() };
    let is_30 = json.get("openapi").and_then(Json::as_str).is_some_and(|text| text.starts_with("3.0"));
    let typed = is_30.then(|| super::typed::round_trip(&json)).flatten();
    pretty(&typed.unwrap_or(json))
}

/// The bundled document as one JSON text, as it was written.
pub(crate) fn text(sources: &Sources, trees: &[Option<Node>]) -> String {
    match trees {
        [Some(only), rest @ ..] if rest.iter().all(Option::is_none) => pretty(only),
        _ => document(sources, trees, &mut Diagnostics::default())
            .map(|json| pretty(&json))
            .unwrap_or_default(),
    }
}

/// The JSON text of a document, indented by two spaces.
fn pretty(json: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(json).expect("a document has only text keys");
    text.push('\n');
    text
}

/// The bundled document as it was written.
pub(crate) fn document(
    sources: &Sources,
    trees: &[Option<Node>],
    diagnostics: &mut Diagnostics,
) -> Option<Json> {
    let root = trees.first()?.as_ref()?;
    if trees.iter().skip(1).all(Option::is_none) {
        return Some(root.to_json());
    }
    let version = version(root, diagnostics).unwrap_or(Version::V31);
    let document = Document::new(sources, trees, version, diagnostics);
    let mut bundler =
        Bundler { document, names: HashMap::new(), taken: HashMap::new(), queue: Vec::new(), depth: 0 };
    let mut json = bundler.value(root, Section::Root);
    while let Some((section, name, node)) = bundler.queue.pop() {
        let part = bundler.value(node, section);
        place(&mut json, section.key(), name, part);
    }
    Some(json)
}

fn place(json: &mut Json, section: &str, name: String, part: Json) {
    let mut at = json;
    for key in ["components", section] {
        let Some(map) = at.as_object_mut() else { return };
        at = map.entry(key).or_insert_with(|| Json::Object(serde_json::Map::new()));
    }
    if let Some(map) = at.as_object_mut() {
        map.insert(name, part);
    }
}

/// What a part of the document is: where in `components` it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Section {
    Root,
    Schema,
    Parameter,
    Response,
    RequestBody,
    Header,
    Example,
    Link,
    Callback,
    SecurityScheme,
    PathItem,
    /// A mapping from names to parts of a kind.
    Named(&'static str),
    /// Anything that holds no references of its own kind.
    Other,
    /// A value of the user's: not looked into.
    Opaque,
}

impl Section {
    fn key(self) -> &'static str {
        match self {
            Section::Parameter => "parameters",
            Section::Response => "responses",
            Section::RequestBody => "requestBodies",
            Section::Header => "headers",
            Section::Example => "examples",
            Section::Link => "links",
            Section::Callback => "callbacks",
            Section::SecurityScheme => "securitySchemes",
            Section::PathItem => "pathItems",
            Section::Root | Section::Schema | Section::Named(_) | Section::Other | Section::Opaque => {
                "schemas"
            }
        }
    }

    /// What stands under `key` in a part of this kind.
    fn under(self, key: &str) -> Section {
        if self == Section::Opaque || key.starts_with("x-") {
            return Section::Opaque;
        }
        if let Section::Named(kind) = self {
            return match kind {
                "schemas" => Section::Schema,
                "parameters" => Section::Parameter,
                "responses" => Section::Response,
                "requestBodies" => Section::RequestBody,
                "headers" => Section::Header,
                "examples" => Section::Example,
                "links" => Section::Link,
                "callbacks" => Section::Callback,
                "securitySchemes" => Section::SecurityScheme,
                _ => Section::PathItem,
            };
        }
        if self == Section::Schema {
            return match key {
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                    Section::Named("schemas")
                }
                "example" | "examples" | "default" | "enum" | "const" => Section::Opaque,
                "discriminator" | "xml" | "externalDocs" => Section::Other,
                _ => Section::Schema,
            };
        }
        match key {
            "schema" | "itemSchema" => Section::Schema,
            "schemas" => Section::Named("schemas"),
            "parameters" if self == Section::Other => Section::Named("parameters"),
            "parameters" => Section::Parameter,
            "responses" => Section::Named("responses"),
            "requestBody" => Section::RequestBody,
            "requestBodies" => Section::Named("requestBodies"),
            "headers" => Section::Named("headers"),
            "examples" => Section::Named("examples"),
            "links" => Section::Named("links"),
            "callbacks" => Section::Named("callbacks"),
            "securitySchemes" => Section::Named("securitySchemes"),
            "paths" | "webhooks" | "pathItems" => Section::Named("pathItems"),
            "example" | "value" | "security" => Section::Opaque,
            "components" => Section::Other,
            _ if self == Section::Callback => Section::PathItem,
            _ if self == Section::PathItem => Section::PathItem,
            _ => match self {
                Section::Root => Section::Opaque,
                other => other,
            },
        }
    }
}

struct Bundler<'t, 'd> {
    document: Document<'t, 'd>,
    names: HashMap<(Address, &'static str), String>,
    taken: HashMap<(&'static str, String), Address>,
    queue: Vec<(Section, String, &'t Node)>,
    depth: usize,
}

impl<'t> Bundler<'t, '_> {
    fn value(&mut self, node: &'t Node, section: Section) -> Json {
        match &node.value {
            Value::Map(map) if section != Section::Opaque => {
                if let Some(json) = self.reference(node, section) {
                    return json;
                }
                let entries = map.iter().map(|entry| {
                    let value = self.value(&entry.value, section.under(&entry.key));
                    (entry.key.to_string(), value)
                });
                Json::Object(entries.collect())
            }
            Value::List(list) if section != Section::Opaque => {
                list.iter().map(|item| self.value(item, section)).collect()
            }
            Value::Map(_)
            | Value::List(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_) => node.to_json(),
        }
    }

    /// A reference into another file, or one that stands in another file: rewritten. Path items are put in place, as
    /// OpenAPI 3.0 has no components for them.
    fn reference(&mut self, node: &'t Node, section: Section) -> Option<Json> {
        let text = node.get("$ref")?.as_str()?;
        let entry = FileId::default();
        let home = |node: &Node| self.document.sources.home(node.span.file);
        if home(node) == entry && text.starts_with('#') {
            return None;
        }
        let target = self.document.target(node)?.node;
        if section == Section::PathItem && self.depth < 8 {
            self.depth += 1;
            let json = self.value(target, section);
            self.depth -= 1;
            return Some(json);
        }
        let to = match text.split_once('#') {
            Some((_, pointer)) if self.document.sources.home(target.span.file) == entry => {
                format!("#{pointer}")
            }
            _ => format!("#/components/{}/{}", section.key(), escape(&self.name(target, text, section))),
        };
        let mut json = serde_json::Map::new();
        for entry in node.as_map()?.iter() {
            let value = if &*entry.key == "$ref" { to.clone().into() } else { entry.value.to_json() };
            json.insert(entry.key.to_string(), value);
        }
        Some(Json::Object(json))
    }

    /// The name of a part of another file under `components`, which is free and stays the same.
    fn name(&mut self, target: &'t Node, text: &str, section: Section) -> String {
        let key = section.key();
        if let Some(name) = self.names.get(&(address(target), key)) {
            return name.clone();
        }
        let allowed = |char: char| char.is_ascii_alphanumeric() || "._-".contains(char);
        let last = reference_path(text).pop().unwrap_or_default();
        let base: String = last.chars().map(|char| if allowed(char) { char } else { '_' }).collect();
        let own =
            self.document.trees.first().and_then(Option::as_ref).and_then(|root| root.get("components"));
        let own = own.and_then(|components| components.get(key));
        let mut name = base.clone();
        let mut count = 2;
        while own.is_some_and(|own| own.get(&name).is_some()) || self.taken.contains_key(&(key, name.clone()))
        {
            // A component that only refers to this target lends it its place.
            name = format!("{base}{count}");
            count += 1;
        }
        self.taken.insert((key, name.clone()), address(target));
        self.names.insert((address(target), key), name.clone());
        let section = if section == Section::Root { Section::Schema } else { section };
        self.queue.push((section, name.clone(), target));
        name
    }
}

fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
