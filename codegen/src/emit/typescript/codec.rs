//! How bodies travel: the runtime's codec and the type for each content.

use super::Context;
use super::text::{Code, entry, object, string};
use super::ty::{self, At};
use super::xml;
use crate::check::form::{Part, Spelling};
use crate::check::media::{Choice, Codec, EventData, Payload};
use crate::ir::{Content, Format, Kind, Prim, Shape, Ty, TypeId};

/// A body of a media type.
pub(super) struct Body {
    /// As the document writes it.
    pub(super) media_type: String,
    /// The runtime's codec.
    pub(super) codec: Code,
    /// What is sent.
    pub(super) sent: Code,
    /// What is received.
    pub(super) received: Code,
}

/// Bodies in the order of the document, the first of each media type.
pub(super) fn bodies(cx: &Context<'_>, contents: &[Content], choices: &[Choice]) -> Vec<Body> {
    let mut codecs: Vec<&Codec> = choices.iter().flat_map(|choice| best(choice)).collect();
    codecs.sort_by_key(|codec| codec.content);
    let mut bodies: Vec<Body> = Vec::new();
    for codec in codecs {
        let content = &contents[codec.content];
        if bodies.iter().all(|known| known.media_type != content.media_type) {
            bodies.push(body(cx, content, codec.payload));
        }
    }
    bodies
}

/// The ways to spell a value that are worth having: JSON costs the least.
fn best(choice: &Choice) -> Vec<&Codec> {
    let json: Vec<&Codec> = choice.iter().filter(|codec| codec.payload == Payload::Json).collect();
    if json.is_empty() { choice.iter().collect() } else { json }
}

fn body(cx: &Context<'_>, content: &Content, payload: Payload) -> Body {
    let value = ty::ty(cx, &content.ty, At::Beside).0;
    let text = || if is_text(cx, &content.ty) { value.clone() } else { "string".to_owned() };
    let stream = |item: &str| (format!("r.Sent<{item}>"), format!("AsyncGenerator<{item}, void, void>"));
    let same = |ty: String| (ty.clone(), ty);
    let bytes = || ("r.Binary".to_owned(), "r.Download".to_owned());
    let json = if cx.options.typescript.bigint { "r.exactJson" } else { "r.json" };
    let (codec, (sent, received)) = match payload {
        Payload::Json => (json.to_owned(), same(value)),
        Payload::Patch => (json.to_owned(), same("r.JsonPatch".to_owned())),
        Payload::Form => (format!("r.form({})", parts(cx, &content.ty)), (value, "string".to_owned())),
        Payload::Multipart => (format!("r.multipart({})", parts(cx, &content.ty)), (value, bytes().1)),
        Payload::Xml => (xml::codec(cx, &content.ty), same(value)),
        Payload::Yaml => ("r.yaml".to_owned(), same(value)),
        Payload::Text => ("r.text".to_owned(), same(text())),
        Payload::Bytes | Payload::Raw | Payload::File => ("r.binary".to_owned(), bytes()),
        Payload::JsonLines => ("r.lines".to_owned(), stream(&value)),
        Payload::JsonSeq => ("r.sequence".to_owned(), stream(&value)),
        Payload::Mixed => ("r.mixed(\"json\")".to_owned(), stream(&value)),
        Payload::Parts => {
            let received = "AsyncGenerator<r.MixedPart, void, void>".to_owned();
            ("r.mixed(\"parts\")".to_owned(), ("Iterable<r.Upload>".to_owned(), received))
        }
        Payload::Events(EventData::Text) => ("r.events()".to_owned(), stream("r.Event")),
        Payload::Events(EventData::Data) => {
            ("r.events(\"data\")".to_owned(), stream(&format!("r.Event<{value}>")))
        }
        Payload::Events(EventData::Event) => {
            (format!("r.events({{ json: {} }})", told(cx, &content.ty)), stream(&value))
        }
    };
    Body {
        media_type: content.media_type.clone(),
        codec: Code(codec),
        sent: Code(sent),
        received: Code(received),
    }
}

fn is_text(cx: &Context<'_>, ty: &Ty) -> bool {
    let api = &cx.checked.api;
    match api.resolve(ty).0 {
        Kind::Prim(Prim::String(Format::Binary | Format::Upload)) => false,
        Kind::Prim(Prim::String(_)) => true,
        Kind::Named(id) => {
            matches!(&api.types.get(*id).shape, Shape::Enum(list) if list.repr == crate::ir::EnumRepr::String)
        }
        Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => {
            false
        }
    }
}

/// How the properties of a form are spelled that are no plain texts.
fn parts(cx: &Context<'_>, ty: &Ty) -> String {
    let api = &cx.checked.api;
    let Kind::Named(id) = api.resolve(api.without_null(ty).0).0 else { return String::new() };
    let parts = cx.checked.forms.get(id).map(Vec::as_slice).unwrap_or_default();
    if parts.is_empty() { String::new() } else { object(parts.iter().map(part)) }
}

fn part(part: &Part) -> String {
    let word = match &part.spelling {
        Spelling::Plain => "plain",
        Spelling::Json => "json",
        Spelling::Joined => "joined",
        Spelling::Spaces => "spaces",
        Spelling::Pipes => "pipes",
        Spelling::Pairs => "pairs",
        Spelling::Deep => "deep",
        Spelling::Spread(_) => "spread",
        Spelling::File => "file",
    };
    let usual = part.media_types.first().filter(|media| !media.contains('*'));
    let usual = usual.map(|media| format!(", type: {}", string(media))).unwrap_or_default();
    entry(&part.key, &format!("{{ as: {}{usual} }}", string(word)))
}

/// The names of the events whose data is JSON: `true` for all.
fn told(cx: &Context<'_>, ty: &Ty) -> String {
    let mut ids = Vec::new();
    variants(cx, ty, &mut ids);
    let api = &cx.checked.api;
    let mut names: Vec<String> = Vec::new();
    let (mut json, mut text, mut open) = (false, false, false);
    for id in ids {
        let Shape::Struct(object) = &api.types.get(id).shape else { continue };
        let field = |name: &str| object.fields.iter().find(|field| field.decl.name.text() == name);
        let is_json = field("data").is_some_and(|data| !is_text(cx, &data.ty));
        (json, text) = (json || is_json, text || !is_json);
        let event = field("event").and_then(|event| match api.resolve(&event.ty).0 {
            Kind::Named(id) => Some(&api.types.get(*id).shape),
            Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => {
                None
            }
        });
        match event {
            Some(Shape::Enum(list)) if is_json => {
                names.extend(list.variants.iter().filter_map(|one| match &one.value {
                    crate::ir::EnumValue::String(text) => Some(string(text)),
                    crate::ir::EnumValue::Integer(_) => None,
                }));
            }
            Some(_) | None => open |= is_json,
        }
    }
    if json && (open || !text) { "true".to_owned() } else { format!("[{}]", names.join(", ")) }
}

/// The objects that a type may be.
fn variants(cx: &Context<'_>, ty: &Ty, found: &mut Vec<TypeId>) {
    let api = &cx.checked.api;
    let Kind::Named(id) = api.resolve(api.without_null(ty).0).0 else { return };
    if found.contains(id) {
        return;
    }
    found.push(*id);
    if let Shape::Union(union) = &api.types.get(*id).shape {
        union.variants.iter().for_each(|variant| variants(cx, &variant.ty, found));
    }
}
