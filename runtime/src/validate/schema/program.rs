//! A schema in the form that is run: an arena of schemas, each a list of keywords, references resolved.

use super::decimal::Decimal;
use crate::validate::formats::Format;
use crate::validate::pattern::Pattern;
use serde_json::{Number, Value};
use std::collections::HashMap;

/// The number of a schema in its program.
pub(super) type Id = usize;

/// A schema with everything that it refers to.
#[derive(Debug, Default)]
pub(super) struct Program {
    /// The first one is the root.
    pub(super) schemas: Vec<Schema>,
    /// By resource and name: where `$dynamicAnchor` stands.
    pub(super) dynamic: HashMap<(usize, String), Id>,
    /// Is there an `unevaluated…`? Only then what was evaluated is kept.
    pub(super) keeps: bool,
    /// Are formats checked? (`$vocabulary` with format-assertion, JSON Schema 2020-12 validation, section 7.2.2.)
    pub(super) formats: bool,
}

/// One schema.
#[derive(Debug, Default)]
pub(super) struct Schema {
    /// The number of the resource (`$id`) that it belongs to.
    pub(super) resource: usize,
    /// In the order that they are run: `unevaluated…` is last.
    pub(super) keywords: Vec<Keyword>,
}

/// Types of JSON as bits.
pub(super) mod bits {
    pub(crate) const NULL: u8 = 1;
    pub(crate) const BOOLEAN: u8 = 2;
    pub(crate) const INTEGER: u8 = 4;
    pub(crate) const NUMBER: u8 = 8;
    pub(crate) const STRING: u8 = 16;
    pub(crate) const ARRAY: u8 = 32;
    pub(crate) const OBJECT: u8 = 64;
    /// Bits and their names.
    pub(crate) const NAMES: [(u8, &str); 7] = [
        (NULL, "null"),
        (BOOLEAN, "boolean"),
        (INTEGER, "integer"),
        (NUMBER, "number"),
        (STRING, "string"),
        (ARRAY, "array"),
        (OBJECT, "object"),
    ];
}

/// Which end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Minimum,
    ExclusiveMinimum,
    Maximum,
    ExclusiveMaximum,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    Characters,
    Items,
    Keys,
}

/// A keyword with what it says.
#[derive(Debug)]
pub(super) enum Keyword {
    /// The schema `false`.
    Never,
    Type(u8),
    Enum(Vec<Value>),
    Const(Value),
    Bound(Bound, Number),
    MultipleOf(Decimal, String),
    Least(Counted, u64),
    Most(Counted, u64),
    Pattern(String, Option<Pattern>),
    Format(Format),
    UniqueItems,
    Required(Vec<String>),
    DependentRequired(Vec<(String, Vec<String>)>),
    DependentSchemas(Vec<(String, Id)>),
    Properties(Box<Properties>),
    PropertyNames(Id),
    Items {
        prefix: Vec<Id>,
        rest: Option<Id>,
    },
    Contains(Box<Contains>),
    AllOf(Vec<Id>),
    AnyOf(Vec<Id>),
    OneOf(Vec<Id>),
    Not(Id),
    If {
        condition: Id,
        then: Option<Id>,
        otherwise: Option<Id>,
    },
    Ref(Id),
    /// The target when no schema on the way here has this dynamic anchor.
    DynamicRef(Id, String),
    UnevaluatedItems(Id),
    UnevaluatedProperties(Id),
}

impl Keyword {
    /// Is it about what the others have not spoken of?
    pub(super) fn is_left_over(&self) -> bool {
        matches!(self, Self::UnevaluatedItems(_) | Self::UnevaluatedProperties(_))
    }
}

/// `properties`, `patternProperties` and `additionalProperties`.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) named: HashMap<String, Id>,
    pub(super) patterns: Vec<(Option<Pattern>, Id)>,
    pub(super) additional: Option<Id>,
}

/// `contains` with `minContains` and `maxContains`.
#[derive(Debug)]
pub(super) struct Contains {
    pub(super) schema: Id,
    pub(super) least: u64,
    pub(super) most: Option<u64>,
}
