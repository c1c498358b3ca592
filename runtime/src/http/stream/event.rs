//! An item of server-sent events.

use crate::validate::checker::{Checker, Rules};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

/// A server-sent event (WHATWG HTML section 9.2) that carries a value: text as it is, anything else as JSON.
///
/// ```
/// use apiloom::Event;
/// let event = Event::new(7).named("tick").with_id("7");
/// assert_eq!(event, Event { data: 7, event: Some("tick".into()), id: Some("7".into()), retry: None });
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event<T = String> {
    /// What it carries.
    pub data: T,
    /// Its kind; browsers call one without `message`.
    pub event: Option<String>,
    /// What a client that connects again sends as `Last-Event-ID`.
    pub id: Option<String>,
    /// How many milliseconds a client shall wait before it connects again.
    pub retry: Option<u64>,
}

impl<T> Event<T> {
    /// Only data.
    pub fn new(data: T) -> Self {
        Self { data, event: None, id: None, retry: None }
    }

    /// Of a kind.
    #[must_use]
    pub fn named(self, event: impl Into<String>) -> Self {
        Self { event: Some(event.into()), ..self }
    }

    /// With an id.
    #[must_use]
    pub fn with_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    /// With the time to wait before connecting again.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Self { retry: Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)), ..self }
    }
}

impl<T> From<T> for Event<T> {
    fn from(data: T) -> Self {
        Self::new(data)
    }
}

impl<T: Rules> Rules for Event<T> {
    fn rules(&self, v: &mut Checker) {
        v.nested("data", &self.data);
    }
}

impl<T: Serialize> Serialize for Event<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut out = s.serialize_map(None)?;
        if let Some(event) = &self.event {
            out.serialize_entry("event", event)?;
        }
        out.serialize_entry("data", &self.data)?;
        if let Some(id) = &self.id {
            out.serialize_entry("id", id)?;
        }
        if let Some(retry) = &self.retry {
            out.serialize_entry("retry", retry)?;
        }
        out.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Event<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Fields<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Event<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an event")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Event<T>, A::Error> {
                let (mut data, mut event, mut id, mut retry) = (None, None, None, None);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "data" => data = Some(map.next_value()?),
                        "event" => event = Some(map.next_value()?),
                        "id" => id = Some(map.next_value()?),
                        "retry" => retry = Some(map.next_value()?),
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                let data = data.ok_or_else(|| A::Error::missing_field("data"))?;
                Ok(Event { data, event, id, retry })
            }
        }
        d.deserialize_map(Fields(PhantomData))
    }
}
