//! `Content-Disposition: form-data; name="…"; filename="…"` (RFC 7578 section 4.2).

use super::super::media::parameters;
use crate::http::style::escape::{Escape, unescape};
use http::HeaderMap;
use http::header::CONTENT_DISPOSITION;

/// What a part is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Disposition {
    pub(super) name: String,
    pub(super) filename: Option<String>,
}

impl Disposition {
    /// Reads it; none without a name.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let value = std::str::from_utf8(headers.get(CONTENT_DISPOSITION)?.as_bytes()).ok()?;
        let (kind, rest) = value.split_once(';')?;
        if !kind.trim().eq_ignore_ascii_case("form-data") {
            return None;
        }
        let parameters = parameters(rest);
        let get = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        let extended = get("filename*").and_then(|value| extended(value));
        let filename = extended.or_else(|| get("filename").map(|value| unquoted(value)));
        let name = unquoted(get("name")?);
        Some(Self { name, filename: filename.map(|filename| last(&filename)) })
    }
}

/// Browsers write quotes and line ends with percent signs (WHATWG HTML, "multipart/form-data encoding algorithm"), and
/// the parser other control characters.
fn unquoted(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        whole.push_str(before);
        let escaped = after.get(..2).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let byte = escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(byte) = byte.filter(|byte| *byte == b'"' || byte.is_ascii_control()) {
            whole.push(char::from(byte));
            rest = &after[2..];
        } else {
            whole.push('%');
            rest = after;
        }
    }
    whole.push_str(rest);
    whole
}

/// RFC 8187: `UTF-8'en'a%20b`.
fn extended(text: &str) -> Option<String> {
    let (charset, rest) = text.split_once('\'')?;
    let (_, value) = rest.split_once('\'')?;
    let utf8 = charset.eq_ignore_ascii_case("utf-8");
    utf8.then(|| unescape(value, Escape::Percent).ok().map(std::borrow::Cow::into_owned)).flatten()
}

/// Without the folders that it lay in (RFC 7578 section 4.2: they are not to be used).
fn last(name: &str) -> String {
    name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::Disposition;
    use http::{HeaderMap, HeaderValue};

    fn of(value: &str) -> Option<(String, Option<String>)> {
        let mut headers = HeaderMap::new();
        headers.insert("content-disposition", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        Disposition::of(&headers).map(|found| (found.name, found.filename))
    }

    #[test]
    fn names() {
        let check = |value: &str, name: &str, filename: Option<&str>| {
            assert_eq!(of(value), Some((name.to_owned(), filename.map(str::to_owned))), "{value}");
        };
        check(r#"form-data; name="a""#, "a", None);
        check("form-data; name=a", "a", None);
        check(r#"Form-Data ; filename="x;y.txt"; NAME = "a b""#, "a b", Some("x;y.txt"));
        check("form-data; name=\"%01%7f%\"; filename=\"%41%é\"", "\u{1}\u{7f}%", Some("%41%é"));
        check(r#"form-data; name="a\""#, "a\\", None);
        check(r#"form-data; name="a\"b%22c"; filename="ä.txt""#, "a\"b\"c", Some("ä.txt"));
        check(r#"form-data; name="a"; filename="..\..\x.txt""#, "a", Some("x.txt"));
        check(r#"form-data; name="a"; filename="/etc/passwd""#, "a", Some("passwd"));
        check(r#"form-data; name="a"; filename="x"; filename*=UTF-8''%e2%82%ac.txt"#, "a", Some("€.txt"));
        check(r#"form-data; name="a"; filename="""#, "a", Some(""));
        for bad in ["form-data", "attachment; name=a", "form-data; filename=x", ""] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }
}
