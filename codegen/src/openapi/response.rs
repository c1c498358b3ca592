//! Bodies, responses and headers.

use super::document::reference;
use super::form::encodings;
use super::lower::{Lower, step};
use super::param::{component_path, examples, value};
use super::tree::Node;
use crate::code::Code;
use crate::ir::{Body, Content, Decl, Explode, Header, Response, Status, Style};

pub(crate) fn request_body<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, path: &[String]) -> Option<Body> {
    let own = component_path(node, path);
    let path = if reference(node).is_some() { own } else { step(&own, "body") };
    let node = lower.document.follow(node)?;
    lower.document.map(node, "a request body")?;
    lower.document.known(node, &["$ref", "description", "content", "required", "summary"]);
    let content = content(lower, node, &path);
    if content.is_empty() {
        lower.document.report(
            Code::MissingField,
            node.span,
            "the request body has no `content`; it is left out",
        );
        return None;
    }
    let docs = lower.document.text(node, "description").unwrap_or_default().trim().to_owned();
    let required = lower.document.flag(node, "required") == Some(true);
    Some(Body { docs, required, content, span: node.span })
}

fn content<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, path: &[String]) -> Vec<Content> {
    let mut all = Vec::new();
    for entry in lower.document.entries(node, "content") {
        if !entry.key.contains('/') {
            lower.document.report(
                Code::BadMediaType,
                entry.at,
                format!("`{}` is not a media type", entry.key),
            );
            continue;
        }
        let Some(media) = lower.document.follow(&entry.value) else { continue };
        lower.document.known(
            media,
            &[
                "schema",
                "example",
                "examples",
                "encoding",
                "itemSchema",
                "prefixEncoding",
                "itemEncoding",
                "$ref",
            ],
        );
        let (mut ty, extent) = super::sequence::value(lower, &entry.key, media, path);
        super::residue::patch(lower, &entry.key, media, &mut ty);
        all.push(Content {
            media_type: entry.key.to_string(),
            ty,
            encodings: encodings(lower, media),
            extent,
            examples: examples(media),
            span: entry.at,
        });
    }
    all
}

pub(crate) fn responses<'t>(
    lower: &mut Lower<'t, '_>,
    operation: &'t Node,
    path: &[String],
) -> Vec<Response> {
    let mut all: Vec<Response> = Vec::new();
    for entry in lower.document.entries(operation, "responses") {
        if entry.key.starts_with("x-") {
            continue;
        }
        let Some(status) = status_of(&entry.key) else {
            lower
                .document
                .report(
                    Code::BadStatus,
                    entry.at,
                    format!("`{}` is not a status code; the response is left out", entry.key),
                )
                .help("write a code from 100 to 599, a class such as `4XX`, or `default`");
            continue;
        };
        let own = component_path(&entry.value, path);
        let path = if reference(&entry.value).is_some() { own } else { step(&own, &status_word(status)) };
        let Some(node) = lower.document.follow(&entry.value) else { continue };
        if lower.document.map(node, "a response").is_none() {
            continue;
        }
        lower.document.known(node, &["$ref", "summary", "description", "headers", "content", "links"]);
        let mut decl = Decl::given(&*entry.key, entry.at);
        decl.docs = lower.document.docs(node);
        let headers = headers(lower, node, &path);
        let content = content(lower, node, &path);
        if all.iter().any(|known| known.status == status) {
            lower.document.report(
                Code::BadStatus,
                entry.at,
                format!("the status `{}` is described twice", entry.key),
            );
            continue;
        }
        let links = super::link::links(lower, node);
        all.push(Response { status, decl, headers, content, links });
    }
    if all.is_empty() {
        lower
            .document
            .report(Code::NoResponse, operation.span, "the operation describes no response; it answers 204")
            .help("describe at least one under `responses`");
        let mut decl = Decl::given("204", operation.span);
        decl.docs = "No response is described.".to_owned();
        let (headers, content, links) = (Vec::new(), Vec::new(), Vec::new());
        all.push(Response { status: Status::Code(204), decl, headers, content, links });
    }
    all.sort_by_key(|response| response.status == Status::Default);
    all
}

fn status_of(text: &str) -> Option<Status> {
    if text == "default" {
        return Some(Status::Default);
    }
    if text.len() == 3 && text[1..].eq_ignore_ascii_case("xx") {
        let class = text.chars().next()?.to_digit(10)?;
        return (1..=5).contains(&class).then_some(Status::Range(class as u8));
    }
    let code: u16 = text.parse().ok()?;
    (100..=599).contains(&code).then_some(Status::Code(code))
}

fn status_word(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(class) => format!("{class}xx"),
        Status::Default => "default".to_owned(),
    }
}

fn headers<'t>(lower: &mut Lower<'t, '_>, response: &'t Node, path: &[String]) -> Vec<Header> {
    let mut all = Vec::new();
    for entry in lower.document.entries(response, "headers") {
        if entry.key.eq_ignore_ascii_case("content-type") {
            continue; // OpenAPI 3.2, section 4.17: it shall be ignored.
        }
        let own = component_path(&entry.value, path);
        let Some(node) = lower.document.follow(&entry.value) else { continue };
        if lower.document.map(node, "a header").is_none() {
            continue;
        }
        let path = if reference(&entry.value).is_some() { own } else { step(&own, &entry.key) };
        let mut decl = Decl::given(&*entry.key, entry.at);
        decl.docs = lower.document.text(node, "description").unwrap_or_default().trim().to_owned();
        decl.hints = lower.document.hints(node);
        let (ty, content) = value(lower, node, &path);
        let exploded = lower.document.flag(node, "explode") == Some(true);
        let style = Style::Simple(if exploded { Explode::Yes } else { Explode::No });
        let style = content.map_or(style, Style::Content);
        let required = lower.document.flag(node, "required") == Some(true);
        all.push(Header { decl, ty, style, required });
    }
    all
}
