//! `Accept` (RFC 9110 section 12.5.1): which of the media types that an operation has the client likes best.

use crate::http::codec::Media;
use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};

/// What the client takes.
#[derive(Debug, Clone, Default)]
pub struct Accept {
    first: Option<HeaderValue>,
    others: Vec<HeaderValue>,
}

impl Accept {
    /// Of a request.
    pub fn new(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(ACCEPT).iter().cloned();
        let known = Self { first: values.next(), others: values.collect() };
        // What most programs send says no more than nothing.
        let is_any = known.others.is_empty() && known.first.as_ref().is_some_and(|value| value == "*/*");
        if is_any { Self::default() } else { known }
    }

    /// Is this the one and only thing that the client takes?
    fn is_just(&self, media: &str) -> bool {
        self.others.is_empty() && self.first.as_ref().is_some_and(|value| value == media)
    }

    /// The media ranges; none if the client says nothing that can be understood.
    fn ranges(&self) -> Ranges<'_> {
        let texts = self.first.iter().chain(&self.others).filter_map(|value| value.to_str().ok());
        Ranges { all: texts.flat_map(|text| text.split(',')).filter_map(range).collect() }
    }

    /// May one of these be sent? Without media types there is no body that could be refused.
    pub(crate) fn allows(&self, mut media: impl Iterator<Item = Media>) -> bool {
        if self.first.is_none() {
            return true;
        }
        let Some(first) = media.next() else { return true };
        if self.is_just(first.0) {
            return true;
        }
        let ranges = self.ranges();
        if ranges.all.is_empty() {
            return true;
        }
        std::iter::once(first).chain(media).any(|Media(media)| ranges.quality(media) > 0)
    }

    /// The place of the media type that the client likes best; of those that it likes alike the first one. `None`: it
    /// takes none of them.
    pub(crate) fn best(&self, media: impl Iterator<Item = &'static str>) -> Option<usize> {
        let ranges = self.ranges();
        let mut best = (None, 0);
        for (n, media) in media.enumerate() {
            let quality = ranges.quality(media);
            if quality > best.1 {
                best = (Some(n), quality);
            }
        }
        best.0
    }
}

/// The media ranges of a request.
struct Ranges<'h> {
    all: Vec<Range<'h>>,
}

struct Range<'h> {
    kind: &'h str,
    subtype: &'h str,
    parameters: Vec<&'h str>,
    /// In thousandths.
    quality: u16,
}

impl Ranges<'_> {
    /// In thousandths: that of the most specific range that fits. Without `Accept`, anything is fine.
    fn quality(&self, media: &str) -> u16 {
        if self.all.is_empty() {
            return 1000;
        }
        let offered: Vec<&str> = media.split(';').map(str::trim).collect();
        let (essence, parameters) = offered.split_first().unwrap_or((&"", &[]));
        if *essence == "*/*" {
            return self.all.iter().map(|range| range.quality).max().unwrap_or_default();
        }
        let fits = |range: &Range<'_>| fit(range, essence, parameters);
        let best = self.all.iter().map(|range| (fits(range), range.quality)).max();
        best.filter(|(fit, _)| *fit > 0).map_or(0, |(_, quality)| quality)
    }
}

/// How closely a range fits; 0: not at all.
fn fit(range: &Range<'_>, essence: &str, parameters: &[&str]) -> usize {
    let (kind, subtype) = essence.split_once('/').unwrap_or((essence, ""));
    let same = range.kind.eq_ignore_ascii_case(kind);
    // What the answer does not say of itself (a charset, most often) does not keep it from fitting.
    let shared = parameters
        .iter()
        .filter(|own| range.parameters.iter().any(|asked| asked.eq_ignore_ascii_case(own)))
        .count();
    match (range.kind, range.subtype) {
        ("*", "*") => 1,
        (_, "*") if same => 2,
        (_, wanted) if same && (wanted.eq_ignore_ascii_case(subtype) || subtype == "*") => 3 + shared,
        (_, _) => 0,
    }
}

fn range(text: &str) -> Option<Range<'_>> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next()?;
    let (kind, subtype) = if name == "*" { ("*", "*") } else { name.split_once('/')? };
    let (mut quality, mut parameters) = (1000, Vec::new());
    for part in parts {
        match part.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("q") => {
                let value: f32 = value.trim().parse().unwrap_or(1.0);
                quality = thousandths(value);
            }
            Some(_) | None => parameters.push(part),
        }
    }
    Some(Range { kind, subtype, parameters, quality })
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
fn thousandths(quality: f32) -> u16 {
    if quality.is_nan() { 1000 } else { (quality.clamp(0.0, 1.0) * 1000.0).ceil() as u16 }
}

#[cfg(test)]
mod tests {
    use super::Accept;
    use crate::http::codec::Media;
    use http::{HeaderMap, HeaderValue};

    fn best(headers: &HeaderMap, media: &[&'static str]) -> Option<usize> {
        Accept::new(headers).best(media.iter().copied())
    }

    fn allows(headers: &HeaderMap, media: &[&'static str]) -> bool {
        Accept::new(headers).allows(media.iter().copied().map(Media))
    }

    fn accept(text: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static(text));
        headers
    }

    #[test]
    fn the_best_is_chosen() {
        let check = |text, media: &[&'static str], expected: Option<usize>| {
            assert_eq!(best(&accept(text), media), expected, "{text}");
        };
        let two = &["application/json", "application/xml"];
        check("*/*", two, Some(0));
        check("application/xml", two, Some(1));
        check("application/xml, application/json", two, Some(0));
        check("application/xml, application/json;q=0.9", two, Some(1));
        check("application/*;q=0.5, application/json;q=0", two, Some(1));
        check("text/html", two, None);
        check("text/html, */*;q=0.1", two, Some(0));
        check("application/json;q=0.001, application/xml;Q=0.002", two, Some(1));
        check("Application/XML ; charset=utf-8", two, Some(1));
        check("application/json;q=high", two, Some(0));
        // RFC 9110 section 12.5.1, the example of precedence.
        let rfc = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5";
        check(rfc, &["text/plain", "text/html"], Some(0));
        check(rfc, &["text/html", "image/jpeg"], Some(1));
        check(rfc, &["text/plain;format=fixed", "image/jpeg"], Some(1));
        check(rfc, &["image/jpeg", "text/plain;format=flowed"], Some(1));
        check("image/png", &["image/*"], Some(0));
        check("", two, Some(0));
        check("nonsense", two, Some(0));
        assert_eq!(best(&HeaderMap::new(), two), Some(0));
        assert_eq!(best(&accept("*/*"), &[]), None);
    }

    #[test]
    fn only_bodies_are_refused() {
        assert!(allows(&accept("text/html"), &[]));
        assert!(!allows(&accept("text/html"), &["application/json"]));
        assert!(allows(&accept("text/html"), &["*/*"]));
        assert!(!allows(&accept("text/html;q=0, */*;q=0"), &["*/*"]));
        assert!(allows(&HeaderMap::new(), &["application/json"]));
    }
}
