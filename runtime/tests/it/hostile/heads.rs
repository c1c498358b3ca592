//! Request lines and fields (RFC 9112, sections 3 and 5; RFC 9110, section 5).

use super::Expected::{Answers, Harmless, Refused};
use super::{Case, and_hidden, case};

pub(super) fn cases() -> Vec<Case> {
    [methods(), targets(), versions(), names(), values(), hosts(), lines(), sizes(), others()]
        .into_iter()
        .flatten()
        .collect()
}

/// A request with this line and these fields behind `Host`.
fn head(line: &[u8], fields: &[u8]) -> Vec<u8> {
    [line, b"\r\nHost: a\r\n", fields, b"\r\n"].concat()
}

/// `tchar` (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn methods() -> Vec<Case> {
    let strange = (0..=255u8).filter(|byte| !is_token(*byte) && *byte != b' ');
    let strange = strange.map(|byte| {
        let line = [b"G", &[byte][..], b"T /get HTTP/1.1"].concat();
        case(format!("a method with {byte:#04x}"), and_hidden(head(&line, b"")), Refused)
    });
    let others = [
        ("a method in lower case", "get /get HTTP/1.1"),
        ("a method that nobody knows", "BREW /get HTTP/1.1"),
        ("TRACE", "TRACE /get HTTP/1.1"),
    ];
    let others =
        others.map(|(name, line)| case(name, head(line.as_bytes(), b"Connection: close\r\n"), Harmless));
    let none = [" /get HTTP/1.1", "/get HTTP/1.1", "GET", "GET ", "", " "];
    let none =
        none.map(|line| case(format!("the line {line:?}"), and_hidden(head(line.as_bytes(), b"")), Refused));
    strange.chain(others).chain(none).collect()
}

fn targets() -> Vec<Case> {
    let control = (0..=0x20u8).chain([0x7f]).map(|byte| {
        let line = [b"GET /g", &[byte][..], b"et HTTP/1.1"].concat();
        case(format!("a target with {byte:#04x}"), and_hidden(head(&line, b"")), Refused)
    });
    let high = (0x80..=0xffu8).step_by(9).map(|byte| {
        let line = [b"GET /g", &[byte][..], b"et HTTP/1.1"].concat();
        case(format!("a target with {byte:#04x}"), head(&line, b"Connection: close\r\n"), Harmless)
    });
    let odd = [
        "*",
        "//get",
        "/get#part",
        "/../get",
        "/./get",
        "/%00",
        "/%zz",
        "/%",
        "/get?",
        "/get?%",
        "?",
        "get",
        "a:80",
        "http://",
        "http://a/%2e%2e/get",
        "/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/get/",
        "/GET",
        "/\\get",
        "/get;a=b",
        "file:///etc/passwd",
        "http://user:password@a/get",
        "http://[::1/get",
        "http://a:99999/get",
        "/{id}",
        "/get%0d%0aX-A:%20b",
        "/get%00",
    ];
    let odd = odd.map(|target| {
        let line = format!("GET {target} HTTP/1.1");
        case(format!("the target {target:?}"), head(line.as_bytes(), b"Connection: close\r\n"), Harmless)
    });
    let absolute = head(b"GET http://a/get HTTP/1.1", b"Connection: close\r\n");
    let connect = [b"CONNECT a:1 HTTP/1.1".as_slice(), b"CONNECT /get HTTP/1.1", b"CONNECT * HTTP/1.1"];
    let connect = connect.map(|line| case("CONNECT", and_hidden(head(line, b"")), Refused));
    control
        .chain(high)
        .chain(odd)
        .chain(connect)
        .chain([case("an absolute target", absolute, Answers(1))])
        .collect()
}

fn versions() -> Vec<Case> {
    let wrong = [
        "HTTP/1.2",
        "HTTP/1.10",
        "HTTP/2.0",
        "HTTP/3.0",
        "HTTP/0.9",
        "http/1.1",
        "HTTP/1",
        "HTTP/1.",
        "HTTP/.1",
        "HTTP/11",
        "HTTP/1.1 ",
        "HTTP /1.1",
        "HTTP/ 1.1",
        "HTTP/-1.1",
        "HTTP/1.1x",
        "HTTPS/1.1",
        "XTTP/1.1",
        "HTTP/1,1",
        "HTTP/٣.1",
        "1.1",
        "",
    ];
    wrong
        .map(|version| {
            let line = format!("GET /get {version}");
            case(format!("the version {version:?}"), and_hidden(head(line.as_bytes(), b"")), Refused)
        })
        .into()
}

/// Every byte that a name cannot have.
fn names() -> Vec<Case> {
    let strange = (0..=255u8).filter(|byte| !is_token(*byte) && *byte != b':').map(|byte| {
        let field = [b"X-", &[byte][..], b"A: b\r\n"].concat();
        case(format!("a name with {byte:#04x}"), and_hidden(head(b"GET /get HTTP/1.1", &field)), Refused)
    });
    let odd = ["X-A : b", "X-A\t: b", " X-A: b", "\tX-A: b", ": b", "X-A", "", "X A: b", "X-A\x0b: b"];
    let odd = odd.into_iter().filter(|field| !field.is_empty()).map(|field| {
        let field = format!("{field}\r\n");
        case(
            format!("the field {field:?}"),
            and_hidden(head(b"GET /get HTTP/1.1", field.as_bytes())),
            Refused,
        )
    });
    strange.chain(odd).collect()
}

fn values() -> Vec<Case> {
    let control =
        (0..0x20u8).chain([0x7f]).filter(|byte| !matches!(byte, b'\t' | b'\n' | b'\r')).map(|byte| {
            let field = [b"X-A: b", &[byte][..], b"c\r\n"].concat();
            case(format!("a value with {byte:#04x}"), and_hidden(head(b"GET /get HTTP/1.1", &field)), Refused)
        });
    // `obs-text`
    let high = (0x80..=0xffu8).step_by(7).map(|byte| {
        let field = [b"X-A: b", &[byte][..], b"c\r\nConnection: close\r\n"].concat();
        case(format!("a value with {byte:#04x}"), head(b"GET /get HTTP/1.1", &field), Answers(1))
    });
    let fine = [
        "X-A:b",
        "X-A:",
        "X-A: \t b \t",
        "X-A: a\tb",
        "X-A: a:b:c",
        "x-a: \"a, b\"",
        "Cookie: a=b; c",
        "X-A: {}",
    ];
    let fine = fine.map(|field| {
        let fields = format!("{field}\r\nConnection: close\r\n");
        case(format!("the field {field:?}"), head(b"GET /get HTTP/1.1", fields.as_bytes()), Answers(1))
    });
    control.chain(high).chain(fine).collect()
}

fn hosts() -> Vec<Case> {
    let raw = |fields: &str| format!("GET /get HTTP/1.1\r\n{fields}\r\n").into_bytes();
    let wrong = [
        ("no host", ""),
        ("two hosts", "Host: a\r\nHost: b\r\n"),
        ("the same host twice", "Host: a\r\nHost: a\r\n"),
        ("two hosts in two spellings", "host: a\r\nHOST: b\r\n"),
    ];
    let wrong = wrong.map(|(name, fields)| case(name, and_hidden(raw(fields)), Refused));
    let odd = [
        "",
        "a b",
        "a/b",
        "user@a",
        "a:b",
        "a:99999",
        "a:",
        ":80",
        "[::1",
        "::1",
        "a,b",
        "a?b",
        "a#b",
        "a\\b",
        "http://a",
        "%00",
        "..",
        "a..b",
        "xn--",
        "1.2.3.4.5",
    ];
    let odd = odd.map(|host| {
        let fields = format!("Host: {host}\r\nConnection: close\r\n");
        case(format!("the host {host:?}"), raw(&fields), Harmless)
    });
    let fine = ["a", "a:80", "A.example", "127.0.0.1", "[::1]", "[::1]:80", "xn--bcher-kva.example", "a_b"];
    let fine = fine.map(|host| {
        let fields = format!("Host: {host}\r\nConnection: close\r\n");
        case(format!("the host {host:?}"), raw(&fields), Answers(1))
    });
    wrong.into_iter().chain(odd).chain(fine).collect()
}

/// How lines end, and where white space is.
fn lines() -> Vec<Case> {
    let parts = ["GET /get HTTP/1.1", "Host: a", "X-A: b", ""];
    let mut cases = Vec::new();
    for end in [
        "\n", "\r", "\r\r\n", "\n\r", "\r\n ", "\r\n\t", "\0\r\n", "\x0b\r\n", "\x0c\r\n", "\u{85}",
        "\u{2028}",
    ] {
        for at in 0..parts.len() {
            // Behind the last line there is nothing that would be white space of the same head.
            if at == parts.len() - 1 && end.starts_with("\r\n") {
                continue;
            }
            let ends = (0..parts.len()).map(|n| if n == at { end } else { "\r\n" });
            let text: String = parts.iter().zip(ends).flat_map(|(part, end)| [*part, end]).collect();
            let is_obs_text = at == 2 && end.starts_with(['\u{85}', '\u{2028}']);
            // `X-A: b<NEL>` goes on in the next line, which is empty: the value has strange bytes, and the head never ends.
            let expected = if is_obs_text { Harmless } else { Refused };
            cases.push(case(format!("the end {end:?} of line {at}"), and_hidden(text), expected));
        }
    }
    for before in ["\r\n", "\r\n\r\n"] {
        let text = format!("{before}GET /get HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        // RFC 9112, section 2.2: at least one empty line before a request should be passed over.
        cases.push(case(format!("{before:?} before a request"), text, Answers(1)));
    }
    for line in [
        "GET  /get HTTP/1.1",
        "GET /get  HTTP/1.1",
        "GET\t/get HTTP/1.1",
        "GET /get\tHTTP/1.1",
        " GET /get HTTP/1.1",
        "GET /get HTTP/1.1\t",
    ] {
        cases.push(case(format!("the line {line:?}"), and_hidden(head(line.as_bytes(), b"")), Refused));
    }
    cases
}

fn sizes() -> Vec<Case> {
    let get = b"GET /get HTTP/1.1";
    let fields = |count: usize| (0..count).map(|n| format!("X-{n}: b\r\n")).collect::<String>();
    let long = |length: usize| "a".repeat(length);
    let mut cases: Vec<Case> = [101, 500, 1000, 5000]
        .map(|count| {
            case(format!("{count} fields"), and_hidden(head(get, fields(count).as_bytes())), Refused)
        })
        .into();
    let close = fields(90) + "Connection: close\r\n";
    cases.push(case("91 fields", head(get, close.as_bytes()), Answers(1)));
    for length in [70_000, 200_000, 1_000_000] {
        cases.push(case(
            format!("a value of {length}"),
            and_hidden(head(get, format!("X-A: {}\r\n", long(length)).as_bytes())),
            Refused,
        ));
        cases.push(case(
            format!("a name of {length}"),
            and_hidden(head(get, format!("{}: b\r\n", long(length)).as_bytes())),
            Refused,
        ));
        let line = format!("GET /{} HTTP/1.1", long(length));
        cases.push(case(format!("a target of {length}"), and_hidden(head(line.as_bytes(), b"")), Refused));
        let line = format!("{} /get HTTP/1.1", long(length));
        cases.push(case(format!("a method of {length}"), and_hidden(head(line.as_bytes(), b"")), Refused));
    }
    cases.push(case(
        "a value of 20,000",
        head(get, format!("X-A: {}\r\nConnection: close\r\n", long(20_000)).as_bytes()),
        Answers(1),
    ));
    cases.push(case("bytes without a line", vec![b'A'; 300_000], Refused));
    cases.push(case("nothing but zeros", vec![0; 100_000], Refused));
    cases
}

/// Other protocols, and what proxies must not pass on.
fn others() -> Vec<Case> {
    let tls = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
    let mut cases = vec![
        case("TLS", [&tls[..], &[7; 500]].concat(), Refused),
        case("SSH", b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec(), Refused),
        case("SMTP", b"EHLO a\r\nMAIL FROM:<a@b>\r\n\r\n".to_vec(), Refused),
        case("Redis", b"*1\r\n$4\r\nPING\r\n\r\n\r\n".to_vec(), Refused),
        case(
            "the PROXY protocol",
            b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET /get HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
            Refused,
        ),
        case("a status line", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec(), Refused),
    ];
    for field in [
        "Expect: 100-continue",
        "Expect: nonsense",
        "Upgrade: h2c\r\nConnection: upgrade",
        "Connection: host",
        "TE: trailers",
        "Max-Forwards: 0",
        "Range: bytes=0-,0-,0-,0-",
        "Accept: ,,,;;;q=x",
    ] {
        let fields = format!("{field}\r\nConnection: close\r\n");
        cases.push(case(
            format!("the field {field:?}"),
            head(b"GET /get HTTP/1.1", fields.as_bytes()),
            Harmless,
        ));
    }
    cases
}
