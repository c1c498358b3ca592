//! The JSON Schema Test Suite (`json-schema-test-suite/`) as OpenAPI documents: every schema a component, and an object
//! `Cases` with a property for each, so that one document is one module of generated code.

use serde_json::{Map, Value, json};
use std::fs;
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

/// A draft and the documents that can hold its schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// JSON Schema 2020-12, in OpenAPI 3.1.
    Draft2020,
    /// Draft 4, in OpenAPI 3.0.
    Draft4,
}

impl Draft {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Draft2020, Self::Draft4];

    /// The folder of its tests.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::Draft2020 => "draft2020-12",
            Self::Draft4 => "draft4",
        }
    }

    /// The case of `corpus/` that its schemas are.
    #[must_use]
    pub fn case(self) -> &'static str {
        match self {
            Self::Draft2020 => "json_schema_2020_12",
            Self::Draft4 => "json_schema_draft4",
        }
    }

    /// The keyword that gives a schema an address.
    fn id(self) -> &'static str {
        match self {
            Self::Draft2020 => "$id",
            Self::Draft4 => "id",
        }
    }

    /// The keyword that holds schemas for others to refer to.
    fn definitions(self) -> &'static str {
        match self {
            Self::Draft2020 => "$defs",
            Self::Draft4 => "definitions",
        }
    }

    fn version(self) -> &'static str {
        match self {
            Self::Draft2020 => "3.1.0",
            Self::Draft4 => "3.0.4",
        }
    }
}

/// A schema of the suite and its tests.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name as a component.
    pub name: String,
    /// The file, which is called like a keyword.
    pub file: String,
    /// What the suite says of it.
    pub about: String,
    /// The schema.
    pub schema: Value,
    /// Its tests: `description`, `data` and `valid`.
    pub tests: Vec<Value>,
    /// Why it cannot be part of an OpenAPI document.
    pub left_out: Option<&'static str>,
}

/// Every schema of a draft.
///
/// # Errors
/// A file of the suite cannot be read.
pub fn cases(draft: Draft) -> Result<Vec<Case>> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("json-schema-test-suite/tests").join(draft.folder());
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut files: Vec<PathBuf> = entries.collect::<Result<_>>()?;
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let file = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let list: Vec<Value> = serde_json::from_str(&fs::read_to_string(&path)?).map_err(Error::other)?;
        for (n, case) in list.into_iter().enumerate() {
            let about = case["description"].as_str().unwrap_or_default().to_owned();
            let tests = case["tests"].as_array().cloned().unwrap_or_default();
            let name = format!("{}{}", camel(&file), n + 1);
            let left_out = left_out(draft, &file, &about);
            all.push(Case {
                name,
                file: file.clone(),
                about,
                schema: case["schema"].clone(),
                tests,
                left_out,
            });
        }
    }
    Ok(all)
}

/// `if-then-else` as `IfThenElse`.
fn camel(file: &str) -> String {
    let first = |part: &str| part.chars().next().map(|c| c.to_ascii_uppercase());
    file.split('-')
        .map(|part| first(part).into_iter().chain(part.chars().skip(1)).collect::<String>())
        .collect()
}

/// Why a schema cannot be part of an OpenAPI document that is read on its own.
fn left_out(draft: Draft, file: &str, about: &str) -> Option<&'static str> {
    const REMOTE: &str = "refers to a schema on another host";
    const META: &str = "refers to the meta-schema of JSON Schema";
    const OWN: &str = "has a meta-schema of its own, which decides what keywords mean";
    match (draft, file, about) {
        (_, "vocabulary", _) => Some(OWN),
        (_, _, "validate definition against metaschema" | "remote ref, containing refs itself") => Some(META),
        (Draft::Draft2020, "dynamicRef", about) if DYNAMIC_REMOTES.contains(&about) => Some(REMOTE),
        _ => None,
    }
}

/// Schemas of 2020-12 that refer to files that the suite serves.
const DYNAMIC_REMOTES: &[&str] = &[
    "strict-tree schema, guards against misspelled properties",
    "tests for implementation dynamic anchor and reference link",
    "$ref and $dynamicAnchor are independent of order - $defs first",
    "$ref and $dynamicAnchor are independent of order - $ref first",
    "$ref to $dynamicRef finds detached $dynamicAnchor",
];

/// The document of a draft.
///
/// # Errors
/// A file of the suite cannot be read.
pub fn document(draft: Draft) -> Result<String> {
    let (mut schemas, mut properties) = (Map::new(), Map::new());
    for case in cases(draft)?.into_iter().filter(|case| case.left_out.is_none()) {
        let mut schema = case.schema.clone();
        identify(draft, &mut schema, &case.name);
        properties
            .insert(case.name.clone(), json!({ "$ref": format!("#/components/schemas/{}", case.name) }));
        schemas.insert(case.name, schema);
    }
    remotes(draft, &mut schemas)?;
    schemas.insert("Cases".to_owned(), json!({ "type": "object", "properties": properties }));
    let document = json!({
        "openapi": draft.version(), "info": { "title": "JSON Schema Test Suite", "version": draft.folder() },
        "paths": {}, "components": { "schemas": schemas },
    });
    serde_json::to_string_pretty(&document).map(|text| text + "\n").map_err(Error::other)
}

/// The schemas that the suite serves: here they are components with an `$id`, which is how one document holds them all.
fn remotes(draft: Draft, schemas: &mut Map<String, Value>) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("json-schema-test-suite/remotes");
    let mut files = Vec::new();
    let mut open = vec![folder.join(draft.folder())];
    if draft == Draft::Draft4 {
        files.push(folder.join("integer.json"));
        open.extend(OLD_REMOTES.iter().map(|name| folder.join(name)));
    }
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    for path in files {
        let mut schema: Value = serde_json::from_str(&fs::read_to_string(&path)?).map_err(Error::other)?;
        let name = path.strip_prefix(&folder).map_err(Error::other)?.to_string_lossy().replace('\\', "/");
        let is_meta = schema.get("$vocabulary").is_some();
        let (id, definitions) = (draft.id(), draft.definitions());
        if let Value::Object(map) = &mut schema
            && !is_meta
        {
            // One that has a name of its own is found by both.
            let inner = map.get(id).and_then(Value::as_str).is_some_and(|id| !id.ends_with(&name));
            let url = format!("http://localhost:1234/{name}");
            if inner {
                let link = format!("#/{definitions}/it");
                let it = json!({ "it": schema });
                schema = match draft {
                    Draft::Draft2020 => json!({ id: url, "$ref": link, definitions: it }),
                    Draft::Draft4 => json!({ id: url, "allOf": [{ "$ref": link }], definitions: it }),
                };
            } else {
                map.insert(id.to_owned(), json!(url));
            }
            schemas.insert(format!("Remote{}", schemas.len()), schema);
        }
    }
    Ok(())
}

/// Folders of schemas that tests of draft 4 refer to.
const OLD_REMOTES: &[&str] = &["baseUriChange", "baseUriChangeFolder", "baseUriChangeFolderInSubschema"];

/// Gives a schema with references an `$id`: they are relative to it, and not to the document.
fn identify(draft: Draft, schema: &mut Value, name: &str) {
    let refers = schema.to_string().contains("Ref\":") || schema.to_string().contains("\"$ref\":");
    let Value::Object(map) = schema else { return };
    if !refers {
        return;
    }
    let url = json!(format!("https://suite.test/{name}"));
    if draft == Draft::Draft4 && map.contains_key("$ref") {
        // What stands beside a reference does not count.
        let whole = Value::Object(std::mem::take(map));
        *schema = json!({ "id": url, "allOf": [whole] });
    } else {
        map.entry(draft.id()).or_insert(url);
    }
}
