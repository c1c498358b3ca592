//! `Accept` (RFC 9110 section 12.5.1): whether the client can take any answer that the operation has.

use http::HeaderMap;
use http::header::ACCEPT;

/// May one of these media types be sent? An empty word stands for an answer without a body. Only when every answer has
/// a body and the client takes none of them is the request refused.
pub(crate) fn allows(headers: &HeaderMap, media: &[&str]) -> bool {
    let mut bodies = media.iter().filter(|media| !media.is_empty()).peekable();
    let values = headers.get_all(ACCEPT);
    if bodies.peek().is_none() || values.iter().next().is_none() {
        return true;
    }
    let text: Vec<&str> = values.iter().filter_map(|value| value.to_str().ok()).collect();
    let ranges: Vec<(&str, bool)> = text.iter().flat_map(|text| text.split(',')).filter_map(range).collect();
    ranges.is_empty() || bodies.any(|media| quality(&ranges, media))
}

/// A media range, and whether its quality is above zero.
fn range(text: &str) -> Option<(&str, bool)> {
    let mut parts = text.split(';').map(str::trim);
    let range = parts.next().filter(|range| range.contains('/') || *range == "*")?;
    let zero = parts.filter_map(|part| part.split_once('=')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>().is_ok_and(|q| q <= 0.0)
    });
    Some((range, !zero))
}

/// The most specific range that fits decides.
fn quality(ranges: &[(&str, bool)], media: &str) -> bool {
    let media = media.split(';').next().unwrap_or(media).trim();
    if media == "*/*" {
        return true;
    }
    let kind = media.split('/').next().unwrap_or(media);
    let fits = |range: &str| match range.split_once('/') {
        _ if range.eq_ignore_ascii_case(media) => 3,
        Some((group, "*")) if group.eq_ignore_ascii_case(kind) => 2,
        _ if range == "*/*" || range == "*" => 1,
        _ => 0,
    };
    let best = ranges.iter().map(|(range, wanted)| (fits(range), *wanted)).filter(|(fit, _)| *fit > 0).max();
    best.is_some_and(|(_, wanted)| wanted)
}
