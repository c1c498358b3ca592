//! What can be seen from outside: metrics (by the facade `metrics`) and events (by `tracing`).
//!
//! Only what happens rarely is recorded here, so that looking a metric up by its labels is cheap enough; that a call
//! went well costs nothing.

use std::time::Duration;

/// A call, or the reading of its answer, took too long.
pub(super) fn deadline(operation: &'static str) {
    metrics::counter!("apiloom_client_deadline_exceeded_total", "operation" => operation).increment(1);
    tracing::debug!(operation, "the deadline of a call has passed");
}

/// An attempt is followed by another one.
pub(super) fn retry(operation: &'static str, cause: &'static str, attempt: u32, delay: Duration) {
    metrics::counter!("apiloom_client_retries_total", "operation" => operation, "cause" => cause)
        .increment(1);
    tracing::debug!(operation, cause, attempt, ?delay, "an attempt failed and is repeated");
}

/// An attempt was not repeated, as too many were already.
pub(super) fn no_budget(operation: &'static str, what: &'static str) {
    metrics::counter!("apiloom_client_budget_exhausted_total", "operation" => operation, "for" => what)
        .increment(1);
    tracing::warn!(operation, what, "too many attempts are repeated: this one is not");
}

/// A call was refused, as too many are in flight.
pub(super) fn full(operation: &'static str) {
    metrics::counter!("apiloom_client_bulkhead_refused_total", "operation" => operation).increment(1);
    tracing::warn!(operation, "too many calls are in flight: this one is refused");
}

/// How many calls are in flight changed.
pub(super) fn in_flight(operation: &'static str) -> metrics::Gauge {
    metrics::gauge!("apiloom_client_in_flight", "operation" => operation)
}

/// A circuit changed its state: 0 closed, 1 half-open, 2 open.
pub(super) fn breaker(operation: &'static str, server: &str, (level, state): (f64, &'static str)) {
    let labels = [("operation", operation.to_owned()), ("server", server.to_owned())];
    metrics::gauge!("apiloom_client_breaker_state", &labels).set(level);
    metrics::counter!("apiloom_client_breaker_changes_total", "operation" => operation, "state" => state)
        .increment(1);
    tracing::warn!(operation, server, state, "a circuit has changed its state");
}

/// A call was refused, as its circuit is open.
pub(super) fn open(operation: &'static str) {
    metrics::counter!("apiloom_client_breaker_refused_total", "operation" => operation).increment(1);
    tracing::debug!(operation, "a circuit is open: a call is refused");
}

/// How many instances are called, and how many are left out.
pub(super) fn instances(service: &str, called: usize, out: usize) {
    for (state, count) in [("called", called), ("ejected", out)] {
        let labels = [("service", service.to_owned()), ("state", state.to_owned())];
        metrics::gauge!("apiloom_client_instances", &labels).set(count as f64);
    }
}

/// The instances of a service could not be looked up.
#[cfg(feature = "discovery-dns")]
pub(super) fn undiscovered(name: &str, why: &dyn std::fmt::Display) {
    metrics::counter!("apiloom_client_discovery_failures_total", "name" => name.to_owned()).increment(1);
    tracing::warn!(name, %why, "the instances of a service could not be looked up: those that are known stay");
}

/// An instance is left out.
pub(super) fn ejected(instance: &str, cause: &'static str, time: Duration) {
    let labels = [("instance", instance.to_owned()), ("cause", cause.to_owned())];
    metrics::counter!("apiloom_client_ejections_total", &labels).increment(1);
    tracing::warn!(instance, cause, ?time, "an instance fails too often and is left out");
}

/// An instance is taken back.
pub(super) fn returned(instance: &str) {
    tracing::info!(instance, "an instance is called again");
}

/// A read was sent twice.
pub(super) fn hedge(operation: &'static str, winner: &'static str) {
    metrics::counter!("apiloom_client_hedges_total", "operation" => operation, "winner" => winner)
        .increment(1);
    tracing::debug!(operation, winner, "a second attempt was sent beside a slow one");
}
