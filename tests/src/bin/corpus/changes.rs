//! `apiloom diff` against cases of which it is known what another tool tells of them, and every file against itself.

use crate::{Outcome, Result, cell, text};
use apiloom_codegen::diff::rules::{self, Origin};
use apiloom_codegen::diff::{self, Level, Options};
use apiloom_codegen::{Sources, load};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Write as _;
use std::path::Path;

/// Where we mean something else, and why.
const DELIBERATE: [(&str, &str); 11] = [
    ("0073", SINGLY),
    ("0074", SINGLY),
    ("0104", "a list of values that is dropped altogether takes no value away"),
    ("0125", "a parameter that was declared for a whole path and is gone is told like any other"),
    ("0126", "changes of OAuth addresses and scopes, and of callbacks, are told"),
    ("0148", SINGLY),
    ("0214", "a schema that only has another name is the same schema"),
    ("0349", HIDDEN),
    ("0351", HIDDEN),
    ("0426", "changes of OAuth addresses and scopes, and of callbacks, are told"),
    ("0450", "null that is joined by `oneOf` is told as null, whatever else changes"),
];
const SINGLY: &str = "that there is a list of values now is told once, not once more for each value";
const HIDDEN: &str = "the recorded files do not hold the `writeOnly` that the test set in memory";

type Set = BTreeSet<(String, String)>;

pub(crate) fn run(folder: &Path) -> Result<Outcome> {
    let cases = folder.join("openapi-diff");
    let list: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(cases.join("cases.json"))?)?;
    let known: HashSet<&str> =
        rules::all().filter(|rule| rule.origin == Origin::Oasdiff).map(|rule| rule.id).collect();
    let (mut same, mut deliberate, mut wrong) = (0, Vec::new(), Vec::new());
    for case in &list {
        let (missing, extra) = compare(&cases, case, &known)?;
        let number = text(case, "id").rsplit('-').next().unwrap_or_default().to_owned();
        let reason = DELIBERATE.iter().find(|(one, _)| *one == number).map(|(_, reason)| *reason);
        match (missing.is_empty() && extra.is_empty(), reason) {
            (true, _) => same += 1,
            (false, Some(reason)) => {
                deliberate.push(format!("| {number} | {} | {} | {reason} |", ids(&missing), ids(&extra)))
            }
            (false, None) => {
                wrong.push(format!("- {number}: missing {}; extra {}", ids(&missing), ids(&extra)))
            }
        }
    }
    let files = itself(folder)?;
    let mut out = String::from("## Changes between documents\n\n");
    writeln!(
        out,
        "{same} of {} cases of oasdiff are told alike (ids and levels); {} deliberately not, as below.",
        list.len(),
        deliberate.len()
    )?;
    writeln!(
        out,
        "\n| case | not told | told besides | why |\n|---|---|---|---|\n{}",
        deliberate.join("\n")
    )?;
    if !wrong.is_empty() {
        writeln!(out, "\nNot explained:\n\n{}", wrong.join("\n"))?;
    }
    writeln!(out, "\nOf {} real files compared with themselves {} had a change.", files.0, files.1.len())?;
    for file in &files.1 {
        writeln!(out, "- {file}")?;
    }
    Ok(Outcome {
        text: out,
        passed: same + deliberate.len() + files.0 - files.1.len(),
        failed: wrong.len() + files.1.len(),
    })
}

fn ids(set: &Set) -> String {
    let list: Vec<String> = set.iter().map(|(id, level)| cell(&format!("{id} ({level})"))).collect();
    list.join(", ")
}

/// What is missing of the expected set, and what is told besides.
fn compare(folder: &Path, case: &Value, known: &HashSet<&str>) -> Result<(Set, Set)> {
    let side = |key: &str| load(&folder.join(text(case, key)));
    let options = Options { today: 20_779, ..Options::default() };
    let changes = diff::compare(&side("base")?, &side("revision")?, &options)
        .map_err(|_| format!("{} cannot be read", text(case, "id")))?;
    let told: Set = changes
        .into_iter()
        .filter(|change| known.contains(change.id.as_str()))
        .map(|change| (change.id, level(change.level).to_owned()))
        .collect();
    let expected = case["full_expected"].as_array().into_iter().flatten();
    let expected: Set =
        expected.map(|one| (text(one, "id").to_owned(), text(one, "level").to_owned())).collect();
    let unstable: HashSet<&str> =
        case["unstable"]["full"].as_array().into_iter().flatten().filter_map(|one| one[0].as_str()).collect();
    let extra = told.difference(&expected).filter(|(id, _)| !unstable.contains(id.as_str()));
    Ok((expected.difference(&told).cloned().collect(), extra.cloned().collect()))
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Breaking => "error",
        Level::Dangerous => "warning",
        Level::Safe => "info",
    }
}

/// How many files were compared with themselves, and those of which something was told.
fn itself(folder: &Path) -> Result<(usize, Vec<String>)> {
    let (mut count, mut wrong) = (0, Vec::new());
    for entry in crate::entries(&folder.join("openapi/manifest.json"))? {
        let file = text(&entry, "file");
        let sources: Sources = load(&folder.join("openapi").join(file))?;
        let Ok(changes) = diff::compare(&sources, &sources, &Options::default()) else { continue };
        count += 1;
        if let Some(change) = changes.first() {
            wrong.push(format!("{file}: {} ({})", change.id, cell(&change.text)));
        }
    }
    Ok((count, wrong))
}
