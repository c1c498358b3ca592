//! Preconditions: which of the file's states the client knows, and what follows (RFC 9110 section 13).

use http::Method;
use http::header::{
    HeaderMap, HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE,
};
use std::time::{Duration, SystemTime};

/// What a request says that decides how a file is sent.
#[derive(Debug)]
pub(super) struct Asked {
    read: bool,
    get: bool,
    headers: HeaderMap,
}

/// What the preconditions come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Send,
    NotModified,
    Failed,
}

impl Asked {
    pub(super) fn new(method: &Method, headers: &HeaderMap) -> Self {
        let known = [IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, IF_RANGE, RANGE];
        let mut kept = HeaderMap::new();
        for name in known {
            for value in headers.get_all(&name) {
                kept.append(name.clone(), value.clone());
            }
        }
        Self {
            read: method == Method::GET || method == Method::HEAD,
            get: method == Method::GET,
            headers: kept,
        }
    }

    fn texts(&self, name: &HeaderName) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    fn time(&self, name: &HeaderName) -> Option<SystemTime> {
        httpdate::parse_http_date(self.texts(name).first()?.trim()).ok()
    }

    /// In the order of RFC 9110 section 13.2.2.
    pub(super) fn verdict(&self, tag: Option<&str>, modified: Option<SystemTime>) -> Verdict {
        let changed_since = |since: SystemTime| modified.is_none_or(|modified| whole(modified) > since);
        let matches = self.texts(&IF_MATCH);
        if !matches.is_empty() {
            if !listed(&matches, tag, strong) {
                return Verdict::Failed;
            }
        } else if self.time(&IF_UNMODIFIED_SINCE).is_some_and(changed_since) {
            return Verdict::Failed;
        }
        let known = self.texts(&IF_NONE_MATCH);
        if !known.is_empty() {
            let same = listed(&known, tag, weak);
            return match same {
                true if self.read => Verdict::NotModified,
                true => Verdict::Failed,
                false => Verdict::Send,
            };
        }
        let unchanged = self.time(&IF_MODIFIED_SINCE).is_some_and(|since| !changed_since(since));
        if unchanged && self.read { Verdict::NotModified } else { Verdict::Send }
    }

    /// The `Range`, if it is to be heeded: only `GET` has ranges, and `If-Range` (section 13.1.5) must hold.
    pub(super) fn range(&self, tag: Option<&str>, modified: Option<SystemTime>) -> Option<&str> {
        let ranges = self.texts(&RANGE);
        let [range] = ranges.as_slice() else { return None };
        let holds = match self.texts(&IF_RANGE).first().map(|text| text.trim()) {
            None => true,
            Some(text) if text.starts_with('"') => tag.is_some_and(|tag| strong(text, tag)),
            Some(text) if text.starts_with("W/") => false,
            Some(text) => httpdate::parse_http_date(text).is_ok_and(|time| modified.map(whole) == Some(time)),
        };
        (self.get && holds).then_some(*range)
    }
}

/// HTTP dates have whole seconds.
fn whole(time: SystemTime) -> SystemTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs())
}

/// Is the tag in the lists? `*` is any.
fn listed(texts: &[&str], tag: Option<&str>, same: fn(&str, &str) -> bool) -> bool {
    texts.iter().any(|text| text.trim() == "*")
        || tag.is_some_and(|tag| texts.iter().flat_map(|text| tags(text)).any(|known| same(known, tag)))
}

/// The entity tags of a list; a comma may stand inside of the quotes.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let weak = if rest.starts_with("W/") { 2 } else { 0 };
        let inner = rest.get(weak..)?.strip_prefix('"')?;
        let end = weak + 1 + inner.find('"')? + 1;
        let (tag, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(tag)
    })
}

/// RFC 9110 section 8.8.3.2.
fn strong(one: &str, other: &str) -> bool {
    one == other && !one.starts_with("W/")
}

fn weak(one: &str, other: &str) -> bool {
    one.trim_start_matches("W/") == other.trim_start_matches("W/")
}
