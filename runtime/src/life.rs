//! What a service is about: starting, ready, draining, stopped.

use std::fmt;
use std::sync::Arc;
use tokio::sync::watch;

/// What a service is about. It goes through all of them, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It does not serve yet.
    Starting,
    /// It serves.
    Ready,
    /// It was told to stop: requests in flight finish, and for [`server.drain`] new ones are still taken.
    ///
    /// [`server.drain`]: crate::App
    Draining,
    /// It does not serve any more.
    Stopped,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Draining => "draining",
            Self::Stopped => "stopped",
        })
    }
}

/// Tells what a service is about. Clones tell of the same one.
#[derive(Debug, Clone)]
pub struct Life {
    phase: Arc<watch::Sender<Phase>>,
}

impl Default for Life {
    fn default() -> Self {
        Self { phase: Arc::new(watch::Sender::new(Phase::Starting)) }
    }
}

impl Life {
    /// What it is about now.
    pub fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Waits until it is in this phase, or in a later one: a long task may end itself at [`Phase::Draining`].
    pub async fn reached(&self, phase: Phase) {
        // The sender lives in `self`.
        let _ = self.phase.subscribe().wait_for(|now| *now >= phase).await;
    }

    /// Goes on to a phase; never back.
    pub(crate) fn enter(&self, phase: Phase) {
        self.phase.send_if_modified(|now| {
            let is_later = phase > *now;
            if is_later {
                *now = phase;
            }
            is_later
        });
    }
}
