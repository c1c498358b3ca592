//! Values that JSON has no kind for: bytes as base64, texts that are not shown.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Bytes that are base64 text on the wire (`format: byte`, RFC 4648 section 4).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64(pub Vec<u8>);

impl Base64 {
    /// The text on the wire.
    pub fn encode(&self) -> String {
        STANDARD.encode(&self.0)
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Base64 {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// The bytes of base64 text, of the standard or the URL-safe alphabet.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='))).ok()
}

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.encode())
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Base64;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a base64 string")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Base64, E> {
                decode_base64(text).map(Base64).ok_or_else(|| E::custom("is not base64"))
            }
        }
        d.deserialize_str(Text)
    }
}

/// Bytes that are base64 text for URLs on the wire, written without padding (`format: base64url`, RFC 4648 section 5).
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64Url(pub Vec<u8>);

impl Base64Url {
    /// The text on the wire.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }
}

impl From<Vec<u8>> for Base64Url {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Base64Url {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// The bytes of base64 text for URLs. The padding may be left out, and stands only where it belongs.
pub(crate) fn decode_base64_url(text: &str) -> Option<Vec<u8>> {
    let engine = if text.ends_with('=') { &URL_SAFE } else { &URL_SAFE_NO_PAD };
    engine.decode(text).ok()
}

/// A moment as headers write it, to the second (`format: http-date`, RFC 9110 section 5.6.7). It is a [`SystemTime`] between
/// 1970 and 9999; the two forms that are obsolete are read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpDate(SystemTime);

/// A moment that has no [`HttpDate`]: one before 1970 or after 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoHttpDate(());

impl fmt::Display for NoHttpDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not between the years 1970 and 9999")
    }
}

impl std::error::Error for NoHttpDate {}

/// The first second of the year 10000.
const TOO_LATE: u64 = 253_402_300_800;

impl TryFrom<SystemTime> for HttpDate {
    type Error = NoHttpDate;
    /// Fractions of the second are left out.
    fn try_from(moment: SystemTime) -> Result<Self, NoHttpDate> {
        let seconds = moment.duration_since(UNIX_EPOCH).map_err(|_| NoHttpDate(()))?.as_secs();
        let moment = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).filter(|_| seconds < TOO_LATE);
        moment.map(Self).ok_or(NoHttpDate(()))
    }
}

impl From<HttpDate> for SystemTime {
    fn from(date: HttpDate) -> Self {
        date.0
    }
}

impl fmt::Display for HttpDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        httpdate::HttpDate::from(self.0).fmt(f)
    }
}

/// The moment that a header means.
pub(crate) fn read_http_date(text: &str) -> Option<HttpDate> {
    HttpDate::try_from(httpdate::parse_http_date(text).ok()?).ok()
}

macro_rules! texts {
    ($($name:ident $words:literal $read:expr, $write:expr;)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&$write(self))
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
                        $read(text).ok_or_else(|| E::custom(concat!("is not ", $words)))
                    }
                }
                d.deserialize_str(Text)
            }
        }
    )*};
}

texts! {
    Base64Url "base64url (RFC 4648)" |text| decode_base64_url(text).map(Base64Url), Base64Url::encode;
    HttpDate "a date of HTTP (RFC 9110)" read_http_date, ToString::to_string;
}

/// A text that is not shown when something is printed with `{:?}`, such as a password (`format: password`). On the wire it
/// is the text.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret(String);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    pub fn into_revealed(self) -> String {
        self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        #[cfg(feature = "config")]
        if crate::config::secret::is_veiled() {
            return s.serialize_str(crate::config::secret::VEIL);
        }
        self.0.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[cfg(feature = "config")]
        crate::config::secret::reading();
        String::deserialize(d).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Base64Url, HttpDate, Secret};
    use crate::json::decode;
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    fn refused<T: serde::de::DeserializeOwned + crate::Rules>(text: &str) -> Vec<(String, &'static str)> {
        let faults = decode::<Vec<T>>(text.as_bytes()).err().unwrap_or_default();
        faults.iter().map(|fault| (fault.pointer(), fault.code)).collect()
    }

    #[test]
    fn base64_for_urls() {
        let bytes: Vec<Base64Url> = decode(br#"["_-8", "_-8=", ""]"#).unwrap();
        assert_eq!(bytes, [vec![255, 239], vec![255, 239], vec![]].map(Base64Url));
        assert_eq!(serde_json::to_string(&bytes).unwrap(), r#"["_-8","_-8",""]"#);
        let faults = refused::<Base64Url>(r#"["/+8=", "_-8==", "_", 1, "AA"]"#);
        let wanted = [("/0", "format"), ("/1", "format"), ("/2", "format"), ("/3", "type")];
        assert_eq!(faults, wanted.map(|(at, code)| (at.to_owned(), code)));
    }

    #[test]
    fn dates_of_headers() {
        let text = r#"["Sun, 06 Nov 1994 08:49:37 GMT","Sunday, 06-Nov-94 08:49:37 GMT","Sun Nov  6 08:49:37 1994"]"#;
        let dates: Vec<HttpDate> = decode(text.as_bytes()).unwrap();
        let moment = UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert!(dates.iter().all(|date| SystemTime::from(*date) == moment));
        assert_eq!(dates[2].to_string(), "Sun, 06 Nov 1994 08:49:37 GMT");
        let faults = refused::<HttpDate>(r#"["1994-11-06", "Mon, 06 Nov 1994 08:49:37 GMT", null]"#);
        let wanted = [("/0", "format"), ("/1", "format"), ("/2", "type")];
        assert_eq!(faults, wanted.map(|(at, code)| (at.to_owned(), code)));
        let close = moment + Duration::from_millis(999);
        assert_eq!(HttpDate::try_from(close), Ok(dates[0]));
        assert!(HttpDate::try_from(UNIX_EPOCH - Duration::from_secs(1)).is_err());
        assert!(HttpDate::try_from(UNIX_EPOCH + Duration::from_secs(253_402_300_800)).is_err());
        assert!(HttpDate::try_from(UNIX_EPOCH + Duration::from_secs(253_402_300_799)).is_ok());
    }

    #[test]
    fn addresses() {
        use std::net::{Ipv4Addr, Ipv6Addr};
        assert_eq!(decode::<Ipv4Addr>(br#""127.0.0.1""#).unwrap(), Ipv4Addr::LOCALHOST);
        assert_eq!(decode::<Ipv6Addr>(br#""0:0::1""#).unwrap(), Ipv6Addr::LOCALHOST);
        let wanted = [("/0", "format"), ("/1", "type")].map(|(at, code)| (at.to_owned(), code));
        assert_eq!(refused::<Ipv4Addr>(r#"["127.0.0.256", 1]"#), wanted);
        assert_eq!(refused::<Ipv6Addr>(r#"["127.0.0.1", {}]"#), wanted);
    }

    #[test]
    fn secrets_are_not_printed() {
        let secret: Secret = serde_json::from_str(r#""open sesame""#).unwrap();
        assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "Secret(***) Some(Secret(***))");
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""open sesame""#);
        assert_eq!((secret.reveal(), Secret::from("open sesame") == secret), ("open sesame", true));
    }
}
