//! Servers on loopback that misbehave, and a client that knows nothing of it.

use super::*;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What a server does with a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    Answer(u16),
    /// Answers so, and asks to wait so many seconds.
    Later(u16, u32),
    /// Answers after a time.
    Slow(Duration),
    /// Sends a body that has no end.
    Endless,
    /// Sends the beginning of a body, and then nothing.
    Stall,
    /// Promises more than it sends, and hangs up.
    Cut,
    /// Hangs up without an answer.
    HangUp,
}

type Plan = Arc<dyn Fn(usize) -> Deed + Send + Sync>;

/// A server, until it is killed.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    count: Arc<AtomicUsize>,
    plan: Plan,
    task: JoinHandle<()>,
}

impl Server {
    /// A server that does what a plan says for the n-th request, counted from 0.
    pub(super) async fn start(plan: impl Fn(usize) -> Deed + Send + Sync + 'static) -> Self {
        let plan: Plan = Arc::new(plan);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, count) = (listener.local_addr().unwrap(), Arc::default());
        let task = tokio::spawn(accept(listener, Arc::clone(&plan), Arc::clone(&count)));
        Self { address, count, plan, task }
    }

    /// Three of a kind.
    pub(super) async fn three(deed: Deed) -> [Self; 3] {
        [Self::start(move |_| deed).await, Self::start(move |_| deed).await, Self::start(move |_| deed).await]
    }

    /// How many requests arrived.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Closes its port and cuts its connections.
    pub(super) async fn kill(&mut self) {
        self.task.abort();
        assert!((&mut self.task).await.is_err_and(|error| error.is_cancelled()));
    }

    /// Comes back where it was.
    pub(super) async fn restart(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.task = tokio::spawn(accept(listener, Arc::clone(&self.plan), Arc::clone(&self.count)));
    }

    pub(super) fn instance(&self) -> resilience::Instance {
        format!("http://{}", self.address).parse().unwrap()
    }

    pub(super) fn get(&self) -> Request<Body> {
        let facts = Facts::new("list_pets", &Method::GET);
        Request::get(format!("http://{}/pets", self.address)).extension(facts).body(Body::empty()).unwrap()
    }
}

/// The connections end with this future.
async fn accept(listener: TcpListener, plan: Plan, count: Arc<AtomicUsize>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&plan), Arc::clone(&count)));
    }
}

async fn serve(stream: TcpStream, plan: Plan, count: Arc<AtomicUsize>) {
    let service = service_fn(move |_: Request<Incoming>| {
        let deed = plan(count.fetch_add(1, Ordering::Relaxed));
        perform(deed)
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that hangs up is as expected as one that does not.
    drop(connection.await);
}

async fn perform(deed: Deed) -> Result<Response<Body>, BoxError> {
    let piece = || Ok::<_, BoxError>(Bytes::from("0123456789"));
    Ok(match deed {
        Deed::Answer(status) => Response::builder().status(status).body("[]".into())?,
        Deed::Later(status, seconds) => {
            Response::builder().status(status).header("retry-after", seconds).body(Body::empty())?
        }
        Deed::Slow(time) => {
            tokio::time::sleep(time).await;
            Response::new("[]".into())
        }
        Deed::Endless => Response::new(Body::from_stream(stream::repeat_with(piece))),
        Deed::Stall => Response::new(Body::from_stream(stream::iter([piece()]).chain(stream::pending()))),
        Deed::Cut => {
            // Not at once: hyper sends what it has when the body makes it wait.
            let broken = stream::once(async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err("the server broke".into())
            });
            let body = Body::from_stream(stream::iter([piece()]).chain(broken));
            Response::builder().header("content-length", 1000).body(body)?
        }
        Deed::HangUp => return Err("the server broke".into()),
    })
}

/// A client as it comes.
pub(super) fn http() -> Client<HttpConnector, Body> {
    Client::builder(TokioExecutor::new()).build_http()
}
