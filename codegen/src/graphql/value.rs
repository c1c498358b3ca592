//! Values that are written in a schema: defaults, and arguments of directives.

use apollo_compiler::ast;
use std::fmt;

/// A value as it is written (section 2.9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// An integer or a decimal, as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// The name of an enum's value.
    Enum(String),
    /// A list.
    List(Vec<Value>),
    /// An object, its keys in the order they are written.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// Whether both mean the same: keys in any order, numbers by value, and one value for a list of one (section 3.12,
    /// input coercion).
    #[must_use]
    pub fn means(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => {
                a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
            }
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.means(b)),
            (Self::List(list), one) | (one, Self::List(list)) => {
                matches!(list.as_slice(), [only] if only.means(one)) && *one != Self::Null
            }
            (Self::Object(a), Self::Object(b)) => {
                let (a, b) = (sorted(a), sorted(b));
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && a.1.means(&b.1))
            }
            _ => self == other,
        }
    }
}

fn sorted(fields: &[(String, Value)]) -> Vec<&(String, Value)> {
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort_by_key(|(name, _)| name);
    sorted
}

impl From<&ast::Value> for Value {
    fn from(value: &ast::Value) -> Self {
        match value {
            ast::Value::Null => Self::Null,
            ast::Value::Boolean(value) => Self::Bool(*value),
            ast::Value::Int(value) => Self::Number(value.as_str().to_owned()),
            ast::Value::Float(value) => Self::Number(value.as_str().to_owned()),
            ast::Value::String(value) => Self::Text(value.clone()),
            // A variable has no place in a schema; its name is all that can be told of it.
            ast::Value::Enum(name) | ast::Value::Variable(name) => Self::Enum(name.as_str().to_owned()),
            ast::Value::List(list) => Self::List(list.iter().map(|one| Self::from(&**one)).collect()),
            ast::Value::Object(fields) => Self::Object(
                fields.iter().map(|(name, value)| (name.as_str().to_owned(), Self::from(&**value))).collect(),
            ),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(text) | Self::Enum(text) => f.write_str(text),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(list) => {
                f.write_str("[")?;
                for (at, one) in list.iter().enumerate() {
                    write!(f, "{}{one}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(fields) => {
                f.write_str("{")?;
                for (at, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Value::{self, List, Null, Number, Object, Text};

    fn number(text: &str) -> Value {
        Number(text.to_owned())
    }

    #[test]
    fn values_mean_the_same() {
        let pair = |a: &str, b: &str| Object(vec![(a.to_owned(), number("1")), (b.to_owned(), Null)]);
        for (a, b) in [
            (number("1"), number("1.0")),
            (List(vec![number("1")]), number("1")),
            (pair("a", "b"), pair("a", "b")),
        ] {
            assert!(a.means(&b) && b.means(&a), "{a} and {b}");
        }
        assert!(Object(vec![("a".into(), Null), ("b".into(), number("1"))]).means(&pair("b", "a")));
        for (a, b) in
            [(number("1"), Text("1".into())), (List(vec![Null]), Null), (pair("a", "b"), pair("a", "c"))]
        {
            assert!(!a.means(&b) && !b.means(&a), "{a} and {b}");
        }
        assert_eq!(List(vec![Text("a\"".into()), pair("x", "y")]).to_string(), r#"["a\"", {x: 1, y: null}]"#);
    }
}
