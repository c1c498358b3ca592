//! The types of JSON Schema as a set, and the keywords `type` and `format`.

use super::document::{Document, nearest};
use super::schema::Schema;
use super::tree::{Node, Value};
use crate::code::Code;

/// A set of JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const STRING: Types = Types(1);
    pub(crate) const INTEGER: Types = Types(2);
    /// Numbers with a fraction; `number` is this and INTEGER.
    pub(crate) const FRACTION: Types = Types(4);
    pub(crate) const BOOLEAN: Types = Types(8);
    pub(crate) const ARRAY: Types = Types(16);
    pub(crate) const OBJECT: Types = Types(32);
    pub(crate) const NULL: Types = Types(64);
    pub(crate) const NUMBER: Types = Types(2 | 4);
    pub(crate) const ALL: Types = Types(127);
    pub(crate) const NONE: Types = Types(0);

    pub(crate) fn and(self, other: Types) -> Types {
        Types(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Types) -> Types {
        Types(self.0 & !other.0)
    }

    pub(crate) fn has(self, other: Types) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    fn named(name: &str) -> Option<Types> {
        Some(match name {
            "string" => Types::STRING,
            "integer" => Types::INTEGER,
            "number" => Types::NUMBER,
            "boolean" => Types::BOOLEAN,
            "array" => Types::ARRAY,
            "object" => Types::OBJECT,
            "null" => Types::NULL,
            _ => return None,
        })
    }

    /// The types of a value of the document.
    pub(crate) fn of(node: &Node) -> Types {
        match &node.value {
            Value::Null => Types::NULL,
            Value::Bool(_) => Types::BOOLEAN,
            Value::Number(text) if text.parse::<i128>().is_ok() => Types::INTEGER,
            Value::Number(_) => Types::FRACTION,
            Value::String(_) => Types::STRING,
            Value::List(_) => Types::ARRAY,
            Value::Map(_) => Types::OBJECT,
        }
    }
}

/// Reads `type` and `format`.
pub(crate) fn read<'t>(document: &mut Document<'t, '_>, schema: &mut Schema<'t>, node: &'t Node) {
    let Some(value) = node.get("type") else {
        if let Some(format) = document.text(node, "format") {
            let at = node.get("format").map_or(node.span, |node| node.span);
            schema.format = schema.format.or(Some((format, at)));
        }
        return;
    };
    let names: Vec<&'t Node> = match &value.value {
        Value::List(list) => list.iter().collect(),
        Value::String(_) => vec![value],
        Value::Null => {
            document.wrong(value, "`type`", "the text `\"null\"` in quotes");
            schema.nullable = true;
            return;
        }
        Value::Bool(_) | Value::Number(_) | Value::Map(_) => {
            document.wrong(value, "`type`", "a text or a list of texts");
            return;
        }
    };
    let mut types = Types::NONE;
    for name in names {
        let text = name.lexeme().unwrap_or_default();
        match Types::named(text).or_else(|| Types::named(&text.to_ascii_lowercase())) {
            Some(found) => {
                types = types.or(found);
                if Types::named(text).is_none() {
                    document.report(
                        Code::UnknownType,
                        name.span,
                        format!("`{text}` is read as `{}`", text.to_ascii_lowercase()),
                    );
                }
            }
            None => odd_type(document, schema, name, text, &mut types),
        }
    }
    if node.get("nullable").and_then(Node::as_bool) == Some(true) {
        types = types.or(Types::NULL);
    }
    if !types.is_none() {
        schema.types = schema.types.and(types);
        schema.typed = true;
    }
    if let Some(format) = document.text(node, "format") {
        let at = node.get("format").map_or(node.span, |node| node.span);
        schema.format = schema.format.or(Some((format, at)));
    }
}

/// Types of other schema languages that documents use all the same.
fn odd_type<'t>(
    document: &mut Document<'t, '_>,
    schema: &mut Schema<'t>,
    name: &'t Node,
    text: &'t str,
    types: &mut Types,
) {
    let meant = match text {
        "file" => Some((Types::STRING, Some("binary"))),
        "date" | "date-time" | "uuid" | "email" => Some((Types::STRING, Some(text))),
        "int" | "int32" | "int64" | "long" => Some((Types::INTEGER, None)),
        "float" | "double" | "decimal" => Some((Types::NUMBER, None)),
        "bool" => Some((Types::BOOLEAN, None)),
        "any" => Some((Types::ALL, None)),
        _ => None,
    };
    let known = ["string", "integer", "number", "boolean", "array", "object", "null"];
    let near = nearest(text, known.into_iter()).map(str::to_owned);
    let found =
        document.report(Code::UnknownType, name.span, format!("`{text}` is not a type of JSON Schema"));
    match (&meant, near) {
        (Some(_), _) => {
            found.help("read as what is meant; write a type of JSON Schema with a `format`");
        }
        (None, Some(near)) => {
            found.help(format!("did you mean `{near}`? Any value is accepted now"));
        }
        (None, None) => {
            found.help(
                "one of string, integer, number, boolean, array, object, null; any value is accepted now",
            );
        }
    }
    match meant {
        Some((meant, format)) => {
            *types = types.or(meant);
            schema.format = schema.format.or(format.map(|format| (format, name.span)));
        }
        None => *types = Types::ALL,
    }
}
