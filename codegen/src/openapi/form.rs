//! The `encoding` of a media type: how the properties of a form are spelled.

use super::lower::Lower;
use super::param::style_of;
use super::tree::Node;
use crate::ir::{Encoding, Place};

/// What a media type says of its properties.
pub(crate) fn encodings<'t>(lower: &mut Lower<'t, '_>, media: &'t Node) -> Vec<Encoding> {
    let mut all = Vec::new();
    for entry in lower.document.entries(media, "encoding") {
        let node = &entry.value;
        if lower.document.map(node, "an encoding").is_none() {
            continue;
        }
        let known = [
            "contentType",
            "headers",
            "style",
            "explode",
            "allowReserved",
            "encoding",
            "prefixEncoding",
            "itemEncoding",
        ];
        lower.document.known(node, &known);
        let media_types = lower.document.text(node, "contentType").unwrap_or_default().split(',');
        let media_types =
            media_types.map(|one| one.trim().to_owned()).filter(|one| one.contains('/')).collect();
        // OpenAPI 3.2, section 4.15: with any of these, the rules of query parameters hold.
        let styled = ["style", "explode", "allowReserved"].iter().any(|key| node.get(key).is_some());
        let style = styled.then(|| style_of(lower, node, Place::Query));
        let headers = headers(lower, node);
        all.push(Encoding { property: entry.key.to_string(), media_types, style, headers, span: entry.at });
    }
    all
}

/// Headers that a part must have. `Content-Type` is described elsewhere.
fn headers<'t>(lower: &mut Lower<'t, '_>, encoding: &'t Node) -> Vec<String> {
    let mut all = Vec::new();
    for entry in lower.document.entries(encoding, "headers") {
        let Some(header) = lower.document.follow(&entry.value) else { continue };
        let required = lower.document.flag(header, "required") == Some(true);
        if required && !entry.key.eq_ignore_ascii_case("content-type") {
            all.push(entry.key.to_string());
        }
    }
    all
}
