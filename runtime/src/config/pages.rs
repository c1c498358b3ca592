//! `[docs]`: whether the pages about an API are served.

use super::Section;
use serde::{Deserialize, Serialize};

/// The page about the API at `/docs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Docs {
    /// Whether it is served. If nothing else is said, it is in debug builds and is not in release builds.
    pub enabled: bool,
}

impl Default for Docs {
    fn default() -> Self {
        Self { enabled: cfg!(debug_assertions) }
    }
}

impl Section for Docs {
    const NAME: &'static str = "docs";

    #[cfg(feature = "config-schema")]
    fn schema() -> Option<serde_json::Value> {
        Some(schemars::schema_for!(Self).to_value())
    }
}
