//! The runtime of services that `apiloom` generates from OpenAPI files.
//!
//! Generated code is plain types and small tables; everything that is the same for every API is here: reading and
//! writing JSON ([`object!`], [`tagged!`], [`untagged!`], [`json`]), checking ([`Rules`], [`Checker`]), reading
//! parameters and bodies ([`params!`]), answers and problems ([`Reply`], [`Error`]), dispatch ([`Service`]) and
//! serving ([`App`]).
//!
//! A request passes through four steps: the [`Service`] finds the operation, its `Params` are read (all faults are
//! gathered), [`Rules`] are run, and the handler's answer becomes a [`Reply`]. Whatever goes wrong on the way is one
//! RFC 9457 problem ([`Error`]) that lists every [`Fault`].
//!
//! # Features
//! * `files` (on): [`File`], and large uploads in temporary files.
//! * `serve` (on): [`App`], listening, connections that are watched, and graceful shutdown.
//! * `stack` (on, with `serve`): [`Stack`], what stands around every operation in production.
//! * `tls`: TLS of the service's own, by rustls.
//! * `redis`: rate limits that all instances of a service share.
//! * `chrono`, `time`: dates and times of these crates, for `dates = "chrono"` and `dates = "time"`.
//! * `decimal` (on): [`DecimalNumber`] and [`DecimalText`], exact decimals, by `rust_decimal`.
//! * `admin`: the admin listener, with `/livez`, `/readyz`, `/startupz` and what else those who run a service ask.
//! * `config`: [`config`](mod@config), files, environment and command line in layers, reloaded while the service runs.
//! * `config-schema`: `--print-config-schema`, the JSON Schema of the configuration.
//! * `log`: the section `[log]` of the configuration, levels and format of what is logged.
//! * `docs` (on): the API page at `/docs`, which works offline.
//! * `macros`: `api!`, generation at compile time.
//! * `discovery-dns`: `client::resilience::Dns`, instances of services by DNS.
//! * `resilience`: [`client::resilience`](mod@client), what keeps calls between services alive.

#[cfg(feature = "admin")]
mod admin;
mod answering;
#[cfg(feature = "serve")]
pub mod app;
pub mod client;
#[cfg(feature = "config")]
pub mod config;
#[cfg(feature = "decimal")]
mod decimal;
#[cfg(feature = "docs")]
pub mod docs;
mod document;
mod endpoint;
pub mod enums;
pub mod fault;
pub mod http;
pub mod json;
#[cfg(feature = "serve")]
mod life;
mod newtype;
pub mod object;
pub mod operate;
mod outline;
pub mod patch;
#[cfg(feature = "stack")]
mod quantity;
pub mod rate;
pub mod route;
pub mod sanitize;
pub mod security;
pub mod send;
mod server;
pub mod service;
#[cfg(feature = "stack")]
pub mod stack;
#[cfg(feature = "time")]
pub mod time;
pub mod union;
#[cfg(not(feature = "stack"))]
mod unstacked;
pub mod validate;
mod values;
#[cfg(feature = "serve")]
mod wire;
#[cfg(feature = "xml")]
pub mod xml;
#[cfg(feature = "yaml")]
pub mod yaml;

/// The crates that generated code names, so that it needs no other dependency than this one.
pub mod dep {
    #[cfg(feature = "time")]
    pub use ::time;
    #[cfg(feature = "chrono")]
    pub use chrono;
    #[cfg(feature = "discovery-dns")]
    pub use hickory_resolver;
    #[cfg(feature = "decimal")]
    pub use rust_decimal;
    #[cfg(feature = "config-schema")]
    pub use schemars;
    pub use {::http, axum, bytes, jiff, serde, serde_json, tower, uuid, validator};
}

pub use ::axum::body::Body;
pub use ::bytes::Bytes;
pub use ::http::StatusCode;
pub use ::serde_json::Value as Json;

#[cfg(feature = "macros")]
pub use apiloom_macros::api;
#[cfg(feature = "serve")]
pub use app::{App, Bound, Connections, Life};
#[cfg(feature = "config")]
pub use config::{Config, Watched};
#[cfg(feature = "decimal")]
pub use decimal::{DecimalNumber, DecimalText, decimal};
pub use fault::{Fault, Place};
#[cfg(feature = "multipart")]
pub use http::codec::multipart::Upload;
pub use http::codec::patch::{Change, JsonPatch};
pub use http::context::Context;
#[cfg(feature = "files")]
pub use http::file::File;
pub use http::params::{Input, Params};
pub use http::problem::{Error, Result};
pub use http::reply::{IntoReply, Reply};
pub use http::stream::{Event, Part, Stream};
pub use operate::Call;
pub use patch::Patch;
#[cfg(feature = "stack")]
pub use quantity::{Limit, Period, Size};
pub use rate::{By, Rate};
pub use security::{ApiKey, Authorization, Basic, Bearer, ClientCertificate, PeerCertificates};
pub use server::{NoSuchServer, Server, ServerVariable};
pub use service::{Document, Operation, Service};
#[cfg(feature = "stack")]
pub use stack::Stack;
pub use validate::checker::{Checker, Rules, above};
pub use validate::formats::Format;
pub use validate::segment::{Cookie, Header, InBody, Path, Query, Segment};
pub use values::{Base64, Base64Url, HttpDate, NoHttpDate, Secret};
