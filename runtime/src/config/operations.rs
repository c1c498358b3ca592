//! `[operations."createPet"]`: what holds for one operation alone.

use super::{Limit, Period, Section, Size};
use crate::rate::Rates;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is set for one operation. What is not, is as for all. Whatever can be set for one is a field here, and what it comes to
/// is looked up once a configuration is read (`policy.rs`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Override {
    /// How long its body may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_limit: Option<Size>,
    /// How long its body with files may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_limit: Option<Size>,
    /// How long it may take until its answer begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Limit<Period>>,
    /// How many requests there may be, of whom; `"off"`: as many as there are, whatever holds for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<Rates>,
    /// Whether its requests are in the access log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<bool>,
}

/// By `operationId`: what is set for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Operations(BTreeMap<String, Override>);

impl Operations {
    /// What is set for an operation. In the environment there are only capitals, so case does not matter where nothing
    /// else is meant.
    pub fn of(&self, id: &str) -> Option<&Override> {
        self.0
            .get(id)
            .or_else(|| self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(id)).map(|(_, set)| set))
    }
}

impl Section for Operations {
    const NAME: &'static str = "operations";

    #[cfg(feature = "config-schema")]
    fn schema() -> Option<serde_json::Value> {
        Some(schemars::schema_for!(Self).to_value())
    }
}
