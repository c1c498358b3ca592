//! The `apiloom` command.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::exit, reason = "a command prints and exits")]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
