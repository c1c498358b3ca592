//! Calls are spread over the instances of a service.
//!
//! tower's `balance::p2c` is one service that has to be driven by one owner (so that clones need a queue and a task),
//! knows nothing of failures, and chooses before it sees the request, so that a retry cannot avoid the instance that
//! just failed. What is here is a list that all clones share and a choice for each attempt.

mod discover;
#[cfg(feature = "discovery-dns")]
mod dns;
mod health;
mod instance;
mod list;
mod load;
#[cfg(test)]
mod tests;

pub use discover::Change;
#[cfg(feature = "discovery-dns")]
pub use dns::Dns;
pub use instance::{Instance, NotAnInstance};

use super::attempt::Attempt;
use super::errors::NoInstance;
use super::outcome::verdict;
use super::random::Random;
use super::stack::{Around, Leaf, Next, Part, Payload, Resilient, Sending};
use super::tail::Tail;
use axum::BoxError;
use axum::body::Body;
use discover::Following;
use futures_util::{FutureExt as _, Stream, TryFutureExt as _};
use http::header::HOST;
use http::{HeaderValue, Request};
use instance::{InFlight, Judge, Node};
use list::List;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tower::Layer;

/// As long as an instance can be left out.
const DAY: Duration = Duration::from_secs(24 * 3600);

/// When an instance is left out, and for how long. Never more than half of the instances are.
#[derive(Clone, Debug)]
pub struct Eject {
    row: u32,
    share: f64,
    calls: u32,
    window: Duration,
    first: Duration,
    longest: Duration,
}

impl Default for Eject {
    /// After 5 failures in a row, or when half of at least 20 calls of the last 10 s failed; for 10 s, twice that each
    /// time, up to 5 minutes.
    fn default() -> Self {
        Self {
            row: 5,
            share: 0.5,
            calls: 20,
            window: Duration::from_secs(10),
            first: Duration::from_secs(10),
            longest: Duration::from_secs(300),
        }
    }
}

impl Eject {
    /// After so many failures in a row, or when a share of at least so many calls of the last while failed.
    #[must_use]
    pub fn after(mut self, row: u32, share: f64, calls: u32, window: Duration) -> Self {
        (self.row, self.share, self.calls, self.window) = (row, share, calls, window);
        self
    }

    /// How long the first time, and at the longest; no more than a day.
    #[must_use]
    pub fn time(mut self, first: Duration, longest: Duration) -> Self {
        (self.first, self.longest) = (first, longest.min(DAY));
        self
    }
}

/// Sends each attempt to one of several instances: of two that are drawn, to the one with the lower load; not to one
/// that fails too often ([`Eject`]), nor to one that another attempt of the same call went to, if there is a choice.
///
/// The scheme and the authority of the request's address become those of the instance. Clones share what is known of
/// the instances.
#[derive(Clone, Debug)]
pub struct Balance {
    list: Arc<List>,
    following: Option<Arc<Following>>,
    patience: Duration,
    host: Host,
}

/// Which host a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Host {
    OfInstance,
    OfCaller,
}

/// How a [`Balance`] is set up before it knows its instances.
#[derive(Clone, Debug, Default)]
pub struct Balancing {
    name: String,
    eject: Eject,
    seed: Option<u64>,
}

impl Balancing {
    /// What the service is called in metrics: the label `service` of how many instances it has.
    #[must_use]
    pub fn name(mut self, service: impl Into<String>) -> Self {
        self.name = service.into();
        self
    }

    /// When instances are left out.
    #[must_use]
    pub fn eject(mut self, rules: Eject) -> Self {
        self.eject = rules;
        self
    }

    /// Draws from a seed, for tests.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Over these.
    pub fn over(self, instances: impl IntoIterator<Item = Instance>) -> Balance {
        let balance = self.empty();
        balance.list.change(Change::All(instances.into_iter().collect()));
        balance
    }

    /// Over what is discovered: a task follows the changes for as long as the balance or a service with it is there.
    /// When the stream ends, the last list stays.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn follow(self, changes: impl Stream<Item = Change> + Send + 'static) -> Balance {
        let mut balance = self.empty();
        balance.following = Some(Arc::new(Following::new(&balance.list, changes)));
        balance
    }

    fn empty(self) -> Balance {
        let random = self.seed.map(Random::seeded).unwrap_or_default();
        let list = Arc::new(List::new(self.name, self.eject, random));
        Balance { list, following: None, patience: Duration::from_secs(5), host: Host::OfInstance }
    }
}

impl Balance {
    /// Over these, by default rules.
    pub fn over(instances: impl IntoIterator<Item = Instance>) -> Self {
        Balancing::default().over(instances)
    }

    /// Over what is discovered, by default rules: [`Balancing::follow`].
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn follow(changes: impl Stream<Item = Change> + Send + 'static) -> Self {
        Balancing::default().follow(changes)
    }

    /// How long a call waits for a first instance (5 s, if not set) before it is [`NoInstance`].
    #[must_use]
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// Keeps the host that the caller named as the header `host`, for instances behind one name (HTTP/1.1).
    #[must_use]
    pub fn keep_host(mut self) -> Self {
        self.host = Host::OfCaller;
        self
    }

    /// One of the first instances, as soon as they are there.
    async fn wait(&self) -> Result<Arc<Node>, NoInstance> {
        let mut watch = self.list.watch();
        let some = timeout(self.patience, watch.wait_for(|nodes| !nodes.is_empty())).await;
        drop(some.map_err(|_| NoInstance)?.map_err(|_| NoInstance)?);
        self.list.choose(None).ok_or(NoInstance)
    }

    /// Sends a request to an instance.
    fn sent<N: Next>(
        &self,
        mut request: Request<Body>,
        node: Arc<Node>,
        next: N,
    ) -> Sending<Tail<N::Body, InFlight>> {
        if let Some(attempt) = request.extensions().get::<Attempt>() {
            attempt.goes_to(node.number);
        }
        if let Err(error) = self.aim(&mut request, &node) {
            return Box::pin(ready(Err(error)));
        }
        let deadline = request.extensions().get().copied();
        let judge: Arc<dyn Judge> = Arc::clone(&self.list) as _;
        let mut in_flight = InFlight::new(node, judge, deadline);
        Box::pin(next.send(request).map(move |result| {
            in_flight.fared(verdict(&result));
            Ok(result?.map(|body| Tail::new(body, Some(in_flight))))
        }))
    }

    fn aim(&self, request: &mut Request<Body>, node: &Node) -> Result<(), BoxError> {
        let uri = request.uri().clone();
        if self.host == Host::OfCaller
            && let Some(host) = uri.authority()
            && !request.headers().contains_key(HOST)
        {
            let host = HeaderValue::from_str(super::outcome::shown(host))?;
            request.headers_mut().insert(HOST, host);
        }
        *request.uri_mut() = node.instance.aim(uri)?;
        Ok(())
    }
}

impl<S> Layer<S> for Balance {
    type Service = Resilient<Around<Spreading, Leaf<S>>>;

    fn layer(&self, inner: S) -> Self::Service {
        Resilient::one(Spreading::new(Some(self)), inner)
    }
}

/// [`Balance`], around a service.
#[derive(Clone, Debug)]
pub struct Spreading(Option<Arc<Balance>>);

impl Spreading {
    pub(super) fn new(balance: Option<&Balance>) -> Self {
        Self(balance.map(|balance| Arc::new(balance.clone())))
    }
}

impl Part for Spreading {
    type Body<B: Payload> = Tail<B, InFlight>;

    fn around<N: Next>(self, request: Request<Body>, next: N) -> Sending<Tail<N::Body, InFlight>> {
        let Some(balance) = self.0 else {
            return Box::pin(next.send(request).map_ok(|answer| answer.map(|body| Tail::new(body, None))));
        };
        match balance.list.choose(request.extensions().get()) {
            Some(node) => balance.sent(request, node, next),
            None => Box::pin(async move {
                let node = balance.wait().await?;
                balance.sent(request, node, next).await
            }),
        }
    }
}
