//! The barrier: what passes it, backends may trust.

use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::Api;

/// An API and its names that backends may trust.
#[derive(Debug)]
pub struct Checked {
    /// The model.
    pub api: Api,
}

/// Checks an API; `None` when an error was found.
pub fn check(api: Api, options: &Options, diagnostics: &mut Diagnostics) -> Option<Checked> {
    let _ = options;
    (!diagnostics.has_errors()).then_some(Checked { api })
}
