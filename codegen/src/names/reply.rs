//! Names of what belongs to a response beside its variant: an enum where it has several bodies, with a variant for each
//! media type, and the functions of its links.

use super::case::{self, Case};
use super::http::{ReplyIdents, status_name};
use super::scope::{Scope, Slot};
use crate::diagnostic::Diagnostics;
use crate::ir::{Endpoint, Response};

/// Wishes for the enums, by index of the endpoint's responses.
pub(super) fn wish(endpoint: &Endpoint, method: &str, types: &mut Scope) -> Vec<Option<Slot>> {
    let base = case::identifier(method, Case::Pascal, 1);
    let several = |response: &Response| {
        let status = status_name(response.status);
        let spellings = ["", "Body", "Answer"].map(|end| format!("{base}{status}{end}"));
        (response.content.len() > 1).then(|| types.derive(spellings.to_vec(), response.decl.span))
    };
    endpoint.responses.iter().map(several).collect()
}

/// The variants: `Json`, `Text`, `Events`, or what the media type is called after the slash.
pub(super) fn spell(response: &Response, name: &str, diagnostics: &mut Diagnostics) -> ReplyIdents {
    let mut scope = Scope::new(format!("body of {name}"), Case::Pascal, &["Self"]);
    for content in &response.content {
        let essence = content.media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
        let short = match essence.as_str() {
            "application/octet-stream" | "*/*" | "application/*" => "Binary".to_owned(),
            "text/plain" | "text/*" => "Text".to_owned(),
            "text/event-stream" => "Events".to_owned(),
            "application/jsonl" | "application/x-ndjson" | "application/ndjson" => "JsonLines".to_owned(),
            "multipart/mixed" => "Parts".to_owned(),
            _ if subtype == "*" => case::identifier(kind, Case::Pascal, 1),
            _ => case::identifier(subtype.strip_prefix("x-").unwrap_or(subtype), Case::Pascal, 1),
        };
        let long = case::identifier(&content.media_type, Case::Pascal, 1);
        scope.derive(vec![short, long], content.span);
    }
    ReplyIdents { name: name.to_owned(), variants: scope.settle(diagnostics) }
}

/// The functions of links. All answers of an operation share one enum, so a link may step aside for another one's.
pub(super) fn links(endpoint: &Endpoint, diagnostics: &mut Diagnostics) -> Vec<Vec<String>> {
    let mut scope = Scope::new("link", Case::Snake, &["into_reply"]);
    for response in &endpoint.responses {
        for link in &response.links {
            let short = case::identifier(&link.decl.name.text(), Case::Snake, 1);
            let long = case::identifier(
                &format!("{} {}", link.decl.name.text(), status_name(response.status)),
                Case::Snake,
                1,
            );
            scope.derive(vec![short, long], link.decl.span);
        }
    }
    let mut names = scope.settle(diagnostics).into_iter();
    let of = |response: &Response| names.by_ref().take(response.links.len()).collect();
    endpoint.responses.iter().map(of).collect()
}
