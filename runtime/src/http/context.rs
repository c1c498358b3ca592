//! What a handler may know of the request besides its parameters.

use crate::service::Operation;
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri};
use std::net::SocketAddr;

/// The head of the request, and the operation it is for.
#[derive(Debug, Clone)]
pub struct Context {
    parts: Parts,
    operation: &'static Operation,
    realm: &'static str,
}

impl Context {
    /// Of a request.
    pub(crate) fn new(parts: Parts, operation: &'static Operation, realm: &'static str) -> Self {
        Self { parts, operation, realm }
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

    /// What layers have attached.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// The other end of the connection, if it is known. A proxy in between is the other end.
    pub fn remote(&self) -> Option<SocketAddr> {
        let info = self.parts.extensions.get::<axum::extract::ConnectInfo<SocketAddr>>();
        info.map(|info| info.0)
    }
}
