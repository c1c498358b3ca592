//! Which of several media types is served, and how its body reaches the handler.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Content, Endpoint, Format, Kind, Prim, Response, Status, Ty};

/// How a body is read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// JSON, of a type.
    Json,
    /// A form, of a type.
    Form,
    /// Text.
    Text,
    /// Bytes in memory.
    Bytes,
    /// An unread stream.
    Raw,
}

/// What travels with an endpoint.
#[derive(Debug, Clone)]
pub struct Served {
    /// The path with the base path of the server; `None`: another operation answers there.
    pub path: Option<String>,
    /// The request body: how it is read, and which of its contents.
    pub body: Option<ServedBody>,
    /// By index of the responses: how its body is written, and which of its contents; `None`: no body.
    pub responses: Vec<Option<(Payload, usize)>>,
    /// By index of the responses: the values that it may hold; none: no body.
    pub replies: Vec<Vec<super::reply::Choice>>,
}

/// How the request body is read.
#[derive(Debug, Clone)]
pub struct ServedBody {
    /// How it is read.
    pub payload: Payload,
    /// Index into the body's contents.
    pub content: usize,
    /// Further media types of the same kind that are accepted, beyond what the kind always takes.
    pub also: Vec<String>,
}

/// Decides for an endpoint.
#[must_use]
pub fn serve(api: &Api, endpoint: &Endpoint) -> Served {
    let body = endpoint.body.as_ref().and_then(|body| {
        let (payload, content) = choose(api, &body.content, &REQUEST_ORDER)?;
        let also = body
            .content
            .iter()
            .filter(|other| payload_of(api, other) == payload)
            .map(|other| essence(&other.media_type));
        let mut also: Vec<String> = also.filter(|other| !always(payload, other)).collect();
        also.dedup();
        Some(ServedBody { payload, content, also })
    });
    // Nothing writes forms: an answer that is one is handed over as it is.
    let unread = |(payload, n)| (if payload == Payload::Form { Payload::Raw } else { payload }, n);
    let responses = endpoint.responses.iter();
    let responses =
        responses.map(|response| choose(api, &response.content, &RESPONSE_ORDER).map(unread)).collect();
    let replies = endpoint.responses.iter().map(|one| super::reply::choices(api, endpoint, one)).collect();
    Served { path: Some(format!("{}{}", api.base_path(), endpoint.path)), body, responses, replies }
}

const REQUEST_ORDER: [Payload; 5] =
    [Payload::Json, Payload::Form, Payload::Text, Payload::Bytes, Payload::Raw];
const RESPONSE_ORDER: [Payload; 5] =
    [Payload::Json, Payload::Text, Payload::Bytes, Payload::Raw, Payload::Form];

fn choose(api: &Api, contents: &[Content], order: &[Payload]) -> Option<(Payload, usize)> {
    order.iter().find_map(|wanted| {
        contents.iter().position(|content| payload_of(api, content) == *wanted).map(|n| (*wanted, n))
    })
}

/// What a kind of payload takes without being told.
fn always(payload: Payload, media_type: &str) -> bool {
    match payload {
        Payload::Json => media_type == "application/json" || media_type.ends_with("+json"),
        Payload::Form => media_type == "application/x-www-form-urlencoded",
        Payload::Text => media_type == "text/plain",
        Payload::Bytes => media_type == "application/octet-stream",
        Payload::Raw => true,
    }
}

/// How content of a media type is handled.
fn payload_of(api: &Api, content: &Content) -> Payload {
    let essence = essence(&content.media_type);
    let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
    if is_json(&essence) {
        return Payload::Json;
    }
    match (kind, subtype) {
        ("application", "x-www-form-urlencoded") => Payload::Form,
        ("*" | "application", "*") if is_binary(api, &content.ty) => Payload::Bytes,
        ("*" | "application", "*") => Payload::Json,
        ("text", "event-stream") | ("multipart", _) => Payload::Raw,
        ("text", _) => Payload::Text,
        ("image" | "audio" | "video" | "font", _) => Payload::Bytes,
        ("application", "octet-stream" | "pdf" | "zip" | "gzip") => Payload::Bytes,
        _ if is_binary(api, &content.ty) => Payload::Bytes,
        _ => Payload::Raw,
    }
}

/// JSON itself, or a type with the suffix `+json` (RFC 6839).
pub(super) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json")
}

/// The media type in lower case, without parameters.
#[must_use]
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_binary(api: &Api, ty: &Ty) -> bool {
    matches!(api.resolve(ty).0, Kind::Prim(Prim::String(Format::Binary)))
}

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    for endpoint in &mut api.endpoints {
        if endpoint.responses.is_empty() {
            let decl = crate::ir::Decl::given("default", endpoint.decl.span);
            let (headers, content, links) = (Vec::new(), Vec::new(), Vec::new());
            endpoint.responses.push(Response { status: Status::Default, decl, headers, content, links });
        }
    }
    for endpoint in &api.endpoints {
        if let Some(body) = &endpoint.body {
            report(api, &body.content, &REQUEST_ORDER, "request body", diagnostics);
        }
        for response in &endpoint.responses {
            report(api, &response.content, &RESPONSE_ORDER, "response", diagnostics);
        }
    }
}

fn report(api: &Api, contents: &[Content], order: &[Payload], what: &str, diagnostics: &mut Diagnostics) {
    let Some((payload, n)) = choose(api, contents, order) else { return };
    let chosen = &contents[n];
    let alike = |content: &Content| payload_of(api, content) == payload && what == "request body";
    let others: Vec<String> = contents
        .iter()
        .enumerate()
        .filter(|(other, content)| *other != n && !alike(content))
        .map(|(_, content)| format!("`{}`", shown(&content.media_type)))
        .collect();
    if !others.is_empty() {
        let message = format!(
            "of this {what}'s media types only `{}` is served, not {}",
            shown(&chosen.media_type),
            others.join(", ")
        );
        diagnostics.report(Code::OtherMediaTypes, chosen.span, message);
    }
    if payload == Payload::Raw || (payload == Payload::Form && what == "response") {
        let message = format!("`{}` of this {what} is handed over unread", shown(&chosen.media_type));
        diagnostics.report(Code::NoMediaType, chosen.span, message);
    }
}

/// A media type in a message.
pub(super) fn shown(media_type: &str) -> String {
    media_type.chars().take(80).collect::<String>().escape_debug().to_string()
}
