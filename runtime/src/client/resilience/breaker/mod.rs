//! Operations that fail too often are not called for a while.

mod circuit;
#[cfg(test)]
mod tests;

use super::errors::Open;
use super::operations::Operations;
use super::outcome::{Verdict, given_up, operation, shown, verdict};
use super::record;
use super::stack::{Around, Leaf, Next, Part, Payload, Resilient, Sending};
use crate::client::Deadline;
use axum::body::Body;
use circuit::{Circuit, Shown, Ticket};
use futures_util::FutureExt as _;
use http::Request;
use http::uri::Authority;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;
use tower::Layer;

/// Of how many servers an operation keeps circuits. Only requests by hand, to ever new servers, come near to it.
const SERVERS: usize = 64;

/// As long as a circuit can be open.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Stops calling an operation of a server that fails too often, tells so at once ([`Open`]), and tries it with a few
/// calls after a while.
///
/// A failure is no answer, none in time, or a status of 500 and above, but 501 and 505. What the caller gave up does
/// not count.
#[derive(Clone, Debug)]
pub struct Breaker {
    window: Duration,
    calls: u32,
    share: f64,
    open: Duration,
    longest: Duration,
    probes: u32,
}

impl Default for Breaker {
    /// Opens when half of at least 20 calls of the last 10 s failed; for 5 s, twice that each time that it helped
    /// nothing, up to 60 s; then three calls must go well.
    fn default() -> Self {
        Self {
            window: Duration::from_secs(10),
            calls: 20,
            share: 0.5,
            open: Duration::from_secs(5),
            longest: Duration::from_secs(60),
            probes: 3,
        }
    }
}

impl Breaker {
    /// Opens when a share (0.5: half) of the calls of the last while failed, if there were so many.
    #[must_use]
    pub fn opens(mut self, share: f64, calls: u32, window: Duration) -> Self {
        (self.share, self.calls, self.window) = (share, calls, window);
        self
    }

    /// How long it is open the first time, and at the longest; no more than a day.
    #[must_use]
    pub fn open(mut self, first: Duration, longest: Duration) -> Self {
        (self.open, self.longest) = (first, longest.min(DAY));
        self
    }

    /// How many calls must go well before it is closed again; at least one.
    #[must_use]
    pub fn probes(mut self, calls: u32) -> Self {
        self.probes = calls;
        self
    }
}

impl<S> Layer<S> for Breaker {
    type Service = Resilient<Around<Breaking, Leaf<S>>>;

    fn layer(&self, inner: S) -> Self::Service {
        Resilient::one(Breaking::new(Some(self)), inner)
    }
}

/// [`Breaker`], around a service.
#[derive(Clone, Debug)]
pub struct Breaking(Option<Arc<Circuits>>);

/// The circuits of every operation.
#[derive(Debug)]
struct Circuits {
    rules: Breaker,
    operations: Operations<Lines>,
}

/// The circuits of an operation: mostly of one server, so that looking through them is faster than hashing.
type Lines = RwLock<Vec<(Authority, Arc<Line>)>>;

/// The circuit of an operation of a server.
#[derive(Debug)]
struct Line {
    operation: &'static str,
    server: String,
    circuit: Mutex<Circuit>,
}

impl Breaking {
    pub(super) fn new(rules: Option<&Breaker>) -> Self {
        Self(
            rules.map(|rules| Arc::new(Circuits { rules: rules.clone(), operations: Operations::default() })),
        )
    }
}

impl Circuits {
    /// The circuit of a request.
    fn line(&self, request: &Request<Body>) -> Arc<Line> {
        static NOWHERE: Authority = Authority::from_static("-");
        let operation = operation(request);
        let server = request.uri().authority().unwrap_or(&NOWHERE);
        let lines = self.operations.get(operation, RwLock::default);
        let known = {
            let lines = lines.read().unwrap_or_else(PoisonError::into_inner);
            lines.iter().find(|(known, _)| known == server).map(|(_, line)| Arc::clone(line))
        };
        known.unwrap_or_else(|| self.add(&lines, server, operation))
    }

    /// One more server. If there are too many, what was seen of idle ones is forgotten; and if none is idle, nothing
    /// is seen of this one.
    fn add(&self, lines: &Lines, server: &Authority, operation: &'static str) -> Arc<Line> {
        let now = Instant::now();
        let mut lines = lines.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, line)) = lines.iter().find(|(known, _)| known == server) {
            return Arc::clone(line);
        }
        if lines.len() >= SERVERS {
            lines.retain(|(_, line)| !line.circuit().idle(now));
        }
        let circuit = Mutex::new(Circuit::new(&self.rules, now));
        let line = Arc::new(Line { operation, server: shown(server).to_owned(), circuit });
        if lines.len() < SERVERS {
            lines.push((server.clone(), Arc::clone(&line)));
        }
        line
    }
}

impl Line {
    fn circuit(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the circuit, and shows what became of it.
    fn with<R>(&self, change: impl FnOnce(&mut Circuit, Instant) -> R) -> R {
        let mut circuit = self.circuit();
        let before = circuit.shown();
        let result = change(&mut circuit, Instant::now());
        let after = circuit.shown();
        drop(circuit);
        if before != after {
            record::breaker(self.operation, &self.server, after.level());
        }
        result
    }
}

impl Shown {
    /// The value of the metric, and the state's name.
    fn level(self) -> (f64, &'static str) {
        match self {
            Self::Closed => (0.0, "closed"),
            Self::Half => (1.0, "half-open"),
            Self::Open => (2.0, "open"),
        }
    }
}

/// A call that was let through.
struct Admitted {
    line: Arc<Line>,
    circuits: Arc<Circuits>,
    ticket: Ticket,
    deadline: Option<Deadline>,
    verdict: Option<Verdict>,
}

impl Admitted {
    fn new(circuits: Arc<Circuits>, request: &Request<Body>) -> Result<Self, Open> {
        let line = circuits.line(request);
        let ticket = line.with(|circuit, now| circuit.admit(&circuits.rules, now)).map_err(|retry_in| {
            record::open(line.operation);
            Open { operation: line.operation, retry_in }
        })?;
        let deadline = request.extensions().get().copied();
        Ok(Self { line, circuits, ticket, deadline, verdict: None })
    }

    /// It is over.
    fn tell(mut self, verdict: Option<Verdict>) {
        (self.verdict, self.deadline) = (verdict, None);
    }
}

impl Drop for Admitted {
    /// A call that was given up is told too.
    fn drop(&mut self) {
        let verdict = self.verdict.or_else(|| given_up(self.deadline));
        self.line.with(|circuit, now| circuit.report(self.ticket, verdict, &self.circuits.rules, now));
    }
}

impl Part for Breaking {
    type Body<B: Payload> = B;

    fn around<N: Next>(self, request: Request<Body>, next: N) -> Sending<N::Body> {
        let Some(circuits) = self.0 else { return next.send(request) };
        match Admitted::new(circuits, &request) {
            Ok(admitted) => {
                Box::pin(next.send(request).inspect(move |result| admitted.tell(verdict(result))))
            }
            Err(open) => Box::pin(ready(Err(open.into()))),
        }
    }
}
