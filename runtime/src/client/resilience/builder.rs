//! All parts in their order.

use super::attempt::Attempting;
use super::balance::{Balance, Spreading};
use super::breaker::{Breaker, Breaking};
use super::bulkhead::{Bulkhead, Holding};
use super::hedge::{Hedge, Hedging};
use super::retry::{Retry, Retrying};
use super::stack::{Around, Leaf, Resilient, Switch};
use super::timeout::{Limiting, Timeout};
use tower::Layer;

/// A tower layer of all parts, each of which can be set or left out (`None`). The [module](super) says what they do and
/// why they stand in this order.
///
/// ```
/// use apiloom::client::resilience::{Balance, Hedge, Resilience, Retry, Timeout};
/// use std::time::Duration;
/// use tower::Layer as _;
///
/// # #[derive(Clone)] struct Http;
/// # impl tower::Service<http::Request<apiloom::Body>> for Http {
/// #     type Response = http::Response<apiloom::Body>;
/// #     type Error = std::convert::Infallible;
/// #     type Future = std::future::Ready<Result<Self::Response, Self::Error>>;
/// #     fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
/// #         std::task::Poll::Ready(Ok(()))
/// #     }
/// #     fn call(&mut self, _: http::Request<apiloom::Body>) -> Self::Future { unimplemented!() }
/// # }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let http = Http;
/// let service = Resilience::default()
///     .timeout(Timeout::of(Duration::from_secs(5)))
///     .retry(Retry::default().attempts(4))
///     .hedge(Hedge::after_p95())
///     .balance(Balance::over(["http://10.0.0.1:8080".parse()?, "http://10.0.0.2:8080".parse()?]))
///     .layer(http); // any tower service over `http::Request<apiloom::Body>`
/// # drop(service);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Resilience {
    on: bool,
    timeout: Option<Timeout>,
    bulkhead: Option<Bulkhead>,
    retry: Option<Retry>,
    hedge: Option<Hedge>,
    breaker: Option<Breaker>,
    balance: Option<Balance>,
}

/// A service with all parts around it; those that are left out hand calls on.
pub type Stack<S> = Resilient<Switch<Calls<Attempts<S>>, Leaf<S>>>;

/// The parts that are for calls.
type Calls<N> = Around<Limiting, Around<Holding, Around<Retrying, N>>>;

/// The parts that are for attempts.
type Attempts<S> = Around<Hedging, Around<Breaking, Around<Spreading, Around<Attempting, Leaf<S>>>>>;

impl Default for Resilience {
    /// [`Timeout`], [`Bulkhead`], [`Retry`] and [`Breaker`] as they are by default; no [`Hedge`], as that sends more
    /// than it must; no [`Balance`], as that needs to know instances.
    fn default() -> Self {
        Self {
            timeout: Some(Timeout::default()),
            bulkhead: Some(Bulkhead::default()),
            retry: Some(Retry::default()),
            breaker: Some(Breaker::default()),
            ..Self::none()
        }
    }
}

impl Resilience {
    /// Nothing but what is set.
    #[must_use]
    pub fn none() -> Self {
        Self {
            on: true,
            timeout: None,
            bulkhead: None,
            retry: None,
            hedge: None,
            breaker: None,
            balance: None,
        }
    }

    /// Everything off, whatever was and will be set: requests are sent once, as they are, to where they say.
    #[must_use]
    pub fn off(mut self) -> Self {
        self.on = false;
        self
    }

    /// How long a call may take.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Option<Timeout>>) -> Self {
        self.timeout = timeout.into();
        self
    }

    /// How many calls may be in flight.
    #[must_use]
    pub fn bulkhead(mut self, bulkhead: impl Into<Option<Bulkhead>>) -> Self {
        self.bulkhead = bulkhead.into();
        self
    }

    /// What is tried again.
    #[must_use]
    pub fn retry(mut self, retry: impl Into<Option<Retry>>) -> Self {
        self.retry = retry.into();
        self
    }

    /// Which reads are sent twice.
    #[must_use]
    pub fn hedge(mut self, hedge: impl Into<Option<Hedge>>) -> Self {
        self.hedge = hedge.into();
        self
    }

    /// When an operation is not called for a while.
    #[must_use]
    pub fn breaker(mut self, breaker: impl Into<Option<Breaker>>) -> Self {
        self.breaker = breaker.into();
        self
    }

    /// Over which instances calls are spread.
    #[must_use]
    pub fn balance(mut self, balance: impl Into<Option<Balance>>) -> Self {
        self.balance = balance.into();
        self
    }
}

impl<S> Layer<S> for Resilience {
    type Service = Stack<S>;

    /// Every service that is made so has limits, budgets and circuits of its own; its clones share them.
    fn layer(&self, inner: S) -> Stack<S> {
        if !self.on {
            return Resilient(Switch::Off(Leaf(inner)));
        }
        let header = self.timeout.as_ref().and_then(|timeout| timeout.header.clone());
        let attempt = Around(Attempting::new(header), Leaf(inner));
        let balance = Around(Spreading::new(self.balance.as_ref()), attempt);
        let breaker = Around(Breaking::new(self.breaker.as_ref()), balance);
        let hedge = Around(Hedging::new(self.hedge.as_ref()), breaker);
        let retry = Around(Retrying::new(self.retry.as_ref()), hedge);
        let bulkhead = Around(Holding::new(self.bulkhead.as_ref()), retry);
        Resilient(Switch::On(Around(Limiting::new(self.timeout.as_ref()), bulkhead)))
    }
}
