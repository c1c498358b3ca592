//! Texts that a regular expression matches, out of its parsed form.

use super::random::Random;
use regex_syntax::hir::{Class, Hir, HirKind};

/// How long a text may get.
const MAX_LENGTH: usize = 2_000;

/// The parsed form of an ECMA-262 expression, without what it looks ahead or back at, which only says what does not fit;
/// `None` when it has parts (back-references) that have none.
pub(super) fn parse(pattern: &str) -> Option<Hir> {
    regex_syntax::ParserBuilder::new().nest_limit(100).build().parse(&plain(&without_looks(pattern))).ok()
}

/// An expression without its look-around.
fn without_looks(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(first) = rest.chars().next() {
        let is_look = !in_class && ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|open| rest.starts_with(open));
        let taken = match first {
            _ if is_look => group(rest),
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => first.len_utf8(),
        };
        in_class = (in_class || first == '[') && first != ']';
        let (piece, after) = rest.split_at(taken);
        if !is_look {
            out.push_str(piece);
        }
        rest = after;
    }
    out
}

/// The length of a group in parentheses, with which a text begins.
fn group(text: &str) -> usize {
    let (mut depth, mut in_class, mut escaped) = (0, false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            ']' => in_class = false,
            '[' => in_class = true,
            '(' if !in_class => depth += 1,
            ')' if !in_class => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// Spells the expression for the parser: `\d` and `\w` are ASCII, `\/` is a slash.
fn plain(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let (mut letters, mut in_class) = (pattern.chars().peekable(), false);
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('\\', Some('d')) => {
                letters.next();
                out.push_str(if in_class { "0-9" } else { "[0-9]" });
            }
            ('\\', Some('w')) => {
                letters.next();
                out.push_str(if in_class { "0-9A-Za-z_" } else { "[0-9A-Za-z_]" });
            }
            ('\\', Some(next)) if !next.is_ascii_alphanumeric() => {
                out.push_str(&regex::escape(&next.to_string()));
                letters.next();
            }
            ('\\', Some(_)) => {
                out.push(letter);
                out.extend(letters.next());
            }
            ('[', _) if in_class => out.push_str("\\["),
            ('[', _) => {
                in_class = true;
                out.push('[');
            }
            (']', _) => {
                in_class = false;
                out.push(']');
            }
            ('&' | '~', _) if in_class => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    out
}

/// A text that matches; what repeats does so between its least and `more` times more.
pub(super) fn text(random: &mut Random, hir: &Hir, more: u32) -> String {
    let mut out = String::new();
    write(random, hir, more, &mut out);
    out
}

fn write(random: &mut Random, hir: &Hir, more: u32, out: &mut String) {
    if out.len() > MAX_LENGTH {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(letter(random, class)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX).min(repetition.min.saturating_add(more));
            let times = random.between(i128::from(repetition.min), i128::from(most));
            for _ in 0..times {
                if out.len() > MAX_LENGTH {
                    return;
                }
                write(random, &repetition.sub, more, out);
            }
        }
        HirKind::Capture(capture) => write(random, &capture.sub, more, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(random, part, more, out)),
        HirKind::Alternation(parts) => {
            if let Some(part) = random.pick(parts) {
                write(random, part, more, out);
            }
        }
    }
}

/// A letter of a class: one that can be read, where there is one.
fn letter(random: &mut Random, class: &Class) -> Option<char> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => class.ranges().iter().map(|r| (r.start().into(), r.end().into())).collect(),
        Class::Bytes(class) => class.ranges().iter().map(|r| (r.start().into(), r.end().into())).collect(),
    };
    let within = |low: u32, high: u32| -> Vec<(u32, u32)> {
        ranges.iter().map(|(a, b)| (*a.max(&low), *b.min(&high))).filter(|(a, b)| a <= b).collect()
    };
    let letters: Vec<(u32, u32)> =
        [within(0x61, 0x7a), within(0x41, 0x5a), within(0x30, 0x39)].into_iter().flatten().collect();
    let chosen = [letters, within(0x21, 0x7e), within(0x20, 0x20), ranges.clone()];
    let chosen = chosen.iter().find(|list| !list.is_empty())?;
    let (low, high) = *random.pick(chosen)?;
    char::from_u32(u32::try_from(random.between(low.into(), high.into())).ok()?)
        .or_else(|| char::from_u32(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_match() {
        let patterns = [
            r"^[a-z]{3,8}-\d+$",
            r"^(foo|bar)?baz+$",
            r"^\/path\/[^/]+$",
            r"^[\w.-]+@[\w-]+\.[a-z]{2,}$",
            "^$",
            r"^#[0-9a-fA-F]{6}$",
            r"^[^\s]+$",
            r"^\+?[1-9]\d{1,14}$",
            r"^.{10}$",
            "abc",
            r"^[[\]]+$",
        ];
        for pattern in patterns {
            let hir = parse(pattern).unwrap_or_else(|| unreachable!("{pattern} is parsed"));
            let check = regex::Regex::new(&plain(pattern)).expect("the parser took it");
            for seed in 0..50 {
                let text = text(&mut Random::new(seed, &[]), &hir, 4);
                assert!(check.is_match(&text), "{pattern} does not match {text:?}");
            }
        }
        assert!(parse(r"(a)\1").is_none());
        for (looking, plain) in [
            (r"^(?!a[)]|\))b(?=.)$", "^b$"),
            (r"(?<!x)[(?=]\(?=(?<=(a)(b))(?<n>c)", r"[(?=]\(?=(?<n>c)"),
            ("(?=never closed", ""),
            ("\\", "\\"),
        ] {
            assert_eq!(without_looks(looking), plain);
        }
    }
}
