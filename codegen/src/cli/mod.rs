//! The command line: one file per command. The only place that prints and exits.

mod bundle;
mod completions;
mod crash;
mod deploy;
mod diff;
mod explain;
mod generate;
mod git;
mod input;
mod inspect;
mod lint;
mod mock;
mod new;
mod output;
mod version;
mod watch;

use clap::{ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use output::Output;
use std::process::ExitCode;

/// How a run ends. Each number is part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing found.
    Ok = 0,
    /// Findings: errors of a schema, stale output.
    Findings = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// The input cannot be read as a schema.
    Input = 3,
    /// A bug in apiloom.
    Bug = 70,
    /// Stopped by the user.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Weaves OpenAPI schema files into typed Rust services.
#[derive(Debug, Parser)]
#[command(name = "apiloom", version, max_term_width = 100, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

const AFTER_HELP: &str = "\
Every flag has an environment twin: `--out` is APILOOM_OUT.

Exit codes: 0 nothing found, 1 findings or stale output, 2 usage or configuration, 3 input that cannot be read as a
schema, 70 a bug in apiloom, 130 interrupted.";

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
struct Global {
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = clap::ColorChoice::Auto)]
    color: clap::ColorChoice,
    /// Print findings and data only
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Print more: notes, and every file written
    #[arg(long, short, global = true, action = ArgAction::SetTrue)]
    verbose: bool,
    /// Print all findings instead of the first 20
    #[arg(long, global = true)]
    all: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a service that builds, runs and has tests
    New(new::New),
    /// Generate code from a schema, or from all schemas of apiloom.toml
    Generate(generate::Generate),
    /// Check schemas; generate nothing
    Lint(lint::Lint),
    /// Print what a schema was understood as
    Inspect(inspect::Inspect),
    /// Put a schema of several files into one JSON document
    Bundle(bundle::Bundle),
    /// Serve a schema with made-up data that fits it
    Mock(mock::MockServer),
    /// Make what a service is run with: a Grafana dashboard
    Deploy(deploy::Deploy),
    /// Compare two schemas; fail when a change breaks callers
    Diff(diff::Diff),
    /// Explain the code of a finding; without one, list all codes
    Explain(explain::Explain),
    /// Print a completion script
    Completions(completions::Completions),
    /// Print the version
    Version(version::Version),
    /// Fail as a bug would: for the test of the crash report
    #[command(hide = true)]
    Crash,
}

/// Runs the command that the arguments ask for.
pub(crate) fn main() -> ExitCode {
    crash::install();
    // A handler that exits: writing is all or nothing, so there is nothing to wait for.
    let _ = ctrlc::set_handler(|| std::process::exit(Exit::Interrupted as i32));
    // Documents may be nested deeply, and the reader follows them: give it more stack than a main thread has.
    let worker = std::thread::Builder::new().name("apiloom".to_owned()).stack_size(256 << 20).spawn(run);
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(_)) | Err(_) => Exit::Bug.into(),
    }
}

#[allow(clippy::panic, reason = "the crash report has a test")]
fn run() -> Exit {
    let matches = with_environment(Cli::command()).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let output = Output::new(&cli.global);
    match cli.command {
        Command::New(command) => command.run(&output),
        Command::Generate(command) => command.run(&output),
        Command::Lint(command) => command.run(&output),
        Command::Inspect(command) => command.run(&output),
        Command::Bundle(command) => command.run(&output),
        Command::Mock(command) => command.run(&output),
        Command::Deploy(command) => command.run(&output),
        Command::Diff(command) => command.run(&output),
        Command::Explain(command) => command.run(&output),
        Command::Completions(command) => command.run(with_environment(Cli::command()), &output),
        Command::Version(command) => command.run(&output),
        Command::Crash => std::panic::panic_any("asked to crash"),
    }
}

/// Gives every flag its environment twin, so that none is forgotten.
fn with_environment(command: clap::Command) -> clap::Command {
    let prefix = match command.get_name() {
        "inspect" => "APILOOM_INSPECT_",
        _ => "APILOOM_",
    };
    command
        .mut_args(|arg| match arg.get_long() {
            Some(long) if !matches!(long, "help" | "version") => {
                let name = format!(
                    "{prefix}{}",
                    long.trim_start_matches("apiloom-").replace('-', "_").to_uppercase()
                );
                arg.env(name).hide_env(true)
            }
            _ => arg,
        })
        .mut_subcommands(with_environment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        with_environment(Cli::command()).debug_assert();
    }
}
