//! Generated files into a folder: only what differs, all or nothing, and never a file that is not ours.
//!
//! New texts are staged in a folder inside the output folder, flushed to disk, and the staging folder is renamed: that
//! is the moment from which the new tree counts. Then each file is moved to its place. When that fails, what was moved
//! is put back; when the process is killed in between, the next run finds the renamed folder and finishes the moves.
//! A manifest lists the files that are owned, so that those no longer generated can be removed.

mod manifest;
mod plan;
#[cfg(test)]
mod tests;

use crate::emit::File;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub use manifest::{MANIFEST, Manifest};
pub use plan::{Change, Plan, plan};

const STAGING: &str = ".apiloom-staging";
const COMMIT: &str = ".apiloom-commit";

/// What to do about a file that is in the way and not owned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// Refuse to write anything.
    Refuse,
    /// Overwrite it; from then on it is owned.
    Overwrite,
}

/// Why nothing was written.
#[derive(Debug)]
pub enum WriteError {
    /// Files that are in the way and not owned.
    Foreign(Vec<PathBuf>),
    /// A path that would leave the output folder, or goes through a symbolic link.
    Unsafe(PathBuf, &'static str),
    /// The file system refused.
    Io(PathBuf, io::Error),
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            WriteError::Foreign(paths) => {
                f.write_str("these files are in the way and were not made by apiloom:")?;
                paths.iter().try_for_each(|path| write!(f, "\n  {}", path.display()))
            }
            WriteError::Unsafe(path, reason) => write!(f, "{}: {reason}", path.display()),
            WriteError::Io(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            WriteError::Io(_, error) => Some(error),
            WriteError::Foreign(_) | WriteError::Unsafe(..) => None,
        }
    }
}

/// Makes the folder `out` hold exactly `files` beside what is not owned, and says what that changed. Nothing is written
/// when nothing differs, and nothing when anything fails.
///
/// # Errors
/// When a file that is not owned is in the way, a path is not safe, or the file system refuses.
pub fn write(out: &Path, files: &[File], foreign: Foreign) -> Result<Plan, WriteError> {
    recover(out)?;
    let plan = plan(out, files)?;
    if foreign == Foreign::Refuse && !plan.foreign.is_empty() {
        return Err(WriteError::Foreign(plan.foreign));
    }
    if !plan.is_empty() {
        stage(out, &plan)?;
        commit(out, &plan)?;
    }
    Ok(plan)
}

/// Removes every owned file, the manifest, and folders that are empty then. Files that were changed by hand stay.
///
/// # Errors
/// When a path is not safe, or the file system refuses.
pub fn clean(out: &Path) -> Result<Plan, WriteError> {
    write(out, &[], Foreign::Refuse)
}

/// Finishes what an earlier run was killed in.
///
/// # Errors
/// When the file system refuses.
pub fn recover(out: &Path) -> Result<(), WriteError> {
    let staging = out.join(STAGING);
    if staging.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
        at(&staging, fs::remove_dir_all(&staging))?;
    }
    let commit = out.join(COMMIT);
    if !commit.symlink_metadata().is_ok_and(|meta| meta.is_dir()) {
        return Ok(());
    }
    // What is still staged belongs to the manifest that is staged with it; it is moved last, so it is still there.
    let new = Manifest::read(&commit)?;
    let old = Manifest::read(out)?;
    for path in new.paths() {
        let staged = commit.join(path);
        if staged.is_file() {
            let target = plan::safe(out, path)?;
            make_parent(&target)?;
            at(&target, fs::rename(&staged, &target))?;
        }
    }
    if commit.join(MANIFEST).is_file() {
        for path in old.paths().filter(|path| !new.owns(path)) {
            let target = plan::safe(out, path)?;
            if old.is_unchanged(path, &target) {
                at(&target, fs::remove_file(&target))?;
            }
        }
        let target = out.join(MANIFEST);
        at(&target, fs::rename(commit.join(MANIFEST), &target))?;
    }
    at(&commit, fs::remove_dir_all(&commit))
}

/// Writes all new texts beside the old ones, flushed; from the rename on they count.
fn stage(out: &Path, plan: &Plan) -> Result<(), WriteError> {
    let staging = out.join(STAGING);
    let staged = stage_in(&staging, plan).and_then(|()| {
        at(&staging, fs::rename(&staging, out.join(COMMIT)))?;
        sync_folder(out);
        Ok(())
    });
    if staged.is_err() {
        // The folder is ours and holds nothing that counts; the next run removes it when this one cannot.
        let _ = fs::remove_dir_all(&staging);
    }
    staged
}

fn stage_in(staging: &Path, plan: &Plan) -> Result<(), WriteError> {
    at(staging, fs::create_dir_all(staging))?;
    for (path, text) in plan.texts() {
        let target = staging.join(path);
        make_parent(&target)?;
        at(&target, write_synced(&target, text.as_bytes()))?;
    }
    let target = staging.join(MANIFEST);
    at(&target, write_synced(&target, plan.manifest.to_string().as_bytes()))
}

/// Moves what is staged to its place, removes what is no longer generated, and puts all back when one step fails.
fn commit(out: &Path, plan: &Plan) -> Result<(), WriteError> {
    let old_manifest = fs::read(out.join(MANIFEST)).ok();
    let mut done = Vec::new();
    let result = apply(out, plan, &mut done);
    let commit = out.join(COMMIT);
    if let Err(error) = result {
        for (path, old) in done.into_iter().rev() {
            // The first failure is the one to report; what cannot be put back is named by the next `--check`.
            let _ = match old {
                Some(bytes) => write_synced(&path, &bytes),
                None => fs::remove_file(&path),
            };
        }
        if let Some(bytes) = old_manifest {
            let _ = write_synced(&out.join(MANIFEST), &bytes);
        }
        let _ = fs::remove_dir_all(&commit);
        return Err(error);
    }
    at(&commit, fs::remove_dir_all(&commit))?;
    remove_empty_folders(out, plan);
    sync_folder(out);
    Ok(())
}

type Undo = Vec<(PathBuf, Option<Vec<u8>>)>;

fn apply(out: &Path, plan: &Plan, done: &mut Undo) -> Result<(), WriteError> {
    let commit = out.join(COMMIT);
    for (path, _) in plan.texts() {
        let target = plan::safe(out, path)?;
        make_parent(&target)?;
        let old = fs::read(&target).ok();
        at(&target, fs::rename(commit.join(path), &target))?;
        done.push((target, old));
    }
    for path in plan.removed() {
        let target = plan::safe(out, path)?;
        let old = fs::read(&target).ok();
        at(&target, fs::remove_file(&target))?;
        done.push((target, old));
    }
    let target = out.join(MANIFEST);
    if plan.manifest.is_empty() {
        match fs::remove_file(&target) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(WriteError::Io(target, error)),
            _ => Ok(()),
        }
    } else {
        at(&target, fs::rename(commit.join(MANIFEST), &target))
    }
}

fn remove_empty_folders(out: &Path, plan: &Plan) {
    for path in plan.removed() {
        let mut folder = Path::new(path).parent();
        while let Some(inner) = folder.filter(|inner| !inner.as_os_str().is_empty()) {
            // Fails, as it should, when something is left in it.
            if fs::remove_dir(out.join(inner)).is_err() {
                break;
            }
            folder = inner.parent();
        }
    }
}

fn make_parent(path: &Path) -> Result<(), WriteError> {
    match path.parent() {
        Some(folder) => at(folder, fs::create_dir_all(folder)),
        None => Ok(()),
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes renames in a folder survive a power cut, where the system can (POSIX; opening a folder fails elsewhere).
fn sync_folder(folder: &Path) {
    if let Ok(handle) = fs::File::open(folder) {
        let _ = handle.sync_all();
    }
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, WriteError> {
    result.map_err(|error| WriteError::Io(path.to_owned(), error))
}
