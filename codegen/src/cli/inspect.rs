//! `apiloom inspect`: what a schema was understood as.

use super::Exit;
use super::input::{self, Parts, Reading};
use super::output::{Output, exit_of};
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, ir, openapi};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Prints the model of a schema.
#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// The schema file; `-` is standard input
    file: PathBuf,
    /// How to print the model
    #[arg(long, value_enum, default_value = "text")]
    format: ModelFormat,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    parts: Parts,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ModelFormat {
    Text,
    Json,
}

impl Inspect {
    pub(super) fn run(&self, output: &Output) -> Exit {
        let sources = match input::load(&self.file, &self.reading, output) {
            Ok(sources) => sources,
            Err(exit) => return exit,
        };
        let mut diagnostics = Diagnostics::default();
        let mut api = openapi::lower(&sources, openapi::Reading::Practice, &mut diagnostics);
        let mut options = apiloom_codegen::Options::default();
        self.parts.choose(&mut options);
        apiloom_codegen::select(&mut api, &options, &mut diagnostics);
        if !output.verbose {
            diagnostics.retain(|found| found.severity == apiloom_codegen::Severity::Error);
        }
        let findings = render::findings(&sources, &diagnostics);
        output.findings(&findings, Format::Text);
        let exit = exit_of(&findings);
        if exit >= Exit::Usage {
            return exit;
        }
        let text = match self.format {
            ModelFormat::Text => ir::dump::text(&api),
            ModelFormat::Json => format!("{:#}\n", ir::json::json(&api)),
        };
        exit.max(output.data(&text))
    }
}
