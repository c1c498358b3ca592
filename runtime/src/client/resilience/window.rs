//! How calls fared lately: counts in a ring of slots, each for a tenth of the time.

use super::outcome::Verdict;
use std::time::Duration;
use tokio::time::Instant;

const SLOTS: usize = 10;

/// Counts of the last while. Of the time that it looks back, between nine tenths and all is counted.
#[derive(Debug)]
pub(super) struct Window {
    slot: Duration,
    counts: [Counts; SLOTS],
    current: usize,
    since: Instant,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) all: u32,
    pub(super) ill: u32,
}

impl Counts {
    /// Are there enough calls to tell, and is too great a share of them ill?
    pub(super) fn too_ill(self, enough: u32, share: f64) -> bool {
        self.all >= enough.max(1) && f64::from(self.ill) >= share * f64::from(self.all)
    }
}

impl Window {
    pub(super) fn new(length: Duration, now: Instant) -> Self {
        let slot = (length / SLOTS as u32).max(Duration::from_millis(1));
        Self { slot, counts: [Counts::default(); SLOTS], current: 0, since: now }
    }

    pub(super) fn add(&mut self, verdict: Verdict, now: Instant) {
        self.turn(now);
        let counts = &mut self.counts[self.current];
        counts.all = counts.all.saturating_add(1);
        if verdict == Verdict::Ill {
            counts.ill = counts.ill.saturating_add(1);
        }
    }

    pub(super) fn sum(&mut self, now: Instant) -> Counts {
        self.turn(now);
        self.counts.iter().fold(Counts::default(), |sum, slot| Counts {
            all: sum.all.saturating_add(slot.all),
            ill: sum.ill.saturating_add(slot.ill),
        })
    }

    pub(super) fn clear(&mut self) {
        self.counts = [Counts::default(); SLOTS];
    }

    /// Empties the slots whose time has come round.
    fn turn(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.since);
        if passed < self.slot {
            return;
        }
        let steps = passed.as_nanos() / self.slot.as_nanos();
        if steps >= SLOTS as u128 {
            self.clear();
            self.since = now;
            return;
        }
        for _ in 0..steps {
            self.current = (self.current + 1) % SLOTS;
            self.counts[self.current] = Counts::default();
            self.since += self.slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_counts_nearly_the_whole_window_and_nothing_older(steps in prop::collection::vec((0..400_u64, any::<bool>()), 1..200)) {
            let begin = Instant::now();
            let length = Duration::from_secs(1);
            let (mut window, mut now, mut calls) = (Window::new(length, begin), begin, Vec::new());
            for (millis, ill) in steps {
                now += Duration::from_millis(millis);
                window.add(if ill { Verdict::Ill } else { Verdict::Well }, now);
                calls.push((now, ill));
                let within = |age: Duration| calls.iter().filter(|(at, _)| now - *at <= age).count() as u32;
                let sum = window.sum(now);
                prop_assert!(sum.all <= within(length), "{sum:?}");
                prop_assert!(sum.all >= within(length * 8 / 10), "{sum:?}");
                prop_assert!(sum.ill <= sum.all);
            }
        }
    }

    #[test]
    fn a_share_of_too_few_calls_tells_nothing() {
        let counts = |all, ill| Counts { all, ill };
        assert!(
            !counts(4, 4).too_ill(5, 0.5) && counts(5, 3).too_ill(5, 0.5) && !counts(6, 2).too_ill(5, 0.5)
        );
        assert!(!counts(0, 0).too_ill(0, 0.0));
    }
}
