//! `Content-Type` (RFC 9110 section 8.3): media types, ranges of them, charsets.

use std::borrow::Cow;

/// A media type with its parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaType {
    /// In lower case, without parameters.
    pub(crate) essence: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads one; none if it is not written as one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (essence, rest) = text.split_once(';').map_or((text, ""), |(essence, rest)| (essence, rest));
        let essence = essence.trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        let token = |text: &str| !text.is_empty() && text.bytes().all(is_token);
        (token(kind) && token(subtype)).then(|| Self { parameters: parameters(rest), essence })
    }

    /// The value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Is it JSON, or of a type with the suffix `+json` (RFC 6839)?
    #[cfg(any(test, feature = "multipart"))]
    pub(crate) fn is_json(&self) -> bool {
        self.fits("application/json") || self.fits("text/json") || self.essence.ends_with("+json")
    }

    /// Is it of this type or range, such as `image/*`, `*/*` or `application/*+json`? Its parameters do not matter.
    pub(crate) fn fits(&self, range: &str) -> bool {
        let range = range.split(';').next().unwrap_or_default().trim();
        let Some((kind, subtype)) = range.split_once('/') else { return range == "*" };
        let Some((own_kind, own_subtype)) = self.essence.split_once('/') else { return false };
        let same_kind = kind == "*" || kind.eq_ignore_ascii_case(own_kind);
        let same_subtype = match subtype.strip_prefix('*') {
            Some("") => true,
            Some(suffix) => own_subtype.ends_with(&suffix.to_ascii_lowercase()),
            None => subtype.eq_ignore_ascii_case(own_subtype),
        };
        same_kind && same_subtype
    }
}

/// RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// `; name=value; name="value"`, names in lower case (RFC 9110 section 5.6.6).
pub(crate) fn parameters(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_start_matches(|c: char| c == ';' || c.is_whitespace()).trim_end();
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (value, next) = after.split_once(';').unwrap_or((after, ""));
                (value.trim().to_owned(), next)
            }
        };
        all.push((name.to_ascii_lowercase(), value));
        rest = next;
    }
    all
}

/// The text up to the closing quote, and what follows. Only quotes and backslashes are escaped: old browsers send
/// paths of Windows as they are.
fn unquote(text: &str) -> (String, &str) {
    let mut out = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (out, text.get(at + 1..).unwrap_or_default()),
            // Clients that escape nothing: without this the quote would have no end.
            '\\' if text.get(at + 1..).is_some_and(|rest| rest.trim_end() == "\"") => {
                out.push(c);
                return (out, "");
            }
            '\\' if matches!(chars.peek(), Some((_, '"' | '\\'))) => {
                out.extend(chars.next().map(|(_, c)| c));
            }
            c => out.push(c),
        }
    }
    (out, "")
}

/// Why bytes are not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotText {
    /// The charset is not one that is known.
    Charset,
    /// The bytes are not of the charset.
    Bytes,
}

/// Bytes as text: UTF-8 (the default), US-ASCII or ISO-8859-1.
pub(crate) fn decode<'b>(bytes: &'b [u8], charset: Option<&str>) -> Result<Cow<'b, str>, NotText> {
    let charset = charset.unwrap_or("utf-8").to_ascii_lowercase();
    match charset.as_str() {
        "utf-8" | "utf8" | "unicode-1-1-utf-8" => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| NotText::Bytes)
        }
        "us-ascii" | "ascii" if !bytes.is_ascii() => Err(NotText::Bytes),
        "us-ascii" | "ascii" => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| NotText::Bytes),
        "iso-8859-1" | "latin1" | "iso8859-1" | "l1" => {
            Ok(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()))
        }
        _ => Err(NotText::Charset),
    }
}

#[cfg(test)]
mod tests {
    use super::{MediaType, NotText, decode};

    #[test]
    fn types_and_parameters() {
        let media = MediaType::parse(r#"Multipart/Form-Data; BOUNDARY="a \"b\";c"; charset=utf-8"#).unwrap();
        assert_eq!(media.essence, "multipart/form-data");
        assert_eq!(media.parameter("boundary"), Some(r#"a "b";c"#));
        assert_eq!(media.parameter("charset"), Some("utf-8"));
        assert_eq!(media.parameter("x"), None);
        for bad in ["", "text", "/", "text/", "te xt/plain", "text/plain/x", "text/plain,text/html"] {
            assert_eq!(MediaType::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn ranges() {
        let fits = |media: &str, range: &str| MediaType::parse(media).unwrap().fits(range);
        assert!(fits("image/png", "image/*") && fits("image/png", "*/*") && fits("Image/PNG", "image/png"));
        assert!(
            fits("application/vnd.x+json", "application/*+json")
                && fits("text/plain", "text/plain; charset=x")
        );
        assert!(
            !fits("image/png", "text/*") && !fits("image/png", "image/jpeg") && !fits("a/b+xml", "a/*+json")
        );
        let json = |media: &str| MediaType::parse(media).unwrap().is_json();
        assert!(
            json("application/json") && json("application/merge-patch+json") && !json("application/jsonx")
        );
    }

    #[test]
    fn charsets() {
        assert_eq!(decode("ä".as_bytes(), None).unwrap(), "ä");
        assert_eq!(decode(b"\xEF\xBB\xBFa", Some("UTF-8")).unwrap(), "a");
        assert_eq!(decode(b"\xe4", Some("ISO-8859-1")).unwrap(), "ä");
        assert_eq!(decode(b"\xe4", None), Err(NotText::Bytes));
        assert_eq!(decode(b"\xe4", Some("us-ascii")), Err(NotText::Bytes));
        assert_eq!(decode(b"a", Some("utf-16")), Err(NotText::Charset));
    }
}
