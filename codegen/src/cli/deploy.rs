//! `apiloom deploy`: what a service is run with.

use super::Exit;
use super::input::{self, Parts, Reading};
use super::output::{Output, exit_of};
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, Severity, deploy, openapi};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Makes what a service is run with.
#[derive(Debug, Args)]
pub(crate) struct Deploy {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a Grafana dashboard of the service's metrics
    Dashboard(Dashboard),
}

#[derive(Debug, Args)]
struct Dashboard {
    /// The schema file; `-` is standard input
    file: PathBuf,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    parts: Parts,
    /// Where to write it; standard output when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Deploy {
    pub(super) fn run(&self, output: &Output) -> Exit {
        let What::Dashboard(dashboard) = &self.what;
        dashboard.run(output)
    }
}

impl Dashboard {
    fn run(&self, output: &Output) -> Exit {
        let sources = match input::load(&self.file, &self.reading, output) {
            Ok(sources) => sources,
            Err(exit) => return exit,
        };
        let mut diagnostics = Diagnostics::default();
        let mut api = openapi::lower(&sources, openapi::Reading::Practice, &mut diagnostics);
        let mut options = apiloom_codegen::Options::default();
        self.parts.choose(&mut options);
        apiloom_codegen::select(&mut api, &options, &mut diagnostics);
        diagnostics.retain(|found| found.severity == Severity::Error);
        let findings = render::findings(&sources, &diagnostics);
        output.findings(&findings, Format::Text);
        let exit = exit_of(&findings);
        if exit != Exit::Ok {
            return exit;
        }
        output.document(self.output.as_deref(), &format!("{:#}\n", deploy::dashboard(&api)))
    }
}
