//! Bodies that are not JSON: forms, multipart, text of other charsets, compressed ones.

pub mod form;
#[cfg(feature = "compression")]
pub(crate) mod inflate;
pub mod media;
#[cfg(feature = "multipart")]
pub mod multipart;
mod nested;
pub mod part;
pub mod patch;

use crate::http::problem::Error;
use http::StatusCode;
use http_body_util::LengthLimitError;

/// What a body that cannot be read to its end is: too long, badly compressed, or cut off.
pub(crate) fn stream_error(error: axum::Error) -> Error {
    let error = error.into_inner();
    let causes = || std::iter::successors(Some(error.as_ref() as &dyn std::error::Error), |cause| cause.source());
    if causes().any(|cause| cause.is::<LengthLimitError>()) {
        return Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail("The body is too long.");
    }
    #[cfg(feature = "compression")]
    if let Some(cause) = causes().find_map(|cause| cause.downcast_ref::<inflate::Undecodable>()) {
        return Error::bad_request(format!("The body is not valid {}.", cause.coding));
    }
    Error::bad_request("The body ended early.")
}
