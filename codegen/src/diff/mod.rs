//! What changed between two documents, and whom it breaks.
//!
//! Both sides are looked at as schemas that say which values are valid, not as texts: references are followed, and what
//! only moves (inline ↔ `$ref`, operation ↔ path level) is no change. Each change has the id of a [rule](rules), a level
//! that depends on the direction it travels in, and the places on both sides.

pub mod accept;
mod body;
mod bounds;
pub mod category;
mod combine;
mod document;
#[cfg(feature = "graphql")]
mod graphql;
mod ignore;
mod lifecycle;
mod operation;
mod parameter;
pub mod report;
pub mod rules;
mod schema;
mod security;
mod side;
mod spot;
mod types;
mod unrelated;

#[cfg(feature = "graphql")]
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::{Sources, Span};
pub use category::Category;
use std::fmt;

/// Whom a change breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A caller or a service that keeps to the old document may fail.
    Breaking,
    /// It may break; the document does not tell.
    Dangerous,
    /// Nothing breaks.
    Safe,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Breaking => "breaking",
            Self::Dangerous => "dangerous",
            Self::Safe => "safe",
        })
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The id of its rule.
    pub id: String,
    /// How bad it is.
    pub level: Level,
    /// Whom it concerns.
    pub categories: Vec<Category>,
    /// The method, in capitals; empty for what belongs to no operation.
    pub method: String,
    /// The path template; for a webhook its name; in GraphQL the coordinate, such as `Query.pets`.
    pub path: String,
    /// Where inside the operation: `request body`, `query parameter \`limit\``, `response 200`; may be empty.
    pub place: String,
    /// A sentence.
    pub text: String,
    /// The place in the old document.
    pub old: Option<Span>,
    /// The place in the new document.
    pub new: Option<Span>,
}

impl Change {
    /// The words of its categories.
    #[must_use]
    pub fn concerns(&self) -> String {
        self.categories.iter().map(|one| one.word()).collect::<Vec<_>>().join(", ")
    }

    /// Tells this change from every other one, whatever moves around it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let key = format!("{}\0{}\0{}\0{}", self.id, self.method, self.path, self.text);
        format!("{:016x}", crate::render::fnv1a(&key))
    }
}

/// How to compare.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Days that an operation of stability `beta` must have been deprecated before its sunset.
    pub beta_days: i64,
    /// Days that a stable operation must have been deprecated before its sunset.
    pub stable_days: i64,
    /// Today, in days since 1970-01-01, for the sunset rules.
    pub today: i64,
    /// Whether `info.version` must tell of changes.
    pub versions: bool,
}

/// Compares two documents: two of OpenAPI, or two of GraphQL.
///
/// # Errors
/// What keeps one of the sides from being read; the findings belong to the sources they were made with.
pub fn compare(old: &Sources, new: &Sources, options: &Options) -> Result<Vec<Change>, Box<Unreadable>> {
    #[cfg(feature = "graphql")]
    match (crate::graphql::is_schema(old), crate::graphql::is_schema(new)) {
        (false, false) => {}
        (true, true) => return graphql(old, new),
        (is_old, _) => return Err(Box::new(two_languages(is_old))),
    }
    let (mut before, mut after) = (Diagnostics::default(), Diagnostics::default());
    let (old_trees, new_trees) =
        (crate::openapi::parse_all(old, &mut before), crate::openapi::parse_all(new, &mut after));
    let (old_version, new_version) = (
        crate::openapi::version_of(&old_trees, &mut before),
        crate::openapi::version_of(&new_trees, &mut after),
    );
    let (Some(old_version), Some(new_version)) = (old_version, new_version) else {
        return Err(Box::new(Unreadable { old: before, new: after }));
    };
    let silences = [ignore::Silences::of(old, &old_trees), ignore::Silences::of(new, &new_trees)];
    let old_side = side::Side::new(old, &old_trees, old_version, &mut before);
    let new_side = side::Side::new(new, &new_trees, new_version, &mut after);
    if let Some(unrelated) = unrelated::openapi(old_side.root, new_side.root) {
        return Err(Box::new(unrelated));
    }
    let mut changes = document::compare(old_side, new_side, options);
    let [was, is] = &silences;
    changes.retain(|change| !was.covers(change, change.old) && !is.covers(change, change.new));
    Ok(changes)
}

#[cfg(feature = "graphql")]
fn graphql(old: &Sources, new: &Sources) -> Result<Vec<Change>, Box<Unreadable>> {
    let (mut before, mut after) = (Diagnostics::default(), Diagnostics::default());
    let was = crate::graphql::read(old, &mut before);
    let is = crate::graphql::read(new, &mut after);
    if before.has_errors() || after.has_errors() {
        return Err(Box::new(Unreadable { old: before, new: after }));
    }
    match unrelated::graphql(&was, &is) {
        Some(unrelated) => Err(Box::new(unrelated)),
        None => Ok(graphql::compare(&was, &is)),
    }
}

#[cfg(feature = "graphql")]
fn two_languages(old_is_graphql: bool) -> Unreadable {
    let mut new = Diagnostics::default();
    let (was, is) = if old_is_graphql { ("a GraphQL schema", "none") } else { ("none", "a GraphQL schema") };
    let text = format!("the old side is {was}, and the new one is {is}");
    new.report(Code::OtherLanguage, Span::default(), text).help("Name two versions of one document.");
    Unreadable { old: Diagnostics::default(), new }
}

/// Days since 1970-01-01 as `YYYY-MM-DD`.
#[must_use]
pub fn date_of(days: i64) -> String {
    lifecycle::civil(days)
}

/// Why two documents cannot be compared.
#[derive(Debug)]
pub struct Unreadable {
    /// Of the old document.
    pub old: Diagnostics,
    /// Of the new document.
    pub new: Diagnostics,
}
