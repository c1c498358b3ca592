//! The code that was generated for the cases of `corpus/`, compiled without a warning, and what its tests share.
#![deny(warnings)]

pub mod goldens;
pub mod mutate;

/// Counts code: lines that are neither blank nor only a comment.
#[must_use]
pub fn code_lines(text: &str) -> usize {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}
