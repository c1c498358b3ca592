//! When a call must be over, told from service to service.
//!
//! On the wire it is the time that is left, in the grammar of gRPC's `grpc-timeout`: at most eight digits and one of
//! `H M S m u n`. Of the headers in use it is the one with a written grammar that names its unit and that servers in
//! every language read; a time of day would need clocks that agree.

use http::{HeaderMap, HeaderName, HeaderValue};
use std::future::Future;
use std::time::Duration;
use tokio::time::Instant;

/// The header that tells a callee how long its caller will wait.
pub const HEADER: HeaderName = HeaderName::from_static("grpc-timeout");

/// As good as never, and still far from the end of what an [`Instant`] can hold.
const FAR: Duration = Duration::from_secs(365 * 24 * 3600);

tokio::task_local! {
    static CURRENT: Deadline;
}

/// When a call must be over, its retries and the reading of its answer included: among the extensions of its request.
///
/// ```
/// use apiloom::client::Deadline;
/// use std::time::Duration;
///
/// # fn ask(mut request: http::Request<apiloom::Body>) {
/// request.extensions_mut().insert(Deadline::within(Duration::from_millis(250)));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(pub Instant);

impl Deadline {
    /// A time from now. More than a year is a year.
    #[must_use]
    pub fn within(time: Duration) -> Self {
        Self(Instant::now() + time.min(FAR))
    }

    /// What is left; nothing once it has passed.
    #[must_use]
    pub fn remaining(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Is it over?
    #[must_use]
    pub fn passed(self) -> bool {
        self.0 <= Instant::now()
    }

    /// What the caller of this service will wait, by the headers of its request. A header that cannot be read is as
    /// none: a caller's mistake must not make a call endless, and the service has a limit of its own.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        headers.get(HEADER).and_then(read).map(Self::within)
    }

    /// What is left, as a header's value: whole milliseconds, or seconds if they are too many for eight digits.
    #[must_use]
    pub fn to_header(self) -> HeaderValue {
        write(self.remaining())
    }

    /// Runs what a service does for a call: the calls that it makes meanwhile, in this task, are over by then too.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(Self::soonest(Some(self), Self::current()).unwrap_or(self), work).await
    }

    /// The same for a moment: while a future is polled.
    pub(crate) fn hold<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(Self::soonest(Some(self), Self::current()).unwrap_or(self), work)
    }

    /// The deadline of the call that this task is working for, if [`Deadline::scope`] was told of one.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(|deadline| *deadline).ok()
    }

    /// The sooner of two that may be missing.
    #[must_use]
    pub fn soonest(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }
}

/// Reads `Timeout → TimeoutValue TimeoutUnit` of gRPC's protocol over HTTP/2.
fn read(value: &HeaderValue) -> Option<Duration> {
    let text = value.to_str().ok()?;
    let unit = text.bytes().last()?;
    let digits = text.get(..text.len() - 1)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let count: u64 = digits.parse().ok()?;
    Some(match unit {
        b'H' => Duration::from_secs(count * 3600),
        b'M' => Duration::from_secs(count * 60),
        b'S' => Duration::from_secs(count),
        b'm' => Duration::from_millis(count),
        b'u' => Duration::from_micros(count),
        b'n' => Duration::from_nanos(count),
        _ => return None,
    })
}

fn write(left: Duration) -> HeaderValue {
    const MOST: u128 = 99_999_999;
    let millis = left.as_millis().max(1);
    let text = if millis <= MOST {
        format!("{millis}m")
    } else {
        format!("{}S", u128::from(left.as_secs()).min(MOST))
    };
    HeaderValue::from_str(&text).expect("digits and a letter are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &'static str, time: impl Into<Option<Duration>>) {
        assert_eq!(read(&HeaderValue::from_static(text)), time.into(), "{text}");
    }

    #[test]
    fn a_header_is_read_by_grpcs_grammar() {
        reads("250m", Duration::from_millis(250));
        reads("1S", Duration::from_secs(1));
        reads("2M", Duration::from_secs(120));
        reads("99999999H", Duration::from_secs(99_999_999 * 3600));
        reads("7u", Duration::from_micros(7));
        reads("7n", Duration::from_nanos(7));
        for wrong in ["", "m", "5", "5s", "-5m", "+5m", "123456789m", "5.5S", "5 m"] {
            reads(wrong, None);
        }
        assert_eq!(read(&HeaderValue::from_bytes(b"5\xff").unwrap()), None);
    }

    #[test]
    fn what_is_written_fits_the_grammar() {
        for (left, text) in [(0, "1m"), (1_500, "1500m"), (99_999_999, "99999999m"), (100_000_000, "100000S")]
        {
            assert_eq!(write(Duration::from_millis(left)), text);
        }
        assert_eq!(write(Duration::MAX), "99999999S");
    }

    #[tokio::test(start_paused = true)]
    async fn the_sooner_deadline_wins_inside_a_scope() {
        let (soon, late) = (Deadline::within(Duration::from_secs(1)), Deadline::within(Duration::MAX));
        assert_eq!(Deadline::current(), None);
        soon.scope(async {
            late.scope(async { assert_eq!(Deadline::current(), Some(soon)) }).await;
        })
        .await;
        late.scope(async { soon.scope(async { assert_eq!(Deadline::current(), Some(soon)) }).await }).await;
        tokio::time::advance(Duration::from_millis(400)).await;
        assert_eq!(soon.to_header(), "600m");
        tokio::time::advance(Duration::from_millis(600)).await;
        assert!(soon.passed() && !late.passed());
        assert_eq!(soon.remaining(), Duration::ZERO);
    }
}
