//! Values of headers, in OpenAPI's style `simple` or as JSON.

use serde::Serialize;
use serde_json::Value;

/// Not exploded: `a,b` and `key,value`.
pub(crate) fn simple(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(items) => items.into_iter().map(simple).collect::<Vec<_>>().join(","),
        Value::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| format!("{key},{}", simple(value)))
            .collect::<Vec<_>>()
            .join(","),
        other @ (Value::Bool(_) | Value::Number(_)) => other.to_string(),
    }
}

/// Exploded: `a,b` and `key=value`. A value that cannot be written is logged and empty.
pub fn exploded(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::Object(entries)) => {
            let pairs = entries.into_iter().map(|(key, value)| format!("{key}={}", simple(value)));
            pairs.collect::<Vec<_>>().join(",")
        }
        Ok(other) => simple(other),
        Err(error) => unwritten(&error),
    }
}

/// JSON, in ASCII, as HTTP wants it of headers. A value that cannot be written is logged and empty.
pub fn json(value: impl Serialize) -> String {
    let text = match serde_json::to_string(&value) {
        Ok(text) => text,
        Err(error) => return unwritten(&error),
    };
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            // Only strings hold such letters, and in strings they may be escaped (RFC 8259 section 7).
            letter.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        }
    }
    out
}

fn unwritten(error: &serde_json::Error) -> String {
    tracing::error!(%error, "an answer's header cannot be written");
    String::new()
}

#[cfg(test)]
mod tests {
    use super::{exploded, json, simple};
    use serde_json::json;

    #[test]
    fn styles() {
        let object = json!({ "a": 1, "b": ["x", "y"] });
        assert_eq!(simple(object.clone()), "a,1,b,x,y");
        assert_eq!(exploded(object), "a=1,b=x,y");
        assert_eq!(exploded([1, 2]), "1,2");
        assert_eq!(json(json!({ "a": "\u{fc}\u{1f600}" })), r#"{"a":"\u00fc\ud83d\ude00"}"#);
    }
}
