//! What every part of the reader shares: the parsed files, references between them, and typed access to keys that
//! reports what is not as it should be.

use std::collections::{HashMap, HashSet};

use super::scope::Scopes;
use super::tree::{Map, Node, Value};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::ir::{Deprecation, Hints};
use crate::source::{FileId, Sources, Span, resolve_key};

/// Versions of OpenAPI that differ in how schemas are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    V30,
    V31,
    V32,
}

/// How schemas are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reading {
    /// As OpenAPI documents mean them: `properties` without `type` is an object, `minimum` is of a number.
    #[default]
    Practice,
    /// As JSON Schema says: a schema that no Rust type is true to is any JSON, checked against the schema as it is.
    Literal,
}

/// How often a reference may lead to another one.
const MAX_HOPS: usize = 64;

/// The address of a node: its identity while the trees live.
pub(crate) type Address = usize;

pub(crate) fn address(node: &Node) -> Address {
    std::ptr::from_ref(node) as usize
}

/// Parsed files and what was found wrong with them.
pub(crate) struct Document<'t, 'd> {
    pub(crate) sources: &'t Sources,
    pub(crate) trees: &'t [Option<Node>],
    pub(crate) version: Version,
    pub(crate) diagnostics: &'d mut Diagnostics,
    /// How schemas are read.
    pub(crate) reading: Reading,
    scopes: Scopes<'t>,
    anchors: HashMap<FileId, HashMap<&'t str, &'t Node>>,
    resolved: HashMap<(FileId, &'t str), Option<&'t Node>>,
}

/// Where a reference leads.
#[derive(Clone, Copy)]
pub(crate) struct Target<'t> {
    pub(crate) node: &'t Node,
    /// The reference as written.
    pub(crate) text: &'t str,
}

impl<'t, 'd> Document<'t, 'd> {
    pub(crate) fn new(
        sources: &'t Sources,
        trees: &'t [Option<Node>],
        version: Version,
        diagnostics: &'d mut Diagnostics,
    ) -> Self {
        let (anchors, resolved) = (HashMap::new(), HashMap::new());
        let mut scopes = Scopes::new(version);
        let with_id = sources.files().filter(|(_, file)| file.text.contains(Scopes::keyword(version)));
        let with_id = with_id.filter_map(|(id, _)| trees.get(id.0 as usize)?.as_ref());
        with_id.for_each(|tree| scopes.add(tree));
        Self { sources, trees, version, diagnostics, reading: Reading::Practice, scopes, anchors, resolved }
    }

    /// Are formats part of what a schema demands? By JSON Schema 2020-12 they are remarks.
    pub(crate) fn asserts_formats(&self) -> bool {
        self.reading == Reading::Practice
    }

    /// The text of a schema that must stay as it is.
    pub(crate) fn verbatim(&self, node: &Node) -> Option<String> {
        super::literal::verbatim(self.version, node)
    }

    pub(crate) fn report(&mut self, code: Code, at: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.report(code, at, message)
    }

    /// The node that `node` stands for: itself, or what its `$ref` leads to in the end. `None` (reported) when it leads
    /// nowhere.
    pub(crate) fn follow(&mut self, node: &'t Node) -> Option<&'t Node> {
        let (mut node, mut seen) = (node, HashSet::new());
        while let Some(target) = reference(node) {
            if !seen.insert(address(node)) {
                self.report(Code::RefCycle, target.span, "the reference leads back to itself");
                return None;
            }
            if seen.len() > MAX_HOPS {
                let message = format!("more than {MAX_HOPS} references lead into each other");
                self.report(Code::TooDeep, target.span, message);
                return None;
            }
            node = self.target(node)?.node;
        }
        Some(node)
    }

    /// Where the `$ref` of `node` leads, one step.
    pub(crate) fn target(&mut self, node: &'t Node) -> Option<Target<'t>> {
        let at = reference(node)?;
        let text = at.as_str()?;
        if let Some(node) = self.scopes.target(node, text) {
            self.say_old_id(text, at.span, node);
            return Some(Target { node, text });
        }
        let key = (at.span.file, text);
        if let Some(known) = self.resolved.get(&key) {
            return known.map(|node| Target { node, text });
        }
        let found = self.resolve(text, at.span);
        self.resolved.insert(key, found);
        found.map(|node| Target { node, text })
    }

    /// Says that a reference of an OpenAPI 3.0 document leads by an `id`; nothing where the document itself has the same.
    fn say_old_id(&mut self, text: &'t str, at: Span, found: &Node) {
        let root = self.trees.get(at.file.0 as usize).and_then(Option::as_ref);
        let same = text.strip_prefix('#').and_then(|pointer| walk(root?, pointer).ok());
        if self.version == Version::V30 && same.is_none_or(|same| address(same) != address(found)) {
            let message =
                format!("`{text}` is relative to an `id`, which JSON Schema has and OpenAPI 3.0 has not");
            self.report(Code::UnknownField, at, message)
                .help("write the reference from the root of the document");
        }
    }

    /// Resolves the text of a reference that stands at `at`; reports what is wrong with it.
    pub(crate) fn resolve(&mut self, text: &'t str, at: Span) -> Option<&'t Node> {
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        let file = if path.is_empty() { self.sources.home(at.file) } else { self.file(path, at)? };
        let Some(root) = self.trees[file.0 as usize].as_ref() else {
            self.report(Code::RefFile, at, format!("`{path}` cannot be read, see the errors in it"));
            return None;
        };
        if fragment.is_empty() {
            return Some(root);
        }
        if !fragment.starts_with('/') {
            let anchors = self.anchors.entry(file).or_insert_with(|| find_anchors(root));
            if let Some(node) = anchors.get(fragment) {
                return Some(node);
            }
            self.report(Code::UnknownRef, at, format!("there is no `$anchor: {fragment}`"));
            return None;
        }
        match walk(root, fragment) {
            Ok(node) => Some(node),
            Err((last, step)) => {
                let message = format!("`{text}` leads nowhere: there is no `{step}`");
                let near = last.as_map().and_then(|map| nearest(&step, map.iter().map(|entry| &*entry.key)));
                let near = near.map(str::to_owned);
                let found = self.report(Code::UnknownRef, at, message);
                match near {
                    Some(near) => found.help(format!("did you mean `{near}`?")),
                    None => found.related(last.span, "it is looked for here"),
                };
                None
            }
        }
    }

    fn file(&mut self, path: &str, at: Span) -> Option<FileId> {
        // A document may be referred to by its own address (OpenAPI 3.2, section 4.1: `$self`).
        let is_own = |tree: &Option<Node>| {
            tree.as_ref().and_then(|root| root.get("$self")).and_then(Node::as_str) == Some(path)
        };
        if let Some(file) = self.trees.iter().position(is_own).and_then(|n| u32::try_from(n).ok()) {
            return Some(FileId(file));
        }
        let from = &self.sources.file(at.file).key;
        let key = match resolve_key(from, path) {
            Ok(key) => key,
            Err(reason) => {
                self.report(Code::RefEscape, at, format!("`{path}` is not read: {reason}"))
                    .help("only files below the root folder are read: that of the entry file, or the one that `--root` names");
                return None;
            }
        };
        if let Some(file) = self.sources.find(&key) {
            return Some(file);
        }
        let reason = self.sources.why_missing(&key).unwrap_or("it was not loaded").to_owned();
        self.report(Code::RefFile, at, format!("`{path}` cannot be read: {reason}"));
        None
    }

    /// The map that `node` must be; anything else is reported as `what`.
    pub(crate) fn map(&mut self, node: &'t Node, what: &str) -> Option<&'t Map> {
        if node.as_map().is_none() {
            self.wrong(node, what, "a mapping");
        }
        node.as_map()
    }

    /// The list under `key`, when there is one.
    pub(crate) fn list(&mut self, node: &'t Node, key: &str) -> &'t [Node] {
        let Some(value) = node.get(key) else { return &[] };
        if value.as_list().is_none() {
            self.wrong(value, &format!("`{key}`"), "a list");
        }
        value.as_list().unwrap_or_default()
    }

    /// The items that `node`, called `what`, must have.
    pub(crate) fn items(&mut self, node: &'t Node, what: &str) -> &'t [Node] {
        if node.as_list().is_none() {
            self.wrong(node, what, "a list");
        }
        node.as_list().unwrap_or_default()
    }

    /// The entries under `key`, when there is a mapping.
    pub(crate) fn entries(&mut self, node: &'t Node, key: &str) -> &'t [super::tree::Entry] {
        let Some(value) = node.get(key) else { return &[] };
        self.map(value, &format!("`{key}`")).map(Map::entries).unwrap_or_default()
    }

    /// The text under `key`. A scalar of another kind is taken as it was written: `version: 1.10` means `"1.10"`.
    pub(crate) fn text(&mut self, node: &'t Node, key: &str) -> Option<&'t str> {
        let value = node.get(key)?;
        if value.is_null() {
            return None;
        }
        if value.lexeme().is_none() {
            self.wrong(value, &format!("`{key}`"), "a text");
        }
        value.lexeme()
    }

    /// The boolean under `key`; `"true"` in quotes is read with a warning.
    pub(crate) fn flag(&mut self, node: &'t Node, key: &str) -> Option<bool> {
        let value = node.get(key)?;
        match &value.value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if matches!(&**text, "true" | "false") => {
                self.wrong(value, &format!("`{key}`"), "true or false without quotes");
                Some(&**text == "true")
            }
            Value::Null | Value::Number(_) | Value::String(_) | Value::List(_) | Value::Map(_) => {
                self.wrong(value, &format!("`{key}`"), "true or false");
                None
            }
        }
    }

    pub(crate) fn wrong(&mut self, node: &Node, what: &str, wanted: &str) {
        let message = format!("{what} must be {wanted}, and is {}", node.kind());
        self.report(Code::WrongType, node.span, message);
    }

    /// Reports keys that are neither known nor extensions.
    pub(crate) fn known(&mut self, node: &'t Node, known: &[&'static str]) {
        let Some(map) = node.as_map() else { return };
        for entry in map.iter() {
            if known.contains(&&*entry.key) || entry.key.starts_with("x-") {
                continue;
            }
            let near = nearest(&entry.key, known.iter().copied());
            let found = self.report(
                Code::UnknownField,
                entry.at,
                format!("the key `{}` is not known here", entry.key),
            );
            if let Some(near) = near {
                found.help(format!("did you mean `{near}`?"));
            }
        }
    }

    /// `summary` and `description` as one text.
    pub(crate) fn docs(&mut self, node: &'t Node) -> String {
        let summary = self.text(node, "summary").unwrap_or_default().trim();
        let description = self.text(node, "description").unwrap_or_default().trim();
        match (summary, description) {
            ("", text) | (text, "") => text.to_owned(),
            (summary, description) if description.starts_with(summary) => description.to_owned(),
            (summary, description) => format!("{summary}\n\n{description}"),
        }
    }

    pub(crate) fn deprecated(&mut self, node: &'t Node) -> Option<Deprecation> {
        self.flag(node, "deprecated").filter(|flag| *flag).map(|_| Deprecation::default())
    }

    pub(crate) fn hints(&mut self, node: &'t Node) -> Hints {
        let name =
            ["x-apiloom-name", "x-name"].iter().find_map(|key| self.text(node, key)).map(str::to_owned);
        let sensitive = ["x-apiloom-sensitive", "x-sensitive"]
            .iter()
            .any(|key| node.get(key).is_some_and(|value| value.as_bool() == Some(true)));
        Hints { name, sensitive, xml: super::xml::xml(self, node).map(Box::new) }
    }
}

/// The `$ref` of a node (or its `$dynamicRef`, which leads to the same place in a document that is read on its own).
pub(crate) fn reference(node: &Node) -> Option<&Node> {
    let map = node.as_map()?;
    map.get("$ref").or_else(|| map.get("$dynamicRef")).filter(|at| at.as_str().is_some())
}

/// RFC 6901, in a URI fragment: percent-escapes, `~1` and `~0`. Gives where it stopped, and the step that failed.
pub(crate) fn walk<'t>(root: &'t Node, pointer: &str) -> Result<&'t Node, (&'t Node, String)> {
    let mut node = root;
    for step in pointer.split('/').skip(1) {
        let step = unescape(step);
        let next = match &node.value {
            Value::Map(map) => map.get(&step),
            Value::List(list) => step.parse().ok().and_then(|at: usize| list.get(at)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
        };
        node = next.ok_or((node, step))?;
    }
    Ok(node)
}

/// One step of a JSON pointer in a URI fragment, decoded.
pub(crate) fn unescape(step: &str) -> String {
    crate::source::percent_decode(step).replace("~1", "/").replace("~0", "~")
}

fn find_anchors(root: &Node) -> HashMap<&str, &Node> {
    let mut anchors = HashMap::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.value {
            Value::Map(map) => {
                for key in ["$anchor", "$dynamicAnchor"] {
                    if let Some(name) = map.get(key).and_then(Node::as_str) {
                        anchors.entry(name).or_insert(node);
                    }
                }
                open.extend(map.iter().map(|entry| &entry.value));
            }
            Value::List(list) => open.extend(list),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    anchors
}

/// The candidate that differs least from `word`, when it is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let word = word.to_lowercase();
    candidates
        .take(10_000)
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= limit)
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// True for a schema that says nothing but texts.
pub(crate) fn only_text(node: &Node) -> bool {
    match &node.value {
        Value::Bool(flag) => *flag,
        Value::Map(map) => map.iter().all(|entry| matches!(&*entry.key, "description" | "title" | "not")),
        Value::Null | Value::Number(_) | Value::String(_) | Value::List(_) => false,
    }
}
