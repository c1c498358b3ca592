//! Numbers of JSON, compared and divided exactly, in decimal, however they are written.

use serde_json::Number;
use std::cmp::Ordering;

/// A number as 0.d₁d₂d₃… × 10^`exponent`: no zero at either end of the digits, none at all for zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    pub(super) fn of(number: &Number) -> Self {
        Self::read(&number.to_string())
    }

    /// Reads the number syntax of RFC 8259, section 6.
    fn read(text: &str) -> Self {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        // A power beyond 64 bits is as good as the largest: no other number comes near either.
        let far = if power.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 };
        let power = power.trim_start_matches('+').parse().unwrap_or(far).clamp(i64::MIN / 4, i64::MAX / 4);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b.wrapping_sub(b'0')).collect();
        let leading = digits.iter().take_while(|digit| **digit == 0).count();
        let trailing = digits.iter().rev().take_while(|digit| **digit == 0).count();
        match digits.get(leading..digits.len().saturating_sub(trailing)) {
            Some(digits) if !digits.is_empty() => {
                let exponent = whole.len() as i64 - leading as i64 + power;
                Self { negative, digits: digits.to_vec(), exponent }
            }
            _ => Self { negative: false, digits: Vec::new(), exponent: 0 },
        }
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Is there nothing after the point? 1.0 is an integer (JSON Schema 2020-12 core, section 4.2.3).
    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= self.digits.len() as i64 || self.is_zero()
    }

    /// The power of ten of the last digit.
    fn last(&self) -> i64 {
        self.exponent - self.digits.len() as i64
    }

    /// Is this a whole multiple of `factor`?
    pub(super) fn is_multiple_of(&self, factor: &Self) -> bool {
        if self.is_zero() || factor.is_zero() {
            return self.is_zero();
        }
        let shift = self.last() - factor.last();
        // The last digit is not zero, so this is no multiple of ten times the factor.
        let Ok(shift) = u64::try_from(shift) else { return false };
        let Some(divisor) = factor.small() else {
            return self.digits == factor.digits;
        };
        let rest = self.digits.iter().fold(0, |rest, digit| (rest * 10 + u128::from(*digit)) % divisor);
        (rest * ten_to(shift, divisor)).is_multiple_of(divisor)
    }

    /// The digits as one number, if it is small enough to be squared.
    fn small(&self) -> Option<u128> {
        let number = |digits: &[u8]| digits.iter().fold(0, |all, digit| all * 10 + u128::from(*digit));
        (self.digits.len() <= 18).then(|| number(&self.digits))
    }

    /// The same text for equal numbers.
    pub(super) fn key(&self) -> String {
        let digits: String = self.digits.iter().map(|digit| char::from(digit + b'0')).collect();
        format!("{}{digits}e{}", if self.negative { "-" } else { "" }, self.exponent)
    }
}

/// 10^`power` modulo `divisor`.
fn ten_to(mut power: u64, divisor: u128) -> u128 {
    let (mut result, mut base) = (1 % divisor, 10 % divisor);
    while power > 0 {
        if power % 2 == 1 {
            result = result * base % divisor;
        }
        base = base * base % divisor;
        power /= 2;
    }
    result
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.is_zero(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = || self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => size(),
            _ => size().reverse(),
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Numbers by their value: most are small integers.
pub(super) fn compare(left: &Number, right: &Number) -> Ordering {
    match (left.as_i64(), right.as_i64()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => Decimal::of(left).cmp(&Decimal::of(right)),
    }
}

/// Is the number an integer?
pub(super) fn is_integer(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || Decimal::of(number).is_integer()
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn decimals() {
        let read = Decimal::read;
        assert_eq!(read("1.0"), read("1"));
        assert_eq!(read("-0.0"), read("0"));
        assert_eq!(read("100"), read("1E+2"));
        assert!(read("-2") < read("-1.5") && read("-1") < read("0") && read("0.09") < read("0.1"));
        assert!(read("9007199254740993") > read("9007199254740992.0"));
        assert!(read("1e9999999999999999999") > read("1e308"));
        assert!(read("1e3").is_integer() && read("0e-5").is_integer() && !read("1.5").is_integer());
    }

    #[test]
    fn multiples() {
        let is = |value: &str, factor: &str| Decimal::read(value).is_multiple_of(&Decimal::read(factor));
        assert!(is("0.0075", "0.0001") && is("4.5", "1.5") && is("0", "7") && is("-21", "7"));
        assert!(is("12391239123", "1e-8") && is("1e308", "0.5"));
        assert!(!is("0.00751", "0.0001") && !is("35", "1.5") && !is("1e308", "0.123456789"));
        assert!(!is("7", "10") && is("70", "10") && is("1e1000000000000", "8"));
    }
}
