//! Constraints that contradict each other or mean nothing are dropped.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Rule};

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    api.each_ty_mut(&mut |ty, at| {
        if let Some((low, high)) = contradiction(&ty.rules) {
            let message = format!("`{low}` and `{high}` leave no value; both are ignored");
            diagnostics.report(Code::BadConstraint, at, message).help("swap the two values, or remove one");
            ty.rules.retain(|rule| keyword(rule) != low && keyword(rule) != high);
        }
        let zero = |rule: &Rule| matches!(rule, Rule::MultipleOf(step) if step.as_f64().is_none_or(|step| step <= 0.0));
        if ty.rules.iter().any(zero) {
            diagnostics.report(Code::BadConstraint, at, "`multipleOf` must be greater than 0; it is ignored");
            ty.rules.retain(|rule| !zero(rule));
        }
    });
}

/// The keywords of the first pair of bounds that exclude each other.
fn contradiction(rules: &[Rule]) -> Option<(&'static str, &'static str)> {
    rules.iter().find_map(|low| {
        let high = rules.iter().find(|high| match (low, high) {
            (Rule::MinLength(low), Rule::MaxLength(high))
            | (Rule::MinItems(low), Rule::MaxItems(high))
            | (Rule::MinProperties(low), Rule::MaxProperties(high)) => low > high,
            (Rule::Minimum(low), Rule::Maximum(high)) => low.as_f64() > high.as_f64(),
            (Rule::ExclusiveMinimum(low), Rule::Maximum(high) | Rule::ExclusiveMaximum(high))
            | (Rule::Minimum(low), Rule::ExclusiveMaximum(high)) => low.as_f64() >= high.as_f64(),
            _ => false,
        })?;
        Some((keyword(low), keyword(high)))
    })
}

/// How JSON Schema calls a rule.
pub(super) fn keyword(rule: &Rule) -> &'static str {
    match rule {
        Rule::MinLength(_) => "minLength",
        Rule::MaxLength(_) => "maxLength",
        Rule::Pattern(..) => "pattern",
        Rule::Minimum(_) => "minimum",
        Rule::Maximum(_) => "maximum",
        Rule::ExclusiveMinimum(_) => "exclusiveMinimum",
        Rule::ExclusiveMaximum(_) => "exclusiveMaximum",
        Rule::MultipleOf(_) => "multipleOf",
        Rule::MinItems(_) => "minItems",
        Rule::MaxItems(_) => "maxItems",
        Rule::UniqueItems => "uniqueItems",
        Rule::MinProperties(_) => "minProperties",
        Rule::MaxProperties(_) => "maxProperties",
        Rule::OneOf(_) => "enum",
        Rule::PropertyNames(_) => "propertyNames",
        Rule::Sanitize(..) => "x-sanitize",
        Rule::Schema(_) => "allOf",
    }
}
