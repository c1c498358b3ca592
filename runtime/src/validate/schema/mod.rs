//! JSON Schema 2020-12 over JSON values: for what a Rust type cannot say (`not`, `if`, `contains` …) and for schemas that
//! no type is true to. Every keyword of the core, applicator, unevaluated and validation vocabularies is known; `format`
//! is checked when the root says so in `$vocabulary`. Time and depth are bounded whatever the schema and the value.

mod assert;
mod compile;
mod decimal;
mod index;
mod program;
mod run;
mod same;
mod seen;
mod uri;

use crate::fault::Fault;
use program::Program;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// A schema, ready to be held against values.
///
/// ```
/// use apiloom::validate::schema::Schema;
/// let schema = Schema::parse(r#"{"if": {"required": ["a"]}, "then": {"required": ["b"]}}"#).unwrap();
/// assert!(schema.check(&serde_json::json!({"a": 1, "b": 2})).is_empty());
/// let faults = schema.check(&serde_json::json!({"a": 1}));
/// assert_eq!((faults[0].code, faults[0].detail.as_str()), ("required", "`b` is missing"));
/// ```
#[derive(Debug, Clone)]
pub struct Schema(Arc<Program>);

impl Schema {
    /// Reads a schema of JSON Schema 2020-12. References lead into the schema itself.
    ///
    /// # Errors
    /// The text is not JSON, or a reference leads nowhere: a sentence about it.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::with(text, &[])
    }

    /// The same; references may lead to other schemas too, which are given by their URI.
    ///
    /// # Errors
    /// As for [`parse`](Self::parse).
    pub fn with(text: &str, others: &[(&str, &str)]) -> Result<Self, String> {
        let read = |text: &str| serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
        let root = read(text)?;
        let others = others.iter().map(|(uri, text)| Ok((*uri, read(text)?)));
        let others: Vec<(&str, Value)> = others.collect::<Result<_, String>>()?;
        let others: Vec<(&str, &Value)> = others.iter().map(|(uri, value)| (*uri, value)).collect();
        compile::compile(&root, &others).map(|program| Self(Arc::new(program)))
    }

    /// Every fault of a value (at most 64), each with its place.
    pub fn check(&self, value: &Value) -> Vec<Fault> {
        run::run(&self.0, value)
    }
}

/// Schemas by the address of their text: each text is a literal of generated code.
type Cache = RwLock<HashMap<(usize, usize), Result<Schema, String>>>;

static CACHE: OnceLock<Cache> = OnceLock::new();

/// Every fault of a value; the text is compiled once. A text that is not a schema is a fault of every value.
pub(crate) fn faults(text: &'static str, value: &Value) -> Vec<Fault> {
    let cache = CACHE.get_or_init(Cache::default);
    let key = (text.as_ptr().addr(), text.len());
    let known = cache.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
    let schema = known.unwrap_or_else(|| {
        let schema = Schema::parse(text);
        cache.write().unwrap_or_else(PoisonError::into_inner).insert(key, schema.clone());
        schema
    });
    match schema {
        Ok(schema) => schema.check(value),
        Err(problem) => {
            tracing::error!(%problem, "a schema in the generated code cannot be read");
            vec![Fault::new("schema", "cannot be checked: the schema is broken")]
        }
    }
}

/// Texts with commas between.
fn text_list(texts: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut out = String::new();
    for text in texts {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(text.as_ref());
    }
    out
}
