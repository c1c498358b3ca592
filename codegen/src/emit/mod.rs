//! Printing: what passed the checks becomes files. Nothing fails here.

mod rust;
#[cfg(feature = "typescript")]
mod typescript;

use crate::check::Checked;
use crate::config::Options;
use rust::part::Part;

/// A generated file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path relative to the output folder, with `/`.
    pub path: String,
    /// The text.
    pub text: String,
}

/// Prints the targets that `options` ask for. `document` is the schema as one JSON text, which the server target stores.
#[must_use]
pub fn emit(checked: &Checked, options: &Options, document: &str) -> Vec<File> {
    let files = if options.rusts() { rust_files(checked, options, document) } else { Vec::new() };
    with_scripts(files, checked, options)
}

/// Adds TypeScript, in a folder of its own where there is Rust too.
#[cfg(feature = "typescript")]
fn with_scripts(mut files: Vec<File>, checked: &Checked, options: &Options) -> Vec<File> {
    if options.scripts() {
        let folder = if files.is_empty() { "" } else { "ts/" };
        files.extend(typescript::files(checked, options, folder));
    }
    files
}

#[cfg(not(feature = "typescript"))]
fn with_scripts(files: Vec<File>, _: &Checked, _: &Options) -> Vec<File> {
    files
}

fn rust_files(checked: &Checked, options: &Options, document: &str) -> Vec<File> {
    let owners = rust::part::owners(checked, options);
    let part = owners.as_ref().map_or(Part::Whole, Part::Shared);
    let cx = rust::Context { checked, options, part };
    let mut files = folder(&cx, "");
    if options.serves() {
        files.extend(rust::security::print(&cx).map(|text| file("security.rs", text)));
        files.push(file("openapi.json", document.to_owned()));
    }
    for cx in cx.folders() {
        files.extend(folder(&cx, &format!("{}/", rust::module::name(&cx))));
    }
    files
}

/// The files that every folder has.
fn folder(cx: &rust::Context<'_>, path: &str) -> Vec<File> {
    let file = |name: &str, text: String| file(&format!("{path}{name}"), text);
    let mut files = vec![file("mod.rs", rust::module::print(cx))];
    if cx.has_types() {
        files.push(file("types.rs", rust::types::print(cx)));
    }
    if cx.serves() {
        files.push(file("server.rs", rust::server::print(cx)));
    }
    if cx.calls() {
        files.push(file("client.rs", rust::client::print(cx)));
    }
    if cx.tells() {
        files.push(file("webhooks.rs", rust::webhooks::print(cx)));
    }
    files
}

fn file(path: &str, text: String) -> File {
    File { path: path.to_owned(), text }
}
