//! What the text of a path variable must look like, where that decides between two paths.

use crate::http::style::escape::{Escape, unescape};
use crate::validate::formats::Format;
use crate::validate::pattern;

/// A look at the text of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fits {
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A string of this format.
    Format(Format),
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A regular expression is found in it.
    Pattern(&'static str),
}

impl Fits {
    /// Does the text, escapes and all, look like this?
    pub(crate) fn fits(self, raw: &str) -> bool {
        let Ok(text) = unescape(raw, Escape::Percent) else { return false };
        match self {
            Self::Integer => text.parse::<i128>().is_ok() && !text.starts_with('+'),
            Self::Number => {
                text.parse::<f64>().is_ok_and(f64::is_finite)
                    && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte))
            }
            Self::Boolean => *text == *"true" || *text == *"false",
            Self::Format(format) => format.accepts(&text),
            Self::OneOf(known) => known.contains(&&*text),
            Self::Pattern(expression) => pattern::matches(expression, &text),
        }
    }

    /// What says more is tried first.
    pub(crate) const fn rank(self) -> usize {
        match self {
            Self::OneOf(_) | Self::Boolean => 1,
            Self::Format(_) => 2,
            Self::Integer => 3,
            Self::Number => 4,
            Self::Pattern(_) => 5,
        }
    }
}
