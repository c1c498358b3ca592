//! What a visitor says that it expects tells which placeholder it will take, and which texts it will refuse.

use serde::de::Expected;
use std::net::{Ipv4Addr, Ipv6Addr};

/// What kind of text or number is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hint {
    Plain,
    Uuid,
    Timestamp,
    Date,
    Base64,
    Base64Url,
    HttpDate,
    Ipv4,
    Ipv6,
    #[cfg(feature = "decimal")]
    Decimal,
    Char,
    OneOf(String),
}

/// Reads the words of `Visitor::expecting`.
pub(crate) fn hint(expected: &dyn Expected) -> Hint {
    let words = expected.to_string();
    match words.as_str() {
        "a string" | "i64" | "i32" | "u64" | "u32" => Hint::Plain,
        "a character" => Hint::Char,
        "a base64 string" => Hint::Base64,
        "base64url (RFC 4648)" => Hint::Base64Url,
        "a date of HTTP (RFC 9110)" => Hint::HttpDate,
        "IPv4 address" => Hint::Ipv4,
        "IPv6 address" => Hint::Ipv6,
        #[cfg(feature = "decimal")]
        "a decimal in a string" => Hint::Decimal,
        other => {
            if let Some(list) = other.strip_prefix("one of: ") {
                Hint::OneOf(list.to_owned())
            } else if other.contains("UUID") {
                Hint::Uuid
            } else if other.contains("timestamp") || other.contains("RFC 3339 formatted") {
                Hint::Timestamp
            } else if other.contains("date string") {
                Hint::Date
            } else {
                Hint::Plain
            }
        }
    }
}

impl Hint {
    /// A text that the visitor takes.
    pub(crate) fn placeholder(&self) -> &'static str {
        match self {
            Self::Plain | Self::OneOf(_) | Self::Base64 => "",
            Self::Base64Url => "",
            Self::HttpDate => "Thu, 01 Jan 1970 00:00:00 GMT",
            Self::Ipv4 => "0.0.0.0",
            Self::Ipv6 => "::",
            Self::Char => " ",
            #[cfg(feature = "decimal")]
            Self::Decimal => "0",
            Self::Uuid => "00000000-0000-0000-0000-000000000000",
            Self::Timestamp => "1970-01-01T00:00:00Z",
            Self::Date => "1970-01-01",
        }
    }

    /// The first number that the visitor takes.
    pub(crate) fn allowed_number(&self) -> Option<i128> {
        match self {
            Self::OneOf(list) => list.split(", ").next()?.parse().ok(),
            Self::Base64Url | Self::HttpDate | Self::Ipv4 | Self::Ipv6 => None,
            Self::Plain | Self::Uuid | Self::Timestamp | Self::Date | Self::Base64 | Self::Char => None,
            #[cfg(feature = "decimal")]
            Self::Decimal => None,
        }
    }

    /// Why the visitor will refuse a text, if it will.
    pub(crate) fn refuses(&self, text: &str) -> Option<&'static str> {
        let (good, detail) = match self {
            Self::Plain | Self::OneOf(_) => (true, ""),
            Self::Char => (text.chars().count() == 1, "is not a single character"),
            Self::Uuid => (text.parse::<uuid::Uuid>().is_ok(), "is not a UUID"),
            Self::Timestamp => (text.parse::<jiff::Timestamp>().is_ok(), "is not a date-time (RFC 3339)"),
            Self::Date => (text.parse::<jiff::civil::Date>().is_ok(), "is not a date (RFC 3339)"),
            #[cfg(feature = "decimal")]
            Self::Decimal => (crate::decimal::read(text).is_ok(), "is not a decimal of up to 28 digits"),
            Self::Base64Url => {
                (crate::values::decode_base64_url(text).is_some(), "is not base64url (RFC 4648)")
            }
            Self::HttpDate => {
                (crate::values::read_http_date(text).is_some(), "is not a date of HTTP (RFC 9110)")
            }
            Self::Ipv4 => (text.parse::<Ipv4Addr>().is_ok(), "is not an IPv4 address"),
            Self::Ipv6 => (text.parse::<Ipv6Addr>().is_ok(), "is not an IPv6 address"),
            Self::Base64 => (crate::values::decode_base64(text).is_some(), "is not base64"),
        };
        (!good).then_some(detail)
    }
}
