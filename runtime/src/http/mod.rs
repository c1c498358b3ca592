//! The request and the answer: parameters, bodies, problems.

pub mod accept;
pub mod body;
pub mod codec;
pub mod context;
#[cfg(feature = "files")]
pub mod file;
pub mod header;
pub mod params;
mod plain;
pub mod problem;
pub mod replies;
pub mod reply;
mod source;
pub mod stream;
pub mod style;
