//! Numbers within bounds. Multiples are counted in whole steps and written as decimals, so that `0.1 * 3` is `0.3`.

use super::random::Random;
use super::shape::Flat;
use serde_json::{Number, Value};

/// The most digits after the point.
const MAX_SCALE: u32 = 9;

/// Bounds that say how a number is stored and nothing of what it means.
const WIDTHS: [i128; 4] = [i32::MIN as i128, i32::MAX as i128, i64::MIN as i128, i64::MAX as i128];

/// A number as `digits / 10^scale`.
#[derive(Debug, Clone, Copy)]
struct Decimal {
    digits: i128,
    scale: u32,
}

/// An integer or a number with two decimals that the bounds allow; `None` when there is none.
pub(super) fn number(random: &mut Random, flat: &Flat, whole: bool) -> Option<Value> {
    let step = flat.number("multipleOf").and_then(decimal).filter(|step| step.digits > 0);
    let wide = |bound: &(Decimal, bool)| !WIDTHS.contains(&bound.0.digits);
    let low = bound(flat, "minimum", "exclusiveMinimum").filter(wide);
    let high = bound(flat, "maximum", "exclusiveMaximum").filter(wide);
    let scales = [step, low.map(|(n, _)| n), high.map(|(n, _)| n)];
    let own = if whole { 0 } else { 2 };
    let scale = scales.iter().flatten().map(|n| n.scale).max().unwrap_or(0).max(own);
    let raise = |n: Decimal| n.digits.checked_mul(10_i128.checked_pow(scale - n.scale)?);
    let unit = 10_i128.checked_pow(scale)?;
    let step = match step {
        Some(step) => raise(step)?,
        None => 1,
    };
    // A whole number is a multiple of one and of the step: of their least common multiple.
    let step = if whole { least_common(step, unit)? } else { step };
    let shift = |bound: Option<(Decimal, bool)>, by: i128| -> Option<Option<i128>> {
        let Some((n, exclusive)) = bound else { return Some(None) };
        Some(Some(raise(n)?.checked_add(if exclusive { by } else { 0 })?))
    };
    let (low, high) = (shift(low, 1)?, shift(high, -1)?);
    let span = unit.checked_mul(1000)?.max(step.checked_mul(10)?);
    let limit = 9_007_199_254_740_991_i128.checked_mul(unit)?; // What every reader of JSON can hold.
    let (low, high) = match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low.checked_add(span)?.min(limit.max(low))),
        (None, Some(high)) => {
            (high.checked_sub(span)?.max(-limit).min(high).max(if high > 0 { 0 } else { i128::MIN }), high)
        }
        (None, None) => (step, span),
    };
    let first = low.div_euclid(step) + i128::from(low.rem_euclid(step) != 0);
    let last = high.div_euclid(step);
    if first > last {
        return None;
    }
    let digits = random.between(first, last).checked_mul(step)?;
    written(digits, scale).map(Value::Number)
}

fn bound(flat: &Flat, inclusive: &str, exclusive: &str) -> Option<(Decimal, bool)> {
    let read = |key, exclusive| flat.number(key).and_then(decimal).map(|n| (n, exclusive));
    let tighter = |a: (Decimal, bool), b: (Decimal, bool)| {
        let value = |n: &Decimal| n.digits as f64 / 10_f64.powi(n.scale as i32);
        let (x, y) = (value(&a.0), value(&b.0));
        let a_wins = if inclusive == "minimum" { x > y } else { x < y };
        if a_wins { a } else { b }
    };
    match (read(inclusive, false), read(exclusive, true)) {
        (Some(a), Some(b)) => Some(tighter(a, b)),
        (a, b) => a.or(b),
    }
}

/// A number of the schema, rounded to what is reckoned with.
fn decimal(value: &Value) -> Option<Decimal> {
    let text = value.to_string();
    let plain = if text.contains(['e', 'E']) { format!("{:.9}", value.as_f64()?) } else { text };
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let fraction = fraction.trim_end_matches('0');
    let fraction = fraction.get(..MAX_SCALE as usize).unwrap_or(fraction);
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some(Decimal { digits, scale: u32::try_from(fraction.len()).ok()? })
}

fn written(digits: i128, scale: u32) -> Option<Number> {
    let unit = 10_i128.checked_pow(scale)?;
    let (whole, rest) =
        (digits.unsigned_abs() / unit.unsigned_abs(), digits.unsigned_abs() % unit.unsigned_abs());
    let sign = if digits < 0 { "-" } else { "" };
    let fraction = format!("{rest:0width$}", width = scale as usize);
    let fraction = fraction.trim_end_matches('0');
    let text = if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") };
    text.parse().ok()
}

fn least_common(a: i128, b: i128) -> Option<i128> {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    (a / x.max(1)).checked_mul(b)
}
