//! Weaves schema files into typed Rust services.
//!
//! The library behind the `apiloom` command and the procedural macros. Five verbs in a row, each a plain function:
//!
//! ```text
//! load ──▶ lower ──▶ check ──▶ emit ──▶ write
//! ```
//!
//! Only `load` and `write` touch the world; what stands between them is pure and gives the same bytes for the same input.

pub mod check;
pub mod code;
pub mod config;
pub mod deploy;
pub mod diagnostic;
pub mod diff;
pub mod emit;
#[cfg(feature = "graphql")]
pub mod graphql;
pub mod ir;
#[cfg(feature = "mock")]
pub mod mock;
pub mod names;
pub mod openapi;
pub mod project;
pub mod render;
mod settings;
pub mod source;
#[cfg(feature = "write")]
pub mod write;

pub use check::Checked;
pub use code::Code;
pub use config::{Options, Target};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use emit::File;
pub use source::{Sources, load, load_below};

/// What [`generate`] made.
#[derive(Debug, Default)]
pub struct Generated {
    /// The files, by path relative to the output folder; empty when there was an error.
    pub files: Vec<File>,
    /// What was found on the way.
    pub diagnostics: Diagnostics,
}

/// Reads, checks and prints: everything between loading and writing.
#[must_use]
pub fn generate(sources: &Sources, options: &Options) -> Generated {
    let options = &settings::with_formats(options);
    let mut diagnostics = Diagnostics::default();
    // Only a server stores the document.
    let (api, document) = if options.serves() {
        openapi::lower_and_bundle(sources, reading(options), &mut diagnostics)
    } else {
        (openapi::lower(sources, reading(options), &mut diagnostics), String::new())
    };
    let checked = examine_api(api, options, &mut diagnostics);
    let files = checked.map(|checked| emit::emit(&checked, options, &document)).unwrap_or_default();
    Generated { files, diagnostics }
}

/// Reads and checks; nothing is printed. `None` when there was an error.
#[must_use]
pub fn examine(sources: &Sources, options: &Options) -> (Option<Checked>, Diagnostics) {
    let options = &settings::with_formats(options);
    let mut diagnostics = Diagnostics::default();
    let api = openapi::lower(sources, reading(options), &mut diagnostics);
    let checked = examine_api(api, options, &mut diagnostics);
    (checked, diagnostics)
}

fn reading(options: &Options) -> openapi::Reading {
    match options.reading {
        config::Reading::Practice => openapi::Reading::Practice,
        config::Reading::Literal => openapi::Reading::Literal,
    }
}

/// The part of the API that is asked for, checked; `None` when there was an error, of the document or of this part.
fn examine_api(mut api: ir::Api, options: &Options, diagnostics: &mut Diagnostics) -> Option<Checked> {
    settings::apply(&mut api, options, diagnostics);
    select(&mut api, options, diagnostics);
    let checked = check::check(api, options, diagnostics);
    weigh(options, diagnostics);
    checked.filter(|_| !diagnostics.has_errors())
}

/// Keeps the part of the API that the options ask for.
pub fn select(api: &mut ir::Api, options: &Options, diagnostics: &mut Diagnostics) {
    let Err(unmatched) = ir::filter::filter(api, &options.only, &options.except) else { return };
    let mut lines: Vec<String> = Vec::new();
    let mut near: Vec<String> = Vec::new();
    for one in unmatched {
        lines.push(format!("`{}`: {}", one.selector, one.reason));
        near.extend(one.near);
    }
    let finding = diagnostics.report(Code::NothingSelected, source::Span::default(), lines.join("; "));
    if !near.is_empty() {
        finding.help(format!("there is `{}`", near.join("`, `")));
    }
}

/// Gives findings the weight that the options ask for. What is an error by itself stays one.
pub fn weigh(options: &Options, diagnostics: &mut Diagnostics) {
    let level = |finding: &Diagnostic| match finding.code.severity() {
        Severity::Error => None,
        Severity::Warning | Severity::Info => options.lint.get(&finding.code).copied(),
    };
    diagnostics.retain(|finding| level(finding) != Some(config::Level::Off));
    for finding in diagnostics.iter_mut() {
        if let Some(severity) = level(finding).and_then(config::Level::severity) {
            finding.severity = severity;
        }
    }
}
