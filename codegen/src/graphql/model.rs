//! What a GraphQL schema says, as plain data.

use super::Value;
use crate::source::Span;
use indexmap::IndexMap;
use std::fmt;

/// A schema: all files together, extensions merged into what they extend.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// The names of the root types.
    pub roots: Roots,
    /// Directives that are applied to the schema itself.
    pub applied: Vec<Applied>,
    /// The types by name, in document order. Built-in scalars and introspection types are here only when a file defines
    /// them.
    pub types: IndexMap<String, Type>,
    /// Definitions of directives by name.
    pub directives: IndexMap<String, Directive>,
    /// Where the schema is defined, or the start of the entry.
    pub span: Span,
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// Its place.
    pub span: Span,
}

/// Root operation types (section 3.3.1).
#[derive(Debug, Clone, Default)]
pub struct Roots {
    /// Of queries.
    pub query: Option<Named>,
    /// Of mutations.
    pub mutation: Option<Named>,
    /// Of subscriptions.
    pub subscription: Option<Named>,
}

/// What everything that is declared has.
#[derive(Debug, Clone)]
pub struct Decl {
    /// The name.
    pub name: String,
    /// The description; never empty.
    pub docs: Option<String>,
    /// The place of the name.
    pub span: Span,
    /// Directives that are applied, in order.
    pub applied: Vec<Applied>,
}

/// A directive where it is used.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The directive's name, without `@`.
    pub name: String,
    /// The arguments that are given.
    pub arguments: IndexMap<String, Value>,
    /// Its place.
    pub span: Span,
}

/// A named type.
#[derive(Debug, Clone)]
pub struct Type {
    /// Name, documentation, directives, place.
    pub decl: Decl,
    /// Which kind, and what is in it.
    pub shape: Shape,
}

/// The kinds of named types (section 3.4).
#[derive(Debug, Clone)]
pub enum Shape {
    /// A scalar.
    Scalar,
    /// An object.
    Object(Composite),
    /// An interface.
    Interface(Composite),
    /// A union: its members.
    Union(IndexMap<String, Span>),
    /// An enum: its values.
    Enum(IndexMap<String, Decl>),
    /// An input object: its fields.
    Input(IndexMap<String, Input>),
}

impl Shape {
    /// The kind in a word or two.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Object(_) => "object type",
            Self::Interface(_) => "interface",
            Self::Union(_) => "union",
            Self::Enum(_) => "enum",
            Self::Input(_) => "input object",
        }
    }
}

/// An object or an interface.
#[derive(Debug, Clone, Default)]
pub struct Composite {
    /// The interfaces that it implements.
    pub interfaces: IndexMap<String, Span>,
    /// Its fields.
    pub fields: IndexMap<String, Field>,
}

/// A field of an object or an interface.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name, documentation, directives, place.
    pub decl: Decl,
    /// What it gives.
    pub ty: Ty,
    /// What it takes.
    pub arguments: IndexMap<String, Input>,
}

/// An argument, or a field of an input object.
#[derive(Debug, Clone)]
pub struct Input {
    /// Name, documentation, directives, place.
    pub decl: Decl,
    /// What it takes.
    pub ty: Ty,
    /// The value when none is given.
    pub default: Option<Value>,
}

/// The definition of a directive.
#[derive(Debug, Clone)]
pub struct Directive {
    /// Name, documentation, place.
    pub decl: Decl,
    /// Its arguments.
    pub arguments: IndexMap<String, Input>,
    /// Whether it may be applied several times to one thing.
    pub repeatable: bool,
    /// Where it may be applied, such as `FIELD_DEFINITION`.
    pub locations: Vec<&'static str>,
}

/// The type of a field or an argument, and where it stands.
#[derive(Debug, Clone)]
pub struct Ty {
    /// The type.
    pub wrapped: Wrapped,
    /// The place of its innermost name.
    pub span: Span,
}

/// A named type, perhaps in lists, perhaps without null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrapped {
    /// A named type.
    Named(String),
    /// A list.
    List(Box<Wrapped>),
    /// What is inside, and never null.
    NonNull(Box<Wrapped>),
}

impl Wrapped {
    /// The innermost name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Named(name) => name,
            Self::List(inner) | Self::NonNull(inner) => inner.name(),
        }
    }
}

impl fmt::Display for Wrapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::List(inner) => write!(f, "[{inner}]"),
            Self::NonNull(inner) => write!(f, "{inner}!"),
        }
    }
}

impl Decl {
    /// The directive of this name, where it is applied first.
    #[must_use]
    pub fn applied(&self, name: &str) -> Option<&Applied> {
        self.applied.iter().find(|one| one.name == name)
    }

    /// The reason of `@deprecated` (section 3.13.3); its default when none is given.
    #[must_use]
    pub fn deprecated(&self) -> Option<&str> {
        match self.applied("deprecated")?.arguments.get("reason") {
            Some(Value::Text(reason)) => Some(reason),
            _ => Some(Self::NO_REASON),
        }
    }

    /// The reason that `@deprecated` has without one.
    pub const NO_REASON: &str = "No longer supported";
}
