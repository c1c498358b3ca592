//! The code that the examples have committed is what their schemas come to now.

use crate::root;
use apiloom_codegen::{Options, generate, load};
use std::fs;
use std::path::Path;

#[test]
fn examples() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let folder = entry.unwrap().path();
        if folder.join("apiloom.toml").exists() {
            fresh(&folder);
            seen += 1;
        }
    }
    assert!(seen > 0, "no example has an apiloom.toml");
}

fn fresh(folder: &Path) {
    let config = fs::read_to_string(folder.join("apiloom.toml")).unwrap();
    let value = |key: &str| {
        let line = config.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='));
        folder.join(line.unwrap().trim().trim_matches('"'))
    };
    let made = generate(&load(&value("path")).unwrap(), &Options::default());
    assert!(!made.files.is_empty(), "{} does not generate", folder.display());
    for file in made.files {
        let path = value("out").join(&file.path);
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == file.text, "{} is not up to date: run `apiloom generate` there", path.display());
    }
}
