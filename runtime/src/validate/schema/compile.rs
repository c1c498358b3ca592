//! The text of a schema into a program. Schemas are compiled from a list of what is still to do, so that deep and
//! recursive ones are no recursion here.

use super::decimal::Decimal;
use super::index::{Address, Index};
use super::program::{Bound, Contains, Counted, Id, Keyword, Program, Properties, Schema, bits};
use crate::validate::formats::Format;
use crate::validate::pattern;
use serde_json::{Map, Number, Value};
use std::collections::{HashMap, VecDeque};

/// Compiles a schema; `others` are more schemas, by URI, that references may lead to.
pub(super) fn compile(root: &Value, others: &[(&str, &Value)]) -> Result<Program, String> {
    let mut index = Index::new(root);
    others.iter().for_each(|(uri, schema)| index.add(uri, schema));
    let mut compiler = Compiler {
        program: Program { formats: asserts_formats(root), ..Program::default() },
        index: &index,
        known: HashMap::new(),
        open: VecDeque::new(),
        problem: None,
    };
    compiler.id(root, index.resource_of(root, 0));
    for (resource, name, schema) in &index.dynamic {
        let id = compiler.id(schema, *resource);
        compiler.program.dynamic.insert((*resource, (*name).to_owned()), id);
    }
    while let Some((id, schema, resource)) = compiler.open.pop_front() {
        let keywords = compiler.keywords(schema, resource);
        if let Some(slot) = compiler.program.schemas.get_mut(id) {
            *slot = Schema { resource, keywords };
        }
    }
    compiler.problem.map_or(Ok(compiler.program), Err)
}

fn asserts_formats(root: &Value) -> bool {
    let vocabulary = root.get("$vocabulary").and_then(Value::as_object);
    vocabulary.is_some_and(|all| all.keys().any(|uri| uri.ends_with("/format-assertion")))
}

struct Compiler<'s, 'i> {
    program: Program,
    index: &'i Index<'s>,
    known: HashMap<Address, Id>,
    open: VecDeque<(Id, &'s Value, usize)>,
    problem: Option<String>,
}

impl<'s> Compiler<'s, '_> {
    /// The number of a schema; it will be compiled.
    fn id(&mut self, schema: &'s Value, around: usize) -> Id {
        if let Some(id) = self.known.get(&std::ptr::from_ref(schema)) {
            return *id;
        }
        let id = self.program.schemas.len();
        self.program.schemas.push(Schema::default());
        self.known.insert(schema, id);
        self.open.push_back((id, schema, self.index.resource_of(schema, around)));
        id
    }

    fn wrong(&mut self, what: impl Into<String>) {
        self.problem.get_or_insert(what.into());
    }

    fn keywords(&mut self, schema: &'s Value, resource: usize) -> Vec<Keyword> {
        let mut out = Vec::new();
        match schema {
            Value::Bool(true) => {}
            Value::Bool(false) => out.push(Keyword::Never),
            Value::Object(map) => {
                self.references(map, resource, &mut out);
                values(map, &mut out);
                self.texts(map, &mut out);
                self.objects(map, resource, &mut out);
                self.arrays(map, resource, &mut out);
                self.together(map, resource, &mut out);
                self.left_over(map, resource, &mut out);
            }
            other => self.wrong(format!("`{other}` stands where a schema should")),
        }
        out
    }

    fn references(&mut self, map: &'s Map<String, Value>, resource: usize, out: &mut Vec<Keyword>) {
        for key in ["$ref", "$dynamicRef"] {
            let Some(reference) = map.get(key).and_then(Value::as_str) else { continue };
            let Some((target, within)) = self.index.target(resource, reference) else {
                self.wrong(format!("nothing is at the reference `{reference}`"));
                continue;
            };
            let id = self.id(target, within);
            let fragment = reference.split_once('#').map_or("", |(_, fragment)| fragment);
            let anchor = target.get("$dynamicAnchor").and_then(Value::as_str);
            out.push(match anchor.filter(|anchor| key == "$dynamicRef" && *anchor == fragment) {
                Some(anchor) => Keyword::DynamicRef(id, anchor.to_owned()),
                None => Keyword::Ref(id),
            });
        }
    }

    fn texts(&mut self, map: &'s Map<String, Value>, out: &mut Vec<Keyword>) {
        if let Some(text) = map.get("pattern").and_then(Value::as_str) {
            out.push(Keyword::Pattern(text.to_owned(), pattern::compile(text)));
        }
        if let Some(format) = map.get("format").and_then(Value::as_str).and_then(Format::named)
            && self.program.formats
        {
            out.push(Keyword::Format(format));
        }
    }

    fn one(&mut self, map: &'s Map<String, Value>, key: &str, resource: usize) -> Option<Id> {
        map.get(key).map(|schema| self.id(schema, resource))
    }

    fn list(&mut self, map: &'s Map<String, Value>, key: &str, resource: usize) -> Option<Vec<Id>> {
        let list = map.get(key)?.as_array()?;
        Some(list.iter().map(|schema| self.id(schema, resource)).collect())
    }

    fn objects(&mut self, map: &'s Map<String, Value>, resource: usize, out: &mut Vec<Keyword>) {
        if let Some(names) = map.get("required") {
            out.push(Keyword::Required(texts_of(names)));
        }
        if let Some(dependent) = map.get("dependentRequired").and_then(Value::as_object) {
            let dependent = dependent.iter().map(|(key, names)| (key.clone(), texts_of(names)));
            out.push(Keyword::DependentRequired(dependent.collect()));
        }
        if let Some(dependent) = map.get("dependentSchemas").and_then(Value::as_object) {
            let dependent = dependent.iter().map(|(key, schema)| (key.clone(), self.id(schema, resource)));
            out.push(Keyword::DependentSchemas(dependent.collect()));
        }
        if let Some(names) = self.one(map, "propertyNames", resource) {
            out.push(Keyword::PropertyNames(names));
        }
        let named = map.get("properties").and_then(Value::as_object).into_iter().flatten();
        let named = named.map(|(key, schema)| (key.clone(), self.id(schema, resource))).collect();
        let patterns = map.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
        let patterns = patterns.map(|(key, schema)| (pattern::compile(key), self.id(schema, resource)));
        let patterns = patterns.collect();
        let additional = self.one(map, "additionalProperties", resource);
        let properties = Properties { named, patterns, additional };
        if !properties.named.is_empty() || !properties.patterns.is_empty() || properties.additional.is_some()
        {
            out.push(Keyword::Properties(Box::new(properties)));
        }
    }

    fn arrays(&mut self, map: &'s Map<String, Value>, resource: usize, out: &mut Vec<Keyword>) {
        let prefix = self.list(map, "prefixItems", resource).unwrap_or_default();
        let rest = self.one(map, "items", resource);
        if !prefix.is_empty() || rest.is_some() {
            out.push(Keyword::Items { prefix, rest });
        }
        if let Some(schema) = self.one(map, "contains", resource) {
            let least = map.get("minContains").and_then(count).unwrap_or(1);
            let most = map.get("maxContains").and_then(count);
            out.push(Keyword::Contains(Box::new(Contains { schema, least, most })));
        }
        if map.get("uniqueItems") == Some(&Value::Bool(true)) {
            out.push(Keyword::UniqueItems);
        }
    }

    fn together(&mut self, map: &'s Map<String, Value>, resource: usize, out: &mut Vec<Keyword>) {
        out.extend(self.list(map, "allOf", resource).map(Keyword::AllOf));
        out.extend(self.list(map, "anyOf", resource).map(Keyword::AnyOf));
        out.extend(self.list(map, "oneOf", resource).map(Keyword::OneOf));
        out.extend(self.one(map, "not", resource).map(Keyword::Not));
        if let Some(condition) = self.one(map, "if", resource) {
            let (then, otherwise) = (self.one(map, "then", resource), self.one(map, "else", resource));
            out.push(Keyword::If { condition, then, otherwise });
        }
    }

    fn left_over(&mut self, map: &'s Map<String, Value>, resource: usize, out: &mut Vec<Keyword>) {
        let items = self.one(map, "unevaluatedItems", resource).map(Keyword::UnevaluatedItems);
        let properties = self.one(map, "unevaluatedProperties", resource).map(Keyword::UnevaluatedProperties);
        self.program.keeps |= items.is_some() || properties.is_some();
        out.extend(items.into_iter().chain(properties));
    }
}

/// Keywords without schemas inside.
fn values(map: &Map<String, Value>, out: &mut Vec<Keyword>) {
    out.extend(map.get("type").map(types));
    if let Some(values) = map.get("enum").and_then(Value::as_array) {
        out.push(Keyword::Enum(values.clone()));
    }
    out.extend(map.get("const").cloned().map(Keyword::Const));
    for (key, bound) in [
        ("minimum", Bound::Minimum),
        ("exclusiveMinimum", Bound::ExclusiveMinimum),
        ("maximum", Bound::Maximum),
        ("exclusiveMaximum", Bound::ExclusiveMaximum),
    ] {
        out.extend(map.get(key).and_then(number).map(|number| Keyword::Bound(bound, number)));
    }
    if let Some(factor) = map.get("multipleOf").and_then(number) {
        out.push(Keyword::MultipleOf(Decimal::of(&factor), factor.to_string()));
    }
    for (least, most, counted) in [
        ("minLength", "maxLength", Counted::Characters),
        ("minItems", "maxItems", Counted::Items),
        ("minProperties", "maxProperties", Counted::Keys),
    ] {
        out.extend(map.get(least).and_then(count).map(|n| Keyword::Least(counted, n)));
        out.extend(map.get(most).and_then(count).map(|n| Keyword::Most(counted, n)));
    }
}

fn types(value: &Value) -> Keyword {
    let bit = |name: &str| bits::NAMES.iter().find(|(_, known)| *known == name).map_or(0, |(bit, _)| *bit);
    let names = texts_of(value);
    Keyword::Type(names.iter().fold(0, |all, name| all | bit(name)))
}

/// A text, or the texts of a list.
fn texts_of(value: &Value) -> Vec<String> {
    let one = value.as_str().into_iter();
    let many = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    one.chain(many).map(str::to_owned).collect()
}

fn number(value: &Value) -> Option<Number> {
    value.as_number().cloned()
}

/// A count: `2`, and `2.0`, which is the same number.
fn count(value: &Value) -> Option<u64> {
    let whole = |n: &f64| *n >= 0.0 && n.fract() == 0.0;
    value.as_u64().or_else(|| value.as_f64().filter(whole).map(|n| n as u64))
}
