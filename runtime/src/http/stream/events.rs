//! Server-sent events on the wire (WHATWG HTML sections 9.2.5 and 9.2.6).

use super::cut::Cut;
use crate::fault::Fault;
use crate::http::problem::{Error, Result};
use crate::json;
use crate::validate::checker::Rules;
use bytes::{Buf, BytesMut};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::ser::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// An event as its lines say it.
#[derive(Debug, Default)]
pub(super) struct Lines {
    data: Option<String>,
    event: Option<String>,
    id: Option<String>,
    retry: Option<u64>,
}

impl Lines {
    fn size(&self) -> usize {
        [&self.data, &self.event, &self.id].into_iter().flatten().map(String::len).sum()
    }

    fn line(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => match &mut self.data {
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
                None => self.data = Some(value.to_owned()),
            },
            "event" => self.event = Some(value.to_owned()).filter(|event| !event.is_empty()),
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => self.retry = value.parse().ok(),
            // Comments (no field name), and what a later standard may add.
            _ => {}
        }
    }
}

/// Cuts at blank lines. What is not ended by one is not an event.
#[derive(Debug, Default)]
pub(super) struct Events {
    now: Lines,
    seen: usize,
    started: bool,
    /// The last line ended with a carriage return: a line feed that follows belongs to it.
    returned: bool,
}

impl Cut for Events {
    type Item = Lines;

    fn cut(&mut self, buffer: &mut BytesMut, end: bool) -> Result<Option<Lines>, Fault> {
        if !self.started {
            if buffer.len() < 3 && !end && b"\xEF\xBB\xBF".starts_with(buffer) {
                return Ok(None);
            }
            if buffer.starts_with(b"\xEF\xBB\xBF") {
                buffer.advance(3);
            }
            self.started = true;
        }
        while let Some(line) = self.next_line(buffer) {
            if !line.is_empty() {
                let line =
                    std::str::from_utf8(&line).map_err(|_| Fault::new("encoding", "is not UTF-8 text"))?;
                self.now.line(line);
                continue;
            }
            let event = std::mem::take(&mut self.now);
            if event.data.is_some() {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    fn held(&self) -> usize {
        self.now.size()
    }
}

impl Events {
    /// A line without its end: CR, LF or both.
    fn next_line(&mut self, buffer: &mut BytesMut) -> Option<BytesMut> {
        if self.returned && !buffer.is_empty() {
            self.returned = false;
            if buffer.first() == Some(&b'\n') {
                buffer.advance(1);
            }
        }
        let rest = buffer.get(self.seen..).unwrap_or_default();
        let Some(at) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.seen = buffer.len();
            return None;
        };
        let mut line = buffer.split_to(self.seen + at + 1);
        self.seen = 0;
        self.returned = line.last() == Some(&b'\r');
        line.truncate(line.len() - 1);
        Some(line)
    }
}

/// Reads an item from its event, as an object of `event`, `data`, `id` and `retry`. Data may be text or JSON: an object or
/// array is taken as JSON where the type takes that, else data is the text, or else JSON.
pub(super) fn read<T: DeserializeOwned + Rules>(event: Lines) -> Result<T, Vec<Fault>> {
    let text = event.data.clone().unwrap_or_default();
    let is_json = serde_json::from_str::<IgnoredAny>(&text).is_ok();
    let as_json = || is_json.then(|| object(&event, &text));
    let as_text = || object(&event, &Value::from(text.as_str()).to_string());
    let nested = text.trim_start().starts_with(['{', '[']);
    let first = if nested { as_json() } else { Some(as_text()) };
    if let Some(value) = first.and_then(|object| json::quick::<T>(object.as_bytes())) {
        return json::checked(value);
    }
    if nested && let Some(value) = json::quick::<T>(as_text().as_bytes()) {
        return json::checked(value);
    }
    json::decode(as_json().unwrap_or_else(as_text).as_bytes())
}

/// The event as a JSON object, given its data as JSON.
fn object(event: &Lines, data: &str) -> String {
    let mut out = format!("{{\"data\":{data}");
    for (key, value) in [("event", &event.event), ("id", &event.id)] {
        if let Some(value) = value {
            out.push_str(&format!(",\"{key}\":{}", Value::from(value.as_str())));
        }
    }
    if let Some(retry) = event.retry {
        out.push_str(&format!(",\"retry\":{retry}"));
    }
    out.push('}');
    out
}

/// Writes an item, which is an object of `event`, `data`, `id` and `retry`.
pub(super) fn write(item: &impl Serialize, out: &mut Vec<u8>) -> Result {
    let json = serde_json::to_string(item)?;
    let fields: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(&json)?;
    for key in ["event", "id", "retry", "data"] {
        let Some(raw) = fields.get(key).map(|raw| raw.get()).filter(|raw| *raw != "null") else { continue };
        let text: Cow<'_, str> =
            if raw.starts_with('"') { Cow::Owned(serde_json::from_str(raw)?) } else { Cow::Borrowed(raw) };
        if key != "data" && text.contains(['\n', '\r', '\0']) {
            let detail = format!("`{key}` of a server-sent event holds a line break or a zero byte");
            return Err(Error::internal(&std::io::Error::other(detail)));
        }
        let unix = text.replace("\r\n", "\n");
        for line in unix.split(['\n', '\r']) {
            out.extend_from_slice(key.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(line.as_bytes());
            out.push(b'\n');
        }
    }
    out.push(b'\n');
    Ok(())
}
