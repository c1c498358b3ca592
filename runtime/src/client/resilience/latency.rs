//! How long calls took lately: enough to tell a percentile to a fifth.

use std::time::Duration;
use tokio::time::Instant;

/// Buckets for each doubling.
const STEPS: usize = 4;
/// Up to 2^27 microseconds, which is two minutes.
const BUCKETS: usize = 27 * STEPS;
/// How long a generation of counts is added to; two are looked at.
const AGE: Duration = Duration::from_secs(30);
/// After how many calls the percentile is looked up anew.
const STALE: u32 = 32;

#[derive(Debug)]
pub(super) struct Latency {
    counts: [[u32; BUCKETS]; 2],
    since: Instant,
    calls: u32,
    known: Option<Duration>,
}

impl Latency {
    pub(super) fn new(now: Instant) -> Self {
        Self { counts: [[0; BUCKETS]; 2], since: now, calls: 0, known: None }
    }

    pub(super) fn add(&mut self, time: Duration, now: Instant) {
        self.turn(now);
        let [current, _] = &mut self.counts;
        let count = &mut current[bucket(time)];
        *count = count.saturating_add(1);
        self.calls = self.calls.wrapping_add(1);
    }

    /// Below which time 95 of 100 calls stayed, if there were enough to tell.
    pub(super) fn p95(&mut self, enough: u64, now: Instant) -> Option<Duration> {
        if self.turn(now) || self.calls >= STALE {
            self.calls = 0;
            self.known = self.look(enough);
        }
        self.known
    }

    fn look(&self, enough: u64) -> Option<Duration> {
        let [current, before] = &self.counts;
        let both = || current.iter().zip(before).map(|(one, other)| u64::from(*one) + u64::from(*other));
        let all: u64 = both().sum();
        if all < enough.max(1) {
            return None;
        }
        let mut left = all * 95 / 100;
        let index = both().position(|count| {
            let found = count > left;
            left = left.saturating_sub(count);
            found
        });
        Some(upper(index.unwrap_or(BUCKETS - 1)))
    }

    /// Begins a new generation if it is time; was it?
    fn turn(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.since);
        if passed < AGE {
            return false;
        }
        let [current, before] = &mut self.counts;
        *before = if passed < 2 * AGE { *current } else { [0; BUCKETS] };
        *current = [0; BUCKETS];
        self.since = now;
        true
    }
}

/// The bucket of a time: which power of two its microseconds reach, and which quarter of the way to the next.
fn bucket(time: Duration) -> usize {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX).max(STEPS as u64);
    let power = micros.ilog2() as usize;
    let quarter = (micros >> (power - 2)) & 3;
    ((power - 2) * STEPS + usize::try_from(quarter).unwrap_or(0)).min(BUCKETS - 1)
}

/// Where a bucket ends.
fn upper(bucket: usize) -> Duration {
    let (power, quarter) = (bucket / STEPS, bucket % STEPS);
    Duration::from_micros((STEPS as u64 + quarter as u64 + 1) << power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_bucket_holds_its_times(micros in 4_u64..(1 << 27)) {
            let time = Duration::from_micros(micros);
            let end = upper(bucket(time));
            prop_assert!(time < end && end <= time * 5 / 4 + Duration::from_micros(1), "{time:?} in {end:?}");
        }

        #[test]
        fn the_percentile_is_near_the_exact_one(mut times in prop::collection::vec(4..1_000_000_u64, 40..400)) {
            let now = Instant::now();
            let mut latency = Latency::new(now);
            for time in &times {
                latency.add(Duration::from_micros(*time), now);
            }
            times.sort_unstable();
            let exact = Duration::from_micros(times[times.len() * 95 / 100]);
            let told = latency.p95(1, now).unwrap();
            prop_assert!(told >= exact && told <= exact * 5 / 4 + Duration::from_micros(1), "{told:?}, exactly {exact:?}");
        }
    }

    #[test]
    fn what_is_old_is_forgotten() {
        let now = Instant::now();
        let mut latency = Latency::new(now);
        assert_eq!(latency.p95(1, now), None);
        (0..100).for_each(|_| latency.add(Duration::from_secs(1), now));
        assert!(latency.p95(100, now).is_some());
        assert!(latency.p95(100, now + AGE).is_some());
        assert_eq!(latency.p95(100, now + AGE * 3), None);
    }

    #[test]
    fn no_time_is_too_short_or_too_long() {
        assert_eq!((bucket(Duration::ZERO), bucket(Duration::MAX)), (0, BUCKETS - 1));
    }
}
