//! References relative to a base (RFC 3986, section 5.2).

/// The five parts of a reference (RFC 3986, appendix B).
struct Parts<'u> {
    scheme: Option<&'u str>,
    authority: Option<&'u str>,
    path: &'u str,
    query: Option<&'u str>,
}

/// A reference and its fragment.
pub(super) fn split(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or((reference, ""))
}

fn parts(uri: &str) -> Parts<'_> {
    let (uri, query) = uri.split_once('?').map_or((uri, None), |(uri, query)| (uri, Some(query)));
    let scheme = uri.split_once(':').filter(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    });
    let (scheme, rest) = scheme.map_or((None, uri), |(scheme, rest)| (Some(scheme), rest));
    match rest.strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            Parts { scheme, authority: Some(authority), path, query }
        }
        None => Parts { scheme, authority: None, path: rest, query },
    }
}

/// The reference without its fragment, made absolute.
pub(super) fn resolve(base: &str, reference: &str) -> String {
    let (reference, _) = split(reference);
    let (base, relative) = (parts(base), parts(reference));
    if relative.scheme.is_some() {
        return reference.to_owned();
    }
    let merged;
    let (authority, path, query) = if relative.authority.is_some() {
        (relative.authority, relative.path, relative.query)
    } else if relative.path.is_empty() {
        (base.authority, base.path, relative.query.or(base.query))
    } else if relative.path.starts_with('/') {
        (base.authority, relative.path, relative.query)
    } else {
        let folder = base.path.rfind('/').and_then(|end| base.path.get(..=end));
        let folder = folder.unwrap_or(if base.authority.is_some() { "/" } else { "" });
        merged = without_dots(&format!("{folder}{}", relative.path));
        (base.authority, merged.as_str(), relative.query)
    };
    let scheme = base.scheme.map(|scheme| format!("{scheme}:")).unwrap_or_default();
    let authority = authority.map(|authority| format!("//{authority}")).unwrap_or_default();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}{authority}{path}{query}")
}

fn without_dots(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "." => {}
            ".." => {
                if out.len() > 1 {
                    out.pop();
                }
            }
            step => out.push(step),
        }
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        out.push("");
    }
    out.join("/")
}

/// Undoes `%41` (RFC 3986, section 2.1) of a fragment.
pub(super) fn unescape(fragment: &str) -> String {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{resolve, unescape};

    #[test]
    fn rfc_3986_examples() {
        let base = "http://a/b/c/d;p?q";
        let table = [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("", "http://a/b/c/d;p?q"),
            ("..", "http://a/b/"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
        ];
        for (reference, whole) in table {
            assert_eq!(resolve(base, reference), whole, "{reference}");
        }
        assert_eq!(resolve("", "a/b.json"), "a/b.json");
        assert_eq!(resolve("urn:uuid:1", "#x"), "urn:uuid:1");
    }

    #[test]
    fn fragments() {
        assert_eq!(unescape("a%25b%C3%BC%zz%"), "a%bü%zz%");
    }
}
