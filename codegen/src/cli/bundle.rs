//! `apiloom bundle`: a schema of several files as one.

use super::Exit;
use super::input::{self, Reading};
use super::output::{Output, exit_of};
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, Severity, openapi};
use clap::Args;
use std::path::PathBuf;

/// Puts a schema of several files into one JSON document.
#[derive(Debug, Args)]
pub(crate) struct Bundle {
    /// The entry file
    file: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// Where to write it; standard output when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Bundle {
    pub(super) fn run(&self, output: &Output) -> Exit {
        let sources = match input::load(&self.file, &self.reading, output) {
            Ok(sources) => sources,
            Err(exit) => return exit,
        };
        // Lowering is what looks at every reference.
        let mut diagnostics = Diagnostics::default();
        let _ = openapi::lower(&sources, openapi::Reading::Practice, &mut diagnostics);
        diagnostics.retain(|found| found.severity == Severity::Error);
        let findings = render::findings(&sources, &diagnostics);
        output.findings(&findings, Format::Text);
        let exit = exit_of(&findings);
        if exit != Exit::Ok {
            return exit;
        }
        output.document(self.output.as_deref(), &pretty(openapi::bundle(&sources)))
    }
}

/// Indented; the keys stay in their order and numbers keep their text.
fn pretty(text: String) -> String {
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => format!("{value:#}\n"),
        Err(_) => text,
    }
}
