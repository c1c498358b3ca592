//! `apiloom new`: a service that builds, runs and has tests.

use super::Exit;
use super::output::Output;
use clap::Args;

/// Makes a new service.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// Name of the package and its folder
    name: String,
}

impl New {
    pub(super) fn run(&self, output: &Output) -> Exit {
        output.error(&format!("{} cannot be made yet", self.name));
        Exit::Usage
    }
}
