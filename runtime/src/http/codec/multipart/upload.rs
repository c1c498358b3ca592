//! A file of a form, as handlers get it.

use super::disposition::Disposition;
use super::spool::Stored;
use crate::http::problem::Error;
use crate::json::tree::FILE;
use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// So much of a file of the disk is read at once.
const CHUNK: usize = 64 * 1024;

/// A file that was sent in a form, or is to be: small ones are in memory, larger ones in a temporary file that goes with the last
/// clone of this. Cloning is cheap.
#[derive(Clone)]
pub struct Upload(Arc<Inner>);

struct Inner {
    name: String,
    filename: Option<String>,
    headers: HeaderMap,
    stored: Stored,
}

impl Upload {
    pub(super) fn new(disposition: &Disposition, headers: HeaderMap, stored: Stored) -> Self {
        let Disposition { name, filename } = disposition.clone();
        Self(Arc::new(Inner { name, filename, headers, stored }))
    }

    /// A file that did not come in a form.
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        let stored = Stored::Memory(bytes.into());
        Self(Arc::new(Inner { name: String::new(), filename: None, headers: HeaderMap::new(), stored }))
    }

    /// A file that is sent while it is read: once, and not again when a request is repeated. `len` is its length, if it is
    /// known.
    pub fn from_stream(body: impl Into<Body>, len: impl Into<Option<u64>>) -> Self {
        let stored = Stored::Stream(Arc::new(Mutex::new(Some(body.into()))), len.into());
        Self(Arc::new(Inner { name: String::new(), filename: None, headers: HeaderMap::new(), stored }))
    }

    /// A file of the disk, under its own name, to be sent while it is read.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn open(path: impl AsRef<Path> + Send) -> io::Result<Self> {
        let file = tokio::fs::File::open(path.as_ref()).await?;
        let len = file.metadata().await?.len();
        let chunks = stream::try_unfold(file, |mut file| async move {
            let mut chunk = vec![0; CHUNK];
            let read = file.read(&mut chunk).await?;
            chunk.truncate(read);
            io::Result::Ok((read > 0).then(|| (Bytes::from(chunk), file)))
        });
        let upload = Self::from_stream(Body::from_stream(chunks), len);
        let name = path.as_ref().file_name().map(|name| name.to_string_lossy().into_owned());
        Ok(match name {
            Some(name) => upload.named(name),
            None => upload,
        })
    }

    /// The same under another name.
    #[must_use]
    pub fn named(self, filename: impl Into<String>) -> Self {
        self.change(|inner| inner.filename = Some(filename.into()))
    }

    /// The same with a header of its part, such as `content-type`; one that HTTP does not allow is left out.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let header = name.parse::<HeaderName>().ok().zip(HeaderValue::from_str(value).ok());
        self.change(|inner| inner.headers.extend(header))
    }

    fn change(self, change: impl FnOnce(&mut Inner)) -> Self {
        let Inner { name, filename, headers, stored } = &*self.0;
        let (name, filename, headers, stored) =
            (name.clone(), filename.clone(), headers.clone(), stored.clone());
        let mut inner = Inner { name, filename, headers, stored };
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// The name of the field.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The file's name, if the client gave one; without folders. Whatever it is, it is the client's: do not store a file
    /// under it.
    pub fn filename(&self) -> Option<&str> {
        self.0.filename.as_deref()
    }

    /// The media type that the client says it is.
    pub fn content_type(&self) -> Option<&str> {
        self.0.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())
    }

    /// The headers of the part.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// How many bytes it has. One that is made of a stream of unknown length counts as having none.
    pub fn len(&self) -> u64 {
        self.known().unwrap_or_default()
    }

    /// How many bytes it has, if that is known.
    pub(super) fn known(&self) -> Option<u64> {
        match &self.0.stored {
            Stored::Memory(bytes) => Some(bytes.len() as u64),
            Stored::File(segment) => Some(segment.len),
            Stored::Stream(_, len) => *len,
        }
    }

    /// Has it no bytes?
    pub fn is_empty(&self) -> bool {
        self.known() == Some(0)
    }

    /// The whole of it in memory.
    ///
    /// # Errors
    /// 413 if it has more than `limit` bytes; 500 if the temporary file cannot be read.
    pub async fn bytes(&self, limit: usize) -> Result<Bytes, Error> {
        if self.len() > limit as u64 {
            let detail = format!("The file `{}` may have at most {limit} bytes.", self.name());
            return Err(Error::new(StatusCode::PAYLOAD_TOO_LARGE).detail(detail));
        }
        if let Stored::Memory(bytes) = &self.0.stored {
            return Ok(bytes.clone());
        }
        let add = |mut all: Vec<u8>, chunk: Bytes| async move {
            all.extend_from_slice(&chunk);
            Ok(all)
        };
        Ok(self.stream().boxed().try_fold(Vec::new(), add).await?.into())
    }

    /// Its bytes, piece by piece.
    pub fn stream(&self) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
        stream::try_unfold((self.clone(), 0, None), |(upload, offset, mut live)| async move {
            let chunk = match &upload.0.stored {
                Stored::Memory(bytes) => (offset == 0 && !bytes.is_empty()).then(|| bytes.clone()),
                Stored::File(segment) => segment.read(offset).await?,
                Stored::Stream(body, _) => {
                    if offset == 0 && live.is_none() {
                        live = body
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .take()
                            .map(Body::into_data_stream);
                        if live.is_none() {
                            return Err(io::Error::other("the stream of a file has been sent already"));
                        }
                    }
                    match &mut live {
                        Some(live) => live.try_next().await.map_err(io::Error::other)?,
                        None => None,
                    }
                }
            };
            Ok(chunk.map(|chunk| {
                let next = offset + chunk.len() as u64;
                (chunk, (upload, next, live))
            }))
        })
    }

    /// The same as a body, to be sent on.
    pub fn into_body(self) -> Body {
        Body::from_stream(self.stream())
    }

    /// Writes it to a file, which must not be there yet.
    ///
    /// # Errors
    /// There is such a file, or it cannot be written.
    pub async fn save(&self, path: impl AsRef<Path> + Send) -> io::Result<()> {
        let mut file = tokio::fs::File::create_new(path.as_ref()).await?;
        let mut chunks = self.stream().boxed();
        while let Some(chunk) = chunks.try_next().await? {
            file.write_all(&chunk).await?;
        }
        file.flush().await
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name())
            .field("filename", &self.filename())
            .field("content_type", &self.content_type())
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// Files in memory by their bytes, others by their place.
impl PartialEq for Upload {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.0.stored, &other.0.stored) {
            (Stored::Memory(a), Stored::Memory(b)) => a == b,
            (Stored::File(a), Stored::File(b)) => a.is(b),
            (Stored::Stream(a, _), Stored::Stream(b, _)) => Arc::ptr_eq(a, b),
            (Stored::Memory(_) | Stored::File(_) | Stored::Stream(..), _) => false,
        };
        same && self.filename() == other.filename() && self.content_type() == other.content_type()
    }
}

thread_local! {
    /// The files of the form that is being read on this thread.
    static LENT: RefCell<Vec<Upload>> = const { RefCell::new(Vec::new()) };
    /// The files of the form that is being written on this thread.
    static TAKEN: RefCell<Option<Vec<Upload>>> = const { RefCell::new(None) };
}

/// Writes, and gives the files that were met: each is written as its place among them.
pub(super) fn take<T>(write: impl FnOnce() -> T) -> (T, Vec<Upload>) {
    TAKEN.with_borrow_mut(|taken| *taken = Some(Vec::new()));
    let value = write();
    (value, TAKEN.with_borrow_mut(Option::take).unwrap_or_default())
}

/// Reads with these files at hand.
pub(super) fn lend<T>(uploads: &[Upload], read: impl FnOnce() -> T) -> T {
    LENT.with_borrow_mut(|lent| uploads.clone_into(lent));
    let value = read();
    LENT.with_borrow_mut(Vec::clear);
    value
}

/// From a form the file itself; from JSON and other texts, their bytes.
impl<'de> Deserialize<'de> for Upload {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct File;
        impl<'de> Visitor<'de> for File {
            type Value = Upload;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a file")
            }
            fn visit_u64<E: serde::de::Error>(self, index: u64) -> Result<Upload, E> {
                let index = usize::try_from(index).unwrap_or(usize::MAX);
                let found = LENT.with_borrow(|lent| lent.get(index).cloned());
                found.ok_or_else(|| E::custom("is not a file"))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Upload, E> {
                Ok(Upload::from_bytes(text.to_owned()))
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<Upload, D::Error> {
                String::deserialize(d).map(Upload::from_bytes)
            }
        }
        d.deserialize_newtype_struct(FILE, File)
    }
}

/// Into a form the file itself; elsewhere as text, which only a small file of UTF-8 can be.
impl Serialize for Upload {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let place = TAKEN.with_borrow_mut(|taken| {
            taken.as_mut().map(|files| {
                files.push(self.clone());
                files.len() as u64 - 1
            })
        });
        if let Some(place) = place {
            return s.serialize_u64(place);
        }
        match &self.0.stored {
            Stored::Memory(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => s.serialize_str(text),
                Err(_) => Err(S::Error::custom("a file that is not UTF-8 is no text")),
            },
            Stored::File(_) | Stored::Stream(..) => Err(S::Error::custom("a large file is no text")),
        }
    }
}

impl crate::Rules for Upload {
    fn rules(&self, _: &mut crate::Checker) {}
}

/// In bytes.
impl crate::validate::probe::Length for Upload {
    fn length(&self) -> Option<usize> {
        usize::try_from(self.known()?).ok()
    }
}
