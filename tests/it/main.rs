//! Tests of the whole: a schema goes in, code and findings come out.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where its promise is broken")]

mod bodies;
mod client;
mod conditions;
mod corpus;
mod dashboard;
mod dates;
mod decimals;
mod diff;
mod edits;
mod files;
mod fresh;
mod goldens;
mod hostile;
mod hostile_bodies;
mod injection;
mod invariants;
mod json_schema;
mod json_values;
mod model;
mod mutants;
mod negotiation;
mod open_enums;
mod parameters;
mod petstore;
mod probe;
mod sanitize;
mod sdl;
mod security;
mod split;
mod streams;
mod webhooks;
mod wire;

use apiloom_codegen::render::{Colour, Format, findings, render};
use apiloom_codegen::{Generated, Options, Sources, generate};
use apiloom_tests::cases;
use std::path::{Path, PathBuf};

/// The folder of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The schemas of `corpus/`, as `case/input.yaml` and text.
fn inputs() -> Vec<(String, String)> {
    let input = |case: String| {
        let path = cases::input(&case).unwrap();
        let shown = format!("{case}/{}", path.file_name().unwrap().display());
        (shown, std::fs::read_to_string(path).unwrap())
    };
    // The test suite of JSON Schema is too large to be damaged and read again and again.
    cases::names().unwrap().into_iter().filter(|case| !case.starts_with("json_schema_")).map(input).collect()
}

/// Everything that is made of one document.
fn made(path: &str, text: &str) -> Generated {
    generate(&Sources::from_text(path, text), &Options::default())
}

/// The findings as people see them.
fn told(sources: &Sources, made: &Generated) -> String {
    render(&findings(sources, &made.diagnostics), Format::Text, Colour::None, 100)
}
