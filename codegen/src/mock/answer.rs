//! What is answered: which status, which media type, which value, which headers.

use super::dialect::Way;
use super::document::{Document, escape};
use super::operation::{Media, Operation, Response, Status};
use super::params::is_json;
use super::prefer::Prefer;
use super::problem::Problem;
use super::random::Random;
use super::value::{Examples, make};
use super::{Answer, Request, xml};
use serde_json::{Map, Value};

/// How many items a stream has.
const ITEMS: usize = 3;

/// Headers that say how the body is sent, which the server knows best; `Content-Type` is the media type's affair
/// (OpenAPI 3.2, section 4.18.1).
const FRAMING: [&str; 9] = [
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "upgrade",
    "trailer",
    "date",
];

/// The smallest image there is.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\0\0\0\0IEND\xaeB`\x82";

/// A request and the operation that it means.
pub(super) struct Asking<'a> {
    pub(super) document: &'a Document,
    pub(super) operation: &'a Operation,
    pub(super) request: &'a Request,
    pub(super) seed: u64,
    pub(super) path: &'a str,
}

impl Asking<'_> {
    /// The answer to a request that is as it should be.
    pub(super) fn succeed(&self, prefer: &Prefer) -> Result<Answer, Problem> {
        let (status, response) = self.status(prefer)?;
        let Some(response) = response else { return Ok(Answer { status, ..Answer::default() }) };
        let mut answer = if response.content.is_empty() || matches!(status, 204 | 205 | 304) {
            Answer { status, ..Answer::default() }
        } else {
            let (media, name) = self.accepted(&response.content)?;
            self.body(status, media, &name, prefer)?
        };
        answer.headers.extend(self.headers(response, status));
        if !prefer.applied.is_empty() {
            answer.headers.push(("preference-applied".to_owned(), prefer.applied.clone()));
        }
        Ok(answer)
    }

    /// The answer to a request that is not: in the form that the document has for it, where it has one.
    pub(super) fn refuse(&self, problem: Problem) -> Answer {
        let codes: &[u16] =
            if problem.status == 400 { &[400, 422] } else { std::slice::from_ref(&problem.status) };
        let exact = codes.iter().find_map(|code| {
            let found =
                self.operation.responses.iter().find(|response| response.status == Status::Code(*code));
            found.map(|response| (*code, response))
        });
        let found =
            exact.or_else(|| self.covering(problem.status).map(|response| (problem.status, response)));
        let Some((status, response)) = found else { return problem.answer() };
        let random = self.random(status, "problem");
        let own_text = || response.content.iter().find(|media| media.name.starts_with("text/"));
        let mut answer = match response.content.iter().find(|media| is_json(&media.name)) {
            None if let Some(media) = own_text() => {
                Answer::new(status, &concrete(&media.name), problem.text())
            }
            None => Answer::new(status, "application/problem+json", problem.json(status).to_string()),
            Some(media) => {
                let own = problem.json(status);
                let value = match media.schema(self.document) {
                    Some(schema) if !self.document.fits(Way::Told, &schema, &own) => {
                        let made = match self.example(media) {
                            Some(example) => example,
                            None => make(self.document, &schema, &random, Examples::First).0,
                        };
                        self.told(made, &own, &schema)
                    }
                    _ => own,
                };
                Answer::new(status, &concrete(&media.name), value.to_string())
            }
        };
        answer.headers.extend(problem.headers().iter().cloned());
        answer.headers.extend(self.headers(response, status));
        answer.headers.push(("mock-problem".to_owned(), ascii(&problem.json(status))));
        answer
    }

    /// Puts what is known of the problem where the document's own form has a place for it.
    fn told(&self, mut made: Value, own: &Value, schema: &str) -> Value {
        for (key, from) in [
            ("message", "detail"),
            ("detail", "detail"),
            ("description", "detail"),
            ("error_description", "detail"),
            ("title", "title"),
            ("status", "status"),
            ("code", "status"),
        ] {
            let Some(slot) = made.get_mut(key) else { continue };
            let before = std::mem::replace(slot, own[from].clone());
            if !self.document.fits(Way::Told, schema, &made) {
                made[key] = before;
            }
        }
        made
    }

    /// The status that the client asked for, else the lowest success.
    fn status(&self, prefer: &Prefer) -> Result<(u16, Option<&Response>), Problem> {
        if let Some(code) = prefer.code {
            let Some(response) = self.covering(code) else {
                let known: Vec<String> =
                    self.operation.responses.iter().map(|response| spelled(response.status)).collect();
                let detail = format!("the document has no response {code}; it has {}", known.join(", "));
                return Err(Problem::new(400, detail));
            };
            return Ok((code, Some(response)));
        }
        let rank = |response: &&Response| match response.status {
            Status::Code(code @ 200..300) => (0, code),
            Status::Class(2) => (1, 200),
            Status::Default => (2, 200),
            Status::Code(code) => (3, code),
            Status::Class(class) => (4, class * 100),
        };
        let best = self.operation.responses.iter().min_by_key(rank);
        Ok(best.map_or((200, None), |response| (rank(&response).1, Some(response))))
    }

    fn covering(&self, code: u16) -> Option<&Response> {
        let fitting = self.operation.responses.iter().filter(|response| response.status.covers(code));
        fitting.min_by_key(|response| response.status)
    }

    fn random(&self, status: u16, what: &str) -> Random {
        let operation = self.operation;
        Random::new(self.seed, &[&operation.method, &operation.path, self.path, &status.to_string(), what])
    }

    /// The media type that the client likes best (RFC 9110, section 12.5.1); JSON when it does not care.
    fn accepted<'m>(&self, content: &'m [Media]) -> Result<(&'m Media, String), Problem> {
        let accept: Vec<&str> = self
            .request
            .headers
            .iter()
            .filter(|(name, _)| name == "accept")
            .map(|(_, value)| value.as_str())
            .collect();
        let accept = if accept.is_empty() { "*/*".to_owned() } else { accept.join(",") };
        let ranges: Vec<(String, f32)> = accept.split(',').filter_map(range).collect();
        let mut best: Option<(f32, bool, &Media, String)> = None;
        for media in content {
            let Some((quality, name)) = quality(&media.name, &ranges) else { continue };
            let json = is_json(&name);
            let better = best.as_ref().is_none_or(|(known, known_json, ..)| {
                quality > *known || (quality.total_cmp(known).is_eq() && json && !known_json)
            });
            if better {
                best = Some((quality, json, media, name));
            }
        }
        if let Some((_, _, media, name)) = best {
            return Ok((media, name));
        }
        let known: Vec<&str> = content.iter().map(|media| media.name.as_str()).collect();
        Err(Problem::new(406, format!("there is {}", known.join(", "))))
    }

    /// The example of a media type that fits its schema.
    fn example(&self, media: &Media) -> Option<Value> {
        let one = self.document.at(&format!("{}/example", media.pointer)).cloned();
        let named = self.document.at(&format!("{}/examples", media.pointer)).and_then(Value::as_object);
        let named = named.into_iter().flat_map(Map::keys).filter_map(|name| self.named(media, name));
        let schema = media.schema(self.document);
        one.into_iter()
            .chain(named)
            .find(|value| schema.as_ref().is_none_or(|schema| self.document.fits(Way::Told, schema, value)))
    }

    fn named(&self, media: &Media, name: &str) -> Option<Value> {
        let pointer = self.document.follow(&format!("{}/examples/{}", media.pointer, escape(name)));
        let example = self.document.at(&pointer)?;
        example.get("value").or_else(|| example.get("dataValue")).cloned()
    }

    fn body(&self, status: u16, media: &Media, name: &str, prefer: &Prefer) -> Result<Answer, Problem> {
        let random = self.random(status, name);
        let schema = media.schema(self.document);
        let asked = match &prefer.example {
            None => None,
            Some(example) => match self.named(media, example) {
                Some(value) => Some(value),
                None => return Err(Problem::new(400, format!("there is no example `{example}`"))),
            },
        };
        let known = asked.or_else(|| if prefer.dynamic { None } else { self.example(media) });
        let stream = Stream::of(name).filter(|_| {
            media.pointer_has(self.document, "itemSchema") || !known.as_ref().is_some_and(Value::is_string)
        });
        let examples = if prefer.dynamic { Examples::Never } else { Examples::First };
        let mut note = None;
        let mut made = |random: &Random| match &schema {
            Some(schema) => {
                let (value, fits) = make(self.document, schema, random, examples);
                if !self.document.is_checked(Way::Told, schema) {
                    note = Some("the schema cannot be compiled, so the value is not checked".to_owned());
                } else if !fits {
                    note = Some("no value was found that fits the schema".to_owned());
                }
                value
            }
            None => Value::Object(Map::new()),
        };
        let body = match (stream, known) {
            (Some(stream), known) => {
                let mut random = random;
                let mut items: Vec<Value> = known
                    .into_iter()
                    .flat_map(|known| match known {
                        Value::Array(items) => items,
                        one => vec![one],
                    })
                    .collect();
                while items.len() < ITEMS {
                    items.push(made(&random));
                    random.next();
                }
                stream.write(&items)
            }
            (None, Some(known)) => self.written(&known, name, schema.as_deref()),
            (None, None) if name == "image/png" => PNG.to_vec(),
            (None, None) => self.written(&made(&random), name, schema.as_deref()),
        };
        Ok(Answer { note, ..Answer::new(status, name, body) }).map(|answer| Answer { status, ..answer })
    }

    fn written(&self, value: &Value, name: &str, schema: Option<&str>) -> Vec<u8> {
        let essence = name.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match value {
            _ if is_json(name) => value.to_string().into_bytes(),
            Value::String(text) => text.clone().into_bytes(),
            _ if xml::is_xml(&essence) => xml::write(self.document, schema, value).into_bytes(),
            Value::Object(map) if essence == "application/x-www-form-urlencoded" => form(map).into_bytes(),
            _ => value.to_string().into_bytes(),
        }
    }

    /// The headers that the document promises.
    fn headers(&self, response: &Response, status: u16) -> Vec<(String, String)> {
        let names = self.document.at(&format!("{}/headers", response.pointer)).and_then(Value::as_object);
        let mut out = Vec::new();
        for name in names.into_iter().flat_map(Map::keys) {
            let own = name.to_ascii_lowercase();
            if FRAMING.contains(&own.as_str()) || http::HeaderName::try_from(&own).is_err() {
                continue;
            }
            let pointer = self.document.follow(&format!("{}/headers/{}", response.pointer, escape(name)));
            let schema = format!("{pointer}/schema");
            let example = self.document.at(&format!("{pointer}/example")).cloned();
            let example = example.filter(|value| self.document.fits(Way::Told, &schema, value));
            let value = example.unwrap_or_else(|| match self.document.at(&schema) {
                Some(_) => make(self.document, &schema, &self.random(status, &own), Examples::First).0,
                None => "text".into(),
            });
            let text = simple(&value);
            if http::HeaderValue::from_str(&text).is_ok() {
                out.push((own, text));
            }
        }
        out
    }
}

impl Media {
    fn pointer_has(&self, document: &Document, key: &str) -> bool {
        document.at(&format!("{}/{key}", self.pointer)).is_some()
    }
}

/// Media types that hold one value after the other.
#[derive(Debug, Clone, Copy)]
enum Stream {
    Events,
    Lines,
    Sequence,
}

impl Stream {
    fn of(name: &str) -> Option<Self> {
        Some(match name.split(';').next().unwrap_or_default().trim() {
            "text/event-stream" => Stream::Events,
            "application/jsonl"
            | "application/x-ndjson"
            | "application/ndjson"
            | "application/json-lines" => Stream::Lines,
            "application/json-seq" => Stream::Sequence,
            _ => return None,
        })
    }

    fn write(self, items: &[Value]) -> Vec<u8> {
        let mut out = String::new();
        for item in items {
            match self {
                Stream::Lines => out.push_str(&format!("{item}\n")),
                Stream::Sequence => out.push_str(&format!("\u{1e}{item}\n")),
                Stream::Events => event(item, &mut out),
            }
        }
        out.into_bytes()
    }
}

/// A server-sent event: an object with `data` is the event itself, anything else is its data.
fn event(item: &Value, out: &mut String) {
    let text = |value: &Value| {
        value.as_str().map_or_else(|| value.to_string(), |text| text.replace(['\r', '\n'], " "))
    };
    match item.as_object().filter(|map| map.contains_key("data")) {
        Some(map) => {
            for key in ["event", "id", "retry", "data"] {
                if let Some(value) = map.get(key) {
                    out.push_str(&format!("{key}: {}\n", text(value)));
                }
            }
        }
        None => out.push_str(&format!("data: {}\n", text(item))),
    }
    out.push('\n');
}

fn spelled(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}XX"),
        Status::Default => "default".to_owned(),
    }
}

/// A range of `Accept` and its quality.
fn range(text: &str) -> Option<(String, f32)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next()?.to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=")).and_then(|text| text.parse().ok());
    (!name.is_empty()).then_some((name, quality.unwrap_or(1.0)))
}

/// How much a client wants a media type of the document, and what it is then called.
fn quality(media: &str, ranges: &[(String, f32)]) -> Option<(f32, String)> {
    let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, sub) = essence.split_once('/')?;
    let mut best: Option<(usize, f32, String)> = None;
    for (range, quality) in ranges {
        let (wanted, wanted_sub) = range.split_once('/').unwrap_or((range, "*"));
        let closeness = match (wanted, wanted_sub) {
            _ if *range == essence => 3,
            ("*", "*") => 0,
            (wanted, "*") if wanted == kind || kind == "*" => 1,
            (wanted, _) if sub == "*" && (wanted == kind || kind == "*") => 2,
            _ => continue,
        };
        if best.as_ref().is_none_or(|(known, ..)| closeness > *known) {
            let name = if closeness == 2 { range.clone() } else { concrete(media) };
            best = Some((closeness, *quality, name));
        }
    }
    best.filter(|(_, quality, _)| *quality > 0.0).map(|(_, quality, name)| (quality, name))
}

/// A media type that can stand in an answer, for a range of the document.
fn concrete(media: &str) -> String {
    match media.split(';').next().unwrap_or_default().trim() {
        "*/*" | "application/*" => "application/json".to_owned(),
        "text/*" => "text/plain".to_owned(),
        "image/*" => "image/png".to_owned(),
        other if other.contains('*') => "application/octet-stream".to_owned(),
        _ => media.to_owned(),
    }
}

/// Style `simple` (OpenAPI 3.2, section 4.12.2.2), as headers are written.
fn simple(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(simple).collect::<Vec<_>>().join(","),
        Value::Object(map) => {
            let pairs = map.iter().flat_map(|(key, value)| [key.clone(), simple(value)]);
            pairs.collect::<Vec<_>>().join(",")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn form(map: &Map<String, Value>) -> String {
    let encode = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => (byte as char).to_string(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pair = |(key, value): (&String, &Value)| format!("{}={}", encode(key), encode(&simple(value)));
    map.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// JSON that can stand in a header.
fn ascii(value: &Value) -> String {
    let mut units = [0; 2];
    let mut out = String::new();
    for letter in value.to_string().chars() {
        if letter.is_ascii() && !letter.is_ascii_control() {
            out.push(letter);
        } else {
            letter.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}
