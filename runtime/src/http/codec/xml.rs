//! `application/xml` (RFC 7303), by the tables of [`xml!`](crate::xml!).

use super::{Arrived, Intake, Load};
use crate::fault::Fault;
use crate::http::problem::Result;
use crate::http::reply::Reply;
use crate::json::Reading;
use crate::xml::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Any XML.
pub const INTAKE: Intake = Intake::of(MEDIA, Load::Text).also(takes).or_none();
/// RFC 7303
pub const MEDIA: &str = "application/xml";

fn takes(media: &str) -> bool {
    matches!(media, MEDIA | "text/xml") || (media.contains('/') && media.ends_with("+xml"))
}

/// Reads XML.
pub fn read<T: DeserializeOwned + Type>(body: &mut Arrived) -> Reading<T> {
    match std::str::from_utf8(&body.bytes) {
        Ok(text) => crate::xml::read(text),
        Err(_) => Reading::refused(Fault::new("encoding", "is not UTF-8 text")),
    }
}

/// Writes XML.
///
/// # Errors
/// If the value cannot be XML.
pub fn write<T: Serialize + Type>(value: T, reply: &mut Reply) -> Result<()> {
    reply.set_body(crate::xml::encode(&value)?);
    Ok(())
}
