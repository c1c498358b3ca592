//! `apiloom version`: for people and for scripts.

use super::Exit;
use super::output::Output;
use apiloom_codegen::Target;
use clap::{Args, ValueEnum as _};

/// Prints the version.
#[derive(Debug, Args)]
pub(crate) struct Version {
    /// As a JSON object, with what this version can generate
    #[arg(long)]
    json: bool,
}

impl Version {
    pub(super) fn run(&self, output: &Output) -> Exit {
        let version = env!("CARGO_PKG_VERSION");
        if !self.json {
            return output.data(&format!("apiloom {version}\n"));
        }
        let targets: Vec<String> = Target::value_variants()
            .iter()
            .filter_map(|target| Some(target.to_possible_value()?.get_name().to_owned()))
            .collect();
        let value = serde_json::json!({
            "name": "apiloom",
            "version": version,
            "targets": targets,
            "openapi": ["3.0", "3.1", "3.2"],
        });
        output.data(&format!("{value:#}\n"))
    }
}
