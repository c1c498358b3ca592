//! The model: one API, whichever language described it. Plain public data in wire spellings; it knows neither the
//! document format it came from nor any target language.

mod decimal;
pub mod direction;
pub mod dump;
pub mod filter;
mod finite;
pub mod fit;
mod http;
pub mod json;
mod look;
mod policy;
mod query;
mod recursion;
#[cfg(test)]
pub(crate) mod sample;
mod sanitize;
mod share;
mod ty;
mod xml;

pub use decimal::Decimal;
pub use finite::find_endless;
pub use http::*;
pub use look::find_looks;
pub use policy::*;
pub use query::base_path;
pub use recursion::find_recursion;
pub use sanitize::Sanitizer;
pub use share::share_alike;
pub use ty::*;
pub use xml::*;

use crate::source::Span;

/// One API.
#[derive(Debug, Clone, Default)]
pub struct Api {
    /// What the API calls itself.
    pub info: Info,
    /// Every named or derived type, addressed by [`TypeId`].
    pub types: Types,
    /// Groups of endpoints (OpenAPI tags), in document order. Every endpoint is in exactly one.
    pub groups: Vec<Group>,
    /// Every operation over HTTP, in document order.
    pub endpoints: Vec<Endpoint>,
    /// Where the API is served.
    pub servers: Vec<Server>,
    /// Ways to authenticate that the document declares.
    pub auth: Vec<AuthScheme>,
}

/// Title, version and texts of an API.
#[derive(Debug, Clone, Default)]
pub struct Info {
    /// Human title.
    pub title: String,
    /// Version of the API itself, not of the schema language.
    pub version: String,
    /// One line.
    pub summary: String,
    /// CommonMark.
    pub description: String,
}

/// What every declared thing has: a name, texts, hints for generators, and its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decl {
    /// The name on the wire or in the schema.
    pub name: Name,
    /// CommonMark documentation; empty when there is none.
    pub docs: String,
    /// Set when the schema marks it as deprecated.
    pub deprecated: Option<Deprecation>,
    /// What extensions of the schema ask of generators.
    pub hints: Hints,
    /// Where it is declared.
    pub span: Span,
}

impl Decl {
    /// A declaration with a name that the schema gives, and nothing else.
    #[must_use]
    pub fn given(name: impl Into<String>, span: Span) -> Self {
        Self::new(Name::Given(name.into()), span)
    }

    /// A declaration that has only a name.
    #[must_use]
    pub fn new(name: Name, span: Span) -> Self {
        Self { name, docs: String::new(), deprecated: None, hints: Hints::default(), span }
    }
}

/// How a thing is called in the schema.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Name {
    /// The schema says the name.
    Given(String),
    /// The schema left it unnamed: the path that leads to it, outermost first, such as `Pet`, `status`. Generators may
    /// lengthen or number it when two would be alike.
    Derived(Vec<String>),
}

impl Name {
    /// The name for people: the given one, or the path joined by dots.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Name::Given(name) => name.clone(),
            Name::Derived(path) => path.join("."),
        }
    }
}

/// Marked as deprecated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Deprecation {
    /// Why, or what to use instead; may be empty.
    pub reason: String,
}

/// What extensions ask of generators.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Hints {
    /// `x-name`: the name to use in generated code instead of one made from the wire name.
    pub name: Option<String>,
    /// `x-sensitive`, or `format: password`: never logged, never printed.
    pub sensitive: bool,
    /// `xml`: the place in XML documents.
    pub xml: Option<Box<Xml>>,
}

/// A JSON value in the schema: a default, an example, an enumeration member. Numbers keep their text.
pub type Value = serde_json::Value;
