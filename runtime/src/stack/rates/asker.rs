//! Who is counted as one.

use crate::http::context::Context;
use crate::rate::By;
use crate::security::Shown;
use http::header::AUTHORIZATION;
use std::net::IpAddr;

/// Who asks, in bytes that nobody else has who is counted alike.
pub(super) fn asker(cx: &Context, by: By) -> Vec<u8> {
    let named = |kind: u8, name: &[u8]| [&[kind], name].concat();
    match by {
        By::All => Vec::new(),
        By::Ip => named(b'i', &network(cx)),
        By::Key => match key(cx) {
            Some(key) => named(b'k', &key),
            None => asker(cx, By::Ip),
        },
        By::User => match cx.subject() {
            Some(subject) => named(b'u', subject.as_bytes()),
            None => asker(cx, By::Key),
        },
        By::Tenant => match cx.tenant() {
            Some(tenant) => named(b't', tenant.as_bytes()),
            None => asker(cx, By::User),
        },
    }
}

/// A host has one IPv4 address, and a network of IPv6 (RFC 6177).
fn network(cx: &Context) -> Vec<u8> {
    match cx.remote().map(|remote| remote.ip().to_canonical()) {
        Some(IpAddr::V4(ip)) => ip.octets().to_vec(),
        Some(IpAddr::V6(ip)) => ip.octets()[..8].to_vec(),
        None => Vec::new(),
    }
}

/// The credential that is shown, whether it is good or not.
fn key(cx: &Context) -> Option<Vec<u8>> {
    let shown = Shown::new(cx.parts());
    let asked = cx.operation().security.iter().copied().flatten();
    let keys = asked.filter_map(|asked| shown.key(&asked.scheme.kind).ok().flatten());
    let bearer = cx.headers().get(AUTHORIZATION).map(|value| value.as_bytes().to_vec());
    keys.map(|key| key.as_bytes().to_vec()).next().or(bearer)
}
