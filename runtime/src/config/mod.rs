//! The configuration of a service: files, environment and command line in layers, and reloading while it runs.
//!
//! ```no_run
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! apiloom::App::from_env()?.service(apiloom::Service::default()).serve().await?;
//! # Ok(()) }
//! ```
//!
//! From the first to the last, and a later one wins: the defaults of the sections, `config/default.toml` (or `.yaml`), the
//! file of the profile beside it, the environment (`APP__SERVER__PORT=8080`), files that variables with `_FILE` at their
//! end name, and `--set server.port=8080`.
//!
//! A section is a type that implements [`Section`]; those of the runtime are listed in one place, here. A service adds its
//! own with [`Config::section`].

#[cfg(feature = "admin")]
mod admin;
mod de;
mod draft;
mod files;
mod finding;
mod inputs;
pub(crate) mod live;
#[cfg(feature = "log")]
mod log;
mod operations;
#[cfg(feature = "docs")]
mod pages;
mod policy;
pub(crate) mod print;
mod read_toml;
#[cfg(feature = "yaml")]
mod read_yaml;
mod refused;
pub(crate) mod secret;
mod section;
mod server;
mod stack;
mod tree;
pub(crate) mod watch;
mod watched;
mod wire;

pub use crate::quantity::{Limit, Period, Size};
#[cfg(feature = "admin")]
pub use admin::Admin;
pub use finding::Failure;
#[cfg(feature = "log")]
pub use log::{Format, Level, Log};
pub use operations::{Operations, Override};
#[cfg(feature = "docs")]
pub use pages::Docs;
pub use section::{Reload, Section, Unusable};
pub use server::{Addresses, Server};
pub use watched::Watched;

pub(crate) use policy::policies;
pub(crate) use stack::stack;

#[cfg(feature = "tls")]
use crate::app::Tls;
use crate::app::{App, Connections, Proxies};
use crate::stack::Settings;
use finding::Finding;
use inputs::{Inputs, Wish};
use live::Live;
use section::Kind;
use std::ffi::OsString;
use std::fmt;
use std::sync::Arc;
use tree::Origin;

/// The sections of the runtime. A new one is its type and a line here.
fn sections() -> Vec<Kind> {
    [
        Kind::of::<Server>(),
        #[cfg(feature = "log")]
        Kind::of::<Log>(),
        Kind::of::<Settings>(),
        Kind::of::<Connections>(),
        Kind::of::<Proxies>(),
        #[cfg(feature = "tls")]
        Kind::of::<Tls>(),
        #[cfg(feature = "docs")]
        Kind::of::<Docs>(),
        Kind::of::<Operations>(),
        #[cfg(feature = "admin")]
        Kind::of::<Admin>(),
    ]
    .into()
}

/// Reads the configuration of a service.
pub struct Config {
    kinds: Vec<Kind>,
    variables: Option<Vec<(OsString, OsString)>>,
    arguments: Option<Vec<OsString>>,
}

/// Of the environment, where secrets may be, nothing is shown.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("sections", &self.kinds).finish_non_exhaustive()
    }
}

/// What a configuration has come to.
#[derive(Debug)]
pub enum Loaded {
    /// An app to serve with.
    App(Box<App>),
    /// `--help` or the like: this is to be printed, and nothing is to be served.
    Text(String),
}

impl Default for Config {
    fn default() -> Self {
        Self { kinds: sections(), variables: None, arguments: None }
    }
}

impl Config {
    /// Of this process's environment and command line, with the sections of the runtime.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a section of the service's own; [`App::config`] gives it.
    #[must_use]
    pub fn section<T: Section>(mut self) -> Self {
        self.kinds.push(Kind::of::<T>());
        self
    }

    /// Uses this for the environment.
    #[must_use]
    pub fn variables<K: Into<OsString>, V: Into<OsString>>(
        mut self,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.variables =
            Some(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    /// Uses this for the command line; the first is the program.
    #[must_use]
    pub fn arguments<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.arguments = Some(arguments.into_iter().map(Into::into).collect());
        self
    }

    /// Reads everything.
    ///
    /// # Errors
    /// Everything that is wrong with the configuration, with its places.
    pub fn load(self) -> Result<Loaded, Failure> {
        let mut findings = Vec::new();
        let variables = self.variables.unwrap_or_else(|| std::env::vars_os().collect());
        let arguments = self.arguments.unwrap_or_else(|| std::env::args_os().collect());
        let inputs = Inputs::read(variables.into_iter(), arguments.into_iter(), &mut findings);
        for (n, kind) in self.kinds.iter().enumerate() {
            if self.kinds.iter().take(n).any(|known| known.name == kind.name) {
                let message = format!("two types are for the section `[{}]`", kind.name);
                findings.push(Finding::new(message, Origin::Default).help("give one of them another `NAME`"));
            }
        }
        let wish = inputs.wish;
        if wish == Wish::Help {
            return Ok(Loaded::Text(print::help(&inputs.program)));
        }
        if wish == Wish::Schema && findings.is_empty() {
            return schema(&self.kinds).map(Loaded::Text);
        }
        let live = Live::read(self.kinds, inputs, findings)?;
        match wish {
            Wish::Print => Ok(Loaded::Text(print::config(&live))),
            Wish::Serve | Wish::Doctor | Wish::Help | Wish::Schema => {
                Ok(Loaded::App(Box::new(App::of(Arc::new(live)))))
            }
        }
    }

    /// Reads everything, and starts to log as `[log]` says. With `--help`, `--print-config` or `--print-config-schema` it
    /// prints that and ends the program.
    ///
    /// # Errors
    /// Everything that is wrong with the configuration, with its places.
    #[expect(clippy::print_stdout, reason = "`--help` and its like are for this")]
    pub fn app(self) -> Result<App, Failure> {
        match self.load()? {
            Loaded::App(app) => {
                #[cfg(feature = "log")]
                app.config::<Log>().iter().for_each(log::start);
                Ok(*app)
            }
            Loaded::Text(text) => {
                print!("{text}");
                std::process::exit(0)
            }
        }
    }
}

/// The JSON Schema. Without the feature there would be nothing of the runtime's own sections in it.
fn schema(kinds: &[Kind]) -> Result<String, Failure> {
    if cfg!(feature = "config-schema") {
        return Ok(print::schema(kinds));
    }
    let message = "this service was built without the feature `config-schema` of `apiloom`";
    let at = Origin::Argument(Arc::from("--print-config-schema"));
    Err(Failure::new(vec![Finding::new(message, at)]))
}
