//! What generated clients share.

mod facts;

pub use facts::Facts;
