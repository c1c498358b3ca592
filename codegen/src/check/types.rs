//! Types that users chose for formats must be paths of Rust types, and an object's fields must find room in one.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Shape};
use crate::source::Span;

/// What the runtime takes: 32 groups of 32 fields, of which one may be the map of other keys.
const MOST_FIELDS: usize = 32 * 32 - 1;

pub(super) fn check(api: &mut Api, options: &Options, diagnostics: &mut Diagnostics) {
    for (format, path) in &options.types {
        if syn::parse_str::<syn::TypePath>(path).is_err() {
            let message =
                format!("`{path}`, chosen for the format `{format}`, is not the path of a Rust type");
            diagnostics
                .report(Code::BadName, Span::default(), message)
                .help("name the type with its full path, such as `uuid::Uuid`");
        }
    }
    for (_, def) in api.types.iter() {
        if let Shape::Struct(object) = &def.shape
            && object.fields.len() > MOST_FIELDS
        {
            let message =
                format!("an object with {} properties is too large for a type", object.fields.len());
            diagnostics
                .report(Code::WideObject, def.decl.span, message)
                .help(format!("describe at most {MOST_FIELDS}, and take others with `additionalProperties`"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MOST_FIELDS;
    use crate::Sources;
    use crate::code::Code;
    use crate::config::Options;
    use serde_json::{Map, Value, json};

    #[test]
    fn an_object_has_room_for_many_properties_but_not_for_any_number() {
        let examine = |count: usize| {
            let properties: Map<String, Value> =
                (0..count).map(|n| (format!("p{n}"), json!({ "type": "string" }))).collect();
            let wide = json!({ "type": "object", "properties": properties });
            let document = json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" }, "paths": {},
                "components": { "schemas": { "Wide": wide } } });
            let sources = Sources::from_text("openapi.json", document.to_string());
            let (checked, found) = crate::examine(&sources, &Options::default());
            (checked.is_some(), found.iter().any(|one| one.code == Code::WideObject))
        };
        assert_eq!(examine(MOST_FIELDS), (true, false));
        assert_eq!(examine(MOST_FIELDS + 1), (false, true));
    }
}
