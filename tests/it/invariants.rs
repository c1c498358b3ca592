//! What ARCHITECTURE promises: who knows whom, the same bytes for the same input, and templates that let nothing through.

use crate::{inputs, made, root};
use std::fs;
use std::path::{Path, PathBuf};

/// A module of the generator and the ones that it may use (itself and its parts aside).
const MAY_USE: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source", "code"]),
    ("code", &["diagnostic"]),
    ("explain", &["code"]),
    ("config", &["code", "diagnostic", "source"]),
    ("settings", &["config", "project", "ir", "diagnostic", "code"]),
    ("ir", &["source", "diagnostic", "code"]),
    ("names", &["ir", "diagnostic", "code", "source"]),
    ("openapi", &["source", "diagnostic", "code", "ir"]),
    ("graphql", &["source", "diagnostic", "code"]),
    ("check", &["ir", "names", "diagnostic", "code", "config", "source"]),
    ("emit", &["check", "ir", "names", "config"]),
    ("render", &["source", "diagnostic", "code"]),
    // Not `ir`: what types cannot say changes too, and changes have places in the text.
    ("diff", &["openapi", "graphql", "source", "diagnostic", "code", "render"]),
    ("project", &["config", "code", "diagnostic", "source"]),
    ("write", &["emit"]),
    ("mock", &["source", "openapi", "check"]),
    ("deploy", &["ir"]),
];

/// The modules that are the library's face, or use it from outside.
const FREE: [&str; 3] = ["lib", "main", "cli"];

#[test]
fn modules_use_only_what_they_may_know() {
    let sources = root().join("codegen/src");
    let mut broken = Vec::new();
    for path in files(&sources, "rs") {
        let inside = path.strip_prefix(&sources).unwrap();
        let module = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        if FREE.contains(&module.as_str())
            || ["tests.rs", "hostile.rs"].iter().any(|test| inside.ends_with(test))
        {
            continue;
        }
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
            broken.push(format!("`{module}` is not in the table: say what it may use"));
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for used in used(code) {
            if used != module && !allowed.contains(&used.as_str()) {
                broken.push(format!("{}: `{module}` uses `{used}`", inside.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The modules that a text names: `crate::a::…`, `crate::{a::…, b}`.
fn used(code: &str) -> Vec<String> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = lines.flat_map(|line| [line, "\n"]).collect();
    let word =
        |text: &str| text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>();
    let mut names: Vec<String> = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c == '$' || c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &code[at + found.len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                names.extend(group.split('}').next().unwrap().split(',').map(|part| word(part.trim())))
            }
            None => names.push(word(rest)),
        }
    }
    // What is exported at the top (`crate::Options`) stands for its module.
    names.retain(|name| !name.is_empty());
    names
}

/// The cases that are made a hundred times; the others eight times.
const THOROUGH: [&str; 4] = ["recursion/", "parameters/", "collision_resolved/", "read_write/"];

#[test]
fn the_same_input_gives_the_same_bytes() {
    for (path, text) in inputs() {
        let first = made(&path, &text);
        // Maps with random seeds are seeded anew each time, also in the other threads.
        let times = if THOROUGH.iter().any(|case| path.starts_with(case)) { 25 } else { 2 };
        let repeat = || (0..times).all(|_| made(&path, &text).files == first.files);
        let same = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(repeat)).collect();
            threads.into_iter().all(|thread| thread.join().unwrap())
        });
        assert!(same, "{path} came out differently");
    }
}

#[test]
fn findings_come_in_the_same_order() {
    for (path, text) in inputs() {
        let list = || made(&path, &text).diagnostics.iter().cloned().collect::<Vec<_>>();
        assert_eq!(list(), list(), "{path}");
    }
}

#[test]
fn templates_have_a_filter_in_every_place() {
    let mut bare = Vec::new();
    for path in files(&root().join("templates"), "") {
        let text = fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("{{") {
            let inside = text[at + 2..].split("}}").next().unwrap();
            if !inside.contains('|') {
                bare.push(format!("{}: {{{{{inside}}}}}", path.display()));
            }
        }
    }
    assert!(bare.is_empty(), "{}", bare.join("\n"));
}

/// The files below a folder with an ending (none: all of them).
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if ending.is_empty() || path.extension().is_some_and(|is| is == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}
