//! The container of services: listening, signals, and a stop that loses nothing.

#[cfg(feature = "admin")]
use crate::admin::check::{Check, Checks};
use crate::answering::Answering;
#[cfg(feature = "config")]
use crate::config::live::Live;
use crate::route::Asked as Head;
use crate::service::Service;
use axum::extract::Request;
use axum::response::Response;
use axum::{Router, ServiceExt as _};
use futures_util::FutureExt;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tower::ServiceExt as _;

pub use crate::life::{Life, Phase};

/// Where to listen, if nothing else is said.
const ADDRESS: &str = "127.0.0.1:8080";
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
        Self { live: Some(live), ..Self::default() }
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

    /// Where to listen, as `host:port`; port 0 lets the system choose.
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
    /// A table of operations has conflicts, or the address cannot be had.
    pub async fn bind(self) -> io::Result<Bound> {
        let problems: Vec<&str> =
            self.services.iter().flat_map(Service::problems).map(String::as_str).collect();
        if !problems.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problems.join("; ")));
        }
        #[cfg(feature = "config")]
        if let Some(live) = &self.live {
            live.serves(self.services.iter().flat_map(Service::operations).map(|found| found.id).collect())?;
        }
        let listeners = listen(self.addresses()).await?;
        #[cfg(feature = "admin")]
        let admin = self.bind_admin().await?;
        let (grace, life) = (self.grace, self.life.clone());
        #[cfg(feature = "config")]
        let live = self.live.clone();
        Ok(Bound {
            listeners,
            front: self.into_front(),
            grace,
            life,
            #[cfg(feature = "config")]
            live,
            #[cfg(feature = "admin")]
            admin,
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
        };
        Ok(Some((listeners, crate::admin::router(known, self.admin.clone()))))
    }

    /// Where to listen: as is configured, or else as the program says.
    fn addresses(&self) -> Vec<String> {
        #[cfg(feature = "config")]
        if let Some(live) = &self.live
            && (live.is_set("server", "listen") || live.is_set("server", "port") || self.address.is_none())
            && let Some(server) = live.section::<crate::config::Server>()
        {
            return server.get().addresses();
        }
        vec![self.address.clone().unwrap_or_else(|| ADDRESS.to_owned())]
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
        #[cfg(feature = "config")]
        if let Some(live) = &self.live {
            let services = self.services.into_iter().map(|service| service.configured(live)).collect();
            return Front { services, rest: self.router };
        }
        Front { services: self.services.into(), rest: self.router }
    }
}

/// Takes ports.
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

/// Everything that an app serves.
#[derive(Debug, Clone)]
struct Front {
    services: Arc<[Service]>,
    rest: Option<Router>,
}

impl tower::Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Answering {
        let asked = Head { method: request.method(), uri: request.uri(), headers: request.headers() };
        let only = |services: &[Service]| match services {
            // What it has not, nobody has.
            [only] if self.rest.is_none() => Some(only.clone()),
            several => several.iter().find(|service| service.takes(&asked)).cloned(),
        };
        match (only(&self.services), &self.rest) {
            (Some(mut service), _) => tower::Service::call(&mut service, request),
            (None, Some(rest)) => Answering::other(rest.clone().oneshot(request).boxed()),
            (None, None) => tower::Service::call(&mut Service::default(), request),
        }
    }
}

/// An app that has its ports.
#[derive(Debug)]
pub struct Bound {
    listeners: Vec<TcpListener>,
    front: Front,
    grace: Duration,
    life: Life,
    #[cfg(feature = "config")]
    live: Option<Arc<Live>>,
    #[cfg(feature = "admin")]
    admin: Option<(Vec<TcpListener>, Router)>,
}

impl Bound {
    /// The address; of several, the first.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listeners.first().ok_or(io::ErrorKind::AddrNotAvailable)?.local_addr()
    }

    /// Every address.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn local_addrs(&self) -> io::Result<Vec<SocketAddr>> {
        self.listeners.iter().map(TcpListener::local_addr).collect()
    }

    /// Every address of the admin listener.
    ///
    /// # Errors
    /// The system does not tell.
    #[cfg(feature = "admin")]
    pub fn admin_addrs(&self) -> io::Result<Vec<SocketAddr>> {
        self.admin.iter().flat_map(|(listeners, _)| listeners).map(TcpListener::local_addr).collect()
    }

    /// Serves until SIGTERM or SIGINT; then requests in flight finish, within the grace period. A second signal ends it at
    /// once.
    ///
    /// # Errors
    /// The signals cannot be listened for.
    pub async fn serve(self) -> io::Result<()> {
        let mut signals = Signals::new()?;
        let (told, heard) = oneshot::channel::<()>();
        let mut serving = std::pin::pin!(self.serve_until(async {
            // Whoever would have told has gone only when this has, too.
            let _ = heard.await;
        }));
        tokio::select! {
            served = &mut serving => return served,
            () = signals.next() => {
                let _ = told.send(());
            }
        }
        tokio::select! {
            served = serving => served,
            () = signals.next() => {
                tracing::warn!("stopped by a second signal, before requests had finished");
                Ok(())
            }
        }
    }

    /// Serves until `stop` is ready; then requests in flight finish, within the grace period.
    ///
    /// # Errors
    /// SIGHUP, which reloads a configuration, cannot be listened for.
    pub async fn serve_until(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        #[cfg(feature = "config")]
        let _reloading = self.live.clone().map(crate::config::watch::start).transpose()?;
        #[cfg(feature = "admin")]
        let _asked = Asked::new(self.admin);
        let (told, heard) = watch::channel(());
        let life = self.life;
        // However it ends, it has.
        let stopped = Stopped(life.clone());
        #[cfg(feature = "config")]
        let live = self.live.clone();
        let stopping = async move {
            stop.await;
            life.enter(Phase::Draining);
            #[cfg(feature = "config")]
            if let Some(server) = live.and_then(|live| live.section::<crate::config::Server>()) {
                tokio::time::sleep(server.get().drain.0).await;
            }
            // Nobody listens any more if serving has ended by itself.
            let _ = told.send(());
        };
        let service = self.front.into_make_service_with_connect_info::<SocketAddr>();
        let serving = self.listeners.into_iter().map(|listener| {
            let mut heard = heard.clone();
            let closed = async move {
                // The teller is gone only when serving ends.
                let _ = heard.changed().await;
            };
            axum::serve(listener, service.clone()).with_graceful_shutdown(closed).into_future()
        });
        let serving = futures_util::future::try_join_all(serving);
        stopped.0.enter(Phase::Ready);
        let late = async move {
            stopping.await;
            #[cfg(feature = "config")]
            let grace = self.live.as_deref().map_or(self.grace, |live| configured_grace(live, self.grace));
            #[cfg(not(feature = "config"))]
            let grace = self.grace;
            tokio::time::sleep(grace).await;
        };
        tokio::select! {
            served = serving => served.map(|_| ()),
            () = late => {
                tracing::warn!("requests did not finish within the grace period");
                Ok(())
            }
        }
    }
}

/// Says at its end that the service has stopped.
struct Stopped(Life);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.enter(Phase::Stopped);
    }
}

/// The admin listener while it is asked: to the very end.
#[cfg(feature = "admin")]
struct Asked(Vec<tokio::task::JoinHandle<()>>);

#[cfg(feature = "admin")]
impl Asked {
    fn new(admin: Option<(Vec<TcpListener>, Router)>) -> Self {
        let serve = |listener: TcpListener, router: Router| {
            tokio::spawn(async move {
                if let Err(error) = axum::serve(listener, router).await {
                    tracing::error!(%error, "the admin listener has ended");
                }
            })
        };
        let all = admin.into_iter().flat_map(|(listeners, router)| {
            listeners.into_iter().map(move |listener| (listener, router.clone()))
        });
        Self(all.map(|(listener, router)| serve(listener, router)).collect())
    }
}

#[cfg(feature = "admin")]
impl Drop for Asked {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// How long requests in flight may take, as is configured now, or else as the program says.
#[cfg(feature = "config")]
fn configured_grace(live: &Live, said: Duration) -> Duration {
    let server = live.section::<crate::config::Server>().filter(|_| live.is_set("server", "grace"));
    server.map_or(said, |server| server.get().grace.0)
}

/// SIGTERM and SIGINT.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Ready on the next one.
    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
