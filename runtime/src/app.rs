//! The container of services: listening, signals, and a stop that loses nothing.

use crate::answering::Answering;
use crate::route::Asked;
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
use tokio::sync::watch;
use tower::ServiceExt as _;

/// How long requests in flight may take after the stop was asked for.
const GRACE: Duration = Duration::from_secs(30);

/// Services, a router for everything else, and where to listen.
#[derive(Debug)]
pub struct App {
    services: Vec<Service>,
    router: Option<Router>,
    address: String,
    grace: Duration,
}

impl Default for App {
    fn default() -> Self {
        Self { services: Vec::new(), router: None, address: "127.0.0.1:8080".to_owned(), grace: GRACE }
    }
}

impl App {
    /// Nothing to serve yet; listens on `127.0.0.1:8080`.
    pub fn new() -> Self {
        Self::default()
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
        self.address = address.into();
        self
    }

    /// How long requests in flight may take after the stop was asked for (30 s, if not set).
    #[must_use]
    pub fn grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
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
        let listener = TcpListener::bind(&self.address).await?;
        let grace = self.grace;
        Ok(Bound { listener, front: self.into_front(), grace })
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
        Front { services: self.services.into(), rest: self.router }
    }
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
        let asked = Asked { method: request.method(), uri: request.uri(), headers: request.headers() };
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

/// An app that has its port.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
    front: Front,
    grace: Duration,
}

impl Bound {
    /// The address.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until SIGTERM or SIGINT; then requests in flight finish, within the grace period.
    ///
    /// # Errors
    /// The signals cannot be listened for.
    pub async fn serve(self) -> io::Result<()> {
        let stop = signal()?;
        self.serve_until(stop).await
    }

    /// Serves until `stop` is ready; then requests in flight finish, within the grace period.
    ///
    /// # Errors
    /// None at present.
    pub async fn serve_until(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (told, mut heard) = watch::channel(());
        let stopping = async move {
            stop.await;
            // Nobody listens any more if serving has ended by itself.
            let _ = told.send(());
        };
        let service = self.front.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(self.listener, service).with_graceful_shutdown(stopping);
        let grace = self.grace;
        let late = async move {
            let stopped = heard.changed().await;
            if stopped.is_err() {
                std::future::pending::<()>().await;
            }
            tokio::time::sleep(grace).await;
        };
        tokio::select! {
            served = serving => served,
            () = late => {
                tracing::warn!("requests did not finish within the grace period");
                Ok(())
            }
        }
    }
}

/// Ready on SIGTERM or SIGINT.
fn signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt => {}
        }
        #[cfg(not(unix))]
        let _ = interrupt.await;
    })
}
