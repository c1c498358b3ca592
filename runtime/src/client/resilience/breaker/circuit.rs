//! The states of one circuit: a machine without a clock of its own.

use super::Breaker;
use crate::client::resilience::outcome::Verdict;
use crate::client::resilience::window::Window;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Circuit {
    state: State,
    window: Window,
    /// How often it was opened without having been closed.
    opened: u32,
    /// Which closed, open or half-open time this is: what a call of an earlier one tells does not count.
    term: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    Open {
        until: Instant,
    },
    /// Some calls are let through as probes. A probe that never ends must not keep it so: after a time it begins anew.
    Half {
        out: u32,
        passed: u32,
        until: Instant,
    },
}

/// What can be seen of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Closed,
    Half,
    Open,
}

/// The leave to make a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ticket(u64);

impl Circuit {
    pub(super) fn new(rules: &Breaker, now: Instant) -> Self {
        Self { state: State::Closed, window: Window::new(rules.window, now), opened: 0, term: 0 }
    }

    pub(super) fn shown(&self) -> Shown {
        match self.state {
            State::Closed => Shown::Closed,
            State::Half { .. } => Shown::Half,
            State::Open { .. } => Shown::Open,
        }
    }

    /// Has nothing been seen lately that would be lost?
    pub(super) fn idle(&mut self, now: Instant) -> bool {
        self.state == State::Closed && self.window.sum(now).all == 0
    }

    /// May a call be made?
    ///
    /// # Errors
    /// Not before this time has passed.
    pub(super) fn admit(&mut self, rules: &Breaker, now: Instant) -> Result<Ticket, Duration> {
        match self.state {
            State::Closed => return Ok(Ticket(self.term)),
            State::Open { until } | State::Half { until, .. } if until <= now => {
                let until = now + self.time(rules);
                self.enter(State::Half { out: 0, passed: 0, until });
            }
            State::Open { .. } | State::Half { .. } => {}
        }
        match &mut self.state {
            State::Half { out, passed, .. } if *out + *passed < rules.probes.max(1) => {
                *out += 1;
                Ok(Ticket(self.term))
            }
            State::Half { until, .. } | State::Open { until } => Err(until.saturating_duration_since(now)),
            State::Closed => Ok(Ticket(self.term)),
        }
    }

    /// How a call fared; nothing, if nobody knows.
    pub(super) fn report(&mut self, ticket: Ticket, verdict: Option<Verdict>, rules: &Breaker, now: Instant) {
        if ticket.0 != self.term {
            return;
        }
        match (&mut self.state, verdict) {
            (State::Closed, Some(verdict)) => {
                self.window.add(verdict, now);
                if verdict == Verdict::Ill && self.window.sum(now).too_ill(rules.calls, rules.share) {
                    self.open(rules, now);
                }
            }
            (State::Half { out, .. }, None) => *out = out.saturating_sub(1),
            (State::Half { .. }, Some(Verdict::Ill)) => self.open(rules, now),
            (State::Half { out, passed, .. }, Some(Verdict::Well)) => {
                *out = out.saturating_sub(1);
                *passed += 1;
                if *passed >= rules.probes.max(1) {
                    self.opened = 0;
                    self.window.clear();
                    self.enter(State::Closed);
                }
            }
            (State::Closed, None) | (State::Open { .. }, _) => {}
        }
    }

    fn open(&mut self, rules: &Breaker, now: Instant) {
        let until = now + self.time(rules);
        self.opened = self.opened.saturating_add(1);
        self.enter(State::Open { until });
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.term += 1;
    }

    /// How long it stays open: twice as long each time that it was not closed between, up to a bound.
    fn time(&self, rules: &Breaker) -> Duration {
        let doubled = 1_u32.checked_shl(self.opened).unwrap_or(u32::MAX);
        rules.open.saturating_mul(doubled).min(rules.longest)
    }
}
