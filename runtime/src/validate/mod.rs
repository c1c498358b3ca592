//! Checking values against the rules of their schema.

pub mod bridge;
pub mod checker;
pub mod formats;
pub(crate) mod pattern;
pub mod probe;
pub mod rules;
pub mod segment;
