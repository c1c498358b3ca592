//! Documentation: the schema's CommonMark as rustdoc takes it. What rustdoc would read as more than text (HTML, links to
//! items, bare addresses, code to test) is escaped or marked, line by line.

use crate::ir::{Decl, Deprecation};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

/// Outer documentation: its lines, free of what could end a comment or turn text around.
#[derive(Debug, Clone, Default)]
pub(super) struct Docs(Vec<String>);

impl Docs {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The comments, each on its line.
    pub(super) fn print(&self, indent: &str) -> String {
        let line = |line: &String| format!("{indent}///{}{line}\n", if line.is_empty() { "" } else { " " });
        self.0.iter().map(line).collect()
    }

    /// The comments as they stand inside of what they are about.
    pub(super) fn print_inner(&self, indent: &str) -> String {
        let line = |line: &String| format!("{indent}//!{}{line}\n", if line.is_empty() { "" } else { " " });
        self.0.iter().map(line).collect()
    }
}

impl ToTokens for Docs {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let lines = self.0.iter().map(|line| literal(line));
        tokens.extend(quote!(#(#[doc = #lines])*));
    }
}

/// Documentation of a declaration: its texts, and that it is deprecated.
pub(super) fn decl(decl: &Decl) -> Docs {
    let mut text = decl.docs.clone();
    if let Some(Deprecation { reason }) = &decl.deprecated {
        let note = if reason.is_empty() { "Deprecated.".to_owned() } else { format!("Deprecated: {reason}") };
        text = format!("{text}\n\n{note}");
    }
    outer(&text)
}

/// Outer documentation from CommonMark.
pub(super) fn outer(text: &str) -> Docs {
    Docs(clean(text))
}

/// Inner documentation from CommonMark.
pub(super) fn inner(text: &str) -> TokenStream {
    let lines = clean(text).into_iter().map(|line| literal(&line));
    quote!(#(#![doc = #lines])*)
}

fn literal(line: &str) -> Literal {
    Literal::string(&if line.is_empty() { String::new() } else { format!(" {line}") })
}

/// The lines as they may stand in documentation.
fn clean(text: &str) -> Vec<String> {
    let text: String =
        text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|letter| !is_hidden(*letter)).collect();
    let mut lines: Vec<String> = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    for line in text.trim().lines() {
        let line = line.replace('\t', "    ");
        match (fence, fence_of(&line)) {
            (None, Some((mark, length, _))) => {
                // The fence is pulled out of lists and quotes: there only its own end can end it.
                let ticks: String = std::iter::repeat_n(mark, length).collect();
                lines.push(format!("{ticks}text"));
                fence = Some((mark, length));
            }
            (Some((mark, length)), Some((closing, long, ""))) if closing == mark && long >= length => {
                lines.push(std::iter::repeat_n(mark, long).collect());
                fence = None;
            }
            (Some(_), _) => lines.push(line.trim_end().to_owned()),
            (None, None) => lines.push(prose(&unindented(&line))),
        }
    }
    if let Some((mark, length)) = fence {
        lines.push(std::iter::repeat_n(mark, length).collect());
    }
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines
}

/// Control characters, and those that turn the direction of text (CVE-2021-42574) or hide in it.
fn is_hidden(letter: char) -> bool {
    (letter.is_control() && letter != '\n' && letter != '\t')
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{061c}')
}

/// Mark, length and info string, when the line is a code fence, in a list or quote or not (CommonMark 0.31, section 4.5).
fn fence_of(line: &str) -> Option<(char, usize, &str)> {
    let mut rest = line.trim_start_matches([' ', '>']);
    if let Some(after) = rest.strip_prefix(['-', '*', '+']).filter(|after| after.starts_with(' ')) {
        rest = after.trim_start();
    } else if let Some((number, after)) = rest.split_once(['.', ')'])
        && !number.is_empty()
        && number.len() < 10
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && after.starts_with(' ')
    {
        rest = after.trim_start();
    }
    let mark = rest.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let length = rest.chars().take_while(|letter| *letter == mark).count();
    let info = rest[length..].trim();
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, length, info))
}

/// Four spaces would make code that rustdoc runs: never more than three, at the start or behind the mark of a list.
fn unindented(line: &str) -> String {
    let content = line.trim_start();
    let spaces = (line.len() - content.len()).min(3);
    let mut out = " ".repeat(spaces);
    let mut rest = content;
    loop {
        let mark = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
        let mark = if rest[mark..].starts_with(['.', ')']) && mark > 0 {
            mark + 1
        } else {
            usize::from(rest.starts_with(['-', '*', '+', '>']))
        };
        let after = rest[mark..].trim_start();
        let gap = rest.len() - mark - after.len();
        if mark == 0 || (gap == 0 && !rest.starts_with('>')) {
            break;
        }
        out.push_str(&rest[..mark]);
        out.push_str(&" ".repeat(gap.min(3)));
        rest = after;
    }
    out.push_str(rest.trim_end());
    out
}

/// One line outside of code: HTML and brackets are escaped, addresses become links.
fn prose(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (text, taken) = match first {
            '`' => code_span(rest),
            '\\' => escaped(rest),
            '<' => autolink(rest).unwrap_or(("\\<".to_owned(), 1)),
            '[' => link(rest).unwrap_or(("\\[".to_owned(), 1)),
            'h' => address(rest).unwrap_or(("h".to_owned(), 1)),
            other => (other.to_string(), other.len_utf8()),
        };
        out.push_str(&text);
        rest = &rest[taken..];
    }
    out
}

/// A code span that ends on the same line is kept; other ticks are escaped.
fn code_span(text: &str) -> (String, usize) {
    let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
    let mut at = ticks;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let length = text[start..].bytes().take_while(|byte| *byte == b'`').count();
        at = start + length;
        if length == ticks {
            return (text[..at].to_owned(), at);
        }
    }
    ("\\`".repeat(ticks), ticks)
}

fn escaped(text: &str) -> (String, usize) {
    match text[1..].chars().next() {
        Some(sign) if sign.is_ascii_punctuation() => (text[..2].to_owned(), 2),
        _ => ("\\\\".to_owned(), 1),
    }
}

fn autolink(text: &str) -> Option<(String, usize)> {
    let end = text.find('>')?;
    let inside = &text[1..end];
    let fine = is_address(inside) && !inside.contains(|letter: char| letter.is_whitespace() || letter == '<');
    fine.then(|| (text[..=end].to_owned(), end + 1))
}

/// `[text](https://…)` stays a link; everything else in brackets could be taken for the name of an item.
fn link(text: &str) -> Option<(String, usize)> {
    let middle = text.find("](")?;
    let label = &text[1..middle];
    let target = &text[middle + 2..];
    let end = target.find(')')?;
    let address = &target[..end];
    let fine = (is_address(address) || address.starts_with("mailto:"))
        && !label.contains(['[', ']', '`', '<', '\\'])
        && !label.trim().is_empty()
        && !address.contains(|letter: char| {
            letter.is_whitespace() || matches!(letter, '<' | '>' | '(' | '\\' | '`')
        });
    fine.then(|| (format!("[{label}]({address})"), middle + 2 + end + 1))
}

/// A bare address becomes a link.
fn address(text: &str) -> Option<(String, usize)> {
    if !is_address(text) {
        return None;
    }
    let stop = |letter: char| letter.is_whitespace() || "<>()[]\"'`\\{}|*".contains(letter);
    let whole = &text[..text.find(stop).unwrap_or(text.len())];
    let whole = whole.trim_end_matches(['.', ',', ';', ':', '!', '?', '_']);
    (whole.len() > "https://".len()).then(|| (format!("<{whole}>"), whole.len()))
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::clean;

    fn check(text: &str, expected: &str) {
        assert_eq!(clean(text).join("\n"), expected, "{text:?}");
    }

    #[test]
    fn text_stays_text() {
        check("A <b>pet</b>.", "A \\<b>pet\\</b>.");
        check(
            "See [Pet] and [x](y) and [site](https://a.b/c).",
            "See \\[Pet] and \\[x](y) and [site](https://a.b/c).",
        );
        check("Go to https://a.b/c.", "Go to <https://a.b/c>.");
        check("`Vec<T>` and `` a`b `` and ` open", "`Vec<T>` and `` a`b `` and \\` open");
        check("a\u{202e}b\u{0}c\rd", "abc\nd");
        check("<https://a.b>", "<https://a.b>");
    }

    #[test]
    fn code_is_never_run() {
        check("```\nfn x() {}\n```", "```text\nfn x() {}\n```");
        check("- ```js\n  x\n  ```\n- y", "```text\n  x\n```\n- y");
        check("    indented", "indented");
        check("a\n\n      b", "a\n\n   b");
        check("-      b", "-   b");
        check("~~~\nopen", "~~~text\nopen\n~~~");
    }
}
