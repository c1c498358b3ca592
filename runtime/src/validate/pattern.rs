//! `pattern`: regular expressions of ECMA-262 (as JSON Schema wants them), on the `regex` crate, which is linear in the
//! text whatever the expression. Those with look-around or back-references go to `fancy-regex`, with a limit on the steps
//! that it may take: a text that would take more is refused.

use regex::Regex;
use std::collections::HashMap;
use std::sync::{OnceLock, PoisonError, RwLock};

/// How often an expression with look-around or back-references may go back in one text: some milliseconds.
const MOST_BACKTRACKS: usize = 100_000;

/// A compiled expression.
#[derive(Debug, Clone)]
pub(crate) enum Pattern {
    /// Without look-around and back-references.
    Linear(Regex),
    /// With them.
    Backtracking(Box<fancy_regex::Regex>),
}

impl Pattern {
    /// Is it found in the text? Where that would take too long, it is not.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Linear(regex) => regex.is_match(text),
            Self::Backtracking(regex) => regex.is_match(text).unwrap_or(false),
        }
    }

    fn new(pattern: &str) -> Result<Self, String> {
        let translated = translate(pattern);
        Regex::new(&translated).map(Self::Linear).or_else(|error| {
            let regex = fancy_regex::RegexBuilder::new(&for_backtracking(&translated))
                .backtrack_limit(MOST_BACKTRACKS)
                .build();
            regex.map(|regex| Self::Backtracking(Box::new(regex))).map_err(|_| error.to_string())
        })
    }
}

/// The ends of words in ASCII, which only look-around says there.
fn for_backtracking(translated: &str) -> String {
    const WORD: &str = "[0-9A-Za-z_]";
    let edge = format!("(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))");
    let inside = format!("(?:(?<={WORD})(?={WORD})|(?<!{WORD})(?!{WORD}))");
    translated.replace("(?-u:\\b)", &edge).replace("(?-u:\\B)", &inside)
}

/// Compiled expressions by the address of their text: each text is a literal of generated code.
type Cache = RwLock<HashMap<(usize, usize), Option<Pattern>>>;

static CACHE: OnceLock<Cache> = OnceLock::new();

/// Is the expression found in the text? One that cannot be compiled is found everywhere (and logged once).
pub(crate) fn matches(pattern: &'static str, text: &str) -> bool {
    let cache = CACHE.get_or_init(Cache::default);
    let key = (pattern.as_ptr().addr(), pattern.len());
    let known = cache.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = known.get(&key) {
        return regex.as_ref().is_none_or(|regex| regex.is_match(text));
    }
    drop(known);
    let regex = compile(pattern);
    let found = regex.as_ref().is_none_or(|regex| regex.is_match(text));
    cache.write().unwrap_or_else(PoisonError::into_inner).insert(key, regex);
    found
}

/// Compiles an expression; one that cannot be is logged.
pub(crate) fn compile(pattern: &str) -> Option<Pattern> {
    Pattern::new(pattern)
        .inspect_err(|error| tracing::warn!(pattern, %error, "a pattern of the schema cannot be checked"))
        .ok()
}

/// Is this text an expression that can be checked?
pub(crate) fn is_regex(text: &str) -> bool {
    Pattern::new(text).is_ok()
}

/// Spells an ECMA expression for the `regex` crate: classes are ASCII there, and some escapes differ.
fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => escape(&mut chars, in_class, &mut out),
            '[' if in_class => out.push_str("\\["),
            '[' => {
                in_class = true;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                    if chars.next_if_eq(&']').is_some() {
                        // `[^]` is any character.
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
            // `regex` reads `&&`, `--` and `~~` in a class as set operations.
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(c);
            }
            '$' if !in_class => out.push_str("\\z"),
            c => out.push(c),
        }
    }
    out
}

fn escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, in_class: bool, out: &mut String) {
    let Some(c) = chars.next() else {
        out.push_str("\\\\");
        return;
    };
    match c {
        'd' => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
        'D' => out.push_str("[^0-9]"),
        'w' => out.push_str(if in_class { "0-9A-Za-z_" } else { "[0-9A-Za-z_]" }),
        'W' => out.push_str("[^0-9A-Za-z_]"),
        'b' if in_class => out.push_str("\\x08"),
        'b' => out.push_str("(?-u:\\b)"),
        'B' => out.push_str("(?-u:\\B)"),
        '0' => out.push_str("\\x00"),
        'c' => match chars.next() {
            Some(letter) if letter.is_ascii_alphabetic() => {
                out.push_str(&format!("\\x{:02X}", u32::from(letter) % 32));
            }
            other => {
                out.push_str("\\\\c");
                out.extend(other);
            }
        },
        'u' if chars.peek() == Some(&'{') => out.push_str("\\x"),
        // Letters and digits mean the same there, or are refused (back-references).
        c if c.is_ascii_alphanumeric() => {
            out.push('\\');
            out.push(c);
        }
        c => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_regex, matches};

    #[test]
    fn ecma_expressions() {
        assert!(matches(r"^\d{2}\/x$", "12/x"));
        assert!(!matches(r"^\d$", "٣"), "digits are ASCII");
        assert!(matches("b", "abc"), "found anywhere");
        assert!(!matches("^a$", "a\n"), "the end is the end");
        assert!(matches(r"^[\w.-]+$", "a-b.c"));
        assert!(matches(r"^(?<year>\d{4})$", "2024"));
        assert!(matches(r"\cJ", "\n"));
        assert!(matches(r"^[^]$", "\n"));
        assert!(matches(r"^\u0041$", "A"));
        assert!(matches("(unclosed", "what cannot be checked passes"));
        assert!(!is_regex("(unclosed"));
    }

    #[test]
    fn look_around_and_back_references() {
        let strong = r"^(?=.*[A-Z])(?=.*\d).{8,}$";
        assert!(matches(strong, "abcdefG1") && !matches(strong, "abcdefg1") && !matches(strong, "aG1"));
        let not_zero = r"^(?!00)[0-9]{4}$";
        assert!(matches(not_zero, "0123") && !matches(not_zero, "0012") && !matches(not_zero, "0123\n"));
        assert!(matches(r"^(a|b)\1$", "aa") && !matches(r"^(a|b)\1$", "ab"));
        assert!(matches(r"^(?<q>['\x22]).*\k<q>$", "'a'") && !matches(r"^(?<q>['\x22]).*\k<q>$", "'a\""));
        assert!(matches(r"(?<!\$)\bprice", "a price") && !matches(r"(?<!\$)\bprice", "$price"));
        assert!(matches(r"^(?!x)\w+\b-\B$", "a-") && !matches(r"^(?!x)\d+$", "٣"), "classes are ASCII");
        assert!(is_regex("(?=a)") && !is_regex("(?=a"));
    }

    /// An expression that goes back and back is stopped, and the text refused.
    #[test]
    fn backtracking_is_bounded() {
        let started = std::time::Instant::now();
        let text = "a".repeat(1 << 20);
        for pattern in [r"^(a+)+(?=b)\1$", r"^(a|aa)*(?!a)(b)\2$", r"(a*)*\1b"] {
            assert!(!matches(pattern, &text), "{pattern}");
            assert!(!matches(pattern, &text[..40]), "{pattern}");
        }
        assert!(started.elapsed().as_secs() < 30, "{:?}", started.elapsed());
    }
}
