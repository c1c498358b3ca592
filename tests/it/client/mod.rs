//! Generated clients: against the generated server of the same document, and against servers that lie.

mod lies;
mod round;

use crate::goldens::everything as api;

#[path = "../../everything/service/mod.rs"]
mod service;
