//! Where the lines of the access log go: a buffer that a thread of its own empties, so that no request waits for a disk.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Lines that wait for the disk; more are dropped, and counted.
const MOST: usize = 8 * 1024 * 1024;
/// So long lines are gathered before they are written.
const GATHER: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    /// The second that `stamp` is of.
    second: u64,
    stamp: String,
}

struct Shared {
    buffer: Mutex<Buffer>,
    out: Mutex<Box<dyn Write + Send>>,
    dropped: AtomicU64,
    has_failed: AtomicBool,
    is_closed: AtomicBool,
}

/// Where the lines of the access log go. Clones are the same.
#[derive(Clone)]
pub struct Lines {
    writer: Arc<Writer>,
}

struct Writer {
    shared: Arc<Shared>,
    thread: OnceLock<Option<JoinHandle<()>>>,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lines {
    /// To the standard error stream.
    pub fn stderr() -> Self {
        Self::to(io::stderr())
    }

    /// To the standard output stream.
    pub fn stdout() -> Self {
        Self::to(io::stdout())
    }

    /// To anything. It gets many lines at once.
    pub fn to(out: impl Write + Send + 'static) -> Self {
        let shared = Shared {
            buffer: Mutex::default(),
            out: Mutex::new(Box::new(out)),
            dropped: AtomicU64::new(0),
            has_failed: AtomicBool::new(false),
            is_closed: AtomicBool::new(false),
        };
        Self { writer: Arc::new(Writer { shared: Arc::new(shared), thread: OnceLock::new() }) }
    }

    /// How many lines were dropped, as nobody took them fast enough.
    pub fn dropped(&self) -> u64 {
        self.writer.shared.dropped.load(Ordering::Relaxed)
    }

    /// Writes what waits.
    pub fn flush(&self) {
        self.writer.shared.drain();
    }

    /// Adds a line, which the function writes behind the time, without its end.
    pub(super) fn push(&self, write: impl FnOnce(&mut Vec<u8>, Stamp<'_>)) {
        let was_empty = self.writer.shared.push(write);
        if was_empty && let Some(thread) = self.writer.thread.get_or_init(|| self.writer.start()) {
            thread.thread().unpark();
        }
    }
}

/// The time of a line.
pub(super) struct Stamp<'a> {
    /// Up to the seconds, in UTC: `2026-11-23T19:00:37`.
    pub(super) seconds: &'a str,
    pub(super) millis: u32,
}

impl Shared {
    /// Was there nothing before?
    fn push(&self, write: impl FnOnce(&mut Vec<u8>, Stamp<'_>)) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut buffer = lock(&self.buffer);
        let buffer = &mut *buffer;
        if buffer.bytes.len() > MOST {
            self.dropped.fetch_add(1, Ordering::Relaxed);
            return false;
        }
        if buffer.second != now.as_secs() || buffer.stamp.is_empty() {
            buffer.second = now.as_secs();
            buffer.stamp.clear();
            let second = i64::try_from(now.as_secs()).ok().and_then(|s| jiff::Timestamp::from_second(s).ok());
            buffer.stamp = second.unwrap_or_default().to_string().trim_end_matches('Z').to_owned();
        }
        let was_empty = buffer.bytes.is_empty();
        write(&mut buffer.bytes, Stamp { seconds: &buffer.stamp, millis: now.subsec_millis() });
        buffer.bytes.push(b'\n');
        was_empty
    }

    /// Writes what is there. Was there anything?
    fn drain(&self) -> bool {
        let mut out = lock(&self.out);
        let bytes = std::mem::take(&mut lock(&self.buffer).bytes);
        if bytes.is_empty() {
            return false;
        }
        let written = out.write_all(&bytes).and_then(|()| out.flush());
        if let Err(error) = written
            && !self.has_failed.swap(true, Ordering::Relaxed)
        {
            tracing::error!(%error, "the access log cannot be written");
        }
        true
    }
}

impl Writer {
    /// Without a thread, lines are written as soon as the last of them is asked for.
    fn start(&self) -> Option<JoinHandle<()>> {
        let shared = self.shared.clone();
        let run = move || {
            while !shared.is_closed.load(Ordering::Acquire) {
                if !shared.drain() {
                    thread::park();
                }
                thread::sleep(GATHER);
            }
            shared.drain();
        };
        let started = thread::Builder::new().name("access-log".to_owned()).spawn(run);
        started.inspect_err(|error| tracing::error!(%error, "the access log has no thread")).ok()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.is_closed.store(true, Ordering::Release);
        if let Some(Some(thread)) = self.thread.take() {
            thread.thread().unpark();
            // It ends by itself; if it has panicked, that was told.
            let _ = thread.join();
        }
        self.shared.drain();
    }
}
