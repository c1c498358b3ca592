//! Schemas as they are served: each at `/openapi.json` below its own prefix.

use crate::http::reply::Reply;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, ETAG, HeaderMap, IF_NONE_MATCH};
use http::{HeaderValue, StatusCode};
use serde_json::Value;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

/// A schema, and what it is the schema of.
#[derive(Debug, Clone, Copy)]
pub struct Document {
    /// `info.title`
    pub title: &'static str,
    /// `info.version`
    pub version: &'static str,
    /// The document as JSON.
    pub json: &'static str,
}

/// A schema in its place.
#[derive(Debug, Clone)]
pub(crate) struct Mounted {
    pub(crate) document: &'static Document,
    prefix: String,
    text: OnceLock<(Bytes, HeaderValue)>,
}

impl Mounted {
    pub(crate) fn new(document: &'static Document) -> Self {
        Self { document, prefix: String::new(), text: OnceLock::new() }
    }

    /// The same below `prefix`.
    pub(crate) fn below(self, prefix: &str) -> Self {
        Self { prefix: format!("{prefix}{}", self.prefix), text: OnceLock::new(), ..self }
    }

    /// Is it the same one in the same place?
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.prefix == other.prefix
    }

    /// Where it is served.
    pub(crate) fn path(&self) -> String {
        format!("{}/openapi.json", self.prefix)
    }

    /// The schema itself. Its tag is made from the text, so every instance of a service gives the same.
    pub(crate) fn reply(&self, headers: &HeaderMap) -> Reply {
        let (text, tag) = self.text.get_or_init(|| {
            let text = self.text();
            let mut hasher = std::hash::DefaultHasher::new();
            text.hash(&mut hasher);
            let tag = HeaderValue::from_str(&format!("\"{:016x}\"", hasher.finish()));
            (text, tag.unwrap_or(HeaderValue::from_static("\"schema\"")))
        });
        let reply = if headers.get(IF_NONE_MATCH) == Some(tag) {
            Reply::empty(StatusCode::NOT_MODIFIED)
        } else {
            Reply::bytes(StatusCode::OK, "application/json", text.clone())
        };
        reply.with(ETAG, tag.clone()).with(CACHE_CONTROL, HeaderValue::from_static("no-cache"))
    }

    /// The schema; below a prefix its `servers` say where it is served here.
    fn text(&self) -> Bytes {
        let plain = Bytes::from_static(self.document.json.as_bytes());
        if self.prefix.is_empty() {
            return plain;
        }
        let Ok(mut schema) = serde_json::from_str::<Value>(self.document.json) else { return plain };
        let first = schema.get("servers").and_then(|servers| servers.get(0)).cloned();
        let own = first.as_ref().map_or_else(String::new, base);
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("servers".to_owned(), self.served(&own));
        }
        self.rebase(schema.get_mut("paths"));
        serde_json::to_vec(&schema).map_or(plain, Bytes::from)
    }

    /// Servers of paths and operations.
    fn rebase(&self, paths: Option<&mut Value>) {
        let items = paths.and_then(Value::as_object_mut).into_iter().flat_map(|paths| paths.values_mut());
        for item in items.filter_map(Value::as_object_mut) {
            let operations = item.values_mut().filter_map(Value::as_object_mut);
            operations.for_each(|operation| self.replace(operation));
            self.replace(item);
        }
    }

    fn replace(&self, owner: &mut serde_json::Map<String, Value>) {
        let first = owner.get("servers").and_then(|servers| servers.get(0)).map(base);
        if let Some(own) = first {
            owner.insert("servers".to_owned(), self.served(&own));
        }
    }

    fn served(&self, base: &str) -> Value {
        let url = format!("{}{base}", self.prefix);
        serde_json::json!([{ "url": url }])
    }
}

/// The path of a server's address, its variables at their defaults, without a slash at the end.
fn base(server: &Value) -> String {
    let mut url = server["url"].as_str().unwrap_or_default().to_owned();
    for (name, variable) in server["variables"].as_object().into_iter().flatten() {
        url = url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default());
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None => url.as_str(),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_follow_the_prefix() {
        static DOCUMENT: Document = Document {
            title: "A",
            version: "1",
            json: r#"{"servers":[{"url":"https://{at}.example.com/{v}/","variables":{"v":{"default":"v1"}}}],
                "paths":{"/a":{"servers":[{"url":"/b"}],"get":{"servers":[{"url":"c"}]},"put":{}}}}"#,
        };
        let plain = Mounted::new(&DOCUMENT);
        assert_eq!(plain.text(), DOCUMENT.json);
        let below = plain.below("/inner").below("/outer");
        assert_eq!(below.path(), "/outer/inner/openapi.json");
        let text: Value = serde_json::from_slice(&below.text()).unwrap_or_default();
        assert_eq!(text["servers"], serde_json::json!([{ "url": "/outer/inner/v1" }]));
        assert_eq!(text["paths"]["/a"]["servers"][0]["url"], "/outer/inner/b");
        assert_eq!(text["paths"]["/a"]["get"]["servers"][0]["url"], "/outer/inner/c");
        assert_eq!(text["paths"]["/a"]["put"], serde_json::json!({}));
    }
}
