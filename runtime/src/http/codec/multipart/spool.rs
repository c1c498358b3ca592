//! Where files wait for the handler: small ones in memory, the others one after the other in a temporary file that has no
//! name, so that nothing is left behind however the process ends.

use super::broken;
use super::parser::Parser;
use crate::http::problem::Error;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use std::io::{self, SeekFrom};
use std::sync::Arc;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::Mutex;

/// Files up to this length are held in memory.
const SMALL: usize = 64 * 1024;
/// So much of a file is read at once.
const CHUNK: u64 = 64 * 1024;

/// A file that has arrived.
#[derive(Debug, Clone)]
pub(super) enum Stored {
    Memory(Bytes),
    File(Segment),
    /// To be sent, once; its length if it is known.
    Stream(Arc<std::sync::Mutex<Option<Body>>>, Option<u64>),
}

/// A piece of the temporary file.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    file: Arc<Mutex<File>>,
    start: u64,
    pub(super) len: u64,
}

/// The files of one request.
#[derive(Debug)]
pub(super) struct Spool {
    file: Option<Arc<Mutex<File>>>,
    end: u64,
    /// How much may still be held in memory.
    memory: usize,
}

impl Spool {
    pub(super) fn new(memory: usize) -> Self {
        Self { file: None, end: 0, memory }
    }

    /// Takes the content of a part.
    pub(super) async fn store(&mut self, parser: &mut Parser) -> Result<Stored, Error> {
        let mut held = BytesMut::new();
        let most = SMALL.min(self.memory);
        while let Some(chunk) = parser.chunk().await.map_err(broken)? {
            held.extend_from_slice(&chunk);
            if held.len() > most {
                return self.spool(parser, held).await;
            }
        }
        self.memory -= held.len();
        Ok(Stored::Memory(held.freeze()))
    }

    async fn spool(&mut self, parser: &mut Parser, mut held: BytesMut) -> Result<Stored, Error> {
        let shared = match &self.file {
            Some(file) => file.clone(),
            None => {
                let file = tokio::task::spawn_blocking(tempfile::tempfile).await??;
                self.file.insert(Arc::new(Mutex::new(File::from_std(file)))).clone()
            }
        };
        let mut file = shared.lock().await;
        let start = self.end;
        loop {
            file.write_all(&held).await?;
            self.end += held.len() as u64;
            held.clear();
            match parser.chunk().await.map_err(broken)? {
                Some(chunk) => held.extend_from_slice(&chunk),
                None => break,
            }
        }
        file.flush().await?;
        drop(file);
        Ok(Stored::File(Segment { file: shared, start, len: self.end - start }))
    }
}

impl Segment {
    /// Some bytes from an offset on; none at the end.
    pub(super) async fn read(&self, offset: u64) -> io::Result<Option<Bytes>> {
        let len = CHUNK.min(self.len.saturating_sub(offset));
        if len == 0 {
            return Ok(None);
        }
        let mut bytes = vec![0; usize::try_from(len).unwrap_or_default()];
        let mut file = self.file.lock().await;
        file.seek(SeekFrom::Start(self.start + offset)).await?;
        file.read_exact(&mut bytes).await?;
        Ok(Some(bytes.into()))
    }

    /// The same place of the same file?
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.file, &other.file) && (self.start, self.len) == (other.start, other.len)
    }
}
