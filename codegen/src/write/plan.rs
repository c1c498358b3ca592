//! What writing would change: computed first, so that `--check` and `--diff` see the same as writing does.

use super::{MANIFEST, Manifest, WriteError};
use crate::emit::File;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};
use std::{fs, io};

/// One difference between the folder and what is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The file is not there yet.
    Add {
        /// Path in the output folder.
        path: String,
        /// Its text.
        text: String,
    },
    /// The file holds another text.
    Edit {
        /// Path in the output folder.
        path: String,
        /// What it holds.
        old: String,
        /// What it should hold.
        text: String,
    },
    /// The file is owned and no longer generated.
    Remove {
        /// Path in the output folder.
        path: String,
        /// What it holds.
        old: String,
    },
}

impl Change {
    /// Path in the output folder.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Change::Add { path, .. } | Change::Edit { path, .. } | Change::Remove { path, .. } => path,
        }
    }
}

/// What writing would change.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Differences, by path.
    pub changes: Vec<Change>,
    /// Files in the way that are not owned and hold something else.
    pub foreign: Vec<PathBuf>,
    /// Files that are no longer generated but were changed by hand: they stay, and are no longer owned.
    pub kept: Vec<PathBuf>,
    pub(super) manifest: Manifest,
    manifest_differs: bool,
}

/// Compares the folder `out` with `files`.
///
/// # Errors
/// When a path is not safe, or the file system refuses.
pub fn plan(out: &Path, files: &[File]) -> Result<Plan, WriteError> {
    let owned = Manifest::read(out)?;
    let manifest = Manifest::of(files.iter().map(|file| (file.path.as_str(), file.text.as_str())));
    let mut plan = Plan { manifest_differs: owned != manifest, manifest, ..Plan::default() };
    for file in files {
        let target = safe(out, &file.path)?;
        let path = file.path.clone();
        match existing(&target)? {
            None => plan.changes.push(Change::Add { path, text: file.text.clone() }),
            Some(old) if old == file.text.as_bytes() => {}
            Some(old) => {
                if !owned.owns(&file.path) {
                    plan.foreign.push(target);
                }
                let old = String::from_utf8_lossy(&old).into_owned();
                plan.changes.push(Change::Edit { path, old, text: file.text.clone() });
            }
        }
    }
    for path in owned.paths().filter(|path| !plan.manifest.owns(path)) {
        let target = safe(out, path)?;
        match existing(&target)? {
            None => {}
            Some(_) if !owned.is_unchanged(path, &target) => plan.kept.push(target),
            Some(old) => {
                let old = String::from_utf8_lossy(&old).into_owned();
                plan.changes.push(Change::Remove { path: path.to_owned(), old });
            }
        }
    }
    plan.changes.sort_by(|a, b| a.path().cmp(b.path()));
    Ok(plan)
}

impl Plan {
    /// True when the folder is as it should be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && !self.manifest_differs
    }

    /// Files to write.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.changes.iter().filter_map(|change| match change {
            Change::Add { path, text } | Change::Edit { path, text, .. } => {
                Some((path.as_str(), text.as_str()))
            }
            Change::Remove { .. } => None,
        })
    }

    /// Files to remove.
    pub(super) fn removed(&self) -> impl Iterator<Item = &str> {
        self.changes.iter().filter_map(|change| match change {
            Change::Remove { path, .. } => Some(path.as_str()),
            Change::Add { .. } | Change::Edit { .. } => None,
        })
    }

    /// The differences as a unified diff, with paths below `out`.
    #[must_use]
    pub fn unified(&self, out: &Path) -> String {
        let mut text = String::new();
        for change in &self.changes {
            let path = out.join(change.path()).to_string_lossy().replace('\\', "/");
            let (old_name, new_name, old, new) = match change {
                Change::Add { text, .. } => ("/dev/null".to_owned(), format!("b/{path}"), "", text.as_str()),
                Change::Edit { old, text, .. } => {
                    (format!("a/{path}"), format!("b/{path}"), old.as_str(), text.as_str())
                }
                Change::Remove { old, .. } => (format!("a/{path}"), "/dev/null".to_owned(), old.as_str(), ""),
            };
            let diff = similar::TextDiff::from_lines(old, new);
            write!(text, "{}", diff.unified_diff().context_radius(3).header(&old_name, &new_name))
                .expect("writing to a String cannot fail");
        }
        text
    }
}

/// Where a path of a file or manifest leads; refused when that is not a plain place below `out`.
pub(super) fn safe(out: &Path, path: &str) -> Result<PathBuf, WriteError> {
    let refuse = |reason| Err(WriteError::Unsafe(out.join(path), reason));
    if path.is_empty() || path == MANIFEST || path.contains('\\') {
        return refuse("it is not a path that files are generated to");
    }
    let mut target = out.to_owned();
    for part in Path::new(path).components() {
        let Component::Normal(name) = part else {
            return refuse("it leads out of the output folder");
        };
        target.push(name);
        if target.symlink_metadata().is_ok_and(|meta| meta.file_type().is_symlink()) {
            return refuse("it is or goes through a symbolic link, and those are not followed");
        }
    }
    Ok(target)
}

fn existing(target: &Path) -> Result<Option<Vec<u8>>, WriteError> {
    match fs::read(target) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(WriteError::Io(target.to_owned(), error)),
    }
}
