//! What a client would like the answer to be (RFC 7240): `Prefer: code=404, example=cat, dynamic=true`.

use super::Request;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Prefer {
    /// The status.
    pub(super) code: Option<u16>,
    /// The name of an example.
    pub(super) example: Option<String>,
    /// Made-up values even where the document has examples.
    pub(super) dynamic: bool,
    /// What was asked and understood, for `Preference-Applied`.
    pub(super) applied: String,
}

pub(super) fn read(request: &Request) -> Prefer {
    let mut prefer = Prefer::default();
    let headers = request.headers.iter().filter(|(name, _)| name == "prefer");
    let words = headers.flat_map(|(_, value)| value.split([',', ';', ' ']));
    for (name, value) in words.filter_map(|word| word.split_once('=')) {
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().trim_matches('"'));
        match name.as_str() {
            "code" => match value.parse() {
                Ok(code) if (200..600).contains(&code) => prefer.code = Some(code),
                _ => continue,
            },
            "example" => prefer.example = Some(value.to_owned()),
            "dynamic" => prefer.dynamic = value == "true",
            _ => continue,
        }
        if !prefer.applied.is_empty() {
            prefer.applied.push_str(", ");
        }
        prefer.applied.push_str(&format!("{name}={value}"));
    }
    prefer
}
