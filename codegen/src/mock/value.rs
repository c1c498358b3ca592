//! Values that fit a schema: seeded, bounded, and with the schema's own examples where they are wanted.

use super::dialect::Way;
use super::document::Document;
use super::number::number;
use super::random::Random;
use super::shape::{Choice, Flat, flat};
use super::text::text;
use serde_json::{Map, Value, json};

/// Below this depth only what is required is made.
const LEAN_DEPTH: usize = 5;

/// Below this depth nothing is made: the schema asks for more without end.
const MAX_DEPTH: usize = 24;

/// How many parts one value may have.
const MAX_PARTS: usize = 5_000;

/// How often another value is tried.
const TRIES: u64 = 24;

/// Whether the schema's examples may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Examples {
    First,
    Never,
}

/// A value of the schema at a pointer, and whether it fits.
pub(super) fn make(document: &Document, pointer: &str, random: &Random, examples: Examples) -> (Value, bool) {
    let schema = document.schema(Way::Told, pointer).unwrap_or(&Value::Null);
    let mut last = None;
    for attempt in 0..TRIES {
        let mut random = random.clone();
        (0..attempt).for_each(|_| {
            random.next();
        });
        let examples = if attempt == 0 { examples } else { Examples::Never };
        // The later ones are lean: what is left out cannot be wrong.
        let lean = attempt >= TRIES / 2;
        let mut maker = Maker { document, random, examples, lean, parts: 0 };
        let Some(value) = maker.value(schema, 0) else { continue };
        if document.fits(Way::Told, pointer, &value) {
            return (value, true);
        }
        last.get_or_insert(value);
    }
    (last.unwrap_or(Value::Null), false)
}

struct Maker<'d> {
    document: &'d Document,
    random: Random,
    examples: Examples,
    lean: bool,
    parts: usize,
}

impl Maker<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> Option<Value> {
        self.parts += 1;
        if depth > MAX_DEPTH || self.parts > MAX_PARTS {
            return None;
        }
        let flat = flat(self.document, Way::Told, schema);
        self.flat(flat, depth)
    }

    fn flat(&mut self, mut flat: Flat, depth: usize) -> Option<Value> {
        if flat.never {
            return None;
        }
        if let Some(value) = flat.map.get("const") {
            return Some(value.clone());
        }
        if self.examples == Examples::First {
            let known = flat.map.get("example").or_else(|| flat.list("examples").first());
            if let Some(value) = known.or_else(|| flat.map.get("default")).filter(|value| !value.is_null()) {
                return Some(value.clone());
            }
        }
        if let Some(Value::Array(values)) = flat.map.get("enum") {
            let open: Vec<&Value> = values.iter().filter(|value| self.typed(&flat, value)).collect();
            return self.random.pick(&open).map(|value| (*value).clone());
        }
        if let Some(Value::Array(known)) = flat.map.get("x-extensible-enum") {
            let known: Vec<&Value> = known.iter().filter(|value| value.is_string()).collect();
            if let Some(value) = self.random.pick(&known) {
                return Some((*value).clone());
            }
        }
        if let Some(choice) = flat.choices.pop() {
            return self.choose(flat, &choice, depth);
        }
        let kind = self.kind(&flat, depth)?;
        match kind.as_str() {
            "object" => self.object(&flat, depth),
            "array" => self.array(&flat, depth),
            "string" => text(&mut self.random, &flat).map(Value::String),
            "integer" => number(&mut self.random, &flat, true),
            "number" => number(&mut self.random, &flat, false),
            "boolean" => Some(self.random.chance(50).into()),
            "null" => Some(Value::Null),
            _ => None,
        }
    }

    /// Whether a member of an enumeration is of a type that is allowed beside it.
    fn typed(&self, flat: &Flat, value: &Value) -> bool {
        let types = flat.types();
        let own = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        types.is_empty() || types.contains(&own) || (own == "number" && types.contains(&"integer"))
    }

    /// One member of a `oneOf` or `anyOf`, and what holds beside it. Deep down, the first that ends.
    fn choose(&mut self, rest: Flat, choice: &Choice, depth: usize) -> Option<Value> {
        let count = choice.members.len();
        let start = if depth > LEAN_DEPTH { 0 } else { self.random.below(count) };
        let mut order: Vec<usize> = (0..count).map(|n| (start + n) % count).collect();
        let is_null = |n: &usize| choice.members[*n] == json!({ "type": "null" });
        // Null says little about an API: it is the last resort, and deep down the first.
        order.sort_by_key(|n| if depth > LEAN_DEPTH { !is_null(n) } else { is_null(n) });
        for n in order {
            let member = &choice.members[n];
            let mut merged = rest.clone();
            merged.add(self.document, Way::Told, member);
            let Some(mut value) = self.flat(merged, depth + 1) else { continue };
            if let Some(discriminator) = &choice.discriminator {
                mark(discriminator, member, &mut value);
            }
            return Some(value);
        }
        None
    }

    fn kind(&mut self, flat: &Flat, depth: usize) -> Option<String> {
        if let Some(Value::Array(types)) = flat.map.get("type")
            && types.is_empty()
        {
            return None;
        }
        let types: Vec<&str> = flat.types();
        if depth > LEAN_DEPTH && types.contains(&"null") {
            return Some("null".to_owned());
        }
        let telling: Vec<&str> = types.iter().copied().filter(|kind| *kind != "null").collect();
        if let Some(kind) = self.random.pick(&telling) {
            return Some((*kind).to_owned());
        }
        if !types.is_empty() {
            return Some("null".to_owned());
        }
        let has = |keys: &[&str]| keys.iter().any(|key| flat.map.contains_key(*key));
        let object = [
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "minProperties",
            "propertyNames",
        ];
        let kind = if has(&object) {
            "object"
        } else if has(&["items", "prefixItems", "minItems", "uniqueItems", "contains"]) {
            "array"
        } else if has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) {
            "number"
        } else {
            "string"
        };
        Some(kind.to_owned())
    }

    fn object(&mut self, flat: &Flat, depth: usize) -> Option<Value> {
        let mut out = Map::new();
        let empty = Map::new();
        let properties = flat.object("properties").unwrap_or(&empty);
        let required: Vec<&str> = flat.list("required").iter().filter_map(Value::as_str).collect();
        let (least, most) =
            (flat.count("minProperties").unwrap_or(0), flat.count("maxProperties").unwrap_or(usize::MAX));
        let lean = self.lean || depth >= LEAN_DEPTH;
        for (name, schema) in properties {
            let needed = required.contains(&name.as_str());
            let written = schema["writeOnly"] == Value::Bool(true);
            if !needed && (written || out.len() >= most || lean || !self.random.chance(80)) {
                continue;
            }
            match self.value(schema, depth + 1) {
                Some(value) => {
                    out.insert(name.clone(), value);
                }
                None if needed => return None,
                None => {}
            }
        }
        for name in required {
            if !out.contains_key(name) {
                let value = self.other(flat, name, depth)?;
                out.insert(name.to_owned(), value);
            }
        }
        self.dependent(flat, properties, &mut out, depth);
        self.more(flat, &mut out, (least, most), depth);
        (out.len() >= least).then_some(Value::Object(out))
    }

    /// `dependentRequired`: what must be there because something else is.
    fn dependent(
        &mut self,
        flat: &Flat,
        properties: &Map<String, Value>,
        out: &mut Map<String, Value>,
        depth: usize,
    ) {
        for (name, needs) in flat.object("dependentRequired").into_iter().flatten() {
            if !out.contains_key(name) {
                continue;
            }
            for need in needs.as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !out.contains_key(need) {
                    let made = match properties.get(need) {
                        Some(schema) => self.value(schema, depth + 1),
                        None => self.other(flat, need, depth),
                    };
                    out.extend(made.map(|value| (need.to_owned(), value)));
                }
            }
        }
    }

    /// Fills up to the least number of properties; a plain map gets an entry or two to show what it holds.
    fn more(
        &mut self,
        flat: &Flat,
        out: &mut Map<String, Value>,
        (least, most): (usize, usize),
        depth: usize,
    ) {
        let empty = Map::new();
        let properties = flat.object("properties").unwrap_or(&empty);
        for (name, schema) in properties {
            if out.len() >= least {
                break;
            }
            if !out.contains_key(name)
                && let Some(value) = self.value(schema, depth + 1)
            {
                out.insert(name.clone(), value);
            }
        }
        let is_map = properties.is_empty()
            && (flat.map.get("additionalProperties").is_some_and(Value::is_object)
                || flat.map.contains_key("patternProperties"));
        let lean = self.lean || depth >= LEAN_DEPTH;
        let wanted = if is_map && !lean { least.max(2).min(most) } else { least.min(most) };
        for n in 0..wanted.saturating_mul(3).min(200) {
            if out.len() >= wanted {
                break;
            }
            let name = self.key(flat, n);
            if !out.contains_key(&name)
                && let Some(value) = self.other(flat, &name, depth)
            {
                out.insert(name, value);
            }
        }
    }

    /// A name for a property that the schema does not name.
    fn key(&mut self, flat: &Flat, n: usize) -> String {
        if let Some(names) = flat.map.get("propertyNames") {
            let names = super::shape::flat(self.document, Way::Told, names);
            let made = match names.list("enum").get(n) {
                Some(value) => value.as_str().map(str::to_owned),
                None => text(&mut self.random, &names),
            };
            if let Some(name) = made {
                return name;
            }
        }
        let pattern = flat.object("patternProperties").and_then(|map| map.keys().next());
        if let Some(hir) = pattern.and_then(|pattern| super::pattern::parse(pattern)) {
            return super::pattern::text(&mut self.random, &hir, 4);
        }
        format!("key{}", n + 1)
    }

    /// A value for a property that the schema does not name; `None` when it may not be there.
    fn other(&mut self, flat: &Flat, name: &str, depth: usize) -> Option<Value> {
        for (pattern, schema) in flat.object("patternProperties").into_iter().flatten() {
            if regex::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(name)) {
                return self.value(schema, depth + 1);
            }
        }
        match flat.map.get("additionalProperties").or_else(|| flat.map.get("unevaluatedProperties")) {
            Some(Value::Bool(false)) => None,
            Some(schema @ Value::Object(_)) => self.value(schema, depth + 1),
            _ => Some("text".into()),
        }
    }

    fn array(&mut self, flat: &Flat, depth: usize) -> Option<Value> {
        let prefix = flat.list("prefixItems");
        let least = flat.count("minItems").unwrap_or(0).max(prefix.len());
        let most = flat.count("maxItems").unwrap_or(usize::MAX);
        let lean = self.lean || depth >= LEAN_DEPTH;
        let wanted = if lean { least } else { least.max(1) + self.random.below(2) };
        let wanted = wanted.min(most).min(1_000);
        let unique = flat.map.get("uniqueItems") == Some(&Value::Bool(true));
        let needs = flat.map.get("contains").map_or(0, |_| flat.count("minContains").unwrap_or(1));
        let mut out: Vec<Value> = Vec::new();
        for n in 0..wanted.max(needs).saturating_mul(4).max(1) {
            let at = out.len();
            if at >= wanted.max(needs) || n > 4_000 {
                break;
            }
            let schema = prefix.get(at).or_else(|| flat.map.get("items"));
            let schema = schema
                .or_else(|| flat.map.get("unevaluatedItems"))
                .cloned()
                .unwrap_or_else(|| json!({ "type": "string" }));
            let schema = match flat.map.get("contains").filter(|_| at < needs) {
                Some(contains) => json!({ "allOf": [schema, contains] }),
                None => schema,
            };
            match self.value(&schema, depth + 1) {
                Some(value) if unique && out.contains(&value) => {
                    // An example is the same every time.
                    if n > wanted {
                        self.examples = Examples::Never;
                    }
                }
                Some(value) => out.push(value),
                None => break,
            }
        }
        (out.len() >= least.min(1_000)).then_some(Value::Array(out))
    }
}

/// Puts the value of the discriminator that means this member.
fn mark(discriminator: &Value, member: &Value, value: &mut Value) {
    let (Some(property), Some(target)) = (discriminator["propertyName"].as_str(), member["$ref"].as_str())
    else {
        return;
    };
    let mapped =
        discriminator["mapping"].as_object().into_iter().flatten().find(|(_, to)| {
            to.as_str().is_some_and(|to| to == target || target.rsplit('/').next() == Some(to))
        });
    let name = match mapped {
        Some((name, _)) => name.as_str(),
        None => target.rsplit('/').next().unwrap_or_default(),
    };
    if let Some(map) = value.as_object_mut() {
        map.insert(property.to_owned(), name.into());
    }
}
