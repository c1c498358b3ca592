//! Where messages of HTTP/1 begin and end (RFC 9112), strictly: whatever two readers could understand differently, so
//! that one request could hide inside of another (request smuggling), is refused before anybody reads it.

use memchr::memchr;

/// What the next bytes of a connection are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing of the next request is there.
    Idle,
    /// A part of its head.
    Head,
    /// Its body.
    Body,
    /// Not HTTP/1: HTTP/2, or what a connection was upgraded to.
    Tunnel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    RequestLine,
    Fields,
    Sized(u64),
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailers,
    Tunnel,
}

/// What the head says that decides how long its message is.
#[derive(Debug, Default, Clone, Copy)]
struct Head {
    is_1_0: bool,
    hosts: u8,
    length: Option<u64>,
    is_chunked: bool,
    upgrades: bool,
}

/// Follows the bytes of a connection.
#[derive(Debug)]
pub(super) struct Framing {
    state: State,
    head: Head,
    /// What has arrived of a line.
    line: Vec<u8>,
    /// Bytes of trailers so far.
    trailers: usize,
    /// A request has asked for another protocol.
    pub(super) may_upgrade: bool,
}

/// The preface of HTTP/2 (RFC 9113 section 3.4) begins with this line.
const PREFACE: &[u8] = b"PRI * HTTP/2.0";
/// Lines of a head that are longer are answered by hyper (431) as soon as they are here; of chunks there are none.
const LONGEST_LINE: usize = 64 * 1024;
const LONGEST_CHUNK_LINE: usize = 1024;
const LONGEST_TRAILERS: usize = 16 * 1024;

/// A byte that nobody may read: its place in what was scanned.
pub(super) type Wrong = usize;

impl Default for Framing {
    fn default() -> Self {
        Self {
            state: State::RequestLine,
            head: Head::default(),
            line: Vec::new(),
            trailers: 0,
            may_upgrade: false,
        }
    }
}

impl Framing {
    pub(super) fn phase(&self) -> Phase {
        match self.state {
            State::RequestLine if self.line.is_empty() => Phase::Idle,
            State::RequestLine | State::Fields => Phase::Head,
            State::Sized(_) | State::ChunkSize | State::Chunk(_) | State::ChunkEnd | State::Trailers => {
                Phase::Body
            }
            State::Tunnel => Phase::Tunnel,
        }
    }

    /// The rest of the connection is not HTTP/1.
    pub(super) fn tunnel(&mut self) {
        self.state = State::Tunnel;
    }

    /// Reads on.
    ///
    /// # Errors
    /// The place of the byte with which it is certain that the message is wrong.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Result<(), Wrong> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            at += match self.state {
                State::Tunnel => return Ok(()),
                State::Sized(left) => self.pass(rest, left, State::Sized, State::RequestLine),
                State::Chunk(left) => self.pass(rest, left, State::Chunk, State::ChunkEnd),
                _ => match memchr(b'\n', rest) {
                    Some(end) => {
                        let (line, _) = rest.split_at(end);
                        self.whole_line(line).ok_or(at + end)?;
                        end + 1
                    }
                    None => {
                        let longest = match self.state {
                            State::RequestLine | State::Fields => LONGEST_LINE,
                            _ => LONGEST_CHUNK_LINE,
                        };
                        if self.line.len() + rest.len() > longest {
                            return Err(at + longest - self.line.len());
                        }
                        self.line.extend_from_slice(rest);
                        rest.len()
                    }
                },
            };
        }
        Ok(())
    }

    /// Passes over content.
    fn pass(&mut self, rest: &[u8], left: u64, more: fn(u64) -> State, end: State) -> usize {
        let taken = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
        let left = left - taken as u64;
        self.state = if left == 0 { end } else { more(left) };
        taken
    }

    /// A line that has come to its end; its beginning may have come before.
    fn whole_line(&mut self, end: &[u8]) -> Option<()> {
        if self.line.is_empty() {
            return self.line(end.strip_suffix(b"\r")?);
        }
        let mut line = std::mem::take(&mut self.line);
        line.extend_from_slice(end);
        self.line(line.strip_suffix(b"\r")?)
    }

    /// A line without its end. `None`: it is wrong.
    fn line(&mut self, line: &[u8]) -> Option<()> {
        if memchr(b'\r', line).is_some() || memchr(0, line).is_some() {
            return None;
        }
        self.state = match self.state {
            // Empty lines before a request are passed over (section 2.2).
            State::RequestLine if line.is_empty() => State::RequestLine,
            State::RequestLine => self.request_line(line)?,
            State::Fields if line.is_empty() => self.end_of_head()?,
            State::Fields => {
                self.head.field(line)?;
                State::Fields
            }
            State::ChunkSize => match chunk_size(line)? {
                0 => {
                    self.trailers = 0;
                    State::Trailers
                }
                size => State::Chunk(size),
            },
            State::ChunkEnd => line.is_empty().then_some(State::ChunkSize)?,
            State::Trailers if line.is_empty() => State::RequestLine,
            State::Trailers => {
                self.trailers += line.len();
                let is_fit = self.trailers <= LONGEST_TRAILERS && is_trailer(line);
                is_fit.then_some(State::Trailers)?
            }
            state @ (State::Sized(_) | State::Chunk(_) | State::Tunnel) => state,
        };
        Some(())
    }

    fn request_line(&mut self, line: &[u8]) -> Option<State> {
        if line == PREFACE {
            return Some(State::Tunnel);
        }
        let mut parts = line.split(|byte| *byte == b' ');
        let (method, target, version) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole =
            parts.next().is_none() && is_token(method) && !target.is_empty() && method != b"CONNECT";
        let is_1_0 = version == b"HTTP/1.0";
        self.head = Head { is_1_0, ..Head::default() };
        (is_whole && (is_1_0 || version == b"HTTP/1.1")).then_some(State::Fields)
    }

    /// How the message goes on behind its head (section 6.3).
    fn end_of_head(&mut self) -> Option<State> {
        let Head { is_1_0, hosts, length, is_chunked, upgrades } = self.head;
        let has_host = hosts == 1 || is_1_0 && hosts == 0;
        if !has_host || is_chunked && (length.is_some() || is_1_0) {
            return None;
        }
        self.may_upgrade = upgrades;
        Some(match length {
            _ if is_chunked => State::ChunkSize,
            Some(0) | None => State::RequestLine,
            Some(length) => State::Sized(length),
        })
    }
}

impl Head {
    /// A field line. `None`: it is wrong.
    fn field(&mut self, line: &[u8]) -> Option<()> {
        // A line that begins with a space would continue the one before (section 5.2): `obs-fold`.
        let colon = memchr(b':', line)?;
        let (name, value) = line.split_at(colon);
        let value = value.get(1..)?.trim_ascii();
        // Most names are not among those that matter here; they tell by their length.
        match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => {
                self.hosts = self.hosts.saturating_add(1);
                is_host(value).then_some(())
            }
            7 if name.eq_ignore_ascii_case(b"upgrade") => {
                self.upgrades = true;
                Some(())
            }
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                let is_number =
                    !value.is_empty() && value.len() <= 18 && value.iter().all(u8::is_ascii_digit);
                if self.length.is_some() || !is_number {
                    return None;
                }
                self.length = Some(value.iter().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0')));
                Some(())
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                // Anything over `chunked` nobody asked for, and readers take it differently.
                let is_plain = !self.is_chunked && value.eq_ignore_ascii_case(b"chunked");
                self.is_chunked = true;
                is_plain.then_some(())
            }
            _ => is_token(name).then_some(()),
        }
    }
}

/// `tchar` (RFC 9110 section 5.6.2), at least one.
fn is_token(text: &[u8]) -> bool {
    !text.is_empty()
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// `uri-host [ ":" port ]`, as far as nobody can take it for something else.
fn is_host(value: &[u8]) -> bool {
    value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]".contains(byte))
}

/// `chunk-size [ chunk-ext ]` (section 7.1). `None`: it is wrong.
fn chunk_size(line: &[u8]) -> Option<u64> {
    let end = line.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(line.len());
    let (digits, rest) = line.split_at(end);
    let is_fit = !digits.is_empty()
        && digits.len() <= 15
        && (rest.is_empty() || rest.trim_ascii_start().starts_with(b";"));
    let text = std::str::from_utf8(digits).ok().filter(|_| is_fit)?;
    u64::from_str_radix(text, 16).ok()
}

/// A field that may stand behind a body (RFC 9110 section 6.5.1): none that says how long it was, or whose it was.
fn is_trailer(line: &[u8]) -> bool {
    let Some(colon) = memchr(b':', line) else { return false };
    let name = line.get(..colon).unwrap_or_default();
    let is_framing = [
        &b"content-length"[..],
        b"transfer-encoding",
        b"host",
        b"content-encoding",
        b"trailer",
        b"authorization",
    ]
    .iter()
    .any(|known| name.eq_ignore_ascii_case(known));
    is_token(name) && !is_framing
}

#[cfg(test)]
mod tests {
    use super::{Framing, Phase};

    /// Scans a text in one piece and byte by byte, which must come to the same.
    fn scan(text: &str) -> Result<Phase, usize> {
        let mut whole = Framing::default();
        let at_once = whole.scan(text.as_bytes()).map(|()| whole.phase());
        let mut slow = Framing::default();
        let mut bytes = text.bytes().enumerate();
        let bad = bytes.find_map(|(at, byte)| slow.scan(&[byte]).err().map(|_| at));
        assert_eq!(at_once.err(), bad, "{text:?}");
        at_once
    }

    #[test]
    fn messages() {
        let head = "POST /a HTTP/1.1\r\nHost: a:80\r\n";
        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
        let sized = format!("{head}content-length: 3\r\n\r\n");
        for (text, phase) in [
            (format!("{head}\r\n"), Phase::Idle),
            (format!("\r\n{head}X-A: b\r\n\r\n"), Phase::Idle),
            (head.to_owned(), Phase::Head),
            (format!("{sized}ab"), Phase::Body),
            (format!("{sized}abc"), Phase::Idle),
            (format!("{sized}abc{sized}"), Phase::Body),
            (chunked.clone(), Phase::Body),
            (format!("{chunked}3;x=y\r\nabc\r\n0\r\n"), Phase::Body),
            (format!("{chunked}3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n"), Phase::Idle),
            ("GET / HTTP/1.0\r\n\r\n".to_owned(), Phase::Idle),
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\n".to_owned(), Phase::Tunnel),
        ] {
            assert_eq!(scan(&text), Ok(phase), "{text:?}");
        }
    }

    #[test]
    fn what_is_refused() {
        let get = "GET / HTTP/1.1\r\nHost: a\r\n";
        let chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        for wrong in [
            "GET / HTTP/1.1\r\n\r\n".to_owned(),
            format!("{get}Host: a\r\n\r\n"),
            "GET / HTTP/1.1\r\nHost: a b\r\n\r\n".to_owned(),
            "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n".to_owned(),
            "GET / HTTP/1.1\nHost: a\n\n".to_owned(),
            "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n".to_owned(),
            "GET  / HTTP/1.1\r\n".to_owned(),
            "GET /\r\n".to_owned(),
            "GET / HTTP/1.2\r\n".to_owned(),
            "GET / http/1.1\r\n".to_owned(),
            "CONNECT a:1 HTTP/1.1\r\n".to_owned(),
            format!("{get}X-A : b\r\n"),
            format!("{get}X-A: b\r\n c\r\n"),
            format!("{get}X-A: b\rc\r\n"),
            format!("{get}X-A: b\0c\r\n"),
            format!("{get}nothing\r\n"),
            format!("{get}Content-Length: 1\r\nContent-Length: 1\r\n"),
            format!("{get}Content-Length: 1, 1\r\n"),
            format!("{get}Content-Length: +1\r\n"),
            format!("{get}Content-Length: \r\n"),
            format!("{get}Content-Length: 9999999999999999999\r\n"),
            format!("{get}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
            format!("{get}Transfer-Encoding: xchunked\r\n"),
            format!("{get}Transfer-Encoding: gzip, chunked\r\n"),
            format!("{get}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(),
            format!("{chunked}g\r\n"),
            format!("{chunked}\r\n"),
            format!("{chunked}0x1\r\n"),
            format!("{chunked}1\n"),
            format!("{chunked}1 x\r\n"),
            format!("{chunked}1\r\nab"),
            format!("{chunked}1\r\na\n"),
            format!("{chunked}fffffffffffffffff\r\n"),
            format!("{chunked}0\r\nContent-Length: 1\r\n"),
            format!("{chunked}0\r\nno\r\n"),
            format!("{chunked}1;{}", "x".repeat(2000)),
        ] {
            // `1\r\nab` is wrong as soon as the line that has to be empty is at its end.
            let wrong = if wrong.ends_with("ab") { format!("{wrong}\r\n") } else { wrong };
            assert!(scan(&wrong).is_err(), "{wrong:?}");
        }
    }
}
