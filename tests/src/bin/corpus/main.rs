//! What becomes of real schema files: `corpus <folder> <report.md> [part…]`, the parts being `table`, `clients`, `micro`, `typed`,
//! `changes` and `mutants`; `corpus bless` accepts what comes of the small cases of `tests/corpus`. The folder holds `openapi/manifest.json` and `openapi-micro/cases.json`. Each file is read in a process of
//! its own, so that its time and memory are its own and a crash ends only itself.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command that reports")]

mod changes;
mod check;
mod child;
mod damage;
mod micro;
mod sdl;
mod table;

use apiloom_tests::suite;
use serde_json::Value;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["one", entry, out] => child::run(None, Path::new(entry), Path::new(out)).map(|()| ExitCode::SUCCESS),
        ["one", entry, out, root] => {
            child::run(Some(Path::new(root)), Path::new(entry), Path::new(out)).map(|()| ExitCode::SUCCESS)
        }
        ["bless"] => bless(),
        [folder, report, parts @ ..] => all(Path::new(folder), Path::new(report), parts),
        _ => Err("usage: corpus <folder> <report.md> [table|clients|micro|typed|changes|mutants]…".into()),
    }
}

/// Accepts what comes of the cases of `tests/corpus`.
fn bless() -> Result<ExitCode> {
    for draft in suite::Draft::ALL {
        let folder = apiloom_tests::cases::folder().join(draft.case());
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("input.json"), suite::document(draft)?)?;
    }
    for case in apiloom_tests::cases::names()? {
        for file in apiloom_tests::cases::bless(&case)? {
            println!("{file}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a part found: text for the report, and how much of it is not as it must be.
#[derive(Debug, Default)]
struct Outcome {
    text: String,
    passed: usize,
    failed: usize,
}

fn all(folder: &Path, report: &Path, parts: &[&str]) -> Result<ExitCode> {
    let wanted = |part: &str| parts.is_empty() || parts.contains(&part);
    let mut outcomes = Vec::new();
    if wanted("table") {
        outcomes.push(table::run(folder, child::Kind::Server)?);
    }
    if wanted("clients") {
        outcomes.push(table::run(folder, child::Kind::Client)?);
    }
    if wanted("typed") {
        outcomes.push(micro::typed(folder)?);
    }
    if wanted("micro") {
        outcomes.push(micro::run(folder)?);
    }
    if wanted("changes") {
        outcomes.push(changes::run(folder)?);
        outcomes.push(sdl::run(folder)?);
    }
    if wanted("mutants") {
        outcomes.push(damage::run(folder)?);
    }
    let mut text = String::from(
        "# Real schema files\n\nMade by `tests/run --long`. What the files are and where they come from is in `MANIFEST.md` \
         beside them.\n",
    );
    for outcome in &outcomes {
        text.push('\n');
        text.push_str(&outcome.text);
    }
    std::fs::write(report, text)?;
    let (passed, failed) =
        outcomes.iter().fold((0, 0), |sum, outcome| (sum.0 + outcome.passed, sum.1 + outcome.failed));
    println!("corpus: {passed} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The entries of a list of schema files.
fn entries(list: &Path) -> Result<Vec<Value>> {
    let list = serde_json::from_str(&std::fs::read_to_string(list)?)?;
    match list {
        Value::Array(entries) => Ok(entries),
        _ => Err("the list of schema files is not a list".into()),
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_default()
}

/// The folder for what is made on the way, next to the program itself.
fn workshop() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).ok_or("the program is not in a target folder")?;
    Ok(target.join("corpus"))
}

/// A cell of a Markdown table.
fn cell(text: &str) -> String {
    apiloom_codegen::render::clean(text).replace('|', "\\|").replace(['\n', '\r'], " ").replace('<', "&lt;")
}
