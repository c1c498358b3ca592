//! `apiloom generate`: schemas into code, or a look at what that would change.

use super::input::{self, Home, Parts, Reading};
use super::output::{Output, exit_of};
use super::{Exit, watch};
use apiloom_codegen::config::{self, Split, Target};
use apiloom_codegen::project::Job;
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::write::{self, Change, Foreign, Plan};
use apiloom_codegen::{Severity, Sources};
use clap::Args;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Generates code from one schema, or from all schemas of apiloom.toml.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// The schema file; `-` is standard input. Without one: all schemas of apiloom.toml
    file: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// The folder for the generated files
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// What to generate; everything there is when left out
    #[arg(long, value_enum, value_delimiter = ',', value_name = "TARGET")]
    target: Vec<Target>,
    /// How schemas are read: as documents mean them, or at their word
    #[arg(long = "reading", value_enum, value_name = "HOW")]
    schemas: Option<config::Reading>,
    /// The crate whose dates and times are used; wins over `apiloom.toml`
    #[arg(long, value_enum, value_name = "CRATE")]
    dates: Option<config::Dates>,
    #[command(flatten)]
    parts: Parts,
    /// How to spread the code over folders; one folder when left out
    #[arg(long, value_enum, value_name = "BY")]
    split: Option<Split>,
    /// Write nothing; exit with 1 when the generated files are not up to date
    #[arg(long)]
    check: bool,
    /// Write nothing; print what would change
    #[arg(long)]
    diff: bool,
    /// Generate again whenever a file of the schema changes
    #[arg(long)]
    watch: bool,
    /// Remove the generated files, and generate nothing
    #[arg(long)]
    clean: bool,
    /// Overwrite files that are in the way and were not generated
    #[arg(long)]
    force: bool,
    /// How to print findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Generate {
    pub(super) fn run(&self, output: &Output) -> Exit {
        if self.watch && (self.check || self.diff || self.clean || self.reads_stdin()) {
            output.error("--watch goes with none of --check, --diff, --clean and standard input");
            return Exit::Usage;
        }
        if self.watch {
            return watch::watch(self, output);
        }
        match self.jobs(output) {
            Ok((jobs, home)) => {
                jobs.iter().map(|job| self.one(job, home.as_ref(), output).0).max().unwrap_or(Exit::Ok)
            }
            Err(exit) => exit,
        }
    }

    fn reads_stdin(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.as_os_str() == "-")
    }

    /// What there is to do: the file of the command line, or the schemas of `apiloom.toml`; flags win over the file.
    pub(super) fn jobs(&self, output: &Output) -> Result<(Vec<Job>, Option<Home>), Exit> {
        let usage = |text: &str| {
            output.error(text);
            Err(Exit::Usage)
        };
        let home = input::project(output)?;
        let mut jobs = home.as_ref().map(|home| home.project.jobs(&home.folder)).unwrap_or_default();
        if let Some(file) = &self.file {
            jobs = input::matching(&jobs, file).cloned().into_iter().collect();
            if jobs.is_empty() {
                let Some(out) = self.out.clone() else {
                    return usage("where to? give `--out DIR`, or name the schema in an apiloom.toml");
                };
                let options = home.as_ref().map(|home| home.project.defaults()).unwrap_or_default();
                let (schema, overlays, root) = (file.clone(), Vec::new(), None);
                jobs.push(Job { schema, out, overlays, root, options });
            }
        }
        match (&self.out, jobs.as_mut_slice()) {
            (_, []) => return usage("no schema: name a file, or list it in an apiloom.toml"),
            (Some(out), [job]) => job.out.clone_from(out),
            (Some(_), _) => return usage("`--out` is for one schema, and there are several"),
            (None, _) => {}
        }
        let mut outs = BTreeSet::new();
        for job in &mut jobs {
            if !outs.insert(job.out.clone()) {
                let out = job.out.display();
                return usage(&format!(
                    "two schemas would be generated into {out}: give each a folder of its own"
                ));
            }
            self.parts.choose(&mut job.options);
            if let Some(split) = self.split {
                job.options.split = split;
            }
            if !self.target.is_empty() {
                job.options.targets.clone_from(&self.target);
            }
            job.options.reading = self.schemas.unwrap_or(job.options.reading);
            job.options.dates = self.dates.unwrap_or(job.options.dates);
        }
        Ok((jobs, home))
    }

    /// Does one job, and gives the sources it read.
    pub(super) fn one(&self, job: &Job, home: Option<&Home>, output: &Output) -> (Exit, Option<Sources>) {
        if self.clean {
            return (self.settle(job, write::clean(&job.out), output), None);
        }
        let mut sources = match input::load(&job.schema, &self.reading.or(job), output) {
            Ok(sources) => sources,
            Err(exit) => return (exit, None),
        };
        let attached = home.map(|home| home.attach(&mut sources, &job.options));
        let mut generated = apiloom_codegen::generate(&sources, attached.as_ref().unwrap_or(&job.options));
        if !output.verbose {
            generated.diagnostics.retain(|found| found.severity != Severity::Info);
        }
        let findings = render::findings(&sources, &generated.diagnostics);
        output.findings(&findings, self.format);
        let mut exit = exit_of(&findings);
        if exit == Exit::Ok {
            let plan = if self.check || self.diff {
                write::plan(&job.out, &generated.files)
            } else {
                let foreign = if self.force { Foreign::Overwrite } else { Foreign::Refuse };
                write::write(&job.out, &generated.files, foreign)
            };
            exit = self.settle(job, plan, output);
        }
        (exit, Some(sources))
    }

    /// Says what changed, or would.
    fn settle(&self, job: &Job, plan: Result<Plan, write::WriteError>, output: &Output) -> Exit {
        let out = job.out.display();
        let plan = match plan {
            Ok(plan) => plan,
            Err(error) => {
                let help = match &error {
                    write::WriteError::Foreign(_) => "\nmove them away, or overwrite them with `--force`",
                    write::WriteError::Unsafe(..) | write::WriteError::Io(..) => "",
                };
                output.error(&format!("nothing was written. {error}{help}"));
                return Exit::Usage;
            }
        };
        for path in &plan.kept {
            output.note(format_args!(
                "{} is no longer generated; it was changed by hand and stays",
                path.display()
            ));
        }
        if self.diff {
            output.data(&plan.unified(&job.out));
        }
        if self.check {
            return Self::stale(job, &plan, output);
        }
        if !self.diff {
            if output.verbose {
                list(&plan, output);
            }
            output.note(format_args!("{out}: {}", counts(&plan)));
        }
        Exit::Ok
    }

    fn stale(job: &Job, plan: &Plan, output: &Output) -> Exit {
        let out = job.out.display();
        if plan.changes.is_empty() {
            output.note(format_args!("{out}: up to date"));
            return Exit::Ok;
        }
        output.error(&format!("{out} is not up to date: {}; run `apiloom generate`", differences(plan)));
        list(plan, output);
        Exit::Findings
    }
}

fn list(plan: &Plan, output: &Output) {
    for change in &plan.changes {
        let sign = match change {
            Change::Add { .. } => '+',
            Change::Edit { .. } => '~',
            Change::Remove { .. } => '-',
        };
        output.note(format_args!("  {sign} {}", change.path()));
    }
}

fn differences(plan: &Plan) -> String {
    let count = plan.changes.len();
    if count == 1 { "1 file differs".to_owned() } else { format!("{count} files differ") }
}

/// `2 written, 1 removed`, or `nothing to do`.
pub(super) fn counts(plan: &Plan) -> String {
    let removed = plan.changes.iter().filter(|change| matches!(change, Change::Remove { .. })).count();
    let written = plan.changes.len() - removed;
    match (written, removed) {
        (0, 0) => "nothing to do".to_owned(),
        (written, 0) => format!("{written} written"),
        (written, removed) => format!("{written} written, {removed} removed"),
    }
}
