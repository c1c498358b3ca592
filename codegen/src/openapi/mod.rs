//! OpenAPI 3.0, 3.1 and 3.2 documents into the model: one reader, shaped like the newest version. Real documents are
//! full of small faults: what is meant is read, what is wrong is reported with its place.

mod bundle;
pub(crate) mod document;
mod embed;
mod exclusive;
mod form;
mod info;
mod inherit;
mod json;
mod keywords;
mod link;
mod literal;
mod lower;
mod operation;
mod overlay;
mod pages;
mod param;
mod policy;
mod residue;
mod response;
mod rules;
mod sanitize;
mod schema;
mod scope;
mod security;
mod sequence;
mod shape;
pub(crate) mod tree;
mod typed;
mod types;
mod union;
mod xml;
mod yaml;

pub use bundle::bundle;
pub use document::Reading;

use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::ir::{self, Api};
use crate::source::{Role, SourceFile, Sources, Span};
use document::{Document, Version};
use tree::{Node, Value};

/// Lowers the entry document, with the overlays applied, and what it refers to. Never fails: what is wrong is reported, the rest is read on.
#[must_use]
pub fn lower(sources: &Sources, reading: Reading, diagnostics: &mut Diagnostics) -> Api {
    read(sources, &parse_all(sources, diagnostics), reading, diagnostics)
}

/// Lowers the entry document, and gives it bundled as one JSON text beside: both from one parse.
#[must_use]
pub fn lower_and_bundle(sources: &Sources, reading: Reading, diagnostics: &mut Diagnostics) -> (Api, String) {
    let trees = parse_all(sources, diagnostics);
    let api = read(sources, &trees, reading, diagnostics);
    (api, bundle::text(sources, &trees))
}

/// The value of a YAML text (RFC 9512), as of JSON.
///
/// # Errors
/// What is wrong with it, and where: broken syntax, a key that stands twice, aliases that make it too large.
pub fn yaml_value(text: &str) -> Result<serde_json::Value, String> {
    let (sources, mut diagnostics) = (Sources::from_text("", text), Diagnostics::default());
    let trees = sources.files().map(|(id, file)| yaml::parse(id, &file.text, &mut diagnostics));
    let value = trees.last().flatten().map_or(serde_json::Value::Null, |node| node.to_json());
    match diagnostics.iter().next() {
        None => Ok(value),
        Some(found) => {
            let at = sources.position(found.span);
            Err(format!("{} (line {}, column {})", found.message, at.line, at.column))
        }
    }
}

pub(crate) fn parse_all(sources: &Sources, diagnostics: &mut Diagnostics) -> Vec<Option<Node>> {
    let parse = |(id, file): (_, &SourceFile)| match file.role {
        Role::Document | Role::Overlay => tree::parse(id, &file.path, &file.text, diagnostics),
        Role::Aside => None,
    };
    let mut trees: Vec<_> = sources.files().map(parse).collect();
    overlay::apply(sources, &mut trees, diagnostics);
    trees
}

fn read(sources: &Sources, trees: &[Option<Node>], reading: Reading, diagnostics: &mut Diagnostics) -> Api {
    let Some(Some(root)) = trees.first() else {
        if !diagnostics.has_errors() {
            let found = diagnostics.report(Code::NotOpenApi, Span::default(), "the file is empty");
            found.help("an OpenAPI document starts with `openapi: 3.1.0`");
        }
        return Api::default();
    };
    let Some(version) = version(root, diagnostics) else { return Api::default() };
    let mut document = Document::new(sources, trees, version, diagnostics);
    document.reading = reading;
    let mut api = lower_document(document, root);
    for id in ir::find_endless(&api) {
        let span = api.types.get(id).decl.span;
        diagnostics
            .report(
                Code::Unsatisfiable,
                span,
                "every value of the schema would hold another one, without end",
            )
            .help("make one of the properties that lead back optional or nullable");
    }
    ir::share_alike(&mut api);
    ir::find_recursion(&mut api);
    ir::find_looks(&mut api);
    api
}

fn lower_document<'t>(document: Document<'t, '_>, root: &'t Node) -> Api {
    let mut lower = lower::Lower::new(document);
    lower.document.known(
        root,
        &[
            "openapi",
            "info",
            "jsonSchemaDialect",
            "servers",
            "paths",
            "webhooks",
            "components",
            "security",
            "tags",
            "externalDocs",
            "$self",
        ],
    );
    let components = root.get("components");
    let schemas = components.and_then(|components| components.get("schemas"));
    let schemas = schemas.and_then(|schemas| lower.document.map(schemas, "`components/schemas`"));
    lower.reserve_components(schemas);
    let info = info::info(&mut lower, root);
    let servers = info::servers(&mut lower, root);
    lower.auth = security::schemes(&mut lower, components);
    let mut operations = operation::Operations::new(&mut lower, root);
    for entry in lower.document.entries(root, "paths") {
        operations.path(&mut lower, entry);
    }
    for entry in lower.document.entries(root, "webhooks") {
        operations.webhook(&mut lower, entry);
    }
    lower.define_all();
    lower.refuse_endless_aliases();
    if operations.endpoints.is_empty() && lower.types.is_empty() {
        lower.document.report(Code::EmptyDocument, root.span, "the document has neither paths nor schemas");
    }
    let Operations { endpoints, groups, .. } = operations;
    let used: Vec<bool> =
        (0..groups.len()).map(|n| endpoints.iter().any(|endpoint| endpoint.group == n)).collect();
    let (endpoints, groups) = without_empty_groups(endpoints, groups, &used);
    Api { info, types: lower.types, groups, endpoints, servers, auth: lower.auth }
}

use operation::Operations;

fn without_empty_groups(
    mut endpoints: Vec<ir::Endpoint>,
    groups: Vec<ir::Group>,
    used: &[bool],
) -> (Vec<ir::Endpoint>, Vec<ir::Group>) {
    let place = |old: usize| used[..old].iter().filter(|used| **used).count();
    for endpoint in &mut endpoints {
        endpoint.group = place(endpoint.group);
    }
    let groups = groups.into_iter().enumerate().filter(|(n, _)| used[*n]).map(|(_, group)| group).collect();
    (endpoints, groups)
}

/// The version of the document; `None` (reported) when it is no OpenAPI 3 document.
/// The version of an entry document; `None` (reported) when it is not OpenAPI.
pub(crate) fn version_of(trees: &[Option<Node>], diagnostics: &mut Diagnostics) -> Option<Version> {
    match trees.first() {
        Some(Some(root)) => version(root, diagnostics),
        _ if diagnostics.has_errors() => None,
        _ => {
            let found = diagnostics.report(Code::NotOpenApi, Span::default(), "the file is empty");
            found.help("an OpenAPI document starts with `openapi: 3.1.0`");
            None
        }
    }
}

fn version(root: &Node, diagnostics: &mut Diagnostics) -> Option<Version> {
    let Value::Map(map) = &root.value else {
        let message = format!("an OpenAPI document is a mapping, and this is {}", root.kind());
        diagnostics.report(Code::NotAMapping, root.span, message);
        return None;
    };
    let Some(entry) = map.entry("openapi") else {
        if let Some(swagger) = map.entry("swagger") {
            diagnostics
                .report(Code::Swagger2, swagger.at, "the document is Swagger 2.0, which is not read")
                .help("convert it to OpenAPI 3 first, for example with `npx swagger2openapi --outfile openapi.yaml swagger.yaml`");
            return None;
        }
        let place = map.iter().next().map_or(root.span, |entry| entry.at);
        diagnostics
            .report(Code::NotOpenApi, place, "the key `openapi` is missing: this is not an OpenAPI document")
            .help("add `openapi: 3.1.0` as the first line");
        return None;
    };
    let text = entry.value.lexeme().unwrap_or_default();
    let mut parts = text.split('.');
    match (parts.next(), parts.next()) {
        (Some("3"), Some("0")) => Some(Version::V30),
        (Some("3"), Some("1")) => Some(Version::V31),
        (Some("3"), Some("2")) => Some(Version::V32),
        (Some("3"), _) => {
            diagnostics.report(
                Code::UnknownVersion,
                entry.value.span,
                format!("OpenAPI {text} is read as 3.2"),
            );
            Some(Version::V32)
        }
        _ => {
            diagnostics
                .report(
                    Code::NotOpenApi,
                    entry.value.span,
                    format!("`{text}` is not a version of OpenAPI that is read"),
                )
                .help("3.0, 3.1 and 3.2 are");
            None
        }
    }
}
