//! `Accept` (RFC 9110 section 12.5.1): which of an operation's answers the client can take, and likes best.

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
        Self { first: values.next(), others: values.collect() }
    }

    /// The media ranges; none if the client says nothing that can be understood.
    fn ranges(&self) -> Vec<Range<'_>> {
        let values = self.first.iter().chain(&self.others);
        let texts = values.filter_map(|value| value.to_str().ok());
        texts.flat_map(|text| text.split(',')).filter_map(Range::read).collect()
    }

    /// May one of these be sent? Without media types there is no body that could be refused.
    pub(crate) fn allows(&self, media: &[Media]) -> bool {
        if media.is_empty() || self.first.is_none() {
            return true;
        }
        let ranges = self.ranges();
        ranges.is_empty() || media.iter().any(|Media(media)| quality(&ranges, media) > 0)
    }

    /// The place of the media type that the client likes best: the first, if it likes several alike or none.
    pub(crate) fn best(&self, media: impl Iterator<Item = &'static str>) -> usize {
        let ranges = self.ranges();
        let mut best = (0, 0);
        for (n, media) in media.enumerate() {
            let quality = quality(&ranges, media);
            if quality > best.1 {
                best = (n, quality);
            }
        }
        best.0
    }
}

/// A media range, and its quality in thousandths.
#[derive(Debug, Clone, Copy)]
struct Range<'a> {
    text: &'a str,
    quality: u16,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let text = parts.next().filter(|range| range.contains('/') || *range == "*")?;
        let weight = parts
            .filter_map(|part| part.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
            .and_then(|(_, value)| thousandths(value.trim()));
        Some(Self { text, quality: weight.unwrap_or(1000) })
    }

    /// How closely it fits: the whole, the group, anything; zero if not at all.
    fn fit(&self, media: &str) -> u8 {
        let group = media.split('/').next().unwrap_or(media);
        match self.text.split_once('/') {
            _ if self.text.eq_ignore_ascii_case(media) => 3,
            Some((own, "*")) if own.eq_ignore_ascii_case(group) => 2,
            _ if self.text == "*/*" || self.text == "*" => 1,
            _ => 0,
        }
    }
}

/// `qvalue` (RFC 9110 section 12.4.2): zero to one, with at most three digits behind the point.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    if rest.len() > 3 || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = format!("{rest:0<3}").parse::<u16>().ok()?;
    Some((whole.parse::<u16>().ok()?.saturating_mul(1000)).saturating_add(rest).min(1000))
}

/// The most specific range that fits decides.
fn quality(ranges: &[Range<'_>], media: &str) -> u16 {
    let media = media.split(';').next().unwrap_or(media).trim();
    let fits = ranges.iter().map(|range| (range.fit(media), range.quality)).filter(|(fit, _)| *fit > 0);
    fits.max().map_or(0, |(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use super::Accept;
    use http::{HeaderMap, HeaderValue};

    #[test]
    fn quality_decides_then_order() {
        let best = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("accept", HeaderValue::from_static(accept));
            Accept::new(&headers).best(["application/json", "application/xml", "text/csv"].into_iter())
        };
        assert_eq!(best("application/xml"), 1);
        assert_eq!(best("*/*"), 0);
        assert_eq!(best("application/*;q=0.5, text/csv;q=0.501"), 2);
        assert_eq!(best("application/json;q=0, */*;q=0.1"), 1);
        assert_eq!(best("image/png"), 0);
        assert_eq!(best("application/xml;q=0.9999, text/csv;q=0.2"), 1);
    }
}
