//! Findings for people, in the look that Rust users know from their compiler.

use super::excerpt::{excerpt, is_unsafe};
use super::{Finding, Place, severity_word};
use crate::diagnostic::Severity;
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;

/// Whether text carries colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Escape codes for colours.
    Ansi,
    /// Plain text.
    None,
}

struct Palette {
    severity: fn(Severity) -> Style,
    frame: Style,
    strong: Style,
}

const PLAIN: Palette = Palette { severity: |_| Style::new(), frame: Style::new(), strong: Style::new() };

const ANSI: Palette = Palette {
    severity: |severity| {
        let colour = match severity {
            Severity::Error => AnsiColor::BrightRed,
            Severity::Warning => AnsiColor::Yellow,
            Severity::Info => AnsiColor::BrightGreen,
        };
        colour.on_default().bold()
    },
    frame: AnsiColor::BrightBlue.on_default().bold(),
    strong: Style::new().bold(),
};

/// At most `limit` findings as text, each followed by an empty line.
#[must_use]
pub fn text(findings: &[Finding<'_>], colour: Colour, limit: usize) -> String {
    let palette = match colour {
        Colour::Ansi => ANSI,
        Colour::None => PLAIN,
    };
    let mut out = String::new();
    for finding in findings.iter().take(limit) {
        one(&mut out, finding, &palette);
        out.push('\n');
    }
    out
}

fn one(out: &mut String, finding: &Finding<'_>, palette: &Palette) {
    let Palette { severity, frame, strong } = palette;
    let mark = severity(finding.severity);
    let word = severity_word(finding.severity);
    let code = finding.rule.id;
    let message = clean(finding.message);
    let digits = std::iter::once(&finding.place)
        .chain(finding.related.iter().map(|(place, _)| place))
        .map(|place| place.start.line.to_string().len())
        .max()
        .unwrap_or(1);
    let gutter = " ".repeat(digits);
    push(out, format_args!("{mark}{word}[{code}]{mark:#}{strong}: {message}{strong:#}\n"));
    spot(out, &finding.place, "-->", (&gutter, frame));
    quoted(out, &finding.place, ('^', mark, ""), (&gutter, frame));
    for (place, text) in &finding.related {
        spot(out, place, ":::", (&gutter, frame));
        quoted(out, place, ('-', *frame, &clean(text)), (&gutter, frame));
    }
    if let Some(help) = finding.help {
        if finding.place.exact {
            push(out, format_args!("{gutter} {frame}|{frame:#}\n"));
        }
        let help = clean(help);
        push(out, format_args!("{gutter} {frame}={frame:#} {strong}help{strong:#}: {help}\n"));
    }
}

fn spot(out: &mut String, place: &Place<'_>, arrow: &str, (gutter, frame): (&str, &Style)) {
    let path = clean(place.path);
    push(out, format_args!("{gutter}{frame}{arrow}{frame:#} {path}"));
    if place.exact {
        push(out, format_args!(":{}:{}", place.start.line, place.start.column));
    }
    out.push('\n');
}

fn quoted(
    out: &mut String,
    place: &Place<'_>,
    (sign, mark, label): (char, Style, &str),
    (gutter, frame): (&str, &Style),
) {
    if !place.exact {
        return;
    }
    let cut = excerpt(place.line, place.within);
    let number = place.start.line;
    let digits = gutter.len();
    let carets = sign.to_string().repeat(cut.width.min(120));
    let space = " ".repeat(cut.offset);
    let text = cut.text;
    push(out, format_args!("{gutter} {frame}|{frame:#}\n"));
    push(out, format_args!("{frame}{number:>digits$} |{frame:#} {text}\n"));
    push(out, format_args!("{gutter} {frame}|{frame:#} {space}{mark}{carets}{mark:#}"));
    if !label.is_empty() {
        push(out, format_args!(" {mark}{label}{mark:#}"));
    }
    out.push('\n');
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a String cannot fail");
}

/// Text of a schema, made safe for a terminal and for one line: control and direction-changing characters are escaped,
/// and what is very long is cut.
#[must_use]
pub fn clean(text: &str) -> String {
    const LONGEST: usize = 2_000;
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for (count, character) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if is_unsafe(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}
