//! `[log]`: what is logged, and how it looks. Levels can be changed while the service runs.

use super::watched::Watched;
use super::{Reload, Section};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer, Registry, fmt, reload};

/// What is logged, and how it looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Log {
    /// What is logged: this and what is worse.
    pub level: Level,
    /// By module (`my_service::db`, `sqlx`): another level for it and what is in it.
    pub modules: BTreeMap<String, Level>,
    /// How events look.
    pub format: Format,
}

/// How bad an event is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is logged.
    Off,
    /// Something went wrong.
    Error,
    /// Something may go wrong.
    Warn,
    /// What happens.
    #[default]
    Info,
    /// What a developer wants to know.
    Debug,
    /// Everything.
    Trace,
}

/// How events look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A line for people.
    #[default]
    Pretty,
    /// A JSON object on a line.
    Json,
}

impl Section for Log {
    const NAME: &'static str = "log";
    const RELOAD: Reload = Reload::Keys(&["level", "modules"]);

    #[cfg(feature = "config-schema")]
    fn schema() -> Option<serde_json::Value> {
        Some(schemars::schema_for!(Self).to_value())
    }
}

impl From<Level> for LevelFilter {
    fn from(level: Level) -> Self {
        match level {
            Level::Off => Self::OFF,
            Level::Error => Self::ERROR,
            Level::Warn => Self::WARN,
            Level::Info => Self::INFO,
            Level::Debug => Self::DEBUG,
            Level::Trace => Self::TRACE,
        }
    }
}

impl Log {
    fn targets(&self) -> Targets {
        let modules = self.modules.iter().map(|(module, level)| (module.clone(), LevelFilter::from(*level)));
        Targets::new().with_targets(modules).with_default(self.level)
    }
}

/// Logs to the standard error stream from now on, unless the program has said already how it logs.
pub(crate) fn start(log: &Watched<Log>) {
    let now = log.get();
    let (filter, handle) = reload::Layer::new(now.targets());
    let is_coloured =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
    let written: Box<dyn Layer<Registry> + Send + Sync> = match now.format {
        Format::Pretty => Box::new(fmt::layer().with_ansi(is_coloured).with_writer(std::io::stderr)),
        Format::Json => Box::new(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)),
    };
    let subscriber = tracing_subscriber::registry().with(written.with_filter(filter));
    if tracing::subscriber::set_global_default(subscriber).is_err() {
        return;
    }
    log.on_change(move |log| {
        // Its registry lives as long as the program.
        let _ = handle.reload(log.targets());
    });
}
