//! Findings for machines: JSON, SARIF, continuous integration, code review.

use super::{Finding, Place, Rule, clean, severity_word};
use crate::diagnostic::Severity;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// An array with one object a finding.
pub(super) fn json(findings: &[Finding<'_>]) -> String {
    let list: Vec<Value> = findings
        .iter()
        .map(|found| {
            let related: Vec<Value> = found
                .related
                .iter()
                .map(|(place, text)| json!({ "place": json_place(place), "message": text }))
                .collect();
            json!({
                "code": found.rule.id,
                "severity": severity_word(found.severity),
                "message": found.message,
                "help": found.help,
                "place": json_place(&found.place),
                "related": related,
            })
        })
        .collect();
    pretty(&Value::Array(list))
}

fn json_place(place: &Place<'_>) -> Value {
    json!({
        "path": place.path,
        "start": { "line": place.start.line, "column": place.start.column },
        "end": { "line": place.end.line, "column": place.end.column },
    })
}

/// SARIF 2.1.0 (OASIS standard, 27 March 2020): section 3.14 runs, 3.27 results, 3.49 rules.
pub(super) fn sarif(findings: &[Finding<'_>]) -> String {
    let rules: BTreeSet<Rule<'_>> = findings.iter().map(|found| found.rule).collect();
    let rules: Vec<Value> = rules
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.title },
                "defaultConfiguration": { "level": sarif_level(rule.severity) },
            })
        })
        .collect();
    let results: Vec<Value> = findings.iter().map(sarif_result).collect();
    pretty(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "apiloom",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_HOMEPAGE"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn sarif_result(found: &Finding<'_>) -> Value {
    let text = match found.help {
        Some(help) => format!("{}\nhelp: {help}", found.message),
        None => found.message.to_owned(),
    };
    let related: Vec<Value> = found
        .related
        .iter()
        .map(|(place, text)| {
            let mut location = sarif_location(place);
            location["message"] = json!({ "text": text });
            location
        })
        .collect();
    let mut result = json!({
        "ruleId": found.rule.id,
        "level": sarif_level(found.severity),
        "message": { "text": text },
        "locations": [sarif_location(&found.place)],
    });
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    if !found.tags.is_empty() {
        // Section 3.8.2: a property bag may have tags.
        result["properties"] = json!({ "tags": found.tags });
    }
    result
}

fn sarif_location(place: &Place<'_>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(place.path) } });
    if place.exact {
        physical["region"] = json!({
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        });
    }
    json!({ "physicalLocation": physical })
}

fn sarif_level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A path as a relative or absolute reference (RFC 3986, section 3.3): what is no path character is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(byte as char)
            }
            _ => write!(out, "%{byte:02X}").expect("writing to a String cannot fail"),
        }
    }
    out
}

/// Workflow commands: data and properties have their own escapes.
pub(super) fn github(findings: &[Finding<'_>]) -> String {
    let mut out = String::new();
    for found in findings {
        let command = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let path = github_property(found.place.path);
        let (start, end) = (found.place.start, found.place.end);
        let (id, message) = (found.rule.id, github_data(found.message));
        let help = found.help.map(|help| format!("%0Ahelp: {}", github_data(help))).unwrap_or_default();
        let place = format!("line={},col={},endLine={}", start.line, start.column, end.line);
        writeln!(out, "::{command} file={path},{place},title={id}::{message}{help}")
            .expect("writing to a String cannot fail");
    }
    out
}

fn github_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A code quality report (a subset of the Code Climate format). The fingerprint leaves lines out, so that a finding that
/// only moved stays the same finding; the same finding twice is numbered.
pub(super) fn gitlab(findings: &[Finding<'_>]) -> String {
    let mut seen = std::collections::BTreeMap::new();
    let list: Vec<Value> = findings
        .iter()
        .map(|found| {
            let key = format!("{} {} {}", found.rule.id, found.place.path, found.message);
            let count: &mut u32 = seen.entry(key.clone()).or_default();
            *count += 1;
            json!({
                "description": found.message,
                "check_name": found.rule.id,
                "fingerprint": format!("{:016x}", fnv1a(&format!("{key} {count}"))),
                "severity": match found.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                "location": { "path": found.place.path, "lines": { "begin": found.place.start.line } },
            })
        })
        .collect();
    pretty(&Value::Array(list))
}

/// FNV-1a, 64 bits: an identity that must not change between versions, not a safeguard.
pub(crate) fn fnv1a(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// One test case a finding; warnings pass, their text is kept.
pub(super) fn junit(findings: &[Finding<'_>]) -> String {
    let failures = findings.iter().filter(|found| found.severity == Severity::Error).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let head =
        format!("<testsuite name=\"apiloom\" tests=\"{}\" failures=\"{failures}\">", findings.len().max(1));
    out.push_str("<testsuites>\n");
    out.push_str(&head);
    out.push('\n');
    if findings.is_empty() {
        out.push_str("<testcase classname=\"apiloom\" name=\"no findings\"/>\n");
    }
    for found in findings {
        let class = xml(found.place.path);
        let name = format!("{} line {}", found.rule.id, found.place.start.line);
        let message = xml(found.message);
        let text = xml(&super::text(std::slice::from_ref(found), super::Colour::None, 1));
        let body = match found.severity {
            Severity::Error => format!("<failure message=\"{message}\">{text}</failure>"),
            Severity::Warning | Severity::Info => format!("<system-out>{text}</system-out>"),
        };
        writeln!(out, "<testcase classname=\"{class}\" name=\"{name}\">{body}</testcase>")
            .expect("writing to a String cannot fail");
    }
    out.push_str("</testsuite>\n</testsuites>\n");
    out
}

/// Text or attribute value of XML 1.0; characters that XML cannot hold (section 2.2) become U+FFFD.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}')
            }
            _ => out.push(character),
        }
    }
    out
}

/// A table, for a comment on a change.
pub(super) fn markdown(findings: &[Finding<'_>], limit: usize) -> String {
    let mut out = format!("**apiloom**: {}\n", super::summary(findings));
    if findings.is_empty() {
        return out;
    }
    out.push_str("\n| | code | place | finding |\n|---|---|---|---|\n");
    for found in findings.iter().take(limit) {
        let word = severity_word(found.severity);
        let id = found.rule.id;
        let place = format!("{}:{}", markdown_text(found.place.path), found.place.start.line);
        let help = found.help.map(|help| format!("<br>{}", markdown_text(help))).unwrap_or_default();
        writeln!(out, "| {word} | {id} | {place} | {}{help} |", markdown_text(found.message))
            .expect("writing to a String cannot fail");
    }
    if findings.len() > limit {
        writeln!(out, "\n{} more.", findings.len() - limit).expect("writing to a String cannot fail");
    }
    out
}

/// Text that Markdown must not read as markup (CommonMark, section 2.4), on one line.
pub(crate) fn markdown_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in clean(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '@' | '#' => out.push_str(&format!("&#{};", u32::from(character))),
            _ if character.is_ascii_punctuation() && !matches!(character, '.' | ',' | '/' | '-' | '\'') => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("values with text keys always print");
    text.push('\n');
    text
}
