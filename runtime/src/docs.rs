//! The API page.
use crate::http::reply::Reply;
use crate::service::Document;

/// The page at a path below `/docs`.
pub(crate) fn page(_document: &Document, _path: &str, _headers: &http::HeaderMap) -> Option<Reply> {
    None
}
