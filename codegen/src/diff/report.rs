//! Changes as text: for people, for machines, as a change log.

use super::{Change, Level, rules};
use crate::diagnostic::Severity;
use crate::render::{self, Finding, Format, LineIndex, Rule};
use crate::source::{FileId, Sources, Span};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The two documents.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// The old one.
    pub old: &'a Sources,
    /// The new one.
    pub new: &'a Sources,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Breaking => Self::Error,
            Level::Dangerous => Self::Warning,
            Level::Safe => Self::Info,
        }
    }
}

/// Changes as findings: their place is in the new document, or in the old one when it is gone from there.
#[must_use]
pub fn findings<'a>(changes: &'a [Change], messages: &'a [String], sides: Sides<'a>) -> Vec<Finding<'a>> {
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    changes
        .iter()
        .zip(messages)
        .map(|(change, message)| {
            let old = change.old.map(|span| render::place(sides.old, span, &mut before));
            let new = change.new.map(|span| render::place(sides.new, span, &mut after));
            let (place, related) = match (new, old) {
                (Some(new), Some(old)) => (new, vec![(old, "before")]),
                (Some(one), None) | (None, Some(one)) => (one, Vec::new()),
                (None, None) => (render::place(sides.new, Span::default(), &mut after), Vec::new()),
            };
            let severity = change.level.into();
            let rule = Rule {
                id: &change.id,
                title: &change.id,
                severity: rules::find(&change.id).map_or(severity, |rule| rule.level.into()),
            };
            let tags = change.categories.iter().map(|one| one.word()).collect();
            Finding { rule, severity, message, help: None, place, related, tags }
        })
        .collect()
}

/// The sentence of each change, with its operation and whom it concerns.
#[must_use]
pub fn messages(changes: &[Change]) -> Vec<String> {
    changes
        .iter()
        .map(|change| {
            let concerns = change.concerns();
            match (change.method.as_str(), change.path.as_str()) {
                ("", _) => format!("{} ({concerns})", change.text),
                (method, path) => format!("{method} {path}: {} ({concerns})", change.text),
            }
        })
        .collect()
}

/// The changes in a format; `limit` bounds how many people are shown.
#[must_use]
pub fn render(changes: &[Change], sides: Sides<'_>, format: Format, limit: usize) -> String {
    match format {
        Format::Json => json(changes, sides),
        Format::Markdown => markdown(changes),
        Format::Text | Format::Sarif | Format::Github | Format::Gitlab | Format::Junit => {
            let messages = messages(changes);
            render::render(&findings(changes, &messages, sides), format, render::Colour::Ansi, limit)
        }
    }
}

/// One object a change, in an array.
fn json(changes: &[Change], sides: Sides<'_>) -> String {
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    let list: Vec<Value> = changes
        .iter()
        .map(|change| {
            json!({
                "id": change.id,
                "level": change.level.to_string(),
                "categories": change.categories.iter().map(|one| one.word()).collect::<Vec<_>>(),
                "method": change.method,
                "path": change.path,
                "place": change.place,
                "text": change.text,
                "old": change.old.map(|span| place(sides.old, span, &mut before)),
                "new": change.new.map(|span| place(sides.new, span, &mut after)),
                "fingerprint": change.fingerprint(),
            })
        })
        .collect();
    format!("{:#}\n", Value::Array(list))
}

fn place(sources: &Sources, span: Span, indexes: &mut BTreeMap<FileId, LineIndex>) -> Value {
    let place = render::place(sources, span, indexes);
    json!({ "file": place.path, "line": place.start.line, "column": place.start.column })
}

/// A change log: a heading a level, the operations below it.
fn markdown(changes: &[Change]) -> String {
    let mut out = String::from("# Changes\n");
    for (level, title) in
        [(Level::Breaking, "Breaking"), (Level::Dangerous, "Dangerous"), (Level::Safe, "Safe")]
    {
        let mut last = None;
        for change in changes.iter().filter(|change| change.level == level) {
            if last.is_none() {
                push(&mut out, format_args!("\n## {title}\n"));
            }
            let name = heading(change);
            if last.as_ref() != Some(&name) {
                push(&mut out, format_args!("\n### {}\n\n", markdown_line(&name)));
                last = Some(name);
            }
            push(
                &mut out,
                format_args!("- {} ({}; {})\n", markdown_line(&change.text), change.id, change.concerns()),
            );
        }
    }
    if changes.is_empty() {
        out.push_str("\nNothing changed.\n");
    }
    out
}

/// What a change is told under: its operation, in GraphQL the type it is in; a name between backticks.
#[must_use]
pub fn heading(change: &Change) -> String {
    let plain = |text: &str| text.replace('`', "");
    match (change.method.as_str(), change.path.split('.').next().unwrap_or_default()) {
        ("", "") => "The whole".to_owned(),
        ("", name) => format!("`{}`", plain(name)),
        (method, _) => format!("`{method} {}`", plain(&change.path)),
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String cannot fail");
}

/// How many changes of each level there are, in words.
#[must_use]
pub fn summary(changes: &[Change]) -> String {
    let parts: Vec<String> = [Level::Breaking, Level::Dangerous, Level::Safe]
        .into_iter()
        .map(|level| (changes.iter().filter(|change| change.level == level).count(), level))
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| format!("{count} {level}"))
        .collect();
    if parts.is_empty() { "no changes".to_owned() } else { parts.join(", ") }
}

/// A sentence in which names stand between backticks: those become code, the rest is escaped.
fn markdown_line(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| match at % 2 {
            0 => render::markdown_text(part).replace("\\:", ":"),
            _ => format!("`{}`", render::clean(part)),
        })
        .collect()
}
