//! The `validator` crate's view of the same rules: `rules!` and `no_rules!` implement its trait, nesting and list places kept.

use crate::fault::{Fault, Step};
use crate::validate::checker::Rules;
use std::borrow::Cow;
use std::collections::BTreeMap;
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

/// Implements `validator::Validate` over [`Rules`].
#[doc(hidden)]
#[macro_export]
macro_rules! __validate {
    ($name:ty) => {
        #[automatically_derived]
        impl $crate::dep::validator::Validate for $name {
            fn validate(&self) -> ::core::result::Result<(), $crate::dep::validator::ValidationErrors> {
                $crate::validate::bridge::validate(self)
            }
        }
    };
}

/// Checks the rules and tells faults in the words of `validator`.
///
/// # Errors
/// A rule is broken.
pub fn validate(value: &impl Rules) -> Result<(), ValidationErrors> {
    value.check().map_err(|faults| {
        let mut errors = ValidationErrors::new();
        for fault in &faults {
            let steps: Vec<&Step> = fault.steps().collect();
            insert(&mut errors, &steps, fault);
        }
        errors
    })
}

/// The name under which a fault of a value itself (not of one of its fields) is kept, as `validator` does.
const WHOLE: &str = "__all__";

fn insert(errors: &mut ValidationErrors, steps: &[&Step], fault: &Fault) {
    let (name, rest) = match steps {
        [Step::Key(key), rest @ ..] => (key.clone(), rest),
        // A list at the top has no name of its own.
        rest => (Cow::Borrowed(WHOLE), rest),
    };
    let kind = errors.errors_mut().entry(name);
    match rest {
        [] => {
            let slot = kind.or_insert_with(|| ValidationErrorsKind::Field(Vec::new()));
            leaf(slot, fault);
        }
        [Step::Index(index), rest @ ..] => {
            let slot = kind.or_insert_with(|| ValidationErrorsKind::List(BTreeMap::new()));
            match slot {
                ValidationErrorsKind::List(items) => insert(items.entry(*index).or_default(), rest, fault),
                other => overflow(other, fault),
            }
        }
        [Step::Key(_), ..] => {
            let slot = kind.or_insert_with(|| ValidationErrorsKind::Struct(Box::default()));
            match slot {
                ValidationErrorsKind::Struct(inner) => insert(inner, rest, fault),
                other => overflow(other, fault),
            }
        }
    }
}

fn leaf(slot: &mut ValidationErrorsKind, fault: &Fault) {
    match slot {
        ValidationErrorsKind::Field(list) => list.push(told(fault)),
        other => overflow(other, fault),
    }
}

/// `validator` cannot hold a fault of a field beside faults inside it: the former goes to the inside's `__all__`.
fn overflow(slot: &mut ValidationErrorsKind, fault: &Fault) {
    match slot {
        ValidationErrorsKind::Field(list) => list.push(told(fault)),
        ValidationErrorsKind::Struct(inner) => insert(inner, &[], fault),
        ValidationErrorsKind::List(items) => {
            if let Some(first) = items.values_mut().next() {
                insert(first, &[], fault);
            }
        }
    }
}

fn told(fault: &Fault) -> ValidationError {
    ValidationError::new(fault.code).with_message(Cow::Owned(fault.detail.clone()))
}

/// The JSON pointers of errors, each with its code and message, in the order of the pointers.
pub fn pointers(errors: &ValidationErrors) -> Vec<(String, ValidationError)> {
    let mut out = Vec::new();
    walk(errors, String::new(), &mut out);
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

fn walk(errors: &ValidationErrors, at: String, out: &mut Vec<(String, ValidationError)>) {
    let sorted: BTreeMap<_, _> = errors.errors().iter().collect();
    for (name, kind) in sorted {
        let mut here = at.clone();
        if name != WHOLE {
            crate::fault::push_step(&mut here, &Step::Key(name.clone()));
        }
        match kind {
            ValidationErrorsKind::Field(list) => {
                out.extend(list.iter().map(|error| (here.clone(), error.clone())))
            }
            ValidationErrorsKind::Struct(inner) => walk(inner, here, out),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    let mut item = here.clone();
                    crate::fault::push_step(&mut item, &Step::Index(*index));
                    walk(inner, item, out);
                }
            }
        }
    }
}
