//! What the tests and the command that tries real files share.

pub mod cases;
pub mod mutate;
pub mod sdl;
pub mod suite;

/// Counts code: lines that are neither blank nor only a comment.
#[must_use]
pub fn code_lines(text: &str) -> usize {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}
