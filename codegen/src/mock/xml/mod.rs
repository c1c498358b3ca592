//! XML bodies, by the `xml` objects of schemas (OpenAPI 3.2, section 4.26).

mod read;
mod tree;
mod write;

pub(super) use read::read;
pub(super) use write::write;

/// `application/xml`, `text/xml` and every `+xml`.
pub(super) fn is_xml(essence: &str) -> bool {
    essence.ends_with("/xml") || essence.ends_with("+xml")
}
