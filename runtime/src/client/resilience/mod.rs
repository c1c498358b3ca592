//! Calls that survive what happens between services: deadlines, retries, circuit breakers, hedging, limits and
//! balancing, as tower layers over `http::Request<apiloom::Body>`.
//!
//! Each part is a [`tower::Layer`] of its own, and [`Resilience`] stacks them. From the outside in:
//!
//! | part | does | why here |
//! |---|---|---|
//! | [`Timeout`] | the whole time of a call, told to the callee | everything below, queue, waits and body, must fit into it |
//! | [`Bulkhead`] | limits calls in flight | a call keeps its place over all its attempts, so that retries cannot multiply |
//! | [`Retry`] | repeats attempts that failed | sees what becomes of all below; each attempt is judged anew |
//! | [`Hedge`] | a second attempt beside a slow one | each attempt of a retry may be slow |
//! | [`Breaker`] | does not call what fails | counts every attempt, hedges too; an open circuit is not retried |
//! | [`Balance`] | chooses the instance | every attempt goes elsewhere; the breaker sees the service, this its instances |
//!
//! Whatever a part refuses is an error of its own type, in the chain of sources of what the call fails with: [`find`].
//!
//! # Metrics
//! By the facade `metrics`; a service without a recorder pays nothing for them.
//!
//! | metric | kind | labels |
//! |---|---|---|
//! | `apiloom_client_deadline_exceeded_total` | counter | `operation` |
//! | `apiloom_client_in_flight` | gauge | `operation` |
//! | `apiloom_client_bulkhead_refused_total` | counter | `operation` |
//! | `apiloom_client_retries_total` | counter | `operation`, `cause` (`unsent`, `transport`, `timeout` or a status) |
//! | `apiloom_client_budget_exhausted_total` | counter | `operation`, `for` (`retry`, `hedge`) |
//! | `apiloom_client_hedges_total` | counter | `operation`, `winner` (`first`, `second`) |
//! | `apiloom_client_breaker_state` | gauge: 0 closed, 1 half-open, 2 open | `operation`, `server` |
//! | `apiloom_client_breaker_changes_total` | counter | `operation`, `state` |
//! | `apiloom_client_breaker_refused_total` | counter | `operation` |
//! | `apiloom_client_instances` | gauge | `service`, `state` (`called`, `ejected`) |
//! | `apiloom_client_ejections_total` | counter | `instance`, `cause` (`consecutive`, `share`) |
//! | `apiloom_client_discovery_failures_total` | counter | `name` |
//!
//! # Traces
//! Each attempt is a `tracing` span `attempt` of level debug (`operation`, `number`, `hedge`, `server`). What the parts do is
//! an event: debug for what is routine, warn for a circuit that opens, an instance that is left out, a call that is
//! refused.

mod after;
mod attempt;
mod balance;
mod breaker;
mod budget;
mod builder;
mod bulkhead;
mod carrier;
mod errors;
mod hedge;
mod keep;
mod latency;
mod operations;
mod outcome;
mod random;
mod record;
mod retry;
pub mod stack;
mod tail;
mod timed;
mod timeout;
mod window;

pub use attempt::Attempt;
#[cfg(feature = "discovery-dns")]
pub use balance::Dns;
pub use balance::{Balance, Balancing, Change, Eject, Instance, NotAnInstance};
pub use breaker::Breaker;
pub use builder::{Resilience, Stack};
pub use bulkhead::Bulkhead;
pub use carrier::Carrier;
pub use errors::{AttemptTimedOut, DeadlineExceeded, Full, NoInstance, Open, Stage, find};
pub use hedge::Hedge;
pub use retry::Retry;
pub use timeout::Timeout;
