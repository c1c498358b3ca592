//! Links of responses.

use super::document::unescape;
use super::lower::Lower;
use super::tree::Node;
use crate::code::Code;
use crate::ir::{Decl, Link, LinkTarget};

pub(crate) fn links<'t>(lower: &mut Lower<'t, '_>, response: &'t Node) -> Vec<Link> {
    let mut all = Vec::new();
    for entry in lower.document.entries(response, "links") {
        let Some(node) = lower.document.follow(&entry.value) else { continue };
        if lower.document.map(node, "a link").is_none() {
            continue;
        }
        lower.document.known(
            node,
            &[
                "$ref",
                "summary",
                "operationRef",
                "operationId",
                "parameters",
                "requestBody",
                "description",
                "server",
            ],
        );
        let Some(target) = target(lower, node) else { continue };
        let mut decl = Decl::given(&*entry.key, entry.at);
        decl.docs = lower.document.docs(node);
        decl.hints = lower.document.hints(node);
        let params = lower.document.entries(node, "parameters");
        let params = params.iter().map(|entry| (entry.key.to_string(), entry.value.to_json())).collect();
        all.push(Link { decl, target, params, body: node.get("requestBody").map(Node::to_json) });
    }
    all
}

fn target<'t>(lower: &mut Lower<'t, '_>, node: &'t Node) -> Option<LinkTarget> {
    if let Some(id) = lower.document.text(node, "operationId") {
        return Some(LinkTarget::Id(id.to_owned()));
    }
    let Some(text) = lower.document.text(node, "operationRef") else {
        lower
            .document
            .report(Code::BadLink, node.span, "the link names no operation; it is left out")
            .help("add `operationId` or `operationRef`");
        return None;
    };
    let steps: Vec<String> =
        text.split_once('#').map_or("", |(_, pointer)| pointer).split('/').map(unescape).collect();
    let route = match steps.as_slice() {
        [_, paths, path, method] if paths == "paths" => Some((method, path)),
        [_, paths, path, more, method] if paths == "paths" && more == "additionalOperations" => {
            Some((method, path))
        }
        _ => None,
    };
    let Some((method, path)) = route.filter(|_| text.starts_with('#')) else {
        let at = node.get("operationRef").map_or(node.span, |at| at.span);
        let message = format!("`{text}` is no operation of this document; the link is left out");
        lower
            .document
            .report(Code::BadLink, at, message)
            .help("write `#/paths/~1pets~1{id}/get`, or use `operationId`");
        return None;
    };
    Some(LinkTarget::Route(method.to_ascii_uppercase(), path.clone()))
}
