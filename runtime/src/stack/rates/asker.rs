//! Who is counted as one.

use crate::http::context::Context;
use crate::rate::By;
use crate::security::Shown;
use http::header::AUTHORIZATION;
use std::net::IpAddr;

/// Tells who asks, in bytes that nobody else has who is counted alike.
pub(super) fn asker(cx: &Context, by: By, told: &mut impl FnMut(&[u8])) {
    match by {
        By::All => {}
        By::Ip => {
            told(b"i");
            network(cx, told);
        }
        By::Key => {
            if !key(cx, told) {
                asker(cx, By::Ip, told);
            }
        }
        By::User => named(b"u", cx.subject(), told).unwrap_or_else(|| asker(cx, By::Key, told)),
        By::Tenant => named(b"t", cx.tenant(), told).unwrap_or_else(|| asker(cx, By::User, told)),
    }
}

fn named(kind: &[u8], name: Option<&str>, told: &mut impl FnMut(&[u8])) -> Option<()> {
    let name = name?;
    told(kind);
    told(name.as_bytes());
    Some(())
}

/// A host has one IPv4 address, and a network of IPv6 (RFC 6177).
fn network(cx: &Context, told: &mut impl FnMut(&[u8])) {
    match cx.remote().map(|remote| remote.ip().to_canonical()) {
        Some(IpAddr::V4(ip)) => told(&ip.octets()),
        Some(IpAddr::V6(ip)) => told(&ip.octets()[..8]),
        None => {}
    }
}

/// The credential that is shown, whether it is good or not; is there one?
fn key(cx: &Context, told: &mut impl FnMut(&[u8])) -> bool {
    let shown = Shown::new(cx.parts());
    let asked = cx.operation().security.iter().copied().flatten();
    let mut keys = asked.filter_map(|asked| shown.key(&asked.scheme.kind).ok().flatten());
    match (keys.next(), cx.headers().get(AUTHORIZATION)) {
        (Some(key), _) => {
            told(b"k");
            told(key.as_bytes());
        }
        (None, Some(value)) => {
            told(b"k");
            told(value.as_bytes());
        }
        (None, None) => return false,
    }
    true
}
