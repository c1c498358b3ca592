//! `x-sanitize`: what is done to a text on the way in, before it is checked.

use crate::patch::Patch;
use crate::values::Secret;
use icu_normalizer::ComposingNormalizerBorrowed;
use std::collections::BTreeMap;

/// One thing that is done to a text.
pub type Sanitizer = fn(&mut String);

/// Something that holds texts which are sanitised: a text, or what is optional, a list or a map of them.
pub trait Sanitize {
    /// Does each of these to every text, in their order.
    fn sanitize(&mut self, how: &[Sanitizer]);
}

impl Sanitize for String {
    fn sanitize(&mut self, how: &[Sanitizer]) {
        how.iter().for_each(|one| one(self));
    }
}

impl Sanitize for Secret {
    fn sanitize(&mut self, how: &[Sanitizer]) {
        let mut text = std::mem::take(self).into_revealed();
        text.sanitize(how);
        *self = text.into();
    }
}

impl<T: Sanitize> Sanitize for Option<T> {
    fn sanitize(&mut self, how: &[Sanitizer]) {
        self.iter_mut().for_each(|value| value.sanitize(how));
    }
}

impl<T: Sanitize> Sanitize for Patch<T> {
    fn sanitize(&mut self, how: &[Sanitizer]) {
        if let Patch::Value(value) = self {
            value.sanitize(how);
        }
    }
}

impl<T: Sanitize + ?Sized> Sanitize for Box<T> {
    fn sanitize(&mut self, how: &[Sanitizer]) {
        (**self).sanitize(how);
    }
}

impl<T: Sanitize> Sanitize for Vec<T> {
    fn sanitize(&mut self, how: &[Sanitizer]) {
        self.iter_mut().for_each(|item| item.sanitize(how));
    }
}

impl<T: Sanitize> Sanitize for BTreeMap<String, T> {
    fn sanitize(&mut self, how: &[Sanitizer]) {
        self.values_mut().for_each(|value| value.sanitize(how));
    }
}

/// The value of a field or a parameter, sanitised.
pub fn sanitized<T: Sanitize>(mut value: T, how: &[Sanitizer]) -> T {
    value.sanitize(how);
    value
}

/// White space is taken from both ends (Unicode `White_Space`).
pub fn trim(text: &mut String) {
    text.truncate(text.trim_end().len());
    let start = text.len() - text.trim_start().len();
    text.drain(..start);
}

/// Each run of white space inside becomes one space, and there is none at the ends.
pub fn collapse(text: &mut String) {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default().to_owned();
    *text = words.fold(first, |all, word| all + " " + word);
}

/// Letters become small ones, in every script (Unicode `Lowercase_Mapping`).
pub fn lowercase(text: &mut String) {
    if text.is_ascii() { text.make_ascii_lowercase() } else { *text = text.to_lowercase() }
}

/// Letters become capital ones, in every script (Unicode `Uppercase_Mapping`).
pub fn uppercase(text: &mut String) {
    if text.is_ascii() { text.make_ascii_uppercase() } else { *text = text.to_uppercase() }
}

/// Normalisation form C (Unicode Standard Annex 15): a letter and its accent become one character.
pub fn nfc(text: &mut String) {
    if !text.is_ascii() {
        *text = ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned();
    }
}

/// Control characters (Unicode `Cc`) are removed, except tab and the ends of lines.
pub fn no_control(text: &mut String) {
    text.retain(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r'));
}

/// Tags, comments and processing instructions are removed, each up to the next `>`; the text between them stays as it is
/// written, and what is left opens none of them wherever an HTML parser meets it as text: there a tag begins with `<` and a
/// letter, `/`, `!` or `?`, and nothing else does (WHATWG HTML, section 13.2.5.6).
pub fn strip_html(text: &mut String) {
    if !text.contains('<') {
        return;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        // Also behind a tag that was removed: `<<b>i>` leaves nothing.
        if (c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) && out.ends_with('<') {
            out.pop();
            rest.by_ref().find(|c| *c == '>');
        } else {
            out.push(c);
        }
    }
    *text = out;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(how: &[Sanitizer], text: &str, wanted: &str) {
        assert_eq!(sanitized(text.to_owned(), how), wanted);
    }

    #[test]
    fn texts() {
        check(&[trim], " \u{3000}a b\t\n", "a b");
        check(&[trim], " \n ", "");
        check(&[collapse], "  a \n\t b\u{a0}c ", "a b c");
        check(&[collapse], " ", "");
        check(&[lowercase], "ÄBC", "äbc");
        check(&[uppercase], "straße", "STRASSE");
        check(&[nfc], "e\u{301}", "\u{e9}");
        check(&[nfc], "\u{2126}", "\u{3a9}");
        check(&[no_control], "a\0b\u{9f}\tc\r\nd\u{7f}", "ab\tc\r\nd");
        check(&[no_control, trim, lowercase], "\u{1} AB ", "ab");
    }

    #[test]
    fn markup() {
        check(&[strip_html], "<b>1 < 2</b> & <!-- x --><br/>3<4", "1 < 2 & 3<4");
        check(&[strip_html], "<<b>script>alert(1)<</b>/script>", "alert(1)");
        check(&[strip_html], "a<<<!>b>c", "a");
        check(&[strip_html], "x <img src=q onerror=", "x ");
        check(&[strip_html], "<?php ?>a<>b", "a<>b");
    }

    #[test]
    fn nothing_opens_a_tag_afterwards() {
        let parts = ["<", ">", "b", "/", "!", "?", " ", "é"];
        for n in 0..parts.len().pow(5) {
            let digit = |k: u32| parts[n / parts.len().pow(k) % parts.len()];
            let left = sanitized((0..5).map(digit).collect::<String>(), &[strip_html]);
            let opens = |pair: &[u8]| pair[0] == b'<' && matches!(pair[1], b'b' | b'/' | b'!' | b'?');
            assert!(!left.as_bytes().windows(2).any(opens), "{left:?}");
        }
    }

    #[test]
    fn texts_inside() {
        let mut value =
            Some(vec![BTreeMap::from([("k".to_owned(), Patch::Value(Box::new(" a ".to_owned())))])]);
        value.sanitize(&[trim]);
        assert_eq!(value.unwrap()[0]["k"], Patch::Value(Box::new("a".to_owned())));
        let mut absent: Patch<String> = Patch::Absent;
        absent.sanitize(&[trim]);
        assert_eq!(absent, Patch::Absent);
    }
}
