//! HTTP/2 frame by frame (RFC 9113), with prior knowledge.

use super::Target;
use futures_util::StreamExt;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY: u8 = 2;
const RESET: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;
const PRIORITISED: u8 = 0x20;

/// What must become of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The request of stream 1 is answered with 200.
    Answered,
    /// It is not: it is reset, or told that it is wrong, or the connection ends.
    Refused,
    /// The connection ends, as everything behind it is in doubt.
    Ended,
    /// The service is as well as before.
    Harmless,
}

use Expected::{Answered, Ended, Harmless, Refused};

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A text as HPACK has it, without Huffman's code (RFC 7541, section 5.2).
fn text(out: &mut Vec<u8>, text: &[u8]) {
    match text.len() {
        short @ 0..127 => out.push(u8::try_from(short).unwrap()),
        long => {
            out.push(127);
            let mut rest = long - 127;
            while rest >= 128 {
                out.push(u8::try_from(rest % 128).unwrap() | 128);
                rest /= 128;
            }
            out.push(u8::try_from(rest).unwrap());
        }
    }
    out.extend_from_slice(text);
}

/// Fields, each a literal that is not kept.
fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in fields {
        out.push(0);
        text(&mut out, name.as_bytes());
        text(&mut out, value.as_bytes());
    }
    out
}

const GET: [(&str, &str); 4] =
    [(":method", "GET"), (":scheme", "http"), (":path", "/get"), (":authority", "a")];
const POST: [(&str, &str); 4] =
    [(":method", "POST"), (":scheme", "http"), (":path", "/echo"), (":authority", "a")];

fn get_on(stream: u32) -> Vec<u8> {
    frame(HEADERS, END_STREAM | END_HEADERS, stream, &block(&GET))
}

/// `GET` with more fields.
fn with(more: &[(&str, &str)]) -> Vec<u8> {
    frame(HEADERS, END_STREAM | END_HEADERS, 1, &block(&[&GET[..], more].concat()))
}

/// A request of these fields alone.
fn of(fields: &[(&str, &str)]) -> Vec<u8> {
    frame(HEADERS, END_STREAM | END_HEADERS, 1, &block(fields))
}

fn setting(id: u16, value: u32) -> Vec<u8> {
    frame(SETTINGS, 0, 0, &[&id.to_be_bytes()[..], &value.to_be_bytes()].concat())
}

struct Case {
    name: String,
    frames: Vec<u8>,
    expected: Expected,
}

fn case(name: impl Into<String>, frames: impl AsRef<[u8]>, expected: Expected) -> Case {
    let start = [PREFACE, &frame(SETTINGS, 0, 0, b""), frames.as_ref()].concat();
    Case { name: name.into(), frames: start, expected }
}

fn prefaces() -> Vec<Case> {
    let raw = |name: &str, bytes: &[u8]| Case {
        name: name.to_owned(),
        frames: [bytes, &frame(SETTINGS, 0, 0, b""), &get_on(1)].concat(),
        expected: Ended,
    };
    vec![
        raw("no preface", b""),
        raw("half a preface", b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
        raw("a preface of another version", b"PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n"),
        raw("a preface in LF", b"PRI * HTTP/2.0\n\nSM\n\n"),
        // The preface wants settings (section 3.4); the library behind it takes a client without them at its word.
        Case { name: "no settings".into(), frames: [PREFACE, &get_on(1)].concat(), expected: Harmless },
        Case {
            name: "a ping before settings".into(),
            frames: [PREFACE, &frame(PING, 0, 0, &[0; 8])].concat(),
            expected: Harmless,
        },
        case("a request", get_on(1), Answered),
    ]
}

fn settings() -> Vec<Case> {
    let then_get = |first: Vec<u8>| [first, get_on(1)].concat();
    vec![
        case("settings of 5 bytes", frame(SETTINGS, 0, 0, &[0; 5]), Ended),
        case("settings of 7 bytes", frame(SETTINGS, 0, 0, &[0; 7]), Ended),
        case("an acknowledgement with settings", frame(SETTINGS, 1, 0, &[0; 6]), Ended),
        case("settings of a stream", frame(SETTINGS, 0, 1, b""), Ended),
        case("push is 2", setting(2, 2), Ended),
        case("a window of 2^31", setting(4, 1 << 31), Ended),
        case("a window of 2^32-1", setting(4, u32::MAX), Ended),
        case("frames of 16,383", setting(5, 16_383), Ended),
        case("frames of 2^24", setting(5, 1 << 24), Ended),
        case("frames of 0", setting(5, 0), Ended),
        case("a setting that nobody knows", then_get(setting(0xff, 7)), Answered),
        case("a table of 0", then_get(setting(1, 0)), Answered),
        case("a window of 0", then_get(setting(4, 0)), Harmless),
        case("no streams", then_get(setting(3, 0)), Answered),
    ]
}

fn frames() -> Vec<Case> {
    let open = frame(HEADERS, END_HEADERS, 1, &block(&POST));
    let opened = |then: Vec<u8>| [open.clone(), then].concat();
    let (get, get_block) = (get_on(1), block(&GET));
    let closed = |then: Vec<u8>| [get.clone(), then].concat();
    let self_dependent = [&[0, 0, 0, 1, 16][..], &get_block].concat();
    let padded = [&[200][..], &get_block].concat();
    vec![
        case("data of no stream", frame(DATA, 0, 0, b"abc"), Ended),
        case("data of a stream that is not open", frame(DATA, 0, 1, b"abc"), Ended),
        case("a head of no stream", frame(HEADERS, 5, 0, &get_block), Ended),
        case("a head of a stream of the server", frame(HEADERS, 5, 2, &get_block), Ended),
        case("streams that go down", [get_on(5), get_on(3)].concat(), Ended),
        case("the same stream twice", [get.clone(), get.clone()].concat(), Ended),
        case("a priority of 4 bytes", opened(frame(PRIORITY, 0, 1, &[0; 4])), Refused),
        case("a priority of no stream", frame(PRIORITY, 0, 0, &[0; 5]), Ended),
        case("a reset of no stream", frame(RESET, 0, 0, &[0; 4]), Ended),
        case("a reset of a stream that is not open", frame(RESET, 0, 1, &[0; 4]), Ended),
        case("a reset of 3 bytes", opened(frame(RESET, 0, 1, &[0; 3])), Ended),
        case("a ping of 7 bytes", frame(PING, 0, 0, &[0; 7]), Ended),
        case("a ping of 9 bytes", frame(PING, 0, 0, &[0; 9]), Ended),
        case("a ping of a stream", frame(PING, 0, 1, &[0; 8]), Ended),
        case("an end of a stream", frame(GOAWAY, 0, 1, &[0; 8]), Ended),
        case("an end of 7 bytes", frame(GOAWAY, 0, 0, &[0; 7]), Ended),
        case("a window by 0", frame(WINDOW, 0, 0, &[0; 4]), Ended),
        case("a window of a stream by 0", opened(frame(WINDOW, 0, 1, &[0; 4])), Refused),
        case("a window of 3 bytes", frame(WINDOW, 0, 0, &[0; 3]), Ended),
        case("a window that is too large", frame(WINDOW, 0, 0, &0x7fff_ffffu32.to_be_bytes()), Ended),
        case("a window of a stream that is not open", frame(WINDOW, 0, 7, &[0, 0, 0, 1]), Ended),
        case(
            "a window of a stream that is too large",
            opened(frame(WINDOW, 0, 1, &0x7fff_ffffu32.to_be_bytes())),
            Refused,
        ),
        case("the rest of no head", frame(CONTINUATION, END_HEADERS, 1, &get_block), Ended),
        case(
            "a head that goes on in data",
            [frame(HEADERS, 0, 1, &get_block), frame(DATA, 0, 1, b"a")].concat(),
            Ended,
        ),
        case(
            "a head that goes on in another stream",
            [frame(HEADERS, 0, 1, &get_block), frame(CONTINUATION, 4, 3, b"")].concat(),
            Ended,
        ),
        case(
            "a head that goes on in a ping",
            [frame(HEADERS, 0, 1, &get_block), frame(PING, 0, 0, &[0; 8])].concat(),
            Ended,
        ),
        case("a frame that is too large", frame(DATA, 0, 1, &vec![0; 16_385]), Ended),
        case("a head that is too large", frame(HEADERS, 5, 1, &vec![0; 20_000]), Ended),
        case("a promise of a client", frame(PUSH, 4, 1, &[0, 0, 0, 2]), Ended),
        case("padding that is too long", frame(HEADERS, 5 | PADDED, 1, &padded), Ended),
        case("padding of data that is too long", opened(frame(DATA, PADDED, 1, &[9, 1])), Ended),
        case("a stream that depends on itself", frame(HEADERS, 5 | PRIORITISED, 1, &self_dependent), Refused),
        case("data behind the end", closed(frame(DATA, 0, 1, b"abc")), Harmless),
        case(
            "trailers without an end",
            opened(frame(HEADERS, END_HEADERS, 1, &block(&[("a", "b")]))),
            Refused,
        ),
        case("a frame that nobody knows", [frame(0x77, 0xff, 0, b"abc"), get.clone()].concat(), Answered),
        case("a flag that nobody knows", frame(HEADERS, 5 | 0x40, 1, &get_block), Answered),
        case("a reserved bit", frame(HEADERS, 5, 1 | 1 << 31, &get_block), Answered),
    ]
}

fn compression() -> Vec<Case> {
    let raw =
        |name: &str, bytes: &[u8]| case(name, frame(HEADERS, 5, 1, &[&block(&GET), bytes].concat()), Ended);
    vec![
        raw("the field 0 of a table", &[0x80]),
        raw("a field that no table has", &[0xff, 0xff, 0xff, 0xff, 0x0f]),
        raw("the field 70 of an empty table", &[0xc6]),
        raw("a text that is cut", &[0, 5, b'a']),
        raw(
            "a number without an end",
            &[0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ),
        raw("Huffman's code with its end in it", &[0, 0x84, 0xff, 0xff, 0xff, 0xff, 1, b'a']),
        raw("Huffman's code with too much padding", &[0, 0x82, 0x1f, 0xff, 1, b'a']),
        raw("a table that is too large", &[0x3f, 0xff, 0xff, 0xff, 0x0f]),
        raw("a table that changes behind a field", &[0x3f, 0xe1, 0x7f]),
        case("a name that no table has", frame(HEADERS, 5, 1, &[0x7f, 0x20, 1, b'a']), Ended),
        case("nothing", frame(HEADERS, 5, 1, b""), Refused),
    ]
}

fn fields() -> Vec<Case> {
    let wrong: [(&str, &[(&str, &str)]); 22] = [
        ("a name in capitals", &[("X-A", "b")]),
        ("a name with a space", &[("x a", "b")]),
        ("a name with NUL", &[("x\0a", "b")]),
        ("a name with a colon", &[("x:a", "b")]),
        ("no name", &[("", "b")]),
        ("a value with CR", &[("x-a", "b\rc")]),
        ("a value with LF", &[("x-a", "b\nc: d")]),
        ("a value with NUL", &[("x-a", "b\0")]),
        ("connection", &[("connection", "close")]),
        ("keep-alive", &[("keep-alive", "timeout=5")]),
        ("proxy-connection", &[("proxy-connection", "keep-alive")]),
        ("transfer-encoding", &[("transfer-encoding", "chunked")]),
        ("upgrade", &[("upgrade", "h2c")]),
        ("te: gzip", &[("te", "gzip")]),
        ("a method behind fields", &[("x-a", "b"), (":method", "GET")]),
        ("two methods", &[(":method", "GET")]),
        ("two paths", &[(":path", "/hidden")]),
        ("two schemes", &[(":scheme", "http")]),
        ("two authorities", &[(":authority", "b")]),
        ("a pseudo-field that nobody knows", &[(":nonsense", "b")]),
        ("a status", &[(":status", "200")]),
        ("a length that is none", &[("content-length", "x")]),
    ];
    let wrong = wrong.map(|(name, more)| case(name, with(more), Refused));
    let without = GET.iter().take(3).map(|(gone, _)| {
        let rest: Vec<(&str, &str)> = GET.iter().copied().filter(|(name, _)| name != gone).collect();
        case(format!("no {gone}"), of(&rest), Refused)
    });
    let paths = ["", "get", "/get HTTP/1.1\r\nx: y", "/g\0et", "/get\r\n", "/g et", "/g\x7fet"];
    let paths = paths.map(|path| {
        let fields = [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "a")];
        case(format!("the path {path:?}"), of(&fields), Refused)
    });
    let methods = ["", "G ET", "GET /hidden HTTP/1.1\r\nx: y", "GET\0", "G\r\nET"];
    let methods = methods.map(|method| {
        let fields = [(":method", method), (":scheme", "http"), (":path", "/get"), (":authority", "a")];
        case(format!("the method {method:?}"), of(&fields), Refused)
    });
    let odd: [(&str, &[(&str, &str)]); 6] = [
        ("another host", &[("host", "b")]),
        ("te: trailers", &[("te", "trailers")]),
        ("a cookie in crumbs", &[("cookie", "a=b"), ("cookie", "c=d")]),
        ("an empty value", &[("x-a", "")]),
        ("a value of bytes", &[("x-a", "\u{ff}")]),
        ("expect", &[("expect", "100-continue")]),
    ];
    let odd = odd.map(|(name, more)| case(name, with(more), Harmless));
    wrong.into_iter().chain(without).chain(paths).chain(methods).chain(odd).collect()
}

fn bodies() -> Vec<Case> {
    let post = |lengths: &[&str], data: &[u8]| {
        let lengths: Vec<(&str, &str)> = lengths.iter().map(|length| ("content-length", *length)).collect();
        let head = frame(HEADERS, END_HEADERS, 1, &block(&[&POST[..], &lengths].concat()));
        [head, frame(DATA, END_STREAM, 1, data)].concat()
    };
    vec![
        case("a body", post(&["3"], b"abc"), Answered),
        case("a body without a length", post(&[], b"abc"), Answered),
        case("a body that is shorter", post(&["5"], b"abc"), Refused),
        case("a body that is longer", post(&["2"], b"abc"), Refused),
        case("two lengths", post(&["3", "4"], b"abc"), Refused),
        case("a length with a sign", post(&["+3"], b"abc"), Refused),
        case("a length that is too large", post(&["99999999999999999999"], b"abc"), Refused),
    ]
}

fn floods() -> Vec<Case> {
    let many = |frame: Vec<u8>| frame.repeat(10_000);
    let ids = (0..5000u32).map(|n| 2 * n + 1);
    let resets: Vec<u8> =
        ids.clone().flat_map(|id| [get_on(id), frame(RESET, 0, id, &[0, 0, 0, 8])].concat()).collect();
    let mut rest = frame(HEADERS, END_STREAM, 1, &block(&GET));
    rest.extend(frame(CONTINUATION, 0, 1, &block(&[("x-a", &"b".repeat(10_000))])).repeat(500));
    let mut empty = frame(HEADERS, END_STREAM, 1, &block(&GET));
    empty.extend(many(frame(CONTINUATION, 0, 1, b"")));
    let open = frame(HEADERS, END_HEADERS, 1, &block(&POST));
    // One entry of the table, told again and again.
    let mut bomb = block(&GET);
    bomb.push(0x40);
    text(&mut bomb, b"x-a");
    text(&mut bomb, &[b'b'; 3000]);
    bomb.extend([0xbe].repeat(12_000));
    vec![
        case("streams that are reset", resets, Ended),
        case("heads without end", rest, Ended),
        case("empty heads without end", empty, Ended),
        case("a table that is told again and again", frame(HEADERS, 5, 1, &bomb), Refused),
        case("settings", many(frame(SETTINGS, 0, 0, b"")), Harmless),
        case("pings", many(frame(PING, 0, 0, &[0; 8])), Harmless),
        case("windows", many(frame(WINDOW, 0, 0, &[0, 0, 0, 1])), Harmless),
        case("priorities", many(frame(PRIORITY, 0, 9, &[0, 0, 0, 0, 1])), Harmless),
        case("empty data", [open, many(frame(DATA, 0, 1, b""))].concat(), Harmless),
        case("5,000 streams", ids.flat_map(get_on).collect::<Vec<u8>>(), Harmless),
    ]
}

/// What was said to a client.
#[derive(Debug, Default)]
struct Heard {
    is_answered: bool,
    is_wrong: bool,
    is_reset: bool,
    has_ended: bool,
}

impl Heard {
    fn frame(&mut self, kind: u8, stream: u32, payload: &[u8]) {
        match kind {
            // `:status 200` is the field 8 of the table; the size of the table may be told before.
            HEADERS if stream == 1 => {
                let status = payload.iter().find(|byte| !(0x20..0x40).contains(*byte));
                self.is_answered |= status == Some(&0x88);
                self.is_wrong |= status != Some(&0x88);
            }
            RESET => self.is_reset |= stream == 1,
            GOAWAY => self.has_ended |= payload.get(4..8) != Some(&[0; 4]),
            _ => {}
        }
    }
}

async fn send(target: &Target, case: &Case) -> Heard {
    let socket = TcpStream::connect(target.address).await.unwrap();
    let (mut reader, mut writer) = socket.into_split();
    let (frames, mut bytes) = (case.frames.clone(), Vec::new());
    let writing = tokio::spawn(async move {
        // Whoever is hung up on has been told.
        let _ = writer.write_all(&frames).await;
        writer
    });
    let mut heard = Heard::default();
    loop {
        let read = tokio::time::timeout(Duration::from_millis(1500), reader.read_buf(&mut bytes)).await;
        match read {
            Ok(Ok(0) | Err(_)) => heard.has_ended = true,
            Ok(Ok(_)) => continue,
            Err(_) => {}
        }
        break;
    }
    drop(writing.await);
    let mut rest = &bytes[..];
    while let [a, b, c, kind, _, stream @ ..] = rest {
        let length = usize::try_from(u32::from_be_bytes([0, *a, *b, *c])).unwrap();
        let Some((id, payload)) = stream.split_first_chunk::<4>() else { break };
        let Some(payload_bytes) = payload.get(..length) else { break };
        heard.frame(*kind, u32::from_be_bytes(*id), payload_bytes);
        rest = &payload[length..];
    }
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn http2() {
    let target = Target::start().await;
    let all = [prefaces(), settings(), frames(), compression(), fields(), bodies(), floods()];
    let cases: Vec<Case> = all.into_iter().flatten().collect();
    let judge = async |case: &Case| {
        let heard = send(&target, case).await;
        let is_right = match case.expected {
            Answered => heard.is_answered && !heard.is_reset,
            Refused => !heard.is_answered && (heard.is_wrong || heard.is_reset || heard.has_ended),
            Ended => heard.has_ended,
            Harmless => true,
        };
        (!is_right).then(|| format!("{}: {:?} and not {heard:?}", case.name, case.expected))
    };
    let wrong: Vec<String> = futures_util::stream::iter(&cases)
        .map(judge)
        .buffer_unordered(16)
        .filter_map(async |wrong| wrong)
        .collect()
        .await;
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    let fine = send(&target, &case("a request", get_on(1), Answered)).await;
    assert!(fine.is_answered, "the service is as well as before");
}
