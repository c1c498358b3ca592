//! The typed door: documents that Rust code holds as `openapiv3` types.

use crate::diagnostic::Diagnostics;
use crate::ir::Api;
use crate::source::Sources;

impl Api {
    /// Lowers a document that Rust code holds or has built. Places in the findings are those of the document's JSON text,
    /// which comes back as [`Sources`].
    #[must_use]
    pub fn from_openapiv3(document: &openapiv3::OpenAPI) -> (Api, Sources, Diagnostics) {
        let text =
            serde_json::to_string_pretty(document).expect("the types of openapiv3 have only text keys");
        let sources = Sources::from_text("openapi.json", text);
        let mut diagnostics = Diagnostics::default();
        let api = super::lower(&sources, super::Reading::Practice, &mut diagnostics);
        (api, sources, diagnostics)
    }
}

/// A document through the types of `openapiv3`; `None` when they do not accept it or would drop part of it.
pub(crate) fn round_trip(json: &serde_json::Value) -> Option<serde_json::Value> {
    let typed: openapiv3::OpenAPI = serde_json::from_value(json.clone()).ok()?;
    let written = serde_json::to_value(&typed).ok()?;
    keeps(json, &written).then_some(written)
}

/// True when everything that `before` says stands in `after`. Defaults that are written out may come on top, an empty
/// list or `false` may go.
fn keeps(before: &serde_json::Value, after: &serde_json::Value) -> bool {
    use serde_json::Value as Json;
    match (before, after) {
        (Json::Object(before), Json::Object(after)) => {
            before.iter().all(|(key, value)| match after.get(key) {
                Some(kept) => keeps(value, kept),
                None => {
                    value.is_null()
                        || value == &Json::Bool(false)
                        || value.as_array().is_some_and(Vec::is_empty)
                }
            })
        }
        (Json::Array(before), Json::Array(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|(before, after)| keeps(before, after))
        }
        (Json::Number(before), Json::Number(after)) => before == after || before.as_f64() == after.as_f64(),
        (before, after) => before == after,
    }
}
