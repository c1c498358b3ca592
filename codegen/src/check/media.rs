//! Which of several media types is served, and how its body reaches the handler.

use super::reply::{choices, unwritten};
use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Content, Endpoint, Extent, Format, Kind, Prim, Response, Status, Ty};

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
    /// A file, with ranges.
    File,
    /// A stream of server-sent events.
    Events(EventData),
    /// JSON Lines, a stream.
    JsonLines,
    /// A JSON text sequence, a stream.
    JsonSeq,
    /// `multipart/mixed` of JSON parts, a stream.
    Mixed,
    /// `multipart/…` of any parts, a stream.
    Parts,
}

/// What the type of a stream of events describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventData {
    /// The whole event.
    Event,
    /// Its data.
    Data,
    /// Nothing: the data is text.
    Text,
}

/// One way to read or write a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codec {
    /// How.
    pub payload: Payload,
    /// Index into the contents.
    pub content: usize,
    /// The media type, when it is not what the codec is for by itself.
    pub media: Option<String>,
}

impl Codec {
    /// What makes it differ from the others of a list.
    pub(super) fn word(&self) -> (Payload, Option<&str>) {
        (self.payload, self.media.as_deref())
    }
}

/// A value that a body may be: codecs of one type, the first being the default; never empty.
pub type Choice = Vec<Codec>;

/// What travels with an endpoint.
#[derive(Debug, Clone)]
pub struct Served {
    /// The path with the base path of the server; `None`: another operation answers there.
    pub path: Option<String>,
    /// What variables of the path must look like, where that decides between two paths.
    pub fits: Vec<(String, super::route::Fits)>,
    /// How the request body is read: codecs of one type, the first being the default; none: there is no body.
    pub body: Vec<Codec>,
    /// By index of the responses: the values that it may hold, and how each is written; none: there is no body.
    pub responses: Vec<Vec<Choice>>,
}

/// Decides for an endpoint.
#[must_use]
pub fn serve(api: &Api, endpoint: &Endpoint) -> Served {
    let body = endpoint.body.as_ref().map(|body| request(api, &body.content)).unwrap_or_default();
    let responses = endpoint.responses.iter().map(|one| choices(api, endpoint, one)).collect();
    Served { path: Some(format!("{}{}", api.base_path(), endpoint.path)), fits: Vec::new(), body, responses }
}

/// The codecs of a request body.
fn request(api: &Api, contents: &[Content]) -> Vec<Codec> {
    codecs(api, contents, &REQUEST_ORDER, |payload, content| {
        let plain = essence(&content.media_type);
        Codec { payload, content: 0, media: (!always(payload, &plain)).then_some(plain) }
    })
}

/// The first content in the order of preference, and every other that has the same Rust type.
fn codecs(
    api: &Api,
    contents: &[Content],
    order: &[Payload],
    codec: impl Fn(Payload, &Content) -> Codec,
) -> Vec<Codec> {
    let Some((first, n)) = choose(api, contents, order) else { return Vec::new() };
    let mut all = vec![Codec { content: n, ..codec(first, &contents[n]) }];
    for (other, content) in contents.iter().enumerate() {
        let payload = payload_of(api, content);
        let made = Codec { content: other, ..codec(payload, content) };
        let known = all.iter().any(|codec| (codec.payload, &codec.media) == (made.payload, &made.media));
        if !known && alike((first, &contents[n]), (payload, content)) {
            all.push(made);
        }
    }
    all
}

/// Do two contents have one Rust type?
fn alike((one, first): (Payload, &Content), (other, second): (Payload, &Content)) -> bool {
    // Codecs that make one Rust type of one schema.
    let family = |payload| match payload {
        Payload::Json | Payload::Form => Some(Extent::Whole),
        Payload::JsonLines | Payload::JsonSeq | Payload::Mixed | Payload::Events(EventData::Event) => {
            Some(Extent::Items)
        }
        Payload::Text
        | Payload::Bytes
        | Payload::Raw
        | Payload::File
        | Payload::Events(EventData::Data | EventData::Text)
        | Payload::Parts => None,
    };
    match (family(one), family(other)) {
        (None, None) => {
            one == other && (one != Payload::Events(EventData::Data) || first.ty.is_same(&second.ty))
        }
        (one, other) => one == other && first.ty.is_same(&second.ty),
    }
}

const REQUEST_ORDER: [Payload; 12] = [
    Payload::Json,
    Payload::Form,
    Payload::Text,
    Payload::JsonLines,
    Payload::JsonSeq,
    Payload::Events(EventData::Event),
    Payload::Events(EventData::Data),
    Payload::Events(EventData::Text),
    Payload::Mixed,
    Payload::Parts,
    Payload::Bytes,
    Payload::Raw,
];

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
        Payload::Raw | Payload::File => true,
        Payload::Events(_) => media_type == "text/event-stream",
        Payload::JsonLines => {
            matches!(media_type, "application/jsonl" | "application/x-ndjson" | "application/ndjson")
        }
        Payload::JsonSeq => media_type == "application/json-seq",
        Payload::Mixed | Payload::Parts => media_type == "multipart/mixed",
    }
}

/// How content of a media type is handled.
fn payload_of(api: &Api, content: &Content) -> Payload {
    let essence = essence(&content.media_type);
    let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
    if content.extent == Extent::Items {
        return super::reply::items(api, content);
    }
    if is_json(&essence) {
        return Payload::Json;
    }
    match (kind, subtype) {
        ("application", "x-www-form-urlencoded") => Payload::Form,
        ("*" | "application", "*") if is_binary(api, &content.ty) => Payload::Bytes,
        ("*" | "application", "*") => Payload::Json,
        ("multipart", "mixed" | "related" | "parallel" | "digest") => Payload::Parts,
        ("text", "event-stream") | ("multipart", _) => Payload::Raw,
        ("text", _) => Payload::Text,
        ("image" | "audio" | "video" | "font", _) => Payload::Bytes,
        ("application", "octet-stream" | "pdf" | "zip" | "gzip") => Payload::Bytes,
        _ if is_binary(api, &content.ty) => Payload::Bytes,
        _ => Payload::Raw,
    }
}

/// JSON itself, or a type with the suffix `+json` (RFC 6839).
#[must_use]
pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json")
}

/// The media type in lower case, without parameters.
#[must_use]
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(super) fn is_binary(api: &Api, ty: &Ty) -> bool {
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
            report(api, &body.content, &request(api, &body.content), "request body", diagnostics);
        }
        for response in &endpoint.responses {
            report_response(api, endpoint, response, diagnostics);
        }
    }
}

/// Says which contents of an answer nothing writes.
fn report_response(api: &Api, endpoint: &Endpoint, response: &Response, diagnostics: &mut Diagnostics) {
    let unwritten = unwritten(api, endpoint, response);
    let names: Vec<String> =
        unwritten.iter().map(|n| format!("`{}`", shown(&response.content[*n].media_type))).collect();
    let (Some(first), Some(name)) = (unwritten.first(), names.first()) else { return };
    let at = response.content[*first].span;
    if unwritten.len() < response.content.len() {
        let message = format!("of this response's media types {} is not served", names.join(", "));
        diagnostics.report(Code::OtherMediaTypes, at, message);
    } else {
        diagnostics.report(Code::NoMediaType, at, format!("{name} of this response is handed over unread"));
        if let [_, others @ ..] = names.as_slice()
            && !others.is_empty()
        {
            let message =
                format!("of this response's media types only {name} is served, not {}", others.join(", "));
            diagnostics.report(Code::OtherMediaTypes, at, message);
        }
    }
}

fn report(api: &Api, contents: &[Content], codecs: &[Codec], what: &str, diagnostics: &mut Diagnostics) {
    let Some((first, _)) = codecs.split_first() else { return };
    let chosen = &contents[first.content];
    let payload = payload_of(api, chosen);
    let others: Vec<String> = contents
        .iter()
        .filter(|content| !alike((payload, chosen), (payload_of(api, content), content)))
        .map(|content| format!("`{}`", shown(&content.media_type)))
        .collect();
    if !others.is_empty() {
        let message = format!(
            "of this {what}'s media types only `{}` is served, not {}",
            shown(&chosen.media_type),
            others.join(", ")
        );
        diagnostics.report(Code::OtherMediaTypes, chosen.span, message);
    }
    if first.payload == Payload::Raw {
        let message = format!("`{}` of this {what} is handed over unread", shown(&chosen.media_type));
        diagnostics.report(Code::NoMediaType, chosen.span, message);
    }
}

/// A media type in a message.
pub(super) fn shown(media_type: &str) -> String {
    media_type.chars().take(80).collect::<String>().escape_debug().to_string()
}
