//! What generated clients share: a request is written by a table ([`Draft`]), sent over any transport ([`Engine`]), and its
//! answer read by rows ([`Row`]) into a typed success or a typed [`ClientError`].
//!
//! A client runs over reqwest (feature `reqwest`), or over any `tower::Service` of HTTP: a stack of layers, or the router
//! of a service itself, so that tests need no socket.

mod auth;
mod call;
mod clock;
pub mod deadline;
mod declare;
mod draft;
mod engine;
mod error;
mod facts;
mod oauth;
pub mod pages;
mod receive;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "resilience")]
pub mod resilience;
mod row;
mod stall;
mod transport;

pub use auth::{Credential, Token};
pub use call::{Call, Pending};
pub use deadline::Deadline;
pub use draft::{Binary, Draft, Text, at};
pub use engine::{Engine, Operation};
pub use error::{Cause, ClientError, NotAnAddress, RequestError, Unreadable};
pub use facts::Facts;
pub use oauth::{OAuth2, OAuthError};
pub use pages::{Items, Paging};
pub use row::{Answers, Matches, Received, Row, Undocumented, header};
pub use transport::{Over, Transport};
