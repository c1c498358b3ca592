//! Requests against a small API, and JSON against its types.
#![allow(unreachable_pub, missing_docs, dead_code, reason = "written the way generated code is")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so by a panic")]

#[cfg(feature = "serve")]
mod callers;
#[cfg(feature = "config")]
mod config;
#[cfg(feature = "docs")]
mod docs;
mod files;
#[cfg(feature = "serve")]
mod hostile;
mod json;
mod layers;
#[cfg(all(unix, feature = "serve"))]
mod life;
mod petstore;
#[cfg(feature = "stack")]
mod rates;
#[cfg(all(unix, feature = "redis"))]
mod redis;
mod requests;
#[cfg(feature = "resilience")]
mod resilience;
mod schema;
mod security;
#[cfg(feature = "serve")]
mod serving;
#[cfg(feature = "stack")]
mod stack;
mod streams;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "serve")]
mod wire;
#[cfg(feature = "xml")]
mod xml;
