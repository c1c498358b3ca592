//! Files as they are in a commit, read with the `git` command of the machine.

use apiloom_codegen::Sources;
use apiloom_codegen::graphql::EXTENSIONS;
use apiloom_codegen::source::{MAX_FILES, has_extension, load_by};
use std::process::Command;

/// Runs git; its standard output.
fn git(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let run = Command::new("git").args(arguments).env("LC_ALL", "C").output();
    let run = run.map_err(|error| format!("cannot run git: {error}"))?;
    if run.status.success() {
        return Ok(run.stdout);
    }
    let said = String::from_utf8_lossy(&run.stderr);
    Err(said.trim().trim_start_matches("fatal: ").to_owned())
}

/// The commit where the current one and `branch` parted.
pub(super) fn merge_base(branch: &str) -> Result<String, String> {
    if branch.starts_with('-') {
        return Err(format!("`{branch}` is not the name of a branch"));
    }
    known(branch)?;
    match git(&["merge-base", "HEAD", branch]) {
        Ok(text) => Ok(String::from_utf8_lossy(&text).trim().to_owned()),
        Err(said) => {
            let help = if is_shallow() {
                "; the clone is shallow: fetch more of the history first, such as with `git fetch --unshallow`"
            } else {
                ""
            };
            let said = if said.is_empty() { "they have no commit in common".to_owned() } else { said };
            Err(format!("cannot compare with `{branch}`: {said}{help}"))
        }
    }
}

fn is_shallow() -> bool {
    git(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|text| text.starts_with(b"true"))
}

/// Refuses what is no commit here.
fn known(reference: &str) -> Result<(), String> {
    git(&["rev-parse", "--git-dir"])?;
    if git(&["rev-parse", "--quiet", "--verify", &format!("{reference}^{{commit}}")]).is_ok() {
        return Ok(());
    }
    let name = reference.strip_prefix("origin/").unwrap_or(reference);
    let part = if is_shallow() { ", as the clone is shallow" } else { "" };
    Err(format!(
        "there is no commit `{reference}` here{part}; fetch it first, such as with `git fetch origin {name}`"
    ))
}

/// A schema and the files it refers to, all from one commit. `path` is relative to the current folder.
pub(super) fn load(reference: &str, path: &str) -> Result<Sources, String> {
    if reference.starts_with('-') {
        return Err(format!("`{reference}` is not the name of a commit"));
    }
    known(reference)?;
    let path = path.trim_start_matches("./").trim_end_matches('/');
    let (folder, entry) = path.rsplit_once('/').map_or(("", path), |(folder, entry)| (folder, entry));
    let full = |key: &str| if folder.is_empty() { format!("./{key}") } else { format!("./{folder}/{key}") };
    let short = if reference.len() == 40 { &reference[..10] } else { reference };
    let shown = |key: &str| format!("{short}:{}", full(key).trim_start_matches("./"));
    let read = |key: &str| {
        let bytes = git(&["cat-file", "blob", &format!("{reference}:{}", full(key))])?;
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())
    };
    let own = if entry.is_empty() { String::new() } else { full(entry) };
    if git(&["cat-file", "-t", &format!("{reference}:{own}")])? == b"tree\n" {
        return tree(reference, &own, &shown);
    }
    load_by(entry, shown, read).map_err(|error| error.to_string())
}

/// The GraphQL files below a folder of a commit.
fn tree(reference: &str, folder: &str, shown: &dyn Fn(&str) -> String) -> Result<Sources, String> {
    let listed = git(&["ls-tree", "-r", "-z", "--name-only", &format!("{reference}:{folder}")])?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let mut files = Vec::new();
    for key in listed.split('\0').filter(|key| has_extension(key, &EXTENSIONS)) {
        let bytes = git(&["cat-file", "blob", &format!("{reference}:{folder}/{key}")])?;
        let text = String::from_utf8(bytes).map_err(|_| format!("{key} is not UTF-8 text"))?;
        let entry = folder.rsplit('/').next().unwrap_or_default();
        files.push((shown(&format!("{entry}/{key}")), text));
        if files.len() > MAX_FILES {
            return Err(format!("{reference}:{folder} has more than {MAX_FILES} files"));
        }
    }
    if files.is_empty() {
        return Err(format!("no file below {reference}:{folder} ends in .{}", EXTENSIONS.join(", .")));
    }
    Ok(Sources::from_texts(files.iter().map(|(path, text)| (path.as_str(), text.clone()))))
}
