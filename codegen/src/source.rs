//! Schema text, and places in it. Knows nothing of what the text says, except how to find the files that it names.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};

/// A file of a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A range of bytes of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Which file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A place for people: both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One schema file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path as shown to people: as the user gave it for the entry, beside it for the others. Always with `/`.
    pub path: String,
    /// Path relative to the root folder (that of the entry, unless another is given), normalised, with `/`: how references
    /// find it.
    pub key: String,
    /// The text, without a byte order mark.
    pub text: String,
    /// Where it was read from; `None` for a text that is held in memory.
    pub file: Option<PathBuf>,
    /// What it is to the API.
    pub role: Role,
}

/// What a file is to its API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The entry, or a file that a reference leads to.
    Document,
    /// An OpenAPI Overlay, which changes the entry. References in it are read as if they stood in the entry.
    Overlay,
    /// A text beside the API that findings may point into, such as the configuration.
    Aside,
}

/// The files of one API: the entry first, then the files it refers to.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The folder that nothing is read from outside of; `None` for texts that are held in memory.
    root: Option<PathBuf>,
    files: Vec<SourceFile>,
    by_key: BTreeMap<String, FileId>,
    missing: BTreeMap<String, String>,
}

/// Why an entry file could not be read.
#[derive(Debug)]
pub struct LoadError {
    /// The file.
    pub path: PathBuf,
    /// What went wrong.
    pub reason: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read {}: {}", self.path.display(), self.reason)
    }
}

impl std::error::Error for LoadError {}

/// The largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// The most files that one API may have.
pub const MAX_FILES: usize = 10_000;

/// Reads an entry file and every local file that it names in a `$ref`, directly or through others. Files outside the
/// entry's folder are never read; references that lead nowhere are left for the reader of the document to report.
///
/// # Errors
/// When the entry itself cannot be read as UTF-8 text.
pub fn load(entry: &Path) -> Result<Sources, LoadError> {
    let folder = entry.parent().map(Path::to_owned).unwrap_or_default();
    let key = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    load_as(entry, folder, key)
}

/// Like [`load`], but references may lead anywhere below `root`, a folder that holds the entry.
///
/// # Errors
/// When the entry cannot be read, or is not below `root`.
pub fn load_below(root: &Path, entry: &Path) -> Result<Sources, LoadError> {
    let fault = |path: &Path, reason: String| LoadError { path: path.to_owned(), reason };
    let real = |path: &Path| path.canonicalize().map_err(|error| fault(path, error.to_string()));
    let folder = entry.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (below, base) =
        (real(folder)?, real(if root.as_os_str().is_empty() { Path::new(".") } else { root })?);
    let below = below
        .strip_prefix(&base)
        .map_err(|_| fault(entry, format!("it is not below the root folder {}", shown(root))))?;
    let key = shown(&below.join(entry.file_name().unwrap_or_default()));
    load_as(entry, root.to_owned(), key)
}

/// Like [`load`], from something that is no folder, such as a commit: `read` gives the text of a file by its path
/// relative to the entry's folder, or says why it cannot; `name` is the path that people see.
///
/// # Errors
/// When the entry itself cannot be read.
pub fn load_by(
    entry: &str,
    name: impl Fn(&str) -> String,
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Sources, LoadError> {
    let text = read(entry).map_err(|reason| LoadError { path: PathBuf::from(name(entry)), reason })?;
    let file = |key: String, text: String| SourceFile {
        path: name(&key),
        key,
        text,
        file: None,
        role: Role::Document,
    };
    let mut sources = Sources::default();
    sources.add(file(entry.to_owned(), text));
    sources.gather(0, |key| Ok(file(key.to_owned(), read(key)?)));
    Ok(sources)
}

/// Reads every file below a folder whose name ends in one of `extensions`, in the order of their paths. Hidden files and
/// links that lead out of the folder are passed over.
///
/// # Errors
/// When there is none, too many, or one cannot be read.
pub fn load_folder(folder: &Path, extensions: &[&str]) -> Result<Sources, LoadError> {
    let fault = |path: &Path, reason: String| LoadError { path: path.to_owned(), reason };
    let (mut open, mut keys) = (vec![String::new()], Vec::new());
    while let Some(inside) = open.pop() {
        let here = folder.join(&inside);
        let entries = std::fs::read_dir(&here).map_err(|error| fault(&here, error.to_string()))?;
        for entry in entries {
            let entry = entry.map_err(|error| fault(&here, error.to_string()))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let key = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
            let kind = entry.file_type().map_err(|error| fault(&here, error.to_string()))?;
            if name.starts_with('.') {
                continue;
            } else if kind.is_dir() {
                open.push(key);
            } else if has_extension(&name, extensions) {
                keys.push(key);
            }
            if keys.len() + open.len() > MAX_FILES {
                return Err(fault(folder, format!("it has more than {MAX_FILES} files")));
            }
        }
    }
    keys.sort();
    let mut sources = Sources { root: Some(folder.to_owned()), ..Sources::default() };
    for key in keys {
        let (file, text) = (folder.join(&key), read_inside(folder, &key));
        let text = text.map_err(|reason| fault(&file, reason))?;
        sources.add(SourceFile { path: shown(&file), key, text, file: Some(file), role: Role::Document });
    }
    if sources.files.is_empty() {
        return Err(fault(folder, format!("no file below it ends in .{}", extensions.join(", ."))));
    }
    Ok(sources)
}

/// Whether a file's name ends in one of these, in any case.
#[must_use]
pub fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end);
    end.is_some_and(|end| extensions.iter().any(|one| one.eq_ignore_ascii_case(end)))
}

fn load_as(entry: &Path, root: PathBuf, key: String) -> Result<Sources, LoadError> {
    let text = read(entry).map_err(|reason| LoadError { path: entry.to_owned(), reason })?;
    let mut sources = Sources { root: Some(root), ..Sources::default() };
    sources.add(SourceFile {
        path: shown(entry),
        key,
        text,
        file: Some(entry.to_owned()),
        role: Role::Document,
    });
    sources.follow(0);
    Ok(sources)
}

impl Sources {
    /// One document that is held in memory, shown as `path`.
    #[must_use]
    pub fn from_text(path: &str, text: impl Into<String>) -> Self {
        Self::from_texts([(path, text.into())])
    }

    /// Several documents that are held in memory, the entry first; the paths are relative to one folder.
    #[must_use]
    pub fn from_texts<'a>(files: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let mut sources = Self::default();
        for (path, text) in files {
            let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
            let (path, key) = (path.to_owned(), path.to_owned());
            sources.add(SourceFile { path, key, text, file: None, role: Role::Document });
        }
        sources
    }

    /// Adds an OpenAPI Overlay, and the files that it refers to. Overlays are applied in the order they are added.
    ///
    /// # Errors
    /// When the file cannot be read as UTF-8 text.
    pub fn overlay(&mut self, path: &Path) -> Result<(), LoadError> {
        let text = read(path).map_err(|reason| LoadError { path: path.to_owned(), reason })?;
        self.add_overlay(shown(path), text, Some(path.to_owned()));
        Ok(())
    }

    /// Like [`Sources::overlay`], for a text that is held in memory.
    pub fn overlay_text(&mut self, path: &str, text: impl Into<String>) {
        self.add_overlay(path.to_owned(), text.into(), None);
    }

    fn add_overlay(&mut self, path: String, text: String, file: Option<PathBuf>) {
        let key = self.files.first().map(|entry| entry.key.clone()).unwrap_or_default();
        let from = self.files.len();
        self.add(SourceFile { path, key, text, file, role: Role::Overlay });
        self.follow(from);
    }

    /// Adds a text that is no part of the API, so that findings can point into it.
    pub fn aside(&mut self, path: &str, text: &str) -> FileId {
        let (path, text) = (path.to_owned(), text.to_owned());
        self.add(SourceFile { path, key: String::new(), text, file: None, role: Role::Aside })
    }

    fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("files are bounded by MAX_FILES"));
        if file.role == Role::Document {
            self.by_key.insert(file.key.clone(), id);
        }
        self.files.push(file);
        id
    }

    /// Reads what the files from number `next` on refer to, and what that refers to.
    fn follow(&mut self, next: usize) {
        let Some(root) = self.root.clone() else { return };
        self.gather(next, |key| {
            let (text, file) = (read_inside(&root, key)?, root.join(key));
            Ok(SourceFile {
                path: shown(&file),
                key: key.to_owned(),
                text,
                file: Some(file),
                role: Role::Document,
            })
        });
    }

    /// The same; `read` gives a file by its key, or says why there is none.
    fn gather(&mut self, mut next: usize, read: impl Fn(&str) -> Result<SourceFile, String>) {
        while next < self.files.len() {
            for key in referenced_files(&self.files[next]) {
                if self.by_key.contains_key(&key) || self.missing.contains_key(&key) {
                    continue;
                }
                if self.files.len() >= MAX_FILES {
                    self.missing.insert(key, format!("more than {MAX_FILES} files"));
                    continue;
                }
                match read(&key) {
                    Ok(file) => {
                        self.add(file);
                    }
                    Err(reason) => {
                        self.missing.insert(key, reason);
                    }
                }
            }
            next += 1;
        }
    }

    /// The file in whose name references of this file are resolved: overlays speak for the entry.
    #[must_use]
    pub fn home(&self, id: FileId) -> FileId {
        match self.file(id).role {
            Role::Overlay => FileId(0),
            Role::Document | Role::Aside => id,
        }
    }

    /// The file behind an id.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        self.files.get(id.0 as usize).expect("ids come from the same `Sources`")
    }

    /// All files, the entry first.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(n, file)| (FileId(n as u32), file))
    }

    /// The file with this key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<FileId> {
        self.by_key.get(key).copied()
    }

    /// Why a file that is referred to is not here, when reading it was tried.
    #[must_use]
    pub fn why_missing(&self, key: &str) -> Option<&str> {
        self.missing.get(key).map(String::as_str)
    }

    /// The text of a place.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Line and column where a span starts.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let text = &self.file(span.file).text;
        let mut start = (span.start as usize).min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        Position {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// Resolves a relative reference against the key of the file it stands in: `Err` when it leaves the root folder or is
/// no plain relative path. Percent-escapes of the reference are decoded.
///
/// # Errors
/// A sentence that says what is wrong with the reference.
pub fn resolve_key(from: &str, reference: &str) -> Result<String, String> {
    if reference.contains("://") {
        return Err("it names a remote address, and those are not read".to_owned());
    }
    if reference.starts_with('/') || reference.contains('\\') || reference.get(1..2) == Some(":") {
        return Err("it is not a relative path".to_owned());
    }
    let decoded = percent_decode(reference);
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Err("it leads out of the root folder".to_owned());
                }
            }
            name => parts.push(name),
        }
    }
    Ok(parts.join("/"))
}

/// Decodes `%XX`; a text that is not UTF-8 then stays as it is.
pub(crate) fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The files that a text names in `$ref` (and in discriminator mappings, which look the same): found by their spelling,
/// so that reading does not need to understand the document. One too many does no harm.
fn referenced_files(file: &SourceFile) -> Vec<String> {
    let mut keys = Vec::new();
    for (at, _) in file.text.match_indices("$ref") {
        let rest = file.text[at + 4..].trim_start_matches(['"', '\'']).trim_start();
        let Some(rest) = rest.strip_prefix(':') else { continue };
        let rest = rest.trim_start_matches([' ', '\t']);
        let (rest, end) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => (&rest[1..], vec![quote, '\n']),
            _ => (rest, vec!['\n', '\r', ',', '}', ' ']),
        };
        let value = rest.split(end.as_slice()).next().unwrap_or_default();
        let path = value.split('#').next().unwrap_or_default().trim();
        if path.is_empty() {
            continue;
        }
        if let Ok(key) = resolve_key(&file.key, &path.replace("\\/", "/")) {
            keys.push(key);
        }
    }
    keys.dedup();
    keys
}

fn read(path: &Path) -> Result<String, String> {
    let meta = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if meta.is_dir() {
        return Err("it is a folder; name the schema file in it".to_owned());
    }
    if meta.len() > MAX_FILE_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_FILE_BYTES >> 20));
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    decode(bytes)
}

/// UTF-8, or UTF-16 with a byte order mark, as YAML 1.2 section 5.2 and RFC 8259 allow between them.
fn decode(bytes: Vec<u8>) -> Result<String, String> {
    let wide = |big: bool| {
        let units: Vec<u16> = bytes[2..]
            .chunks_exact(2)
            .map(|pair| {
                if big {
                    u16::from_be_bytes([pair[0], pair[1]])
                } else {
                    u16::from_le_bytes([pair[0], pair[1]])
                }
            })
            .collect();
        String::from_utf16(&units).map_err(|error| error.to_string())
    };
    match bytes.get(..2) {
        Some([0xfe, 0xff]) => return wide(true),
        Some([0xff, 0xfe]) => return wide(false),
        _ => {}
    }
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("it is not UTF-8 text (byte {})", error.utf8_error().valid_up_to()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Reads a file below `folder`; a symbolic link that leads out of it is refused.
fn read_inside(folder: &Path, key: &str) -> Result<String, String> {
    let path = folder.join(key);
    if Path::new(key).components().any(|part| !matches!(part, Component::Normal(_))) {
        return Err("it is not a path below the root folder".to_owned());
    }
    let base = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let base = base.canonicalize().map_err(|error| error.to_string())?;
    let real = path.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    })?;
    if !real.starts_with(&base) {
        return Err("it leads out of the root folder".to_owned());
    }
    read(&real)
}

fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
}
