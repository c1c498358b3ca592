//! Files as answers: conditional requests (RFC 9110 section 13) and ranges (section 14), from disk or memory.

mod condition;
mod name;
mod range;
mod send;

use crate::http::context::Context;
use crate::http::problem::{Error, Result};
use bytes::Bytes;
use condition::Asked;
use http::StatusCode;
use std::hash::{Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

/// A file that answers a request: whole, in the ranges that were asked for, or with 304, 412 or 416. `HEAD` gets the same
/// head.
///
/// ```no_run
/// # async fn f(cx: apiloom::Context) -> apiloom::Result {
/// let file = apiloom::File::within(&cx, "/var/reports", "2026/may.pdf").await?.download("May.pdf");
/// # drop(file); Ok(()) }
/// ```
#[derive(Debug)]
pub struct File {
    asked: Asked,
    content: Content,
    length: u64,
    media: Option<String>,
    tag: Option<String>,
    modified: Option<SystemTime>,
    disposition: Option<String>,
}

#[derive(Debug)]
enum Content {
    Memory(Bytes),
    Disk(tokio::fs::File),
}

impl File {
    /// A file below a folder, by a name that may come from the client: `/` separates; a name that leads out of the
    /// folder, by `..` or by a symbolic link, is not found.
    ///
    /// # Errors
    /// 404 if there is no such file; 500 if it cannot be read.
    pub async fn within(cx: &Context, folder: impl AsRef<Path>, name: &str) -> Result<Self> {
        let relative = Path::new(name);
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || name.is_empty() || name.contains(['\0', '\\']) {
            return Err(not_found());
        }
        let folder = tokio::fs::canonicalize(folder).await?;
        let path = tokio::fs::canonicalize(folder.join(relative)).await.map_err(absent)?;
        if path.starts_with(&folder) { Self::open(cx, path).await } else { Err(not_found()) }
    }

    /// A file of the service's own choice. Its tag is made of its length and time of change.
    ///
    /// # Errors
    /// 404 if there is no such file; 500 if it cannot be read.
    pub async fn open(cx: &Context, path: impl Into<PathBuf>) -> Result<Self> {
        let file = tokio::fs::File::open(path.into()).await.map_err(absent)?;
        let about = file.metadata().await?;
        if !about.is_file() {
            return Err(not_found());
        }
        let modified = about.modified().ok();
        let since = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        let tag = since.map(|since| format!("\"{:x}-{:x}\"", since.as_nanos(), about.len()));
        Ok(Self { tag, modified, ..Self::new(cx, Content::Disk(file), about.len()) })
    }

    /// Bytes in memory. Their tag is made of what they are.
    pub fn bytes(cx: &Context, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let mut hasher = std::hash::DefaultHasher::new();
        bytes.hash(&mut hasher);
        let tag = Some(format!("\"{:016x}-{:x}\"", hasher.finish(), bytes.len()));
        let length = bytes.len() as u64;
        Self { tag, ..Self::new(cx, Content::Memory(bytes), length) }
    }

    fn new(cx: &Context, content: Content, length: u64) -> Self {
        let asked = Asked::new(cx.method(), cx.headers());
        Self { asked, content, length, media: None, tag: None, modified: None, disposition: None }
    }

    /// Its media type, if the schema does not say one.
    #[must_use]
    pub fn media(self, media: impl Into<String>) -> Self {
        Self { media: Some(media.into()), ..self }
    }

    /// Its entity tag, without quotes. What an entity tag cannot hold (RFC 9110 section 8.8.3) is left out.
    #[must_use]
    pub fn tag(self, tag: &str) -> Self {
        let tag: String = tag.chars().filter(|c| c.is_ascii_graphic() && *c != '"').collect();
        Self { tag: Some(format!("\"{tag}\"")), ..self }
    }

    /// When it was changed last.
    #[must_use]
    pub fn modified(self, time: SystemTime) -> Self {
        Self { modified: Some(time), ..self }
    }

    /// To be saved under a name (RFC 6266).
    #[must_use]
    pub fn download(self, name: &str) -> Self {
        Self { disposition: Some(name::disposition("attachment", name)), ..self }
    }

    /// To be shown, and saved under a name if the user wishes.
    #[must_use]
    pub fn inline(self, name: &str) -> Self {
        Self { disposition: Some(name::disposition("inline", name)), ..self }
    }
}

fn not_found() -> Error {
    Error::not_found("There is no such file.")
}

fn absent(error: std::io::Error) -> Error {
    let absent =
        [ErrorKind::NotFound, ErrorKind::NotADirectory, ErrorKind::InvalidInput, ErrorKind::InvalidFilename];
    if absent.contains(&error.kind()) { not_found() } else { Error::internal(&error) }
}

fn refused(status: StatusCode, detail: &str) -> Error {
    Error::new(status).detail(detail)
}
