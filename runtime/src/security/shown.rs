//! Where credentials stand in a request.

use super::scheme::Kind;
use crate::http::problem::{Error, Result};
use crate::http::style::escape::{Escape, unescape};
use bytes::Bytes;
use http::header::{AUTHORIZATION, COOKIE, HeaderValue};
use http::request::Parts;
use std::borrow::Cow;
use std::sync::Arc;

/// The certificates that the client of a connection has shown and proved to own, in DER, its own first. Whatever ends
/// TLS puts them into the extensions of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerCertificates(pub Arc<[Bytes]>);

/// What a request shows. Nothing is decoded before it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'r> {
    parts: &'r Parts,
}

impl<'r> Shown<'r> {
    /// By a request.
    pub fn new(parts: &'r Parts) -> Self {
        Self { parts }
    }

    /// What stands behind this scheme in `Authorization`; never empty.
    pub(super) fn authorization(&self, scheme: &str) -> Result<Option<&'r str>> {
        let Some(value) = single(self.parts.headers.get_all(AUTHORIZATION).iter(), "Authorization")? else {
            return Ok(None);
        };
        let text = plain(value, "Authorization")?;
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        let rest = rest.trim();
        Ok((name.eq_ignore_ascii_case(scheme) && !rest.is_empty()).then_some(rest))
    }

    /// The key of an `apiKey` scheme; never empty.
    pub(crate) fn key(&self, kind: &Kind) -> Result<Option<Cow<'r, str>>> {
        let key = match kind {
            Kind::Header(name) => self.header(name)?.map(Cow::Borrowed),
            Kind::Query(name) => self.query(name)?,
            Kind::Cookie(name) => self.cookie(name)?.map(Cow::Borrowed),
            Kind::Http(_) | Kind::OAuth2 | Kind::OpenIdConnect(_) | Kind::MutualTls | Kind::Unknown => None,
        };
        Ok(key.filter(|key| !key.is_empty()))
    }

    fn header(&self, name: &str) -> Result<Option<&'r str>> {
        let value = single(self.parts.headers.get_all(name).iter(), name)?;
        value.map(|value| plain(value, name)).transpose()
    }

    fn query(&self, name: &str) -> Result<Option<Cow<'r, str>>> {
        let pairs = self.parts.uri.query().unwrap_or_default().split('&');
        let values = pairs.filter_map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            unescape(key, Escape::Form).is_ok_and(|key| key == name).then_some(value)
        });
        let Some(value) = single(values, name)? else { return Ok(None) };
        let key = unescape(value, Escape::Form).map_err(|_| malformed(name))?;
        if key.chars().any(char::is_control) { Err(malformed(name)) } else { Ok(Some(key)) }
    }

    /// RFC 6265 section 4.2.1. Cookie values have no escapes of their own.
    fn cookie(&self, name: &str) -> Result<Option<&'r str>> {
        let mut values = Vec::new();
        for header in self.parts.headers.get_all(COOKIE) {
            let text = plain(header, "Cookie")?;
            let pairs = text.split(';').filter_map(|pair| pair.trim().split_once('='));
            values.extend(pairs.filter(|(key, _)| *key == name).map(|(_, value)| value));
        }
        let value = single(values.into_iter(), name)?;
        Ok(value.map(|text| text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text)))
    }

    /// The client's certificates; empty: it has shown none.
    pub(super) fn certificates(&self) -> &'r [Bytes] {
        self.parts.extensions.get::<PeerCertificates>().map_or(&[], |shown| &shown.0)
    }
}

/// The only one. Which of several credentials counts must not be left to chance.
fn single<T>(mut values: impl Iterator<Item = T>, name: &str) -> Result<Option<T>> {
    let first = values.next();
    match values.next() {
        None => Ok(first),
        Some(_) => Err(Error::bad_request(format!("The credentials in `{name}` are given more than once."))),
    }
}

/// A header's text: ASCII without control characters.
fn plain<'r>(value: &'r HeaderValue, name: &str) -> Result<&'r str> {
    let text = value.to_str().map_err(|_| malformed(name))?.trim();
    if text.contains(|letter: char| letter.is_control()) { Err(malformed(name)) } else { Ok(text) }
}

fn malformed(name: &str) -> Error {
    Error::bad_request(format!("The credentials in `{name}` are malformed."))
}
