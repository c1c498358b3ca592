//! Reading answers.

use super::SendError;
use crate::http::codec::{Arrived, Intake, Read};
use crate::http::params::{Input, Spec};
use crate::patch::ReadOptional;
use ::bytes::Bytes;
use axum::body::Body;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;

/// What an answer can be read as; implemented by [`answers!`](crate::answers!).
pub trait Incoming: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// The schema has no such answer, or says that it looks different.
    fn read(answer: &mut Reception) -> Result<Self, SendError>;
}

/// A codec for bodies of answers.
pub const fn codec<T>(intake: Intake, read: Read<T>) -> (Intake, Read<T>) {
    (intake, read)
}

/// An answer that has arrived.
#[derive(Debug)]
pub struct Reception {
    status: StatusCode,
    /// Its headers, where the reader of parameters looks for them.
    parts: Parts,
    body: Bytes,
}

impl Reception {
    pub(super) fn new(head: http::response::Parts, body: Bytes) -> Self {
        let mut request = http::Request::new(());
        *request.headers_mut() = head.headers;
        Self { status: head.status, parts: request.into_parts().0, body }
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Does it have a status that a variant called `name` is for, if that is no status of its own?
    pub fn is_like(&self, name: &str) -> bool {
        let class = match name {
            "Informational" => 1,
            "Success" => 2,
            "Redirection" => 3,
            "ClientError" => 4,
            "ServerError" => 5,
            _ => return true,
        };
        self.status.as_u16() / 100 == class
    }

    /// The schema has no such answer.
    pub fn unexpected(&self) -> SendError {
        SendError::Unexpected(self.status)
    }

    /// Reads the body by the codec that is for its `Content-Type`, or else by the first.
    ///
    /// # Errors
    /// It is not what the schema says.
    pub fn body<T>(&mut self, codecs: &[(Intake, Read<T>)]) -> Result<T, SendError> {
        let media = self.parts.headers.get(CONTENT_TYPE).cloned();
        let text = media.as_ref().and_then(|media| media.to_str().ok()).unwrap_or_default();
        let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let by_name = codecs.iter().find(|(intake, _)| intake.media.eq_ignore_ascii_case(&essence));
        let by_kind = || codecs.iter().find(|(intake, _)| (intake.also)(&essence));
        let Some((_, read)) = by_name.or_else(by_kind).or(codecs.first()) else {
            return Err(self.unexpected());
        };
        let (bytes, limit) = (std::mem::take(&mut self.body), usize::MAX);
        let stream = Body::from(bytes.clone());
        let reading = read(&mut Arrived { media, bytes, stream, limit, ..Arrived::default() });
        match reading.value {
            Some(value) if reading.faults.is_empty() => Ok(value),
            _ => Err(SendError::Malformed(self.status, reading.faults)),
        }
    }

    /// Reads a header that must be there.
    ///
    /// # Errors
    /// It is missing, or not what the schema says.
    pub fn required<T: DeserializeOwned>(&self, spec: Spec) -> Result<T, SendError> {
        let mut input = Input::new(&self.parts, &[], None);
        let value = input.one(spec).required();
        self.finish(input, value)
    }

    /// Reads a header that may be missing.
    ///
    /// # Errors
    /// It is not what the schema says.
    pub fn optional<T: for<'de> ReadOptional<'de>>(&self, spec: Spec) -> Result<T, SendError> {
        let mut input = Input::new(&self.parts, &[], None);
        let value = input.one(spec).optional();
        self.finish(input, value)
    }

    fn finish<T>(&self, input: Input<'_>, value: Option<T>) -> Result<T, SendError> {
        let malformed = |faults| SendError::Malformed(self.status, faults);
        input.finish(Some(())).map_err(malformed)?;
        value.ok_or_else(|| malformed(Vec::new()))
    }
}
