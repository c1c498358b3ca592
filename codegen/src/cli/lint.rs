//! `apiloom lint`: reads and checks, generates nothing.

use super::output::{Output, exit_of};
use super::{Exit, input};
use apiloom_codegen::config::Options;
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, Sources};
use clap::Args;
use std::path::PathBuf;

/// Reads and checks schemas, and prints what is found.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Schema files; `-` is standard input. Without any: those of apiloom.toml
    files: Vec<PathBuf>,
    /// How to print findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Lint {
    pub(super) fn run(&self, output: &Output) -> Exit {
        self.check(output).unwrap_or_else(|exit| exit)
    }

    fn check(&self, output: &Output) -> Result<Exit, Exit> {
        let work = self.work(output)?;
        if work.is_empty() {
            output.error("no schema: name a file, or list it in an apiloom.toml");
            return Err(Exit::Usage);
        }
        let mut exit = Exit::Ok;
        let mut checked: Vec<(Sources, Diagnostics)> = Vec::new();
        for (file, options) in &work {
            match input::load(file, output) {
                Ok(sources) => {
                    let (_, diagnostics) = apiloom_codegen::examine(&sources, options);
                    checked.push((sources, diagnostics));
                }
                Err(failed) => exit = exit.max(failed),
            }
        }
        let mut findings: Vec<_> = checked
            .iter()
            .flat_map(|(sources, diagnostics)| render::findings(sources, diagnostics))
            .collect();
        findings.sort_by_key(|finding| finding.severity);
        output.findings(&findings, self.format);
        exit = exit.max(exit_of(&findings));
        if findings.is_empty() && exit == Exit::Ok {
            output.note(format_args!("{} checked, nothing found", files(work.len())));
        }
        Ok(exit)
    }

    fn work(&self, output: &Output) -> Result<Vec<(PathBuf, Options)>, Exit> {
        let project = input::project(output)?;
        let lint = project.as_ref().map(|(project, _)| project.lint()).unwrap_or_default();
        if self.files.is_empty() {
            let jobs = project.map(|(project, folder)| project.jobs(&folder)).unwrap_or_default();
            return Ok(jobs.into_iter().map(|job| (job.schema, job.options)).collect());
        }
        let options = Options { lint, ..Options::default() };
        Ok(self.files.iter().map(|file| (file.clone(), options.clone())).collect())
    }
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
