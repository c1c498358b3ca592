//! The rules: what is told apart, and how bad each is unless configured otherwise.
//!
//! Ids of situations that other tools tell apart as well are spelled as there, so that severity files carry over.

use super::Level;
use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: &str = include_str!("rules.tsv");

static RULES: LazyLock<HashMap<&'static str, Level>> = LazyLock::new(|| all().collect());

/// Every rule with an id of its own and its level. Changes of keywords that it does not name have ids made of the place
/// and the keyword, such as `request-property-multiple-of-added`, and levels that follow from the direction.
pub fn all() -> impl Iterator<Item = (&'static str, Level)> {
    TABLE.lines().filter_map(|line| {
        let (id, level) = line.split_once('\t')?;
        let level = match level {
            "breaking" => Level::Breaking,
            "dangerous" => Level::Dangerous,
            _ => Level::Safe,
        };
        Some((id, level))
    })
}

/// The level of a rule.
#[must_use]
pub fn level(id: &str) -> Option<Level> {
    RULES.get(id).copied()
}

/// What a rule means for whom, as text for a terminal.
#[must_use]
pub fn explanation(id: &str, level: Level) -> String {
    let whose = if id.contains("response") {
        "It is about what the service answers: callers break when they are sent what they were told would not come."
    } else if id.contains("request") {
        "It is about what callers send: they break when what was fine before is refused."
    } else {
        "It is about the document as a whole or about an operation."
    };
    let meaning = match level {
        Level::Breaking => "breaking: callers or services that keep to the old document can fail",
        Level::Dangerous => "dangerous: the document does not tell whether anybody fails",
        Level::Safe => "safe: nobody fails; it is told for the change log",
    };
    format!(
        "{id}\n\nLevel: {meaning}.\n{whose}\n\nAnother level: a line `{id} breaking` (or dangerous, safe, none) in the file of \
         `--severity`.\nOnly this change, this once: `apiloom diff … --accept 'why it is fine'`.\n"
    )
}
