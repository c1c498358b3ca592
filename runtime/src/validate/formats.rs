//! String formats of JSON Schema (2020-12, section 7.3) that are checked on a text.

use crate::validate::pattern;
use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use std::net::{Ipv4Addr, Ipv6Addr};
use validator::ValidateEmail;

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// A mailbox (RFC 5321).
    Email,
    /// The same in any script (RFC 6531).
    IdnEmail,
    /// A host name (RFC 1123).
    Hostname,
    /// The same in any script (RFC 5890).
    IdnHostname,
    /// An IPv4 address, dotted (RFC 2673).
    Ipv4,
    /// An IPv6 address (RFC 4291).
    Ipv6,
    /// A URI with a scheme (RFC 3986).
    Uri,
    /// A URI or a relative reference.
    UriReference,
    /// A URI template (RFC 6570).
    UriTemplate,
    /// An IRI with a scheme (RFC 3987).
    Iri,
    /// An IRI or a relative reference.
    IriReference,
    /// A JSON pointer (RFC 6901).
    JsonPointer,
    /// A relative JSON pointer.
    RelativeJsonPointer,
    /// A regular expression.
    Regex,
    /// A date (RFC 3339).
    Date,
    /// A time with an offset (RFC 3339).
    Time,
    /// A date and time with an offset (RFC 3339).
    DateTime,
    /// A duration (ISO 8601, RFC 3339 appendix A).
    Duration,
    /// A UUID (RFC 4122).
    Uuid,
    /// Bytes in the alphabet for URLs, padded or not (RFC 4648 section 5).
    Base64Url,
}

impl Format {
    /// The format of this name in JSON Schema and the OpenAPI format registry, if it is one that is checked.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "email" => Self::Email,
            "idn-email" => Self::IdnEmail,
            "hostname" => Self::Hostname,
            "idn-hostname" => Self::IdnHostname,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "uri" => Self::Uri,
            "uri-reference" => Self::UriReference,
            "uri-template" => Self::UriTemplate,
            "iri" => Self::Iri,
            "iri-reference" => Self::IriReference,
            "json-pointer" => Self::JsonPointer,
            "relative-json-pointer" => Self::RelativeJsonPointer,
            "regex" => Self::Regex,
            "date" => Self::Date,
            "time" => Self::Time,
            "date-time" => Self::DateTime,
            "duration" => Self::Duration,
            "uuid" => Self::Uuid,
            "base64url" => Self::Base64Url,
            _ => return None,
        })
    }

    /// What a good text is, with an article.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Email | Self::IdnEmail => "an e-mail address",
            Self::Hostname | Self::IdnHostname => "a host name",
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv6 => "an IPv6 address",
            Self::Uri => "a URI",
            Self::UriReference => "a URI reference",
            Self::UriTemplate => "a URI template",
            Self::Iri => "an IRI",
            Self::IriReference => "an IRI reference",
            Self::JsonPointer => "a JSON pointer",
            Self::RelativeJsonPointer => "a relative JSON pointer",
            Self::Regex => "a regular expression",
            Self::Date => "a date (RFC 3339)",
            Self::Time => "a time (RFC 3339)",
            Self::DateTime => "a date-time (RFC 3339)",
            Self::Duration => "a duration (ISO 8601)",
            Self::Uuid => "a UUID",
            Self::Base64Url => "base64url (RFC 4648)",
        }
    }

    /// Does the text have the format?
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Email => text.is_ascii() && text.validate_email(),
            Self::IdnEmail => is_idn_email(text),
            Self::Hostname => text.is_ascii() && is_hostname(text),
            Self::IdnHostname => is_hostname(text),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Uri => text.is_ascii() && is_reference(text) && has_scheme(text),
            Self::UriReference => text.is_ascii() && is_reference(text),
            Self::Iri => is_reference(text) && has_scheme(text),
            Self::IriReference => is_reference(text),
            Self::UriTemplate => is_template(text),
            Self::JsonPointer => is_pointer(text),
            Self::RelativeJsonPointer => is_relative_pointer(text),
            Self::Regex => pattern::is_regex(text),
            Self::Date => is_date(text),
            Self::Time => is_time(text),
            Self::DateTime => is_date_time(text),
            Self::Duration => is_duration(text),
            Self::Uuid => text.len() == 36 && text.parse::<uuid::Uuid>().is_ok(),
            Self::Base64Url => is_base64_url(text),
        }
    }
}

/// RFC 6531 section 3.3: an address in which letters of any script may stand where those of ASCII may.
fn is_idn_email(text: &str) -> bool {
    let letter = |c: char| if !c.is_ascii() && c.is_alphanumeric() { 'a' } else { c };
    text.chars().map(letter).collect::<String>().validate_email()
}

/// RFC 4648 section 5; the padding may be left out, and stands only where it belongs.
fn is_base64_url(text: &str) -> bool {
    let padded = text.ends_with('=');
    let engine = if padded { &URL_SAFE } else { &URL_SAFE_NO_PAD };
    engine.decode(text).is_ok()
}

/// RFC 1123 section 2.1: labels of at most 63, letters, digits and inner hyphens, 253 in all.
fn is_hostname(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c == '-' || c.is_ascii_alphanumeric() || (!c.is_ascii() && c.is_alphanumeric()))
    };
    text.len() <= 253 && text.split('.').all(label)
}

fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// RFC 3986 section 2: the characters allowed, escapes whole; section 3: one fragment; a colon in the first segment
/// only after a scheme.
fn is_reference(text: &str) -> bool {
    let allowed = |c: char| {
        !c.is_ascii() && !c.is_control() || c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
    };
    let mut parts = text.split('%');
    let escapes = |part: &str| part.get(..2).is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    let good = text.chars().all(allowed)
        && parts.next().is_some()
        && parts.all(escapes)
        && text.matches('#').count() <= 1;
    let first = text.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme = first.split_once(':').is_none_or(|(scheme, _)| is_scheme(scheme));
    let authority =
        text.split_once("//").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let outside = text.replacen(authority, "", 1);
    good && scheme && is_authority(authority) && !outside.contains(['[', ']'])
}

/// RFC 3986 section 3.2: brackets only around an IPv6 address, a port of digits.
fn is_authority(authority: &str) -> bool {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let port = match host.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((address, port))) if address.parse::<Ipv6Addr>().is_ok() || address.starts_with('v') => {
            port
        }
        Some(_) => return false,
        None if host.contains(['[', ']']) => return false,
        None => host.find(':').and_then(|at| host.get(at..)).unwrap_or_default(),
    };
    port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
}

/// RFC 6570 section 2: expressions in closed, unnested braces.
fn is_template(text: &str) -> bool {
    let mut rest = text;
    while let Some(open) = rest.find(['{', '}']) {
        let Some((before, after)) = rest.split_at_checked(open) else {
            return false;
        };
        let Some((inside, tail)) = after.strip_prefix('{').and_then(|after| after.split_once('}')) else {
            return false;
        };
        let names = inside.trim_start_matches(['+', '#', '.', '/', ';', '?', '&']);
        let name = |c: char| c.is_ascii_alphanumeric() || "_.,:*%".contains(c);
        if names.is_empty() || !names.chars().all(name) || before.contains([' ', '<', '>', '"']) {
            return false;
        }
        rest = tail;
    }
    !rest.contains([' ', '<', '>', '"', '\\', '^', '`'])
}

/// RFC 6901 section 3: empty, or steps after slashes, `~` only as `~0` and `~1`.
fn is_pointer(text: &str) -> bool {
    (text.is_empty() || text.starts_with('/'))
        && text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}

fn is_relative_pointer(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let canonical = number == "0" || (!number.is_empty() && !number.starts_with('0'));
    canonical && (rest == "#" || is_pointer(rest))
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// RFC 3339 section 5.6 `full-time`: a leap second only at the end of a UTC day.
fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |at: usize, most: u32| {
        let two = text.get(at..at + 2).filter(|two| two.bytes().all(|b| b.is_ascii_digit()))?;
        two.parse::<u32>().ok().filter(|n| *n <= most)
    };
    let colons = bytes.get(2) == Some(&b':') && bytes.get(5) == Some(&b':');
    let (Some(hour), Some(minute), Some(second), true) =
        (number(0, 23), number(3, 59), number(6, 60), colons)
    else {
        return false;
    };
    let Some(mut at) = text.get(8..) else {
        return false;
    };
    if let Some(fraction) = at.strip_prefix('.') {
        let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return false;
        }
        at = rest;
    }
    let offset = match offset_minutes(at) {
        Some(offset) => offset,
        None => return false,
    };
    let utc = (i64::from(hour) * 60 + i64::from(minute) - offset).rem_euclid(24 * 60);
    second < 60 || utc == 23 * 60 + 59
}

fn offset_minutes(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let two = |text: &str, most: i64| {
        let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<i64>().ok().filter(|n| digits && *n <= most)
    };
    Some(sign * (two(hours, 23)? * 60 + two(minutes, 59)?))
}

fn is_date_time(text: &str) -> bool {
    let (Some(date), Some(time)) = (text.get(..10), text.get(11..)) else {
        return false;
    };
    let separator = text.get(10..11).is_some_and(|t| t.eq_ignore_ascii_case("t"));
    separator && is_date(date) && is_time(time)
}

/// RFC 3339 appendix A: `P` and units in order, weeks alone, at least one.
fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    if let Some(weeks) = rest.strip_suffix('W') {
        return is_digits(weeks);
    }
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        Some(_) => return false,
        None => (rest, ""),
    };
    !rest.is_empty() && has_units(date, "YMD") && has_units(time, "HMS")
}

fn has_units(text: &str, units: &str) -> bool {
    let mut left = units;
    text.split_inclusive(|c: char| c.is_ascii_alphabetic()).all(|part| {
        let Some(unit) = part.chars().next_back() else {
            return false;
        };
        let Some((_, rest)) = left.split_once(unit) else {
            return false;
        };
        left = rest;
        is_digits(part.trim_end_matches(unit))
    })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn examples() {
        let table = [
            (Format::Email, "a@example.org", "a@@b"),
            (Format::Hostname, "www.example.org", "-a.org"),
            (Format::IdnHostname, "münchen.de", "a..b"),
            (Format::Ipv4, "127.0.0.1", "127.0.0.256"),
            (Format::Ipv6, "::1", "::g"),
            (Format::Uri, "http://[::1]:80/a?b#c", "/relative"),
            (Format::UriReference, "../a%20b", "a b"),
            (Format::UriTemplate, "/a/{id}{?q*}", "/a/{id"),
            (Format::Iri, "http://münchen.de/", "münchen"),
            (Format::JsonPointer, "/a~1b", "/a~2"),
            (Format::RelativeJsonPointer, "1/a", "01/a"),
            (Format::Regex, "^a+$", "a("),
            (Format::Date, "2024-02-29", "2023-02-29"),
            (Format::Time, "23:59:60Z", "12:00:60Z"),
            (Format::DateTime, "2024-01-01T00:00:00.5+01:00", "2024-01-01 00:00:00"),
            (Format::Duration, "P1DT2H", "P1D2H"),
            (Format::Uuid, "2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08"),
            (Format::IdnEmail, "müller@example.org", "müller"),
            (Format::IriReference, "ä/b", "ä b"),
            (Format::Base64Url, "_-8", "/+8="),
            (Format::Base64Url, "_-8=", "_-8=="),
        ];
        for (format, good, bad) in table {
            assert!(format.accepts(good), "{good} is {}", format.noun());
            assert!(!format.accepts(bad), "{bad} is not {}", format.noun());
        }
    }
}
