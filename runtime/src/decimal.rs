//! `format: decimal`: numbers that are exact to the last digit, up to 28 of them, as texts or as numbers of JSON.

use crate::json::tree::DECIMAL;
use crate::validate::checker::{Checker, Rules};
use crate::validate::probe::{Multiple, Number, Scalar};
use crate::validate::rules::is_decimal_multiple;
use rust_decimal::Decimal;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// The decimal `mantissa` / 10^`scale`, such as `decimal(125, 2)` for 1.25; the largest one where there is no such.
pub fn decimal(mantissa: i128, scale: u32) -> Decimal {
    Decimal::try_from_i128_with_scale(mantissa, scale).unwrap_or(Decimal::MAX)
}

/// Why a text is no decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoDecimal {
    /// It is no number.
    NoNumber,
    /// It is one with too many digits.
    TooLong,
}

impl fmt::Display for NoDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoNumber => "is not a number",
            Self::TooLong => "is not a decimal of up to 28 digits",
        })
    }
}

/// The decimal that a number of JSON is (RFC 8259, section 6).
///
/// # Errors
/// It is no number, or has too many digits.
pub(crate) fn read(text: &str) -> Result<Decimal, NoDecimal> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, Some(power)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_power = |text: &str| digits(text.strip_prefix(['+', '-']).unwrap_or(text));
    let is_whole = digits(whole) && (whole == "0" || !whole.starts_with('0'));
    if !is_whole || !fraction.is_none_or(digits) || !power.is_none_or(is_power) {
        return Err(NoDecimal::NoNumber);
    }
    let decimal =
        if power.is_some() { Decimal::from_scientific(text) } else { Decimal::from_str_exact(text) };
    decimal.map_err(|_| NoDecimal::TooLong)
}

macro_rules! decimals {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Decimal);

        impl Deref for $name {
            type Target = Decimal;
            fn deref(&self) -> &Decimal {
                &self.0
            }
        }
        impl DerefMut for $name {
            fn deref_mut(&mut self) -> &mut Decimal {
                &mut self.0
            }
        }
        impl From<Decimal> for $name {
            fn from(decimal: Decimal) -> Self {
                Self(decimal)
            }
        }
        impl From<$name> for Decimal {
            fn from(decimal: $name) -> Self {
                decimal.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl Rules for $name {
            fn rules(&self, _: &mut Checker) {}
        }
        impl Scalar for $name {
            type Of = Decimal;
            fn is(&self, allowed: Decimal) -> Option<bool> {
                Some(self.0 == allowed)
            }
        }
        impl Number for $name {
            type Of = Decimal;
            fn number(&self) -> Option<Decimal> {
                Some(self.0)
            }
        }
    )*};
}

decimals! {
    /// A decimal that is a text on the wire: `"1.50"` (`type: string`). The number of places is kept.
    DecimalText
    /// A decimal that is a number on the wire: `1.50` (`type: number`). It is read from the text of the JSON, and never
    /// becomes floating point.
    DecimalNumber
}

impl Multiple for Decimal {
    fn is_multiple_of(&self, factor: &Self) -> bool {
        is_decimal_multiple(&self.to_string(), &factor.to_string())
    }
}

impl Serialize for DecimalText {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for DecimalText {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = DecimalText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal in a string")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<DecimalText, E> {
                read(text).map(DecimalText).map_err(E::custom)
            }
        }
        d.deserialize_str(Text)
    }
}

impl Serialize for DecimalNumber {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.to_string()).map_err(S::Error::custom)?.serialize(s)
    }
}

impl<'de> Deserialize<'de> for DecimalNumber {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Digits;
        impl<'de> Visitor<'de> for Digits {
            type Value = DecimalNumber;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            /// From the slow path, which hands over the digits.
            fn visit_str<E: Error>(self, text: &str) -> Result<DecimalNumber, E> {
                read(text).map(DecimalNumber).map_err(E::custom)
            }
            /// From serde_json: the text of the value.
            fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<DecimalNumber, D::Error> {
                self.visit_str(Box::<RawValue>::deserialize(d)?.get())
            }
        }
        d.deserialize_newtype_struct(DECIMAL, Digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{decode, from_slice};

    #[test]
    fn texts_of_numbers() {
        let check = |text: &str, wanted: &str| assert_eq!(read(text).unwrap().to_string(), wanted, "{text}");
        check("0.1", "0.1");
        check("-1.50", "-1.50");
        check("79228162514264337593543950335", "79228162514264337593543950335");
        check("1e3", "1000");
        check("12.5E-1", "1.25");
        for bad in ["", "-", "1.", ".5", "01", "+1", "1e", "1_0", "NaN", " 1", "0x1", "1e400", "1e-400"] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert_eq!(read("0.12345678901234567890123456789"), Err(NoDecimal::TooLong), "29 places");
        assert_eq!(read(&"9".repeat(100_000)), Err(NoDecimal::TooLong));
    }

    #[test]
    fn as_texts() {
        let price: DecimalText = decode(br#""19.990""#).unwrap();
        assert_eq!(serde_json::to_string(&price).unwrap(), r#""19.990""#);
        assert_eq!(*price, decimal(1999, 2));
        for bad in [r#""a""#, "1.5", "null", r#""1e99""#] {
            assert!(decode::<DecimalText>(bad.as_bytes()).is_err(), "{bad}");
        }
        let faults = decode::<Vec<DecimalText>>(br#"["1", "x", 2]"#).unwrap_err();
        let codes: Vec<_> = faults.iter().map(|fault| (fault.pointer(), fault.code)).collect();
        assert_eq!(codes, [("/1".to_owned(), "format"), ("/2".to_owned(), "type")]);
    }

    #[test]
    fn as_numbers() {
        let text = "[0.1,-1234567890123456.901234567890,1e2,0]";
        let numbers: Vec<DecimalNumber> = decode(text.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&numbers).unwrap(), "[0.1,-1234567890123456.901234567890,100,0]");
        let faults = decode::<Vec<DecimalNumber>>(br#"["1", 1e99, null, 1, 0.5]"#).unwrap_err();
        let codes: Vec<_> = faults.iter().map(|fault| (fault.pointer(), fault.code)).collect();
        assert_eq!(
            codes,
            [("/0", "type"), ("/1", "range"), ("/2", "type")].map(|(at, code)| (at.to_owned(), code))
        );
        let numbers = from_slice::<(i64, DecimalNumber)>(b"[1.0, 2.5]").unwrap();
        assert_eq!(numbers, (1, DecimalNumber(decimal(25, 1))), "the slow path");
        let from_value: DecimalNumber = serde_json::from_value(serde_json::json!(2.5)).unwrap();
        assert_eq!(*from_value, decimal(25, 1));
    }

    #[test]
    fn exact_bounds() {
        let broken = |number: &str| {
            let number = DecimalNumber(read(number).unwrap());
            let mut v = Checker::default();
            v.range((), &number, decimal(1, 1)..=decimal(3, 1));
            v.multiple_of((), &number, decimal(1, 1));
            v.into_faults().into_iter().map(|fault| fault.code).collect::<Vec<_>>()
        };
        assert!(broken("0.3").is_empty() && broken("0.10").is_empty());
        assert_eq!(broken("0.3000000000000000000000000001"), ["maximum", "multiple_of"]);
        assert_eq!(broken("0.0999999999999999999999999999"), ["minimum", "multiple_of"]);
    }
}
