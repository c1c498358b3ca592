//! Declarations: a macro call that declares a type and its table at once, laid out as a careful person would.

use super::docs::Docs;
use super::print::{Page, WIDTH, columns};
use super::text::text;
use proc_macro2::TokenStream;

/// The widest line that holds more than one part.
const NARROW: usize = 100;

/// Such as `apiloom::params! { pub struct GetPetParams { path required id: i64 } }`.
#[derive(Debug, Default)]
pub(super) struct Declaration {
    /// The macro's path, without `!`.
    pub(super) name: TokenStream,
    /// What stands before the inner braces.
    pub(super) head: TokenStream,
    /// Of the type.
    pub(super) docs: Docs,
    pub(super) parts: Vec<Part>,
    /// Whether each part has a line of its own where they do not all stand on one.
    pub(super) lines: bool,
    /// After so many parts `;` stands in place of the comma; 0: never.
    pub(super) group: usize,
    /// Checks of the whole.
    pub(super) checks: Vec<String>,
    /// What stands behind the inner braces.
    pub(super) word: TokenStream,
    /// Statements of a closure `|this, v|` behind the inner braces.
    pub(super) tail: Vec<String>,
}

/// A field or variant.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) docs: Docs,
    pub(super) tokens: TokenStream,
    /// Checks, by name and with what they take.
    pub(super) checks: Vec<String>,
    /// What stands behind the checks.
    pub(super) tail: TokenStream,
}

impl Page {
    /// Adds a declaration, a blank line before.
    pub(super) fn declare(&mut self, one: &Declaration) {
        self.text("\n");
        self.text(&one.print());
    }

    /// Adds an item of one line, a blank line before.
    pub(super) fn single(&mut self, docs: &Docs, item: &TokenStream) {
        self.text(&format!("\n{}{}\n", docs.print(""), text(item)));
    }
}

impl Declaration {
    /// On one line if it is a short one without documentation, else with lines inside.
    pub(super) fn print(&self) -> String {
        let close = self.close();
        let open = format!("{}! {{ {} {{", text(&self.name), text(&self.head));
        let line = self.parts.iter().map(Part::line).collect::<Vec<_>>().join(", ");
        let line = if line.is_empty() { format!("{open}{close}") } else { format!("{open} {line} {close}") };
        let bare = self.docs.is_empty() && self.parts.iter().all(|part| part.docs.is_empty());
        if bare && columns(&line) <= NARROW && !line.contains('\n') {
            return line + "\n";
        }
        let line = |(n, part): (usize, &Part)| {
            let ends = (n + 1).checked_rem(self.group) == Some(0) && n + 1 < self.parts.len();
            format!("{}    {}{}\n", part.docs.print("    "), part.print(), if ends { ';' } else { ',' })
        };
        let lines = if self.lines { self.parts.iter().enumerate().map(line).collect() } else { self.list() };
        format!("{open}\n{}{lines}{close}\n", self.docs.print_inner("    "))
    }

    /// The parts: each that has documentation on a line of its own, the others several to a line.
    fn list(&self) -> String {
        let mut out = String::new();
        let mut line = String::new();
        for part in &self.parts {
            let entry = format!("{},", part.print());
            let own = !part.docs.is_empty() || entry.contains('\n');
            if (own || columns(&line) + columns(&entry) + 1 > NARROW) && !line.is_empty() {
                out.push_str(&(std::mem::take(&mut line) + "\n"));
            }
            out.push_str(&part.docs.print("    "));
            line.push_str(if line.is_empty() { "    " } else { " " });
            line.push_str(&entry);
            if own {
                out.push_str(&(std::mem::take(&mut line) + "\n"));
            }
        }
        if line.is_empty() { out } else { out + &line + "\n" }
    }

    fn close(&self) -> String {
        let checks = (!self.checks.is_empty()).then(|| format!(" [{}]", self.checks.join(" ")));
        let word = (!self.word.is_empty()).then(|| format!(" {}", text(&self.word)));
        let open = format!("}}{}{}", checks.unwrap_or_default(), word.unwrap_or_default());
        match self.tail.as_slice() {
            [] => open + " }",
            [one] if !one.contains('\n') && columns(one) + 15 <= NARROW => {
                format!("{open} |this, v| {one} }}")
            }
            many => {
                let lines: Vec<String> =
                    many.iter().map(|one| format!("    {}\n", one.replace('\n', "\n    "))).collect();
                format!("{open} |this, v|\n{}}}", lines.concat())
            }
        }
    }
}

impl Part {
    /// All on one line, as far as the checks let it.
    fn line(&self) -> String {
        let checks = (!self.checks.is_empty()).then(|| format!("[{}]", self.checks.join(" ")));
        [text(&self.tokens), checks.unwrap_or_default(), text(&self.tail)]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Checks that make the line too wide stand below.
    fn print(&self) -> String {
        let line = self.line();
        if self.checks.is_empty() || columns(&line) + 5 <= WIDTH && !line.contains('\n') {
            return line;
        }
        let mut out = format!("{}\n        [", text(&self.tokens));
        let mut width = 9;
        for (n, check) in self.checks.iter().enumerate() {
            let full = width + columns(check) + 2 > WIDTH;
            match (n, full) {
                (0, _) => {}
                (_, true) => {
                    out.push_str("\n         ");
                    width = 9;
                }
                (_, false) => out.push(' '),
            }
            out.push_str(&check.replace('\n', "\n        "));
            width += columns(check.rsplit('\n').next().unwrap_or_default()) + 1;
        }
        let tail = if self.tail.is_empty() { String::new() } else { format!(" {}", text(&self.tail)) };
        format!("{out}]{tail}")
    }
}
