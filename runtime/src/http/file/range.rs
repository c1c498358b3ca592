//! `Range` (RFC 9110 section 14.2): which bytes are asked for.

use std::ops::Range;

/// More ranges than this are not heeded (section 14.2: a server may ignore what looks like an attack).
const MOST: usize = 16;

/// What a `Range` comes to for a file of a length.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ranges {
    /// Not heeded: another unit, broken, or more work than the whole.
    Whole,
    /// None of the ranges has a byte in the file.
    None,
    /// In the order asked for; never empty.
    Some(Vec<Range<u64>>),
}

pub(super) fn ranges(text: &str, length: u64) -> Ranges {
    let Some(specs) =
        text.trim().split_once('=').filter(|(unit, _)| unit.trim().eq_ignore_ascii_case("bytes"))
    else {
        return Ranges::Whole;
    };
    let mut all: Vec<Range<u64>> = Vec::new();
    let mut count = 0;
    for spec in specs.1.split(',').map(str::trim).filter(|spec| !spec.is_empty()) {
        let Some(range) = range(spec, length) else { return Ranges::Whole };
        count += 1;
        all.extend(range.filter(|range| !range.is_empty()));
    }
    let total = all.iter().map(|range| range.end - range.start).fold(0, u64::saturating_add);
    match all.len() {
        _ if count == 0 || count > MOST => Ranges::Whole,
        0 => Ranges::None,
        1 => Ranges::Some(all),
        _ if total >= length => Ranges::Whole,
        _ => Ranges::Some(all),
    }
}

/// Outer `None`: broken. Inner: no byte of it is in the file.
fn range(spec: &str, length: u64) -> Option<Option<Range<u64>>> {
    let (first, last) = spec.split_once('-')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    if first.is_empty() {
        let suffix = number(last)?;
        return Some((suffix > 0).then(|| length.saturating_sub(suffix)..length));
    }
    let first = number(first)?;
    let end = if last.is_empty() { length } else { number(last)?.saturating_add(1) };
    if end <= first && !last.is_empty() {
        return None;
    }
    Some((first < length).then(|| first..end.min(length)))
}

#[cfg(test)]
mod tests {
    use super::{Ranges, ranges};

    #[test]
    fn as_in_the_rfc() {
        let some = |all: &[(u64, u64)]| Ranges::Some(all.iter().map(|(start, end)| *start..*end).collect());
        let cases = [
            ("bytes=0-499", some(&[(0, 500)])),
            ("Bytes = 500-999", some(&[(500, 1000)])),
            ("bytes=-500", some(&[(9500, 10_000)])),
            ("bytes=9500-", some(&[(9500, 10_000)])),
            ("bytes=0-0,-1", some(&[(0, 1), (9999, 10_000)])),
            ("bytes= 0-999, 4500-5499, -1000", some(&[(0, 1000), (4500, 5500), (9000, 10_000)])),
            ("bytes=9000-99999999999999999999999", some(&[(9000, 10_000)])),
            ("bytes=-99999", some(&[(0, 10_000)])),
            ("bytes=10000-", Ranges::None),
            ("bytes=-0", Ranges::None),
            ("bytes=10000-20000, 1-2", some(&[(1, 3)])),
            ("bytes=2-1", Ranges::Whole),
            ("bytes=a-b", Ranges::Whole),
            ("bytes=+1-2", Ranges::Whole),
            ("bytes=", Ranges::Whole),
            ("rows=1-2", Ranges::Whole),
            ("bytes=0-,0-", Ranges::Whole),
        ];
        for (text, expected) in cases {
            assert_eq!(ranges(text, 10_000), expected, "{text}");
        }
        assert_eq!(ranges(&format!("bytes={}", "1-2,".repeat(17)), 10_000), Ranges::Whole);
        assert_eq!(ranges("bytes=0-", 0), Ranges::None);
    }
}
