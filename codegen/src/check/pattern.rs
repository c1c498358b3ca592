//! Patterns must compile as the runtime will compile them; one that does not is dropped.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Rule};
use std::collections::HashMap;
use std::iter::Peekable;
use std::str::Chars;

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    let mut known: HashMap<String, Option<String>> = HashMap::new();
    api.each_ty_mut(&mut |ty, _| retain(&mut ty.rules, &mut known, diagnostics));
}

fn retain(rules: &mut Vec<Rule>, known: &mut HashMap<String, Option<String>>, diagnostics: &mut Diagnostics) {
    rules.retain_mut(|rule| match rule {
        Rule::PropertyNames(rules) => {
            retain(rules, known, diagnostics);
            !rules.is_empty()
        }
        Rule::Pattern(pattern, at) => {
            let fault = known.entry(pattern.clone()).or_insert_with(|| fault(pattern));
            if let Some(fault) = fault {
                let message = format!("the pattern is not checked: {fault}");
                diagnostics
                    .report(Code::BadPattern, *at, message)
                    .help("patterns are regular expressions of ECMA-262");
            }
            fault.is_none()
        }
        _ => true,
    });
}

/// Why a pattern cannot be checked.
fn fault(pattern: &str) -> Option<String> {
    let translated = translate(pattern);
    let error = regex::Regex::new(&translated).err()?;
    // What looks around or back goes there, as in the runtime; word boundaries are spelled otherwise for it.
    if fancy_regex::Regex::new(&translated.replace("(?-u:\\", "(?:\\")).is_ok() {
        return None;
    }
    let text = error.to_string();
    let last =
        text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("it is no regular expression");
    Some(last.trim_start_matches("error: ").to_owned())
}

/// Spells an ECMA-262 expression for the `regex` crate, as the runtime does: classes are ASCII, and some escapes differ.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut letters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => escape(&mut letters, in_class, &mut out),
            '[' if in_class => out.push_str("\\["),
            '[' => {
                in_class = true;
                out.push('[');
                if letters.next_if_eq(&'^').is_some() {
                    out.push('^');
                    if letters.next_if_eq(&']').is_some() {
                        in_class = false;
                        out.truncate(out.len() - 2);
                        out.push_str("(?s:.)");
                    }
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(letter);
            }
            '$' if !in_class => out.push_str("\\z"),
            other => out.push(other),
        }
    }
    out
}

fn escape(letters: &mut Peekable<Chars<'_>>, in_class: bool, out: &mut String) {
    let Some(letter) = letters.next() else {
        out.push_str("\\\\");
        return;
    };
    match letter {
        'd' => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
        'D' => out.push_str("[^0-9]"),
        'w' => out.push_str(if in_class { "0-9A-Za-z_" } else { "[0-9A-Za-z_]" }),
        'W' => out.push_str("[^0-9A-Za-z_]"),
        'b' if in_class => out.push_str("\\x08"),
        'b' => out.push_str("(?-u:\\b)"),
        'B' => out.push_str("(?-u:\\B)"),
        '0' => out.push_str("\\x00"),
        'c' => match letters.next() {
            Some(control) if control.is_ascii_alphabetic() => {
                out.push_str(&format!("\\x{:02X}", u32::from(control) % 32));
            }
            other => {
                out.push_str("\\\\c");
                out.extend(other);
            }
        },
        'u' if letters.peek() == Some(&'{') => out.push_str("\\x"),
        other if other.is_ascii_alphanumeric() => {
            out.push('\\');
            out.push(other);
        }
        other => out.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
    }
}

#[cfg(test)]
mod tests {
    use super::{fault, translate};
    use apiloom::{Checker, Format};

    /// The runtime has the translation once more, so that neither crate needs the other; here both must agree.
    #[test]
    fn the_runtime_agrees() {
        let patterns = [
            r"^\d{2}\/x$",
            r"^\D\W\S$",
            r"^[\w.-]+$",
            r"[^\d]",
            r"\bfoo\B",
            r"[\b]",
            r"\cJ",
            r"\c1",
            r"^[^]$",
            r"[]",
            "",
            r"[a&&b~~c--d]",
            r"[[a]",
            r"\u0041",
            r"\u{41}",
            r"\x41",
            r"^\p{L}+$",
            r"\0",
            r"^a$",
            "a{2,3}",
            "(?<n>a)",
            r"\-\_\/\#",
            "(?=x)",
            r"(a)\1",
            "(",
            "a{1000000}",
            "\\",
            "^\u{e9}.$",
        ];
        let texts = [
            "", "12/x", "a", "aa", "a\n", "\n", "A", "foo", "-_/#", "a-b.c", "é!", "&~", "[", "\u{8}",
            "\u{0}", "٣", "aBc",
        ];
        for pattern in patterns {
            let mut runtime = Checker::default();
            runtime.format((), pattern, Format::Regex);
            assert_eq!(fault(pattern).is_none(), runtime.is_clean(), "{pattern:?} compiles");
            let Ok(ours) = regex::Regex::new(&translate(pattern)) else { continue };
            for text in texts {
                let mut runtime = Checker::default();
                runtime.pattern((), text, pattern);
                assert_eq!(ours.is_match(text), runtime.is_clean(), "{pattern:?} in {text:?}");
            }
        }
    }

    #[test]
    fn patterns() {
        for good in [
            r"^\d{2}\/x$",
            r"^[\w.-]+$",
            r"\cJ",
            r"^[^]$",
            "",
            r"[a&&b]",
            r"\u0041",
            r"^\p{L}+$",
            "(?=x)",
            r"(a)\1",
            r"(?!a)\b",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in ["(", "a{1000000}", "(?=x", "[b-a]"] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
