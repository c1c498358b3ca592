//! `[admin]`: where those who run the service ask it how it is.

use super::{Addresses, Period, Reload, Section};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The admin listener: `/livez`, `/readyz`, `/startupz`, `/config`, `/log-level`, `/operations`. Whoever reaches it may ask
/// all of that, so it is not for the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Admin {
    /// Addresses, as `host:port`; a host alone has the port 9090. Not set: there is no admin listener.
    pub listen: Option<Addresses>,
    /// How long a check may take.
    pub check_timeout: Period,
    /// How old the result of a check may be: it is not run again before.
    pub check_interval: Period,
}

impl Default for Admin {
    fn default() -> Self {
        let period = |millis| Period(Duration::from_millis(millis));
        Self { listen: None, check_timeout: period(2000), check_interval: period(1000) }
    }
}

impl Section for Admin {
    const NAME: &'static str = "admin";
    const RELOAD: Reload = Reload::Keys(&["check_timeout", "check_interval"]);

    #[cfg(feature = "config-schema")]
    fn schema() -> Option<serde_json::Value> {
        Some(schemars::schema_for!(Self).to_value())
    }
}

impl Admin {
    /// The addresses, each with its port.
    pub fn addresses(&self) -> Vec<String> {
        self.listen.iter().flat_map(|listen| listen.with_port(9090)).collect()
    }
}
