//! The container of services: listening, signals, and a stop that loses nothing.

mod bound;
#[cfg(feature = "config")]
mod doctor;
pub(crate) mod front;
mod settings;
mod signals;

#[cfg(feature = "admin")]
use crate::admin::check::{Check, Checks};
#[cfg(feature = "config")]
use crate::config::live::Live;
use crate::service::Service;
use crate::stack::Stack;
use crate::wire::Count;
use axum::Router;
use front::Front;
#[cfg(feature = "admin")]
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;
#[cfg(feature = "admin")]
use tokio::net::TcpListener;

pub use crate::life::{Life, Phase};
#[cfg(feature = "tls")]
pub use crate::wire::{Clients, Tls};
pub use crate::wire::{Connections, Proxies, ToldBy};
pub use bound::Bound;
#[cfg(feature = "config")]
pub use doctor::Examination;

/// How long requests in flight may take after the stop was asked for.
const GRACE: Duration = Duration::from_secs(30);

/// Services, a router for everything else, and where to listen.
#[derive(Debug)]
pub struct App {
    services: Vec<Service>,
    router: Option<Router>,
    address: Option<String>,
    grace: Duration,
    life: Life,
    stack: Option<Stack>,
    connections: Option<Connections>,
    proxies: Option<Proxies>,
    #[cfg(feature = "tls")]
    tls: Option<Tls>,
    count: Arc<Count>,
    #[cfg(feature = "config")]
    live: Option<Arc<Live>>,
    #[cfg(feature = "admin")]
    checks: Vec<Check>,
    #[cfg(feature = "admin")]
    admin: Router,
}

impl Default for App {
    fn default() -> Self {
        Self {
            services: Vec::new(),
            router: None,
            address: None,
            grace: GRACE,
            life: Life::default(),
            stack: None,
            connections: None,
            proxies: None,
            #[cfg(feature = "tls")]
            tls: None,
            count: Arc::default(),
            #[cfg(feature = "config")]
            live: None,
            #[cfg(feature = "admin")]
            checks: Vec::new(),
            #[cfg(feature = "admin")]
            admin: Router::new(),
        }
    }
}

impl App {
    /// Nothing to serve yet; listens on `127.0.0.1:8080`.
    pub fn new() -> Self {
        Self::default()
    }

    /// As the configuration says: files, the environment and the command line, see [`config`](crate::config). What is set
    /// there comes before what the program says ([`App::listen`] and the like). With `--help` and the like this prints and
    /// ends the program.
    ///
    /// # Errors
    /// Everything that is wrong with the configuration, with its places.
    #[cfg(feature = "config")]
    pub fn from_env() -> Result<Self, crate::config::Failure> {
        crate::config::Config::new().app()
    }

    #[cfg(feature = "config")]
    pub(crate) fn of(live: Arc<Live>) -> Self {
        let stack = crate::config::stack(&live);
        Self { live: Some(live), stack: Some(stack), ..Self::default() }
    }

    /// A section of the configuration; nothing, if there is no configuration or nobody has added the section to it
    /// ([`Config::section`](crate::config::Config::section)).
    #[cfg(feature = "config")]
    pub fn config<T: crate::config::Section>(&self) -> Option<crate::config::Watched<T>> {
        self.live.as_ref()?.section()
    }

    /// Serves an API. The first one that has a request's path answers it.
    #[must_use]
    pub fn service(mut self, service: Service) -> Self {
        self.services.push(service);
        self
    }

    /// Serves what no API has.
    #[must_use]
    pub fn router(mut self, router: Router) -> Self {
        self.router = Some(match self.router {
            Some(known) => known.merge(router),
            None => router,
        });
        self
    }

    /// Where to listen: `host:port` (port 0 lets the system choose), `unix:/run/shop.sock`, or `systemd` for the sockets
    /// that systemd has opened.
    #[must_use]
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// How long requests in flight may take after the stop was asked for (30 s, if not set).
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }

    /// Puts a stack around everything. An app of a configuration has one that `[stack]` describes.
    #[must_use]
    pub fn stack(mut self, stack: Stack) -> Self {
        self.stack = Some(stack);
        self
    }

    /// How many connections there may be, and how slow they may be; `[connections]` of a configuration comes before it.
    #[must_use]
    pub fn connections(mut self, connections: Connections) -> Self {
        self.connections = Some(connections);
        self
    }

    /// Proxies in front of the service, whose word about callers counts; `[proxies]` of a configuration comes before it.
    #[must_use]
    pub fn proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = Some(proxies);
        self
    }

    /// Speaks TLS at every address; `[tls]` of a configuration comes before it.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Tells what the service is about: starting, ready, draining, stopped.
    pub fn life(&self) -> Life {
        self.life.clone()
    }

    /// Registers a check of something that the service needs, such as its database. It is ready as long as all checks
    /// succeed; each has `admin.check_timeout` to answer.
    ///
    /// ```
    /// # struct Pool; impl Pool { async fn ping(&self) -> Result<(), String> { Ok(()) } }
    /// # let pool = std::sync::Arc::new(Pool);
    /// let app = apiloom::App::new().check("database", move || {
    ///     let pool = pool.clone();
    ///     async move { pool.ping().await }
    /// });
    /// ```
    #[cfg(feature = "admin")]
    #[must_use]
    pub fn check<F, E>(
        mut self,
        name: impl Into<String>,
        check: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display,
    {
        self.checks.push(Check::new(name.into(), check));
        self
    }

    /// Serves more on the admin listener.
    #[cfg(feature = "admin")]
    #[must_use]
    pub fn admin(mut self, router: Router) -> Self {
        self.admin = self.admin.merge(router);
        self
    }

    /// Takes the port.
    ///
    /// # Errors
    /// A table of operations has conflicts, an address cannot be had, settings cannot be used, or SIGHUP, which
    /// reloads a configuration, cannot be listened for.
    pub async fn bind(self) -> io::Result<Bound> {
        #[cfg(feature = "config")]
        self.examine_if_asked().await;
        let problems: Vec<&str> =
            self.services.iter().flat_map(Service::problems).map(String::as_str).collect();
        if !problems.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problems.join("; ")));
        }
        #[cfg(feature = "config")]
        if let Some(live) = &self.live {
            live.serves(self.services.iter().flat_map(Service::operations).map(|found| found.id).collect())?;
        }
        let plan = self.plan()?;
        let listeners = self.listeners().await?;
        #[cfg(feature = "admin")]
        let admin = self.bind_admin().await?;
        if let Some(stack) = &self.stack {
            let count = self.count.clone();
            stack.also(move |text| count.text(text));
        }
        Ok(Bound {
            listeners,
            plan,
            stack: self.stack.clone(),
            grace: self.grace,
            life: self.life.clone(),
            #[cfg(feature = "config")]
            live: self.live.clone(),
            // A signal to reload may come at once.
            #[cfg(feature = "config")]
            reloading: self.live.clone().map(crate::config::watch::start).transpose()?,
            #[cfg(feature = "admin")]
            admin,
            front: self.into_front(),
        })
    }

    /// The admin listener, if one is configured.
    #[cfg(feature = "admin")]
    async fn bind_admin(&self) -> io::Result<Option<(Vec<TcpListener>, Router)>> {
        let Some(live) = self.live.clone() else { return Ok(None) };
        let Some(settings) = live.section::<crate::config::Admin>() else { return Ok(None) };
        let listeners = listen(settings.get().addresses()).await?;
        if listeners.is_empty() {
            return Ok(None);
        }
        let known = crate::admin::Known {
            life: self.life.clone(),
            checks: Checks::new(self.checks.clone()),
            live,
            settings,
            operations: self.services.iter().flat_map(Service::paths).collect(),
            has_started: false.into(),
            stack: self.stack.clone(),
        };
        Ok(Some((listeners, crate::admin::router(known, self.admin.clone()))))
    }

    /// Listens and serves until SIGTERM or SIGINT.
    ///
    /// # Errors
    /// See [`App::bind`].
    pub async fn serve(self) -> io::Result<()> {
        self.bind().await?.serve().await
    }

    /// Everything as one axum router.
    pub fn into_router(self) -> Router {
        Router::new().fallback_service(self.into_front())
    }

    fn into_front(self) -> Front {
        let stack = self.stack.as_ref();
        let stacked = |service: Service| match stack {
            None => service,
            #[cfg(feature = "config")]
            Some(stack) if self.live.is_some() => match &self.live {
                Some(live) => service.configured(stack, live),
                None => service,
            },
            Some(stack) => service.stack(stack),
        };
        Front::new(self.services.into_iter().map(stacked).collect(), self.router, stack)
    }
}

/// Takes ports.
#[cfg(feature = "admin")]
async fn listen(addresses: Vec<String>) -> io::Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    for address in addresses {
        let listener = TcpListener::bind(&address)
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))?;
        listeners.push(listener);
    }
    Ok(listeners)
}
