//! JSON Patch (RFC 6902): a list of changes to a JSON value, applied all or none.

use crate::Json;
use crate::fault::{Fault, Step};
use crate::http::problem;
use crate::object::{self, Object};
use crate::patch::Patch;
use crate::validate::probe::List;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;
use std::fmt;
use wire::{Op, Wire};

/// A patch may have so many changes.
const MOST_CHANGES: usize = 1_000;
/// Copies may make a value grow by so many values, so that a short patch does not fill the memory.
const MOST_GROWTH: usize = 100_000;

/// A list of changes (`application/json-patch+json`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JsonPatch(pub Vec<Change>);

/// One change (RFC 6902, section 4). Places are JSON pointers (RFC 6901).
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Puts a value into an object, or into a list before an item; `-` is the end of a list.
    Add {
        /// Where.
        path: String,
        /// What.
        value: Json,
    },
    /// Takes a value away.
    Remove {
        /// Where.
        path: String,
    },
    /// Puts a value in the place of another.
    Replace {
        /// Where.
        path: String,
        /// What.
        value: Json,
    },
    /// Takes a value away and puts it elsewhere.
    Move {
        /// Where it is.
        from: String,
        /// Where it shall be.
        path: String,
    },
    /// Puts a value elsewhere too.
    Copy {
        /// Where it is.
        from: String,
        /// Where it shall be too.
        path: String,
    },
    /// Demands that a value is this one.
    Test {
        /// Where.
        path: String,
        /// What.
        value: Json,
    },
}

/// Why a change cannot be made.
type Refusal = (&'static str, &'static str);

impl JsonPatch {
    /// Makes the changes, all of them or none.
    ///
    /// # Errors
    /// 409 with the pointer of the change that cannot be made, or whose `test` does not hold.
    pub fn apply(&self, value: &mut Json) -> Result<(), problem::Error> {
        let mut changed = value.clone();
        let mut room = MOST_GROWTH;
        for (index, change) in self.0.iter().enumerate() {
            if let Err((code, detail)) = change.apply(&mut changed, &mut room) {
                let mut fault = Fault::new(code, detail);
                fault.within(Step::Index(index));
                return Err(problem::Error::conflict(format!("Change {index} of the patch {detail}."))
                    .faults_of(vec![fault]));
            }
        }
        *value = changed;
        Ok(())
    }

    /// Makes the changes to a typed value, by way of JSON.
    ///
    /// # Errors
    /// Those of [`JsonPatch::apply`]; 422 with the faults of what has come of it, if that is no such value.
    pub fn apply_to<T: Serialize + DeserializeOwned + crate::Rules>(
        &self,
        value: &T,
    ) -> Result<T, problem::Error> {
        let mut json = serde_json::to_value(value)?;
        self.apply(&mut json)?;
        let text = serde_json::to_vec(&json)?;
        crate::json::decode(&text).map_err(|faults| {
            problem::Error::unprocessable("What the patch makes of it is not valid.").faults_of(faults)
        })
    }
}

impl Change {
    fn apply(&self, value: &mut Json, room: &mut usize) -> Result<(), Refusal> {
        match self {
            Self::Add { path, value: new } => add(value, path, new.clone()),
            Self::Remove { path } => remove(value, path).map(|_| ()),
            Self::Replace { path, value: new } => {
                *find(value, path)? = new.clone();
                Ok(())
            }
            Self::Move { from, path } if path == from => find(value, from).map(|_| ()),
            Self::Move { from, path } => {
                if path.strip_prefix(from.as_str()).is_some_and(|rest| rest.starts_with('/')) {
                    return Err(("path", "moves a value into itself"));
                }
                let moved = remove(value, from)?;
                add(value, path, moved)
            }
            Self::Copy { from, path } => {
                let copied = find(value, from)?.clone();
                let left = room.checked_sub(size(&copied));
                *room = left.ok_or(("size", "makes the value too large"))?;
                add(value, path, copied)
            }
            Self::Test { path, value: wanted } => {
                let found = find(value, path)?;
                if equal(found, wanted) { Ok(()) } else { Err(("test", "tests for another value")) }
            }
        }
    }
}

fn size(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Json::Object(entries) => 1 + entries.values().map(size).sum::<usize>(),
        Json::String(text) => 1 + text.len() / 64,
        Json::Null | Json::Bool(_) | Json::Number(_) => 1,
    }
}

/// RFC 6902 section 4.6: numbers are equal by value.
fn equal(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => {
            a == b || (a.is_f64() || b.is_f64()) && a.as_f64() == b.as_f64()
        }
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}

const NOWHERE: Refusal = ("path", "names a place that is not there");

/// The steps of a pointer.
fn steps(pointer: &str) -> Result<Vec<Cow<'_, str>>, Refusal> {
    if pointer.is_empty() {
        return Ok(Vec::new());
    }
    let rest = pointer.strip_prefix('/').ok_or(("path", "has a pointer that does not begin with `/`"))?;
    let step = |step: &'_ str| -> String { step.replace("~1", "/").replace("~0", "~") };
    Ok(rest
        .split('/')
        .map(|text| if text.contains('~') { Cow::Owned(step(text)) } else { Cow::Borrowed(text) })
        .collect())
}

/// An index: digits without leading zeros (RFC 6901 section 4).
fn index(text: &str) -> Option<usize> {
    let plain = text == "0" || !text.starts_with('0');
    text.parse().ok().filter(|_| plain && text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn walk<'v>(value: &'v mut Json, steps: &[Cow<'_, str>]) -> Result<&'v mut Json, Refusal> {
    steps.iter().try_fold(value, |value, step| {
        match value {
            Json::Object(entries) => entries.get_mut(&**step),
            Json::Array(items) => index(step).and_then(|index| items.get_mut(index)),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
        }
        .ok_or(NOWHERE)
    })
}

fn find<'v>(value: &'v mut Json, pointer: &str) -> Result<&'v mut Json, Refusal> {
    walk(value, &steps(pointer)?)
}

fn add(value: &mut Json, pointer: &str, new: Json) -> Result<(), Refusal> {
    let steps = steps(pointer)?;
    let Some((last, parents)) = steps.split_last() else {
        *value = new;
        return Ok(());
    };
    match walk(value, parents)? {
        Json::Object(entries) => _ = entries.insert(last.to_string(), new),
        Json::Array(items) if last == "-" => items.push(new),
        Json::Array(items) => {
            let at = index(last).filter(|at| *at <= items.len()).ok_or(NOWHERE)?;
            items.insert(at, new);
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => return Err(NOWHERE),
    }
    Ok(())
}

fn remove(value: &mut Json, pointer: &str) -> Result<Json, Refusal> {
    let steps = steps(pointer)?;
    let Some((last, parents)) = steps.split_last() else {
        return Ok(std::mem::take(value));
    };
    match walk(value, parents)? {
        Json::Object(entries) => entries.remove(&**last).ok_or(NOWHERE),
        Json::Array(items) => {
            let at = index(last).filter(|at| *at < items.len()).ok_or(NOWHERE)?;
            Ok(items.remove(at))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => Err(NOWHERE),
    }
}

impl Change {
    fn op(&self) -> Op {
        match self {
            Self::Add { .. } => Op::Add,
            Self::Remove { .. } => Op::Remove,
            Self::Replace { .. } => Op::Replace,
            Self::Move { .. } => Op::Move,
            Self::Copy { .. } => Op::Copy,
            Self::Test { .. } => Op::Test,
        }
    }
}

mod wire {
    #![allow(unreachable_pub, reason = "what the macros make is public")]

    use crate::Json;
    use crate::patch::Patch;

    crate::string_enum! { pub(super) enum Op {
        //! The first one stands for a word that is none, and so must need no more than a path.
        Remove = "remove", Add = "add", Replace = "replace", Move = "move", Copy = "copy", Test = "test",
    } }

    crate::object! { pub(super) struct Wire {
        //! An operation as it is on the wire. Members that it does not have are ignored (RFC 6902 section 4).
        required op: Op,
        required path: String,
        optional from: Option<String>,
        optional value: Patch<Json>,
    } }
}

impl Wire {
    /// The operation, or the member that it lacks.
    fn change(self) -> Result<Change, &'static str> {
        let Self { op, path, from, value } = self;
        let value = match value {
            Patch::Absent => None,
            Patch::Null => Some(Json::Null),
            Patch::Value(value) => Some(value),
        };
        Ok(match (op, from, value) {
            (Op::Remove, _, _) => Change::Remove { path },
            (Op::Add, _, Some(value)) => Change::Add { path, value },
            (Op::Replace, _, Some(value)) => Change::Replace { path, value },
            (Op::Move, Some(from), _) => Change::Move { from, path },
            (Op::Copy, Some(from), _) => Change::Copy { from, path },
            (Op::Test, _, Some(value)) => Change::Test { path, value },
            (Op::Move | Op::Copy, None, _) => return Err("from"),
            (Op::Add | Op::Replace | Op::Test, _, None) => return Err("value"),
        })
    }
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Change;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Change, A::Error> {
                object::read_fields::<Wire, A>(map)?.change().map_err(A::Error::missing_field)
            }
        }
        d.deserialize_struct(Wire::NAME, Wire::names(), Entries)
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut out = s.serialize_map(None)?;
        out.serialize_entry("op", &self.op())?;
        match self {
            Self::Move { from, path } | Self::Copy { from, path } => {
                out.serialize_entry("from", from)?;
                out.serialize_entry("path", path)?;
            }
            Self::Remove { path } => out.serialize_entry("path", path)?,
            Self::Add { path, value } | Self::Replace { path, value } | Self::Test { path, value } => {
                out.serialize_entry("path", path)?;
                out.serialize_entry("value", value)?;
            }
        }
        out.end()
    }
}

impl<'de> Deserialize<'de> for JsonPatch {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let changes = Vec::deserialize(d)?;
        if changes.len() > MOST_CHANGES {
            return Err(D::Error::custom(format_args!("may have at most {MOST_CHANGES} changes")));
        }
        Ok(Self(changes))
    }
}

impl Serialize for JsonPatch {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}

/// Pointers begin with `/` or are empty (RFC 6901 section 3).
impl List for JsonPatch {
    type Item = Change;
    fn items(&self) -> Option<&[Change]> {
        Some(&self.0)
    }
}

impl crate::Rules for JsonPatch {
    fn rules(&self, v: &mut crate::Checker) {
        v.each((), &self.0, |v, change| {
            let (from, path) = match change {
                Change::Move { from, path } | Change::Copy { from, path } => (Some(from), path),
                Change::Add { path, .. }
                | Change::Remove { path }
                | Change::Replace { path, .. }
                | Change::Test { path, .. } => (None, path),
            };
            v.format("path", path, crate::Format::JsonPointer);
            v.format("from", &from, crate::Format::JsonPointer);
        });
    }
}

#[cfg(test)]
mod tests;
