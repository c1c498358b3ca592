//! `apiloom diff` of GraphQL schemas against the cases of two other tools, and every real schema against itself.

use crate::{Outcome, Result, cell, text};
use apiloom_codegen::diff::{self, Options};
use apiloom_codegen::{Diagnostics, Severity, graphql, load};
use apiloom_tests::sdl::{self, Told};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Cases of graphql-js (by number) that differ, and why.
const DELIBERATE: [(usize, &str); 4] = [
    (2, "a built-in scalar that nothing uses any more is still there"),
    (7, OPTIONAL),
    (17, "that a directive cannot be repeated any more is dangerous, as in graphql-inspector"),
    (22, OPTIONAL),
];
const OPTIONAL: &str = "an input field that may be left out is safe, as in graphql-inspector";

/// Counts of what is told alike, rows of what is deliberately not, and what nobody explained.
#[derive(Default)]
struct Tally {
    same: usize,
    deliberate: Vec<String>,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, missing: &str, extra: &str, reason: Option<&str>) {
        match reason {
            _ if missing.is_empty() && extra.is_empty() => self.same += 1,
            Some(reason) => self.deliberate.push(format!("| {name} | {missing} | {extra} | {reason} |")),
            None => self.wrong.push(format!("- {name}: missing {missing}; extra {extra}")),
        }
    }
}

pub(crate) fn run(folder: &Path) -> Result<Outcome> {
    let (inspector, graphql_js) = (inspector(folder)?, graphql_js(folder)?);
    let files = itself(folder)?;
    let mut out = String::from("## Changes between GraphQL schemas\n\n");
    for (name, what, tally) in [
        ("graphql-inspector", "ids, levels and paths", &inspector),
        ("graphql-js", "ids and levels of what breaks or may", &graphql_js),
    ] {
        let all = tally.same + tally.deliberate.len() + tally.wrong.len();
        writeln!(
            out,
            "{} of {all} cases of {name} are told alike ({what}); {} deliberately not, as below.\n\n\
             | case | not told | told besides | why |\n|---|---|---|---|\n{}\n",
            tally.same,
            tally.deliberate.len(),
            tally.deliberate.join("\n")
        )?;
    }
    writeln!(out, "Of {} real schemas compared with themselves {} had a change.", files.0, files.1.len())?;
    let wrong: Vec<&String> = inspector.wrong.iter().chain(&graphql_js.wrong).chain(&files.1).collect();
    if !wrong.is_empty() {
        let list: Vec<&str> = wrong.iter().map(|one| one.as_str()).collect();
        writeln!(out, "\nNot explained:\n\n{}", list.join("\n"))?;
    }
    let alike = |tally: &Tally| tally.same + tally.deliberate.len();
    let passed = alike(&inspector) + alike(&graphql_js) + files.0 - files.1.len();
    Ok(Outcome { text: out, passed, failed: wrong.len() })
}

fn read(path: &Path) -> Result<Vec<Value>> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

fn inspector(folder: &Path) -> Result<Tally> {
    let folder = folder.join("graphql-diff");
    let mut tally = Tally::default();
    for case in read(&folder.join("cases.json"))? {
        let file = |key: &str| std::fs::read_to_string(folder.join(text(&case, key)));
        let told = sdl::told(&file("base")?, &file("revision")?)?;
        let plain =
            if case["plain_expected"].is_null() { &case["expected"] } else { &case["plain_expected"] };
        let expected: Told = plain
            .as_array()
            .into_iter()
            .flatten()
            .map(|one| {
                (text(one, "id").to_owned(), text(one, "level").to_owned(), text(one, "path").to_owned())
            })
            .collect();
        let id = text(&case, "id");
        let reason = sdl::DELIBERATE.iter().find(|(one, _)| *one == id).map(|(_, reason)| *reason);
        let list = |a: &Told, b: &Told| {
            let list: Vec<String> =
                a.difference(b).map(|(id, level, path)| cell(&format!("{id} {path} ({level})"))).collect();
            list.join(", ")
        };
        tally.add(id, &list(&expected, &told), &list(&told, &expected), reason);
    }
    Ok(tally)
}

fn graphql_js(folder: &Path) -> Result<Tally> {
    type Counts = BTreeMap<(String, String), usize>;
    let mut tally = Tally::default();
    for (number, case) in read(&folder.join("graphql-diff/cases-graphql-js.json"))?.iter().enumerate() {
        let (mut told, mut expected) = (Counts::new(), Counts::new());
        for (id, level, _) in sdl::told(text(case, "base"), text(case, "revision"))? {
            let id = sdl::as_graphql_js(&id, &level);
            if level != "NON_BREAKING" && !id.is_empty() {
                *told.entry((id.to_owned(), level)).or_default() += 1;
            }
        }
        for one in case["expected"].as_array().into_iter().flatten() {
            *expected.entry((text(one, "id").to_owned(), text(one, "level").to_owned())).or_default() += 1;
        }
        let list = |a: &Counts, b: &Counts| {
            let more = a.iter().filter(|(key, count)| b.get(*key).copied().unwrap_or_default() < **count);
            let list: Vec<String> = more.map(|((id, level), _)| format!("{id} ({level})")).collect();
            list.join(", ")
        };
        let reason = DELIBERATE.iter().find(|(one, _)| *one == number).map(|(_, reason)| *reason);
        tally.add(&number.to_string(), &list(&expected, &told), &list(&told, &expected), reason);
    }
    Ok(tally)
}

/// How many schemas were read and compared with themselves, and those of which something was told or not read.
fn itself(folder: &Path) -> Result<(usize, Vec<String>)> {
    let (mut count, mut wrong) = (0, Vec::new());
    let mut files: Vec<_> = std::fs::read_dir(folder.join("graphql"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "graphql"));
    files.sort();
    for path in files {
        let sources = load(&path)?;
        let mut diagnostics = Diagnostics::default();
        graphql::read(&sources, &mut diagnostics);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error);
        wrong.extend(errors.take(3).map(|one| format!("- {name}: {}", cell(&one.message))));
        let Ok(changes) = diff::compare(&sources, &sources, &Options::default()) else { continue };
        count += 1;
        if let Some(change) = changes.first() {
            wrong.push(format!("- {name}: {} ({})", change.id, cell(&change.text)));
        }
    }
    Ok((count, wrong))
}
