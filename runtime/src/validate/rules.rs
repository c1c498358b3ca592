//! `Rules` of what is not generated, and the arithmetic behind some checks.

use crate::patch::Patch;
use crate::validate::checker::{Checker, Rules};
use crate::validate::probe::Place;
use crate::values::Base64;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::ops::{Bound, RangeBounds};

macro_rules! free {
    ($($name:ty),+ $(,)?) => {$(
        impl Rules for $name {
            #[inline]
            fn rules(&self, _: &mut Checker) {}
        }
    )+};
}

free! {
    (), bool, char, i8, i16, i32, i64, i128, u8, u16, u32, u64, u128, isize, usize, f32, f64, str, String,
    serde_json::Value, uuid::Uuid, jiff::Timestamp, jiff::civil::Date, jiff::civil::DateTime, jiff::civil::Time,
    std::net::Ipv4Addr, std::net::Ipv6Addr, Base64, crate::Base64Url, crate::HttpDate, crate::Secret, bytes::Bytes, axum::body::Body
}

#[cfg(feature = "chrono")]
free! { chrono::NaiveDate, chrono::DateTime<chrono::Utc> }

impl<T: Rules + ?Sized> Rules for &T {
    fn rules(&self, v: &mut Checker) {
        (**self).rules(v);
    }
}

impl<T: Rules + ?Sized> Rules for Box<T> {
    fn rules(&self, v: &mut Checker) {
        (**self).rules(v);
    }
}

impl<T: Rules> Rules for Option<T> {
    fn rules(&self, v: &mut Checker) {
        if let Some(value) = self {
            value.rules(v);
        }
    }
}

impl<T: Rules> Rules for Patch<T> {
    fn rules(&self, v: &mut Checker) {
        if let Patch::Value(value) = self {
            value.rules(v);
        }
    }
}

impl<T: Rules> Rules for [T] {
    fn rules(&self, v: &mut Checker) {
        v.all(self.iter().enumerate().map(|(index, item)| (Place::Index(index), item)));
    }
}

impl<T: Rules> Rules for Vec<T> {
    fn rules(&self, v: &mut Checker) {
        self.as_slice().rules(v);
    }
}

impl<T: Rules> Rules for BTreeMap<String, T> {
    fn rules(&self, v: &mut Checker) {
        v.all(self.iter().map(|(key, value)| (Place::Key(key), value)));
    }
}

macro_rules! tuples {
    ($($($name:ident $index:tt)*;)*) => {$(
        impl<$($name: Rules),*> Rules for ($($name,)*) {
            fn rules(&self, v: &mut Checker) {
                $(v.nested(crate::fault::Step::Index($index), &self.$index);)*
            }
        }
    )*};
}

tuples! {
    A 0; A 0 B 1; A 0 B 1 C 2; A 0 B 1 C 2 D 3; A 0 B 1 C 2 D 3 E 4; A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6; A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7; A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9; A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11;
}

/// The least and the most of a range of counts, both included.
pub(crate) fn whole_bounds(range: &impl RangeBounds<usize>) -> (usize, usize) {
    let least = match range.start_bound() {
        Bound::Included(least) => *least,
        Bound::Excluded(below) => below.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let most = match range.end_bound() {
        Bound::Included(most) => *most,
        Bound::Excluded(above) => above.saturating_sub(1),
        Bound::Unbounded => usize::MAX,
    };
    (least, most)
}

/// Few items are compared one by one, many by their JSON text.
const FEW: usize = 24;

/// The first two items that are equal.
pub(crate) fn twin<T: Serialize + PartialEq>(items: &[T]) -> Option<(usize, usize)> {
    if items.len() <= FEW {
        let mut rest = items.iter().enumerate();
        return rest.find_map(|(second, item)| {
            items.get(..second)?.iter().position(|earlier| earlier == item).map(|first| (first, second))
        });
    }
    let mut seen = HashMap::with_capacity(items.len());
    items.iter().enumerate().find_map(|(second, item)| {
        let text = serde_json::to_string(item).ok()?;
        seen.insert(text, second).map(|first| (first, second))
    })
}

/// Is one decimal number a whole multiple of another? Exact, on the digits as written.
pub(crate) fn is_decimal_multiple(value: &str, factor: &str) -> bool {
    let (Some((value, value_places)), Some((factor, factor_places))) = (digits(value), digits(factor)) else {
        return true;
    };
    let factor_trimmed = factor.trim_start_matches('0');
    if factor_trimmed.is_empty() {
        return true;
    }
    // value / 10^vp is a multiple of factor / 10^fp: bring both to the same number of places.
    let pad = value_places.max(factor_places);
    let value = format!("{value}{}", "0".repeat(pad - value_places));
    let factor = format!("{factor_trimmed}{}", "0".repeat(pad - factor_places));
    match factor.parse::<u128>() {
        Ok(divisor) if divisor < u128::MAX / 16 => remainder(&value, divisor) == 0,
        // A factor of over 36 digits: only zero and itself are worth accepting exactly.
        _ => value.bytes().all(|b| b == b'0') || value.trim_start_matches('0') == factor,
    }
}

fn remainder(digits: &str, divisor: u128) -> u128 {
    digits.bytes().fold(0, |rest, digit| (rest * 10 + u128::from(digit - b'0')) % divisor)
}

/// The digits of a number without its sign and point, and how many stood after the point. Rust prints floats in full.
fn digits(text: &str) -> Option<(String, usize)> {
    let text = text.trim_start_matches('-');
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all = format!("{whole}{fraction}");
    (!all.is_empty() && all.bytes().all(|b| b.is_ascii_digit())).then_some((all, fraction.len()))
}

#[cfg(test)]
mod tests {
    use super::is_decimal_multiple;

    #[test]
    fn multiples_are_decimal() {
        assert!(is_decimal_multiple("0.3", "0.1"));
        assert!(is_decimal_multiple("19.99", "0.01"));
        assert!(is_decimal_multiple("-4.5", "1.5"));
        assert!(is_decimal_multiple("0", "0.01"));
        assert!(!is_decimal_multiple("0.35", "0.1"));
        assert!(!is_decimal_multiple("7", "2"));
        assert!(is_decimal_multiple(&1e300f64.to_string(), "10"));
    }
}
