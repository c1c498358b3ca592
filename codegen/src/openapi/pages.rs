//! `x-pagination`: how the pages of a list follow each other, where it does not show by itself.

use super::document::nearest;
use super::lower::Lower;
use super::tree::Node;
use crate::code::Code;
use crate::ir::{PageKind, Pagination};

const KEYS: [&str; 4] = ["type", "items", "next", "param"];

/// Reads it from an operation.
pub(crate) fn read<'t>(lower: &mut Lower<'t, '_>, operation: &'t Node) -> Option<Pagination> {
    let said = operation.get("x-pagination")?;
    if said.lexeme() == Some("false") {
        return Some(Pagination { off: true, ..Pagination::new(said.span) });
    }
    let map = lower.document.map(said, "`x-pagination`")?;
    let mut page = Pagination::new(said.span);
    let mut sound = true;
    for entry in map.iter() {
        let Some(text) = entry.value.as_str() else {
            lower.document.wrong(&entry.value, "a value of `x-pagination`", "a text");
            sound = false;
            continue;
        };
        match &*entry.key {
            "type" => {
                page.kind = kind(lower, &entry.value, text);
                sound &= page.kind.is_some();
            }
            "items" => {
                page.items = pointer(lower, &entry.value, text);
                sound &= page.items.is_some();
            }
            "next" => {
                page.next = pointer(lower, &entry.value, text);
                sound &= page.next.is_some();
            }
            "param" => page.param = Some(text.to_owned()),
            unknown => {
                sound = false;
                let message = format!("`{}` is no key of `x-pagination`", unknown.escape_debug());
                let help = match nearest(unknown, KEYS.into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are {}", KEYS.join(", ")),
                };
                lower.document.report(Code::BadPagination, entry.at, message).help(help);
            }
        }
    }
    sound.then_some(page)
}

fn kind(lower: &mut Lower<'_, '_>, node: &Node, text: &str) -> Option<PageKind> {
    let found = PageKind::ALL.into_iter().find(|kind| kind.word() == text);
    if found.is_none() {
        let words = PageKind::ALL.map(PageKind::word);
        let help = match nearest(text, words.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", words.join(", ")),
        };
        let message = format!("`{}` is no kind of pagination", text.escape_debug());
        lower.document.report(Code::BadPagination, node.span, message).help(help);
    }
    found
}

/// RFC 6901.
fn pointer(lower: &mut Lower<'_, '_>, node: &Node, text: &str) -> Option<Vec<String>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let Some(rest) = text.strip_prefix('/') else {
        let message = format!("`{}` is no JSON pointer", text.escape_debug());
        lower
            .document
            .report(Code::BadPagination, node.span, message)
            .help("it starts with `/`, as in `/data`");
        return None;
    };
    Some(rest.split('/').map(|step| step.replace("~1", "/").replace("~0", "~")).collect())
}
