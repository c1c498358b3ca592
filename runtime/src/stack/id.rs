//! The id of a request, by which its lines in logs are found.

use http::{HeaderMap, HeaderName, HeaderValue, Request};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// A longer one is not taken over.
const LONGEST: usize = 128;

/// The id of a request: the one it came with, or a new one. Layers find it among the request's extensions, handlers by
/// [`Context::request_id`](crate::Context::request_id).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(pub(super) HeaderValue);

impl RequestId {
    /// Of a request that has come through a [`Stack`](super::Stack).
    pub fn of<B>(request: &Request<B>) -> Option<&Self> {
        request.extensions().get()
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        // Whatever makes one has looked at its letters.
        self.0.to_str().unwrap_or_default()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Makes ids: 128 bits that no other process will make, and that do not tell how many there were.
#[derive(Debug)]
pub(super) struct Source {
    seeds: [u64; 2],
    next: AtomicU64,
}

impl Source {
    pub(super) fn new() -> Self {
        let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
        let (other, _) = uuid::Uuid::new_v4().as_u64_pair();
        Self { seeds: [high, other], next: AtomicU64::new(low) }
    }

    /// The id of a request with these headers.
    pub(super) fn id(&self, headers: &HeaderMap, is_trusted: bool) -> RequestId {
        let theirs = headers.get(HEADER).filter(|value| is_trusted && is_id(value.as_bytes()));
        RequestId(theirs.cloned().unwrap_or_else(|| self.fresh()))
    }

    fn fresh(&self) -> HeaderValue {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let mut text = Vec::with_capacity(32);
        for seed in self.seeds {
            let word = mixed(n.wrapping_add(seed));
            text.extend(word.to_be_bytes().iter().flat_map(|byte| {
                [byte >> 4, byte & 15].map(|digit| DIGITS.get(usize::from(digit)).copied().unwrap_or(b'0'))
            }));
        }
        HeaderValue::from_maybe_shared(bytes::Bytes::from(text)).unwrap_or(HeaderValue::from_static("-"))
    }
}

/// SplitMix64's finaliser: a bijection, so that ids of one process differ.
fn mixed(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// Letters that are safe in every log.
fn is_id(text: &[u8]) -> bool {
    let is_safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(byte);
    !text.is_empty() && text.len() <= LONGEST && text.iter().all(is_safe)
}

#[cfg(test)]
mod tests {
    use super::{HEADER, Source};
    use http::{HeaderMap, HeaderValue};
    use std::collections::BTreeSet;

    #[test]
    fn ids() {
        let source = Source::new();
        let fresh: BTreeSet<String> =
            (0..1000).map(|_| source.id(&HeaderMap::new(), true).to_string()).collect();
        assert!(fresh.len() == 1000 && fresh.iter().all(|id| id.len() == 32));
        let id = |text: &'static str, is_trusted| {
            let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_static(text))]);
            source.id(&headers, is_trusted).to_string() == text
        };
        assert!(
            id("a-1:B", true) && !id("a-1:B", false) && !id("a b", true) && !id("a\"", true) && !id("", true)
        );
    }
}
