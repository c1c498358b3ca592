//! Requests against a small API, and JSON against its types.
#![allow(unreachable_pub, missing_docs, reason = "written the way generated code is")]

mod json;
mod petstore;
mod requests;
#[cfg(feature = "serve")]
mod serving;
