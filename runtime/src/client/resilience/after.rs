//! `Retry-After` (RFC 9110 section 10.2.3).

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use std::time::{Duration, SystemTime};

/// How long a server asks to wait: a number of seconds, or a date, which is compared with the server's own clock if it
/// says its time. A header that cannot be read is as none.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than fit are more than anybody waits.
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let then = httpdate::parse_http_date(text).ok()?;
    let date = headers.get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let now = date.unwrap_or_else(SystemTime::now);
    Some(then.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn waits(after: &'static str, seconds: impl Into<Option<u64>>) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, after.parse().unwrap());
        headers.insert(DATE, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
        assert_eq!(retry_after(&headers), seconds.into().map(Duration::from_secs), "{after}");
    }

    #[test]
    fn seconds_and_dates_in_every_form() {
        waits("120", 120);
        waits(" 0 ", 0);
        waits("Sun, 06 Nov 1994 08:50:00 GMT", 23);
        waits("Sunday, 06-Nov-94 08:50:00 GMT", 23);
        waits("Sun Nov  6 08:50:00 1994", 23);
        waits("Sun, 06 Nov 1994 08:00:00 GMT", 0);
        for wrong in ["", "-1", "1.5", "soon", "1e3"] {
            waits(wrong, None);
        }
    }

    #[test]
    fn a_number_of_any_length_is_read() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "9".repeat(400).parse().unwrap());
        assert_eq!(retry_after(&headers), Some(Duration::MAX));
    }

    #[test]
    fn without_the_servers_time_ours_is_taken() {
        let mut headers = HeaderMap::new();
        let then = SystemTime::now() + Duration::from_secs(3600);
        headers.insert(RETRY_AFTER, httpdate::fmt_http_date(then).parse().unwrap());
        let wait = retry_after(&headers).unwrap();
        assert!(wait > Duration::from_secs(3000) && wait <= Duration::from_secs(3600), "{wait:?}");
    }
}
