//! The errors that serde makes while a section is read, in the words of one who writes a configuration.

use super::finding::advice;
use super::tree::Origin;
use serde::de::{self, Expected, Unexpected};
use std::fmt;

/// Why a value is refused; where, as soon as that is known.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) reason: Reason,
    pub(super) at: Option<(Vec<String>, Origin)>,
}

#[derive(Debug)]
pub(super) enum Reason {
    /// A value that is not of the type: what is wanted, what is there.
    Other { wanted: String, found: String },
    /// A word that is none of some.
    Variant { found: String, known: Vec<&'static str> },
    /// An entry that has to be there is not.
    Missing(&'static str),
    /// What a type says itself.
    Said(String),
}

impl Refused {
    pub(super) fn new(reason: Reason) -> Self {
        Self { reason, at: None }
    }

    /// The sentence about a value, and what to do. What is there is not told of secrets.
    pub(super) fn tell(&self, name: &str, is_secret: bool) -> (String, Option<String>) {
        match &self.reason {
            Reason::Other { wanted, .. } if is_secret => {
                (format!("`{name}` is {wanted}, and what is there is not"), None)
            }
            Reason::Other { wanted, found } => (format!("`{name}` is {wanted}, not {found}"), None),
            Reason::Variant { known, .. } if is_secret => {
                (format!("`{name}` is none of the words that it can be"), Some(advice("", known)))
            }
            Reason::Variant { found, known } => {
                (format!("`{name}` cannot be `{found}`"), Some(advice(found, known)))
            }
            Reason::Missing(field) if name.is_empty() => (format!("`{field}` is not set"), None),
            Reason::Missing(field) => (format!("`{name}.{field}` is not set"), None),
            Reason::Said(_) if is_secret => (format!("`{name}` cannot be what is there"), None),
            Reason::Said(said) => (format!("`{name}`: {said}"), None),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell("value", true).0)
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(said: T) -> Self {
        Self::new(Reason::Said(said.to_string()))
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::new(Reason::Other { wanted: plain(&wanted.to_string()), found: shown(found) })
    }

    fn invalid_value(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::invalid_type(found, wanted)
    }

    fn invalid_length(length: usize, wanted: &dyn Expected) -> Self {
        let found = format!("a list of {length}");
        Self::new(Reason::Other { wanted: plain(&wanted.to_string()), found })
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        Self::new(Reason::Variant { found: found.to_owned(), known: known.to_vec() })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Reason::Missing(field))
    }
}

/// What serde and Rust call a type, said plainly.
fn plain(wanted: &str) -> String {
    let whole = |low: &str, high: &str| format!("a whole number from {low} to {high}");
    match wanted {
        "u8" => whole("0", "255"),
        "u16" => whole("0", "65535"),
        "u32" => whole("0", "4294967295"),
        "u64" | "usize" | "u128" => "a whole number that is not negative".to_owned(),
        "i8" => whole("-128", "127"),
        "i16" => whole("-32768", "32767"),
        "i32" => whole("-2147483648", "2147483647"),
        "i64" | "isize" | "i128" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a string" | "a character" => "a text".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        _ if wanted.starts_with("struct ") => "a table".to_owned(),
        _ if wanted.starts_with("enum ") => "one of some words".to_owned(),
        _ => wanted.to_owned(),
    }
}

fn shown(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(truth) => format!("`{truth}`"),
        Unexpected::Unsigned(number) => format!("`{number}`"),
        Unexpected::Signed(number) => format!("`{number}`"),
        Unexpected::Float(number) => format!("`{number}`"),
        Unexpected::Str(text) => {
            let short: String = text.chars().take(60).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("the text {}{more}", serde_json::Value::from(short))
        }
        Unexpected::Unit => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}
