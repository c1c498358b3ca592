//! What a stack does: the settings, and what they come to.

use super::access::AccessLog;
use super::compress::Compression;
use super::cors::{Cors, Origins};
use super::headers::SecurityHeaders;
use super::rates::{Metered, RateLimits};
use crate::quantity::{Limit, Period};
use http::{HeaderName, HeaderValue};
use std::fmt;
use std::time::Duration;

/// What a [`Stack`](super::Stack) does.
///
/// ```
/// use apiloom::stack::Settings;
/// let settings = Settings { max_requests: 500.into(), ..Settings::default() };
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// How long an operation may take until its answer begins: then it is 504. The time that a caller says it will wait
    /// (`grpc-timeout`) counts if it is shorter.
    pub timeout: Limit<Period>,
    /// How many requests may be in flight; more are told to come again (503).
    pub max_requests: Limit<u32>,
    /// How many requests there may be, of whom; more are told when to come again (429).
    pub rate_limit: RateLimits,
    /// Whether a write goes on when its caller hangs up or its time is over, so that it is not cut in half.
    pub detach: bool,
    /// Whether the id that a request comes with (`x-request-id`) is kept; if not, every request gets a new one.
    pub trust_request_id: bool,
    /// Whether writes that a browser sends for a page of another site are refused, as `Sec-Fetch-Site` and `Origin` tell.
    pub csrf: bool,
    /// Which pages of other origins may ask.
    pub cors: Cors,
    /// Headers of every answer that browsers heed.
    pub security_headers: SecurityHeaders,
    /// A line for each request.
    pub access_log: AccessLog,
    /// Answers are compressed for those who take it.
    pub compression: Compression,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30).into(),
            max_requests: Limit::Off,
            rate_limit: RateLimits::default(),
            detach: true,
            trust_request_id: true,
            csrf: true,
            cors: Cors::default(),
            security_headers: SecurityHeaders::default(),
            access_log: AccessLog::default(),
            compression: Compression::default(),
        }
    }
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// Where it is, key by key.
    pub path: Vec<String>,
    /// What is wrong.
    pub message: String,
}

impl Unusable {
    pub(crate) fn new<const N: usize>(path: [&str; N], message: impl Into<String>) -> Self {
        Self { path: path.map(str::to_owned).to_vec(), message: message.into() }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path.join("."), self.message)
    }
}

impl std::error::Error for Unusable {}

/// Settings, as far as they can be worked out before there is a request.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) settings: Settings,
    pub(crate) origins: Origins,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) hsts: Option<HeaderValue>,
    /// Of all operations together.
    pub(crate) limits: Vec<Metered>,
}

impl Compiled {
    pub(crate) fn new(settings: Settings) -> Result<Self, Unusable> {
        let origins = settings.cors.origins()?;
        let headers = settings.security_headers.list()?;
        settings.cors.check()?;
        settings.rate_limit.check()?;
        let limits = settings.rate_limit.rates.0.iter().map(|rate| Metered::new("", *rate)).collect();
        Ok(Self { origins, headers, hsts: settings.security_headers.hsts(), limits, settings })
    }
}

impl Default for Compiled {
    fn default() -> Self {
        let settings = Settings::default();
        let headers = settings.security_headers.preset();
        Self { origins: Origins::default(), headers, hsts: None, limits: Vec::new(), settings }
    }
}
