//! What generated clients share.

pub mod deadline;
mod facts;
#[cfg(feature = "resilience")]
pub mod resilience;

pub use deadline::Deadline;
pub use facts::Facts;
