//! Rate limits: how many requests there may be, of whom, and what callers are told of it (draft-ietf-httpapi-ratelimit-headers).

mod asker;
mod buckets;
#[cfg(feature = "redis")]
mod shared;

use super::access::{digits, put};
use super::settings::{Compiled, Unusable};
use super::{Inner, Visit};
use crate::http::context::Context;
use crate::http::problem::{Error, Result};
pub use crate::rate::{By, NoRate, Rate, Rates};
use asker::asker;
use buckets::Buckets;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

/// How many requests there may be, of whom, and who keeps count.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub struct RateLimits {
    /// Of all operations together, besides those of each.
    pub rates: Rates,
    /// The Redis that counts for all instances of the service: `redis://host:6379`. Not set: each instance counts for itself.
    #[cfg_attr(feature = "config-schema", schemars(with = "Option<String>"))]
    pub redis: Option<crate::Secret>,
    /// What its keys begin with.
    pub prefix: String,
    /// How long is waited for it.
    pub timeout: crate::quantity::Period,
    /// What happens when it does not answer.
    pub when_down: WhenDown,
}

/// What happens when nobody counts for all instances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub enum WhenDown {
    /// Each instance counts for itself.
    #[default]
    Local,
    /// Everybody is let in.
    Open,
    /// Nobody is let in (503).
    Closed,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            rates: Rates::default(),
            redis: None,
            prefix: "apiloom:rate:".to_owned(),
            timeout: std::time::Duration::from_millis(100).into(),
            when_down: WhenDown::Local,
        }
    }
}

impl RateLimits {
    /// # Errors
    /// The address of a Redis that is none.
    pub(super) fn check(&self) -> std::result::Result<(), Unusable> {
        #[cfg(feature = "redis")]
        return match self.redis.as_ref().map(shared::client) {
            Some(Err(error)) => Err(Unusable::new(["rate_limit", "redis"], error.to_string())),
            Some(Ok(_)) | None => Ok(()),
        };
        #[cfg(not(feature = "redis"))]
        match self.redis {
            Some(_) => Err(Unusable::new(
                ["rate_limit", "redis"],
                "this service was built without the feature `redis`",
            )),
            None => Ok(()),
        }
    }
}

/// What a caller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) is_allowed: bool,
    /// How many more there may be now.
    pub(crate) left: u32,
    /// How long to wait for the next one, in nanoseconds.
    pub(crate) wait: u64,
    /// When all of them may be again, in nanoseconds.
    pub(crate) full_in: u64,
}

impl Verdict {
    /// For one more, after which the bucket is full again at `after`.
    fn new(rate: &Rate, now: u64, after: u64) -> Self {
        let (share, period) = (rate.share(), rate.nanos().max(rate.share()));
        let used = after - now;
        match used <= period {
            true => {
                let left = u32::try_from((period - used) / share).unwrap_or(u32::MAX);
                Self { is_allowed: true, left: left.min(rate.count - 1), wait: 0, full_in: used }
            }
            false => Self { is_allowed: false, left: 0, wait: used - period, full_in: used - share },
        }
    }
}

/// Who keeps count, for all services of a stack.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    local: Buckets,
    #[cfg(feature = "redis")]
    shared: arc_swap::ArcSwapOption<shared::Shared>,
    pub(super) refused: AtomicU64,
    pub(super) failed: AtomicU64,
}

impl Counts {
    /// Uses the Redis of these settings from now on, if there is one.
    #[cfg_attr(not(feature = "redis"), allow(unused_variables, reason = "there is none"))]
    pub(super) fn settle(&self, settings: &RateLimits) {
        #[cfg(feature = "redis")]
        {
            let known = self.shared.load();
            if known.as_ref().is_none_or(|known| !known.is(settings)) {
                self.shared.store(shared::Shared::new(settings).map(Arc::new));
            }
        }
    }

    /// Do others answer who count? Nothing, if there are none.
    #[cfg(feature = "config")]
    #[cfg_attr(not(feature = "redis"), allow(clippy::unused_async, reason = "only others are waited for"))]
    pub(super) async fn examine(&self) -> Option<std::result::Result<(), String>> {
        #[cfg(feature = "redis")]
        return Some(self.shared.load_full()?.examine().await);
        #[cfg(not(feature = "redis"))]
        None
    }

    /// Do others count?
    fn is_shared(&self) -> bool {
        #[cfg(feature = "redis")]
        return self.shared.load().is_some();
        #[cfg(not(feature = "redis"))]
        false
    }

    /// Takes one, here.
    fn take_here(&self, limit: &Metered, cx: &Context) -> Verdict {
        self.local.take(limit, |mut told| asker(cx, limit.rate.by, &mut told))
    }

    /// Takes one. `None`: everybody is let in.
    ///
    /// # Errors
    /// Nobody is let in, as nobody counts.
    #[cfg_attr(not(feature = "redis"), allow(clippy::unused_async, reason = "only others are waited for"))]
    async fn take(&self, limit: &Metered, cx: &Context) -> Result<Option<Verdict>> {
        #[cfg(feature = "redis")]
        if let Some(shared) = self.shared.load_full() {
            let mut who = Vec::new();
            asker(cx, limit.rate.by, &mut |bytes| who.extend_from_slice(bytes));
            if let Some(verdict) = shared.take(limit, &who).await {
                return Ok(Some(verdict));
            }
            self.failed.fetch_add(1, Ordering::Relaxed);
            match shared.when_down() {
                WhenDown::Local => {}
                WhenDown::Open => return Ok(None),
                WhenDown::Closed => {
                    let error = Error::unavailable("It is not known whether there were too many requests.");
                    return Err(error.header("retry-after", "1"));
                }
            }
        }
        Ok(Some(self.take_here(limit, cx)))
    }
}

/// A limit, as it is asked for: what is the same for every request is worked out before.
#[derive(Debug, Clone)]
pub(crate) struct Metered {
    pub(super) rate: Rate,
    /// Of all operations together: none.
    #[cfg_attr(not(feature = "redis"), allow(dead_code, reason = "only others need a name of it"))]
    scope: &'static str,
    /// Which one it is: of rates that are alike in the same scope, the same.
    id: u64,
    /// `RateLimit-Policy`
    policy: HeaderValue,
}

impl Metered {
    pub(crate) fn new(scope: &'static str, rate: Rate) -> Self {
        let mut hasher = DefaultHasher::new();
        (scope, rate).hash(&mut hasher);
        let policy = format!("\"{}\";q={};w={}", rate.by.word(), rate.count, seconds(rate.nanos()));
        let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("\"\""));
        Self { rate, scope, id: hasher.finish(), policy }
    }
}

/// What of the limits a caller is nearest to.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    policy: HeaderValue,
    by: By,
    verdict: Verdict,
}

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Whole seconds, and never too few.
fn seconds(nanos: u64) -> u64 {
    nanos.div_ceil(1_000_000_000)
}

impl Standing {
    /// Tells it.
    pub(super) fn tell(self, headers: &mut HeaderMap) {
        let Self { policy, by, verdict } = self;
        let mut text = Vec::with_capacity(48);
        put(&mut text, &["\"", by.word(), "\";r="]);
        digits(&mut text, verdict.left.into(), 1);
        put(&mut text, &[";t="]);
        digits(&mut text, seconds(verdict.full_in), 1);
        headers.insert(POLICY, policy);
        if let Ok(value) = HeaderValue::from_maybe_shared(Bytes::from(text)) {
            headers.insert(LIMIT, value);
        }
    }
}

/// The limits of an operation, for one request.
#[derive(Clone)]
pub(crate) struct Guard {
    inner: Arc<Inner>,
    now: Arc<Compiled>,
    own: Option<Arc<[Metered]>>,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").field("own", &self.own).finish_non_exhaustive()
    }
}

/// Before it is known who is calling, then, or when nobody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    Known,
    Open,
}

impl When {
    fn is_for(self, by: By) -> bool {
        match self {
            Self::Before => matches!(by, By::Ip | By::Key | By::All),
            Self::Known => matches!(by, By::User | By::Tenant),
            Self::Open => true,
        }
    }
}

impl Guard {
    /// None, if there are no limits. Those of all operations do not hold for one whose limits are off.
    pub(super) fn new(inner: &Arc<Inner>, now: &Arc<Compiled>, own: Option<&Arc<[Metered]>>) -> Option<Self> {
        let is_off = own.is_some_and(|own| own.is_empty());
        let has_any = own.is_some() || !now.limits.is_empty();
        (has_any && !is_off).then(|| Self { inner: inner.clone(), now: now.clone(), own: own.cloned() })
    }

    /// Must somebody else be asked, and waited for?
    pub(crate) fn waits(&self) -> bool {
        self.inner.counts.is_shared()
    }

    fn limits(&self, when: When) -> impl Iterator<Item = &Metered> {
        let own = self.own.iter().flat_map(|own| own.iter());
        self.now.limits.iter().chain(own).filter(move |limit| when.is_for(limit.rate.by))
    }

    /// Takes one of each limit, without waiting.
    ///
    /// # Errors
    /// 429: there were too many.
    pub(crate) fn check_here(&self, cx: &Context, when: When) -> Result<()> {
        self.limits(when).try_for_each(|limit| self.judge(cx, limit, self.inner.counts.take_here(limit, cx)))
    }

    /// The same, where others count.
    ///
    /// # Errors
    /// 429: there were too many. 503: nobody knows.
    pub(crate) async fn check(&self, cx: &Context, when: When) -> Result<()> {
        for limit in self.limits(when) {
            if let Some(verdict) = self.inner.counts.take(limit, cx).await? {
                self.judge(cx, limit, verdict)?;
            }
        }
        Ok(())
    }

    fn judge(&self, cx: &Context, limit: &Metered, verdict: Verdict) -> Result<()> {
        if let Some(visit) = cx.visit() {
            visit.stand(limit, verdict);
        }
        if verdict.is_allowed {
            return Ok(());
        }
        self.inner.counts.refused.fetch_add(1, Ordering::Relaxed);
        let wait = seconds(verdict.wait);
        let detail = format!("There were too many requests: come again in {wait} s.");
        let error = Error::new(StatusCode::TOO_MANY_REQUESTS).detail(detail);
        Err(error.header("retry-after", &wait.to_string()))
    }
}

impl Visit {
    /// Of several limits, a caller is told of the one that it is nearest to.
    fn stand(&self, limit: &Metered, verdict: Verdict) {
        let mut known = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        if known.as_ref().is_none_or(|known| verdict.left <= known.verdict.left) {
            *known = Some(Standing { policy: limit.policy.clone(), by: limit.rate.by, verdict });
        }
    }

    pub(super) fn standing(&self) -> Option<Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
