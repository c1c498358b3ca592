//! Which values are secret: those of [`Secret`](crate::Secret), what comes from `…_FILE`, and what is named like one.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};

/// What is printed instead.
pub(crate) const VEIL: &str = "***";

thread_local! {
    static READ: Cell<bool> = const { Cell::new(false) };
    static VEILED: Cell<bool> = const { Cell::new(false) };
}

/// The next value that is read is a secret.
pub(crate) fn reading() {
    READ.set(true);
}

/// Was [`reading`] said about the value that is read now?
pub(crate) fn is_read() -> bool {
    READ.replace(false)
}

/// Are secrets written as [`VEIL`] now?
pub(crate) fn is_veiled() -> bool {
    VEILED.get()
}

/// Writes something, with [`VEIL`] for every secret in it.
pub(crate) fn veiled<T>(write: impl FnOnce() -> T) -> T {
    let before = VEILED.replace(true);
    let written = write();
    VEILED.set(before);
    written
}

/// Does a key sound like that of a secret?
pub(crate) fn is_name(key: &str) -> bool {
    const WORDS: [&str; 6] = ["password", "passwd", "secret", "token", "credential", "private_key"];
    let key = key.to_ascii_lowercase().replace('-', "_");
    WORDS.iter().any(|word| key.contains(word)) || key.ends_with("api_key") || key.ends_with("apikey")
}

/// The text of a file, without the line end that editors put there.
pub(crate) fn content(path: &str, longest: u64) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?.take(longest + 1).read_to_string(&mut text)?;
    if read as u64 > longest {
        return Err(io::Error::other(format!("it is longer than {longest} bytes")));
    }
    let end = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text).len());
    text.truncate(end.unwrap_or(text.len()));
    Ok(text)
}
