//! `apiloom bundle`: a schema of several files as one.

use super::Exit;
use super::input::{self, Reading};
use super::output::{Output, exit_of};
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, Severity, openapi};
use clap::Args;
use std::path::{Path, PathBuf};

/// Puts a schema of several files into one JSON document.
#[derive(Debug, Args)]
pub(crate) struct Bundle {
    /// The entry file
    file: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// Where to write it; standard output when left out
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Bundle {
    pub(super) fn run(&self, output: &Output) -> Exit {
        let sources = match input::load(&self.file, &self.reading, output) {
            Ok(sources) => sources,
            Err(exit) => return exit,
        };
        // Lowering is what looks at every reference.
        let mut diagnostics = Diagnostics::default();
        let _ = openapi::lower(&sources, openapi::Reading::Practice, &mut diagnostics);
        diagnostics.retain(|found| found.severity == Severity::Error);
        let findings = render::findings(&sources, &diagnostics);
        output.findings(&findings, Format::Text);
        let exit = exit_of(&findings);
        if exit != Exit::Ok {
            return exit;
        }
        let text = pretty(openapi::bundle(&sources));
        match &self.output {
            None => output.data(&text),
            Some(path) => match replace(path, &text) {
                Ok(()) => Exit::Ok,
                Err(error) => {
                    output.error(&format!("cannot write {}: {error}", path.display()));
                    Exit::Usage
                }
            },
        }
    }
}

/// Indented; the keys stay in their order and numbers keep their text.
fn pretty(text: String) -> String {
    match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(value) => format!("{value:#}\n"),
        Err(_) => text,
    }
}

/// Replaces a file by one rename, and only when it holds something else.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    if std::fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let staged = path.with_file_name(name);
    let written = std::fs::File::create(&staged).and_then(|mut file| {
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&staged, path)
    });
    if written.is_err() {
        let _ = std::fs::remove_file(&staged);
    }
    written
}
