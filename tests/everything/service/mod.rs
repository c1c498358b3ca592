//! The service: it keeps nothing, and answers with what it understood. Whoever includes it has the generated code as `api`
//! beside it.

mod bodies;
mod responses;
mod schemas;
mod secured;
mod styles;

use super::api;
use api::Echo;
use std::fmt::Debug;

/// The service.
pub(crate) struct Everything;

/// What was understood.
fn echo(value: &impl Debug) -> Echo {
    Echo { said: format!("{value:?}") }
}
