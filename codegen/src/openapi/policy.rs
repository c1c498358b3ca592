//! `x-timeout`, `x-body-limit`, `x-rate-limit`, `x-log`: what the runtime does around an operation, said at the operation, its
//! path or the document; what is said nearest holds. Each may be written `x-apiloom-…`.

use super::lower::Lower;
use super::tree::Node;
use crate::code::Code;
use crate::ir::{By, Policy, Rate};

/// The word for no limit.
const OFF: &str = "off";
/// In milliseconds, from the largest.
const TIMES: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];
/// In bytes.
const SIZES: [(&str, u64); 8] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("KB", 1_000),
    ("B", 1),
];

/// Reads it from the places where it may be said, the nearest first.
pub(crate) fn read<'t>(lower: &mut Lower<'t, '_>, places: &[&'t Node]) -> Policy {
    Policy {
        pagination: None,
        timeout: said(lower, places, "timeout", timeout, "a time such as `30s`, or `off`"),
        body_limit: said(lower, places, "body-limit", size, "a size such as `2 MiB`"),
        rates: said(lower, places, "rate-limit", rates, RATES),
        log: said(lower, places, "log", Node::as_bool, "`true` or `false`"),
    }
}

const RATES: &str =
    "a rate such as `100/s` or `20/30s by key` (ip, key, user, tenant, all), a list of some, or `off`";

/// What the nearest place says that says anything.
fn said<'t, T>(
    lower: &mut Lower<'t, '_>,
    places: &[&'t Node],
    name: &str,
    read: impl Fn(&Node) -> Option<T>,
    wanted: &str,
) -> Option<T> {
    let keys = [format!("x-apiloom-{name}"), format!("x-{name}")];
    let (key, node) =
        places.iter().find_map(|place| keys.iter().find_map(|key| Some((key, place.get(key)?))))?;
    let found = read(node);
    if found.is_none() {
        let message = format!("`{key}` is not understood and holds for nothing");
        let report = lower.document.report(Code::BadPolicy, node.span, message);
        report.help(format!("it is {wanted}"));
    }
    found
}

/// A number and its unit; of a number alone, the unit that is given.
fn measured(text: &str, units: &[(&str, u64)], alone: u64) -> Option<u64> {
    let text = text.trim();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: u64 = text[..text.len() - unit.len()].parse().ok()?;
    let scale = match unit.trim() {
        "" => alone,
        unit => units.iter().find(|(name, _)| *name == unit)?.1,
    };
    number.checked_mul(scale)
}

fn is_off(node: &Node) -> bool {
    node.as_bool() == Some(false) || node.as_str() == Some(OFF)
}

/// Milliseconds; 0 for none.
fn timeout(node: &Node) -> Option<u64> {
    if is_off(node) {
        return Some(0);
    }
    measured(node.lexeme()?, &TIMES, 1000).filter(|millis| *millis > 0)
}

fn size(node: &Node) -> Option<u64> {
    measured(node.lexeme()?, &SIZES, 1)
}

fn rates(node: &Node) -> Option<Vec<Rate>> {
    if is_off(node) {
        return Some(Vec::new());
    }
    match node.as_list() {
        Some(list) => list.iter().map(|rate| rate.as_str().and_then(self::rate)).collect(),
        None => node.as_str()?.split(',').map(rate).collect(),
    }
}

/// `20/30s by key`
fn rate(text: &str) -> Option<Rate> {
    let (rate, by) = match text.trim().split_once(" by ") {
        Some((rate, word)) => (rate, By::ALL.into_iter().find(|by| by.word() == word.trim())?),
        None => (text, By::Ip),
    };
    let (count, period) = rate.split_once('/')?;
    let period = period.trim();
    let millis = match period.starts_with(|first: char| first.is_ascii_digit()) {
        true => measured(period, &TIMES, 0)?,
        false => measured(&format!("1{period}"), &TIMES, 0)?,
    };
    let count = count.trim().parse().ok().filter(|count| *count > 0)?;
    (millis > 0).then_some(Rate { count, millis, by })
}

#[cfg(test)]
mod tests {
    use super::{SIZES, TIMES, measured, rate};
    use crate::ir::{By, Rate};

    #[test]
    fn measures() {
        let time = |text| measured(text, &TIMES, 1000);
        assert_eq!(
            (time("30s"), time("250 ms"), time("2"), time("1h")),
            (Some(30_000), Some(250), Some(2000), Some(3_600_000))
        );
        assert_eq!(
            (time("s"), time("1w"), time("99999999999999999999s"), time("-1s")),
            (None, None, None, None)
        );
        assert_eq!((measured("2 MiB", &SIZES, 1), measured("9", &SIZES, 1)), (Some(2 << 20), Some(9)));
    }

    #[test]
    fn rates() {
        assert_eq!(rate("100/s"), Some(Rate { count: 100, millis: 1000, by: By::Ip }));
        assert_eq!(rate(" 20 / 30s by key"), Some(Rate { count: 20, millis: 30_000, by: By::Key }));
        for wrong in ["", "100", "0/s", "5/0s", "-1/s", "1/w", "1/s by me", "1/5", "1/s/s"] {
            assert_eq!(rate(wrong), None, "{wrong}");
        }
    }
}
