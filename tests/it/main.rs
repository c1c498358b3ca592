//! Tests of the whole: a schema goes in, code and findings come out.

mod corpus;
mod fresh;
mod hostile;
mod injection;
mod invariants;
mod json_values;
mod mutants;
mod petstore;

use apiloom_codegen::render::{Colour, Format, findings, render};
use apiloom_codegen::{Generated, Options, Sources, generate};
use std::path::{Path, PathBuf};

/// The folder of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The schemas of `corpus/`, as `case/input.yaml` and text.
fn inputs() -> Vec<(String, String)> {
    let mut inputs = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/corpus")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let input = corpus::input(&path);
        let shown = format!("{name}/{}", input.file_name().unwrap().display());
        inputs.push((shown, std::fs::read_to_string(input).unwrap()));
    }
    inputs.sort();
    inputs
}

/// Everything that is made of one document.
fn made(path: &str, text: &str) -> Generated {
    generate(&Sources::from_text(path, text), &Options::default())
}

/// The findings as people see them.
fn told(sources: &Sources, made: &Generated) -> String {
    render(&findings(sources, &made.diagnostics), Format::Text, Colour::None, 100)
}
