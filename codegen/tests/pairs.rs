//! Every rule of `apiloom diff` has a pair of documents that it tells apart, and is told of them in both directions.
//!
//! `codegen/src/diff/pairs/openapi.jsonl` and `graphql.jsonl` beside it have one pair a line: the rule, the old and the new document, what else
//! is told (`also`), and what is told of the reversed pair (`back`), as `id level`. A pair of which nothing is told in
//! reverse says why (`silent`). A document of OpenAPI is what differs from [`whole`].
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where its promise is broken")]

use apiloom_codegen::Sources;
use apiloom_codegen::diff::{self, Change, Options, example, rules};
use apiloom_codegen::source::Span;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    rule: String,
    old: Value,
    new: Value,
    /// Days that something must have been deprecated before its sunset.
    #[serde(default)]
    days: i64,
    /// Whether `info.version` must tell of changes.
    #[serde(default)]
    versions: bool,
    #[serde(default)]
    also: Vec<String>,
    #[serde(default)]
    back: Vec<String>,
    silent: Option<String>,
}

fn pairs() -> Vec<Pair> {
    let texts = [example::OPENAPI, example::GRAPHQL];
    texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// A text of GraphQL as it is; else a document with one operation, `POST /x`. `request` and `response` are the schemas of
/// its bodies, keys that start with `/` those of the document, all others those of the operation.
fn whole(part: &Value) -> Sources {
    if let Value::String(text) = part {
        return Sources::from_text("schema.graphql", text.as_str());
    }
    let body = |schema: &Value| json!({ "description": "d", "content": { "application/json": { "schema": schema } } });
    let mut operation = json!({ "operationId": "do", "responses": { "200": { "description": "d" } } });
    let mut document = json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" } });
    for (key, value) in part.as_object().expect("a part of a document") {
        match (key.as_str(), key.strip_prefix('/')) {
            ("request", _) => operation["requestBody"] = body(value),
            ("response", _) => operation["responses"] = json!({ "200": body(value) }),
            (_, Some(key)) => document[key] = value.clone(),
            _ if value.is_null() => drop(operation.as_object_mut().unwrap().remove(key)),
            _ => operation[key] = value.clone(),
        }
    }
    if document.get("paths").is_none() {
        document["paths"] = json!({ "/x": { "post": operation } });
    }
    Sources::from_text("openapi.json", document.to_string())
}

fn changes(old: &Sources, new: &Sources, pair: &Pair) -> Vec<Change> {
    let (days, versions) = (pair.days, pair.versions);
    let options = Options { today: 20_779, beta_days: days, stable_days: days, versions };
    diff::compare(old, new, &options).unwrap_or_else(|found| panic!("{}: {found:?}", pair.rule))
}

fn told(changes: &[Change]) -> BTreeSet<String> {
    changes.iter().map(|change| format!("{} {}", change.id, change.level)).collect()
}

/// Whether a place is a part of a document and not the whole.
fn is_inside(sources: &Sources, span: Span) -> bool {
    let all = sources.files().next().map(|(_, file)| file.text.len()).unwrap_or_default();
    let (start, end) = (span.start as usize, span.end as usize);
    start < end && end <= all && (start, end) != (0, all)
}

/// What is wrong with the places of changes: each has one, in the new document unless it is gone from there.
fn astray(found: &[Change], old: &Sources, new: &Sources) -> Vec<String> {
    let wrong = found.iter().filter(|change| {
        let sides = [(old, change.old), (new, change.new)];
        let outside = sides.iter().any(|(side, span)| span.is_some_and(|span| !is_inside(side, span)));
        let gone = ["removed", "sunset-parse", "REMOVED"].iter().any(|word| change.id.contains(word));
        outside || (change.new.is_none() && (change.old.is_none() || !gone))
    });
    wrong
        .map(|change| format!("{}: {} at {:?} {:?}", change.id, change.text, change.old, change.new))
        .collect()
}

#[test]
fn every_rule_is_told_of_its_pair_and_something_of_the_reverse() {
    let mut wrong = Vec::new();
    for pair in pairs() {
        let rule = rules::find(&pair.rule).unwrap_or_else(|| panic!("there is no rule {}", pair.rule));
        let (old, new) = (whole(&pair.old), whole(&pair.new));
        let (there, back) = (changes(&old, &new, &pair), changes(&new, &old, &pair));
        let mut expected: BTreeSet<String> = pair.also.iter().cloned().collect();
        expected.insert(format!("{} {}", rule.id, rule.level));
        let reverse: BTreeSet<String> = pair.back.iter().cloned().collect();
        if (told(&there), told(&back)) != (expected, reverse.clone()) {
            wrong.push(json!({ "rule": rule.id, "told": told(&there), "back": told(&back) }).to_string());
        }
        if reverse.is_empty() != pair.silent.is_some() {
            wrong.push(format!("{}: a pair that is silent in reverse says why, others do not", rule.id));
        }
        wrong.extend(astray(&there, &old, &new));
        wrong.extend(astray(&back, &new, &old));
        let same = [changes(&old, &old, &pair), changes(&new, &new, &pair)].concat();
        wrong.extend(same.iter().map(|change| format!("{}: of itself: {}", rule.id, change.text)));
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_of_the_table_has_one_pair() {
    let mut with: Vec<String> = pairs().into_iter().map(|pair| pair.rule).collect();
    let mut all: Vec<String> = rules::all().map(|rule| rule.id.to_owned()).collect();
    with.sort();
    all.sort();
    assert_eq!(with, all);
}
