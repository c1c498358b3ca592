//! Generated clients: against the generated server of the same document, and against servers that lie.

mod checked;
mod lies;
mod pages;
mod round;
mod tokens;
mod values;
mod wire;

use crate::goldens::everything as api;

#[path = "../../everything/service/mod.rs"]
mod service;
