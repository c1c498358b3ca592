//! TypeScript: a file of types, one for each group of operations, and a runtime that is the same for all. Text of the
//! schema goes through the escapers of `text`, in templates by the filter of its place.

mod client;
mod codec;
mod headers;
#[cfg(test)]
mod hostile;
mod operation;
mod pages;
mod table;
mod text;
mod ty;
mod types;
mod validate;
mod xml;

use super::File;
use crate::check::Checked;
use crate::config::Options;
use crate::names::TypeScriptIdents;
use askama::Template;
use text::{Code, Docs};

/// What every printer needs.
struct Context<'a> {
    checked: &'a Checked,
    options: &'a Options,
    names: TypeScriptIdents,
}

/// A property of an interface.
struct Field {
    docs: Docs,
    /// As it is on the wire.
    key: String,
    optional: bool,
    ty: Code,
}

/// What every generated operation calls.
const RUNTIME: &str = concat!(
    include_str!("../../../templates/typescript/runtime/header.ts"),
    include_str!("../../../templates/typescript/runtime/client.ts"),
    include_str!("../../../templates/typescript/runtime/style.ts"),
    include_str!("../../../templates/typescript/runtime/body.ts"),
    include_str!("../../../templates/typescript/runtime/stream.ts"),
    include_str!("../../../templates/typescript/runtime/auth.ts"),
    include_str!("../../../templates/typescript/runtime/pages.ts"),
    include_str!("../../../templates/typescript/runtime/headers.ts"),
);

/// How a file says that it reads or writes XML.
const MARKUP_IMPORT: &str = "import * as m from \"./markup.js\";";

#[derive(Template)]
#[template(path = "typescript/index.ts")]
struct Index {
    checks: bool,
    files: Vec<String>,
}

/// Prints the files, each below `folder`.
pub(super) fn files(checked: &Checked, options: &Options, folder: &str) -> Vec<File> {
    let cx = Context { checked, options, names: TypeScriptIdents::new(&checked.api) };
    let file = |name: &str, text: String| super::file(&format!("{folder}{name}.ts"), text);
    let groups: Vec<(&String, String)> = cx
        .names
        .files
        .iter()
        .enumerate()
        .filter_map(|(group, name)| Some((name, operation::print(&cx, group)?)))
        .collect();
    let checks = options.typescript.validators;
    let index = Index { checks, files: groups.iter().map(|(name, _)| format!("./{name}.js")).collect() };
    let mut files = vec![
        file("index", rendered(&index)),
        file("client", client::print(&cx)),
        file("types", types::print(&cx)),
        file("runtime", RUNTIME.to_owned()),
    ];
    if checks {
        files.push(file("validate", validate::print(&cx)));
        files.push(file("checks", validate::CHECKS.to_owned()));
    }
    // Only where a body is in XML that is in nothing better too.
    if groups.iter().any(|(_, text)| text.contains(MARKUP_IMPORT)) {
        files.extend(xml::print(&cx).map(|text| file("xml", text)));
        files.push(file("markup", xml::MARKUP.to_owned()));
    }
    files.extend(groups.into_iter().map(|(name, text)| file(name, text)));
    files
}

/// The text of a template, with one line end.
fn rendered(template: &impl Template) -> String {
    let text = template.render().expect("the templates' filters do not fail, and writing to a text does not");
    text.trim_end().to_owned() + "\n"
}

/// One filter for each context that a template writes into.
#[allow(unreachable_pub, reason = "the macro writes `pub` into a private module")]
mod filters {
    use super::text::{self, Code, Docs};
    use askama::Values;

    /// Code, which only the printers make.
    #[askama::filter_fn]
    pub(super) fn code(code: &Code, _: &dyn Values) -> askama::Result<String> {
        Ok(code.0.clone())
    }

    /// A string literal, with its quotes.
    #[askama::filter_fn]
    pub(super) fn string(text: &str, _: &dyn Values) -> askama::Result<String> {
        Ok(text::string(text))
    }

    /// The key of a property.
    #[askama::filter_fn]
    pub(super) fn key(text: &str, _: &dyn Values) -> askama::Result<String> {
        Ok(text::key(text))
    }

    /// A documentation comment on lines of its own.
    #[askama::filter_fn]
    pub(super) fn comment(docs: &Docs, _: &dyn Values, indent: &str) -> askama::Result<String> {
        Ok(docs.print(indent))
    }
}
