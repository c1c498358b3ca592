//! `apiloom diff`: what changed between two schemas, and whether it breaks anybody.

mod html;
mod policy;
mod sides;

use super::Exit;
use super::input::Reading;
use super::output::Output;
use apiloom_codegen::diff::accept::{self, Accepted, Sorted};
use apiloom_codegen::diff::report::{self, Sides};
use apiloom_codegen::diff::{self, Category, Change, Level, Unreadable, rules};
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, Severity, Sources};
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Compares two schemas.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The old schema, or the only one with --base: a file, a folder of GraphQL files, `REF:PATH` of the git repository, or `-`
    #[arg(required_unless_present = "rules")]
    base: Option<String>,
    /// The new schema: a file, a folder, `REF:PATH`, or `-`
    revision: Option<String>,
    /// Compare with the same file at the merge base with this branch, such as origin/main
    #[arg(long = "base", value_name = "REF", conflicts_with = "revision")]
    merge_base: Option<String>,
    #[command(flatten)]
    reading: Reading,
    /// How to print changes
    #[arg(long, value_enum, default_value_t)]
    format: Shown,
    /// Only changes that concern these; what breaks generated code or tables is breaking then
    #[arg(long = "category", value_enum, value_delimiter = ',', value_name = "CATEGORY")]
    categories: Vec<Category>,
    /// From which level on changes fail the command
    #[arg(long, value_enum, default_value_t, value_name = "LEVEL")]
    fail_on: FailOn,
    /// Levels by rule, before those of `apiloom.toml`: a file with a rule's id and `breaking`, `dangerous`, `safe` or `none` a line
    #[arg(long, value_name = "FILE")]
    severity: Option<PathBuf>,
    /// What was accepted
    #[arg(long, value_name = "FILE", default_value = ".apiloom/accepted.toml")]
    accepted: PathBuf,
    /// Accept what is found, for this reason
    #[arg(long, value_name = "REASON")]
    accept: Option<String>,
    /// The last day that it is accepted, YYYY-MM-DD
    #[arg(long, value_name = "DATE", requires = "accept")]
    expires: Option<String>,
    /// Print which part of the version must grow: major, minor or none
    #[arg(long)]
    semver: bool,
    /// Days that something must have been deprecated before its sunset, when it is stable
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    sunset_days: i64,
    /// The same for stability `beta`
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    beta_sunset_days: i64,
    /// Print the rules and their levels
    #[arg(long)]
    rules: bool,
}

/// How changes are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Shown {
    /// For people: the sentence, both places with their lines.
    #[default]
    Text,
    /// A JSON array, one object a change.
    Json,
    /// A change log.
    Markdown,
    /// A page for a browser.
    Html,
    /// Workflow commands of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// `JUnit` XML.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
}

/// Which changes fail the command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Breaking ones.
    #[default]
    Breaking,
    /// Dangerous and breaking ones.
    Dangerous,
    /// Any.
    Safe,
    /// None: for reports.
    None,
}

impl FailOn {
    fn fails(self, level: Level) -> bool {
        match self {
            Self::Breaking => level == Level::Breaking,
            Self::Dangerous => level <= Level::Dangerous,
            Self::Safe => true,
            Self::None => false,
        }
    }
}

impl Diff {
    pub(super) fn run(&self, output: &Output) -> Exit {
        if self.rules {
            return output.data(&rules::table());
        }
        self.compare(output).unwrap_or_else(|exit| exit)
    }

    fn compare(&self, output: &Output) -> Result<Exit, Exit> {
        let (old, new) = self.sides(output)?;
        let today = today();
        let options = diff::Options {
            beta_days: self.beta_sunset_days,
            stable_days: self.sunset_days,
            today: today.0,
            versions: true,
        };
        let mut changes =
            diff::compare(&old, &new, &options).map_err(|found| unreadable(&old, &new, &found, output))?;
        self.weigh(&mut changes, output)?;
        let sorted = self.sort(changes, &today.1, output)?;
        if self.semver {
            return Ok(output.data(&format!("{}\n", accept::bump(&sorted.open))));
        }
        self.print(&sorted, Sides { old: &old, new: &new }, output)
    }

    fn print(&self, sorted: &Sorted, sides: Sides<'_>, output: &Output) -> Result<Exit, Exit> {
        let shown: Vec<Change> = match self.format {
            Shown::Text if !output.verbose && self.fail_on != FailOn::Safe => {
                sorted.open.iter().filter(|change| change.level != Level::Safe).cloned().collect()
            }
            _ => sorted.open.clone(),
        };
        let text = self.text(&shown, sides, output)?;
        let printed = output.data(&text);
        for entry in &sorted.expired {
            output.note(format_args!(
                "no longer accepted: {} {} ({})",
                entry.id, entry.operation, entry.reason
            ));
        }
        for entry in &sorted.stale {
            output.note(format_args!("accepted, but not found any more: {} {}", entry.id, entry.operation));
        }
        if self.format == Shown::Text {
            let accepted =
                if sorted.accepted > 0 { format!("; {} accepted", sorted.accepted) } else { String::new() };
            let hidden = sorted.open.len() - shown.len();
            let more = if hidden > 0 { "; `--verbose` shows the safe ones" } else { "" };
            output.note(format_args!("{}{accepted}{more}", report::summary(&sorted.open)));
        }
        let fails = sorted.open.iter().any(|change| self.fail_on.fails(change.level));
        Ok(printed.max(if fails { Exit::Findings } else { Exit::Ok }))
    }

    fn text(&self, shown: &[Change], sides: Sides<'_>, output: &Output) -> Result<String, Exit> {
        let format = match self.format {
            Shown::Html => return html::render(shown, sides).map_err(|error| usage(output, &error)),
            Shown::Text => Format::Text,
            Shown::Json => Format::Json,
            Shown::Markdown => Format::Markdown,
            Shown::Github => Format::Github,
            Shown::Gitlab => Format::Gitlab,
            Shown::Junit => Format::Junit,
            Shown::Sarif => Format::Sarif,
        };
        Ok(report::render(shown, sides, format, output.limit()))
    }

    /// Takes out what was accepted, or accepts.
    fn sort(&self, changes: Vec<Change>, today: &str, output: &Output) -> Result<Sorted, Exit> {
        let mut accepted = match std::fs::read_to_string(&self.accepted) {
            Ok(text) => Accepted::read(&text)
                .map_err(|error| usage(output, &format!("{}: {error}", self.accepted.display())))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Accepted::default(),
            Err(error) => {
                return Err(usage(output, &format!("cannot read {}: {error}", self.accepted.display())));
            }
        };
        if let Some(reason) = &self.accept {
            let text = accepted
                .add(&changes, reason, self.expires.as_deref())
                .map_err(|error| usage(output, &error))?;
            let folder = self.accepted.parent().unwrap_or(Path::new(""));
            std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&self.accepted, text)).map_err(
                |error| usage(output, &format!("cannot write {}: {error}", self.accepted.display())),
            )?;
        }
        Ok(accepted.sort(changes, today))
    }
}

fn read(path: &Path, output: &Output) -> Result<String, Exit> {
    std::fs::read_to_string(path)
        .map_err(|error| usage(output, &format!("cannot read {}: {error}", path.display())))
}

fn usage(output: &Output, message: &str) -> Exit {
    output.error(message);
    Exit::Usage
}

fn unreadable(old: &Sources, new: &Sources, found: &Unreadable, output: &Output) -> Exit {
    for (sources, diagnostics) in [(old, &found.old), (new, &found.new)] {
        let mut errors = Diagnostics::clone(diagnostics);
        errors.retain(|one| one.severity == Severity::Error);
        output.findings(&render::findings(sources, &errors), Format::Text);
    }
    Exit::Input
}

/// Today in days since 1970-01-01 and as `YYYY-MM-DD`, by the system's clock in UTC.
fn today() -> (i64, String) {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let days = i64::try_from(since.as_secs() / 86_400).unwrap_or_default();
    (days, diff::date_of(days))
}
