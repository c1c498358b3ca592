//! Attempts that failed are repeated, if that can do no harm and may help.

use super::after::retry_after;
use super::attempt::{Attempt, Attempting};
use super::budget::Budget;
use super::errors::{self, AttemptTimedOut};
use super::keep::Kept;
use super::outcome::{operation, repeatable, unsent};
use super::random::Random;
use super::record;
use super::stack::{Around, Leaf, Next, Part, Payload, Resilient, Sending};
use crate::client::{Deadline, deadline};
use axum::BoxError;
use axum::body::Body;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};
use tower::Layer;

/// Of an answer that is thrown away, so much is read that its connection can be used again.
const DRAINED: u64 = 64 * 1024;

/// Repeats attempts that failed for a reason that may pass: there was no answer, or it was 408, 425, 429, 502, 503 or
/// 504.
///
/// * Only a request that may be sent twice: the schema or its method says so, or it has an `idempotency-key`. One that
///   found no connection was not sent, and is repeated in any case.
/// * Only a body that can be sent twice: bytes up to a limit. A stream is sent once.
/// * After a random time up to a bound that doubles (full jitter); not before the time that `Retry-After` asks for, and
///   not at all if that is longer than the limit or than the call's deadline: the answer is handed on then.
/// * Within a budget: a share of the calls, and so many a second, so that a callee in trouble is not drowned.
#[derive(Clone, Debug)]
pub struct Retry {
    attempts: u32,
    first: Duration,
    longest: Duration,
    after: Duration,
    each: Option<Duration>,
    kept: usize,
    share: f64,
    reserve: u32,
    seed: Option<u64>,
}

impl Default for Retry {
    /// Three attempts; waits up to 50 ms, then up to twice that, never over 2 s; 30 s for `Retry-After`; bodies up to
    /// 64 KiB; 20 % of the calls and 10 a second; no limit for an attempt but that of the call.
    fn default() -> Self {
        Self {
            attempts: 3,
            first: Duration::from_millis(50),
            longest: Duration::from_secs(2),
            after: Duration::from_secs(30),
            each: None,
            kept: 64 * 1024,
            share: 0.2,
            reserve: 10,
            seed: None,
        }
    }
}

impl Retry {
    /// How often a call is tried, the first time included.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The bound of the first wait, and that of every wait.
    #[must_use]
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.first, self.longest) = (first, longest);
        self
    }

    /// The longest `Retry-After` that is waited for.
    #[must_use]
    pub fn retry_after(mut self, longest: Duration) -> Self {
        self.after = longest;
        self
    }

    /// How long an attempt may wait for its answer if another one can follow; the last one has what is left of the call.
    #[must_use]
    pub fn each(mut self, time: Duration) -> Self {
        self.each = Some(time);
        self
    }

    /// How many bytes of a body are kept to be sent again.
    #[must_use]
    pub fn kept(mut self, bytes: usize) -> Self {
        self.kept = bytes;
        self
    }

    /// Which share of the calls (0.2: one in five), and how many attempts a second beside them, may be repeated.
    #[must_use]
    pub fn budget(mut self, share: f64, per_second: u32) -> Self {
        (self.share, self.reserve) = (share, per_second);
        self
    }

    /// Draws the times to wait from a seed, for tests.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The time before the attempt that follows one with a number: up to a bound that doubles.
    fn wait(&self, number: u32, random: &Random) -> Duration {
        let doubled = 1_u32.checked_shl(number.saturating_sub(1)).unwrap_or(u32::MAX);
        let bound = self.first.saturating_mul(doubled).min(self.longest);
        Duration::from_nanos(
            random.below(u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX).saturating_add(1)),
        )
    }
}

impl<S> Layer<S> for Retry {
    type Service = Resilient<Around<Retrying, Around<Attempting, Leaf<S>>>>;

    fn layer(&self, inner: S) -> Self::Service {
        let told = Attempting::new(Some(deadline::HEADER));
        Resilient(Around(Retrying::new(Some(self)), Around(told, Leaf(inner))))
    }
}

/// [`Retry`], around a service.
#[derive(Clone, Debug)]
pub struct Retrying(Option<Arc<State>>);

#[derive(Debug)]
struct State {
    rules: Retry,
    budget: Budget,
    random: Random,
}

/// What an attempt failed for, and when the next one may be made.
struct Fault {
    cause: &'static str,
    delay: Duration,
}

impl Retrying {
    pub(super) fn new(rules: Option<&Retry>) -> Self {
        Self(rules.map(|rules| {
            let budget = Budget::new(rules.share, rules.reserve);
            let random = rules.seed.map(Random::seeded).unwrap_or_default();
            Arc::new(State { rules: rules.clone(), budget, random })
        }))
    }
}

impl State {
    /// Why an attempt should be repeated; nothing, if it should not.
    fn fault<B>(
        &self,
        result: &Result<Response<B>, BoxError>,
        repeatable: bool,
        number: u32,
    ) -> Option<Fault> {
        let wait = self.rules.wait(number, &self.random);
        match result {
            Err(error) if errors::refused(&**error) => None,
            Err(error) if unsent(error) => Some(Fault { cause: "unsent", delay: wait }),
            Err(error) if repeatable => {
                let late = errors::find::<AttemptTimedOut>(&**error).is_some();
                Some(Fault { cause: if late { "timeout" } else { "transport" }, delay: wait })
            }
            Ok(answer) if repeatable => {
                let cause = passing(answer.status())?;
                let asked = retry_after(answer.headers()).unwrap_or_default();
                (asked <= self.rules.after).then(|| Fault { cause, delay: asked.saturating_add(wait) })
            }
            Err(_) | Ok(_) => None,
        }
    }

    /// One attempt, in its time.
    async fn attempt<N: Next>(
        &self,
        mut request: Request<Body>,
        next: N,
        last: bool,
    ) -> Result<Response<N::Body>, BoxError> {
        let Some(each) = self.rules.each.filter(|_| !last) else { return next.send(request).await };
        let whole = request.extensions().get::<Deadline>().copied();
        let own = Deadline::within(each);
        if whole.is_some_and(|whole| whole <= own) {
            return next.send(request).await;
        }
        request.extensions_mut().insert(own);
        match timeout_at(own.0, next.send(request)).await {
            Ok(result) => result,
            Err(_) => Err(AttemptTimedOut { after: each }.into()),
        }
    }

    /// A call, with as many attempts as it takes and may have.
    async fn calls<N: Next>(
        self: Arc<Self>,
        request: Request<Body>,
        next: N,
    ) -> Result<Response<N::Body>, BoxError> {
        let (operation, repeatable) = (operation(&request), repeatable(&request));
        let deadline = request.extensions().get::<Deadline>().copied();
        self.budget.deposit();
        let mut kept = Kept::new(request, self.rules.kept).await?;
        let mut trail = Attempt::first();
        loop {
            let last = trail.number >= self.rules.attempts || !kept.repeats();
            let mut request = kept.copy();
            request.extensions_mut().insert(trail.clone());
            let result = self.attempt(request, next.clone(), last || !repeatable).await;
            if last {
                return result;
            }
            let Some(Fault { cause, delay }) = self.fault(&result, repeatable, trail.number) else {
                return result;
            };
            let wake = Deadline::within(delay).0;
            if deadline.is_some_and(|deadline| deadline.0 <= wake) {
                return result;
            }
            if !self.budget.withdraw() {
                record::no_budget(operation, "retry");
                return result;
            }
            record::retry(operation, cause, trail.number, delay);
            discard(result, wake).await;
            sleep_until(wake).await;
            trail.number += 1;
        }
    }
}

/// The name of a status that may be another one next time.
fn passing(status: StatusCode) -> Option<&'static str> {
    match status.as_u16() {
        408 => Some("408"),
        425 => Some("425"),
        429 => Some("429"),
        502 => Some("502"),
        503 => Some("503"),
        504 => Some("504"),
        _ => None,
    }
}

impl Part for Retrying {
    type Body<B: Payload> = B;

    fn around<N: Next>(self, request: Request<Body>, next: N) -> Sending<N::Body> {
        match self.0 {
            Some(state) => Box::pin(state.calls(request, next)),
            None => next.send(request),
        }
    }
}

/// Reads the rest of a short answer, so that its connection can be used again. What it says, and whether it breaks, is
/// of no interest any more.
async fn discard<B: Payload>(result: Result<Response<B>, BoxError>, until: Instant) {
    let Ok(answer) = result else { return };
    let body = answer.into_body();
    if body.size_hint().upper().is_some_and(|length| length <= DRAINED) {
        drop(timeout_at(until, body.collect()).await);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn waits_stay_below_a_bound_that_doubles(number in 0..100_u32, first in 0..10_000_u64, longest in 0..100_000_u64, seed: u64) {
            let (first, longest) = (Duration::from_millis(first), Duration::from_millis(longest));
            let rules = Retry::default().backoff(first, longest);
            let wait = rules.wait(number, &Random::seeded(seed));
            prop_assert!(wait <= longest);
            prop_assert!(number > 20 || wait <= first * 2_u32.pow(number.saturating_sub(1)));
        }
    }

    #[test]
    fn waits_are_spread_over_their_whole_range() {
        let (rules, random) = (Retry::default(), Random::seeded(1));
        let waits: Vec<u128> = (0..1000).map(|_| rules.wait(1, &random).as_millis()).collect();
        assert!(waits.iter().any(|wait| *wait < 2) && waits.iter().any(|wait| *wait > 47));
    }
}
