//! Answers, compressed for those who take it (RFC 9110 sections 8.4 and 12.5.3).

use axum::body::Body;
use http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, VARY,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

/// Answers are compressed for those who take it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub struct Compression {
    /// Whether they are (with the feature `compression`). A page that shows a secret beside what its caller has sent
    /// tells the secret by its length (BREACH): then not.
    pub enabled: bool,
    /// Shorter answers are not worth it.
    pub least: crate::quantity::Size,
}

impl Default for Compression {
    fn default() -> Self {
        Self { enabled: true, least: crate::quantity::Size(1024) }
    }
}

/// A coding that clients know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Zstd,
    Brotli,
    Gzip,
}

impl Coding {
    fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The best of those that a client takes; of those that it likes alike, the one that costs least for its effect.
    pub(super) fn wanted(headers: &HeaderMap) -> Option<Self> {
        let texts = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        let mut best: Option<(u32, Self)> = None;
        let listed: Vec<(&str, u32)> = texts.flat_map(|text| text.split(',')).map(weighted).collect();
        for coding in [Self::Zstd, Self::Brotli, Self::Gzip] {
            let of = |name: &str| listed.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
            let weight = of(coding.name()).or_else(|| of("*")).map_or(0, |(_, weight)| *weight);
            if weight > best.map_or(0, |(known, _)| known) {
                best = Some((weight, coding));
            }
        }
        best.map(|(_, coding)| coding)
    }
}

/// A coding and its weight in thousandths.
fn weighted(text: &str) -> (&str, u32) {
    let (name, parameters) = text.split_once(';').unwrap_or((text, ""));
    let quality = parameters.split(';').find_map(|one| one.trim().strip_prefix("q="));
    let weight = quality.map_or(Some(1.0), |quality| quality.trim().parse::<f32>().ok());
    // A weight is between 0 and 1; what is none counts as nothing.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 1000")]
    let thousandths = weight.map_or(0, |weight| (weight.clamp(0.0, 1.0) * 1000.0) as u32);
    (name.trim(), thousandths)
}

/// Media types that shrink. Streams of events are sent as they come, and are none of these.
fn shrinks(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/').unwrap_or((essence, ""));
    match kind {
        "text" => subtype != "event-stream",
        "application" => {
            matches!(
                subtype,
                "json" | "xml" | "javascript" | "yaml" | "wasm" | "toml" | "graphql-response+json"
            ) || subtype.ends_with("+json")
                || subtype.ends_with("+xml")
                || subtype.ends_with("+yaml")
        }
        "image" => subtype == "svg+xml",
        _ => false,
    }
}

/// An answer that may be compressed, is.
pub(super) fn compressed(
    settings: &Compression,
    coding: Option<Coding>,
    response: Response<Body>,
) -> Response<Body> {
    let headers = response.headers();
    let length = http_body::Body::size_hint(response.body()).exact();
    let is_fit = cfg!(feature = "compression")
        && settings.enabled
        && length.is_none_or(|length| length >= settings.least.0)
        && !headers.contains_key(CONTENT_ENCODING)
        && !headers.contains_key(CONTENT_RANGE)
        && !matches!(
            response.status(),
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT
        )
        && headers.get(CONTENT_TYPE).and_then(|media| media.to_str().ok()).is_some_and(shrinks);
    if !is_fit {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    parts.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    let Some(coding) = coding else { return Response::from_parts(parts, body) };
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    parts.headers.remove(CONTENT_LENGTH);
    // It is the same thing, but no longer byte for byte (RFC 9110 section 8.8.1).
    if let Some(tag) = parts.headers.get(ETAG).and_then(|tag| tag.to_str().ok())
        && !tag.starts_with("W/")
        && let Ok(weak) = HeaderValue::from_str(&format!("W/{tag}"))
    {
        parts.headers.insert(ETAG, weak);
    }
    Response::from_parts(parts, packed(coding, body))
}

#[cfg(not(feature = "compression"))]
fn packed(_: Coding, body: Body) -> Body {
    body
}

#[cfg(feature = "compression")]
fn packed(coding: Coding, body: Body) -> Body {
    use async_compression::Level;
    use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder, ZstdEncoder};
    use futures_util::TryStreamExt;
    use tokio_util::io::{ReaderStream, StreamReader};
    let reader = StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
    match coding {
        Coding::Zstd => {
            Body::from_stream(ReaderStream::new(ZstdEncoder::with_quality(reader, Level::Precise(3))))
        }
        Coding::Brotli => {
            Body::from_stream(ReaderStream::new(BrotliEncoder::with_quality(reader, Level::Precise(4))))
        }
        Coding::Gzip => {
            Body::from_stream(ReaderStream::new(GzipEncoder::with_quality(reader, Level::Precise(5))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Coding, shrinks};
    use http::header::ACCEPT_ENCODING;
    use http::{HeaderMap, HeaderValue};

    #[test]
    fn wishes() {
        let wanted = |text: &'static str| {
            Coding::wanted(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(text))]))
        };
        assert_eq!(wanted("gzip, deflate, br"), Some(Coding::Brotli));
        assert_eq!(wanted("gzip;q=1, br;q=0.5, zstd;q=0"), Some(Coding::Gzip));
        assert_eq!(wanted("*"), Some(Coding::Zstd));
        assert_eq!((wanted("identity"), wanted("gzip;q=0"), wanted("gzip;q=x")), (None, None, None));
        assert_eq!(Coding::wanted(&HeaderMap::new()), None);
    }

    #[test]
    fn media() {
        assert!(
            ["text/html", "application/problem+json; charset=utf-8", "image/svg+xml"]
                .into_iter()
                .all(shrinks)
        );
        assert!(
            ["text/event-stream", "image/png", "application/octet-stream", "x"]
                .into_iter()
                .all(|m| !shrinks(m))
        );
    }
}
