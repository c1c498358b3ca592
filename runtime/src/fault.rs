//! One thing that is wrong with a request: where, which rule, and a sentence about it.

use serde::ser::{Serialize, SerializeMap, Serializer};
use std::borrow::Cow;

/// At most so many faults are gathered for one request.
pub const MOST_FAULTS: usize = 64;

/// The part of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The body.
    #[default]
    Body,
    /// A path parameter.
    Path,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl Place {
    /// The word for it in a problem's `in`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into an object or map.
    Key(Cow<'static, str>),
    /// Into a list.
    Index(usize),
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The part of the request.
    pub place: Place,
    /// The parameter's name; empty for the body.
    pub name: Cow<'static, str>,
    /// A stable word for the rule: `type`, `required`, `unknown`, `duplicate`, `enum`, `min_length` …
    pub code: &'static str,
    /// A sentence for people; starts in lower case, as it follows the place.
    pub detail: String,
    /// The way to the value, innermost step first.
    steps: Vec<Step>,
}

impl Fault {
    /// A fault right here.
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { place: Place::Body, name: Cow::Borrowed(""), code, detail: detail.into(), steps: Vec::new() }
    }

    /// A fault of a parameter.
    pub fn at(
        place: Place,
        name: impl Into<Cow<'static, str>>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { place, name: name.into(), ..Self::new(code, detail) }
    }

    /// Says that the value so far is found inside another, at this step.
    pub fn within(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// The steps from the outermost to the innermost.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.steps.iter().rev()
    }

    /// The JSON pointer (RFC 6901) inside the body or the parameter; empty for the whole.
    pub fn pointer(&self) -> String {
        let mut out = String::new();
        for step in self.steps() {
            push_step(&mut out, step);
        }
        out
    }
}

/// Appends `/step`, escaped as RFC 6901 section 3 wants it.
pub(crate) fn push_step(out: &mut String, step: &Step) {
    out.push('/');
    match step {
        Step::Index(index) => out.push_str(&index.to_string()),
        Step::Key(key) => push_key(out, key),
    }
}

pub(crate) fn push_key(out: &mut String, key: &str) {
    for c in key.chars() {
        match c {
            '~' => out.push_str("~0"),
            '/' => out.push_str("~1"),
            c => out.push(c),
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut out = s.serialize_map(None)?;
        out.serialize_entry("in", self.place.as_str())?;
        let pointer = self.pointer();
        if !self.name.is_empty() {
            out.serialize_entry("name", &self.name)?;
        }
        if self.name.is_empty() || !pointer.is_empty() {
            out.serialize_entry("pointer", &pointer)?;
        }
        out.serialize_entry("code", self.code)?;
        out.serialize_entry("detail", &self.detail)?;
        out.end()
    }
}
