//! What a response may hold: which of its media types are the same Rust value, and how each is written.

use super::media::{essence, is_json};
use crate::ir::{Api, Content, Endpoint, Flow, Format, Kind, Prim, Response, Shape, Status, Ty, TypeId};

/// How a body of an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// JSON, of a type.
    Json,
    /// Text.
    Text,
    /// Bytes that are made while they are sent.
    Stream,
    /// A file, with ranges.
    File,
    /// Server-sent events.
    Events,
    /// JSON Lines.
    JsonLines,
    /// A JSON text sequence.
    JsonSeq,
    /// `multipart/mixed` of JSON parts.
    Mixed,
    /// `multipart/…` of any parts.
    Parts,
}

/// The Rust type that holds a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holds {
    /// The type that the schema describes.
    Value,
    /// `String`
    Text,
    /// An unread stream of bytes.
    Bytes,
    /// A file.
    File,
    /// A stream of what the schema describes.
    Items,
    /// A stream of server-sent events that carry what the schema describes.
    Events,
    /// A stream of server-sent events that carry text.
    TextEvents,
    /// A stream of parts.
    Parts,
}

/// Media types of a response that hold the same Rust value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What holds the value.
    pub holds: Holds,
    /// How each media type is written, with its index in the response's contents; the first has the type.
    pub codecs: Vec<(Codec, usize)>,
}

impl Choice {
    /// The index of the content that describes the value.
    #[must_use]
    pub fn content(&self) -> usize {
        self.codecs.first().map_or(0, |(_, n)| *n)
    }
}

/// The values that a response may hold, in the order of the document; none: no body.
#[must_use]
pub fn choices(api: &Api, endpoint: &Endpoint, response: &Response) -> Vec<Choice> {
    let all: Vec<(usize, Option<(Codec, Holds)>)> =
        response.content.iter().map(|content| codec(api, endpoint, response, content)).enumerate().collect();
    let mut choices: Vec<Choice> = Vec::new();
    for (n, (codec, holds)) in all.iter().filter_map(|(n, how)| Some((*n, (*how)?))) {
        let same = |choice: &&mut Choice| {
            let first = &response.content[choice.content()];
            let told_apart = |(other, _): &(Codec, usize)| !(is_plain(codec) && is_plain(*other));
            alike(api, (choice.holds, &first.ty), (holds, &response.content[n].ty))
                && choice.codecs.iter().all(told_apart)
        };
        match choices.iter_mut().find(same) {
            Some(choice) => choice.codecs.push((codec, n)),
            None => choices.push(Choice { holds, codecs: vec![(codec, n)] }),
        }
    }
    // What nothing here writes is the handler's to write, when there is nothing else.
    if choices.is_empty() && !response.content.is_empty() {
        choices.push(Choice { holds: Holds::Bytes, codecs: vec![(Codec::Stream, 0)] });
    }
    choices
}

/// Contents that nothing here writes, and that another one is served instead of.
#[must_use]
pub fn left_out(api: &Api, endpoint: &Endpoint, response: &Response) -> Vec<usize> {
    let served: Vec<usize> = choices(api, endpoint, response)
        .iter()
        .flat_map(|choice| choice.codecs.iter().map(|(_, n)| *n).collect::<Vec<_>>())
        .collect();
    (0..response.content.len()).filter(|n| !served.contains(n)).collect()
}

/// The value of such a codec means something else under another media type: a picture in one format is not one in another.
fn is_plain(codec: Codec) -> bool {
    match codec {
        Codec::Text | Codec::Stream | Codec::File | Codec::Parts => true,
        Codec::Json | Codec::Events | Codec::JsonLines | Codec::JsonSeq | Codec::Mixed => false,
    }
}

fn alike(api: &Api, (one, one_ty): (Holds, &Ty), (other, other_ty): (Holds, &Ty)) -> bool {
    let text = Kind::Prim(Prim::String(Format::Plain));
    let kind = |holds: Holds, ty: &Ty| match holds {
        Holds::Text => text.clone(),
        Holds::Value | Holds::Items | Holds::Events => api.resolve(ty).0.clone(),
        Holds::Bytes | Holds::File | Holds::TextEvents | Holds::Parts => Kind::Any,
    };
    let family = |holds: Holds| if holds == Holds::Text { Holds::Value } else { holds };
    family(one) == family(other) && kind(one, one_ty) == kind(other, other_ty)
}

/// How content is written; `None`: nothing here does.
fn codec(api: &Api, endpoint: &Endpoint, response: &Response, content: &Content) -> Option<(Codec, Holds)> {
    let essence = essence(&content.media_type);
    let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
    if content.flow == Flow::Items {
        return items(api, content, &essence);
    }
    if is_json(&essence) {
        return Some((Codec::Json, Holds::Value));
    }
    let binary = is_binary(api, &content.ty);
    Some(match (kind, subtype) {
        ("*" | "application", "*") if !binary => (Codec::Json, Holds::Value),
        ("multipart", "form-data" | "byteranges") => return None,
        ("multipart", _) => (Codec::Parts, Holds::Parts),
        ("text", "event-stream") => (Codec::Stream, Holds::Bytes),
        ("text", _) if is_text(api, &content.ty) => (Codec::Text, Holds::Text),
        // Services say this when they mean JSON by any name.
        ("text", "plain" | "*") => (Codec::Json, Holds::Value),
        ("text", _) if !binary => (Codec::Text, Holds::Text),
        ("image" | "audio" | "video" | "font", _) => bytes(endpoint, response, &essence),
        ("application", "octet-stream" | "pdf" | "zip" | "gzip") => bytes(endpoint, response, &essence),
        _ if binary => bytes(endpoint, response, &essence),
        _ => return None,
    })
}

/// A range of media types leaves the choice to the handler, which a file has.
fn bytes(endpoint: &Endpoint, response: &Response, essence: &str) -> (Codec, Holds) {
    if essence.contains('*') || has_ranges(endpoint, response) {
        (Codec::File, Holds::File)
    } else {
        (Codec::Stream, Holds::Bytes)
    }
}

/// Does the operation say that parts of the answer can be asked for (RFC 9110 section 14)?
fn has_ranges(endpoint: &Endpoint, response: &Response) -> bool {
    let partial = |response: &Response| matches!(response.status, Status::Code(206 | 416));
    let accepts =
        response.headers.iter().any(|header| header.decl.name.text().eq_ignore_ascii_case("accept-ranges"));
    response.status == Status::Code(200) && (accepts || endpoint.responses.iter().any(partial))
}

fn items(api: &Api, content: &Content, essence: &str) -> Option<(Codec, Holds)> {
    Some(match essence {
        "text/event-stream" if is_event(api, &content.ty) => (Codec::Events, Holds::Items),
        "text/event-stream" if is_text(api, &content.ty) => (Codec::Events, Holds::TextEvents),
        "text/event-stream" => (Codec::Events, Holds::Events),
        _ if essence.ends_with("json-seq") => (Codec::JsonSeq, Holds::Items),
        _ if essence.starts_with("multipart/") && is_structured(api, &content.ty) => {
            (Codec::Mixed, Holds::Items)
        }
        _ if essence.starts_with("multipart/") => (Codec::Parts, Holds::Parts),
        _ => (Codec::JsonLines, Holds::Items),
    })
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

/// A value that is JSON in a part, if nothing else is said (OpenAPI 3.2, section 4.15: the default content type).
fn is_structured(api: &Api, ty: &Ty) -> bool {
    match api.resolve(api.without_null(ty).0).0 {
        Kind::Prim(Prim::String(_)) | Kind::Any => false,
        Kind::Prim(_)
        | Kind::List(_)
        | Kind::Tuple(_)
        | Kind::Map(_)
        | Kind::Nullable(_)
        | Kind::Named(_) => true,
    }
}

fn is_binary(api: &Api, ty: &Ty) -> bool {
    matches!(api.resolve(ty).0, Kind::Prim(Prim::String(Format::Binary)))
}
