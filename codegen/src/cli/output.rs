//! What every command prints the same way: data to standard output, findings and progress to standard error.

use super::{Exit, Global};
use anstream::AutoStream;
use apiloom_codegen::render::{self, Colour, Finding, Format};
use apiloom_codegen::{Code, Severity};
use std::fmt::Display;
use std::io::{self, Write as _};
use std::path::Path;

/// Findings that people are shown unless they ask for all.
const LIMIT: usize = 20;

/// How this run prints.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    quiet: bool,
    pub(crate) verbose: bool,
    limit: usize,
    choice: anstream::ColorChoice,
}

impl Output {
    pub(super) fn new(global: &Global) -> Self {
        let choice = match global.color {
            clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
            clap::ColorChoice::Always => anstream::ColorChoice::AlwaysAnsi,
            clap::ColorChoice::Never => anstream::ColorChoice::Never,
        };
        Self {
            quiet: global.quiet,
            verbose: global.verbose,
            limit: if global.all { usize::MAX } else { LIMIT },
            choice,
        }
    }

    /// Data, to standard output. A reader that stops reading (`| head`) is no fault.
    pub(crate) fn data(&self, text: &str) -> Exit {
        let mut stream = AutoStream::new(io::stdout(), self.choice).lock();
        match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                self.error(&format!("cannot write to standard output: {error}"));
                Exit::Usage
            }
            _ => Exit::Ok,
        }
    }

    /// Writes data to a file, or prints it.
    pub(crate) fn document(&self, path: Option<&Path>, text: &str) -> Exit {
        let Some(path) = path else { return self.data(text) };
        match replace(path, text) {
            Ok(()) => Exit::Ok,
            Err(error) => {
                self.error(&format!("cannot write {}: {error}", path.display()));
                Exit::Usage
            }
        }
    }

    /// How many findings people are shown.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// A line about what happened, to standard error.
    pub(crate) fn note(&self, text: impl Display) {
        if !self.quiet {
            self.diagnostic(&format!("{text}\n"));
        }
    }

    /// What is wrong beyond the schema, to standard error.
    pub(crate) fn error(&self, text: &str) {
        let style = anstyle::AnsiColor::BrightRed.on_default().bold();
        // Names of files may hold anything; line breaks are ours.
        let text = text.lines().map(render::clean).collect::<Vec<_>>().join("\n");
        self.diagnostic(&format!("{style}error{style:#}: {text}\n"));
    }

    /// Bytes to standard error; when that is closed there is nobody to tell.
    fn diagnostic(&self, text: &str) {
        let mut stream = AutoStream::new(io::stderr(), self.choice).lock();
        let _ = stream.write_all(text.as_bytes());
    }

    /// Prints findings: for people to standard error, with a count; for machines to standard output.
    pub(crate) fn findings(&self, findings: &[Finding<'_>], format: Format) {
        // The stream takes colours out where they are not wanted.
        let text = render::render(findings, format, Colour::Ansi, self.limit);
        if format != Format::Text {
            self.data(&text);
            return;
        }
        self.diagnostic(&text);
        if !findings.is_empty() {
            let more = findings.len().saturating_sub(self.limit);
            let more =
                if more > 0 { format!("; {more} not shown, `--all` shows them") } else { String::new() };
            self.note(format_args!("{}{more}", render::summary(findings)));
        }
    }
}

/// How a run with these findings ends.
pub(crate) fn exit_of<'a>(findings: impl IntoIterator<Item = &'a Finding<'a>>) -> Exit {
    findings
        .into_iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| match finding.rule.id {
            id if id == Code::NotOpenApi.id() || id == Code::Swagger2.id() => Exit::Input,
            id if id.starts_with("A01") => Exit::Input,
            id if id.starts_with("A08") => Exit::Usage,
            _ => Exit::Findings,
        })
        .max()
        .unwrap_or(Exit::Ok)
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
