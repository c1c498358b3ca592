//! Reloads a configuration when its files change and on SIGHUP.

use super::finding::Failure;
use super::live::{Live, Reloaded};
use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Files are read when nothing has happened to them for so long: what writes them may need several steps.
const QUIET: Duration = Duration::from_millis(100);
/// So many times is waited for quiet at most.
const MOST_WAITS: usize = 20;

/// Stops with the service.
#[derive(Debug)]
pub(crate) struct Reloading(JoinHandle<()>);

impl Drop for Reloading {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Begins.
///
/// # Errors
/// SIGHUP cannot be listened for.
pub(crate) fn start(live: Arc<Live>) -> io::Result<Reloading> {
    #[cfg(unix)]
    let mut hangups = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    let (sender, mut events) = mpsc::channel(1);
    // Something may have changed since the files were read.
    let _ = sender.try_send(());
    let mut folders = Folders::new(sender);
    folders.watch(&live.watched());
    let task = async move {
        let mut failed = None;
        loop {
            #[cfg(unix)]
            let is_asked = tokio::select! {
                _ = hangups.recv() => true,
                _ = settled(&mut events) => false,
            };
            #[cfg(not(unix))]
            let is_asked = {
                settled(&mut events).await;
                false
            };
            loop {
                let reloading = live.clone();
                let Ok(reloaded) = tokio::task::spawn_blocking(move || reloading.reload()).await else {
                    tracing::error!("the configuration could not be reloaded: something in it panicked");
                    break;
                };
                tell(reloaded, is_asked, &mut failed);
                // What happened in a folder before it was watched, nobody has told.
                if !folders.watch(&live.watched()) {
                    break;
                }
            }
        }
    };
    Ok(Reloading(tokio::spawn(task)))
}

/// Waits for an event, and until no more come.
async fn settled(events: &mut mpsc::Receiver<()>) {
    if events.recv().await.is_none() {
        // Nobody watches: there is SIGHUP.
        std::future::pending::<()>().await;
    }
    for _ in 0..MOST_WAITS {
        if timeout(QUIET, events.recv()).await.is_err() {
            break;
        }
    }
}

/// Says what a reload has come to; the same failure is not said twice, if nobody asked.
fn tell(reloaded: Result<Reloaded, Failure>, is_asked: bool, failed: &mut Option<String>) {
    match reloaded {
        Ok(Reloaded { changed, restart }) => {
            *failed = None;
            if !changed.is_empty() || is_asked {
                tracing::info!(changed = changed.join(", "), "the configuration was reloaded");
            }
            if !restart.is_empty() {
                let keys = restart.join(", ");
                tracing::warn!(keys, "these keys of the configuration have changed and need a restart");
            }
        }
        Err(failure) => {
            let text = failure.to_string();
            if is_asked || failed.as_ref() != Some(&text) {
                tracing::error!("the configuration was not reloaded, and the old one stays: {text}");
            }
            *failed = Some(text);
        }
    }
}

/// The folders that are watched. Files themselves are not: editors, and Kubernetes for its volumes, put another file (or
/// link) at the place of the old one.
struct Folders {
    watcher: Option<RecommendedWatcher>,
    watched: BTreeMap<PathBuf, Identity>,
}

impl Folders {
    fn new(sender: mpsc::Sender<()>) -> Self {
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // A full channel says already that something has happened.
            if event.is_ok_and(|event| is_change(event.kind)) {
                let _ = sender.try_send(());
            }
        });
        let watcher = watcher.inspect_err(|error| {
            tracing::warn!(%error, "files of the configuration cannot be watched; SIGHUP reloads them");
        });
        Self { watcher: watcher.ok(), watched: BTreeMap::new() }
    }

    /// Watches where these files are, and where links lead. A folder that is another one under its old name is watched
    /// anew; one that is still the same is not touched, so that nothing of it is missed. Is any of them new?
    fn watch(&mut self, files: &[PathBuf]) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let folders = files.iter().flat_map(|file| folders(file));
        let wanted: BTreeMap<PathBuf, Identity> =
            folders.filter_map(|folder| identity(&folder).map(|identity| (folder, identity))).collect();
        let is_gone = |(folder, identity): &(&PathBuf, &Identity)| wanted.get(*folder) != Some(*identity);
        let gone: Vec<PathBuf> =
            self.watched.iter().filter(is_gone).map(|(folder, _)| folder.clone()).collect();
        for folder in gone {
            // It may be gone from the disk, and with it the watch.
            let _ = watcher.unwatch(&folder);
            self.watched.remove(&folder);
        }
        let mut has_new = false;
        for (folder, identity) in wanted {
            if self.watched.contains_key(&folder) {
                continue;
            }
            match watcher.watch(&folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(folder, identity);
                    has_new = true;
                }
                Err(error) => {
                    tracing::warn!(folder = %folder.display(), %error, "cannot be watched for changes")
                }
            }
        }
        has_new
    }
}

/// What tells a folder from another one that has its name later.
type Identity = (u64, u64, Option<std::time::SystemTime>);

#[cfg(unix)]
fn identity(folder: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    let known = folder.metadata().ok()?;
    Some((known.dev(), known.ino(), known.created().ok()))
}

#[cfg(not(unix))]
fn identity(folder: &Path) -> Option<Identity> {
    Some((0, 0, folder.metadata().ok()?.created().ok()))
}

/// The folder of a file, those of what it leads to, and where the folder itself is a link.
fn folders(file: &Path) -> Vec<PathBuf> {
    let parent = |path: &Path| match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Some(PathBuf::from(".")),
        parent => parent.map(Path::to_path_buf),
    };
    let mut all = Vec::new();
    if let Some(folder) = parent(file) {
        if folder.is_symlink() {
            all.extend(parent(&folder));
        }
        all.push(folder);
    }
    all.extend(file.canonicalize().ok().as_deref().and_then(parent));
    all.retain(|folder| folder.is_dir());
    all
}

/// Reading a file is no change of it.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
        EventKind::Access(_) => false,
        EventKind::Any
        | EventKind::Create(_)
        | EventKind::Modify(_)
        | EventKind::Remove(_)
        | EventKind::Other => true,
    }
}
