//! `apiloom generate --watch`: again whenever a file of the schema changes.

use super::Exit;
use super::generate::Generate;
use super::output::Output;
use apiloom_codegen::{Sources, project};
use notify::{EventKind, RecursiveMode, Watcher as _};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Editors write in several steps; what follows within this time belongs together.
const QUIET: Duration = Duration::from_millis(100);

/// Generates, then waits for changes, until interrupted. Errors are printed and waited out.
pub(super) fn watch(command: &Generate, output: &Output) -> Exit {
    repeat(run(command, output), || run(command, output), output)
}

/// Runs `again` whenever one of the files changed; it gives the files to watch from then on.
pub(super) fn repeat(
    mut files: BTreeSet<PathBuf>,
    mut again: impl FnMut() -> BTreeSet<PathBuf>,
    output: &Output,
) -> Exit {
    let (sender, receiver) = channel();
    let watcher = notify::recommended_watcher(move |event| {
        // Fails only when the loop below is gone.
        let _ = sender.send(event);
    });
    let mut watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => {
            output.error(&format!("files cannot be watched: {error}"));
            return Exit::Usage;
        }
    };
    let mut folders = BTreeSet::new();
    loop {
        if files.is_empty() {
            return Exit::Usage;
        }
        // The folder, not the file: editors replace files by renaming.
        for folder in files.iter().filter_map(|file| file.parent()) {
            if folders.insert(folder.to_owned())
                && let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive)
            {
                output.error(&format!("{} cannot be watched: {error}", folder.display()));
            }
        }
        if wait(&receiver, &files).is_none() {
            return Exit::Bug;
        }
        // What cannot be read now may come back.
        let found = again();
        if !found.is_empty() {
            files = found;
        }
    }
}

/// The files that sources were read from, with absolute paths.
pub(super) fn files(sources: &Sources) -> BTreeSet<PathBuf> {
    sources.files().filter_map(|(_, file)| file.file.as_deref()).map(absolute).collect()
}

/// One run; gives the files that it depends on, with absolute paths.
fn run(command: &Generate, output: &Output) -> BTreeSet<PathBuf> {
    let started = Instant::now();
    let mut files = BTreeSet::new();
    let here = std::env::current_dir().unwrap_or_default();
    files.extend(project::find(&here));
    let Ok((jobs, home)) = command.jobs(output) else { return files };
    for job in &jobs {
        let (_, sources) = command.one(job, home.as_ref(), output);
        if let Some(sources) = sources {
            files.extend(self::files(&sources));
        }
        files.insert(absolute(&job.schema));
    }
    output.note(format_args!("ran in {} ms, waiting for changes", started.elapsed().as_millis()));
    files
}

/// Waits until one of the files changed and all is quiet again.
fn wait(receiver: &Receiver<notify::Result<notify::Event>>, files: &BTreeSet<PathBuf>) -> Option<()> {
    let concerns = |event: notify::Result<notify::Event>| match event {
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => false,
        Ok(event) => event.paths.iter().any(|path| files.contains(path)),
        // The watcher lost track: better once too often.
        Err(_) => true,
    };
    while !concerns(receiver.recv().ok()?) {}
    loop {
        match receiver.recv_timeout(QUIET) {
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => return Some(()),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

fn absolute(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    // Events name what links lead to for the folder, not for the file.
    match (path.parent().and_then(|folder| folder.canonicalize().ok()), path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path,
    }
}
