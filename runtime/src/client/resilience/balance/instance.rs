//! One of several servers of the same service.

use super::Eject;
use super::health::Health;
use super::load::Load;
use crate::client::Deadline;
use crate::client::resilience::outcome::{Verdict, given_up, shown};
use crate::client::resilience::tail::Waits;
use http::Uri;
use http::uri::{Authority, InvalidUriParts, Scheme};
use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::time::Instant;

/// Where a server of a service is: a scheme and a host, with a port if it is not the scheme's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Instance {
    scheme: Scheme,
    authority: Authority,
}

/// What is no [`Instance`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnInstance(String);

impl fmt::Display for NotAnInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a scheme and a host alone, such as `http://10.0.0.1:8080`", self.0)
    }
}

impl std::error::Error for NotAnInstance {}

impl FromStr for Instance {
    type Err = NotAnInstance;

    fn from_str(text: &str) -> Result<Self, NotAnInstance> {
        let wrong = || NotAnInstance(text.to_owned());
        let parts = text.parse::<Uri>().map_err(|_| wrong())?.into_parts();
        let rest = parts.path_and_query.as_ref().map_or("/", |rest| rest.as_str());
        match (parts.scheme, parts.authority) {
            (Some(scheme), Some(authority)) if rest == "/" && !authority.as_str().contains('@') => {
                Ok(Self { scheme, authority })
            }
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl Instance {
    /// A server at a scheme and an authority.
    #[must_use]
    pub fn new(scheme: Scheme, authority: Authority) -> Self {
        Self { scheme, authority }
    }

    /// Turns an address to this server.
    pub(super) fn aim(&self, uri: Uri) -> Result<Uri, InvalidUriParts> {
        let mut parts = uri.into_parts();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query.get_or_insert_with(|| http::uri::PathAndQuery::from_static("/"));
        Uri::from_parts(parts)
    }

    pub(super) fn name(&self) -> &str {
        shown(&self.authority)
    }
}

/// An instance, and what is known of it.
#[derive(Debug)]
pub(super) struct Node {
    /// Unlike that of any other node of its list, at any time.
    pub(super) number: u64,
    pub(super) instance: Instance,
    in_flight: AtomicUsize,
    load: Mutex<Load>,
    health: Mutex<Health>,
    /// Is it left out? A copy of what its health says, to be read without a lock.
    out: AtomicBool,
}

impl Node {
    pub(super) fn new(number: u64, instance: Instance, rules: &Eject) -> Self {
        let now = Instant::now();
        Self {
            number,
            instance,
            in_flight: AtomicUsize::new(0),
            load: Mutex::new(Load::new(now)),
            health: Mutex::new(Health::new(rules, now)),
            out: AtomicBool::new(false),
        }
    }

    pub(super) fn cost(&self, now: Instant) -> f64 {
        let load = self.load.lock().unwrap_or_else(PoisonError::into_inner);
        load.cost(self.in_flight.load(Ordering::Relaxed), now)
    }

    /// An attempt that began then is over.
    fn took(&self, since: Instant, verdict: Verdict) {
        let now = Instant::now();
        let time = now.saturating_duration_since(since);
        let mut load = self.load.lock().unwrap_or_else(PoisonError::into_inner);
        match verdict {
            Verdict::Well => load.took(time, now),
            Verdict::Ill => load.ill(time, now),
        }
    }

    pub(super) fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_out(&self) -> bool {
        self.out.load(Ordering::Relaxed)
    }

    pub(super) fn set_out(&self, out: bool) {
        self.out.store(out, Ordering::Relaxed);
    }
}

/// Who is told how instances fare.
pub(super) trait Judge: Send + Sync + 'static {
    fn fared(&self, node: &Arc<Node>, verdict: Verdict);
}

/// A call of an instance, from its beginning to the end of its answer's body.
pub struct InFlight {
    node: Arc<Node>,
    judge: Arc<dyn Judge>,
    since: Instant,
    deadline: Option<Deadline>,
    /// Was it told how it fared?
    told: bool,
}

impl fmt::Debug for InFlight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InFlight({})", self.node.instance)
    }
}

impl InFlight {
    pub(super) fn new(node: Arc<Node>, judge: Arc<dyn Judge>, deadline: Option<Deadline>) -> Self {
        node.in_flight.fetch_add(1, Ordering::Relaxed);
        Self { node, judge, since: Instant::now(), deadline, told: false }
    }

    /// There was an answer, or none.
    pub(super) fn fared(&mut self, verdict: Option<Verdict>) {
        self.told = true;
        let Some(verdict) = verdict else { return };
        self.node.took(self.since, verdict);
        self.judge.fared(&self.node, verdict);
    }
}

impl Waits for InFlight {
    fn complete(self) {}

    /// An answer that broke is a failure after all.
    fn broken(mut self) {
        self.fared(Some(Verdict::Ill));
    }
}

impl Drop for InFlight {
    /// An attempt that was given up: the instance is at least as slow as that, and may be as healthy as before.
    fn drop(&mut self) {
        self.node.in_flight.fetch_sub(1, Ordering::Relaxed);
        if self.told {
            return;
        }
        match given_up(self.deadline) {
            Some(verdict) => self.fared(Some(verdict)),
            None => self.node.took(self.since, Verdict::Well),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_a_scheme_and_a_host() {
        for right in ["http://10.0.0.1:8080", "https://pets.example", "http://[::1]:80/", "http://host"] {
            assert!(right.parse::<Instance>().is_ok(), "{right}");
        }
        for wrong in
            ["", "10.0.0.1:8080", "/pets", "http://host/pets", "http://me:secret@host", "http://host/?a"]
        {
            assert_eq!(wrong.parse::<Instance>(), Err(NotAnInstance(wrong.to_owned())), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_turned_to_it() {
        let instance: Instance = "http://10.0.0.1:8080".parse().unwrap();
        for (from, to) in [
            ("https://pets/a/b?c=%20", "http://10.0.0.1:8080/a/b?c=%20"),
            ("/a", "http://10.0.0.1:8080/a"),
            ("https://pets", "http://10.0.0.1:8080/"),
        ] {
            assert_eq!(instance.aim(from.parse().unwrap()).unwrap().to_string(), to);
        }
    }
}
