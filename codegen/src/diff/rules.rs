//! The rules: what is told apart, and how bad each is unless configured otherwise.
//!
//! Ids of situations that other tools tell apart as well are spelled as there, so that severity files carry over: those of
//! OpenAPI as in oasdiff, those of GraphQL as in graphql-inspector.

use super::{Category, Level};
use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: &str = include_str!("rules.tsv");

static RULES: LazyLock<HashMap<&'static str, Rule>> =
    LazyLock::new(|| all().map(|rule| (rule.id, rule)).collect());

/// A kind of change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its id.
    pub id: &'static str,
    /// How bad it is; for those that depend on more than the id, the worst.
    pub level: Level,
    /// Whom it concerns.
    pub categories: Vec<Category>,
    /// Where it was given its name.
    pub origin: Origin,
}

/// Where a rule was given its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In oasdiff, for OpenAPI.
    Oasdiff,
    /// In graphql-inspector, for GraphQL.
    GraphqlInspector,
    /// Here, for OpenAPI.
    Own,
}

/// Every rule, in the order of the table.
pub fn all() -> impl Iterator<Item = Rule> {
    TABLE.lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let (id, level, categories, origin) =
            (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
        let level = match level {
            "breaking" => Level::Breaking,
            "dangerous" => Level::Dangerous,
            _ => Level::Safe,
        };
        let categories = categories.split(',').filter_map(Category::of).collect();
        let origin = match origin {
            "oasdiff" => Origin::Oasdiff,
            "graphql" => Origin::GraphqlInspector,
            _ => Origin::Own,
        };
        Some(Rule { id, level, categories, origin })
    })
}

/// The rule with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.get(id)
}

/// Whether a change can have this id: that of a rule, or one that is made of a place and a keyword.
#[must_use]
pub fn is_possible(id: &str) -> bool {
    const PLACES: [&str; 7] = [
        "request-body-",
        "request-property-",
        "request-parameter-",
        "response-body-",
        "response-property-",
        "response-header-",
        "request-read-only-property-",
    ];
    find(id).is_some() || PLACES.iter().any(|place| id.starts_with(place))
}

/// The level of a rule that always has the same: those that keep the ids of OpenAPI.
#[must_use]
pub(super) fn level(id: &str) -> Option<Level> {
    RULES.get(id).filter(|rule| rule.origin == Origin::Oasdiff).map(|rule| rule.level)
}

/// Whom a change concerns. What is not in the table is about values, which travel.
#[must_use]
pub(super) fn categories(id: &str, level: Level) -> Vec<Category> {
    match RULES.get(id) {
        // A field that may be left out changes nobody's code.
        Some(rule) if rule.origin == Origin::GraphqlInspector && level == Level::Safe => rule
            .categories
            .iter()
            .copied()
            .filter(|one| *one != Category::Client || !id.ends_with("_ADDED"))
            .collect(),
        Some(rule) => rule.categories.clone(),
        None => vec![Category::Wire],
    }
}

/// Whether rows must be changed when it happens to what a table is made of.
#[must_use]
pub(super) fn is_of_tables(id: &str) -> bool {
    const ALWAYS: [&str; 5] =
        ["TYPE_REMOVED", "TYPE_KIND_CHANGED", "FIELD_REMOVED", "FIELD_TYPE_CHANGED", "ENUM_VALUE_REMOVED"];
    ALWAYS.contains(&id)
        || ["property-removed", "type-changed", "type-generalized", "type-specialized", "enum-value-removed"]
            .iter()
            .any(|end| id.ends_with(end))
}

/// The table as text for a terminal.
#[must_use]
pub fn table() -> String {
    all()
        .map(|rule| {
            let categories: Vec<&str> = rule.categories.iter().map(|one| one.word()).collect();
            format!("{:<10} {:<20} {}\n", rule.level, categories.join(","), rule.id)
        })
        .collect()
}

/// What a rule means for whom, as text for a terminal.
#[must_use]
pub fn explanation(rule: &Rule) -> String {
    let Rule { id, level, categories, origin } = rule;
    let whose = match origin {
        Origin::GraphqlInspector => {
            "It is about a GraphQL schema: what clients ask for, and what they are given. \
             Some depend on more than the id: what is added to a new type breaks nobody."
        }
        Origin::Oasdiff | Origin::Own if id.contains("response") => {
            "It is about what the service answers: callers break when they are sent what they were told would not come."
        }
        Origin::Oasdiff | Origin::Own if id.contains("request") => {
            "It is about what callers send: they break when what was fine before is refused."
        }
        Origin::Oasdiff | Origin::Own => "It is about the document as a whole or about an operation.",
    };
    let meaning = match level {
        Level::Breaking => "breaking: callers or services that keep to the old document can fail",
        Level::Dangerous => "dangerous: the document does not tell whether anybody fails",
        Level::Safe => "safe: nobody fails; it is told for the change log",
    };
    let concerned: Vec<&str> = categories
        .iter()
        .map(|category| match category {
            Category::Wire => "what travels (wire)",
            Category::Client => "code that uses a generated client (client)",
            Category::Server => "code that implements a generated server (server)",
            Category::Db => "tables (db)",
            Category::Docs => "documentation and promises (docs)",
        })
        .collect();
    let example = super::example::of(id)
        .map(|(old, new)| format!("For example, from\n\n{old}\nto\n\n{new}\n"))
        .unwrap_or_default();
    format!(
        "{id}\n\nLevel: {meaning}.\nConcerns: {}.\n{whose}\n\n{example}Another level: `{id} = \"safe\"` (or breaking, dangerous, \
         none) in [diff.rules] of apiloom.toml, or a line `{id} safe` in the file of `--severity`.\nOnly this change, this \
         once: `apiloom diff … --accept 'why it is fine'`.\n",
        concerned.join(", ")
    )
}
