//! Files as they are in a commit, read with the `git` command of the machine.

use apiloom_codegen::Sources;
use apiloom_codegen::source::load_by;
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
    match git(&["merge-base", "HEAD", branch]) {
        Ok(text) => Ok(String::from_utf8_lossy(&text).trim().to_owned()),
        Err(said) => {
            let shallow =
                git(&["rev-parse", "--is-shallow-repository"]).is_ok_and(|text| text.starts_with(b"true"));
            let help = if shallow {
                "; the clone is shallow: fetch more of the history first, such as with `git fetch --unshallow`"
            } else {
                ""
            };
            let said = if said.is_empty() { "they have no commit in common".to_owned() } else { said };
            Err(format!("cannot compare with `{branch}`: {said}{help}"))
        }
    }
}

/// A schema and the files it refers to, all from one commit. `path` is relative to the current folder.
pub(super) fn load(reference: &str, path: &str) -> Result<Sources, String> {
    if reference.starts_with('-') {
        return Err(format!("`{reference}` is not the name of a commit"));
    }
    let path = path.trim_start_matches("./");
    let (folder, entry) = path.rsplit_once('/').map_or(("", path), |(folder, entry)| (folder, entry));
    let full = |key: &str| if folder.is_empty() { format!("./{key}") } else { format!("./{folder}/{key}") };
    let short = if reference.len() == 40 { &reference[..10] } else { reference };
    let shown = |key: &str| format!("{short}:{}", full(key).trim_start_matches("./"));
    let read = |key: &str| {
        let bytes = git(&["cat-file", "blob", &format!("{reference}:{}", full(key))])?;
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())
    };
    load_by(entry, shown, read).map_err(|error| error.to_string())
}
