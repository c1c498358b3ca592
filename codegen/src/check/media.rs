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

/// What travels with an endpoint.
#[derive(Debug, Clone)]
pub struct Served {
    /// The path with the base path of the server; `None`: another operation answers there.
    pub path: Option<String>,
    /// What variables of the path must look like, where that decides between two paths.
    pub fits: Vec<(String, super::route::Fits)>,
    /// How the request body is read: codecs of one type, the first being the default; none: there is no body.
    pub body: Vec<Codec>,
    /// By index of the responses: how its body is written, likewise.
    pub responses: Vec<Vec<Codec>>,
}

/// Decides for an endpoint.
#[must_use]
pub fn serve(api: &Api, endpoint: &Endpoint) -> Served {
    let body = endpoint.body.as_ref().map(|body| request(api, &body.content)).unwrap_or_default();
    let responses = endpoint.responses.iter().map(|one| response(api, &one.content)).collect();
    Served { path: Some(format!("{}{}", api.base_path(), endpoint.path)), fits: Vec::new(), body, responses }
}

/// The codecs of a request body.
fn request(api: &Api, contents: &[Content]) -> Vec<Codec> {
    codecs(api, contents, &REQUEST_ORDER, |payload, content| {
        let plain = essence(&content.media_type);
        Codec { payload, content: 0, media: (!always(payload, &plain)).then_some(plain) }
    })
}

/// The codecs of an answer.
fn response(api: &Api, contents: &[Content]) -> Vec<Codec> {
    codecs(api, contents, &RESPONSE_ORDER, |payload, content| {
        // Nothing writes forms: an answer that is one is handed over as it is.
        let payload = if payload == Payload::Form { Payload::Raw } else { payload };
        let plain = essence(&content.media_type);
        // A range such as `image/*` cannot be sent; the handler has no say yet.
        let usual = plain.contains('*')
            || match payload {
                Payload::Json => plain == "application/json",
                Payload::Text => plain == "text/plain",
                Payload::Bytes | Payload::Raw | Payload::Form => plain == "application/octet-stream",
            };
        Codec { payload, content: 0, media: (!usual).then(|| content.media_type.clone()) }
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
    let typed = |payload| matches!(payload, Payload::Json | Payload::Form);
    match (typed(one), typed(other)) {
        (true, true) => first.ty.is_same(&second.ty),
        (false, false) => one == other,
        (true, false) | (false, true) => false,
    }
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
            let (headers, content) = (Vec::new(), Vec::new());
            endpoint.responses.push(Response { status: Status::Default, decl, headers, content });
        }
    }
    for endpoint in &api.endpoints {
        if let Some(body) = &endpoint.body {
            report(api, &body.content, &request(api, &body.content), "request body", diagnostics);
        }
        for response in &endpoint.responses {
            report(api, &response.content, &self::response(api, &response.content), "response", diagnostics);
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
