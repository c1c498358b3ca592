//! `application/yaml` (RFC 9512).

use super::{Arrived, Intake, Load};
use crate::fault::Fault;
use crate::http::problem::Result;
use crate::http::reply::Reply;
use crate::json::Reading;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Any YAML.
pub const INTAKE: Intake = Intake::of(MEDIA, Load::Text).also(takes).or_none();
/// RFC 9512, section 2.1
pub const MEDIA: &str = "application/yaml";

/// The names from before there was a registered one (RFC 9512, section 2.1), and any `+yaml` (section 2.2).
fn takes(media: &str) -> bool {
    matches!(media, MEDIA | "application/x-yaml" | "text/yaml" | "text/x-yaml" | "text/vnd.yaml")
        || (media.contains('/') && media.ends_with("+yaml"))
}

/// Reads YAML.
pub fn read<T: DeserializeOwned>(body: &mut Arrived) -> Reading<T> {
    match std::str::from_utf8(&body.bytes) {
        Ok(text) => crate::yaml::read(text, body.limit),
        Err(_) => Reading::refused(Fault::new("encoding", "is not UTF-8 text")),
    }
}

/// Writes YAML.
///
/// # Errors
/// If the value cannot be JSON.
pub fn write<T: Serialize>(value: T, reply: &mut Reply) -> Result<()> {
    reply.set_body(crate::yaml::encode(&value)?);
    Ok(())
}
