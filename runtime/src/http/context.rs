//! What a handler may know of the request besides its parameters.

use crate::client::Deadline;
use crate::endpoint::Routed;
use crate::http::accept::Accept;
use crate::service::Operation;
#[cfg(feature = "stack")]
use crate::stack::{RequestId, Visit};
#[cfg(not(feature = "stack"))]
use crate::unstacked::Visit;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri};
#[cfg(not(target_arch = "wasm32"))]
use std::net::SocketAddr;
use std::sync::Arc;

/// The head of the request, and the operation it is for.
#[derive(Debug, Clone)]
pub struct Context {
    parts: Parts,
    operation: &'static Operation,
    realm: &'static str,
    #[cfg_attr(not(feature = "stack"), allow(dead_code, reason = "nobody asks"))]
    visit: Option<Arc<Visit>>,
    deadline: Option<Deadline>,
}

impl Context {
    /// Of a request.
    pub fn new(parts: Parts, operation: &'static Operation) -> Self {
        Self { parts, operation, realm: "api", visit: None, deadline: None }
    }

    /// With what routing has found out.
    pub(crate) fn routed(parts: Parts, operation: &'static Operation, routed: &Routed) -> Self {
        let Routed { realm, visit, deadline, .. } = routed;
        Self { parts, operation, realm, visit: visit.clone(), deadline: *deadline }
    }

    /// By when the answer must begin, if that is known: the time limit of the operation, or what the caller says it will
    /// wait (`grpc-timeout`), whichever is sooner. Calls of generated clients that a handler makes are over by then.
    pub fn deadline(&self) -> Option<Deadline> {
        self.deadline
    }

    /// The id of the request, if it comes through a [`Stack`](crate::Stack).
    #[cfg(feature = "stack")]
    pub fn request_id(&self) -> Option<&RequestId> {
        self.visit.as_deref().map(Visit::id)
    }

    /// Says who is asking, for the access log; the first word counts. Nothing that is secret: a name or a number.
    #[cfg(feature = "stack")]
    pub fn identify(&self, subject: &str) {
        if let Some(visit) = &self.visit {
            visit.identify(subject);
        }
    }

    /// Does the caller use TLS? A proxy that is trusted may say so too.
    #[cfg(feature = "stack")]
    pub fn is_secure(&self) -> bool {
        self.parts.extensions.get::<crate::stack::OverTls>().is_some()
    }

    /// Who is asking, as [`Context::identify`] was told.
    #[cfg(feature = "stack")]
    pub fn subject(&self) -> Option<&str> {
        self.visit.as_deref().and_then(Visit::subject)
    }

    /// Says to whom whoever is asking belongs, for [rate limits](crate::By); the first word counts.
    #[cfg(feature = "stack")]
    pub fn belongs_to(&self, tenant: &str) {
        if let Some(visit) = &self.visit {
            visit.belongs_to(tenant);
        }
    }

    /// To whom whoever is asking belongs, as [`Context::belongs_to`] was told.
    #[cfg(feature = "stack")]
    pub fn tenant(&self) -> Option<&str> {
        self.visit.as_deref().and_then(Visit::tenant)
    }

    #[cfg(feature = "stack")]
    pub(crate) fn visit(&self) -> Option<&Visit> {
        self.visit.as_deref()
    }

    /// What callers are told that they want to get into: the title of the API.
    pub(crate) fn realm(&self) -> &'static str {
        self.realm
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The operation.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.parts.method
    }

    /// The target.
    pub fn uri(&self) -> &Uri {
        &self.parts.uri
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// Which of these media types the client likes best, by its `Accept` (RFC 9110 section 12.5.1); the first of those
    /// that it likes alike. `None`: it takes none of them.
    pub fn prefers(&self, media: &[&'static str]) -> Option<&'static str> {
        Accept::new(&self.parts.headers)
            .best(media.iter().copied())
            .and_then(|index| media.get(index).copied())
    }

    /// The id of the last server-sent event that a client which connects again has seen (WHATWG HTML section 9.2.3).
    pub fn last_event_id(&self) -> Option<&str> {
        std::str::from_utf8(self.parts.headers.get("last-event-id")?.as_bytes()).ok()
    }

    /// What layers have attached.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// Who calls, if that is known: the other end of the connection, or whoever a proxy that is trusted
    /// (`Proxies`) names; then the port may be 0. A proxy that is not trusted is the caller.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn remote(&self) -> Option<SocketAddr> {
        let info = self.parts.extensions.get::<axum::extract::ConnectInfo<SocketAddr>>();
        info.map(|info| info.0)
    }
}
