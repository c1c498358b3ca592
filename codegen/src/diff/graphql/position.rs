//! Which way values of a type travel: to the service, to the caller, or both.

use crate::graphql::{Composite, Input, Schema, Shape};
use indexmap::IndexMap;
use std::collections::HashSet;

/// The types that arguments take and that fields give, in either of two schemas.
#[derive(Debug, Default)]
pub(super) struct Positions<'a> {
    taken: HashSet<&'a str>,
    given: HashSet<&'a str>,
}

impl<'a> Positions<'a> {
    pub(super) fn of(old: &'a Schema, new: &'a Schema) -> Self {
        let mut found = Self::default();
        for schema in [old, new] {
            for ty in schema.types.values() {
                match &ty.shape {
                    Shape::Object(composite) | Shape::Interface(composite) => found.composite(composite),
                    Shape::Input(fields) => found.inputs(fields),
                    Shape::Scalar | Shape::Union(_) | Shape::Enum(_) => {}
                }
            }
            for directive in schema.directives.values() {
                found.inputs(&directive.arguments);
            }
        }
        found
    }

    fn composite(&mut self, composite: &'a Composite) {
        for field in composite.fields.values() {
            self.given.insert(field.ty.wrapped.name());
            self.inputs(&field.arguments);
        }
    }

    fn inputs(&mut self, inputs: &'a IndexMap<String, Input>) {
        self.taken.extend(inputs.values().map(|input| input.ty.wrapped.name()));
    }

    /// Whether values of this type are only ever sent to the service.
    pub(super) fn is_only_taken(&self, name: &str) -> bool {
        self.taken.contains(name) && !self.given.contains(name)
    }
}
