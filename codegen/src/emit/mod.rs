//! Printing: what passed the checks becomes files. Nothing fails here.

mod rust;

use crate::check::Checked;
use crate::config::{Options, Target};

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
    let cx = rust::Context { checked, options };
    let file = |path: &str, text: String| File { path: path.to_owned(), text };
    let mut files = vec![
        file("mod.rs", rust::module::print(&cx, serves(options))),
        file("types.rs", rust::types::print(&cx)),
    ];
    if serves(options) {
        files.push(file("server.rs", rust::server::print(&cx)));
        files.extend(rust::webhooks::print(&cx).map(|text| file("webhooks.rs", text)));
        files.extend(rust::security::print(&cx).map(|text| file("security.rs", text)));
        files.push(file("openapi.json", document.to_owned()));
    }
    files
}

fn serves(options: &Options) -> bool {
    options.targets.is_empty() || options.targets.contains(&Target::RustServer)
}
