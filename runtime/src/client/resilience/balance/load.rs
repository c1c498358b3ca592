//! How loaded an instance is: its recent latency, with peaks counted at once and forgotten slowly, times its calls in
//! flight (peak-EWMA, as in Finagle and linkerd).
//!
//! tower's `PeakEwma` has no word for a failure: an instance that fails fast looks like the best one there is. Here a
//! failure counts as a long latency.

use std::time::Duration;
use tokio::time::Instant;

/// What is assumed of an instance that nothing is known of.
const UNKNOWN: f64 = 0.03;

/// How long an ill answer seems to have taken at least, in seconds.
const ILL: f64 = 5.0;

/// How long a peak is remembered: after so many seconds a third of it is left.
const MEMORY: f64 = 10.0;

#[derive(Debug)]
pub(super) struct Load {
    seconds: f64,
    at: Instant,
}

impl Load {
    pub(super) fn new(now: Instant) -> Self {
        Self { seconds: UNKNOWN, at: now }
    }

    /// The cost of one more call beside those in flight.
    pub(super) fn cost(&self, in_flight: usize, now: Instant) -> f64 {
        self.seconds * self.weight(now) * (in_flight as f64 + 1.0)
    }

    /// An answer took so long.
    pub(super) fn took(&mut self, time: Duration, now: Instant) {
        let (time, weight) = (time.as_secs_f64(), self.weight(now));
        let averaged = self.seconds * weight + time * (1.0 - weight);
        self.seconds = averaged.max(time);
        self.at = now;
    }

    /// An instance was ill after so long.
    pub(super) fn ill(&mut self, time: Duration, now: Instant) {
        self.took(time.max(Duration::from_secs_f64(ILL)), now);
    }

    fn weight(&self, now: Instant) -> f64 {
        (-now.saturating_duration_since(self.at).as_secs_f64() / MEMORY).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_count_at_once_and_fade() {
        let now = Instant::now();
        let mut load = Load::new(now);
        load.took(Duration::from_secs(1), now);
        assert!((load.cost(0, now) - 1.0).abs() < 1e-9);
        assert!((load.cost(3, now) - 4.0).abs() < 1e-9);
        let later = now + Duration::from_secs(10);
        load.took(Duration::from_millis(10), later);
        assert!((0.3..0.4).contains(&load.cost(0, later)));
        assert!(load.cost(0, later + Duration::from_secs(100)) < 0.001, "it is tried again in the end");
    }

    #[test]
    fn a_fast_failure_is_no_speed() {
        let now = Instant::now();
        let (mut ill, mut slow) = (Load::new(now), Load::new(now));
        ill.ill(Duration::from_micros(10), now);
        slow.took(Duration::from_secs(2), now);
        assert!(ill.cost(0, now) > slow.cost(0, now));
    }
}
