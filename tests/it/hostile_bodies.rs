//! Bodies that want to break a service: each gets the 4xx that it deserves, with the place, and none takes much memory.

use crate::bodies::{FORM, PARTS, part, send};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::process::Command;

const JSON: &str = "application/json";
const XML: &str = "application/xml";
const YAML: &str = "application/yaml";

/// A request, the status that it gets, and the faults as `/pointer code`.
type Case = (&'static str, &'static str, &'static [u8], u16, &'static [&'static str]);

/// The corpus. Everything here is small; what is large is made below.
const CASES: &[Case] = &[
    // Wrong type, missing, unknown, out of range, too long.
    ("POST /note", JSON, br#"{"title":1}"#, 400, &["/title type"]),
    ("POST /note", JSON, br#"{"tags":["a",1,"c","d"],"near":7}"#, 400, &["/tags/1 type", "/near type", "/title required", "/tags max_items"]),
    ("POST /note", JSON, br#"[]"#, 400, &[" type"]),
    ("POST /note", JSON, br#"null"#, 400, &[" type"]),
    ("POST /note", JSON, br#"{"title":"a","title":"b"}"#, 400, &["/title duplicate"]),
    ("POST /note", JSON, b"", 400, &[" required"]),
    ("PUT /text", "text/plain", b"too long", 400, &[" max_length"]),
    ("POST /note", "text/markdown", b"x", 400, &[" min_length"]),
    ("POST /note", FORM, b"title=a&title=b&tags=a", 400, &["/title duplicate"]),
    ("POST /note", FORM, b"tags=a", 400, &["/title required"]),
    ("POST /note", FORM, b"title=%FF", 400, &["/title encoding"]),
    ("POST /note", FORM, b"title=a&near[city]=b&near=c", 400, &["/near duplicate"]),
    ("POST /note", FORM, b"title=a&near[[city]=b", 400, &["/near[[city] syntax"]),
    ("POST /note", FORM, b"title=a&near[city=b", 400, &["/near[city syntax"]),
    ("POST /note", "text/xml", b"<Note><title>a</title><title>b</title></Note>", 400, &["/title duplicate"]),
    ("POST /note", "text/xml", b"<Note><title><b/></title></Note>", 400, &["/title type", "/title min_length"]),
    ("POST /note", "text/xml", b"<Other><title>a</title></Other>", 400, &[" type"]),
    // Broken JSON.
    ("POST /note", JSON, b"{", 400, &[" syntax"]),
    ("POST /note", JSON, b"{\"title\":\"a\"} x", 400, &[" syntax"]),
    ("POST /note", JSON, b"{'title':'a'}", 400, &[" syntax"]),
    ("POST /note", JSON, b"{\"title\":\"\x01\"}", 400, &[" syntax"]),
    ("POST /note", JSON, b"{\"title\":NaN}", 400, &[" syntax"]),
    ("POST /note", JSON, b"{\"title\":\"\\ud800\"}", 400, &[" syntax"]),
    ("POST /note", JSON, b"{\"title\":\"\xff\"}", 400, &[" syntax"]),
    // Broken XML.
    ("POST /xml/pets", XML, b"<pet>", 400, &[" syntax"]),
    ("POST /xml/pets", XML, b"<pet><name>a</nam></pet>", 400, &[" syntax"]),
    ("POST /xml/pets", XML, b"<pet><name>&nbsp;</name></pet>", 400, &[" syntax"]),
    ("POST /xml/pets", XML, b"<!DOCTYPE pet [<!ENTITY a 'b'>]><pet><name>&a;</name></pet>", 400, &[" syntax"]),
    ("POST /xml/pets", XML, b"<!DOCTYPE pet SYSTEM 'http://127.0.0.1/a.dtd'><pet/>", 400, &[" syntax"]),
    ("POST /xml/pets", XML, b"<pet id='x' status='dead'><name/><photoUrls><x/></photoUrls></pet>", 400, &["/photoUrls unknown", "/id type", "/status enum", "/name min_length"]),
    ("POST /xml/pets", XML, b"<pet><name>a</name><photoUrls/><name xmlns='urn:x'>b</name></pet>", 400, &["/name duplicate"]),
    ("POST /xml/pets", XML, b"<pet xmlns='urn:other'><name>a</name><photoUrls/></pet>", 400, &[" type"]),
    ("POST /xml/pets", XML, b"<pet><name>\xff</name></pet>", 400, &[" encoding"]),
    ("POST /xml/pets", XML, b"", 400, &[" required"]),
    ("PUT /xml/shapes", "application/vnd.shape+xml", b"<shape><side>x</side></shape>", 400, &["/side type"]),
    // Broken YAML.
    ("POST /note", YAML, b"a: [", 400, &[" syntax"]),
    ("POST /note", YAML, b"title: a\n---\ntitle: b\n", 400, &[" syntax"]),
    ("POST /note", YAML, b"title: .inf", 400, &[" syntax"]),
    ("POST /note", YAML, b"title: 1", 400, &["/title type"]),
    ("POST /note", YAML, b"title: a\ntitle: b", 400, &["/title duplicate"]),
    ("POST /note", YAML, b"title: ''\nnear: {far: {km: x}}\n", 400, &["/near/far/km type", "/title min_length"]),
    ("POST /note", YAML, b"title: &a [*a]", 400, &[" syntax"]),
    ("POST /note", YAML, b"title: *a", 400, &[" syntax"]),
    ("POST /note", YAML, b"? [title]\n: a", 400, &[" syntax"]),
    ("POST /note", YAML, b"title: !!python/object:os.system [id]", 400, &["/title type"]),
    ("POST /note", YAML, b"title: \xff", 400, &[" encoding"]),
    ("POST /note", YAML, b"", 400, &[" required"]),
    ("POST /note", YAML, b"# nothing", 400, &[" type"]),
    ("POST /note", "application/yaml; charset=utf-16", b"title: a", 415, &[]),
    ("POST /note", "application/yaml; charset=us-ascii", b"title: \xe4", 400, &[" encoding"]),
    // Broken multipart.
    ("POST /multipart/any", "multipart/form-data", b"--B--", 400, &[]),
    ("POST /multipart/any", "multipart/form-data; boundary=\"\"", b"--B--", 400, &[]),
    ("POST /multipart/any", PARTS, b"x", 400, &[]),
    ("POST /multipart/any", PARTS, b"--B\r\n", 400, &[]),
    ("POST /multipart/any", PARTS, b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx", 400, &[]),
    ("POST /multipart/any", PARTS, b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--", 400, &[]),
    ("POST /multipart/any", PARTS, b"--B\r\n: x\r\n\r\nx\r\n--B--", 400, &[" syntax"]),
    ("POST /multipart/any", PARTS, b"--Bad\r\n\r\nx\r\n--B--", 400, &[" syntax"]),
    ("POST /multipart/any", PARTS, b"--B\r\nContent-Disposition: form-data; name=title\r\n\r\n\xff\r\n--B--", 400, &["/title encoding"]),
    ("POST /multipart/any", PARTS, b"--B\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=x\r\n\r\n1\r\n--B--", 400, &["/x duplicate"]),
    ("POST /multipart/pets", PARTS, b"--B\r\nContent-Disposition: form-data; name=size\r\n\r\n1\r\n--B--", 400, &["/size unknown", "/name required", "/photo required"]),
    ("POST /multipart/pets", PARTS, b"--B--", 400, &["/name required", "/photo required"]),
    // Wrong media type, charset, coding.
    ("POST /note", "text/csv", b"a", 415, &[]),
    ("POST /note", "application/jsonx", b"{}", 415, &[]),
    ("POST /note", "nonsense", b"{}", 415, &[]),
    ("POST /note", "application/json; charset=utf-16", b"{}", 415, &[]),
    ("POST /note", "text/markdown; charset=us-ascii", b"\xe4\xe4", 400, &[" encoding"]),
    ("PUT /text", "text/plain; charset=utf-7", b"a", 415, &[]),
    ("PUT /text", "", b"a", 415, &[]),
    ("PUT /text", "text/plain", b"\xff\xfe", 400, &[" encoding"]),
    ("PUT /picture", "image/gif", b"a", 415, &[]),
];

#[tokio::test]
async fn the_corpus() {
    let mut wrong = String::new();
    for (request, media, body, status, faults) in CASES {
        let answer = send(request, media, &[], *body).await;
        let problem =
            answer.headers.get("content-type").is_some_and(|media| media == "application/problem+json");
        if (answer.status, answer.faults().as_slice()) != (*status, &faults.map_owned()) || !problem {
            let body = String::from_utf8_lossy(body);
            writeln!(wrong, "{request} {media} {body}\n  {} {:?}", answer.status, answer.faults()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

trait MapOwned {
    fn map_owned(&self) -> Vec<String>;
}

impl MapOwned for &[&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(|text| (*text).to_owned()).collect()
    }
}

/// Every prefix of a good body is answered with 200 or 4xx; so is every body with one byte damaged.
#[tokio::test]
async fn cut_and_damaged() {
    let parts = part("name=\"photo\"\r\nContent-Type: image/png\r\nX-Size: 3", "abc")
        + &part("name=\"name\"", "Rex")
        + "--B--";
    let bodies: [(&str, &str, &str); 5] = [
        ("POST /note", JSON, r#"{"title":"t","tags":["a"],"near":{"far":{"km":3}}}"#),
        ("POST /note", FORM, "title=t&tags=a%7Cb&near[far][km]=3"),
        ("POST /note", YAML, "title: &t 't'\ntags: [*t, \"b\"]\nnear:\n  far: {km: 0x3}\n"),
        (
            "POST /xml/pets",
            XML,
            "<pet id='1'><name>a&amp;b</name><photoUrls><photoUrl><![CDATA[x]]></photoUrl></photoUrls></pet>",
        ),
        ("POST /multipart/pets", PARTS, &parts),
    ];
    for (request, media, body) in bodies {
        for cut in 0..=body.len() {
            let answer = send(request, media, &[], body.as_bytes()[..cut].to_vec()).await;
            assert!(
                matches!(answer.status, 200 | 400 | 413 | 415),
                "{cut}: {} {}",
                answer.status,
                answer.body
            );
        }
        for at in 0..body.len() {
            for damage in [b'<', b'"', 0, 0xff, b'\r', b'%'] {
                let mut bytes = body.as_bytes().to_vec();
                bytes[at] = damage;
                let answer = send(request, media, &[], bytes).await;
                assert!(
                    matches!(answer.status, 200 | 400 | 413 | 415),
                    "{at}: {} {}",
                    answer.status,
                    answer.body
                );
            }
        }
    }
}

/// The most memory that the process has had, in bytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<usize>().ok()).map_or(0, |kib| kib * 1024)
}

fn gzip(mut plain: impl Read) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::copy(&mut plain, &mut packed).unwrap();
    packed.finish().unwrap()
}

/// Bombs, in a process of their own so that its memory is theirs.
#[test]
fn bombs_take_little_memory() {
    let itself = std::env::current_exe().unwrap();
    let done = Command::new(itself)
        .args(["--exact", "hostile_bodies::bombs", "--nocapture"])
        .env("APILOOM_BOMBS", "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success() && told.contains("1 passed"),
        "{told}{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

const MOST: usize = 64 << 20;

/// A request, its media type, headers and body, and the status that it gets.
type Bomb<'b> = (&'b str, &'b str, &'b [(&'b str, &'b str)], Vec<u8>, u16);

/// Does nothing unless the test above runs it.
#[tokio::test]
async fn bombs() {
    if std::env::var_os("APILOOM_BOMBS").is_none() {
        return;
    }
    let zeros = || std::io::repeat(b' ').take(40 << 20);
    let file = |content: Vec<u8>| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(part("name=\"x\"", "").trim_end().as_bytes()).unwrap();
        packed.write_all(b"\r\n\r\n").unwrap();
        packed.write_all(&content).unwrap();
        std::io::copy(&mut zeros(), &mut packed).unwrap();
        packed.finish().unwrap()
    };
    let packed: &[(&str, &str)] = &[("content-encoding", "gzip")];
    let twice: &[(&str, &str)] = &[("content-encoding", "gzip, gzip")];
    let attributes: String = (0..150_000).map(|n| format!(" a{n}=''")).collect();
    let header = format!("--B\r\nX: {}\r\n\r\n--B--", "x".repeat(1 << 20));
    let bomb = gzip(zeros());
    let doubling: String = (1..60).map(|n| format!("- &a{n} [*a{0}, *a{0}]\n", n - 1)).collect();
    let doubling = format!("- &a0 [x]\n{doubling}");
    let cases: Vec<Bomb<'_>> = vec![
        ("POST /note", JSON, packed, bomb.clone(), 413),
        ("POST /note", JSON, twice, gzip(bomb.as_slice()), 413),
        ("POST /note", FORM, packed, bomb.clone(), 413),
        ("POST /note", "text/xml", packed, bomb, 413),
        ("POST /multipart/any", PARTS, packed, file(Vec::new()), 413),
        ("POST /note", JSON, &[], vec![b'['; 2 << 20], 400),
        ("POST /note", JSON, &[], br#"{"a":"#.repeat(300_000), 400),
        ("POST /note", JSON, &[], vec![b' '; 3 << 20], 413),
        ("POST /note", FORM, &[], b"a&".repeat(1 << 20), 400),
        ("POST /note", FORM, &[], [b"near".as_slice(), &b"[a]".repeat(600_000)].concat(), 400),
        ("POST /note", "text/xml", &[], b"<a>".repeat(600_000), 400),
        (
            "POST /note",
            "text/xml",
            &[],
            [b"<Note>".as_slice(), &b"<a/>".repeat(500_000), b"</Note>"].concat(),
            400,
        ),
        ("POST /note", "text/xml", &[], format!("<Note{attributes}/>").into_bytes(), 400),
        ("POST /note", YAML, &[], doubling.into_bytes(), 400),
        (
            "POST /note",
            YAML,
            &[],
            [b"- &a ".as_slice(), &[b'x'; 1 << 20], &b"\n- *a".repeat(9)].concat(),
            400,
        ),
        ("POST /note", YAML, &[], vec![b'['; 2 << 20], 400),
        ("POST /note", YAML, &[], b"- ".repeat(1 << 20), 400),
        ("POST /note", YAML, &[], b"- a\n".repeat(500_000), 400),
        ("POST /note", YAML, &[], b"&a ".repeat(600_000), 400),
        ("POST /note", YAML, packed, gzip(zeros()), 413),
        ("POST /multipart/any", PARTS, &[], header.into_bytes(), 400),
        ("POST /multipart/any", PARTS, &[], part("name=a", "").repeat(20_000).into_bytes(), 413),
        ("POST /multipart/any", PARTS, &[], vec![b'-'; 33 << 20], 413),
        ("POST /multipart/any", PARTS, &[], vec![b'-'; 3 << 20], 400),
    ];
    for (request, media, headers, body, status) in cases {
        let (len, before) = (body.len(), peak());
        let answer = send(request, media, headers, body).await;
        assert_eq!(answer.status, status, "{request} {media} of {len}: {}", answer.body);
        let grown = peak().saturating_sub(before);
        assert!(grown <= MOST, "{request} {media} of {len} took {grown} bytes");
    }
}
