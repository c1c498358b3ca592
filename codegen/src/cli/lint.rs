//! `apiloom lint`: reads and checks, generates nothing.

use super::Exit;
use super::input::{self, Home, Parts, Reading};
use super::output::{Output, exit_of};
use apiloom_codegen::project::Job;
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, Sources};
use clap::Args;
use std::path::PathBuf;

/// Reads and checks schemas, and prints what is found.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Schema files; `-` is standard input. Without any: those of apiloom.toml
    files: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    parts: Parts,
    /// How to print findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Lint {
    pub(super) fn run(&self, output: &Output) -> Exit {
        self.check(output).unwrap_or_else(|exit| exit)
    }

    fn check(&self, output: &Output) -> Result<Exit, Exit> {
        let home = input::project(output)?;
        let work = self.work(home.as_ref());
        if work.is_empty() {
            output.error("no schema: name a file, or list it in an apiloom.toml");
            return Err(Exit::Usage);
        }
        let mut exit = Exit::Ok;
        let mut checked: Vec<(Sources, Diagnostics)> = Vec::new();
        for job in &work {
            match input::load(&job.schema, &self.reading.or(job), output) {
                Ok(mut sources) => {
                    let attached = home.as_ref().map(|home| home.attach(&mut sources, &job.options));
                    let options = attached.as_ref().unwrap_or(&job.options);
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

    /// The files of the command line, or the schemas of `apiloom.toml`; flags win over the file.
    fn work(&self, home: Option<&Home>) -> Vec<Job> {
        let mut jobs = home.map(|home| home.project.jobs(&home.folder)).unwrap_or_default();
        if !self.files.is_empty() {
            let options = home.map(|home| home.project.defaults()).unwrap_or_default();
            let job = |file: &PathBuf| Job {
                schema: file.clone(),
                out: PathBuf::new(),
                overlays: Vec::new(),
                root: None,
                options: options.clone(),
            };
            jobs = self.files.iter().map(job).collect();
        }
        for job in &mut jobs {
            self.parts.choose(&mut job.options);
        }
        jobs
    }
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}
