//! What can go wrong with a call.

use crate::fault::Fault;
use crate::http::style::Spec;
use crate::http::style::encode::Unwritable;
use ::bytes::Bytes;
use axum::BoxError;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Response, StatusCode};
use std::error::Error;
use std::fmt;
use std::time::Duration;

/// Why a call came to nothing. `E` is what the schema documents for the operation. Nothing here prints a credential: not
/// the address with its query, not the headers, and no body.
#[non_exhaustive]
pub enum ClientError<E> {
    /// The request cannot be written; nothing was sent.
    Request(RequestError),
    /// It was not delivered, or no answer came.
    Transport(BoxError),
    /// There was no answer for so long.
    Timeout(Duration),
    /// An answer that the schema documents as an error.
    Documented(Box<Response<E>>),
    /// An answer of a status that the schema does not have, and the beginning of its body.
    Unexpected(Box<Response<Bytes>>),
    /// An answer that cannot be read, and what of it has arrived.
    Unreadable(Box<Unreadable>),
}

/// An answer that cannot be read.
pub struct Unreadable {
    /// The answer, as far as it has arrived and was kept (1 MiB at most).
    pub response: Response<Bytes>,
    /// Why.
    pub cause: Cause,
}

/// Why an answer cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// It is not what the schema says.
    Faults(Vec<Fault>),
    /// It ended early.
    Cut(BoxError),
    /// It is longer than so many bytes.
    TooLong(usize),
    /// It stopped arriving for so long.
    Timeout(Duration),
}

/// Why a request cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestError {
    detail: String,
    faults: Vec<Fault>,
}

/// What is no address of an API: an absolute `http` or `https` URL without a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnAddress(pub(super) String);

impl fmt::Display for NotAnAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no absolute http or https URL without user, query and fragment", self.0)
    }
}

impl Error for NotAnAddress {}

impl RequestError {
    pub(super) fn new(detail: String) -> Self {
        Self { detail, faults: Vec::new() }
    }

    /// Of values that break rules of the schema.
    pub(super) fn breaking(faults: Vec<Fault>) -> Self {
        Self { detail: "it is not what the schema says".to_owned(), faults }
    }

    pub(super) fn of(spec: Spec, error: &Unwritable) -> Self {
        Self::new(format!("the {} parameter `{}` cannot be written: {error}", spec.place.as_str(), spec.name))
    }

    /// The rules of the schema that it breaks, if it was checked.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)?;
        listed(&self.faults, f)
    }
}

impl Error for RequestError {}

fn listed(faults: &[Fault], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (n, fault) in faults.iter().take(3).enumerate() {
        let (before, pointer) = (if n == 0 { ": " } else { "; " }, fault.pointer());
        let place = if fault.name.is_empty() { fault.place.as_str() } else { &fault.name };
        write!(f, "{before}{place}{pointer} {}", fault.detail)?;
    }
    let more = faults.len().saturating_sub(3);
    if more > 0 { write!(f, "; and {more} more") } else { Ok(()) }
}

impl<E> ClientError<E> {
    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Documented(response) => Some(response.status()),
            Self::Unexpected(response) => Some(response.status()),
            Self::Unreadable(one) => Some(one.response.status()),
            Self::Request(_) | Self::Transport(_) | Self::Timeout(_) => None,
        }
    }

    /// The headers of the answer, if there was one.
    pub fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::Documented(response) => Some(response.headers()),
            Self::Unexpected(response) => Some(response.headers()),
            Self::Unreadable(one) => Some(one.response.headers()),
            Self::Request(_) | Self::Transport(_) | Self::Timeout(_) => None,
        }
    }

    /// The documented error.
    pub fn documented(&self) -> Option<&E> {
        match self {
            Self::Documented(response) => Some(response.body()),
            Self::Request(_)
            | Self::Transport(_)
            | Self::Timeout(_)
            | Self::Unexpected(_)
            | Self::Unreadable(_) => None,
        }
    }

    /// The documented error, or the error again.
    ///
    /// # Errors
    /// It is no documented one.
    pub fn into_documented(self) -> Result<E, Self> {
        match self {
            Self::Documented(response) => Ok(response.into_body()),
            other => Err(other),
        }
    }

    /// The body of an answer that was not read, as far as it was kept.
    pub fn body(&self) -> Option<&Bytes> {
        match self {
            Self::Unexpected(response) => Some(response.body()),
            Self::Unreadable(one) => Some(one.response.body()),
            Self::Request(_) | Self::Transport(_) | Self::Timeout(_) | Self::Documented(_) => None,
        }
    }

    /// Whether time ran out.
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout(_) => true,
            Self::Unreadable(one) => matches!(one.cause, Cause::Timeout(_)),
            Self::Request(_) | Self::Transport(_) | Self::Documented(_) | Self::Unexpected(_) => false,
        }
    }
}

impl<E> fmt::Display for ClientError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(error) => write!(f, "the request was not sent: {error}"),
            Self::Transport(error) => write!(f, "the request was not answered: {error}"),
            Self::Timeout(time) => write!(f, "there was no answer within {time:?}"),
            Self::Documented(response) => write!(f, "the answer is {}", response.status()),
            Self::Unexpected(response) => {
                write!(f, "the answer is {}, which the schema does not have", response.status())
            }
            Self::Unreadable(one) => {
                write!(f, "the answer {} cannot be read: {}", one.response.status(), one.cause)
            }
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Faults(faults) => {
                f.write_str("it is not what the schema says")?;
                listed(faults, f)
            }
            Self::Cut(error) => write!(f, "it ended early: {error}"),
            Self::TooLong(most) => write!(f, "it is longer than {most} bytes"),
            Self::Timeout(time) => write!(f, "nothing more came for {time:?}"),
        }
    }
}

/// An answer without what it holds.
fn outline<T>(response: &Response<T>, length: Option<usize>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let media = response.headers().get(CONTENT_TYPE);
    write!(f, "{} {:?}", response.status().as_u16(), media)?;
    length.map_or(Ok(()), |length| write!(f, " {length} bytes"))
}

struct Outline<'r, T>(&'r Response<T>, Option<usize>);

impl<T> fmt::Debug for Outline<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        outline(self.0, self.1, f)
    }
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let response = Outline(&self.response, Some(self.response.body().len()));
        f.debug_struct("Unreadable").field("response", &response).field("cause", &self.cause).finish()
    }
}

impl<E: fmt::Debug> fmt::Debug for ClientError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(error) => f.debug_tuple("Request").field(error).finish(),
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
            Self::Timeout(time) => f.debug_tuple("Timeout").field(time).finish(),
            Self::Documented(one) => {
                f.debug_tuple("Documented").field(&Outline(one, None)).field(one.body()).finish()
            }
            Self::Unexpected(one) => {
                f.debug_tuple("Unexpected").field(&Outline(one, Some(one.body().len()))).finish()
            }
            Self::Unreadable(one) => f.debug_tuple("Unreadable").field(one).finish(),
        }
    }
}

impl<E: fmt::Debug> Error for ClientError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Request(error) => Some(error),
            Self::Transport(error) => Some(error.as_ref()),
            Self::Unreadable(one) => match &one.cause {
                Cause::Cut(error) => Some(error.as_ref()),
                Cause::Faults(_) | Cause::TooLong(_) | Cause::Timeout(_) => None,
            },
            Self::Timeout(_) | Self::Documented(_) | Self::Unexpected(_) => None,
        }
    }
}
