//! What the service is made of: `api` is generated from the schema, `service` is yours.

pub mod api;
pub mod service;
