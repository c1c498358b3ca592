//! Percent escapes (RFC 3986 section 2.1), both ways.

use std::borrow::Cow;
use std::fmt::Write;

/// How characters are escaped in the part of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// `%20`
    Percent,
    /// `%20`, and `+` for a space.
    Form,
    /// Not at all.
    None,
}

/// Why a text cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Garbled {
    /// A `%` without two hexadecimal digits.
    Escape,
    /// What the escapes stand for is not UTF-8.
    Utf8,
}

impl Garbled {
    /// The code and the detail of the fault.
    pub(crate) const fn fault(self) -> (&'static str, &'static str) {
        match self {
            Self::Escape => ("escape", "has a `%` that is not followed by two hexadecimal digits"),
            Self::Utf8 => ("encoding", "is not UTF-8 text"),
        }
    }
}

/// Undoes the escapes.
pub(crate) fn unescape(text: &str, escape: Escape) -> Result<Cow<'_, str>, Garbled> {
    let special = |byte: u8| byte == b'%' || (byte == b'+' && escape == Escape::Form);
    if escape == Escape::None || !text.bytes().any(special) {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        out.push(match first {
            b'%' => {
                let ([high, low], after) = tail.split_first_chunk::<2>().ok_or(Garbled::Escape)?;
                rest = after;
                hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low).ok_or(Garbled::Escape)?
            }
            b'+' if escape == Escape::Form => b' ',
            byte => *byte,
        });
    }
    String::from_utf8(out).map(Cow::Owned).map_err(|_| Garbled::Utf8)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// RFC 3986 section 2.3.
pub(super) fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Appends a text, with everything escaped but unreserved characters (RFC 3986 section 2.3) and these.
pub(crate) fn escape(out: &mut String, text: &str, plain: &str) {
    for byte in text.bytes() {
        let letter = char::from(byte);
        if is_unreserved(byte) || (byte.is_ascii() && plain.contains(letter)) {
            out.push(letter);
        } else {
            // Writing to a text does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Escape, Garbled, escape, unescape};

    #[test]
    fn both_ways() {
        for text in ["", "a b", "ä/%+&=", "\u{1F408}\n"] {
            let mut out = String::new();
            escape(&mut out, text, "");
            assert!(out.is_ascii());
            assert_eq!(unescape(&out, Escape::Percent).unwrap(), text);
            assert_eq!(unescape(&out, Escape::Form).unwrap(), text);
        }
        assert_eq!(unescape("a+b%2B", Escape::Form).unwrap(), "a b+");
        assert_eq!(unescape("a+b", Escape::Percent).unwrap(), "a+b");
        assert_eq!(unescape("%zz", Escape::None).unwrap(), "%zz");
    }

    #[test]
    fn garbled() {
        for text in ["%", "%4", "%zz", "a%+1", "%4\u{e4}"] {
            assert_eq!(unescape(text, Escape::Form), Err(Garbled::Escape), "{text}");
        }
        assert_eq!(unescape("%ff", Escape::Percent), Err(Garbled::Utf8));
    }
}
