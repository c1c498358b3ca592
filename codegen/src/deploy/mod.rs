//! What a service is run with, made from its schema.

mod dashboard;

pub use dashboard::dashboard;
