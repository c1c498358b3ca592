//! Whether a request is what the document says: credentials, media type, parameters, body.

use super::Request;
use super::dialect::Way;
use super::document::Document;
use super::operation::{Media, Operation};
use super::params::{Carrier, fields, is_json, pairs, read};
use super::problem::{Fault, Problem};
use super::{security, xml};
use crate::check::media::is_yaml;
use crate::openapi::yaml_value;
use serde_json::Value;
use std::collections::BTreeMap;

/// Checks everything; the first kind of problem is told, with all its faults.
pub(super) fn check(
    document: &Document,
    operation: &Operation,
    request: &Request,
    captures: &BTreeMap<String, String>,
    query: &str,
) -> Result<(), Problem> {
    let pairs = pairs(query);
    security::check(document, operation, request, &pairs)?;
    let media = media_of(operation, request)?;
    let carrier = Carrier { request, captures, query: &pairs, raw_query: query };
    let mut faults = Vec::new();
    for param in &operation.params {
        let (place, name) = (param.place.word(), param.name.as_str());
        if param.may_be_empty && pairs.iter().any(|(known, value)| known == name && value.is_empty()) {
            continue;
        }
        match read(document, param, &carrier) {
            Ok(None) if param.required => {
                faults.push(Fault::new(place, name, "required", "it is required and missing"));
            }
            Ok(None) => {}
            Ok(Some(value)) => {
                let misfits = param.schema.iter().flat_map(|at| document.misfits(Way::Asked, at, &value));
                faults.extend(misfits.map(|misfit| Fault { place, name: name.to_owned(), misfit }));
            }
            Err(detail) => faults.push(Fault::new(place, name, "syntax", detail)),
        }
    }
    if let Some(media) = media {
        faults.extend(body(document, media, request));
    }
    Problem::invalid(faults).map_or(Ok(()), Err)
}

/// The media type of the body: 415 when the document does not have it, 400 when a required body is missing.
fn media_of<'o>(operation: &'o Operation, request: &Request) -> Result<Option<&'o Media>, Problem> {
    let Some(body) = operation.body.as_ref().filter(|body| !body.content.is_empty()) else { return Ok(None) };
    let told = request.header("content-type");
    if request.body.is_empty() && told.is_none() {
        if body.required {
            let fault = Fault::new("body", "", "required", "it is required and missing");
            return Err(Problem::invalid(vec![fault]).unwrap_or_else(|| Problem::new(400, "")));
        }
        return Ok(None);
    }
    let known: Vec<&str> = body.content.iter().map(|media| media.name.as_str()).collect();
    let refuse = |detail: String| Problem::new(415, detail).header("accept", known.join(", "));
    let Some(told) = told else {
        return Err(refuse(format!("the body has no Content-Type; the document has {}", known.join(", "))));
    };
    let best = body.content.iter().filter_map(|media| Some((closeness(&media.name, told)?, media)));
    match best.max_by_key(|(closeness, _)| *closeness) {
        Some((_, media)) => Ok(Some(media)),
        None => Err(refuse(format!(
            "`{told}` is not a media type of the body; the document has {}",
            known.join(", ")
        ))),
    }
}

/// How closely a media range of the document covers a media type.
fn closeness(range: &str, told: &str) -> Option<usize> {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (range, told) = (essence(range), essence(told));
    let (kind, subkind) = told.split_once('/').filter(|(kind, sub)| !kind.is_empty() && !sub.is_empty())?;
    match range.split_once('/')? {
        _ if range == told => Some(3),
        (own, "*") if own == kind => Some(2),
        (own, sub) if own == kind && sub.starts_with("*+") && subkind.ends_with(&sub[1..]) => Some(2),
        ("*", "*") => Some(1),
        _ => None,
    }
}

fn body(document: &Document, media: &Media, request: &Request) -> Vec<Fault> {
    let told = request.header("content-type").unwrap_or_default();
    let one = |keyword: &str, detail: String| vec![Fault::new("body", "", keyword, detail)];
    let Some(schema) = media.schema(document) else {
        return match is_json(told).then(|| serde_json::from_slice::<Value>(&request.body)) {
            Some(Err(error)) => one("syntax", format!("it is not JSON: {error}")),
            _ => Vec::new(),
        };
    };
    let value = if is_json(told) {
        match serde_json::from_slice(&request.body) {
            Ok(value) => value,
            Err(error) => return one("syntax", format!("it is not JSON: {error}")),
        }
    } else {
        let shape = document.schema(Way::Asked, &schema).unwrap_or(&Value::Null);
        let essence = told.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "application/x-www-form-urlencoded" => match std::str::from_utf8(&request.body) {
                Ok(text) => form(document, shape, &pairs(text)),
                Err(_) => return one("syntax", "it is not UTF-8".to_owned()),
            },
            "multipart/form-data" => match parts(told, &request.body) {
                Ok(parts) => form(document, shape, &parts),
                Err(detail) => return one("syntax", detail),
            },
            _ if xml::is_xml(&essence) => {
                let text = std::str::from_utf8(&request.body).map_err(|_| "it is not UTF-8".to_owned());
                match text.and_then(|text| xml::read(document, shape, text)) {
                    Ok(value) => value,
                    Err(detail) => return one("syntax", detail),
                }
            }
            _ if is_yaml(&essence) => {
                let text = std::str::from_utf8(&request.body).map_err(|_| "it is not UTF-8".to_owned());
                match text.and_then(yaml_value) {
                    Ok(value) => value,
                    Err(detail) => return one("syntax", format!("it is not YAML: {detail}")),
                }
            }
            _ if essence.starts_with("text/") && !essence.starts_with("text/event-stream") => {
                match std::str::from_utf8(&request.body) {
                    Ok(text) => super::params::scalar(document, shape, text),
                    Err(_) => return one("syntax", "it is not UTF-8".to_owned()),
                }
            }
            _ => return Vec::new(), // Bytes are taken as they are.
        }
    };
    let misfits = document.misfits(Way::Asked, &schema, &value);
    misfits.into_iter().map(|misfit| Fault { place: "body", name: String::new(), misfit }).collect()
}

/// The fields of a form. A list without members leaves no trace in one: where it is required it is taken as empty.
fn form(document: &Document, schema: &Value, pairs: &[(String, String)]) -> Value {
    let mut value = fields(document, schema, pairs);
    let shape = super::shape::flat(document, Way::Asked, schema);
    for name in shape.list("required").iter().filter_map(Value::as_str) {
        let property =
            shape.object("properties").and_then(|known| known.get(name)).cloned().unwrap_or_default();
        let is_list = super::shape::flat(document, Way::Asked, &property).types() == ["array"];
        if is_list && value.get(name).is_none() {
            value[name] = Value::Array(Vec::new());
        }
    }
    value
}

/// Names and contents of the parts of a multipart form (RFC 7578); contents that are no text are lost on the way.
fn parts(told: &str, body: &[u8]) -> Result<Vec<(String, String)>, String> {
    let boundary = told
        .split(';')
        .filter_map(|part| part.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("boundary"))
        .map(|(_, value)| value.trim_matches('"'))
        .filter(|value| !value.is_empty())
        .ok_or("the Content-Type names no boundary")?;
    let body = String::from_utf8_lossy(body);
    let delimiter = format!("--{boundary}");
    let mut out = Vec::new();
    let mut pieces = body.split(delimiter.as_str());
    pieces.next();
    for piece in pieces {
        let Some(piece) = piece.strip_prefix("\r\n") else {
            if piece.starts_with("--") {
                return Ok(out);
            }
            return Err("a boundary does not end its line".to_owned());
        };
        let (head, content) = piece.split_once("\r\n\r\n").ok_or("a part has no end of its headers")?;
        let disposition = head
            .lines()
            .find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))
            .ok_or("a part has no Content-Disposition")?;
        let name = disposition
            .split(';')
            .filter_map(|part| part.trim().strip_prefix("name="))
            .map(|name| name.trim_matches('"').replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
            .next()
            .ok_or("a part has no name")?;
        out.push((name, content.strip_suffix("\r\n").unwrap_or(content).to_owned()));
    }
    Err("the last boundary is missing".to_owned())
}
