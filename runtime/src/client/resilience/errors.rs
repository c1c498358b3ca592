//! What the parts themselves refuse: types of their own, found in an error by [`find`].

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// The error of a kind in an error, or among its sources.
///
/// ```
/// use apiloom::client::resilience::{self, Open};
///
/// # fn wait(error: axum::BoxError) {
/// if let Some(open) = resilience::find::<Open>(&*error) {
///     println!("try again in {:?}", open.retry_in);
/// }
/// # }
/// ```
pub fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// A call was not over by its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadlineExceeded {
    /// How much of the answer had arrived.
    pub at: Stage,
}

/// How far a call came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// There was no answer.
    Waiting,
    /// The head of the answer was there, the end of its body was not.
    Reading,
}

impl fmt::Display for DeadlineExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.at {
            Stage::Waiting => "no answer before the deadline",
            Stage::Reading => "the answer's body did not end before the deadline",
        })
    }
}

/// An attempt took longer than attempts may; the call itself had time left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AttemptTimedOut {
    /// How long it was given.
    pub after: Duration,
}

impl fmt::Display for AttemptTimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer to this attempt within {:?}", self.after)
    }
}

/// The circuit of an operation is open: it failed too often, and nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Open {
    /// The operation.
    pub operation: &'static str,
    /// When the next call may be tried.
    pub retry_in: Duration,
}

impl fmt::Display for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, retry_in } = self;
        write!(f, "`{operation}` failed too often: the next call may be tried in {retry_in:?}")
    }
}

/// Too many calls are in flight, and the queue is full or did not move in time; nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Full {
    /// The operation.
    pub operation: &'static str,
    /// How long the call had waited in the queue.
    pub waited: Duration,
}

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, waited } = self;
        write!(f, "too many calls of `{operation}` are in flight (waited {waited:?})")
    }
}

/// No instance of the service is known; nothing was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoInstance;

impl fmt::Display for NoInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no instance of the service is known")
    }
}

impl Error for DeadlineExceeded {}
impl Error for AttemptTimedOut {}
impl Error for Open {}
impl Error for Full {}
impl Error for NoInstance {}

/// Was it one of the parts that refused the call, before anything was sent?
pub(super) fn refused(error: &(dyn Error + 'static)) -> bool {
    find::<Open>(error).is_some() || find::<Full>(error).is_some() || find::<NoInstance>(error).is_some()
}
