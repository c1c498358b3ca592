//! When an instance is left out, and for how long: a machine without a clock of its own.

use super::Eject;
use crate::client::resilience::outcome::Verdict;
use crate::client::resilience::window::Window;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Health {
    window: Window,
    /// Failures since the last success.
    row: u32,
    /// Until when it is left out.
    until: Option<Instant>,
    /// How often it was left out without having been well for long.
    times: u32,
    returned: Instant,
}

impl Health {
    pub(super) fn new(rules: &Eject, now: Instant) -> Self {
        Self { window: Window::new(rules.window, now), row: 0, until: None, times: 0, returned: now }
    }

    /// How it fared. Tells why it should be left out, if it should.
    pub(super) fn fared(&mut self, verdict: Verdict, rules: &Eject, now: Instant) -> Option<&'static str> {
        self.window.add(verdict, now);
        if verdict == Verdict::Well {
            self.row = 0;
            if now.saturating_duration_since(self.returned) >= self.time(rules) {
                self.times = 0;
            }
            return None;
        }
        self.row = self.row.saturating_add(1);
        if self.row >= rules.row.max(1) {
            return Some("consecutive");
        }
        self.window.sum(now).too_ill(rules.calls, rules.share).then_some("share")
    }

    /// Leaves it out: twice as long as the last time, up to a bound.
    pub(super) fn eject(&mut self, rules: &Eject, now: Instant) -> Duration {
        let time = self.time(rules);
        self.times = self.times.saturating_add(1);
        self.until = Some(now + time);
        time
    }

    /// Takes it back. One more failure and it is left out again, until it has been well.
    pub(super) fn back(&mut self, rules: &Eject, now: Instant) {
        self.until = None;
        self.returned = now;
        self.row = rules.row.max(1) - 1;
        self.window.clear();
    }

    /// Until when it is left out.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }

    fn time(&self, rules: &Eject) -> Duration {
        let doubled = 1_u32.checked_shl(self.times).unwrap_or(u32::MAX);
        rules.first.saturating_mul(doubled).min(rules.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Eject {
        Eject::default().after(3, 0.5, 10, Duration::from_secs(10))
    }

    fn ill(health: &mut Health, count: usize, now: Instant) -> Option<&'static str> {
        (0..count).map(|_| health.fared(Verdict::Ill, &rules(), now)).last().flatten()
    }

    #[test]
    fn failures_in_a_row_or_too_great_a_share_are_too_much() {
        let now = Instant::now();
        let mut health = Health::new(&rules(), now);
        assert_eq!(ill(&mut health, 2, now), None);
        health.fared(Verdict::Well, &rules(), now);
        assert_eq!(ill(&mut health, 2, now), None);
        assert_eq!(ill(&mut health, 1, now), Some("consecutive"));
        let mut health = Health::new(&rules(), now);
        let mut told = None;
        for _ in 0..5 {
            health.fared(Verdict::Well, &rules(), now);
            told = ill(&mut health, 1, now);
        }
        assert_eq!(told, Some("share"));
    }

    #[test]
    fn it_stays_away_for_longer_each_time_until_it_was_well() {
        let mut now = Instant::now();
        let mut health = Health::new(&rules(), now);
        for seconds in [10, 20, 40, 80, 160, 300, 300] {
            assert_eq!(health.eject(&rules(), now), Duration::from_secs(seconds));
            now += Duration::from_secs(seconds);
            health.back(&rules(), now);
            assert_eq!(
                ill(&mut health, 1, now),
                Some("consecutive"),
                "one failure is enough after its return"
            );
        }
        health.back(&rules(), now);
        now += Duration::from_secs(300);
        health.fared(Verdict::Well, &rules(), now);
        assert_eq!(health.eject(&rules(), now), Duration::from_secs(10));
    }
}
