//! Decimals that are exact to the last digit.

use super::Number;

/// `mantissa` / 10^`scale`, of 96 bits and up to 28 places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All digits.
    pub mantissa: i128,
    /// How many of them are behind the point.
    pub scale: u32,
}

/// The largest mantissa.
const MOST: u128 = (1 << 96) - 1;

impl Decimal {
    /// The decimal that a number of JSON is; none if it has too many digits.
    #[must_use]
    pub fn of(number: &Number) -> Option<Self> {
        Self::read(&number.to_string())
    }

    /// The decimal of a text like a number of JSON (RFC 8259, section 6).
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let number: Number = text.parse().ok()?;
        let text = number.to_string();
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let power: i32 = power.parse().ok()?;
        let mut digits = format!("{whole}{fraction}");
        let mut scale = i32::try_from(fraction.len()).ok()?.checked_sub(power)?;
        while scale > 28 && digits.ends_with('0') && digits.len() > 1 {
            digits.pop();
            scale -= 1;
        }
        if !(-28..=28).contains(&scale) {
            return None;
        }
        let zeros = usize::try_from(-scale).unwrap_or(0);
        let mantissa: i128 = (digits + &"0".repeat(zeros)).parse().ok()?;
        let scale = u32::try_from(scale).unwrap_or(0);
        (mantissa.unsigned_abs() <= MOST).then_some(Self { mantissa, scale })
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn numbers() {
        let check = |text: &str, mantissa, scale| {
            assert_eq!(Decimal::read(text), Some(Decimal { mantissa, scale }), "{text}");
        };
        check("0.1", 1, 1);
        check("-12.50", -1250, 2);
        check("1e3", 1000, 0);
        check("125e-2", 125, 2);
        check("79228162514264337593543950335", 79_228_162_514_264_337_593_543_950_335, 0);
        for bad in ["79228162514264337593543950336", "1e-29", "1e40", "x", "", "1e99999999999"] {
            assert_eq!(Decimal::read(bad), None, "{bad}");
        }
    }
}
