//! What a number or a text is: the integer, and the digits that floating point does not keep.

use crate::json::node::Node;

/// What a number is as an integer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Digits {
    /// It has a fraction, or is no number.
    No,
    /// This one.
    Is(i128),
    /// One that is not known exactly, about this large.
    Far(f64),
}

/// The integer that a number is; `1.0` is one (JSON Schema, section 6.1.1).
pub(crate) fn whole(number: &serde_json::Number) -> Digits {
    if let Some(value) = number.as_i64() {
        return Digits::Is(value.into());
    }
    if let Some(value) = number.as_u64() {
        return Digits::Is(value.into());
    }
    match number.as_f64() {
        #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
        Some(value) if value.fract() == 0.0 && value.abs() < FAR => Digits::Is(value as i128),
        Some(value) if value.fract() == 0.0 => Digits::Far(value),
        Some(_) | None => Digits::No,
    }
}

/// Numbers that integers of 64 bits do not hold arrive as floating point, rounded: from here on that may have put one
/// back into range.
const FAR: f64 = 9_223_372_036_854_775_808.0;

/// The integer that a text is; `1.0` is one here too.
pub(crate) fn whole_text(text: &str) -> Digits {
    let digits = match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        _ => text,
    };
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Digits::No;
    }
    digits.parse().map_or(Digits::Far(f64::INFINITY), Digits::Is)
}

/// Floating point keeps so many digits of any number.
const KEPT: usize = 15;

/// Gives numbers that floating point may have rounded their digits back. `json` is the well-formed text of the value.
pub(crate) fn restore<'a>(json: &'a [u8], node: &mut Node<'a>) {
    restore_from(&mut Numbers { json, at: 0 }, node);
}

fn restore_from<'a>(texts: &mut Numbers<'a>, node: &mut Node<'a>) {
    match node {
        Node::Number(number) => match texts.next() {
            Some(text) if number.is_f64() && text.bytes().filter(u8::is_ascii_digit).count() > KEPT => {
                *node = Node::Long(number.clone(), text);
            }
            Some(_) | None => {}
        },
        Node::Array(items) => items.iter_mut().for_each(|item| restore_from(texts, item)),
        Node::Object(entries) | Node::Deep(entries) => {
            entries.iter_mut().for_each(|(_, value)| restore_from(texts, value));
        }
        Node::Null | Node::Bool(_) | Node::Long(..) => {}
        Node::String(_) | Node::Text(_) | Node::Wrong(..) => {}
    }
}

/// The texts of the numbers of a JSON value, in their order.
struct Numbers<'a> {
    json: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Numbers<'a> {
    type Item = &'a str;
    fn next(&mut self) -> Option<&'a str> {
        let mut quoted = false;
        while let Some(byte) = self.json.get(self.at) {
            match byte {
                b'\\' if quoted => self.at += 1,
                b'"' => quoted = !quoted,
                b'-' | b'0'..=b'9' if !quoted => {
                    let rest = self.json.get(self.at..)?;
                    let is_of = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
                    let length = rest.iter().take_while(|byte| is_of(byte)).count();
                    self.at += length;
                    return std::str::from_utf8(rest.get(..length)?).ok();
                }
                _ => {}
            }
            self.at += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::from_slice;

    #[test]
    fn digits_come_back() {
        let json = br#"{"a\\\"1":[1,-0.1234567890123456789,"2\"3"],"0.12345678901234567":{"b":0.12345678901234568,"c":1e300},"a":12345678901234567890123}"#;
        assert!(Numbers { json, at: 0 }.eq([
            "1",
            "-0.1234567890123456789",
            "0.12345678901234568",
            "1e300",
            "12345678901234567890123"
        ]));
        let mut node: Node<'_> = serde_json::from_slice(json).unwrap();
        restore(json, &mut node);
        let Node::Object(entries) = &node else { panic!("{node:?}") };
        let Node::Array(items) = &entries[0].1 else { panic!("{node:?}") };
        assert!(matches!(
            items[..],
            [Node::Number(_), Node::Long(_, "-0.1234567890123456789"), Node::String(_)]
        ));
        assert!(matches!(entries[2].1, Node::Long(_, "12345678901234567890123")));
    }

    fn refused<T: serde::de::DeserializeOwned + std::fmt::Debug>(text: &str) -> (&'static str, String) {
        let fault = from_slice::<T>(text.as_bytes()).unwrap_err().remove(0);
        (fault.code, fault.detail)
    }

    #[test]
    fn too_large_is_out_of_range_everywhere() {
        let range = |text: &str| ("range", text.to_owned());
        assert_eq!(refused::<i32>("2147483648"), range("must be between -2147483648 and 2147483647"));
        for text in ["18446744073709551616", "1e30", "-1e30", "99999999999999999999999999999999999999999999"]
        {
            assert_eq!(refused::<u64>(text), range("must be between 0 and 18446744073709551615"), "{text}");
        }
        assert_eq!(refused::<u64>("1e19"), range("is too large to be written with a point or an exponent"));
        assert_eq!(
            refused::<i64>("0.5"),
            ("type", "expected an integer, found a fractional number".to_owned())
        );
        assert_eq!(refused::<String>("1e30"), ("type", "expected a string, found a number".to_owned()));
        assert_eq!(from_slice::<u64>(b"1.0").unwrap(), 1);
    }
}
