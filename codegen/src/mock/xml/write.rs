//! Values as XML.

use super::super::dialect::Way;
use super::super::document::Document;
use super::super::shape::flat;
use serde_json::{Map, Value};

/// How deeply elements nest.
const MAX_DEPTH: usize = 64;

pub(in super::super) fn write(document: &Document, schema: Option<&str>, value: &Value) -> String {
    let schema = schema.and_then(|pointer| document.schema(Way::Told, pointer)).unwrap_or(&Value::Null);
    let reference = schema["$ref"].as_str().and_then(|text| text.rsplit('/').next());
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned();
    Writer { document, out: &mut out }.element(schema, reference.unwrap_or("root"), value, 0);
    out
}

struct Writer<'d, 'o> {
    document: &'d Document,
    out: &'o mut String,
}

impl Writer<'_, '_> {
    fn element(&mut self, schema: &Value, name: &str, value: &Value, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let shape = flat(self.document, Way::Told, schema);
        let empty = Map::new();
        let xml = shape.object("xml").unwrap_or(&empty);
        let own = xml.get("name").and_then(Value::as_str).unwrap_or(name);
        let prefix = xml.get("prefix").and_then(Value::as_str);
        let tag = clean(&prefix.map_or_else(|| own.to_owned(), |prefix| format!("{prefix}:{own}")));
        let items = shape.map.get("items").cloned().unwrap_or_default();
        if let Value::Array(list) = value {
            let wrapped = xml.get("wrapped") == Some(&Value::Bool(true)) || depth == 0;
            if wrapped {
                self.out.push_str(&format!("<{tag}>"));
            }
            for item in list {
                self.element(&items, own, item, depth + 1);
            }
            if wrapped {
                self.out.push_str(&format!("</{tag}>"));
            }
            return;
        }
        self.out.push_str(&format!("<{tag}"));
        if let Some(namespace) = xml.get("namespace").and_then(Value::as_str) {
            let name = prefix.map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{}", clean(prefix)));
            self.out.push_str(&format!(" {name}=\"{}\"", escape(namespace)));
        }
        let Value::Object(map) = value else {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let text = if value.is_null() { String::new() } else { text };
            self.out.push_str(&format!(">{}</{tag}>", escape(&text)));
            return;
        };
        let inner = |key: &str| {
            shape.object("properties").and_then(|known| known.get(key)).cloned().unwrap_or_default()
        };
        let is_attribute = |schema: &Value| {
            flat(self.document, Way::Told, schema)
                .object("xml")
                .is_some_and(|xml| xml.get("attribute") == Some(&Value::Bool(true)))
        };
        let (attributes, elements): (Vec<_>, Vec<_>) = map
            .iter()
            .map(|(key, value)| (key, value, inner(key)))
            .partition(|(_, value, schema)| !value.is_object() && !value.is_array() && is_attribute(schema));
        for (key, value, schema) in attributes {
            let shape = flat(self.document, Way::Told, &schema);
            let name =
                shape.object("xml").and_then(|xml| xml.get("name")).and_then(Value::as_str).unwrap_or(key);
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.out.push_str(&format!(" {}=\"{}\"", clean(name), escape(&text)));
        }
        self.out.push('>');
        for (key, value, schema) in elements {
            self.element(&schema, key, value, depth + 1);
        }
        self.out.push_str(&format!("</{tag}>"));
    }
}

/// A name that XML allows (XML 1.0, section 2.3).
fn clean(name: &str) -> String {
    let allowed = |c: char| if c.is_alphanumeric() || "_-.:".contains(c) { c } else { '_' };
    let name: String = name.chars().map(allowed).collect();
    if name.starts_with(|c: char| c.is_alphabetic() || c == '_') { name } else { format!("_{name}") }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
