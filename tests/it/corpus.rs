//! A case is a folder: `input.yaml` (or `.json`, with more files beside it) goes in; `errors.txt` and `out/` must come out.
//! Adding a test is adding a folder. `BLESS=1` writes what comes out over what is there; the difference is for review.

use crate::{root, told};
use apiloom_codegen::{Options, generate, load};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

macro_rules! cases {
    ($($case:ident),* $(,)?) => {$(
        #[test]
        fn $case() {
            check(stringify!($case));
        }
    )*};
}
include!(concat!(env!("OUT_DIR"), "/cases.rs"));

/// The entry file of a case.
pub(crate) fn input(case: &Path) -> PathBuf {
    let inputs = ["yaml", "json"].map(|ending| case.join(format!("input.{ending}")));
    inputs.into_iter().find(|path| path.exists()).unwrap_or_else(|| panic!("{} has no input", case.display()))
}

fn check(case: &str) {
    let folder = root().join("tests/corpus").join(case);
    let input = input(&folder);
    let sources = load(&input).unwrap();
    let made = generate(&sources, &Options::default());
    let mut actual = BTreeMap::new();
    // Places are shown relative to the case, wherever it lies.
    let shown = folder.to_string_lossy().replace('\\', "/");
    let errors = told(&sources, &made).replace(&format!("{shown}/"), "");
    if !errors.is_empty() {
        actual.insert("errors.txt".to_owned(), errors);
    }
    for file in made.files {
        actual.insert(format!("out/{}", file.path), file.text);
    }
    let expected = read(&folder);
    if std::env::var_os("BLESS").is_some() {
        bless(&folder, &expected, &actual);
        return;
    }
    let names: Vec<&String> =
        expected.keys().chain(actual.keys().filter(|name| !expected.contains_key(*name))).collect();
    let differences: String =
        names.into_iter().map(|name| difference(name, expected.get(name), actual.get(name))).collect();
    assert!(differences.is_empty(), "{case} came out differently; BLESS=1 accepts this:\n{differences}");
}

/// What a case should come to.
fn read(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    if let Ok(text) = fs::read_to_string(folder.join("errors.txt")) {
        files.insert("errors.txt".to_owned(), text);
    }
    for entry in fs::read_dir(folder.join("out")).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = format!("out/{}", path.file_name().unwrap().display());
        files.insert(name, fs::read_to_string(path).unwrap());
    }
    files
}

fn bless(folder: &Path, expected: &BTreeMap<String, String>, actual: &BTreeMap<String, String>) {
    for name in expected.keys().filter(|name| !actual.contains_key(*name)) {
        fs::remove_file(folder.join(name)).unwrap();
    }
    for (name, text) in actual.iter().filter(|(name, text)| expected.get(*name) != Some(text)) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn difference(name: &str, expected: Option<&String>, actual: Option<&String>) -> String {
    if expected == actual {
        return String::new();
    }
    let text = |side: Option<&String>| side.cloned().unwrap_or_default();
    let (expected, actual) = (text(expected), text(actual));
    let diff = similar::TextDiff::from_lines(&expected, &actual);
    diff.unified_diff().header(&format!("{name} (expected)"), name).to_string()
}
