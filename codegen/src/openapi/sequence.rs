//! Bodies that are sequences: by `itemSchema` (OpenAPI 3.2, section 4.14), or by the older habit of describing one item
//! of a sequential media type as its `schema`.

use std::collections::HashSet;

use super::document::{address, reference};
use super::lower::{Lower, step};
use super::tree::Node;
use crate::code::Code;
use crate::ir::{Extent, Format, Kind, Prim, Ty};

/// The type of a body, or of its items.
pub(crate) fn value<'t>(
    lower: &mut Lower<'t, '_>,
    media_type: &str,
    media: &'t Node,
    path: &[String],
) -> (Ty, Extent) {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Some(item) = media.get("itemSchema") {
        if is_sequence(&essence) || essence.starts_with("multipart/") {
            if essence == EVENTS {
                find_embedded(lower, item, &mut HashSet::new());
            }
            let path = if reference(item).is_some() { path.to_vec() } else { step(path, "item") };
            return (lower.ty(item, &path), Extent::Items);
        }
        let message = format!("`{essence}` is no sequence, so its `itemSchema` says nothing");
        lower.document.report(Code::NoSequence, item.span, message).help("describe the whole as `schema`");
    }
    let Some(schema) = media.get("schema") else {
        return (Ty::any(), if is_sequence(&essence) { Extent::Items } else { Extent::Whole });
    };
    if essence == EVENTS {
        find_embedded(lower, schema, &mut HashSet::new());
    }
    if is_sequence(&essence)
        && let Some(array) =
            lower.document.follow(schema).filter(|schema| schema.get("prefixItems").is_none())
        && let Some(item) = array.get("items").filter(|item| item.as_map().is_some())
    {
        return (lower.ty(item, &step(path, "item")), Extent::Items);
    }
    let ty = lower.ty(schema, path);
    // Bytes are handed over as they are.
    let whole = !is_sequence(&essence) || ty.kind == Kind::Prim(Prim::String(Format::Binary));
    (ty, if whole { Extent::Whole } else { Extent::Items })
}

/// Server-sent events.
const EVENTS: &str = "text/event-stream";

/// Media types whose bodies are items one after the other.
pub(crate) fn is_sequence(essence: &str) -> bool {
    const JSON_LINES: [&str; 8] = [
        "application/jsonl",
        "application/x-jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
        "application/json-lines",
        "application/ndjson",
        "application/x-ndjson",
        "application/stream+json",
    ];
    essence == EVENTS
        || essence == "application/json-seq"
        || essence.ends_with("+json-seq")
        || JSON_LINES.contains(&essence)
        || essence.ends_with("+jsonl")
}

/// Marks the `data` of events that is text with JSON in it (`contentSchema`): its type is that of the JSON.
fn find_embedded<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, seen: &mut HashSet<usize>) {
    let Some(node) = lower.document.follow(node) else { return };
    if !seen.insert(address(node)) {
        return;
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        for member in node.get(key).and_then(Node::as_list).unwrap_or_default() {
            find_embedded(lower, member, seen);
        }
    }
    let Some(data) = node.get("properties").and_then(|properties| properties.get("data")) else { return };
    let Some(content) = data.get("contentSchema") else { return };
    let media = data.get("contentMediaType").and_then(Node::as_str).unwrap_or("application/json");
    let is_text = lower
        .document
        .follow(content)
        .is_none_or(|content| content.get("type").and_then(Node::as_str) == Some("string"));
    // JSON that is a text cannot be told from the text itself.
    if media.to_ascii_lowercase().contains("json") && !is_text {
        lower.embedded.insert(address(data));
    }
}
