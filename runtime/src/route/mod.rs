//! From a request to the operation that answers it.
//!
//! Paths are compared segment by segment, as they are on the wire: a `%2F` inside a segment belongs to a variable, an
//! empty segment is no value, `/pets/` is not `/pets`. At each segment a literal wins over a variable, and a variable
//! with text around it over one without. What a variable must look like ([`Fits`]) and what else a request must have
//! ([`Matcher`]) decide between operations on paths that are alike.

mod fits;
mod matcher;
mod segment;

use crate::service::Entry;
pub use fits::Fits;
use http::Method;
pub use matcher::{Asked, Matcher};
use segment::{Segment, parse};
use std::borrow::Cow;
use std::collections::HashMap;

/// An operation on a path.
#[derive(Debug)]
struct Choice {
    method: Method,
    /// The index of the entry.
    entry: usize,
    /// By index of the variables.
    fits: Vec<Option<Fits>>,
    only_if: Option<Matcher>,
}

impl Choice {
    fn rank(&self) -> (bool, usize) {
        // One that takes anything comes after all that do not.
        const ANY: usize = 100;
        (self.only_if.is_none(), self.fits.iter().map(|fits| fits.map_or(ANY, Fits::rank)).sum())
    }

    fn stands(&self, captures: &[&str], asked: &Asked<'_>) -> bool {
        self.fits.iter().zip(captures).all(|(fits, text)| fits.is_none_or(|fits| fits.fits(text)))
            && self.only_if.as_ref().is_none_or(|matcher| matcher.matches(asked))
    }
}

/// The operations whose paths are alike but for the names of their variables.
#[derive(Debug, Default)]
struct Leaf {
    choices: Vec<Choice>,
}

/// What may come at a place in a path.
#[derive(Debug, Default)]
struct Branch {
    literals: Vec<(String, Branch)>,
    variables: Vec<(Segment, Branch)>,
    leaf: Option<Leaf>,
}

/// Every path of a service.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// Paths without variables.
    literal: HashMap<String, Leaf>,
    root: Branch,
    /// What could not be added, in sentences.
    pub(crate) problems: Vec<String>,
}

/// What is found for a request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// The entry.
    Entry(usize),
    /// The path has only other methods: the value of `Allow`.
    OtherMethods(String),
    /// No such path.
    Nothing,
}

impl Table {
    /// Of all entries; what conflicts is left out and reported.
    pub(crate) fn new(entries: &[Entry]) -> Self {
        let mut table = Self::default();
        for (index, entry) in entries.iter().enumerate() {
            match Method::from_bytes(entry.operation().method.as_bytes()) {
                Ok(method) => table.add(index, entry, method),
                Err(_) => table.problems.push(format!("`{}` is not a method", entry.operation().method)),
            }
        }
        table.root.sort();
        table.literal.values_mut().for_each(Leaf::sort);
        table
    }

    fn add(&mut self, index: usize, entry: &Entry, method: Method) {
        let path = entry.path();
        let leaf = match literal(&path) {
            Some(path) => self.literal.entry(path).or_default(),
            None => self.root.grow(path.strip_prefix('/').unwrap_or(&path)),
        };
        let choice = Choice { method, entry: index, fits: entry.fits(), only_if: entry.only_if.clone() };
        let same = |known: &Choice| known.method == choice.method && known.fits == choice.fits;
        let free = |known: &Choice| known.only_if.is_none();
        if free(&choice) && leaf.choices.iter().any(|known| free(known) && same(known)) {
            let what = format!("`{} {path}` is served twice; the first one answers", choice.method);
            self.problems.push(what);
        } else {
            leaf.choices.push(choice);
        }
    }

    /// Finds the operation, and the texts of its path parameters. The path is [`normal`].
    pub(crate) fn find<'p>(&self, asked: &Asked<'_>, path: &'p str, captures: &mut Vec<&'p str>) -> Found {
        if let Some(found) = self.literal.get(path).and_then(|leaf| leaf.find(asked, &[])) {
            return found;
        }
        self.root.find(asked, path.strip_prefix('/').unwrap_or(path), captures).unwrap_or(Found::Nothing)
    }
}

impl Branch {
    /// The leaf of a template.
    fn grow(&mut self, path: &str) -> &mut Leaf {
        let (segment, rest) = cut(path);
        let branch = match parse(segment) {
            Err(literal) => branch(&mut self.literals, spelled(&literal)),
            Ok(variable) => branch(&mut self.variables, variable),
        };
        match rest {
            Some(rest) => branch.grow(rest),
            None => branch.leaf.get_or_insert_default(),
        }
    }

    fn sort(&mut self) {
        self.literals.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.variables.sort_by_key(|(segment, _)| segment.rank());
        self.literals.iter_mut().for_each(|(_, branch)| branch.sort());
        self.variables.iter_mut().for_each(|(_, branch)| branch.sort());
        self.leaf.iter_mut().for_each(Leaf::sort);
    }

    /// Each branch is visited at most once, so a path costs no more than the table is large.
    fn find<'p>(&self, asked: &Asked<'_>, path: &'p str, captures: &mut Vec<&'p str>) -> Option<Found> {
        let (segment, rest) = cut(path);
        let go_on = |branch: &Self, captures: &mut Vec<&'p str>| match rest {
            Some(rest) => branch.find(asked, rest, captures),
            None => branch.leaf.as_ref()?.find(asked, captures),
        };
        let literal = self.literals.binary_search_by(|(literal, _)| literal.as_str().cmp(segment)).ok();
        if let Some(found) = literal.and_then(|at| go_on(&self.literals.get(at)?.1, captures)) {
            return Some(found);
        }
        let start = captures.len();
        for (variable, branch) in &self.variables {
            if variable.matches(segment, captures)
                && let Some(found) = go_on(branch, captures)
            {
                return Some(found);
            }
            captures.truncate(start);
        }
        None
    }
}

fn branch<K: PartialEq>(branches: &mut Vec<(K, Branch)>, key: K) -> &mut Branch {
    let at = branches.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
        branches.push((key, Branch::default()));
        branches.len() - 1
    });
    &mut branches[at].1
}

fn cut(path: &str) -> (&str, Option<&str>) {
    // Segments are short: a plain loop is over before a vectorised search has begun.
    let slash = path.bytes().position(|byte| byte == b'/');
    let cut = slash.and_then(|at| Some((path.get(..at)?, path.get(at + 1..)?)));
    cut.map_or((path, None), |(segment, rest)| (segment, Some(rest)))
}

impl Leaf {
    fn sort(&mut self) {
        self.choices.sort_by_key(Choice::rank);
    }

    /// The first that takes the request; `None` if the path itself is not meant for any of them.
    fn find(&self, asked: &Asked<'_>, captures: &[&str]) -> Option<Found> {
        let with = |method: &Method| {
            let mut choices = self.choices.iter().filter(|choice| choice.method == *method);
            choices.find(|choice| choice.stands(captures, asked))
        };
        let head = || with(&Method::GET).filter(|_| asked.method == Method::HEAD);
        if let Some(choice) = with(asked.method).or_else(head) {
            return Some(Found::Entry(choice.entry));
        }
        let allowed: Vec<&str> = self
            .choices
            .iter()
            .filter(|choice| choice.stands(captures, asked))
            .map(|choice| choice.method.as_str())
            .collect();
        (!allowed.is_empty()).then(|| Found::OtherMethods(allow(allowed)))
    }
}

/// The value of `Allow` (RFC 9110 section 10.2.1).
fn allow(mut methods: Vec<&str>) -> String {
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.push("OPTIONS");
    methods.sort_unstable();
    methods.dedup();
    methods.join(", ")
}

/// A template without variables, as it is on the wire.
fn literal(path: &str) -> Option<String> {
    let segments: Result<Vec<_>, _> = path
        .split('/')
        .map(|segment| match parse(segment) {
            Err(literal) => Ok(spelled(&literal)),
            Ok(_) => Err(()),
        })
        .collect();
    segments.ok().map(|segments| segments.join("/"))
}

/// A literal as it is on the wire: what cannot stand in a path is escaped, what need not be escaped is not.
fn spelled(literal: &str) -> String {
    let mut out = String::with_capacity(literal.len());
    for c in literal.chars() {
        if c.is_ascii_graphic()
            && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '?' | '#')
        {
            out.push(c);
        } else {
            crate::http::style::escape::escape(&mut out, c.encode_utf8(&mut [0; 4]), "");
        }
    }
    normal(&out).into_owned()
}

/// RFC 3986 section 6.2.2: escapes in capitals, and none of characters that need none.
pub(crate) fn normal(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    let mut pieces = path.split('%');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') => {
                out.push(char::from(byte));
                out.push_str(piece.get(2..).unwrap_or_default());
            }
            Some(byte) => {
                out.push_str(&format!("%{byte:02X}"));
                out.push_str(piece.get(2..).unwrap_or_default());
            }
            None => {
                out.push('%');
                out.push_str(piece);
            }
        }
    }
    Cow::Owned(out)
}

/// The names of the variables of a template.
pub(crate) fn names(path: &'static str) -> Vec<&'static str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

#[cfg(test)]
mod tests;
