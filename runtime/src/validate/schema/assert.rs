//! Keywords that look at a value alone, without schemas inside.

use super::decimal::{Decimal, compare, is_integer};
use super::program::{Bound, Counted, Keyword, bits};
use super::run::Run;
use super::same::{same, twin};
use super::text_list;
use serde_json::{Number, Value};

/// Does the keyword hold? Notes a fault if not.
pub(super) fn holds<'v>(run: &mut Run<'_, 'v>, keyword: &Keyword, value: &'v Value) -> bool {
    match (keyword, value) {
        (Keyword::Never, _) => run.fault("never", "is not allowed here".to_owned()),
        (Keyword::Type(types), _) => of_type(run, *types, value),
        (Keyword::Enum(values), _) => {
            values.iter().any(|one| same(one, value)) || {
                let all = text_list(values.iter().map(Value::to_string));
                run.fault("enum", format!("is not one of: {all}"))
            }
        }
        (Keyword::Const(one), _) => same(one, value) || run.fault("const", format!("must be {one}")),
        (Keyword::Bound(bound, limit), Value::Number(number)) => in_bound(run, *bound, limit, number),
        (Keyword::MultipleOf(factor, text), Value::Number(number)) => {
            Decimal::of(number).is_multiple_of(factor)
                || run.fault("multiple_of", format!("must be a multiple of {text}"))
        }
        (Keyword::Least(counted, least), _) => {
            count(*counted, value).is_none_or(|n| n >= *least) || {
                let (code, _, noun) = words(*counted);
                run.fault(code, format!("must have at least {least} {noun}{}", plural(*least)))
            }
        }
        (Keyword::Most(counted, most), _) => {
            count(*counted, value).is_none_or(|n| n <= *most) || {
                let (_, code, noun) = words(*counted);
                run.fault(code, format!("must have at most {most} {noun}{}", plural(*most)))
            }
        }
        (Keyword::Pattern(text, regex), Value::String(value)) => {
            regex.as_ref().is_none_or(|regex| regex.is_match(value))
                || run.fault("pattern", format!("must match `{text}`"))
        }
        (Keyword::Format(format), Value::String(value)) => {
            format.accepts(value) || run.fault("format", format!("is not {}", format.noun()))
        }
        (Keyword::UniqueItems, Value::Array(items)) => twin(items).is_none_or(|(first, second)| {
            run.fault("unique_items", format!("items {first} and {second} are the same"))
        }),
        (Keyword::Required(names), Value::Object(map)) => {
            let missing = names.iter().filter(|name| !map.contains_key(*name));
            missing.fold(true, |_, name| run.missing(name, format!("`{name}` is missing")))
        }
        (Keyword::DependentRequired(all), Value::Object(map)) => {
            let there = all.iter().filter(|(key, _)| map.contains_key(key));
            let pairs = there.flat_map(|(key, names)| names.iter().map(move |name| (key, name)));
            let missing = pairs.filter(|(_, name)| !map.contains_key(*name));
            missing.fold(true, |_, (key, name)| {
                run.missing(name, format!("`{name}` is missing; `{key}` wants it"))
            })
        }
        // Keywords of another kind of value hold, and those with schemas inside do not come here otherwise.
        _ => true,
    }
}

fn of_type(run: &mut Run<'_, '_>, types: u8, value: &Value) -> bool {
    let is = match value {
        Value::Null => bits::NULL,
        Value::Bool(_) => bits::BOOLEAN,
        Value::Number(number) if types & bits::INTEGER != 0 && is_integer(number) => bits::INTEGER,
        Value::Number(_) => bits::NUMBER,
        Value::String(_) => bits::STRING,
        Value::Array(_) => bits::ARRAY,
        Value::Object(_) => bits::OBJECT,
    };
    types & is != 0 || {
        let names = bits::NAMES.iter().filter(|(bit, _)| types & bit != 0).map(|(_, name)| *name);
        run.fault("type", format!("must be of type {}", names.collect::<Vec<_>>().join(" or ")))
    }
}

fn in_bound(run: &mut Run<'_, '_>, bound: Bound, limit: &Number, number: &Number) -> bool {
    let order = compare(number, limit);
    let (holds, code, words) = match bound {
        Bound::Minimum => (order.is_ge(), "minimum", "at least"),
        Bound::ExclusiveMinimum => (order.is_gt(), "exclusive_minimum", "greater than"),
        Bound::Maximum => (order.is_le(), "maximum", "at most"),
        Bound::ExclusiveMaximum => (order.is_lt(), "exclusive_maximum", "less than"),
    };
    holds || run.fault(code, format!("must be {words} {limit}"))
}

fn count(counted: Counted, value: &Value) -> Option<u64> {
    let count = match (counted, value) {
        (Counted::Characters, Value::String(text)) => text.chars().count(),
        (Counted::Items, Value::Array(items)) => items.len(),
        (Counted::Keys, Value::Object(map)) => map.len(),
        _ => return None,
    };
    Some(count as u64)
}

/// The codes of too few and too many, and what it is.
fn words(counted: Counted) -> (&'static str, &'static str, &'static str) {
    match counted {
        Counted::Characters => ("min_length", "max_length", "character"),
        Counted::Items => ("min_items", "max_items", "item"),
        Counted::Keys => ("min_properties", "max_properties", "key"),
    }
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
