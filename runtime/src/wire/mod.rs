//! Connections: taken from listeners, watched, and served by hyper.

mod answer;
mod count;
mod framing;
mod gate;
mod listen;
mod proxies;
mod settings;
mod socket;
#[cfg(feature = "tls")]
mod tls;

pub use proxies::{Proxies, ToldBy};
pub use settings::Connections;
#[cfg(feature = "tls")]
pub use tls::{Clients, Tls};

pub(crate) use count::Count;
pub(crate) use listen::{Listener, notify};
pub(crate) use proxies::Trusted;
#[cfg(feature = "tls")]
pub(crate) use tls::Handshakes;

use crate::app::front::Front;
use answer::{Answer, Caller};
use arc_swap::ArcSwap;
use gate::Gate;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use settings::Times;
use socket::Socket;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// How long to wait after a connection could not be taken because the process has too many files open.
const BREATH: Duration = Duration::from_millis(100);
/// The head of a request, in bytes. More is 431, and so are more than 100 fields, which hyper has room for without asking for memory.
const HEAD_BYTES: usize = 64 * 1024;
/// Streams that a client has opened and reset without waiting (CVE-2023-44487).
const RESETS: usize = 20;

/// How connections are taken.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) settings: Connections,
    pub(crate) count: Arc<Count>,
    pub(crate) trusted: Arc<ArcSwap<Trusted>>,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<Arc<Handshakes>>,
}

/// What all connections of an app share.
pub(crate) struct Wire {
    front: Front,
    builder: Builder<TokioExecutor>,
    times: Arc<Times>,
    plan: Plan,
}

impl Wire {
    pub(crate) fn new(front: Front, plan: Plan) -> Self {
        let settings = &plan.settings;
        let mut builder = Builder::new(TokioExecutor::new());
        // The gate has time limits of its own, which know more of what is going on.
        builder.http1().header_read_timeout(None).max_buf_size(HEAD_BYTES);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(settings.streams)
            .max_pending_accept_reset_streams(RESETS)
            .max_header_list_size(HEAD_BYTES as u32)
            .keep_alive_interval(settings.ping.0)
            .keep_alive_timeout(settings.ping.0);
        Self { times: Arc::new(Times::new(settings)), front, builder, plan }
    }

    /// Takes connections of a listener; for ever.
    pub(crate) async fn accept(self: Arc<Self>, listener: Listener, graceful: Arc<GracefulShutdown>) {
        let Plan { settings, count, trusted, .. } = &self.plan;
        loop {
            count.below(settings.max.get()).await;
            let (socket, remote) = match listener.accept().await {
                Ok(taken) => taken,
                Err(error) => {
                    self.pause(&error).await;
                    continue;
                }
            };
            let is_proxy = trusted.load().is_proxy(remote);
            // All callers of a proxy share its address.
            let most = settings.max_per_ip.get().filter(|_| !is_proxy);
            let Some(entered) = count.enter(remote.map(|remote| remote.ip()), most) else { continue };
            let (wire, watcher) = (self.clone(), graceful.watcher());
            let end = End { remote, is_proxy, is_tls: listener.is_tls };
            tokio::spawn(async move {
                if let Err(error) = wire.clone().serve(socket, end, watcher).await {
                    tracing::debug!(error = &*error, remote = ?end.remote, "a connection has ended");
                }
                drop(entered);
            });
        }
    }

    /// A connection that has ended before it was taken is nothing; too many open files are.
    async fn pause(&self, error: &io::Error) {
        use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
        if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
            tracing::error!(%error, "connections cannot be taken");
            tokio::time::sleep(BREATH).await;
        }
    }

    async fn serve(self: Arc<Self>, mut socket: Socket, end: End, watcher: Watcher) -> Result<(), Broken> {
        let End { mut remote, is_proxy, is_tls } = end;
        let trusted = self.plan.trusted.load_full();
        if is_proxy && trusted.is_protocol {
            let preface = proxies::preface(&mut socket);
            remote = within(self.times.head, preface).await?.or(remote);
        }
        let mut caller = Caller { remote, ..Caller::default() };
        // What a proxy passes on without looking into it, the caller has written.
        if trusted.is_proxy(remote) {
            caller.trusted = Some(trusted);
        }
        #[cfg(feature = "tls")]
        if let Some(handshakes) = self.plan.tls.as_ref().filter(|_| is_tls) {
            let shown;
            (socket, shown) = handshakes.accept(socket).await?;
            (caller.is_secure, caller.shown) = (true, shown);
        }
        #[cfg(not(feature = "tls"))]
        let _ = is_tls;
        let busy = gate::Busy::default();
        let answer = Answer::new(self.front.clone(), caller, busy.clone());
        let gate = Gate::new(socket, self.times.clone(), busy);
        let connection = self.builder.serve_connection_with_upgrades(TokioIo::new(gate), answer);
        watcher.watch(connection).await
    }
}

/// Why a connection has ended.
type Broken = Box<dyn std::error::Error + Send + Sync>;

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
struct End {
    remote: Option<SocketAddr>,
    is_proxy: bool,
    is_tls: bool,
}

async fn within<T>(limit: Option<Duration>, what: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, what).await?,
        None => what.await,
    }
}
