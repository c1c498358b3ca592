//! What a response may hold: which of its media types are the same Rust value, and how each is written.

use super::media::{
    Choice, Codec, EventData, Payload, essence, is_binary, is_json, is_json_by_schema, is_structured, is_yaml,
};
use super::xml::{can_be_xml, is_xml};
use crate::ir::{Api, Content, Endpoint, Extent, Format, Kind, Prim, Response, Shape, Status, Ty, TypeId};

/// The values that a response may hold, in the order of the document; none: no body.
#[must_use]
pub fn choices(
    api: &Api,
    endpoint: &Endpoint,
    response: &Response,
    mapped: &impl Fn(&Format) -> bool,
) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for (n, content) in response.content.iter().enumerate() {
        let payload = payload(api, (endpoint, response), content, mapped);
        let made = Codec { payload, content: n, media: media(payload, content) };
        let same = |choice: &&mut Choice| choice.iter().all(|other| alike(api, response, other, &made));
        match choices.iter_mut().find(same) {
            Some(choice) if choice.iter().any(|known| known.word() == made.word()) => {}
            Some(choice) => choice.push(made),
            None => choices.push(vec![made]),
        }
    }
    choices
}

/// The media type, where it is not what the codec sends by itself.
fn media(payload: Payload, content: &Content) -> Option<String> {
    let plain = essence(&content.media_type);
    let usual = match payload {
        Payload::Json => "application/json",
        Payload::Xml => "application/xml",
        Payload::Yaml => "application/yaml",
        Payload::Patch => "application/json-patch+json",
        Payload::Multipart => "multipart/form-data",
        Payload::Text => "text/plain",
        Payload::Bytes | Payload::Raw | Payload::Form | Payload::File => "application/octet-stream",
        Payload::Events(_) => "text/event-stream",
        Payload::JsonLines => "application/jsonl",
        Payload::JsonSeq => "application/json-seq",
        Payload::Mixed | Payload::Parts => "multipart/mixed",
    };
    let multipart = matches!(payload, Payload::Mixed | Payload::Parts);
    let written = if multipart { plain.clone() } else { content.media_type.clone() };
    // A range such as `image/*` cannot be sent; with a file, the handler has its say.
    (plain != usual && !plain.contains('*')).then_some(written)
}

/// Do two contents of a response have one Rust type, and mean the same by a value of it? A picture in one format is none
/// in another, and neither is text.
fn alike(api: &Api, response: &Response, one: &Codec, other: &Codec) -> bool {
    let text = Kind::Prim(Prim::String(Format::Plain));
    let value = |codec: &Codec| match codec.payload {
        Payload::Text => Some((Family::Value, text.clone())),
        Payload::Json | Payload::Xml | Payload::Yaml => Some((Family::Value, kind(api, response, codec))),
        Payload::JsonLines | Payload::JsonSeq | Payload::Mixed | Payload::Events(EventData::Event) => {
            Some((Family::Items, kind(api, response, codec)))
        }
        Payload::Events(EventData::Data) => Some((Family::Events, kind(api, response, codec))),
        Payload::Events(EventData::Text) => Some((Family::Events, text.clone())),
        Payload::Form
        | Payload::Multipart
        | Payload::Patch
        | Payload::Bytes
        | Payload::Raw
        | Payload::File
        | Payload::Parts => None,
    };
    let both_text = one.payload == Payload::Text && other.payload == Payload::Text;
    let (one, other) = (value(one), value(other));
    !both_text && one.is_some() && one == other
}

/// What a value is, one or many.
#[derive(PartialEq, Eq)]
enum Family {
    Value,
    Items,
    Events,
}

fn kind(api: &Api, response: &Response, codec: &Codec) -> Kind {
    api.resolve(&response.content[codec.content].ty).0.clone()
}

/// How content is written; what nothing here writes is the handler's to write.
pub(super) fn payload(
    api: &Api,
    (endpoint, response): (&Endpoint, &Response),
    content: &Content,
    mapped: &impl Fn(&Format) -> bool,
) -> Payload {
    let essence = essence(&content.media_type);
    let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
    if content.extent == Extent::Items {
        return items(api, content);
    }
    if is_json(&essence) {
        return Payload::Json;
    }
    if is_yaml(&essence) && is_structured(api, &content.ty) {
        return Payload::Yaml;
    }
    if is_xml(&essence) {
        return if can_be_xml(api, &content.ty, mapped) { Payload::Xml } else { Payload::Raw };
    }
    let binary = is_binary(api, &content.ty);
    match (kind, subtype) {
        ("*" | "application", "*") if !binary => Payload::Json,
        ("multipart", _) => Payload::Parts,
        ("text", "event-stream") => Payload::Raw,
        ("text", _) if is_text(api, &content.ty) => Payload::Text,
        // Services say this when they mean JSON by any name.
        ("text", "plain" | "*") if !binary => Payload::Json,
        ("text", _) if !binary => Payload::Text,
        ("image" | "audio" | "video" | "font", _) => bytes(endpoint, response, &essence),
        ("application", "octet-stream" | "pdf" | "zip" | "gzip") => bytes(endpoint, response, &essence),
        _ if is_json_by_schema(api, content) => Payload::Json,
        _ => bytes(endpoint, response, &essence),
    }
}

/// A range of media types leaves the choice to the handler, which a file has.
fn bytes(endpoint: &Endpoint, response: &Response, essence: &str) -> Payload {
    if essence.contains('*') || has_ranges(endpoint, response) { Payload::File } else { Payload::Raw }
}

/// Does the operation say that parts of the answer can be asked for (RFC 9110 section 14)?
fn has_ranges(endpoint: &Endpoint, response: &Response) -> bool {
    let partial = |response: &Response| matches!(response.status, Status::Code(206 | 416));
    let accepts =
        response.headers.iter().any(|header| header.decl.name.text().eq_ignore_ascii_case("accept-ranges"));
    response.status == Status::Code(200) && (accepts || endpoint.responses.iter().any(partial))
}

/// How a sequence is read or written.
pub(super) fn items(api: &Api, content: &Content) -> Payload {
    let essence = essence(&content.media_type);
    match essence.as_str() {
        "text/event-stream" if is_event(api, &content.ty) => Payload::Events(EventData::Event),
        "text/event-stream" if is_text(api, &content.ty) => Payload::Events(EventData::Text),
        "text/event-stream" => Payload::Events(EventData::Data),
        _ if essence.ends_with("json-seq") => Payload::JsonSeq,
        _ if essence.starts_with("multipart/") && is_structured(api, &content.ty) => Payload::Mixed,
        _ if essence.starts_with("multipart/") => Payload::Parts,
        _ => Payload::JsonLines,
    }
}

/// Does the type describe whole events, with `data` or `event` and nothing else than an event has?
fn is_event(api: &Api, ty: &Ty) -> bool {
    let Kind::Named(id) = api.resolve(ty).0 else { return false };
    is_event_type(api, *id, 0)
}

fn is_event_type(api: &Api, id: TypeId, depth: usize) -> bool {
    match &api.types.get(id).shape {
        Shape::Struct(object) => {
            let names: Vec<String> = object.fields.iter().map(|field| field.decl.name.text()).collect();
            let has = |name: &str| names.iter().any(|own| own == name);
            (has("data") || has("event"))
                && names
                    .iter()
                    .all(|name| matches!(name.as_str(), "data" | "event" | "id" | "retry" | "comment"))
        }
        Shape::Union(union) => {
            let each = |ty: &Ty| match api.resolve(ty).0 {
                Kind::Named(id) => depth < 8 && is_event_type(api, *id, depth + 1),
                Kind::Prim(_)
                | Kind::List(_)
                | Kind::Tuple(_)
                | Kind::Map(_)
                | Kind::Nullable(_)
                | Kind::Any => false,
            };
            !union.variants.is_empty() && union.variants.iter().all(|variant| each(&variant.ty))
        }
        Shape::Enum(_) | Shape::Alias(_) => false,
    }
}

/// Text, or a value of which nothing is known.
fn is_text(api: &Api, ty: &Ty) -> bool {
    match api.resolve(api.without_null(ty).0).0 {
        Kind::Prim(Prim::String(format)) => *format != Format::Binary,
        Kind::Any => true,
        Kind::Named(id) => matches!(api.types.get(*id).shape, Shape::Enum(_)),
        Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) => false,
    }
}
