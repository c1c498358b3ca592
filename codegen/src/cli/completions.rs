//! `apiloom completions`: a script that completes commands and flags.

use super::Exit;
use super::output::Output;
use clap::Args;
use clap_complete::Shell;

/// Prints a completion script for a shell.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self, mut command: clap::Command, output: &Output) -> Exit {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "apiloom", &mut script);
        output.data(&String::from_utf8_lossy(&script))
    }
}
