//! Bodies of requests as streams.

use super::cut::items;
use super::mixed::{Mixed, Part};
use super::{Stream, events as sse, lines, seq};
use crate::fault::Fault;
use crate::json;
use crate::validate::checker::Rules;
use axum::body::Body;
use http::HeaderValue;
use serde::de::DeserializeOwned;

/// JSON Lines; an item may have so many bytes.
pub fn json_lines<T: DeserializeOwned + Rules + Send + 'static>(body: Body, limit: usize) -> Stream<T> {
    items(body, lines::Lines::default(), limit, |line| json::decode(line.trim_ascii_end()))
}

/// A JSON text sequence (RFC 7464); an item may have so many bytes.
pub fn json_seq<T: DeserializeOwned + Rules + Send + 'static>(body: Body, limit: usize) -> Stream<T> {
    items(body, seq::Seq::default(), limit, |text| json::decode(text.trim_ascii_end()))
}

/// Server-sent events; an item is an object of `event`, `data`, `id` and `retry`, such as [`Event`](super::Event).
pub fn events<T: DeserializeOwned + Rules + Send + 'static>(body: Body, limit: usize) -> Stream<T> {
    items(body, sse::Events::default(), limit, sse::read)
}

/// `multipart/mixed` whose parts are JSON.
pub fn mixed<T: DeserializeOwned + Rules + Send + 'static>(
    body: Body,
    boundary: &str,
    limit: usize,
) -> Stream<T> {
    items(body, Mixed::new(boundary), limit, |part: Part| {
        let media = part.media().unwrap_or("application/json");
        let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence == "application/json" || essence.ends_with("+json") {
            json::decode(&part.body)
        } else {
            Err(vec![Fault::new("media_type", "is a part that is not JSON")])
        }
    })
}

/// `multipart/mixed` whose parts are of any media type.
pub fn parts(body: Body, boundary: &str, limit: usize) -> Stream<Part> {
    items(body, Mixed::new(boundary), limit, Ok)
}

/// The boundary that the `Content-Type` of a multipart body names (RFC 2046 section 5.1.1), if it is a valid one.
pub fn boundary(media: Option<&HeaderValue>) -> Option<String> {
    let parameters = media?.to_str().ok()?.split(';').skip(1);
    let (_, text) = parameters
        .filter_map(|part| part.trim_start().split_once('='))
        .find(|(name, _)| name.trim_end().eq_ignore_ascii_case("boundary"))?;
    let boundary = text.trim().trim_matches('"');
    let sound =
        (1..=70).contains(&boundary.len()) && boundary.bytes().all(|byte| (0x20..0x7F).contains(&byte));
    sound.then(|| boundary.to_owned())
}
