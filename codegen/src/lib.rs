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
pub mod diagnostic;
pub mod emit;
pub mod ir;
pub mod names;
pub mod openapi;
pub mod render;
pub mod source;

pub use check::Checked;
pub use code::Code;
pub use config::{Options, Target};
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use emit::File;
pub use source::{Sources, load};

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
    let mut diagnostics = Diagnostics::default();
    let api = openapi::lower(sources, &mut diagnostics);
    let files = match check::check(api, options, &mut diagnostics) {
        Some(checked) if !diagnostics.has_errors() => {
            emit::emit(&checked, options, &openapi::bundle(sources))
        }
        _ => Vec::new(),
    };
    Generated { files, diagnostics }
}
