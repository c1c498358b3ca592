//! An app that has its ports, and how it ends.

use super::front::Front;
use super::signals::Signals;
#[cfg(feature = "config")]
use crate::config::live::Live;
use crate::life::{Life, Phase};
use crate::stack::Stack;
use crate::wire::{Listener, Plan, Wire, notify};
#[cfg(feature = "admin")]
use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
#[cfg(feature = "admin")]
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// An app that has its ports.
#[derive(Debug)]
pub struct Bound {
    pub(super) listeners: Vec<Listener>,
    pub(super) front: Front,
    pub(super) stack: Option<Stack>,
    pub(super) plan: Plan,
    pub(super) grace: Duration,
    pub(super) life: Life,
    #[cfg(feature = "config")]
    pub(super) live: Option<Arc<Live>>,
    #[cfg(feature = "config")]
    pub(super) reloading: Option<crate::config::watch::Reloading>,
    #[cfg(feature = "admin")]
    pub(super) admin: Option<(Vec<TcpListener>, Router)>,
}

impl Bound {
    /// The address; of several, the first.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.local_addrs()?.first().copied().ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }

    /// Every address; Unix sockets have none.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn local_addrs(&self) -> io::Result<Vec<SocketAddr>> {
        self.listeners.iter().filter_map(Listener::address).collect()
    }

    /// Where it can be called, as it is written: `https://127.0.0.1:8443`, `unix:/run/shop.sock`.
    pub fn urls(&self) -> Vec<String> {
        self.listeners.iter().map(ToString::to_string).collect()
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

    /// Serves until `stop` is ready; then requests in flight finish, and writes whose callers have gone, within the grace
    /// period.
    ///
    /// # Errors
    /// None so far.
    pub async fn serve_until(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        #[cfg(feature = "config")]
        let _reloading = self.reloading;
        #[cfg(feature = "admin")]
        let _asked = asked(self.admin);
        let wire = Arc::new(Wire::new(self.front, self.plan));
        let graceful = Arc::new(GracefulShutdown::new());
        let accept = |listener| tokio::spawn(wire.clone().accept(listener, graceful.clone()));
        let accepting = Tasks(self.listeners.into_iter().map(accept).collect());
        // However it ends, it has.
        let stopped = Stopped(self.life);
        stopped.0.enter(Phase::Ready);
        notify("READY=1");
        stop.await;
        stopped.0.enter(Phase::Draining);
        notify("STOPPING=1");
        #[cfg(feature = "config")]
        if let Some(server) = self.live.as_ref().and_then(|live| live.section::<crate::config::Server>()) {
            tokio::time::sleep(server.get().drain.0).await;
        }
        // The listeners close; nobody but this one holds on to the connections then.
        accepting.end().await;
        #[cfg(feature = "config")]
        let grace = self.live.as_deref().map_or(self.grace, |live| configured_grace(live, self.grace));
        #[cfg(not(feature = "config"))]
        let grace = self.grace;
        let finishing = async {
            match Arc::try_unwrap(graceful) {
                Ok(graceful) => graceful.shutdown().await,
                Err(_) => tracing::error!("connections are still being taken"),
            }
            if let Some(stack) = &self.stack {
                stack.settled().await;
            }
        };
        if tokio::time::timeout(grace, finishing).await.is_err() {
            tracing::warn!("requests did not finish within the grace period");
            self.stack.iter().for_each(Stack::flush);
        }
        Ok(())
    }
}

/// Says at its end that the service has stopped.
struct Stopped(Life);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.enter(Phase::Stopped);
    }
}

/// Tasks that end with this.
struct Tasks(Vec<JoinHandle<()>>);

impl Tasks {
    /// Ends them, and waits until they have.
    async fn end(mut self) {
        self.0.iter().for_each(JoinHandle::abort);
        for task in self.0.drain(..) {
            // That it was aborted is what it says.
            let _ = task.await;
        }
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

/// The admin listener is asked to the very end.
#[cfg(feature = "admin")]
fn asked(admin: Option<(Vec<TcpListener>, Router)>) -> Tasks {
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
    Tasks(all.map(|(listener, router)| serve(listener, router)).collect())
}

/// How long requests in flight may take, as is configured now, or else as the program says.
#[cfg(feature = "config")]
fn configured_grace(live: &Live, said: Duration) -> Duration {
    let server = live.section::<crate::config::Server>().filter(|_| live.is_set("server", "grace"));
    server.map_or(said, |server| server.get().grace.0)
}
