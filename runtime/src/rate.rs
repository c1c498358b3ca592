//! How many requests there may be in a time, and of whom.

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How many requests there may be in a time, and of whom: `100/s`, `20/30s by key`, `1000/h by tenant`. All of them may come
/// at once; then one more is free whenever its share of the time has passed (GCRA).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    /// So many.
    pub count: u32,
    /// In this time.
    pub period: Duration,
    /// Of each of these.
    pub by: By,
}

/// Who is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum By {
    /// Whoever calls from one address; of IPv6, from one network of 64 bits.
    #[default]
    Ip,
    /// Whoever shows one credential: `Authorization`, or the key that the operation asks for. Without one: by address.
    Key,
    /// Whom the service knows as one (`Context::identify`). Of those who are nobody: by credential.
    User,
    /// Who belongs to one (`Context::belongs_to`). Of those who belong to nobody: by user.
    Tenant,
    /// Everybody.
    All,
}

impl By {
    /// All of them.
    const ALL: [Self; 5] = [Self::Ip, Self::Key, Self::User, Self::Tenant, Self::All];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Key => "key",
            Self::User => "user",
            Self::Tenant => "tenant",
            Self::All => "all",
        }
    }
}

/// From the largest: milliseconds.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Rate {
    /// So many in so many milliseconds. Neither is 0; what would be is 1.
    pub const fn new(count: u32, millis: u64, by: By) -> Self {
        let count = if count == 0 { 1 } else { count };
        let millis = if millis == 0 { 1 } else { millis };
        Self { count, period: Duration::from_millis(millis), by }
    }

    /// What of the time one of them takes, in nanoseconds.
    #[cfg(feature = "stack")]
    pub(crate) fn share(&self) -> u64 {
        (self.nanos() / u64::from(self.count)).max(1)
    }

    /// The time, in nanoseconds.
    #[cfg(feature = "stack")]
    pub(crate) fn nanos(&self) -> u64 {
        u64::try_from(self.period.as_nanos()).unwrap_or(u64::MAX / 4).min(u64::MAX / 4)
    }
}

/// Is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRate;

impl fmt::Display for NoRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(WANTED)
    }
}

impl std::error::Error for NoRate {}

const WANTED: &str = "a rate such as \"100/s\" or \"20/30s by key\" (ip, key, user, tenant, all)";

impl FromStr for Rate {
    type Err = NoRate;

    fn from_str(text: &str) -> Result<Self, NoRate> {
        let (rate, by) = match text.trim().split_once(" by ") {
            Some((rate, word)) => {
                (rate, By::ALL.into_iter().find(|by| by.word() == word.trim()).ok_or(NoRate)?)
            }
            None => (text, By::Ip),
        };
        let (count, period) = rate.split_once('/').ok_or(NoRate)?;
        let period = period.trim();
        let unit = period.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = &period[..period.len() - unit.len()];
        let number: u64 = if number.is_empty() { 1 } else { number.parse().map_err(|_| NoRate)? };
        let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit).ok_or(NoRate)?;
        let millis = number.checked_mul(*scale).ok_or(NoRate)?;
        match count.trim().parse() {
            Ok(count) if count > 0 && millis > 0 => Ok(Self::new(count, millis, by)),
            Ok(_) | Err(_) => Err(NoRate),
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.period.as_millis()).unwrap_or(u64::MAX);
        let (unit, scale) =
            UNITS.into_iter().find(|(_, scale)| millis.is_multiple_of(*scale)).unwrap_or(("ms", 1));
        write!(f, "{}/", self.count)?;
        match millis / scale {
            1 => f.write_str(unit)?,
            number => write!(f, "{number}{unit}")?,
        }
        match self.by {
            By::Ip => Ok(()),
            by => write!(f, " by {}", by.word()),
        }
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Wanted;
        impl Visitor<'_> for Wanted {
            type Value = Rate;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(WANTED)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Rate, E> {
                text.parse().map_err(|NoRate| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }
        d.deserialize_str(Wanted)
    }
}

/// Several rates, which all hold: one text with commas between them, or a list; `"off"` for none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rates(
    /// Each of them.
    pub Vec<Rate>,
);

/// The word for none.
const OFF: &str = "off";

impl Serialize for Rates {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0.is_empty() { s.serialize_str(OFF) } else { self.0.serialize(s) }
    }
}

impl<'de> Deserialize<'de> for Rates {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Several;
        impl<'de> Visitor<'de> for Several {
            type Value = Rates;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{WANTED}, a list of some, or \"off\"")
            }
            fn visit_bool<E: de::Error>(self, is_on: bool) -> Result<Rates, E> {
                if is_on {
                    Err(E::invalid_type(de::Unexpected::Bool(true), &self))
                } else {
                    Ok(Rates::default())
                }
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Rates, E> {
                if text.trim() == OFF {
                    return Ok(Rates::default());
                }
                let all = text.split(',').map(str::parse).collect::<Result<_, _>>();
                all.map(Rates).map_err(|NoRate| E::invalid_value(de::Unexpected::Str(text), &self))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rates, A::Error> {
                let mut all = Vec::new();
                while let Some(rate) = list.next_element()? {
                    all.push(rate);
                }
                Ok(Rates(all))
            }
        }
        d.deserialize_any(Several)
    }
}

#[cfg(feature = "config-schema")]
impl schemars::JsonSchema for Rates {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rates".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let one = r"^\s*[0-9]+\s*/\s*[0-9]*(ms|s|m|h|d)(\s+by\s+(ip|key|user|tenant|all))?\s*$";
        schemars::json_schema!({
            "description": "Rates such as \"100/s\" or \"20/30s by key\", which all hold; \"off\" for none.",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string", "pattern": one}}],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{By, Rate, Rates};

    #[test]
    fn spelled() {
        for (text, rate) in [
            ("100/s", Rate::new(100, 1000, By::Ip)),
            ("20/30s by key", Rate::new(20, 30_000, By::Key)),
            ("5/m by user", Rate::new(5, 60_000, By::User)),
            ("1/90m by tenant", Rate::new(1, 5_400_000, By::Tenant)),
            ("7/d by all", Rate::new(7, 86_400_000, By::All)),
            ("3/250ms", Rate::new(3, 250, By::Ip)),
        ] {
            assert_eq!((text.parse(), rate.to_string()), (Ok(rate), text.to_owned()));
        }
        assert_eq!(" 100 / 60s by ip".parse(), Ok(Rate::new(100, 60_000, By::Ip)));
        for wrong in [
            "",
            "100",
            "/s",
            "0/s",
            "5/0s",
            "-1/s",
            "1/w",
            "1/s by",
            "1/s by me",
            "1/99999999999999999d",
            "1/s/s",
        ] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn several() {
        let read =
            |json: &str| serde_json::from_str::<Rates>(json).map(|rates| serde_json::to_string(&rates).ok());
        assert_eq!(read(r#""5/s, 9/m by key""#).ok(), Some(Some(r#"["5/s","9/m by key"]"#.to_owned())));
        assert_eq!(read(r#"["5/s"]"#).ok(), Some(Some(r#"["5/s"]"#.to_owned())));
        assert_eq!(
            (read("false").ok(), read("\"off\"").ok()),
            (Some(Some("\"off\"".into())), Some(Some("\"off\"".into())))
        );
        assert!(["true", "5", "\"5\"", "[\"off\"]"].iter().all(|wrong| read(wrong).is_err()));
    }
}
