//! YAML bodies (RFC 9512). A document becomes the JSON of the same value (YAML 1.2.2, section 10.2) and is read like that,
//! with the same faults and pointers; what is sent is written in block style.
//!
//! There are limits on depth and on what aliases add, and no tags make anything of a value but a text.

mod read;
#[cfg(test)]
mod tests;
mod write;

#[cfg(feature = "config")]
pub(crate) use read::{is_text, number};

use crate::fault::Fault;
use crate::json::Reading;
use crate::validate::checker::Rules;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How many bytes of JSON aliases may add to a document of [`decode`].
const MOST_ALIASED: usize = 2 * 1024 * 1024;

/// Reads a document and checks its rules.
///
/// # Errors
/// Every fault that can be found (at most 64). The pointers are those of the value as JSON.
pub fn decode<T: DeserializeOwned + Rules>(text: &str) -> Result<T, Vec<Fault>> {
    read::<T>(text, MOST_ALIASED).finish()
}

/// Writes a document, in block style.
///
/// # Errors
/// What the value refuses to be written as.
pub fn encode<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(value)?;
    Ok(write::document(&json))
}

/// Reads a document, to which aliases may add so many bytes of JSON.
pub(crate) fn read<T: DeserializeOwned>(text: &str, aliased: usize) -> Reading<T> {
    match read::json(text, aliased) {
        Ok(json) => crate::json::read(&json),
        Err(fault) => Reading::refused(fault),
    }
}
