//! The document: references, and schemas that values are checked against.

use super::dialect::{Way, translate};
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How often a reference may lead to another one.
const MAX_HOPS: usize = 64;

/// At most so many faults of one value are told.
const MOST_FAULTS: usize = 16;

#[derive(Debug)]
pub(super) struct Document {
    /// The document as it was written.
    pub(super) raw: Value,
    /// The path of the first server.
    pub(super) base: String,
    /// The only credential that is accepted; any, when there is none.
    pub(super) credential: Option<String>,
    asked: View,
    told: View,
}

/// The document's schemas for one way.
#[derive(Debug)]
struct View {
    document: Value,
    validators: Mutex<HashMap<String, Option<Arc<Validator>>>>,
}

/// One thing that is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    /// Where in the value (RFC 6901).
    pub(super) pointer: String,
    /// The keyword of the schema.
    pub(super) keyword: String,
    /// A sentence about it.
    pub(super) detail: String,
}

impl Document {
    pub(super) fn new(raw: Value) -> Self {
        let view = |way| View { document: translate(&raw, way), validators: Mutex::default() };
        let (asked, told, base) = (view(Way::Asked), view(Way::Told), base_path(&raw));
        Self { raw, base, credential: None, asked, told }
    }

    fn view(&self, way: Way) -> &View {
        match way {
            Way::Asked => &self.asked,
            Way::Told => &self.told,
        }
    }

    /// The pointer of what stands at `pointer` once its references are followed.
    pub(super) fn follow(&self, pointer: &str) -> String {
        let mut at = pointer.to_owned();
        for _ in 0..MAX_HOPS {
            let next = self.raw.pointer(&at).and_then(|value| value["$ref"].as_str());
            match next.and_then(|text| text.strip_prefix('#')).map(decoded) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// What stands at a pointer of the document.
    pub(super) fn at(&self, pointer: &str) -> Option<&Value> {
        self.raw.pointer(pointer)
    }

    /// The translated schema at a pointer.
    pub(super) fn schema(&self, way: Way, pointer: &str) -> Option<&Value> {
        self.view(way).document.pointer(pointer)
    }

    /// Where a reference of a translated schema leads.
    pub(super) fn target(&self, way: Way, reference: &str) -> Option<&Value> {
        self.view(way).document.pointer(&decoded(reference.strip_prefix('#')?))
    }

    /// What is wrong with a value; nothing, too, when there is no schema or none that can be checked.
    pub(super) fn misfits(&self, way: Way, pointer: &str, value: &Value) -> Vec<Misfit> {
        let Some(validator) = self.validator(way, pointer) else { return Vec::new() };
        let misfit = |error: jsonschema::ValidationError<'_>| Misfit {
            pointer: error.instance_path().to_string(),
            keyword: error.schema_path().to_string().rsplit('/').next().unwrap_or_default().to_owned(),
            detail: shortened(&error.to_string()),
        };
        validator.iter_errors(value).take(MOST_FAULTS).map(misfit).collect()
    }

    /// False for a schema that no evaluator takes, such as one whose references lead nowhere: values are not checked then.
    pub(super) fn is_checked(&self, way: Way, pointer: &str) -> bool {
        self.validator(way, pointer).is_some()
    }

    pub(super) fn fits(&self, way: Way, pointer: &str, value: &Value) -> bool {
        self.validator(way, pointer).is_none_or(|validator| validator.is_valid(value))
    }

    /// The validator of the schema at a pointer; `None` when the schema cannot be compiled.
    fn validator(&self, way: Way, pointer: &str) -> Option<Arc<Validator>> {
        let view = self.view(way);
        let mut known = view.validators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = known.get(pointer) {
            return validator.clone();
        }
        let validator = view.compile(pointer).map(Arc::new);
        known.insert(pointer.to_owned(), validator.clone());
        validator
    }
}

impl View {
    fn compile(&self, pointer: &str) -> Option<Validator> {
        self.document.pointer(pointer)?;
        let registry = Registry::new().add("mock:/document", &self.document).ok()?.prepare().ok()?;
        let fragment: String = pointer.bytes().map(percent).collect();
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .with_registry(&registry)
            .build(&json!({ "$ref": format!("mock:/document#{fragment}") }))
            .ok()
    }
}

/// RFC 3986, section 3.5: what a fragment may hold as it is.
fn percent(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
            (byte as char).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

/// A pointer out of a URI fragment.
pub(super) fn decoded(fragment: &str) -> String {
    crate::source::percent_decode(fragment)
}

/// One step of a JSON pointer (RFC 6901, section 3).
pub(super) fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(200).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The path of the first server, its variables filled in; empty when it has none.
pub(super) fn base_path(document: &Value) -> String {
    let server = &document["servers"][0];
    let mut url = server["url"].as_str().unwrap_or_default().to_owned();
    for (name, variable) in server["variables"].as_object().into_iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default());
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url.as_str(),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}
