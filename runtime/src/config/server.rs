//! `[server]`: where to listen, how large bodies may be, and how to stop.

use super::{Period, Reload, Section, Size};
use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// Where to listen, how large bodies may be, and how to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Server {
    /// Addresses, as `host:port` or `host` alone, `unix:/run/shop.sock`, or `systemd` for sockets that systemd has opened.
    /// One may stand without a list.
    pub listen: Addresses,
    /// The port of addresses that have none of their own; 0 lets the system choose.
    pub port: u16,
    /// How long the body of a request may be.
    pub body_limit: Size,
    /// How long the body of a request with files may be.
    pub upload_limit: Size,
    /// How long it goes on serving after the stop was asked for and readiness says no, so that whoever sends requests can
    /// know it before connections are refused.
    pub drain: Period,
    /// How long requests in flight may take after that.
    pub grace: Period,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: Addresses(vec!["127.0.0.1".to_owned()]),
            port: 8080,
            body_limit: Size(crate::service::BODY_LIMIT as u64),
            upload_limit: Size(crate::service::UPLOAD_LIMIT),
            drain: Period::default(),
            grace: Period(Duration::from_secs(30)),
        }
    }
}

impl Section for Server {
    const NAME: &'static str = "server";
    const RELOAD: Reload = Reload::Keys(&["body_limit", "upload_limit", "drain", "grace"]);

    #[cfg(feature = "config-schema")]
    fn schema() -> Option<serde_json::Value> {
        Some(schemars::schema_for!(Self).to_value())
    }
}

impl Server {
    /// The addresses, each with its port.
    pub fn addresses(&self) -> Vec<String> {
        self.listen.with_port(self.port)
    }
}

/// A Unix socket, or those of systemd: there are no ports.
fn is_named(address: &str) -> bool {
    address == "systemd" || address.starts_with("unix:")
}

/// An IPv6 address has colons of its own; with a port it stands in brackets.
fn with_port(address: &str, port: u16) -> String {
    if is_named(address) {
        return address.to_owned();
    }
    let colons = address.matches(':').count();
    let has_port = match address.rsplit_once(']') {
        Some((_, rest)) => rest.starts_with(':'),
        None => colons == 1,
    };
    match has_port {
        true => address.to_owned(),
        false if colons > 1 && !address.starts_with('[') => format!("[{address}]:{port}"),
        false => format!("{address}:{port}"),
    }
}

/// Addresses to listen on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Addresses(
    /// Each as `host:port`, `host`, `unix:/path` or `systemd`.
    pub Vec<String>,
);

impl Addresses {
    /// Each with a port: its own, or this one.
    pub fn with_port(&self, port: u16) -> Vec<String> {
        self.0.iter().map(|one| with_port(one, port)).collect()
    }
}

impl<'de> Deserialize<'de> for Addresses {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(OneOrMore)
    }
}

struct OneOrMore;

impl<'de> Visitor<'de> for OneOrMore {
    type Value = Addresses;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address such as \"0.0.0.0:8080\", or a list of some")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Addresses, E> {
        let list: Vec<&str> = text.split(',').map(str::trim).collect();
        match list.iter().find(|address| !is_address(address)) {
            Some(_) => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
            None => Ok(Addresses(list.into_iter().map(str::to_owned).collect())),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Addresses, A::Error> {
        let mut all = Vec::new();
        while let Some(Address(address)) = list.next_element()? {
            all.push(address);
        }
        match all.is_empty() {
            true => Err(de::Error::invalid_length(0, &self)),
            false => Ok(Addresses(all)),
        }
    }
}

struct Address(String);

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        match is_address(&text) {
            true => Ok(Self(text)),
            false => Err(de::Error::invalid_value(
                de::Unexpected::Str(&text),
                &"an address such as \"0.0.0.0:8080\"",
            )),
        }
    }
}

/// `host`, `host:port`, `[::1]:port`: what the system will look up.
fn is_address(text: &str) -> bool {
    if is_named(text) {
        return text != "unix:";
    }
    let address = with_port(text, 1);
    let (host, port) = address.rsplit_once(':').unwrap_or_default();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match bare {
        Some(host) => host.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
        }
    };
    is_host && port.parse::<u16>().is_ok()
}

#[cfg(feature = "config-schema")]
impl schemars::JsonSchema for Addresses {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Addresses".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "Addresses to listen on, each as `host:port`, `host`, `unix:/path` or `systemd`.",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{is_address, with_port};

    #[test]
    fn addresses() {
        let full = |address| with_port(address, 80);
        assert_eq!((full("a"), full("a:1")), ("a:80".to_owned(), "a:1".to_owned()));
        assert_eq!((full("::1"), full("[::1]")), ("[::1]:80".to_owned(), "[::1]:80".to_owned()));
        assert_eq!((full("[::1]:2"), full("unix:/a")), ("[::1]:2".to_owned(), "unix:/a".to_owned()));
        assert!(
            ["0.0.0.0", "localhost:0", "::", "[::1]:443", "unix:/a", "systemd"]
                .iter()
                .all(|address| is_address(address))
        );
        assert!(
            ["", "unix:", ":80", "a:b", "a:99999", "http://a", "8080/x", "[x]:1"]
                .iter()
                .all(|a| !is_address(a))
        );
    }
}
