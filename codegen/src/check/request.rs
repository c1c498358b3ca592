//! What a request body may be: which of its media types are the same Rust type, and how each is read.

use super::form::is_form;
use super::media::{
    Choice, Codec, EventData, Payload, essence, is_binary, is_json, is_json_by_schema, is_structured, is_yaml,
};
use super::reply::items;
use super::xml::{can_be_xml, is_xml};
use crate::ir::{Api, Body, Content, Extent, Format, Kind, Rule, Shape, Ty};

/// A binary body of at most so many bytes is held in memory.
const SMALL: u64 = 2 * 1024 * 1024;

/// The values that a body may be, in the order of the document, JSON first.
#[must_use]
pub(super) fn choices(api: &Api, body: &Body, mapped: &impl Fn(&Format) -> bool) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    for (n, content) in body.content.iter().enumerate() {
        let payload = payload(api, content, mapped);
        let made = Codec { payload, content: n, media: media(payload, content) };
        match choices.iter_mut().find(|choice| choice.iter().all(|other| alike(api, body, other, &made))) {
            Some(choice) if choice.iter().any(|known| known.word() == made.word()) => {}
            Some(choice) => choice.push(made),
            None => choices.push(vec![made]),
        }
    }
    if let [choice] = choices.as_mut_slice() {
        alone(choice);
    }
    choices
}

/// JSON of one type is taken under any of its names, whichever the document says.
fn alone(choice: &mut Choice) {
    choice.sort_by_key(|codec| codec.payload != Payload::Json);
    let mut json = 0;
    choice.retain_mut(|codec| {
        if codec.payload != Payload::Json
            || codec.media.as_ref().is_some_and(|media| !media.ends_with("+json"))
        {
            return true;
        }
        codec.media = None;
        json += 1;
        json == 1
    });
}

/// The media type, where it is not what the codec takes by itself.
fn media(payload: Payload, content: &Content) -> Option<String> {
    let plain = essence(&content.media_type);
    let usual = match payload {
        Payload::Json | Payload::Patch => "application/json",
        Payload::Form => "application/x-www-form-urlencoded",
        Payload::Multipart => "multipart/form-data",
        Payload::Xml => "application/xml",
        Payload::Yaml => "application/yaml",
        Payload::Text => "text/plain",
        Payload::Bytes | Payload::Raw | Payload::File => "application/octet-stream",
        Payload::Events(_) => "text/event-stream",
        Payload::JsonLines if matches!(plain.as_str(), "application/x-ndjson" | "application/ndjson") => {
            return None;
        }
        Payload::JsonLines => "application/jsonl",
        Payload::JsonSeq => "application/json-seq",
        Payload::Mixed | Payload::Parts => "multipart/mixed",
    };
    (plain != usual).then_some(plain)
}

/// Do two contents have one Rust type?
fn alike(api: &Api, body: &Body, one: &Codec, other: &Codec) -> bool {
    let ty = |codec: &Codec| &body.content[codec.content].ty;
    let family = |codec: &Codec| match codec.payload {
        Payload::Json | Payload::Form | Payload::Multipart | Payload::Xml | Payload::Yaml => 0,
        Payload::Text => 1,
        Payload::Bytes => 2,
        Payload::Raw | Payload::File => 3,
        Payload::Patch => 4,
        Payload::JsonLines | Payload::JsonSeq | Payload::Mixed | Payload::Events(EventData::Event) => 5,
        Payload::Events(EventData::Data) => 6,
        Payload::Events(EventData::Text) => 7,
        Payload::Parts => 8,
    };
    let typed = matches!(family(one), 0 | 5 | 6);
    family(one) == family(other)
        && (!typed || ty(one).is_same(ty(other)) || same_alias(api, ty(one), ty(other)))
}

fn same_alias(api: &Api, one: &Ty, other: &Ty) -> bool {
    let (one, other) = (api.resolve(one), api.resolve(other));
    one.0 == other.0 && one.1 == other.1
}

/// How content of a media type is read.
pub(super) fn payload(api: &Api, content: &Content, mapped: &impl Fn(&Format) -> bool) -> Payload {
    let essence = essence(&content.media_type);
    let (kind, subtype) = essence.split_once('/').unwrap_or((&essence, ""));
    let binary = || if is_small(api, &content.ty) { Payload::Bytes } else { Payload::Raw };
    if content.extent == Extent::Items {
        return items(api, content);
    }
    if essence == "application/json-patch+json" && is_patch(api, &content.ty) {
        return Payload::Patch;
    }
    if is_json(&essence) {
        return Payload::Json;
    }
    if is_form(&essence) {
        return match (takes_forms(api, &content.ty), kind) {
            (true, "multipart") => Payload::Multipart,
            (true, _) => Payload::Form,
            (false, "multipart") => Payload::Parts,
            (false, _) => Payload::Raw,
        };
    }
    if is_xml(&essence) {
        return if can_be_xml(api, &content.ty, mapped) { Payload::Xml } else { Payload::Raw };
    }
    if is_yaml(&essence) && is_structured(api, &content.ty) {
        return Payload::Yaml;
    }
    match (kind, subtype) {
        ("*" | "application", "*") if !is_binary(api, &content.ty) => Payload::Json,
        ("multipart", _) => Payload::Parts,
        ("text", "event-stream") => Payload::Raw,
        ("text", _) => Payload::Text,
        _ if is_json_by_schema(api, content) => Payload::Json,
        _ => binary(),
    }
}

/// What the document bounds is held in memory.
fn is_small(api: &Api, ty: &Ty) -> bool {
    let (_, rules) = api.resolve(ty);
    rules.iter().any(|rule| matches!(rule, Rule::MaxLength(most) if *most <= SMALL))
}

/// A JSON Patch is what RFC 6902 says: a schema of it is only ever a list of something, or anything.
fn is_patch(api: &Api, ty: &Ty) -> bool {
    matches!(api.resolve(ty).0, Kind::List(_) | Kind::Any)
}

/// Forms are objects.
fn takes_forms(api: &Api, ty: &Ty) -> bool {
    match api.resolve(api.without_null(ty).0).0 {
        Kind::Map(_) | Kind::Any => true,
        Kind::Named(id) => match &api.types.get(*id).shape {
            Shape::Struct(_) | Shape::Union(_) => true,
            Shape::Enum(_) | Shape::Alias(_) => false,
        },
        Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Nullable(_) => false,
    }
}
