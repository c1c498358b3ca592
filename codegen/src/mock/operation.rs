//! What can be asked, as pointers into the document.

use super::document::{Document, escape};
use serde_json::{Map, Value};

const METHODS: [&str; 9] = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

#[derive(Debug)]
pub(super) struct Operation {
    /// In upper case.
    pub(super) method: String,
    /// The template.
    pub(super) path: String,
    pub(super) params: Vec<Param>,
    pub(super) body: Option<Body>,
    /// In document order.
    pub(super) responses: Vec<Response>,
    /// Alternatives of which one must hold, each a list of security schemes' names.
    pub(super) security: Vec<Vec<String>>,
}

#[derive(Debug)]
pub(super) struct Param {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) required: bool,
    pub(super) style: String,
    pub(super) explode: bool,
    /// `allowEmptyValue`: a name without a value is one, whatever the schema says.
    pub(super) may_be_empty: bool,
    /// Pointer of the schema.
    pub(super) schema: Option<String>,
    /// The media type when the value is given as `content`.
    pub(super) content: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    QueryString,
    Header,
    Cookie,
}

impl Place {
    pub(super) fn word(self) -> &'static str {
        match self {
            Place::Path => "path",
            Place::Query | Place::QueryString => "query",
            Place::Header => "header",
            Place::Cookie => "cookie",
        }
    }
}

#[derive(Debug)]
pub(super) struct Body {
    pub(super) required: bool,
    pub(super) content: Vec<Media>,
}

#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: Status,
    pub(super) content: Vec<Media>,
    /// Pointer of the response, references followed.
    pub(super) pointer: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    Code(u16),
    Class(u16),
    Default,
}

impl Status {
    pub(super) fn covers(self, code: u16) -> bool {
        match self {
            Status::Code(own) => own == code,
            Status::Class(class) => code / 100 == class,
            Status::Default => true,
        }
    }
}

/// A media type and what is said of it.
#[derive(Debug)]
pub(super) struct Media {
    /// As written, such as `application/json; charset=utf-8` or `image/*`.
    pub(super) name: String,
    /// Pointer of the media type object, references followed.
    pub(super) pointer: String,
}

impl Media {
    /// The pointer of the schema, or of the schema of one item.
    pub(super) fn schema(&self, document: &Document) -> Option<String> {
        ["schema", "itemSchema"]
            .iter()
            .map(|key| format!("{}/{key}", self.pointer))
            .find(|pointer| document.at(pointer).is_some())
    }
}

/// Every operation of the document.
pub(super) fn all(document: &Document) -> Vec<Operation> {
    let mut operations = Vec::new();
    for path in document.raw["paths"].as_object().into_iter().flat_map(Map::keys) {
        if !path.starts_with('/') {
            continue;
        }
        let item = document.follow(&format!("/paths/{}", escape(path)));
        for method in METHODS {
            let pointer = format!("{item}/{method}");
            if document.at(&pointer).is_some_and(Value::is_object) {
                operations.push(read(document, &item, &pointer, (method.to_uppercase(), path.clone())));
            }
        }
        let more = document.at(&format!("{item}/additionalOperations")).and_then(Value::as_object);
        for method in more.into_iter().flat_map(Map::keys) {
            let pointer = format!("{item}/additionalOperations/{}", escape(method));
            operations.push(read(document, &item, &pointer, (method.clone(), path.clone())));
        }
    }
    operations
}

fn read(document: &Document, item: &str, pointer: &str, (method, path): (String, String)) -> Operation {
    let responses = document.at(&format!("{pointer}/responses")).and_then(Value::as_object);
    let responses = responses.into_iter().flat_map(Map::keys).filter_map(|key| {
        let pointer = document.follow(&format!("{pointer}/responses/{}", escape(key)));
        Some(Response { status: status(key)?, content: content(document, &pointer), pointer })
    });
    Operation {
        params: params(document, item, pointer),
        body: body(document, pointer),
        responses: responses.collect(),
        security: security(document, pointer),
        method,
        path,
    }
}

fn status(text: &str) -> Option<Status> {
    if text == "default" {
        return Some(Status::Default);
    }
    match text.as_bytes() {
        [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Status::Class(u16::from(class - b'0'))),
        _ => text.parse().ok().filter(|code| (100..600).contains(code)).map(Status::Code),
    }
}

fn content(document: &Document, owner: &str) -> Vec<Media> {
    let content = document.at(&format!("{owner}/content")).and_then(Value::as_object);
    let names = content.into_iter().flat_map(Map::keys);
    names
        .map(|name| Media {
            name: name.clone(),
            pointer: document.follow(&format!("{owner}/content/{}", escape(name))),
        })
        .collect()
}

fn body(document: &Document, operation: &str) -> Option<Body> {
    let pointer = document.follow(&format!("{operation}/requestBody"));
    let body = document.at(&pointer)?;
    Some(Body { required: body["required"] == Value::Bool(true), content: content(document, &pointer) })
}

/// Those of the path item, then those of the operation, which win.
fn params(document: &Document, item: &str, operation: &str) -> Vec<Param> {
    let mut params: Vec<Param> = Vec::new();
    for owner in [item, operation] {
        let count = document.at(&format!("{owner}/parameters")).and_then(Value::as_array).map_or(0, Vec::len);
        for n in 0..count {
            let pointer = document.follow(&format!("{owner}/parameters/{n}"));
            let Some(param) = param(document, &pointer) else { continue };
            params.retain(|known| known.place != param.place || known.name != param.name);
            params.push(param);
        }
    }
    params
}

fn param(document: &Document, pointer: &str) -> Option<Param> {
    let node = document.at(pointer)?;
    let name = node["name"].as_str()?.to_owned();
    let place = match node["in"].as_str()? {
        "path" => Place::Path,
        "query" => Place::Query,
        "querystring" => Place::QueryString,
        "header" => Place::Header,
        "cookie" => Place::Cookie,
        _ => return None,
    };
    // OpenAPI 3.2, section 4.12: such a definition is ignored.
    let own = ["accept", "content-type", "authorization"];
    if place == Place::Header && own.iter().any(|own| name.eq_ignore_ascii_case(own)) {
        return None;
    }
    let style = node["style"].as_str().unwrap_or(match place {
        Place::Path | Place::Header => "simple",
        Place::Query | Place::QueryString | Place::Cookie => "form",
    });
    let media = content(document, pointer).into_iter().next();
    let schema = match &media {
        Some(media) => media.schema(document),
        None => Some(format!("{pointer}/schema")).filter(|pointer| document.at(pointer).is_some()),
    };
    Some(Param {
        name,
        place,
        required: place == Place::Path || node["required"] == Value::Bool(true),
        style: style.to_owned(),
        explode: node["explode"].as_bool().unwrap_or(style == "form" || style == "cookie"),
        may_be_empty: place == Place::Query && node["allowEmptyValue"] == Value::Bool(true),
        schema,
        content: media.map(|media| media.name),
    })
}

fn security(document: &Document, operation: &str) -> Vec<Vec<String>> {
    let own = document.at(&format!("{operation}/security"));
    let list = own.or_else(|| document.at("/security")).and_then(Value::as_array);
    let names = |choice: &Value| choice.as_object().into_iter().flat_map(Map::keys).cloned().collect();
    list.into_iter().flatten().map(names).collect()
}
