//! Which of several media types is served, and how its body reaches the handler.

use super::reply::choices;
use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{
    Api, Content, Endpoint, Explode, Format, Kind, Param, Place, Prim, Response, Shape, Status, Style, Ty,
};

/// How a body is read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// JSON, of a type.
    Json,
    /// A JSON Patch.
    Patch,
    /// A form, of a type.
    Form,
    /// A form of several parts, of a type.
    Multipart,
    /// XML, of a type.
    Xml,
    /// YAML, of a type.
    Yaml,
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
    /// The values that the request body may be, and how each is read; none: there is no body.
    pub body: Vec<Choice>,
    /// By index of the responses: the values that it may hold, and how each is written; none: there is no body.
    pub responses: Vec<Vec<Choice>>,
}

impl Served {
    /// Whether an endpoint's body and parameters can be written as well as read.
    #[must_use]
    pub fn is_writable(&self, api: &Api, endpoint: &Endpoint) -> bool {
        let plain = |ty: &Ty| {
            let (item, _) = api.without_null(ty);
            matches!(api.resolve(item).0, Kind::Prim(_))
                || matches!(api.resolve(item).0, Kind::Named(id) if matches!(api.types.get(*id).shape, Shape::Enum(_)))
        };
        let params = endpoint.params.iter().all(|param| {
            let value = match api.resolve(&param.ty).0 {
                Kind::List(item) => plain(item),
                _ => plain(&param.ty),
            };
            let form = Style::Form(Explode::No);
            value && (param.style == form && param.place == Place::Query || is_usual(param))
        });
        let whole = |codec: &Codec| {
            matches!(codec.payload, Payload::Json | Payload::Text | Payload::Bytes | Payload::Raw)
        };
        let answers = self.responses.iter().all(|choices| match choices.as_slice() {
            [] => true,
            [one] => one.iter().all(whole),
            _ => false,
        });
        let body = match self.body.as_slice() {
            [] => true,
            [one] => one.first().is_some_and(whole),
            _ => false,
        };
        params && answers && body
    }
}

/// Decides for an endpoint.
#[must_use]
pub fn serve(api: &Api, endpoint: &Endpoint, mapped: &impl Fn(&Format) -> bool) -> Served {
    let body =
        endpoint.body.as_ref().map(|body| super::request::choices(api, body, mapped)).unwrap_or_default();
    let responses = endpoint.responses.iter().map(|one| choices(api, endpoint, one, mapped)).collect();
    Served { path: Some(api.served_path(endpoint)), fits: Vec::new(), body, responses }
}

/// Whether a parameter has the style of its place.
fn is_usual(param: &Param) -> bool {
    match param.place {
        Place::Path | Place::Header => param.style == Style::Simple(Explode::No),
        Place::Query | Place::Cookie => param.style == Style::Form(Explode::Yes),
        Place::QueryString => false,
    }
}

/// JSON itself, or a type with the suffix `+json` (RFC 6839).
#[must_use]
pub fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type);
    matches!(essence.as_str(), "application/json" | "text/json") || essence.ends_with("+json")
}

/// YAML, or a type with the suffix `+yaml` (RFC 9512).
#[must_use]
pub fn is_yaml(essence: &str) -> bool {
    let subtype = essence.strip_prefix("application/").or_else(|| essence.strip_prefix("text/"));
    matches!(subtype, Some("yaml" | "x-yaml" | "vnd.yaml")) || essence.ends_with("+yaml")
}

/// Schemas describe JSON: what has a structure and a media type that names no language of its own
/// (`application/vnd.github.object`) is JSON.
#[must_use]
pub fn is_json_by_schema(api: &Api, content: &Content) -> bool {
    let essence = essence(&content.media_type);
    let Some(subtype) = essence.strip_prefix("application/") else { return false };
    let named = OTHER_LANGUAGES.iter().any(|language| subtype.contains(language));
    // A structured syntax suffix (RFC 6838, section 4.2.8) names a language; some put it before what it is for.
    let suffixed = subtype.contains('+') && !subtype.starts_with("json+");
    !named && !suffixed && is_structured(api, &content.ty)
}

/// What a media type of `application` holds in its name when it is no JSON, whatever its schema says.
const OTHER_LANGUAGES: [&str; 25] = [
    "avro",
    "bson",
    "cbor",
    "csv",
    "edn",
    "excel",
    "graphql",
    "gzip",
    "javascript",
    "msgpack",
    "msword",
    "octet",
    "officedocument",
    "opendocument",
    "parquet",
    "pdf",
    "pgp",
    "proto",
    "sql",
    "tar",
    "thrift",
    "toml",
    "urlencoded",
    "yaml",
    "zip",
];

/// The media type in lower case, without parameters.
#[must_use]
pub fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

pub(super) fn is_binary(api: &Api, ty: &Ty) -> bool {
    matches!(api.resolve(ty).0, Kind::Prim(Prim::String(Format::Binary)))
}

/// A value that is JSON in a part, if nothing else is said (OpenAPI 3.2, section 4.15: the default content type).
pub(super) fn is_structured(api: &Api, ty: &Ty) -> bool {
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

pub(super) fn check(api: &mut Api, options: &Options, diagnostics: &mut Diagnostics) {
    for endpoint in &mut api.endpoints {
        if endpoint.responses.is_empty() {
            let decl = crate::ir::Decl::given("default", endpoint.decl.span);
            let (headers, content, links) = (Vec::new(), Vec::new(), Vec::new());
            endpoint.responses.push(Response { status: Status::Default, decl, headers, content, links });
        }
    }
    let mapped = |format: &Format| super::mapped(format, options).is_some();
    for endpoint in &api.endpoints {
        for content in endpoint.body.iter().flat_map(|body| &body.content) {
            let payload = super::request::payload(api, content, &mapped);
            if is_unspelled(api, content, payload) {
                let message =
                    format!("`{}` of this request body is handed over unread", shown(&content.media_type));
                diagnostics.report(Code::NoMediaType, content.span, message);
            }
        }
        for response in &endpoint.responses {
            for content in &response.content {
                let payload = super::reply::payload(api, (endpoint, response), content, &mapped);
                if is_unspelled(api, content, payload) {
                    let message = format!("the handler spells `{}` itself", shown(&content.media_type));
                    diagnostics.report(Code::HandWritten, content.span, message);
                }
            }
        }
    }
}

/// Has it a structure that is not read or written by it? Bytes and texts are what the handler expects.
fn is_unspelled(api: &Api, content: &Content, payload: Payload) -> bool {
    let parted = super::form::is_form(&content.media_type) || super::xml::is_xml(&content.media_type);
    matches!(payload, Payload::Raw | Payload::Bytes | Payload::File)
        && !(parted && is_binary(api, &content.ty))
        && (parted || is_structured(api, &content.ty))
}

/// A media type in a message.
pub(super) fn shown(media_type: &str) -> String {
    media_type.chars().take(80).collect::<String>().escape_debug().to_string()
}
