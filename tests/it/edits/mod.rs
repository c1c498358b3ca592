//! Edits of whole documents: `apiloom diff` tells of each, and of the way back as much, in other words.
//!
//! A document is edited in one place at a time. What is told of the edit and of its inverse must belong together: the pairs
//! of `codegen/tests/pairs` say which rules do.

mod graphql;
mod openapi;

use apiloom_codegen::Sources;
use apiloom_codegen::diff::{self, Change, Options};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// An edited document.
struct Edit {
    /// What was done.
    what: &'static str,
    /// Where.
    place: String,
    /// The document after it.
    text: String,
}

/// Numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below.max(1) as u64).unwrap()
    }

    /// At most `count` of them, in their order.
    fn some<T>(&mut self, mut all: Vec<T>, count: usize) -> Vec<T> {
        while all.len() > count {
            all.swap_remove(self.next(all.len()));
        }
        all
    }
}

/// For each rule those that may be told of the way back.
fn duals() -> BTreeMap<String, BTreeSet<String>> {
    let texts = [
        include_str!("../../../codegen/tests/pairs/openapi.jsonl"),
        include_str!("../../../codegen/tests/pairs/graphql.jsonl"),
    ];
    let mut duals: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in texts.iter().flat_map(|text| text.lines()) {
        let pair: Value = serde_json::from_str(line).unwrap();
        let rule = pair["rule"].as_str().unwrap();
        for back in pair["back"].as_array().into_iter().flatten() {
            let back = back.as_str().unwrap().split(' ').next().unwrap();
            duals.entry(rule.to_owned()).or_default().insert(back.to_owned());
            duals.entry(back.to_owned()).or_default().insert(rule.to_owned());
        }
        // Nothing is told of the way back.
        if pair["silent"].is_string() {
            duals.entry(rule.to_owned()).or_default().insert(String::new());
        }
    }
    duals
}

fn changes(old: &Sources, new: &Sources) -> Vec<Change> {
    let options = Options { today: 20_779, ..Options::default() };
    diff::compare(old, new, &options).unwrap_or_else(|found| panic!("{found:?}"))
}

/// An edit of which the wrong thing is told.
struct Wrong {
    what: String,
    place: String,
    fault: String,
}

/// What is wrong with what is told of these edits of a document.
fn wrong(name: &str, text: &str, edits: Vec<Edit>, duals: &BTreeMap<String, BTreeSet<String>>) -> Vec<Wrong> {
    let old = Sources::from_text(name, text);
    let itself = changes(&old, &Sources::from_text(name, text));
    let mut wrong: Vec<Wrong> = Vec::new();
    wrong.extend(itself.iter().map(|change| Wrong {
        what: "nothing".to_owned(),
        place: name.to_owned(),
        fault: change.text.clone(),
    }));
    for edit in edits {
        let new = Sources::from_text(name, edit.text.as_str());
        let (there, back) = (changes(&old, &new), changes(&new, &old));
        let faults = match (there.is_empty(), back.is_empty()) {
            (true, _) => vec!["nothing is told".to_owned()],
            (_, true) => vec![format!("{:?}, and nothing of the way back", ids(&there))],
            _ => [alone(&there, &back, duals), alone(&back, &there, duals)].concat(),
        };
        let place = format!("{name} at {}", edit.place);
        wrong.extend(faults.into_iter().map(|fault| Wrong {
            what: edit.what.to_owned(),
            place: place.clone(),
            fault,
        }));
    }
    wrong
}

/// Changes without a counterpart, in the same operation or of the same type, on the way back.
fn alone(there: &[Change], back: &[Change], duals: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let is_dual = |one: &Change| {
        let known = duals.get(&rule(one));
        back.iter().any(|other| {
            let other_rule = rule(other);
            let fits = || known.is_none_or(|known| known.contains(&other_rule) || known.contains(""));
            let same = one.method == other.method && is_near(&one.path, &other.path);
            same && (is_whole(&other.id) || plain(&rule(one)) == plain(&other_rule) || fits())
        })
    };
    let alone = there.iter().filter(|one| !is_dual(one));
    alone.map(|one| format!("{} is alone; the way back: {:?}", one.id, ids(back))).collect()
}

/// The rule without what only says that a direction does not matter.
fn rule(change: &Change) -> String {
    change.id.replace("read-only-", "").replace("write-only-", "")
}

/// Of a type that becomes another: without which of them holds the other.
fn plain(rule: &str) -> String {
    rule.replace("type-generalized", "type-changed").replace("type-specialized", "type-changed")
}

/// Is it the same operation, or of GraphQL one inside the other?
fn is_near(one: &str, other: &str) -> bool {
    let inside =
        |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with(['.', '(']));
    one == other || inside(one, other) || inside(other, one)
}

/// Rules that are told of a whole with everything in it.
fn is_whole(rule: &str) -> bool {
    let wholes =
        ["TYPE_REMOVED", "FIELD_REMOVED", "INPUT_FIELD_REMOVED", "ENUM_VALUE_REMOVED", "DIRECTIVE_REMOVED"];
    wholes.contains(&rule)
}

fn ids(changes: &[Change]) -> BTreeSet<&str> {
    changes.iter().map(|change| change.id.as_str()).collect()
}

/// Tells what is wrong, the same once with an example.
fn report(wrong: &[Wrong], count: usize) {
    let mut alike: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for one in wrong {
        alike.entry((&one.what, &one.fault)).or_default().push(&one.place);
    }
    let lines: Vec<String> = alike
        .iter()
        .map(|((what, fault), places)| format!("{} x {what}: {fault}, such as {}", places.len(), places[0]))
        .collect();
    assert!(wrong.is_empty(), "{} wrong of {count} edits:\n{}", wrong.len(), lines.join("\n"));
    assert!(count > 0, "no edit was made");
}

/// Edits each document in some places, and compares.
fn check(documents: &[PathBuf], each: usize, edits: fn(&str, &mut Dice, usize) -> Vec<Edit>) {
    let (duals, mut found, mut count) = (duals(), Vec::new(), 0);
    for path in documents {
        let text = std::fs::read_to_string(path).unwrap();
        // Large documents take long to write and read again.
        let edits = edits(&text, &mut Dice(42), (each * 100_000 / text.len()).clamp(4, each));
        count += edits.len();
        let name = path.strip_prefix(super::root()).unwrap_or(path).display().to_string();
        found.extend(wrong(&name, &text, edits, &duals));
    }
    report(&found, count);
}

/// The documents in JSON that the goldens were made of.
fn goldens() -> Vec<PathBuf> {
    let folder = super::root().join("tests/corpus");
    let names = apiloom_tests::cases::names().unwrap();
    let documents = names
        .iter()
        .filter(|name| !["json_schema_", "bad_"].iter().any(|start| name.starts_with(start)))
        .map(|name| folder.join(name).join("out/openapi.json"));
    documents.filter(|path| path.exists()).collect()
}

/// The schemas in a folder of the large corpus.
fn corpus(folder: &str, extension: &str) -> Vec<PathBuf> {
    let root = std::env::var_os("APILOOM_CORPUS")
        .map_or_else(|| super::root().join("../shared/corpus"), PathBuf::from);
    let entries = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| is_schema(path, extension)).collect();
    files.sort();
    files
}

fn is_schema(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension) && !path.ends_with("manifest.json")
}

#[test]
fn of_goldens() {
    check(&goldens(), 60, openapi::edits);
}

#[test]
#[ignore = "reads the large corpus; `tests/run --long` runs it"]
fn of_real_documents() {
    check(&corpus("openapi", "json"), 40, openapi::edits);
}

#[test]
fn of_a_schema() {
    check(&[super::root().join("tests/it/edits/shop.graphql")], 1000, graphql::edits);
}

#[test]
#[ignore = "reads the large corpus; `tests/run --long` runs it"]
fn of_real_schemas() {
    check(&corpus("graphql", "graphql"), 60, graphql::edits);
}

#[test]
#[ignore = "reads the large corpus; `tests/run --long` runs it"]
fn real_documents_of_themselves() {
    let documents = [corpus("openapi", "yaml"), corpus("openapi", "json")].concat();
    for path in &documents {
        let sources = || apiloom_codegen::source::load(path).unwrap();
        let told = changes(&sources(), &sources());
        assert!(told.is_empty(), "{}: {:?}", path.display(), ids(&told));
    }
    assert!(documents.len() > 50, "{} documents", documents.len());
}
