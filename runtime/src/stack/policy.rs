//! What holds for one operation: the program's word, and the configuration's.

use crate::http::body::Limits;
use std::time::Duration;

/// What holds for one operation. What is not set is as in the settings of the stack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) limits: Limits,
    pub(crate) timeout: Option<Option<Duration>>,
    pub(crate) log: Option<bool>,
}

impl Policy {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, timeout: None, log: None }
    }
}

/// What holds now. A request gets it once.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    /// By index of the operation.
    pub(crate) each: Vec<Policy>,
    /// Whether there are pages about the API.
    #[cfg_attr(not(feature = "docs"), allow(dead_code, reason = "only pages ask"))]
    pub(crate) has_docs: bool,
}

impl Policies {
    /// The same for so many operations.
    pub(crate) fn same(count: usize, limits: Limits) -> Self {
        Self { each: vec![Policy::new(limits); count], has_docs: true }
    }
}
