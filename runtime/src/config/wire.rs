//! `[connections]`, `[proxies]` and `[tls]`: what connections may do, and who is at their other ends.

use super::section::{Reload, Section, Unusable};
use crate::app::{Connections, Proxies};
use crate::wire::Trusted;
#[cfg(feature = "tls")]
use {crate::wire::Tls, std::path::PathBuf};

impl Section for Connections {
    const NAME: &'static str = "connections";
    const RELOAD: Reload = Reload::Nothing;

    #[cfg(feature = "config-schema")]
    fn schema() -> Option<serde_json::Value> {
        Some(schemars::schema_for!(Self).to_value())
    }
}

impl Section for Proxies {
    const NAME: &'static str = "proxies";

    fn check(&self) -> Vec<Unusable> {
        Trusted::new(self).err().into_iter().collect()
    }

    #[cfg(feature = "config-schema")]
    fn schema() -> Option<serde_json::Value> {
        Some(schemars::schema_for!(Self).to_value())
    }
}

#[cfg(feature = "tls")]
impl Section for Tls {
    const NAME: &'static str = "tls";
    const RELOAD: Reload = Reload::Keys(&["certificate", "key", "client_ca", "clients", "handshake"]);

    fn check(&self) -> Vec<Unusable> {
        if self.is_on() { self.read().err().into_iter().collect() } else { Vec::new() }
    }

    fn files(&self) -> Vec<PathBuf> {
        [&self.certificate, &self.key, &self.client_ca].into_iter().flatten().cloned().collect()
    }

    #[cfg(feature = "config-schema")]
    fn schema() -> Option<serde_json::Value> {
        Some(schemars::schema_for!(Self).to_value())
    }
}
