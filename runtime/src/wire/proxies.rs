//! Proxies in front of the service: whose word about the caller counts, and how they give it.

use crate::stack::Unusable;
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::io;
use std::net::{IpAddr, SocketAddr};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Proxies in front of the service. Of those that are not named, nothing is believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub struct Proxies {
    /// Their addresses: `10.0.0.0/8`, `192.0.2.7`, `::1`, or `unix` for whoever comes through a Unix socket.
    pub trusted: Vec<String>,
    /// In which header they tell who is calling.
    pub header: ToldBy,
    /// Whether each of their connections begins with the PROXY protocol, version 1 or 2.
    pub protocol: bool,
}

/// In which header proxies tell who is calling. Only this one is read: another one is the caller's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub enum ToldBy {
    /// In none.
    Off,
    /// `X-Forwarded-For`, and `X-Forwarded-Proto` for TLS.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The same, ready for use.
#[derive(Debug, Default)]
pub(crate) struct Trusted {
    nets: Vec<IpNet>,
    is_unix: bool,
    header: ToldBy,
    pub(super) is_protocol: bool,
}

/// Who is calling, as far as proxies tell.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) ip: Option<IpAddr>,
    /// Whether the caller has used TLS; unknown, if nobody tells.
    pub(super) is_secure: Option<bool>,
}

impl Trusted {
    /// # Errors
    /// What is no address.
    pub(crate) fn new(proxies: &Proxies) -> Result<Self, Unusable> {
        let mut trusted = Self { header: proxies.header, is_protocol: proxies.protocol, ..Self::default() };
        for text in &proxies.trusted {
            let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            match (net, text.as_str()) {
                (Ok(net), _) => trusted.nets.push(net),
                (Err(_), "unix") => trusted.is_unix = true,
                (Err(_), _) => {
                    let message = format!("`{text}` is no address, as `10.0.0.0/8` and `192.0.2.7` are");
                    return Err(Unusable::new(["trusted"], message));
                }
            }
        }
        Ok(trusted)
    }

    fn has(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.nets.iter().any(|net| net.contains(&ip))
    }

    /// Is the other end of a connection such a proxy?
    pub(super) fn is_proxy(&self, remote: Option<SocketAddr>) -> bool {
        remote.map_or(self.is_unix, |remote| self.has(remote.ip()))
    }

    /// Who is calling, by the headers of a request that such a proxy has sent: the last one that is no proxy itself.
    pub(super) fn told(&self, headers: &HeaderMap) -> Told {
        let hops: Vec<(Option<IpAddr>, Option<bool>)> = match self.header {
            ToldBy::Off => return Told::default(),
            ToldBy::XForwardedFor => {
                let proto = listed(headers, &PROTO).last().map(|proto| proto.eq_ignore_ascii_case("https"));
                listed(headers, &FOR).map(|hop| (address(hop), proto)).collect()
            }
            ToldBy::Forwarded => listed(headers, &http::header::FORWARDED).map(hop).collect(),
        };
        let mut nearest = Told::default();
        for (ip, is_secure) in hops.into_iter().rev() {
            nearest = Told { ip: ip.or(nearest.ip), is_secure };
            // Behind what cannot be read, anybody may have written anything.
            if ip.is_none_or(|ip| !self.has(ip)) {
                break;
            }
        }
        nearest
    }
}

/// The elements of all fields of a name.
fn listed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim).filter(|hop| !hop.is_empty())
}

/// `192.0.2.7`, `192.0.2.7:80`, `2001:db8::1`, `[2001:db8::1]:80`
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

/// An element of `Forwarded`.
fn hop(text: &str) -> (Option<IpAddr>, Option<bool>) {
    let value = |name: &str| {
        text.split(';').find_map(|pair| {
            let (known, value) = pair.split_once('=')?;
            known.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
        })
    };
    (value("for").and_then(address), value("proto").map(|proto| proto.eq_ignore_ascii_case("https")))
}

/// Reads what the PROXY protocol puts before everything else: who is at the other end of the proxy. `None`: the proxy
/// speaks for itself.
///
/// # Errors
/// It is not there, or wrong.
pub(super) async fn preface(io: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    const SIGNATURE: &[u8; 12] = b"\r\n\r\n\0\r\nQUIT\n";
    const LONGEST_LINE: usize = 107;
    const LONGEST: usize = 4096;
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "a proxy does not speak the PROXY protocol");
    let mut bytes = vec![0; SIGNATURE.len()];
    io.read_exact(&mut bytes).await?;
    if bytes == SIGNATURE {
        let mut rest = [0; 4];
        io.read_exact(&mut rest).await?;
        let [_, _, high, low] = rest;
        let length = usize::from(u16::from_be_bytes([high, low]));
        if length > LONGEST {
            return Err(wrong());
        }
        bytes.extend(rest);
        let head = bytes.len();
        bytes.resize(head + length, 0);
        io.read_exact(bytes.get_mut(head..).unwrap_or_default()).await?;
    } else {
        while !bytes.ends_with(b"\n") && bytes.len() < LONGEST_LINE && bytes.starts_with(b"PROXY ") {
            bytes.push(io.read_u8().await?);
        }
    }
    use ppp::{HeaderResult, v1, v2};
    match HeaderResult::parse(&bytes) {
        HeaderResult::V1(header) => Ok(match header.map_err(|_| wrong())?.addresses {
            v1::Addresses::Tcp4(tcp) => Some((tcp.source_address, tcp.source_port).into()),
            v1::Addresses::Tcp6(tcp) => Some((tcp.source_address, tcp.source_port).into()),
            v1::Addresses::Unknown => None,
        }),
        HeaderResult::V2(header) => {
            let header = header.map_err(|_| wrong())?;
            Ok(match header.addresses {
                _ if header.command == v2::Command::Local => None,
                v2::Addresses::IPv4(tcp) => Some((tcp.source_address, tcp.source_port).into()),
                v2::Addresses::IPv6(tcp) => Some((tcp.source_address, tcp.source_port).into()),
                v2::Addresses::Unix(_) | v2::Addresses::Unspecified => None,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Proxies, Told, ToldBy, Trusted, preface};
    use http::HeaderMap;

    fn caller(header: ToldBy, name: &'static str, value: &str) -> (String, Option<bool>) {
        let trusted = ["10.0.0.0/8", "::1"].map(str::to_owned).to_vec();
        let trusted =
            Trusted::new(&Proxies { trusted, header, protocol: false }).expect("these are addresses");
        let mut headers = HeaderMap::new();
        headers.append(name, value.parse().expect("a value"));
        headers.append("x-forwarded-proto", "https".parse().expect("a value"));
        let Told { ip, is_secure } = trusted.told(&headers);
        (ip.map(|ip| ip.to_string()).unwrap_or_default(), is_secure)
    }

    #[test]
    fn whose_word_counts() {
        let by_for = |value| caller(ToldBy::XForwardedFor, "x-forwarded-for", value).0;
        // What the caller has written itself stands before what a proxy adds.
        assert_eq!(by_for("1.2.3.4, 192.0.2.7"), "192.0.2.7");
        assert_eq!(by_for("1.2.3.4, 192.0.2.7, 10.1.2.3"), "192.0.2.7");
        assert_eq!(by_for("10.0.0.1, 10.1.2.3"), "10.0.0.1");
        assert_eq!(by_for("1.2.3.4, nonsense, 10.1.2.3"), "10.1.2.3");
        assert_eq!(
            (by_for("[2001:db8::1]:80"), by_for("2001:db8::1")),
            ("2001:db8::1".into(), "2001:db8::1".into())
        );
        assert_eq!(by_for("nonsense"), "");
        let forwarded = |value| caller(ToldBy::Forwarded, "forwarded", value);
        assert_eq!(forwarded("for=192.0.2.7;proto=https;by=10.0.0.1"), ("192.0.2.7".into(), Some(true)));
        assert_eq!(
            forwarded("for=1.2.3.4, For=\"[2001:db8::1]:5\";proto=http"),
            ("2001:db8::1".into(), Some(false))
        );
        assert_eq!(forwarded("for=unknown"), (String::new(), None));
        assert_eq!(caller(ToldBy::Forwarded, "x-forwarded-for", "1.2.3.4"), (String::new(), None));
        assert_eq!(caller(ToldBy::Off, "x-forwarded-for", "1.2.3.4"), (String::new(), None));
        assert!(Trusted::new(&Proxies { trusted: vec!["x".into()], ..Proxies::default() }).is_err());
    }

    async fn read(bytes: &[u8]) -> Result<(Option<String>, usize), ()> {
        let mut rest = bytes;
        let told = preface(&mut rest).await.map_err(|_| ())?;
        Ok((told.map(|address| address.to_string()), rest.len()))
    }

    #[tokio::test]
    async fn the_proxy_protocol() {
        let one = read(b"PROXY TCP4 192.0.2.7 10.0.0.1 5000 80\r\nGET").await;
        assert_eq!(one, Ok((Some("192.0.2.7:5000".into()), 3)));
        assert_eq!(read(b"PROXY UNKNOWN\r\nGET").await, Ok((None, 3)));
        let mut two = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c".to_vec();
        two.extend([192, 0, 2, 7, 10, 0, 0, 1, 0x13, 0x88, 0, 80]);
        two.extend(b"GET");
        assert_eq!(read(&two).await, Ok((Some("192.0.2.7:5000".into()), 3)));
        let local = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0GET";
        assert_eq!(read(local).await, Ok((None, 3)));
        for wrong in [
            &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
            b"PROXY TCP4 x y 1 2\r\n",
            b"PROXY TCP4 192.0.2.7",
            b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff",
            b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c192000000000",
        ] {
            assert_eq!(read(wrong).await, Err(()), "{}", String::from_utf8_lossy(wrong));
        }
    }
}
