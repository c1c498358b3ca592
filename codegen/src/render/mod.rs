//! Findings as text: for terminals, for machines, for code review. Knows places and findings, prints nothing itself.

mod excerpt;
mod lines;
mod machine;
mod text;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::source::{FileId, Position, Sources, Span};
pub(crate) use lines::LineIndex;
pub(crate) use machine::{fnv1a, markdown_text};
use std::collections::BTreeMap;

pub use text::{Colour, clean, text};

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Format {
    /// For people: message, place, excerpt, help.
    #[default]
    Text,
    /// A JSON array, one object a finding.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// `JUnit` XML.
    Junit,
    /// A Markdown table, for a comment on a change.
    Markdown,
}

/// A finding whose places are looked up.
#[derive(Debug, Clone)]
pub struct Finding<'a> {
    /// What kind of finding.
    pub rule: Rule<'a>,
    /// How bad.
    pub severity: Severity,
    /// A sentence that the reader can act on.
    pub message: &'a str,
    /// What to do.
    pub help: Option<&'a str>,
    /// Where.
    pub place: Place<'a>,
    /// Other places, each with a short text.
    pub related: Vec<(Place<'a>, &'a str)>,
    /// Words that findings are sorted by.
    pub tags: Vec<&'static str>,
}

/// What kind of finding it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule<'a> {
    /// Its id, such as `A0201`.
    pub id: &'a str,
    /// A few words.
    pub title: &'a str,
    /// How bad it is unless configured otherwise.
    pub severity: Severity,
}

impl From<Code> for Rule<'static> {
    fn from(code: Code) -> Self {
        Self { id: code.id(), title: code.title(), severity: code.severity() }
    }
}

/// A place of a file, in lines and columns.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Path as shown to people.
    pub path: &'a str,
    /// Where it starts.
    pub start: Position,
    /// Where it ends; one past the last character.
    pub end: Position,
    /// False when the finding is about the file as a whole.
    pub exact: bool,
    line: &'a str,
    /// Bytes of `line` that the place covers.
    within: (usize, usize),
}

/// The findings with their places, errors first, then in document order. Each file is indexed once.
#[must_use]
pub fn findings<'a>(sources: &'a Sources, diagnostics: &'a Diagnostics) -> Vec<Finding<'a>> {
    let mut list: Vec<&Diagnostic> = diagnostics.iter().collect();
    list.sort_by_key(|found| (found.severity, found.span));
    let mut indexes = BTreeMap::new();
    list.into_iter()
        .map(|found| Finding {
            rule: found.code.into(),
            severity: found.severity,
            message: &found.message,
            help: found.help.as_deref(),
            place: place(sources, found.span, &mut indexes),
            related: found
                .related
                .iter()
                .map(|(span, text)| (place(sources, *span, &mut indexes), text.as_str()))
                .collect(),
            tags: Vec::new(),
        })
        .collect()
}

/// Looks up a place.
pub(crate) fn place<'a>(
    sources: &'a Sources,
    span: Span,
    indexes: &mut BTreeMap<FileId, LineIndex>,
) -> Place<'a> {
    let file = sources.file(span.file);
    let index = indexes.entry(span.file).or_insert_with(|| LineIndex::new(&file.text));
    let start = index.floor(&file.text, span.start as usize);
    let end = index.floor(&file.text, span.end as usize).max(start);
    let (line_start, line) = index.line(&file.text, start);
    Place {
        path: &file.path,
        start: index.position(&file.text, start),
        end: index.position(&file.text, end),
        exact: span.end > 0,
        line,
        within: ((start - line_start).min(line.len()), (end - line_start).min(line.len())),
    }
}

/// The findings in a format. `limit` bounds how many people are shown; machines get all.
#[must_use]
pub fn render(findings: &[Finding<'_>], format: Format, colour: Colour, limit: usize) -> String {
    match format {
        Format::Text => text(findings, colour, limit),
        Format::Json => machine::json(findings),
        Format::Sarif => machine::sarif(findings),
        Format::Github => machine::github(findings),
        Format::Gitlab => machine::gitlab(findings),
        Format::Junit => machine::junit(findings),
        Format::Markdown => machine::markdown(findings, limit),
    }
}

/// The word for a severity.
#[must_use]
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// `2 errors, 1 warning`; `no findings` when there is none.
#[must_use]
pub fn summary(findings: &[Finding<'_>]) -> String {
    let parts: Vec<String> =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")]
            .into_iter()
            .map(|(severity, word)| {
                (findings.iter().filter(|found| found.severity == severity).count(), word)
            })
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests;
