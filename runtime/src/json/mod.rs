//! Reading JSON: straight into the type when all is well, and a second, patient reading when it is not, which finds
//! every fault.

mod digits;
pub(crate) mod hint;
pub(crate) mod node;
pub(crate) mod sink;
pub mod strict;
pub(crate) mod tagging;
pub(crate) mod tree;
pub(crate) mod walk;

use crate::fault::Fault;
use crate::validate::checker::{Checker, Rules};
use node::Node;
use serde::de::{Deserialize, DeserializeOwned, Error as _};
use sink::Sink;
use std::marker::PhantomData;
use strict::Guard;
use tree::Tree;

/// Reads a value and checks its rules.
///
/// # Errors
/// Every fault that can be found (at most 64), with its JSON pointer.
pub fn decode<T: DeserializeOwned + Rules>(bytes: &[u8]) -> Result<T, Vec<Fault>> {
    let read = read(bytes);
    read.finish()
}

/// A value without a fault, or nothing.
pub(crate) fn quick<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    fast(bytes).ok()
}

/// A value that was read already, if it keeps its rules.
///
/// # Errors
/// Every rule that it breaks.
pub(crate) fn checked<T: Rules>(value: T) -> Result<T, Vec<Fault>> {
    Reading { value: Some(value), faults: Vec::new(), placeholders: Vec::new() }.finish()
}

/// Reads a value, without its rules.
///
/// # Errors
/// Every fault that can be found (at most 64), with its JSON pointer.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Vec<Fault>> {
    let read = read(bytes);
    match (read.value, read.faults.is_empty()) {
        (Some(value), true) => Ok(value),
        (_, _) => Err(read.faults),
    }
}

/// What a reading came to.
#[derive(Debug)]
pub struct Reading<T> {
    /// The value, if one could be built; with faults, it holds placeholders.
    pub value: Option<T>,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Where the value is not the sender's: JSON pointers.
    pub placeholders: Vec<String>,
}

impl<T> Reading<T> {
    /// A value without faults.
    pub fn sound(value: T) -> Self {
        Self { value: Some(value), faults: Vec::new(), placeholders: Vec::new() }
    }

    /// Another value in its place.
    pub fn map<U>(self, other: impl FnOnce(T) -> U) -> Reading<U> {
        Reading { value: self.value.map(other), faults: self.faults, placeholders: self.placeholders }
    }

    /// No value.
    pub fn refused(fault: Fault) -> Self {
        Self { value: None, faults: vec![fault], placeholders: Vec::new() }
    }
}

impl<T: Rules> Reading<T> {
    pub(crate) fn finish(self) -> Result<T, Vec<Fault>> {
        let Self { value, mut faults, placeholders } = self;
        let Some(value) = value else {
            return Err(faults);
        };
        let mut checker = Checker::default();
        value.rules(&mut checker);
        let broken = checker.into_faults();
        faults.extend(broken.into_iter().filter(|fault| !is_within(&fault.pointer(), &placeholders)));
        if faults.is_empty() { Ok(value) } else { Err(faults) }
    }
}

/// Is the pointer at or below one of these?
pub(crate) fn is_within(pointer: &str, places: &[String]) -> bool {
    places.iter().any(|place| {
        pointer.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Reads a value; patiently, if need be.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Reading<T> {
    match fast(bytes) {
        Ok(value) => Reading { value: Some(value), faults: Vec::new(), placeholders: Vec::new() },
        Err(error) => patient(bytes, &error),
    }
}

/// That all of it is UTF-8 (RFC 8259 section 8.1) is seen much sooner than that each of its texts is.
#[inline]
fn fast<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, serde_json::Error> {
    let text = std::str::from_utf8(bytes).map_err(serde_json::Error::custom)?;
    let mut json = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Guard(&mut json))?;
    json.end()?;
    Ok(value)
}

#[cold]
fn patient<T: DeserializeOwned>(bytes: &[u8], error: &serde_json::Error) -> Reading<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = Node::deserialize(&mut json).and_then(|node| json.end().map(|()| node));
    match parsed {
        Err(_) if std::str::from_utf8(bytes).is_err() => failed(Fault::new("syntax", "is not UTF-8 text")),
        Err(error) => failed(syntax(&error)),
        Ok(mut node) => {
            digits::restore(bytes, &mut node);
            let duplicates = node.take_duplicates();
            let mut reading = examine(Some(&node));
            reading.faults.splice(0..0, duplicates);
            if reading.value.is_none() && reading.faults.is_empty() {
                reading.faults.push(Fault::new("invalid", error.to_string()));
            }
            reading.faults.truncate(crate::fault::MOST_FAULTS);
            reading
        }
    }
}

fn failed<T>(fault: Fault) -> Reading<T> {
    Reading { value: None, faults: vec![fault], placeholders: Vec::new() }
}

/// serde_json ends its messages with the place; so does this one, in plain words.
fn syntax(error: &serde_json::Error) -> Fault {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or("is not JSON");
    Fault::new(
        "syntax",
        format!("is not valid JSON: {what} (line {}, column {})", error.line(), error.column()),
    )
}

/// Reads a type from a value that is held in memory, again and again until all faults are known.
pub(crate) fn examine<T: DeserializeOwned>(node: Option<&Node<'_>>) -> Reading<T> {
    // Large values get fewer rounds, so that a hostile one costs little more than a good one.
    let rounds = (200_000 / node.map_or(1, Node::size)).clamp(2, 64);
    let sink = Sink::new(node);
    let mut value = None;
    for _ in 0..rounds {
        let root = Tree::root(node, &sink);
        let excuse = sink.excuse(root.at);
        value = root.read(PhantomData::<T>, excuse).ok();
        if value.is_some() || !sink.again() {
            break;
        }
    }
    let (faults, placeholders) = sink.into_parts();
    Reading { value, faults, placeholders }
}
