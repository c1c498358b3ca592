//! How an answer is read: rows of a table, one for each status that the schema has.

use crate::fault::Fault;
use crate::http::codec::{Arrived, Intake, Read};
use crate::http::params::Input;
use crate::http::style::Spec;
use crate::patch::ReadOptional;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

/// The statuses that a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matches {
    /// Exactly this one.
    Code(u16),
    /// All of a class: 4 for `4XX`.
    Class(u16),
    /// All that no other row is for.
    Any,
    /// The same, if it is no error: below 400.
    AnyGood,
}

impl Matches {
    /// Nothing fits better.
    pub(super) const EXACT: u8 = 3;

    /// How well it fits; 0: not at all.
    pub(super) fn fit(self, status: StatusCode) -> u8 {
        match self {
            Self::Code(code) if status == code => Self::EXACT,
            Self::Class(class) if status.as_u16() / 100 == class => 2,
            Self::Any => 1,
            Self::AnyGood if status.as_u16() < 400 => 1,
            Self::Code(_) | Self::Class(_) | Self::AnyGood => 0,
        }
    }
}

/// How the answers of some statuses become a `T`.
#[derive(Debug)]
pub struct Row<T: 'static> {
    pub(super) on: Matches,
    pub(super) intakes: &'static [Intake],
    pub(super) read: fn(&mut Received) -> Result<T, Vec<Fault>>,
}

impl<T> Row<T> {
    /// Those that match, read from one of these media types; without any, there is no body to read.
    pub const fn new(
        on: Matches,
        intakes: &'static [Intake],
        read: fn(&mut Received) -> Result<T, Vec<Fault>>,
    ) -> Self {
        Self { on, intakes, read }
    }
}

/// What answers can be read as; implemented by [`answers!`](crate::answers!).
pub trait Answers: Sized + Send + 'static {
    /// The rows.
    const ROWS: &'static [Row<Self>];
}

/// The schema documents no error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undocumented {}

impl Answers for Undocumented {
    const ROWS: &'static [Row<Self>] = &[];
}

/// An answer that has arrived, as far as it is to be read at once.
#[derive(Debug)]
pub struct Received {
    status: StatusCode,
    arrived: Arrived,
    /// Which of the row's media types it has.
    codec: usize,
}

impl Received {
    pub(super) fn new(status: StatusCode, arrived: Arrived, codec: usize) -> Self {
        Self { status, arrived, codec }
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Reads the body by the codec of its media type.
    ///
    /// # Errors
    /// It is not what the schema says.
    pub fn body<T>(&mut self, codecs: &[Read<T>]) -> Result<T, Vec<Fault>> {
        let Some(read) = codecs.get(self.codec) else { return Err(Vec::new()) };
        let reading = read(&mut self.arrived);
        match reading.value {
            Some(value) if reading.faults.is_empty() => Ok(value),
            _ => Err(reading.faults),
        }
    }
}

/// Reads headers of answers, by their presence in [`headers!`](crate::headers!).
pub mod header {
    use super::{DeserializeOwned, Fault, HeaderMap, Input, ReadOptional, Spec};

    /// One that must be there.
    ///
    /// # Errors
    /// It is missing, or not what the schema says.
    pub fn required<T: DeserializeOwned>(headers: &HeaderMap, spec: Spec) -> Result<T, Vec<Fault>> {
        let mut input = Input::of_headers(headers);
        let value = input.one(spec).required();
        finish(input, value)
    }

    /// One that may be missing.
    ///
    /// # Errors
    /// It is not what the schema says.
    pub fn optional<T: for<'de> ReadOptional<'de>>(headers: &HeaderMap, spec: Spec) -> Result<T, Vec<Fault>> {
        let mut input = Input::of_headers(headers);
        let value = input.one(spec).optional();
        finish(input, value)
    }

    fn finish<T>(input: Input<'_>, value: Option<T>) -> Result<T, Vec<Fault>> {
        input.finish(Some(()))?;
        value.ok_or_else(Vec::new)
    }
}
