//! Declarations: a macro call that declares a type and its table at once, laid out as a careful person would.

use super::docs::Docs;
use super::print::{Page, columns};
use super::text::text;
use proc_macro2::TokenStream;

/// The widest line that holds more than one part.
const WIDTH: usize = 100;

/// Such as `apiloom::params! { pub struct GetPetParams { path required id: i64 } }`.
#[derive(Debug)]
pub(super) struct Declaration {
    /// The macro's path, without `!`.
    pub(super) name: TokenStream,
    /// What stands before the inner braces.
    pub(super) head: TokenStream,
    /// Of the type.
    pub(super) docs: Docs,
    pub(super) parts: Vec<Part>,
    /// Statements of a closure `|this, v|` behind the inner braces.
    pub(super) tail: Vec<String>,
}

/// A field or variant.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) docs: Docs,
    pub(super) tokens: TokenStream,
}

impl Page {
    /// Adds a declaration, a blank line before.
    pub(super) fn declare(&mut self, one: &Declaration) {
        self.text("\n");
        self.text(&one.print());
    }
}

impl Declaration {
    fn print(&self) -> String {
        let open = format!("{}! {{ {} {{", text(&self.name), text(&self.head));
        let close = self.close();
        let line = self.parts.iter().map(|part| text(&part.tokens)).collect::<Vec<_>>().join(", ");
        let line = if line.is_empty() { format!("{open}{close}") } else { format!("{open} {line} {close}") };
        let bare = self.docs.is_empty() && self.parts.iter().all(|part| part.docs.is_empty());
        if bare && columns(&line) <= WIDTH && !line.contains('\n') {
            return line + "\n";
        }
        format!("{open}\n{}{}{close}\n", self.docs.print_inner("    "), self.list())
    }

    /// The parts: each that has documentation on a line of its own, the others several to a line.
    fn list(&self) -> String {
        let mut out = String::new();
        let mut line = String::new();
        for part in &self.parts {
            let entry = format!("{},", text(&part.tokens));
            let alone = !part.docs.is_empty() || columns(&line) + columns(&entry) + 1 > WIDTH;
            if alone && !line.is_empty() {
                out.push_str(&(std::mem::take(&mut line) + "\n"));
            }
            out.push_str(&part.docs.print("    "));
            line.push_str(if line.is_empty() { "    " } else { " " });
            line.push_str(&entry);
            if !part.docs.is_empty() {
                out.push_str(&(std::mem::take(&mut line) + "\n"));
            }
        }
        if line.is_empty() { out } else { out + &line + "\n" }
    }

    fn close(&self) -> String {
        match self.tail.as_slice() {
            [] => "} }".to_owned(),
            [one] if !one.contains('\n') && columns(one) + 15 <= WIDTH => format!("}} |this, v| {one} }}"),
            many => {
                let lines: Vec<String> =
                    many.iter().map(|one| format!("    {}\n", one.replace('\n', "\n    "))).collect();
                format!("}} |this, v|\n{}}}", lines.concat())
            }
        }
    }
}
