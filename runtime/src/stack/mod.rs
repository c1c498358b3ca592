//! What stands around every operation of a service in production, in one layer that reads the table of operations: a
//! request gets an id and a deadline, is refused where nobody should be let in, is counted, logged, and answered with the
//! headers that browsers heed.
//!
//! In this order: id, count, shedding, forged requests, CORS; then the operation is found, and with it its time limit and its
//! rate limits.
//! The answer gets its headers, is compressed, counted and logged.

mod access;
mod compress;
mod cors;
mod csrf;
mod headers;
mod id;
mod lines;
pub(crate) mod metrics;
pub(crate) mod policy;
mod process;
pub mod rates;
mod settings;
mod ticket;

pub use access::{AccessLog, LogFormat};
pub use compress::Compression;
pub use cors::Cors;
pub use headers::SecurityHeaders;
pub use id::RequestId;
pub use lines::Lines;
pub use rates::{RateLimits, WhenDown};
pub use settings::{Settings, Unusable};

pub(crate) use rates::{Guard, When};
pub(crate) use settings::Compiled;
pub(crate) use ticket::{OverTls, Ticket, Visit};

use arc_swap::ArcSwap;
use http::Request;
use metrics::{Metrics, Series};
use policy::Policies;
use std::fmt;
use std::sync::Arc;
use tokio_util::task::TaskTracker;

/// What all clones of a stack share.
struct Inner {
    settings: ArcSwap<Compiled>,
    ids: id::Source,
    lines: Lines,
    metrics: Metrics,
    counts: rates::Counts,
    /// Handlers whose callers have gone.
    detached: TaskTracker,
}

/// What stands around every operation of a service. Clones are the same one: they count together.
///
/// ```
/// use apiloom::{App, Service, Stack};
/// let stack = Stack::default();
/// let app = App::new().stack(stack.clone()).service(Service::default());
/// assert!(stack.metrics().contains("http_server_active_requests 0"));
/// ```
#[derive(Clone)]
pub struct Stack {
    inner: Arc<Inner>,
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack")
            .field("settings", &self.inner.settings.load().settings)
            .finish_non_exhaustive()
    }
}

/// With the default [`Settings`].
impl Default for Stack {
    fn default() -> Self {
        Self::of(Compiled::default(), Lines::stderr())
    }
}

impl Stack {
    /// With these settings; the access log goes to the standard error stream.
    ///
    /// # Errors
    /// What of the settings cannot be used.
    pub fn new(settings: Settings) -> Result<Self, Unusable> {
        Self::with_lines(settings, Lines::stderr())
    }

    /// With these settings, and an access log that goes elsewhere.
    ///
    /// # Errors
    /// What of the settings cannot be used.
    pub fn with_lines(settings: Settings, lines: Lines) -> Result<Self, Unusable> {
        Ok(Self::of(Compiled::new(settings)?, lines))
    }

    pub(crate) fn of(compiled: Compiled, lines: Lines) -> Self {
        let counts = rates::Counts::default();
        counts.settle(&compiled.settings.rate_limit);
        Self {
            inner: Arc::new(Inner {
                settings: ArcSwap::from_pointee(compiled),
                ids: id::Source::new(),
                lines,
                metrics: Metrics::default(),
                counts,
                detached: TaskTracker::new(),
            }),
        }
    }

    /// Uses other settings from now on; requests in flight keep those that they began with.
    ///
    /// # Errors
    /// What of the settings cannot be used; then nothing has changed.
    pub fn reload(&self, settings: Settings) -> Result<(), Unusable> {
        let compiled = Compiled::new(settings)?;
        self.inner.counts.settle(&compiled.settings.rate_limit);
        self.inner.settings.store(Arc::new(compiled));
        Ok(())
    }

    /// Everything that was counted, as Prometheus reads it (text exposition format, version 0.0.4).
    pub fn metrics(&self) -> String {
        self.inner.metrics.text(&self.inner.lines, &self.inner.counts)
    }

    /// Adds what else is to be in [`Stack::metrics`]: lines in the same format, each with its end.
    pub fn also(&self, text: impl Fn(&mut String) + Send + Sync + 'static) {
        self.inner.metrics.also(text);
    }

    /// Waits until no handler goes on whose caller has gone, and everything that was logged is written.
    pub async fn settled(&self) {
        self.inner.detached.close();
        self.inner.detached.wait().await;
        self.inner.detached.reopen();
        self.inner.lines.flush();
    }

    /// Does the Redis of the rate limits answer? Nothing, if there is none.
    #[cfg(feature = "config")]
    pub(crate) async fn examine(&self) -> Option<Result<(), String>> {
        self.inner.counts.examine().await
    }

    /// Writes what was logged and waits.
    pub fn flush(&self) {
        self.inner.lines.flush();
    }

    /// For operations of these ids and methods.
    pub(crate) fn around(&self, ids: &[(&'static str, &'static str)], policies: Policies) -> Arc<Stacked> {
        let series = self.inner.metrics.series(ids);
        Arc::new(Stacked { stack: self.clone(), series, policies: ArcSwap::from_pointee(policies) })
    }
}

/// A stack around the operations of one service.
#[derive(Debug)]
pub(crate) struct Stacked {
    pub(crate) stack: Stack,
    /// By index of the operation; the last one is for requests that are for none.
    series: Arc<[Arc<Series>]>,
    pub(crate) policies: ArcSwap<Policies>,
}

impl Stacked {
    /// Begins a request.
    pub(crate) fn begin<B>(self: &Arc<Self>, request: &Request<B>) -> Box<Ticket> {
        Box::new(Ticket::new(self.clone(), request))
    }
}
