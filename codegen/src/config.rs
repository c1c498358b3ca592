//! What users can choose: options of one generation.

use std::collections::BTreeMap;

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// Types and their validators.
    RustTypes,
    /// Traits, parameters, responses and the service; implies the types.
    RustServer,
}

/// Options of one generation.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What to generate; empty: everything there is.
    pub targets: Vec<Target>,
    /// String formats to Rust type paths, such as `uuid` to `uuid::Uuid`.
    pub types: BTreeMap<String, String>,
    /// Only these parts of the document (`tag:pets`, `GET /health`, `operation:getPet`); empty: all.
    pub only: Vec<String>,
    /// All but these parts.
    pub except: Vec<String>,
}
