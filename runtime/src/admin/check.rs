//! Whether what a service needs is there: checks with names, run together, each within its time.

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use serde::Serialize;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

type Run = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// A check that a program has registered.
#[derive(Clone)]
pub(crate) struct Check {
    name: String,
    run: Run,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Check {
    pub(crate) fn new<F, E>(name: String, run: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: fmt::Display,
    {
        let run = move || run().map(|done| done.map_err(|error| error.to_string())).boxed();
        Self { name, run: Arc::new(run) }
    }

    /// Runs it, within its time. A panic is a failure.
    async fn result(&self, time: Duration) -> Checked {
        let start = Instant::now();
        let run = AssertUnwindSafe(async { (self.run)().await }).catch_unwind();
        let error = match tokio::time::timeout(time, run).await {
            Ok(Ok(done)) => done.err(),
            Ok(Err(_)) => Some("it panicked".to_owned()),
            Err(_) => Some(format!("no answer within {} ms", time.as_millis())),
        };
        if let Some(error) = &error {
            tracing::warn!(check = self.name, error, "a check has failed");
        }
        Checked {
            name: self.name.clone(),
            is_ok: error.is_none(),
            error,
            milliseconds: start.elapsed().as_millis(),
        }
    }
}

/// What a check has come to.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Checked {
    pub(crate) name: String,
    #[serde(rename = "ok")]
    pub(crate) is_ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    pub(crate) milliseconds: u128,
}

/// Checks, and what they came to when they were last run.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    checks: Vec<Check>,
    last: Mutex<Option<(Instant, Arc<[Checked]>)>>,
}

impl Checks {
    pub(crate) fn new(checks: Vec<Check>) -> Self {
        Self { checks, last: Mutex::default() }
    }

    /// What they come to. Whoever asks while they run gets the same answer, and so does who asks again within `fresh`:
    /// questions cannot overwhelm what is checked.
    pub(crate) async fn results(&self, time: Duration, fresh: Duration) -> Arc<[Checked]> {
        let mut last = self.last.lock().await;
        if let Some((when, known)) = &*last
            && when.elapsed() < fresh
        {
            return known.clone();
        }
        let results: Arc<[Checked]> =
            join_all(self.checks.iter().map(|check| check.result(time))).await.into();
        *last = Some((Instant::now(), results.clone()));
        results
    }
}
