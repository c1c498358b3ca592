//! What connections may do: how many there are, and how slow they may be.

use crate::quantity::{Limit, Period};
use std::time::Duration;

/// How many connections there may be, and how slow they may be. Whoever is slower is hung up on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub struct Connections {
    /// How many there may be at once; more wait until one has ended.
    pub max: Limit<u32>,
    /// How many of one address; more are closed at once.
    pub max_per_ip: Limit<u32>,
    /// How long one may be open without a request.
    pub idle: Limit<Period>,
    /// How long the head of a request may take from its first byte to its last.
    pub head: Limit<Period>,
    /// How many bytes of a body must come in a second, once it was waited for `body_grace`.
    pub body_rate: Limit<u32>,
    /// How long a body may be waited for at any rate.
    pub body_grace: Period,
    /// How long a client may take nothing of its answer.
    pub write: Limit<Period>,
    /// How many requests a connection of HTTP/2 may have at once.
    pub streams: u32,
    /// How long an HTTP/2 client may take to answer a ping, which it gets when nothing was heard for as long.
    pub ping: Period,
}

impl Default for Connections {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            max: 20_000.into(),
            max_per_ip: Limit::Off,
            // Load balancers keep connections for 60 seconds; a server that closes first makes them fail.
            idle: seconds(75).into(),
            head: seconds(10).into(),
            body_rate: 240.into(),
            body_grace: seconds(5).into(),
            write: seconds(30).into(),
            streams: 200,
            ping: seconds(20).into(),
        }
    }
}

/// The same in the shape in which connections look at it.
#[derive(Debug)]
pub(super) struct Times {
    pub(super) idle: Option<Duration>,
    pub(super) head: Option<Duration>,
    pub(super) body_rate: Option<u32>,
    pub(super) body_grace: Duration,
    pub(super) write: Option<Duration>,
}

impl Times {
    pub(super) fn new(connections: &Connections) -> Self {
        let of = |limit: Limit<Period>| limit.get().map(|period| period.0);
        Self {
            idle: of(connections.idle),
            head: of(connections.head),
            body_rate: connections.body_rate.get(),
            body_grace: connections.body_grace.0,
            write: of(connections.write),
        }
    }
}
