//! What a connection's requests are answered by: the services, told where the requests come from.

use super::gate::Busy;
use super::proxies::Trusted;
use crate::answering::Answering;
use crate::app::front::Front;
#[cfg(feature = "tls")]
use crate::security::PeerCertificates;
use crate::stack::OverTls;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body as _, Frame, SizeHint};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

/// What is known of whoever calls.
#[derive(Debug, Default)]
pub(super) struct Caller {
    pub(super) remote: Option<SocketAddr>,
    pub(super) is_secure: bool,
    /// Its certificates.
    #[cfg(feature = "tls")]
    pub(super) shown: Option<PeerCertificates>,
    /// It is a proxy, which says for whom it calls.
    pub(super) trusted: Option<Arc<Trusted>>,
}

impl Caller {
    /// Says who calls.
    fn attach(&self, request: &mut Request<Body>) {
        let (mut remote, mut is_secure) = (self.remote, self.is_secure);
        if let Some(trusted) = &self.trusted {
            let told = trusted.told(request.headers());
            remote = told.ip.map(|ip| SocketAddr::new(ip, 0)).or(remote);
            is_secure = told.is_secure.unwrap_or(is_secure);
        }
        let extensions = request.extensions_mut();
        if let Some(remote) = remote {
            extensions.insert(ConnectInfo(remote));
        }
        if is_secure {
            extensions.insert(OverTls);
        }
        #[cfg(feature = "tls")]
        if let Some(shown) = &self.shown {
            extensions.insert(shown.clone());
        }
    }
}

/// Answers the requests of one connection.
pub(super) struct Answer {
    front: Front,
    caller: Caller,
    busy: Busy,
}

impl Answer {
    pub(super) fn new(front: Front, caller: Caller, busy: Busy) -> Self {
        Self { front, caller, busy }
    }
}

impl hyper::service::Service<Request<Incoming>> for Answer {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Busily;

    fn call(&self, request: Request<Incoming>) -> Busily {
        let mut request = request.map(Body::new);
        self.caller.attach(&mut request);
        let marked = Marked::new(&self.busy);
        Busily { answering: self.front.answer(request), marked: Some(marked) }
    }
}

/// A request that is being answered.
struct Marked(Busy);

impl Marked {
    fn new(busy: &Busy) -> Self {
        busy.fetch_add(1, Ordering::Relaxed);
        Self(busy.clone())
    }
}

impl Drop for Marked {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

pin_project! {
    /// An answer on its way, of a connection that is busy meanwhile.
    pub(super) struct Busily {
        #[pin]
        answering: Answering,
        marked: Option<Marked>,
    }
}

impl Future for Busily {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.answering.poll(cx))?;
        let marked = this.marked.take();
        Poll::Ready(Ok(match response.body().size_hint().exact() {
            // It is written at once, or its client is too slow.
            Some(_) => response,
            None => response.map(|inner| Body::new(Streamed { inner, _marked: marked })),
        }))
    }
}

/// A body that may be silent for long.
struct Streamed {
    inner: Body,
    _marked: Option<Marked>,
}

impl http_body::Body for Streamed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
