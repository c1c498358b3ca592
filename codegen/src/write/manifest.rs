//! The list of files that were generated into a folder.

use super::WriteError;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs, io};

/// The name of the manifest in the output folder.
pub const MANIFEST: &str = ".apiloom-manifest";

const HEAD: &str = "# Files that apiloom generated into this folder, each with the SHA-256 of its text.";

/// Which files of a folder are owned, by path with `/`, each with the hash of what was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    files: BTreeMap<String, String>,
}

impl Manifest {
    /// The manifest of these texts.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self {
            files: files.into_iter().map(|(path, text)| (path.to_owned(), hash(text.as_bytes()))).collect(),
        }
    }

    /// Reads the manifest of a folder; an empty one when there is none.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn read(folder: &Path) -> Result<Self, WriteError> {
        let path = folder.join(MANIFEST);
        match fs::read(&path) {
            Ok(bytes) => Ok(Self::parse(&String::from_utf8_lossy(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(WriteError::Io(path, error)),
        }
    }

    /// Lines that are no entries (comments, marks of a merge conflict) are passed over.
    fn parse(text: &str) -> Self {
        let entry = |line: &str| {
            let (hash, path) = line.trim_end().split_once("  ")?;
            let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hash.then(|| (path.to_owned(), hash.to_owned()))
        };
        Self { files: text.lines().filter_map(entry).collect() }
    }

    /// The owned files.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// True for an owned file.
    #[must_use]
    pub fn owns(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// True when no file is owned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// True when the file holds what was written into it.
    pub(super) fn is_unchanged(&self, path: &str, target: &Path) -> bool {
        match (self.files.get(path), fs::read(target)) {
            (Some(known), Ok(bytes)) => *known == hash(&bytes),
            _ => false,
        }
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEAD}")?;
        self.files.iter().try_for_each(|(path, hash)| writeln!(f, "{hash}  {path}"))
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
