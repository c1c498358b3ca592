//! What holds for one operation: the program's word, and the configuration's.

use super::rates::Metered;
use crate::http::body::Limits;
use crate::rate::Rate;
use crate::service::{Declared, Operation};
use std::sync::Arc;
use std::time::Duration;

/// What holds for one operation. What is not set is as in the settings of the stack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) limits: Limits,
    pub(crate) timeout: Option<Option<Duration>>,
    pub(crate) log: Option<bool>,
}

impl Policy {
    /// As the schema says, of a service that takes bodies of so many bytes.
    pub(crate) fn declared(declared: &Declared, limits: Limits) -> Self {
        let limits = match declared.body_limit {
            Some(bytes) => Limits { memory: usize::try_from(bytes).unwrap_or(usize::MAX), uploads: bytes },
            None => limits,
        };
        let timeout = declared.timeout.map(|millis| (millis > 0).then(|| Duration::from_millis(millis)));
        Self { limits, timeout, log: declared.log }
    }
}

/// The rate limits of an operation, if it has a word in that; none of them: there are no limits, not even those of all.
pub(crate) type Own = Option<Arc<[Metered]>>;

/// The same, of rates.
pub(crate) fn own(id: &'static str, rates: Option<&[Rate]>) -> Own {
    rates.map(|rates| rates.iter().map(|rate| Metered::new(id, *rate)).collect())
}

/// What holds now. A request gets it once.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    /// By index of the operation.
    pub(crate) each: Vec<Policy>,
    /// The same.
    pub(crate) rates: Vec<Own>,
    /// Whether there are pages about the API.
    #[cfg_attr(not(feature = "docs"), allow(dead_code, reason = "only pages ask"))]
    pub(crate) has_docs: bool,
}

impl Policies {
    /// As the schema says of operations.
    pub(crate) fn declared(all: &[&'static Operation], limits: Limits) -> Self {
        Self {
            each: all.iter().map(|operation| Policy::declared(&operation.declared, limits)).collect(),
            rates: all.iter().map(|operation| own(operation.id, operation.declared.rates)).collect(),
            has_docs: true,
        }
    }
}
