//! Parameters: out of their styles (OpenAPI 3.2, section 4.12.2.2) into JSON values, with the help of their schemas.

use super::Request;
use super::dialect::Way;
use super::document::Document;
use super::operation::{Param, Place};
use super::shape::{Flat, flat};
use crate::source::percent_decode;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What a parameter is looked for in.
#[derive(Debug)]
pub(super) struct Carrier<'r> {
    pub(super) request: &'r Request,
    pub(super) captures: &'r BTreeMap<String, String>,
    pub(super) query: &'r [(String, String)],
    pub(super) raw_query: &'r str,
}

/// Names and values of a query string, decoded.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    raw_pairs(query).map(|(name, value)| (decode_query(name), decode_query(value))).collect()
}

/// Names and values of the cookies (RFC 6265, section 4.2).
pub(super) fn cookies(request: &Request) -> impl Iterator<Item = (&str, &str)> {
    let headers = request.headers.iter().filter(|(name, _)| name == "cookie");
    headers.flat_map(|(_, value)| value.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// The value of a parameter; `None` when it is not there.
///
/// # Errors
/// A sentence that says why it cannot be read.
pub(super) fn read(
    document: &Document,
    param: &Param,
    carrier: &Carrier<'_>,
) -> Result<Option<Value>, String> {
    let schema = param.schema.as_deref().and_then(|pointer| document.schema(Way::Asked, pointer));
    let reader = Reader { document, param, schema: schema.unwrap_or(&Value::Null) };
    if param.content.is_some() {
        let raw = match param.place {
            Place::QueryString => Some(percent_decode(carrier.raw_query)).filter(|text| !text.is_empty()),
            _ => reader.raw(carrier).map(|text| percent_decode(&text)),
        };
        return raw.map(|text| reader.content(&text)).transpose();
    }
    match param.place {
        Place::QueryString => Ok(None),
        Place::Query => Ok(reader.query(carrier)),
        Place::Cookie | Place::Path | Place::Header => match reader.raw(carrier) {
            Some(text) => reader.single(&text).map(Some),
            None => Ok(None),
        },
    }
}

struct Reader<'d> {
    document: &'d Document,
    param: &'d Param,
    schema: &'d Value,
}

impl Reader<'_> {
    fn raw(&self, carrier: &Carrier<'_>) -> Option<String> {
        let name = self.param.name.as_str();
        match self.param.place {
            Place::Path => carrier.captures.get(name).cloned(),
            Place::Header => {
                let lower = name.to_ascii_lowercase();
                let values: Vec<&str> = carrier
                    .request
                    .headers
                    .iter()
                    .filter(|(known, _)| *known == lower)
                    .map(|(_, value)| value.as_str())
                    .collect();
                (!values.is_empty()).then(|| values.join(","))
            }
            Place::Cookie => {
                cookies(carrier.request).find(|(known, _)| *known == name).map(|(_, v)| v.to_owned())
            }
            Place::Query | Place::QueryString => {
                carrier.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
            }
        }
    }

    fn content(&self, text: &str) -> Result<Value, String> {
        let media = self.param.content.as_deref().unwrap_or_default();
        if is_json(media) {
            return serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"));
        }
        if media == "application/x-www-form-urlencoded" {
            return Ok(fields(self.document, self.schema, &pairs(text)));
        }
        Ok(text.into())
    }

    /// The members of a list that is one value. A separator that is a member's own is encoded (RFC 6570, section 3.2.8),
    /// so the text is split before it is decoded.
    fn members(&self, query: &str) -> Vec<String> {
        let own = raw_pairs(query).find(|(name, _)| decode_query(name) == self.param.name);
        let text = own.map_or("", |(_, value)| value);
        let separators: &[&str] = match self.param.style.as_str() {
            "spaceDelimited" => &["%20", "+", " "],
            "pipeDelimited" => &["%7C", "%7c", "|"],
            _ => &[","],
        };
        let mut parts = vec![text];
        for separator in separators {
            parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
        }
        parts.into_iter().map(decode_query).collect()
    }

    fn flat(&self) -> Flat {
        flat(self.document, Way::Asked, self.schema)
    }

    fn is(&self, wanted: &str) -> bool {
        may_be(self.document, &self.flat(), wanted, 0)
    }

    /// Out of a path segment, a header or a cookie.
    fn single(&self, raw: &str) -> Result<Value, String> {
        let decode =
            |text: &str| if self.param.place == Place::Path { percent_decode(text) } else { text.to_owned() };
        let (body, joined) = match self.param.style.as_str() {
            "label" => (
                raw.strip_prefix('.').ok_or("it does not start with `.`")?,
                if self.param.explode { "." } else { "," },
            ),
            "matrix" => {
                let rest = raw.strip_prefix(';').ok_or("it does not start with `;`")?;
                let named = rest.strip_prefix(&format!("{}=", self.param.name));
                match named {
                    Some(rest) if self.param.explode && self.is("array") => {
                        let next = format!(";{}=", self.param.name);
                        return Ok(self.items(rest.split(next.as_str()).map(decode)));
                    }
                    Some(rest) => (rest, ","),
                    None => (rest, ";"),
                }
            }
            _ => (raw, ","),
        };
        if self.is("array") {
            let trimmed =
                |text: &str| decode(if self.param.place == Place::Header { text.trim() } else { text });
            return Ok(self.items(body.split(joined).map(trimmed)));
        }
        if self.is("object") {
            let pairs: Vec<(String, String)> = if self.param.explode {
                let pair = |part: &str| part.split_once('=').map(|(key, value)| (decode(key), decode(value)));
                body.split(joined)
                    .map(pair)
                    .collect::<Option<_>>()
                    .ok_or("it is not written as `key=value`")?
            } else {
                let parts: Vec<String> = body.split(',').map(decode).collect();
                parts
                    .chunks(2)
                    .map(|pair| (pair[0].clone(), pair.get(1).cloned().unwrap_or_default()))
                    .collect()
            };
            return Ok(fields(self.document, self.schema, &pairs));
        }
        Ok(scalar(self.document, self.schema, &decode(body)))
    }

    fn items(&self, texts: impl Iterator<Item = String>) -> Value {
        let items = self.flat().map.get("items").cloned().unwrap_or(Value::Bool(true));
        texts.map(|text| scalar(self.document, &items, &text)).collect()
    }

    fn query(&self, carrier: &Carrier<'_>) -> Option<Value> {
        let (name, query) = (self.param.name.as_str(), carrier.query);
        let own: Vec<&String> =
            query.iter().filter(|(known, _)| known == name).map(|(_, value)| value).collect();
        let (array, object) = (self.is("array"), self.is("object"));
        if self.param.style == "deepObject" {
            return deep(self.document, self.schema, name, query);
        }
        if object && !array && self.param.explode {
            let flat = self.flat();
            let known = flat.object("properties");
            let known = |key: &str| known.is_none_or(|known| known.contains_key(key));
            let pairs: Vec<_> = query.iter().filter(|(key, _)| known(key)).cloned().collect();
            return (!pairs.is_empty()).then(|| fields(self.document, self.schema, &pairs));
        }
        let first = own.first()?;
        if array && own.len() == 1 {
            // A list or one value: what fits by itself is one.
            let one = scalar(self.document, self.schema, first);
            let fits = |pointer: &String| self.document.fits(Way::Asked, pointer, &one);
            if !self.flat().types().contains(&"array") && self.param.schema.as_ref().is_some_and(fits) {
                return Some(one);
            }
        }
        if array {
            // Written with `[]` or not, one value or several.
            let split = !self.param.explode && own.len() == 1;
            let texts: Vec<String> = match split {
                // RFC 6570, section 3.2.8: what is left of a list without members.
                true if first.is_empty() => Vec::new(),
                true => self.members(carrier.raw_query),
                false => own.into_iter().cloned().collect(),
            };
            return Some(self.items(texts.into_iter()));
        }
        if object {
            let parts = self.members(carrier.raw_query);
            let pairs: Vec<_> = parts
                .chunks(2)
                .map(|pair| (pair[0].clone(), pair.get(1).cloned().unwrap_or_default()))
                .collect();
            return Some(fields(self.document, self.schema, &pairs));
        }
        if own.len() > 1 {
            return Some(own.into_iter().map(|text| scalar(self.document, self.schema, text)).collect());
        }
        Some(scalar(self.document, self.schema, first))
    }
}

/// A query string's parts before they are decoded.
fn raw_pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let parts = query.split('&').filter(|text| !text.is_empty());
    parts.map(|part| part.split_once('=').unwrap_or((part, "")))
}

fn decode_query(text: &str) -> String {
    percent_decode(&text.replace('+', " "))
}

/// `name[a][b]=value`.
fn deep(document: &Document, schema: &Value, name: &str, query: &[(String, String)]) -> Option<Value> {
    let mut out = Value::Object(Map::new());
    let mut found = false;
    for (key, value) in query {
        let Some(steps) = key.strip_prefix(name).filter(|rest| rest.starts_with('[') && rest.ends_with(']'))
        else {
            continue;
        };
        let steps: Vec<&str> = steps[1..steps.len() - 1].split("][").take(16).collect();
        found = true;
        put(document, schema, &mut out, &steps, value);
    }
    found.then_some(out)
}

fn put(document: &Document, schema: &Value, into: &mut Value, steps: &[&str], text: &str) {
    let [first, rest @ ..] = steps else { return };
    let flat = flat(document, Way::Asked, schema);
    let inner = match flat.object("properties").and_then(|known| known.get(*first)) {
        Some(schema) => schema.clone(),
        None => flat.map.get("additionalProperties").or(flat.map.get("items")).cloned().unwrap_or_default(),
    };
    let Some(map) = into.as_object_mut() else { return };
    if rest.is_empty() || *rest == [""] {
        let items = super::shape::flat(document, Way::Asked, &inner);
        if may_be(document, &items, "array", 0) {
            let item = items.map.get("items").cloned().unwrap_or_default();
            let slot = map.entry((*first).to_owned()).or_insert_with(|| Value::Array(Vec::new()));
            if let Some(list) = slot.as_array_mut() {
                list.push(scalar(document, &item, text));
            }
            return;
        }
        map.insert((*first).to_owned(), scalar(document, &inner, text));
        return;
    }
    let slot = map.entry((*first).to_owned()).or_insert_with(|| Value::Object(Map::new()));
    put(document, &inner, slot, rest, text);
}

/// Names and texts as an object; a name that stands several times, or whose schema is a list, becomes one.
pub(super) fn fields(document: &Document, schema: &Value, pairs: &[(String, String)]) -> Value {
    let whole = flat(document, Way::Asked, schema);
    let mut out = Map::new();
    for (name, text) in pairs {
        let inner = property(document, &whole, name).unwrap_or_default();
        let shape = flat(document, Way::Asked, &inner);
        if may_be(document, &shape, "array", 0) && !may_be(document, &shape, "string", 0) {
            let item = shape.map.get("items").cloned().unwrap_or_default();
            let slot = out.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
            if let Some(list) = slot.as_array_mut() {
                list.push(member(document, &item, text));
            }
        } else {
            out.insert(name.clone(), member(document, &inner, text));
        }
    }
    Value::Object(out)
}

/// A member of a form: an object is JSON (OpenAPI 3.2, section 4.15.1).
fn member(document: &Document, schema: &Value, text: &str) -> Value {
    let shape = flat(document, Way::Asked, schema);
    let is_object = may_be(document, &shape, "object", 0) && !may_be(document, &shape, "string", 0);
    let json = is_object.then(|| serde_json::from_str(text).ok()).flatten();
    json.unwrap_or_else(|| scalar(document, schema, text))
}

/// The schema of a property, here or in a choice.
fn property(document: &Document, whole: &Flat, name: &str) -> Option<Value> {
    if let Some(schema) = whole.object("properties").and_then(|known| known.get(name)) {
        return Some(schema.clone());
    }
    let members = whole.choices.iter().flat_map(|choice| &choice.members);
    let found = members
        .map(|member| flat(document, Way::Asked, member))
        .find_map(|member| member.object("properties").and_then(|known| known.get(name)).cloned());
    found.or_else(|| whole.map.get("additionalProperties").filter(|schema| schema.is_object()).cloned())
}

/// A text as the value that its schema means: a number or a flag when it may be one and looks like it.
pub(super) fn scalar(document: &Document, schema: &Value, text: &str) -> Value {
    let flat = flat(document, Way::Asked, schema);
    let may = |wanted| may_be(document, &flat, wanted, 0);
    let whole = || !text.contains(['.', 'e', 'E']);
    let is_meant = |_: &serde_json::Number| may("number") || (may("integer") && whole());
    let number = || text.parse::<serde_json::Number>().ok().filter(is_meant);
    if may("boolean") && matches!(text, "true" | "false") {
        return (text == "true").into();
    }
    if let Some(number) = number() {
        return Value::Number(number);
    }
    if text == "null" && may("null") && !may("string") {
        return Value::Null;
    }
    text.into()
}

/// Whether a schema says that a value may be of a type. One that says nothing of types may be a text.
pub(super) fn may_be(document: &Document, flat: &Flat, wanted: &str, depth: usize) -> bool {
    if depth > 8 {
        return false;
    }
    let types = flat.types();
    if !types.is_empty() {
        return types.contains(&wanted);
    }
    let values = || flat.map.get("const").into_iter().chain(flat.list("enum"));
    if values().next().is_some() {
        return values().any(|value| is(value, wanted));
    }
    if !flat.choices.is_empty() {
        let members = flat.choices.iter().flat_map(|choice| &choice.members);
        return members
            .map(|member| super::shape::flat(document, Way::Asked, member))
            .any(|member| may_be(document, &member, wanted, depth + 1));
    }
    match wanted {
        "array" => flat.map.contains_key("items"),
        "object" => flat.map.contains_key("properties"),
        "string" => !flat.map.contains_key("items") && !flat.map.contains_key("properties"),
        _ => false,
    }
}

fn is(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Null => wanted == "null",
        Value::Bool(_) => wanted == "boolean",
        Value::Number(_) => wanted == "number" || wanted == "integer",
        Value::String(_) => wanted == "string",
        Value::Array(_) => wanted == "array",
        Value::Object(_) => wanted == "object",
    }
}

/// `application/json` and every `+json`, whatever its parameters.
pub(super) fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.ends_with("/json") || essence.ends_with("+json")
}
