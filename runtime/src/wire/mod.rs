//! Connections: taken from listeners, watched, and served by hyper.

mod answer;
mod count;
mod framing;
mod gate;
mod settings;

pub use settings::Connections;

pub(crate) use count::Count;

use crate::app::front::Front;
use answer::Answer;
use gate::Gate;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use settings::Times;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// How long to wait after a connection could not be taken because the process has too many files open.
const BREATH: Duration = Duration::from_millis(100);
/// The head of a request: bytes and fields. More is 431.
const HEAD_BYTES: usize = 64 * 1024;
const FIELDS: usize = 100;
/// Streams that a client has opened and reset without waiting (CVE-2023-44487).
const RESETS: usize = 20;

/// What all connections of an app share.
pub(crate) struct Wire {
    front: Front,
    builder: Builder<TokioExecutor>,
    times: Arc<Times>,
    count: Arc<Count>,
    settings: Connections,
}

impl Wire {
    pub(crate) fn new(front: Front, settings: Connections, count: Arc<Count>) -> Self {
        let mut builder = Builder::new(TokioExecutor::new());
        // The gate has time limits of its own, which know more of what is going on.
        builder.http1().header_read_timeout(None).max_buf_size(HEAD_BYTES).max_headers(FIELDS);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(settings.streams)
            .max_pending_accept_reset_streams(RESETS)
            .max_header_list_size(HEAD_BYTES as u32)
            .keep_alive_interval(settings.ping.0)
            .keep_alive_timeout(settings.ping.0);
        Self { times: Arc::new(Times::new(&settings)), front, builder, count, settings }
    }

    /// Takes connections of a listener; for ever.
    pub(crate) async fn accept(self: Arc<Self>, listener: TcpListener, graceful: Arc<GracefulShutdown>) {
        loop {
            self.count.below(self.settings.max.get()).await;
            let (stream, remote) = match listener.accept().await {
                Ok(taken) => taken,
                Err(error) => {
                    self.pause(&error).await;
                    continue;
                }
            };
            let Some(entered) = self.count.enter(Some(remote.ip()), self.settings.max_per_ip.get()) else {
                continue;
            };
            let (wire, watcher) = (self.clone(), graceful.watcher());
            tokio::spawn(async move {
                wire.serve(stream, remote, watcher).await;
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

    async fn serve(&self, stream: TcpStream, remote: SocketAddr, watcher: Watcher) {
        // Without it, small answers would wait for what follows; one that cannot be told works too.
        let _ = stream.set_nodelay(true);
        let busy = gate::Busy::default();
        let answer = Answer::new(self.front.clone(), remote, busy.clone());
        let gate = Gate::new(stream, self.times.clone(), busy);
        let connection = self.builder.serve_connection_with_upgrades(TokioIo::new(gate), answer);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, %remote, "a connection has ended");
        }
    }
}
