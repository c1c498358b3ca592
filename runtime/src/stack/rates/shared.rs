//! What was taken of each rate by whom, in a Redis that counts for all instances.

use super::{Metered, RateLimits, Verdict, WhenDown};
use crate::Secret;
use crate::rate::Rate;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisResult, Script};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The clock is that of Redis, so that instances need not agree on the time. Times are in microseconds, since a time that is not
/// long ago, so that the numbers of Lua have room for parts of them; what is refused takes nothing.
const GCRA: &str = r"
local clock = redis.call('TIME')
local now = (clock[1] - 1700000000) * 1000000 + clock[2]
local share, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = tonumber(redis.call('GET', KEYS[1]) or now)
if full_at < now then full_at = now end
local after = full_at + share
local allowed = after - now <= period + 0.5
if allowed then
    redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil((after - now) / 1000))
end
return {allowed and 1 or 0, string.format('%.3f', after - now)}
";
/// How long Redis is not asked after it has not answered.
const REST: Duration = Duration::from_millis(500);

/// A Redis that counts for all instances.
pub(super) struct Shared {
    settings: RateLimits,
    client: Client,
    manager: OnceLock<ConnectionManager>,
    script: Script,
    began: Instant,
    /// It is not asked before then, in milliseconds.
    rests_until: AtomicU64,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// # Errors
/// The address is none.
pub(super) fn client(url: &Secret) -> RedisResult<Client> {
    Client::open(url.reveal())
}

impl Shared {
    /// None, if there is none.
    pub(super) fn new(settings: &RateLimits) -> Option<Self> {
        let client = client(settings.redis.as_ref()?);
        let client = client.inspect_err(|error| tracing::error!(%error, "there is no such Redis")).ok()?;
        Some(Self {
            settings: settings.clone(),
            client,
            manager: OnceLock::new(),
            script: Script::new(GCRA),
            began: Instant::now(),
            rests_until: AtomicU64::new(0),
        })
    }

    /// Is it the one of these settings?
    pub(super) fn is(&self, settings: &RateLimits) -> bool {
        self.settings == *settings
    }

    pub(super) fn when_down(&self) -> WhenDown {
        self.settings.when_down
    }

    /// Takes one; none, if Redis does not answer in time.
    pub(super) async fn take(&self, limited: &Metered, who: &[u8]) -> Option<Verdict> {
        let Metered { rate, scope, .. } = limited;
        let elapsed = || u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        if elapsed() < self.rests_until.load(Ordering::Relaxed) {
            return None;
        }
        let key = format!("{}{scope}:{rate}:{}", self.settings.prefix, hashed(who));
        let limit = self.settings.timeout.0;
        let error = match tokio::time::timeout(limit, self.ask(&key, rate)).await {
            Ok(Ok((is_allowed, micros))) => {
                self.rests_until.store(0, Ordering::Relaxed);
                let used = (micros * 1000.0).max(0.0) as u64;
                let period = rate.nanos().max(rate.share());
                // What Redis has said holds, however its numbers are rounded.
                let used = if is_allowed { used.min(period) } else { used.max(period + 1) };
                return Some(Verdict::new(rate, 0, used));
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it does not answer in time".to_owned(),
        };
        let rest = elapsed() + u64::try_from(REST.as_millis()).unwrap_or_default();
        if self.rests_until.swap(rest, Ordering::Relaxed) == 0 {
            tracing::error!(error, when_down = ?self.when_down(), "the Redis of the rate limits is not there");
        }
        None
    }

    /// Does it answer?
    #[cfg(feature = "config")]
    pub(super) async fn examine(&self) -> Result<(), String> {
        let ping = async {
            let mut manager = self.manager()?;
            redis::cmd("PING").query_async::<()>(&mut manager).await
        };
        match tokio::time::timeout(self.settings.timeout.0, ping).await {
            Ok(done) => done.map_err(|error| error.to_string()),
            Err(_) => Err("it does not answer in time".to_owned()),
        }
    }

    async fn ask(&self, key: &str, rate: &Rate) -> RedisResult<(bool, f64)> {
        let mut manager = self.manager()?;
        let micros = |nanos: u64| nanos as f64 / 1000.0;
        let (share, period) = (micros(rate.share()), micros(rate.nanos().max(rate.share())));
        self.script.key(key).arg(share).arg(period).invoke_async(&mut manager).await
    }

    /// It connects when it is asked, and again when the connection has ended.
    fn manager(&self) -> RedisResult<ConnectionManager> {
        if let Some(manager) = self.manager.get() {
            return Ok(manager.clone());
        }
        let limit = Some(self.settings.timeout.0);
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(limit)
            .set_response_timeout(limit);
        let manager = ConnectionManager::new_lazy_with_config(self.client.clone(), config)?;
        Ok(self.manager.get_or_init(|| manager).clone())
    }
}

/// Credentials are not for whoever looks into Redis.
fn hashed(who: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&Sha256::digest(who)[..16])
}
