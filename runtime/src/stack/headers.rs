//! Headers that browsers heed, as OWASP's REST cheat sheet has them.

use super::settings::Unusable;
use crate::quantity::{Limit, Period};
use http::{HeaderName, HeaderValue};
use std::collections::BTreeMap;

/// Headers of every answer that browsers heed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub struct SecurityHeaders {
    /// Whether there are the usual ones: `x-content-type-options: nosniff`, `x-frame-options: DENY`,
    /// `referrer-policy: no-referrer`, `content-security-policy: frame-ancestors 'none'`.
    pub enabled: bool,
    /// How long browsers are to use nothing but TLS (`strict-transport-security`); told over TLS alone.
    pub hsts: Limit<Period>,
    /// More of them, or others instead; one without a value is left out. What a handler sets itself comes before all.
    pub set: BTreeMap<String, String>,
}

impl Default for SecurityHeaders {
    fn default() -> Self {
        Self { enabled: true, hsts: Limit::Off, set: BTreeMap::new() }
    }
}

const USUAL: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("content-security-policy", "frame-ancestors 'none'"),
];

impl SecurityHeaders {
    /// The usual ones, if they are wanted.
    pub(super) fn preset(&self) -> Vec<(HeaderName, HeaderValue)> {
        let usual = USUAL.iter().filter(|_| self.enabled);
        usual.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    pub(super) fn hsts(&self) -> Option<HeaderValue> {
        let seconds = self.hsts.get()?.0.as_secs();
        HeaderValue::from_str(&format!("max-age={seconds}; includeSubDomains")).ok()
    }

    /// All of them.
    ///
    /// # Errors
    /// One that HTTP does not allow.
    pub(super) fn list(&self) -> Result<Vec<(HeaderName, HeaderValue)>, Unusable> {
        let mut list = self.preset();
        for (name, value) in &self.set {
            let wrong = |what: &str| Unusable::new(["security_headers", "set", name], what);
            let header: HeaderName = name.parse().map_err(|_| wrong("this is no name of a header"))?;
            list.retain(|(known, _)| *known != header);
            if !value.is_empty() {
                let value = value.parse().map_err(|_| wrong("HTTP does not allow this value of a header"))?;
                list.push((header, value));
            }
        }
        Ok(list)
    }
}
