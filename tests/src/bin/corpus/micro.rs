//! The small documents, with what their projects say of them; and what the `openapiv3` crate accepts.

use crate::{Outcome, Result, cell, child, entries, text, workshop};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Reads every small document; compares with the label where there is one.
pub(crate) fn run(folder: &Path) -> Result<Outcome> {
    let folder = folder.join("openapi-micro");
    let out = workshop()?.join("micro");
    let entries = entries(&folder.join("cases.json"))?;
    let mut crashes = Vec::new();
    let mut differences = String::new();
    let (mut agree, mut labelled, mut generated) = (0, 0, 0);
    for entry in &entries {
        let file = text(entry, "file");
        let known = child::ask(child::Kind::Server, &folder.join(file), &out)?;
        if known.get("crash").is_some() {
            crashes.push(format!("- `{file}`: {}\n", cell(text(&known, "crash"))));
        }
        let passed = known["generated"] == true;
        generated += usize::from(passed);
        let label = text(entry, "expect");
        if label == "unknown" {
            continue;
        }
        labelled += 1;
        if passed == (label == "pass") {
            agree += 1;
            continue;
        }
        let why = if passed {
            format!("{} warnings, {} notes", known["warnings"], known["infos"])
        } else {
            format!("{}{}{}", text(&known, "load"), text(&known, "crash"), text(&known, "first"))
        };
        // Writing to a `String` does not fail.
        let _ = writeln!(
            differences,
            "| {file} | {label} | {} | {} |",
            if passed { "generates" } else { "refuses" },
            cell(&why)
        );
    }
    let text = format!(
        "## {} small documents\n\nCode was generated for {generated}; {} ended in a crash. {labelled} carry a label of their \
         project, and {agree} of these agree. A label is the word of another tool: `fail` often means what that tool \
         does not do or what a strict reading of the specification forbids, and here a fault that can be read past is \
         a warning with its place.\n\n{}\n| document | label | here | why |\n|---|---|---|---|\n{differences}",
        entries.len(),
        crashes.len(),
        crashes.concat(),
    );
    Ok(Outcome { text, passed: entries.len() - crashes.len(), failed: crashes.len() })
}

/// What makes a document unusable although its types are right: references that lead nowhere, out of the folder or back to
/// themselves, and paths.
const BEYOND_TYPES: [&str; 7] = ["A0201", "A0202", "A0203", "A0204", "A0412", "A0504", "A0505"];

/// Every OpenAPI 3.0 document, large or small, that `openapiv3` accepts must generate.
pub(crate) fn typed(folder: &Path) -> Result<Outcome> {
    let out = workshop()?.join("micro");
    let (mut accepted, mut refused, mut failed) = (0, 0, 0);
    let mut failures = String::new();
    for (folder, list) in
        [(folder.join("openapi"), "manifest.json"), (folder.join("openapi-micro"), "cases.json")]
    {
        for entry in entries(&folder.join(list))? {
            let path = folder.join(text(&entry, "file"));
            if !text(&entry, "version").starts_with("3.0") || !accepts(&path) {
                continue;
            }
            accepted += 1;
            let known = child::ask(child::Kind::Server, &path, &out)?;
            if known["generated"] != true {
                refused += 1;
                let first = text(&known, "first");
                failed += usize::from(!BEYOND_TYPES.iter().any(|code| first.starts_with(code)));
                let why =
                    format!("{}{}{}", text(&known, "load"), text(&known, "crash"), text(&known, "first"));
                // Writing to a `String` does not fail.
                let _ = writeln!(failures, "| {} | {} |", text(&entry, "file"), cell(&why));
            }
        }
    }
    let mut text = format!(
        "## Documents that the `openapiv3` crate accepts\n\n{accepted} documents of version 3.0; code was generated for \
         {}. The crate does not follow references and does not look at routes: {} of the others were refused for these.\n",
        accepted - refused,
        refused - failed
    );
    if refused > 0 {
        text.push_str("\n| document | why not |\n|---|---|\n");
        text.push_str(&failures);
    }
    Ok(Outcome { text, passed: accepted - failed, failed })
}

fn accepts(path: &Path) -> bool {
    let Ok(text) = fs::read_to_string(path) else { return false };
    let json = serde_json::from_str::<Value>(&text).ok().or_else(|| {
        let sources = apiloom_codegen::Sources::from_text("openapi.yaml", text);
        let mut ignored = apiloom_codegen::Diagnostics::default();
        let (_, json) = apiloom_codegen::openapi::lower_and_bundle(
            &sources,
            apiloom_codegen::openapi::Reading::Practice,
            &mut ignored,
        );
        serde_json::from_str(&json).ok()
    });
    json.is_some_and(|json| serde_json::from_value::<openapiv3::OpenAPI>(json).is_ok())
}
