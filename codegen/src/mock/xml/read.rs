//! A tree of elements into the JSON value that its schema means.

use super::super::dialect::Way;
use super::super::document::Document;
use super::super::params::{may_be, scalar};
use super::super::shape::{Flat, flat};
use super::tree::{Element, parse};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// A document as the value that its schema describes; what the schema does not know is kept as it is.
///
/// # Errors
/// A sentence that says why it cannot be read.
pub(in super::super) fn read(document: &Document, schema: &Value, text: &str) -> Result<Value, String> {
    let root = parse(text).map_err(|detail| format!("it is not well-formed XML: {detail}"))?;
    let name = own_name(document, schema);
    if name.as_ref().is_some_and(|name| *name != root.name) {
        let name = name.unwrap_or_default();
        return Err(format!("the root element is not `{name}` but `{}`", root.name));
    }
    Ok(Reader { document }.value(schema, &root))
}

/// The name that a schema's own `xml` object gives; that of a part of its `allOf` is that part's name.
fn own_name(document: &Document, schema: &Value) -> Option<String> {
    let mut schema = schema;
    for _ in 0..16 {
        match schema["$ref"].as_str() {
            Some(reference) => schema = document.target(Way::Asked, reference)?,
            None => return Some(schema["xml"]["name"].as_str()?.to_owned()),
        }
    }
    None
}

#[derive(Clone, Copy)]
struct Reader<'d> {
    document: &'d Document,
}

impl Reader<'_> {
    fn shape(self, schema: &Value) -> Flat {
        flat(self.document, Way::Asked, schema)
    }

    fn value(self, schema: &Value, element: &Element) -> Value {
        let shape = self.shape(schema);
        let may = |wanted| may_be(self.document, &shape, wanted, 0);
        let is_empty = element.children.is_empty() && element.attributes.is_empty();
        if element.nil {
            return Value::Null;
        }
        // Text is no item.
        if may("array") && !may("object") && (!is_empty || element.text.trim().is_empty()) {
            let items = shape.map.get("items").cloned().unwrap_or_default();
            return element.children.iter().map(|child| self.value(&items, child)).collect();
        }
        if may("object") && (!is_empty || element.text.trim().is_empty()) {
            return self.object(&shape, element);
        }
        if !is_empty {
            return any(element);
        }
        if element.text.is_empty() && may("null") && !may("string") {
            return Value::Null;
        }
        scalar(self.document, schema, &element.text)
    }

    fn object(self, shape: &Flat, element: &Element) -> Value {
        let mut out = Map::new();
        let mut known: HashSet<&str> = HashSet::new();
        let properties = self.properties(shape);
        let names: Vec<(Vec<String>, bool)> =
            properties.iter().map(|(key, property)| self.names(key, property)).collect();
        for ((key, property), (names, is_attribute)) in properties.iter().zip(&names) {
            let is_own = |name: &str| names.iter().any(|own| own == name);
            if *is_attribute {
                if let Some((name, text)) = element.attributes.iter().find(|(name, _)| is_own(name)) {
                    known.insert(name);
                    out.insert(key.clone(), scalar(self.document, property, text));
                }
                continue;
            }
            let children: Vec<&Element> =
                element.children.iter().filter(|child| is_own(&child.name)).collect();
            known.extend(children.iter().map(|child| child.name.as_str()));
            let required = shape.list("required").iter().any(|name| name == key.as_str());
            if let Some(value) = self.member(property, &children, required) {
                out.insert(key.clone(), value);
            }
        }
        for (name, text) in element.attributes.iter().filter(|(name, _)| !known.contains(name.as_str())) {
            out.insert(name.clone(), text.as_str().into());
        }
        for child in element.children.iter().filter(|child| !known.contains(child.name.as_str())) {
            let schema = shape.map.get("additionalProperties").filter(|schema| schema.is_object());
            let value = schema.map_or_else(|| any(child), |schema| self.value(schema, child));
            push(&mut out, &child.name, value);
        }
        Value::Object(out)
    }

    /// A property out of the elements of its name.
    fn member(self, property: &Value, children: &[&Element], required: bool) -> Option<Value> {
        let shape = self.shape(property);
        if !may_be(self.document, &shape, "array", 0) {
            return match children {
                [] => None,
                [one] => Some(self.value(property, one)),
                several => Some(several.iter().map(|child| self.value(property, child)).collect()),
            };
        }
        let xml = shape.object("xml");
        let says = |key: &str, value: Value| xml.is_some_and(|xml| xml.get(key) == Some(&value));
        if says("wrapped", true.into()) || says("nodeType", "element".into()) {
            return children.first().map(|wrapper| self.value(property, wrapper));
        }
        let items = shape.map.get("items").cloned().unwrap_or_default();
        // A list without members leaves no trace: where it is required it is taken as empty.
        (required || !children.is_empty())
            .then(|| children.iter().map(|child| self.value(&items, child)).collect())
    }

    /// The properties of a schema and of its choices.
    fn properties(self, shape: &Flat) -> Vec<(String, Value)> {
        let mut out: Vec<(String, Value)> = Vec::new();
        let members = shape.choices.iter().flat_map(|choice| &choice.members);
        let others: Vec<Flat> = members.map(|member| self.shape(member)).collect();
        for shape in std::iter::once(shape).chain(&others) {
            for (key, property) in shape.object("properties").into_iter().flatten() {
                if out.iter().all(|(known, _)| known != key) {
                    out.push((key.clone(), property.clone()));
                }
            }
        }
        out
    }

    /// What a property may be called, and whether it is an attribute. A list that is not wrapped goes by the name of its
    /// items; real clients use that of the list, too.
    fn names(self, key: &str, property: &Value) -> (Vec<String>, bool) {
        let shape = self.shape(property);
        let xml = shape.object("xml");
        let says = |key: &str, value: Value| xml.is_some_and(|xml| xml.get(key) == Some(&value));
        let own = xml.and_then(|xml| xml.get("name")).and_then(Value::as_str).unwrap_or(key).to_owned();
        let mut names = vec![own];
        if !says("wrapped", true.into()) && !says("nodeType", "element".into()) {
            names.extend(shape.map.get("items").and_then(|items| own_name(self.document, items)));
        }
        (names, says("attribute", true.into()) || says("nodeType", "attribute".into()))
    }
}

/// An element of which no schema says anything.
fn any(element: &Element) -> Value {
    if element.children.is_empty() && element.attributes.is_empty() {
        return element.text.as_str().into();
    }
    let mut out = Map::new();
    element.attributes.iter().for_each(|(name, text)| push(&mut out, name, text.as_str().into()));
    element.children.iter().for_each(|child| push(&mut out, &child.name, any(child)));
    Value::Object(out)
}

/// Adds an entry; one that comes again becomes a list.
fn push(out: &mut Map<String, Value>, name: &str, value: Value) {
    match out.get_mut(name) {
        None => {
            out.insert(name.to_owned(), value);
        }
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}
