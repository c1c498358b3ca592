//! Dates and times of the crate `time`, as they are on the wire: that crate writes them in forms of its own.

use crate::validate::checker::{Checker, Rules};
use crate::validate::formats::Format;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};
use std::fmt;
use std::ops::{Deref, DerefMut};
use time::format_description::well_known::Rfc3339;

/// A day: year, month from 1 and day from 1; the first day of all where there is no such.
pub fn date(year: i32, month: u8, day: u8) -> Date {
    Date(calendar(year, month, day).unwrap_or(time::Date::MIN))
}

fn calendar(year: i32, month: u8, day: u8) -> Option<time::Date> {
    time::Date::from_calendar_date(year, month.try_into().ok()?, day).ok()
}

/// RFC 3339 `full-date`.
fn read_date(text: &str) -> Option<time::Date> {
    if !Format::Date.accepts(text) {
        return None;
    }
    let mut parts = text.splitn(3, '-');
    calendar(parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?)
}

fn read_date_time(text: &str) -> Option<time::OffsetDateTime> {
    time::OffsetDateTime::parse(text, &Rfc3339).ok()
}

macro_rules! values {
    ($($(#[$docs:meta])* $name:ident $of:ty: $words:literal $read:ident $write:expr;)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $of);

        impl Deref for $name {
            type Target = $of;
            fn deref(&self) -> &$of {
                &self.0
            }
        }
        impl DerefMut for $name {
            fn deref_mut(&mut self) -> &mut $of {
                &mut self.0
            }
        }
        impl From<$of> for $name {
            fn from(value: $of) -> Self {
                Self(value)
            }
        }
        impl From<$name> for $of {
            fn from(value: $name) -> Self {
                value.0
            }
        }
        impl Rules for $name {
            fn rules(&self, _: &mut Checker) {}
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                let text: Result<String, time::error::Format> = $write(self.0);
                s.serialize_str(&text.map_err(S::Error::custom)?)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Text;
                impl Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($words)
                    }
                    fn visit_str<E: Error>(self, text: &str) -> Result<$name, E> {
                        $read(text).map($name).ok_or_else(|| E::custom(concat!("is not ", $words)))
                    }
                }
                d.deserialize_str(Text)
            }
        }
    )*};
}

values! {
    /// A day (`format: date`, RFC 3339 `full-date`).
    Date time::Date: "a date string" read_date |date: time::Date| Ok(date.to_string());
    /// A moment, with the offset that it was written with (`format: date-time`, RFC 3339 `date-time`).
    DateTime time::OffsetDateTime: "a timestamp (RFC 3339)" read_date_time
        |moment: time::OffsetDateTime| moment.format(&Rfc3339);
}

#[cfg(test)]
mod tests {
    use super::{Date, DateTime, date};
    use crate::json::decode;

    #[test]
    fn on_the_wire() {
        let days: Vec<Date> = decode(br#"["2024-02-29", "0001-12-31"]"#).unwrap();
        assert_eq!(days, [date(2024, 2, 29), date(1, 12, 31)]);
        assert_eq!(serde_json::to_string(&days).unwrap(), r#"["2024-02-29","0001-12-31"]"#);
        let text = r#"["2024-02-29T12:30:00.25+02:00","1937-01-01T12:00:27Z"]"#;
        let moments: Vec<DateTime> = decode(text.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&moments).unwrap(), text, "the offset is kept");
        assert_eq!(moments[0].year(), 2024);
    }

    #[test]
    fn what_is_none_is_refused() {
        let codes = |faults: Vec<crate::Fault>| -> Vec<String> {
            faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect()
        };
        let days = decode::<Vec<Date>>(br#"["2023-02-29", "2024-1-1", 1]"#).unwrap_err();
        assert_eq!(codes(days), ["/0 format", "/1 format", "/2 type"]);
        let moments =
            decode::<Vec<DateTime>>(br#"["2024-02-29", "2024-02-29T25:00:00Z", null]"#).unwrap_err();
        assert_eq!(codes(moments), ["/0 format", "/1 format", "/2 type"]);
        let late = DateTime(time::Date::MIN.midnight().assume_utc());
        assert!(serde_json::to_string(&late).is_err(), "no year of four digits");
    }
}
