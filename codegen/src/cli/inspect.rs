//! `apiloom inspect`: what a schema was understood as.

use super::output::{Output, exit_of};
use super::{Exit, input};
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
    /// Only these parts: `tag:pets`, `operation:getPet`, `GET /health`, `/pets/**`
    #[arg(long, value_delimiter = ',', value_name = "SELECTOR")]
    only: Vec<String>,
    /// All but these parts
    #[arg(long, value_delimiter = ',', value_name = "SELECTOR")]
    except: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ModelFormat {
    Text,
    Json,
}

impl Inspect {
    pub(super) fn run(&self, output: &Output) -> Exit {
        let sources = match input::load(&self.file, output) {
            Ok(sources) => sources,
            Err(exit) => return exit,
        };
        let mut diagnostics = Diagnostics::default();
        let mut api = openapi::lower(&sources, &mut diagnostics);
        let options = apiloom_codegen::Options {
            only: self.only.clone(),
            except: self.except.clone(),
            ..apiloom_codegen::Options::default()
        };
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
