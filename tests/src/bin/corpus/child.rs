//! One file: what it says about itself goes to standard output as JSON.

use crate::Result;
use apiloom_codegen::ir::{Api, Shape};
use apiloom_codegen::render::findings;
use apiloom_codegen::{Options, Severity, Target, generate, load, load_below};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// What is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Server,
    Client,
}

/// The name of the variable that says so to the process of its own.
const KIND: &str = "CORPUS_KIND";

/// Reads a file in a process of its own. A process that dies is told of under `crash`.
pub(crate) fn ask(kind: Kind, entry: &Path, out: &Path) -> Result<Value> {
    answer(kind, Command::new(std::env::current_exe()?).arg("one").args([entry, out]))
}

/// The same, and its references may lead anywhere below a folder.
pub(crate) fn ask_below(kind: Kind, root: &Path, entry: &Path, out: &Path) -> Result<Value> {
    answer(kind, Command::new(std::env::current_exe()?).arg("one").args([entry, out, root]))
}

fn answer(kind: Kind, command: &mut Command) -> Result<Value> {
    let done = command.env(KIND, if kind == Kind::Client { "client" } else { "server" }).output()?;
    if done.status.success() {
        return Ok(serde_json::from_slice(&done.stdout)?);
    }
    let why = String::from_utf8_lossy(&done.stderr);
    let why: Vec<&str> = why.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
    Ok(json!({ "crash": format!("{}: {}", done.status, why.join(" ")) }))
}

/// Reads a file, writes what was generated to `out`, prints what is known.
pub(crate) fn run(root: Option<&Path>, entry: &Path, out: &Path) -> Result {
    let start = Instant::now();
    let sources = match root.map_or_else(|| load(entry), |root| load_below(root, entry)) {
        Ok(sources) => sources,
        Err(error) => {
            println!("{}", json!({ "load": error.to_string() }));
            return Ok(());
        }
    };
    let client = std::env::var(KIND).is_ok_and(|kind| kind == "client");
    let targets = if client { vec![Target::RustClient] } else { Vec::new() };
    let made = generate(&sources, &Options { targets, ..Options::default() });
    let seconds = start.elapsed().as_secs_f64();
    let peak = peak();
    let found = findings(&sources, &made.diagnostics);
    let of = |severity| made.diagnostics.count(severity);
    let unread = found.iter().any(|found| {
        found.severity == Severity::Error
            && ["A01", "A02", "A03"].iter().any(|kind| found.rule.id.starts_with(kind))
    });
    let first = found.first().filter(|found| found.severity == Severity::Error);
    let first = first.map(|found| {
        format!(
            "{} {}:{}: {}",
            found.rule.id, found.place.start.line, found.place.start.column, found.message
        )
    });
    let lines = |name: &str| {
        let file = made.files.iter().find(|file| file.path == name);
        file.map_or(0, |file| apiloom_tests::code_lines(&file.text))
    };
    for file in &made.files {
        std::fs::create_dir_all(out)?;
        std::fs::write(out.join(&file.path), &file.text)?;
    }
    let mut ignored = apiloom_codegen::Diagnostics::default();
    let api =
        apiloom_codegen::openapi::lower(&sources, apiloom_codegen::openapi::Reading::Practice, &mut ignored);
    println!(
        "{}",
        json!({
            "read": !unread, "errors": of(Severity::Error), "warnings": of(Severity::Warning), "infos": of(Severity::Info),
            "first": first, "generated": !made.files.is_empty(), "seconds": seconds, "peak": peak,
            "lines": lines("types.rs"), "server": lines("server.rs") + lines("client.rs"),
            "properties": properties(&api), "operations": api.endpoints.len(),
        })
    );
    Ok(())
}

fn properties(api: &Api) -> usize {
    let fields = api.types.iter().map(|(_, def)| match &def.shape {
        Shape::Struct(shape) => shape.fields.len(),
        Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => 0,
    });
    fields.sum()
}

/// The most memory that this process has had, in KiB; 0 where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
