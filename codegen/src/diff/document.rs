//! The document as a whole: which operations stand against each other, and what belongs to none.

use super::side::{self, Side, entries, flag, pair, text};
use super::spot::{Effect, Spot};
use super::{Category, Change, Level, Options, rules};
use crate::openapi::document::{Address, address};
use crate::openapi::tree::{Entry, Node, Value};
use crate::source::Span;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The places of a change on both sides.
pub(super) type Spans = (Option<Span>, Option<Span>);

/// Two documents that are being compared.
pub(super) struct Differ<'t> {
    pub(super) old: Side<'t>,
    pub(super) new: Side<'t>,
    pub(super) options: &'t Options,
    pub(super) changes: Vec<Change>,
    pub(super) method: String,
    pub(super) path: String,
    /// Pairs of schemas that were compared already in this body or parameter.
    pub(super) visited: HashSet<(Address, Address)>,
    /// Inside how many schemas is what is being compared?
    pub(super) inside: usize,
    /// How deep the schema stands that is a table, when inside one.
    pub(super) table: Option<usize>,
    /// What is too deep to be compared at once.
    pub(super) deeper: Vec<(Spot, &'t Node, &'t Node)>,
    alike: HashMap<(Address, Address), bool>,
}

pub(super) const METHODS: [&str; 9] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Keys that say nothing about which values are valid.
const TEXTS: [&str; 7] =
    ["description", "title", "summary", "example", "examples", "externalDocs", "$comment"];

pub(super) fn compare<'t>(old: Side<'t>, new: Side<'t>, options: &'t Options) -> Vec<Change> {
    let mut differ = Differ {
        old,
        new,
        options,
        changes: Vec::new(),
        method: String::new(),
        path: String::new(),
        visited: HashSet::new(),
        inside: 0,
        table: None,
        deeper: Vec::new(),
        alike: HashMap::new(),
    };
    differ.whole();
    let mut changes = differ.changes;
    let mut seen = HashSet::new();
    changes.retain(|change| {
        seen.insert((change.id.clone(), change.method.clone(), change.path.clone(), change.text.clone()))
    });
    changes.sort_by(|a, b| (a.level, &a.path, &a.method).cmp(&(b.level, &b.path, &b.method)));
    changes
}

impl<'t> Differ<'t> {
    fn whole(&mut self) {
        let (old, new) = (self.old.root, self.new.root);
        let (before, mut after) = (self.operations(old, true), self.operations(new, false));
        let shapes: HashSet<String> = after.keys().map(|(_, shape)| shape.clone()).collect();
        let mut added = Vec::new();
        for (key, olds) in before {
            let mut news = after.remove(&key).unwrap_or_default();
            for (was, is) in matched(olds, &mut news) {
                match is {
                    Some(is) => self.operation(&was, &is),
                    None => self.operation_removed(&was, shapes.contains(&key.1)),
                }
            }
            added.extend(news);
        }
        for is in added.iter().chain(after.values().flatten()) {
            self.enter(is.method, is.path);
            let at = (None, Some(is.node.span));
            self.report("endpoint-added", Level::Safe, ("", "endpoint added"), at);
        }
        self.leave();
        self.global_security(old, new);
        self.servers(old, new);
        self.webhooks(old, new);
        self.components(old, new);
        if self.options.versions {
            self.version(old, new);
        }
    }

    /// `info.version` as a semantic version (semver 2.0.0, section 2), when both are.
    fn version(&mut self, old: &'t Node, new: &'t Node) {
        let find = |root: &'t Node| root.get("info").and_then(|info| info.get("version"));
        let (Some(was), Some(is)) = (find(old), find(new)) else { return };
        let (Some(before), Some(after)) = (was.lexeme().and_then(numbers), is.lexeme().and_then(numbers))
        else {
            return;
        };
        let breaking = self.changes.iter().any(|change| change.level == Level::Breaking);
        let (id, text) = match after.cmp(&before) {
            Ordering::Less => ("api-version-decreased", "the version went down"),
            Ordering::Equal if !self.changes.is_empty() => {
                ("api-version-not-bumped", "the version did not change")
            }
            Ordering::Greater if breaking && after.first() == before.first() => {
                ("api-major-version-not-bumped", "the major version did not change though something breaks")
            }
            Ordering::Equal | Ordering::Greater => return,
        };
        self.report(id, Level::Safe, ("", text), (Some(was.span), Some(is.span)));
    }

    /// By method and shape of the path. Several paths may have one shape, told apart by what their variables take.
    fn operations(&mut self, root: &'t Node, is_old: bool) -> BTreeMap<(String, String), Vec<Operation<'t>>> {
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for path in entries(root, "paths") {
            let item = if is_old { self.old.follow(&path.value) } else { self.new.follow(&path.value) };
            for method in entries_of_item(item) {
                let key = (method.key.to_ascii_uppercase(), shape(&path.key));
                let operation = Operation {
                    method: &method.key,
                    path: &path.key,
                    item,
                    node: &method.value,
                    at: method.at,
                };
                found.entry(key).or_default().push(operation);
            }
        }
        found
    }

    pub(super) fn enter(&mut self, method: &str, path: &str) {
        self.method = method.to_ascii_uppercase();
        path.clone_into(&mut self.path);
    }

    pub(super) fn leave(&mut self) {
        self.method.clear();
        self.path.clear();
    }

    fn webhooks(&mut self, old: &'t Node, new: &'t Node) {
        for hook in entries(old, "webhooks") {
            let Some(now) = new.get("webhooks").and_then(|hooks| hooks.get(&hook.key)) else {
                let text = format!("the webhook `{}` was removed", hook.key);
                self.report("webhook-removed", Level::Breaking, ("", text), (Some(hook.at), None));
                continue;
            };
            let (was, is) = (self.old.follow(&hook.value), self.new.follow(now));
            self.reversed(&hook.key, was, is);
        }
        for hook in entries(new, "webhooks") {
            if old.get("webhooks").and_then(|hooks| hooks.get(&hook.key)).is_none() {
                let text = format!("the webhook `{}` was added", hook.key);
                self.report("webhook-added", Level::Safe, ("", text), (None, Some(hook.at)));
            }
        }
        self.leave();
    }

    /// Where the API is: addresses may move, so nobody can tell from the document whether anything breaks.
    fn servers(&mut self, old: &'t Node, new: &'t Node) {
        let urls = |root: &'t Node| -> Vec<&str> {
            side::list(root, "servers").iter().filter_map(|server| text(server, "url")).collect()
        };
        let (was, is) = (urls(old), urls(new));
        let gone: Vec<&str> = was.iter().filter(|url| !is.contains(url)).copied().collect();
        let come: Vec<&str> = is.iter().filter(|url| !was.contains(url)).copied().collect();
        if gone.is_empty() && come.is_empty() {
            return;
        }
        let list = |urls: &[&str]| urls.iter().map(|url| format!("`{url}`")).collect::<Vec<_>>().join(", ");
        let (level, sentence) = match (gone.is_empty(), come.is_empty()) {
            (true, _) => (Level::Safe, format!("the servers {} were added", list(&come))),
            (false, true) => (Level::Dangerous, format!("the servers {} were removed", list(&gone))),
            (false, false) => {
                (Level::Dangerous, format!("the servers {} became {}", list(&gone), list(&come)))
            }
        };
        let at = |root: &'t Node| root.get("servers").map(|list| list.span);
        self.report("servers-changed", level, ("", sentence), (at(old), at(new)));
    }

    fn components(&mut self, old: &'t Node, new: &'t Node) {
        let schemas = |root: &'t Node| root.get("components").and_then(|all| all.get("schemas"));
        let Some(before) = schemas(old).and_then(Node::as_map) else { return };
        for schema in before.iter() {
            if schemas(new).and_then(|all| all.get(&schema.key)).is_none() {
                let text = format!("the schema `{}` was removed", schema.key);
                self.report("api-schema-removed", Level::Safe, ("", text), (Some(schema.at), None));
            }
        }
    }

    /// Notes a change: where it is and a sentence. The rule's own level counts, else `level`.
    pub(super) fn report(
        &mut self,
        id: impl Into<String>,
        level: Level,
        (place, text): (&str, impl Into<String>),
        (old, new): Spans,
    ) {
        let id = id.into();
        let level = rules::level(&id).unwrap_or(level);
        let mut categories = rules::categories(&id, level);
        // A table and its columns.
        let is_table = self.table.is_some_and(|depth| self.inside <= depth + 1);
        if is_table && rules::is_of_tables(&id) && !categories.contains(&Category::Db) {
            categories.push(Category::Db);
        }
        self.changes.push(Change {
            id,
            level,
            categories,
            method: self.method.clone(),
            path: self.path.clone(),
            place: place.to_owned(),
            text: text.into(),
            old,
            new,
        });
    }

    /// Notes a change of a schema: the id is the spot's prefix and `what`.
    pub(super) fn note(
        &mut self,
        spot: &Spot,
        (what, effect): (&str, Effect),
        text: impl AsRef<str>,
        spans: Spans,
    ) {
        let id = format!("{}-{what}", spot.prefix());
        let told = spot.told();
        let text = format!("{told}: {}", text.as_ref());
        self.report(id, spot.level(effect), (&told, text), spans);
    }

    /// Whether two nodes say the same about which values are valid, references followed. Without recursion: references
    /// may lead on further than any document is deep.
    pub(super) fn alike(&mut self, old: &'t Node, new: &'t Node) -> bool {
        let (mut assumed, mut inside) = (Vec::new(), vec![(None, vec![(old, new)])]);
        while let Some((_, left)) = inside.last_mut() {
            let Some((old, new)) = left.pop() else {
                inside.pop();
                continue;
            };
            let (old, new) = (self.old.follow(old), self.new.follow(new));
            let key = pair(old, new);
            let parts = match self.alike.get(&key) {
                Some(true) => continue,
                Some(false) => None,
                None => parts(old, new),
            };
            let Some(parts) = parts else {
                for key in &assumed {
                    self.alike.remove(key);
                }
                self.alike
                    .extend(inside.iter().filter_map(|(key, _)| *key).chain([key]).map(|key| (key, false)));
                return false;
            };
            // Until something differs: what is inside itself is like itself.
            self.alike.insert(key, true);
            assumed.push(key);
            inside.push((Some(key), parts));
        }
        true
    }
}

/// What must be alike for two nodes to be alike; `None` if they are not.
fn parts<'t>(old: &'t Node, new: &'t Node) -> Option<Vec<(&'t Node, &'t Node)>> {
    match (&old.value, &new.value) {
        (Value::Map(was), Value::Map(is)) => {
            let (was, is) = (meaning(was.entries()), meaning(is.entries()));
            let parts = was.iter().map(|(name, node)| Some((*node, *is.get(name)?)));
            if was.len() == is.len() { parts.collect() } else { None }
        }
        (Value::List(was), Value::List(is)) => (was.len() == is.len()).then(|| was.iter().zip(is).collect()),
        _ => side::equal(old, new).then(Vec::new),
    }
}

fn meaning(entries: &[Entry]) -> HashMap<&str, &Node> {
    entries.iter().filter(|entry| !is_text(entry)).map(|entry| (&*entry.key, &entry.value)).collect()
}

/// A property may be called `title`: then its value is a schema and not a text.
fn is_text(entry: &Entry) -> bool {
    TEXTS.contains(&&*entry.key)
        && !(matches!(&*entry.key, "description" | "title" | "summary") && entry.value.as_map().is_some())
}

/// An operation and where it is.
#[derive(Clone, Copy)]
pub(super) struct Operation<'t> {
    pub(super) method: &'t str,
    pub(super) path: &'t str,
    pub(super) item: &'t Node,
    pub(super) node: &'t Node,
    pub(super) at: Span,
}

/// The operations of a path item.
pub(super) fn entries_of_item(item: &Node) -> impl Iterator<Item = &Entry> {
    let known = item.as_map().map(|map| map.entries()).unwrap_or_default().iter();
    known.filter(|entry| METHODS.contains(&&*entry.key)).chain(entries(item, "additionalOperations"))
}

/// Operations whose paths have one shape, each with its successor: the one under the same path, or else the next that is
/// left. What is nobody's successor stays in `news`.
fn matched<'t>(
    olds: Vec<Operation<'t>>,
    news: &mut Vec<Operation<'t>>,
) -> Vec<(Operation<'t>, Option<Operation<'t>>)> {
    let exact = |was: &Operation<'t>, news: &mut Vec<Operation<'t>>| {
        let at = news.iter().position(|is| is.path == was.path)?;
        Some(news.remove(at))
    };
    let mut pairs: Vec<_> = olds.into_iter().map(|was| (exact(&was, news), was)).collect();
    for (is, _) in &mut pairs {
        if is.is_none() && !news.is_empty() {
            *is = Some(news.remove(0));
        }
    }
    pairs.into_iter().map(|(is, was)| (was, is)).collect()
}

/// A path template without the names of its variables.
pub(super) fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        shape.push_str(before);
        shape.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    shape + rest
}

/// The numbers of a version such as `1.2.3` or `v1`.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let core = version.trim_start_matches('v').split(['-', '+']).next()?;
    core.split('.').map(|part| part.parse().ok()).collect()
}

/// The identity of a node, for sets.
pub(super) fn id(node: &Node) -> Address {
    address(node)
}

/// `deprecated: true`.
pub(super) fn deprecated(node: &Node) -> bool {
    flag(node, "deprecated")
}

/// The stability of an operation, parameter or property, by extension.
pub(super) fn stability(node: &Node) -> Option<&str> {
    text(node, "x-stability-level")
}
