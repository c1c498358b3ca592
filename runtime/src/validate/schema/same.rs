//! Equality of JSON values (JSON Schema 2020-12 core, section 4.2.2): numbers by their value, keys in any order.

use super::decimal::{Decimal, compare};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::HashMap;

/// Are the values equal?
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => compare(left, right) == Ordering::Equal,
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

/// Few items are compared one by one, many by a text.
const FEW: usize = 24;

/// The first two items that are equal.
pub(super) fn twin(items: &[Value]) -> Option<(usize, usize)> {
    let mut all = items.iter().enumerate();
    if items.len() <= FEW {
        return all.find_map(|(second, item)| {
            let first = items.get(..second)?.iter().position(|earlier| same(earlier, item))?;
            Some((first, second))
        });
    }
    let mut seen = HashMap::with_capacity(items.len());
    all.find_map(|(second, item)| {
        let mut text = String::new();
        spell(item, &mut text);
        seen.insert(text, second).map(|first| (first, second))
    })
}

/// Writes a value in one way for all that are equal.
fn spell(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) => out.push_str(&Decimal::of(number).key()),
        Value::Array(items) => {
            out.push('[');
            items.iter().for_each(|item| {
                spell(item, out);
                out.push(',');
            });
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (key, value) in entries {
                out.push_str(&Value::String(key.clone()).to_string());
                spell(value, out);
                out.push(',');
            }
            out.push('}');
        }
        Value::Null | Value::Bool(_) | Value::String(_) => out.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::{same, twin};
    use serde_json::json;

    #[test]
    fn by_value() {
        assert!(same(&json!({"a": 1, "b": [1.0]}), &json!({"b": [1], "a": 1.0})));
        assert!(!same(&json!([1, 2]), &json!([2, 1])) && !same(&json!(0), &json!(false)));
        assert!(same(&json!("a"), &json!("a")) && !same(&json!("1"), &json!(1)));
    }

    #[test]
    fn twins_among_few_and_many() {
        assert_eq!(twin(&[json!(1), json!(2), json!(1.0)]), Some((0, 2)));
        let mut many: Vec<_> = (0..100).map(|n| json!({"n": n, "x": "{,"})).collect();
        assert_eq!(twin(&many), None);
        many.push(json!({"x": "{,", "n": 7.0}));
        assert_eq!(twin(&many), Some((7, 100)));
    }
}
