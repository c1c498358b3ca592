//! What every command prints the same way: data to standard output, findings and progress to standard error.

use super::{Exit, Global};
use anstream::AutoStream;
use apiloom_codegen::render::{self, Colour, Finding, Format};
use apiloom_codegen::{Code, Severity};
use std::fmt::Display;
use std::io::{self, Write as _};

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
