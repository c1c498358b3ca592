//! What `apiloom diff` tells of two GraphQL schemas, beside what graphql-inspector tells.

use apiloom_codegen::Sources;
use apiloom_codegen::diff::{self, Level, Options};
use std::collections::BTreeSet;

/// Id, level and path of a change, spelled as graphql-inspector spells them.
pub type Told = BTreeSet<(String, String, String)>;

/// Cases that differ, and why.
pub const DELIBERATE: [(&str, &str); 4] = [
    ("gi-dev-003", IN_MEMORY),
    ("gi-dev-004", IN_MEMORY),
    ("gi-dev-028", IN_MEMORY),
    ("gi-dev-051", IN_MEMORY),
];
const IN_MEMORY: &str = "the test set a default in memory, which the recorded files do not hold";

/// What is told of two texts.
///
/// # Errors
/// When one of them cannot be read.
pub fn told(old: &str, new: &str) -> Result<Told, String> {
    let (old, new) = (Sources::from_text("old.graphql", old), Sources::from_text("new.graphql", new));
    let changes = diff::compare(&old, &new, &Options::default()).map_err(|found| format!("{found:?}"))?;
    Ok(changes.into_iter().map(|one| (one.id, level(one.level).to_owned(), one.path)).collect())
}

/// The word of graphql-inspector for a level.
#[must_use]
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Breaking => "BREAKING",
        Level::Dangerous => "DANGEROUS",
        Level::Safe => "NON_BREAKING",
    }
}

/// Ids of graphql-js for what is told here with others.
#[must_use]
pub fn as_graphql_js(id: &str, level: &str) -> &'static str {
    let breaks = level == "BREAKING";
    match id {
        "TYPE_REMOVED" => "TYPE_REMOVED",
        "TYPE_KIND_CHANGED" => "TYPE_CHANGED_KIND",
        "FIELD_REMOVED" | "INPUT_FIELD_REMOVED" => "FIELD_REMOVED",
        "FIELD_TYPE_CHANGED" | "INPUT_FIELD_TYPE_CHANGED" => "FIELD_CHANGED_KIND",
        "INPUT_FIELD_ADDED" if breaks => "REQUIRED_INPUT_FIELD_ADDED",
        "INPUT_FIELD_ADDED" => "OPTIONAL_INPUT_FIELD_ADDED",
        "FIELD_ARGUMENT_REMOVED" => "ARG_REMOVED",
        "FIELD_ARGUMENT_TYPE_CHANGED" => "ARG_CHANGED_KIND",
        "FIELD_ARGUMENT_ADDED" if breaks => "REQUIRED_ARG_ADDED",
        "FIELD_ARGUMENT_ADDED" => "OPTIONAL_ARG_ADDED",
        "FIELD_ARGUMENT_DEFAULT_CHANGED" => "ARG_DEFAULT_VALUE_CHANGE",
        "OBJECT_TYPE_INTERFACE_REMOVED" => "IMPLEMENTED_INTERFACE_REMOVED",
        "OBJECT_TYPE_INTERFACE_ADDED" => "IMPLEMENTED_INTERFACE_ADDED",
        "DIRECTIVE_REMOVED" => "DIRECTIVE_REMOVED",
        "DIRECTIVE_ARGUMENT_ADDED" => "REQUIRED_DIRECTIVE_ARG_ADDED",
        "DIRECTIVE_REPEATABLE_REMOVED" => "DIRECTIVE_REPEATABLE_REMOVED",
        "DIRECTIVE_LOCATION_REMOVED" => "DIRECTIVE_LOCATION_REMOVED",
        "ENUM_VALUE_REMOVED" => "VALUE_REMOVED_FROM_ENUM",
        "ENUM_VALUE_ADDED" => "VALUE_ADDED_TO_ENUM",
        "UNION_MEMBER_REMOVED" => "TYPE_REMOVED_FROM_UNION",
        "UNION_MEMBER_ADDED" => "TYPE_ADDED_TO_UNION",
        _ => "",
    }
}
