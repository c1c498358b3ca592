//! Runs a program over a value.

use super::program::{Contains, Id, Keyword, Program, Properties};
use super::seen::Seen;
use super::{assert, text_list};
use crate::fault::{Fault, MOST_FAULTS, Step};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// How many schemas may be open at a time: deeper than any JSON that is read (128) and the references on the way.
const MOST_DEEP: usize = 400;

/// How many times a schema may be held against a value in all.
const MOST_STEPS: usize = 4_000_000;

const TOO_COMPLEX: &str = "too_complex";
/// The fault of a key that must not be.
const KEY: (&str, &str) = ("unknown", "is not a known property");

/// A step into the value.
#[derive(Debug, Clone, Copy)]
pub(super) enum At<'v> {
    Key(&'v str),
    Index(usize),
}

/// A run.
pub(super) struct Run<'p, 'v> {
    program: &'p Program,
    faults: Vec<Fault>,
    /// Faults are not wanted while an alternative is tried.
    quiet: usize,
    path: Vec<At<'v>>,
    /// The resources on the way, the outermost first (JSON Schema 2020-12 core, section 7.1).
    scope: Vec<usize>,
    depth: usize,
    steps: usize,
}

/// Every fault of a value.
pub(super) fn run(program: &Program, value: &Value) -> Vec<Fault> {
    let mut run = Run {
        program,
        faults: Vec::new(),
        quiet: 0,
        path: Vec::new(),
        scope: Vec::new(),
        depth: 0,
        steps: 0,
    };
    let good = run.check(0, value, &mut Seen::default());
    if !good && run.faults.is_empty() {
        run.fault("schema", "does not match the schema".to_owned());
    }
    run.faults
}

impl<'p, 'v> Run<'p, 'v> {
    /// Notes a fault here; always false.
    pub(super) fn fault(&mut self, code: &'static str, detail: String) -> bool {
        self.note(Fault::new(code, detail))
    }

    /// A key that must be there and is not; the fault is of the place where it would be.
    pub(super) fn missing(&mut self, key: &str, detail: String) -> bool {
        let mut fault = Fault::new("required", detail);
        fault.within(Step::Key(Cow::Owned(key.to_owned())));
        self.note(fault)
    }

    fn note(&mut self, mut fault: Fault) -> bool {
        // When the check was given up, what follows from it says nothing.
        let over = self.steps > MOST_STEPS && fault.code != TOO_COMPLEX;
        if self.quiet == 0 && self.faults.len() < MOST_FAULTS && !over {
            for at in self.path.iter().rev() {
                fault.within(match at {
                    At::Key(key) => Step::Key(Cow::Owned((*key).to_owned())),
                    At::Index(index) => Step::Index(*index),
                });
            }
            self.faults.push(fault);
        }
        false
    }

    /// Holds a schema against a value; notes what of it was evaluated, if it is good.
    fn check(&mut self, id: Id, value: &'v Value, seen: &mut Seen<'v>) -> bool {
        let program = self.program;
        let Some(schema) = program.schemas.get(id) else { return true };
        self.steps += 1;
        if self.depth >= MOST_DEEP || self.steps > MOST_STEPS {
            return self.give_up();
        }
        self.depth += 1;
        let enters = self.scope.last() != Some(&schema.resource);
        if enters {
            self.scope.push(schema.resource);
        }
        let mut own = Seen::default();
        let mut good = true;
        for keyword in &schema.keywords {
            // What was evaluated is not known when something is wrong (core, section 11.1).
            if !good && keyword.is_left_over() {
                break;
            }
            good &= self.keyword(keyword, value, &mut own);
            if !good && self.quiet > 0 {
                break;
            }
        }
        if enters {
            self.scope.pop();
        }
        self.depth -= 1;
        if good && program.keeps {
            seen.merge(own);
        }
        good
    }

    /// The value or the schema is deeper or larger than can be checked.
    #[cold]
    fn give_up(&mut self) -> bool {
        self.steps = MOST_STEPS + 1;
        let quiet = std::mem::take(&mut self.quiet);
        if self.faults.iter().all(|fault| fault.code != TOO_COMPLEX) {
            self.fault(TOO_COMPLEX, "takes too long to check against the schema".to_owned());
        }
        self.quiet = quiet;
        false
    }

    /// The same, without faults.
    fn quietly(&mut self, id: Id, value: &'v Value, seen: &mut Seen<'v>) -> bool {
        self.quiet += 1;
        let good = self.check(id, value, seen);
        self.quiet -= 1;
        good
    }

    /// Holds a schema against a value inside this one.
    fn inside(&mut self, id: Id, at: At<'v>, value: &'v Value) -> bool {
        self.path.push(at);
        let good = self.check(id, value, &mut Seen::default());
        self.path.pop();
        good
    }

    fn keyword(&mut self, keyword: &'p Keyword, value: &'v Value, seen: &mut Seen<'v>) -> bool {
        match (keyword, value) {
            (Keyword::Ref(id), _) => self.check(*id, value, seen),
            (Keyword::DynamicRef(id, name), _) => {
                let id = self.dynamic(name).unwrap_or(*id);
                self.check(id, value, seen)
            }
            (Keyword::AllOf(all), _) => {
                // All of them, so that all faults are found.
                let bad = all.iter().filter(|id| !self.check(**id, value, seen)).count();
                bad == 0
            }
            (Keyword::AnyOf(any), _) => self.any_of(any, value, seen),
            (Keyword::OneOf(one), _) => self.one_of(one, value, seen),
            (Keyword::Not(id), _) => {
                !self.quietly(*id, value, &mut Seen::default())
                    || self.fault("not", "is what the schema rules out".to_owned())
            }
            (Keyword::If { condition, then, otherwise }, _) => {
                let next = if self.quietly(*condition, value, seen) { then } else { otherwise };
                next.is_none_or(|id| self.check(id, value, seen))
            }
            (Keyword::Properties(properties), Value::Object(map)) => self.properties(properties, map, seen),
            (Keyword::PropertyNames(id), Value::Object(map)) => self.names(*id, map),
            (Keyword::DependentSchemas(all), Value::Object(map)) => {
                let there = all.iter().filter(|(key, _)| map.contains_key(key));
                there.fold(true, |good, (_, id)| self.check(*id, value, seen) && good)
            }
            (Keyword::UnevaluatedProperties(id), Value::Object(map)) => self.other_keys(*id, map, seen),
            (Keyword::Items { prefix, rest }, Value::Array(items)) => self.items(prefix, *rest, items, seen),
            (Keyword::Contains(contains), Value::Array(items)) => self.contains(contains, items, seen),
            (Keyword::UnevaluatedItems(id), Value::Array(items)) => self.other_items(*id, items, seen),
            _ => assert::holds(self, keyword, value),
        }
    }

    /// The outermost schema on the way that has the dynamic anchor.
    fn dynamic(&self, name: &str) -> Option<Id> {
        let mut anchors = self.scope.iter().map(|resource| (*resource, name.to_owned()));
        anchors.find_map(|anchor| self.program.dynamic.get(&anchor).copied())
    }

    fn any_of(&mut self, any: &[Id], value: &'v Value, seen: &mut Seen<'v>) -> bool {
        let mut good = false;
        for id in any {
            good |= self.quietly(*id, value, seen);
            if good && !self.program.keeps {
                return true;
            }
        }
        good || self.explain("any_of", any, value)
    }

    /// Why no alternative fits: the faults of the only one that can be meant, or that there is none.
    fn explain(&mut self, code: &'static str, ids: &[Id], value: &'v Value) -> bool {
        match ids {
            [only] if self.quiet == 0 => self.check(*only, value, &mut Seen::default()),
            _ => self.fault(code, "matches none of the alternatives of the schema".to_owned()),
        }
    }

    fn one_of(&mut self, one: &[Id], value: &'v Value, seen: &mut Seen<'v>) -> bool {
        let mut fitting = Vec::new();
        for (number, id) in one.iter().enumerate() {
            let mut own = Seen::default();
            if self.quietly(*id, value, &mut own) {
                fitting.push((number + 1).to_string());
                seen.merge(own);
            }
        }
        match fitting.as_slice() {
            [_] => true,
            [] => self.explain("one_of", one, value),
            several => {
                let several = text_list(several.iter().map(String::as_str));
                self.fault("one_of", format!("matches more than one alternative of the schema: {several}"))
            }
        }
    }

    fn properties(&mut self, all: &'p Properties, map: &'v Map<String, Value>, seen: &mut Seen<'v>) -> bool {
        let mut good = true;
        for (key, value) in map {
            let mut known = false;
            let named = all.named.get(key).into_iter();
            let matching = all
                .patterns
                .iter()
                .filter(|(pattern, _)| pattern.as_ref().is_none_or(|pattern| pattern.is_match(key)));
            for id in named.chain(matching.map(|(_, id)| id)) {
                known = true;
                good &= self.inside(*id, At::Key(key), value);
            }
            if !known && let Some(id) = all.additional {
                known = true;
                good &= self.unknown(id, At::Key(key), value, KEY);
            }
            if known && self.program.keeps {
                seen.key(key);
            }
            if !good && self.quiet > 0 {
                return false;
            }
        }
        good
    }

    /// A value of a key or place that the schema does not speak of; the fault if there must be none.
    fn unknown(&mut self, id: Id, at: At<'v>, value: &'v Value, (code, told): (&'static str, &str)) -> bool {
        let never =
            self.program.schemas.get(id).is_some_and(|schema| matches!(*schema.keywords, [Keyword::Never]));
        if !never {
            return self.inside(id, at, value);
        }
        self.path.push(at);
        let bad = self.fault(code, told.to_owned());
        self.path.pop();
        bad
    }

    fn names(&mut self, id: Id, map: &'v Map<String, Value>) -> bool {
        map.keys().fold(true, |good, key| {
            // The names are values of their own, with a run of their own: they live no longer than this.
            let name = Value::String(key.clone());
            let mut inner = Run {
                program: self.program,
                faults: Vec::new(),
                quiet: self.quiet,
                path: Vec::new(),
                scope: self.scope.clone(),
                depth: self.depth,
                steps: self.steps,
            };
            let fits = inner.check(id, &name, &mut Seen::default());
            self.steps = inner.steps;
            let faults = inner.faults;
            self.path.push(At::Key(key));
            for fault in faults {
                self.fault(fault.code, format!("the name {}", fault.detail));
            }
            self.path.pop();
            fits && good
        })
    }

    fn other_keys(&mut self, id: Id, map: &'v Map<String, Value>, seen: &mut Seen<'v>) -> bool {
        let mut good = true;
        for (key, value) in map {
            if !seen.has_key(key) {
                good &= self.unknown(id, At::Key(key), value, KEY);
            }
        }
        map.keys().for_each(|key| seen.key(key));
        good
    }

    fn items(&mut self, prefix: &[Id], rest: Option<Id>, items: &'v [Value], seen: &mut Seen<'v>) -> bool {
        let mut good = true;
        for (index, value) in items.iter().enumerate() {
            let at = At::Index(index);
            good &= match (prefix.get(index), rest) {
                (Some(id), _) => self.inside(*id, at, value),
                (None, Some(id)) => self.unknown(id, at, value, ("max_items", "is one item too many")),
                (None, None) => break,
            };
            if !good && self.quiet > 0 {
                return false;
            }
        }
        seen.items_to(if rest.is_some() { items.len() } else { prefix.len() });
        good
    }

    fn contains(&mut self, contains: &Contains, items: &'v [Value], seen: &mut Seen<'v>) -> bool {
        let mut found: u64 = 0;
        for (index, value) in items.iter().enumerate() {
            if self.quietly(contains.schema, value, &mut Seen::default()) {
                found += 1;
                if self.program.keeps {
                    seen.item(index);
                }
            }
        }
        if found < contains.least {
            let least = contains.least;
            return self
                .fault("contains", format!("must have at least {least} item(s) of a kind, has {found}"));
        }
        match contains.most {
            Some(most) if found > most => {
                self.fault("contains", format!("must have at most {most} item(s) of a kind, has {found}"))
            }
            _ => true,
        }
    }

    fn other_items(&mut self, id: Id, items: &'v [Value], seen: &mut Seen<'v>) -> bool {
        let mut good = true;
        for (index, value) in items.iter().enumerate() {
            if !seen.has_item(index) {
                good &= self.unknown(id, At::Index(index), value, ("unknown", "is not a known item"));
            }
        }
        seen.items_to(items.len());
        good
    }
}

#[cfg(test)]
mod tests {
    use super::super::Schema;

    /// What must not be there has one code, for keys and items; a list that is too long has another.
    #[test]
    fn codes_of_what_is_unknown() {
        for (schema, value, expected) in [
            (r#"{"contains": {"type": "string"}, "unevaluatedItems": false}"#, r#"["a", 1]"#, "/1 unknown"),
            (r#"{"unevaluatedProperties": false}"#, r#"{"a": 1}"#, "/a unknown"),
            (r#"{"additionalProperties": false}"#, r#"{"a": 1}"#, "/a unknown"),
            (r#"{"prefixItems": [true], "items": false}"#, "[1, 2]", "/1 max_items"),
        ] {
            let faults = Schema::parse(schema).unwrap().check(&serde_json::from_str(value).unwrap());
            let told: Vec<String> =
                faults.iter().map(|one| format!("{} {}", one.pointer(), one.code)).collect();
            assert_eq!(told, [expected], "{schema}");
        }
    }
}
