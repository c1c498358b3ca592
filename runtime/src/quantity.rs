//! Values that settings have and Rust has no type for: sizes and spans of time with their units, and limits that can be off.

use serde::de::{self, Deserializer, IntoDeserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// A number of bytes: `"2 MiB"`, `"500 kB"`, or a plain number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Size(
    /// Bytes.
    pub u64,
);

/// A span of time: `"30s"`, `"1m 30s"`, `"250ms"`; of a plain number, seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Period(
    /// The span.
    pub Duration,
);

/// A limit: so much, or none (`"off"`). To have none is always said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit<T> {
    /// None.
    Off,
    /// So much.
    Of(T),
}

impl<T: Copy> Limit<T> {
    /// What it is, if there is one.
    pub const fn get(self) -> Option<T> {
        match self {
            Self::Off => None,
            Self::Of(limit) => Some(limit),
        }
    }
}

impl<T> From<T> for Limit<T> {
    fn from(limit: T) -> Self {
        Self::Of(limit)
    }
}

impl From<Duration> for Period {
    fn from(span: Duration) -> Self {
        Self(span)
    }
}

impl From<Duration> for Limit<Period> {
    fn from(span: Duration) -> Self {
        Self::Of(Period(span))
    }
}

/// From the largest, with what is written: those of 1,024 first.
const UNITS: [(&str, u64); 10] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("KB", 1_000),
    ("B", 1),
];

impl Size {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (digits, unit) = text.split_at(end);
        let number: u64 = digits.parse().ok()?;
        let unit = unit.trim();
        let scale = match unit {
            "" => 1,
            _ => UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1,
        };
        number.checked_mul(scale).map(Self)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().find(|(_, scale)| self.0 > 0 && self.0.is_multiple_of(*scale));
        match unit {
            Some((unit, scale)) if *scale > 1 => write!(f, "{} {unit}", self.0 / scale),
            Some(_) | None => write!(f, "{} B", self.0),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.as_secs(), self.0.subsec_millis()) {
            (seconds, 0) if seconds > 0 && seconds.is_multiple_of(60) => write!(f, "{}m", seconds / 60),
            (seconds, 0) => write!(f, "{seconds}s"),
            (_, _) => write!(f, "{}ms", self.0.as_millis()),
        }
    }
}

impl Period {
    fn parse(text: &str) -> Option<Self> {
        let span: jiff::SignedDuration = text.trim().parse().ok()?;
        Duration::try_from(span).ok().map(Self)
    }
}

struct Wanted<T>(&'static str, fn(&str) -> Option<T>, fn(u64) -> T);

impl<T> Visitor<'_> for Wanted<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        Ok(self.2(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        self.1(text).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Wanted("a size such as \"2 MiB\"", Self::parse, Self))
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let seconds = |seconds| Self(Duration::from_secs(seconds));
        d.deserialize_any(Wanted("a time such as \"30s\"", Self::parse, seconds))
    }
}

/// The word for no limit.
const OFF: &str = "off";

struct OrOff<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OrOff<T> {
    type Value = Limit<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a limit, or \"off\"")
    }

    fn visit_bool<E: de::Error>(self, is_on: bool) -> Result<Limit<T>, E> {
        if is_on { Err(E::invalid_type(de::Unexpected::Bool(true), &self)) } else { Ok(Limit::Off) }
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Limit<T>, E> {
        T::deserialize(number.into_deserializer()).map(Limit::Of)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Limit<T>, E> {
        T::deserialize(number.into_deserializer()).map(Limit::Of)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Limit<T>, E> {
        match text.trim() {
            OFF => Ok(Limit::Off),
            // In the environment everything is a text.
            digits if digits.parse::<u64>().is_ok() => self.visit_u64(digits.parse().unwrap_or_default()),
            text => T::deserialize(text.into_deserializer()).map(Limit::Of),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Limit<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(OrOff(PhantomData))
    }
}

impl<T: Serialize> Serialize for Limit<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Off => s.serialize_str(OFF),
            Self::Of(limit) => limit.serialize(s),
        }
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

#[cfg(feature = "config-schema")]
mod schema {
    use super::{Limit, OFF, Period, Size};
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
    use std::borrow::Cow;

    impl JsonSchema for Size {
        fn schema_name() -> Cow<'static, str> {
            "Size".into()
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "A number of bytes: \"2 MiB\", \"500 kB\", or a plain number.",
                "anyOf": [
                    {"type": "integer", "minimum": 0},
                    {"type": "string", "pattern": "^\\s*[0-9]+\\s*([KMGTkmgt]?[iI]?[bB])?\\s*$"},
                ],
            })
        }
    }

    impl<T: JsonSchema> JsonSchema for Limit<T> {
        fn schema_name() -> Cow<'static, str> {
            format!("Limit_of_{}", T::schema_name()).into()
        }
        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let limit = generator.subschema_for::<T>();
            json_schema!({"anyOf": [{"enum": [OFF, false]}, limit]})
        }
    }

    impl JsonSchema for Period {
        fn schema_name() -> Cow<'static, str> {
            "Period".into()
        }
        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "A span of time: \"30s\", \"1m 30s\", \"250ms\"; of a plain number, seconds.",
                "type": ["integer", "string"],
                "minimum": 0,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Period, Size};
    use std::time::Duration;

    #[test]
    fn sizes() {
        let size = |text| Size::parse(text).map(|size| size.0);
        assert_eq!((size("2 MiB"), size("500kB"), size("7")), (Some(2 << 20), Some(500_000), Some(7)));
        assert_eq!((size("2 MoB"), size("-1"), size("99999999 TiB"), size("")), (None, None, None, None));
        assert_eq!([2 << 20, 500_000, 7, 0].map(|n| Size(n).to_string()), ["2 MiB", "500 kB", "7 B", "0 B"]);
    }

    #[test]
    fn periods() {
        let period = |text| Period::parse(text).map(|period| period.0);
        assert_eq!(period("1m 30s"), Some(Duration::from_secs(90)));
        assert_eq!(
            (period("250ms"), period("-1s"), period("soon")),
            (Some(Duration::from_millis(250)), None, None)
        );
        let shown = [90_000, 250, 120_000].map(|n| Period(Duration::from_millis(n)).to_string());
        assert_eq!(shown, ["90s", "250ms", "2m"]);
    }
}
