//! The access log: one line for each request, written by hand, as a general encoder costs more than most handlers do.

use super::lines::Stamp;
use super::ticket::Visit;
use http::{Method, Uri};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// A line for each request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub struct AccessLog {
    /// As what it is written.
    pub format: LogFormat,
}

/// As what the access log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub enum LogFormat {
    /// Not at all.
    Off,
    /// For people: time, method, path, status, duration, bytes, operation, caller, id.
    #[default]
    Text,
    /// For programs: a JSON object.
    Json,
}

/// What is told of a request. Never its query, headers or body: that is where secrets are.
pub(super) struct Record {
    pub(super) operation: &'static str,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) remote: Option<SocketAddr>,
    pub(super) visit: Arc<Visit>,
    pub(super) status: u16,
    pub(super) took: Duration,
}

/// How an answer ended.
#[derive(Clone, Copy)]
pub(super) struct Ended {
    pub(super) bytes: u64,
    pub(super) is_whole: bool,
}

/// No status: there was nobody to send it to.
pub(super) const GONE: u16 = 499;

impl Record {
    /// A line of the access log.
    pub(super) fn write(&self, format: LogFormat, ended: Ended, line: &mut Vec<u8>, at: Stamp<'_>) {
        match format {
            LogFormat::Off => {}
            LogFormat::Json => self.json(ended, line, at),
            LogFormat::Text => self.text(ended, line, at),
        }
    }

    fn json(&self, ended: Ended, line: &mut Vec<u8>, at: Stamp<'_>) {
        put(line, &[r#"{"time":""#, at.seconds, "."]);
        digits(line, u64::from(at.millis), 3);
        put(line, &[r#"Z","operation":""#, self.operation, r#"","method":""#, self.method.as_str()]);
        put(line, &[r#"","path":""#]);
        escape(line, self.uri.path());
        put(line, &[r#"","status":"#]);
        digits(line, u64::from(self.status), 1);
        put(line, &[r#","ms":"#]);
        millis(line, self.took);
        put(line, &[r#","bytes":"#]);
        digits(line, ended.bytes, 1);
        if !ended.is_whole {
            put(line, &[r#","aborted":true"#]);
        }
        if let Some(remote) = self.remote {
            put(line, &[r#","remote":""#]);
            address(line, remote);
            line.push(b'"');
        }
        if let Some(subject) = self.visit.subject() {
            put(line, &[r#","subject":""#]);
            escape(line, subject);
            line.push(b'"');
        }
        put(line, &[r#","request_id":""#, self.visit.id().as_str(), r#""}"#]);
    }

    fn text(&self, ended: Ended, line: &mut Vec<u8>, at: Stamp<'_>) {
        put(line, &[at.seconds, "."]);
        digits(line, u64::from(at.millis), 3);
        put(line, &["Z ", self.method.as_str(), " "]);
        escape(line, self.uri.path());
        line.push(b' ');
        digits(line, u64::from(self.status), 1);
        line.push(b' ');
        millis(line, self.took);
        put(line, &["ms "]);
        digits(line, ended.bytes, 1);
        put(line, &["B ", if self.operation.is_empty() { "-" } else { self.operation }, " "]);
        match self.remote {
            Some(remote) => address(line, remote),
            None => line.push(b'-'),
        }
        if let Some(subject) = self.visit.subject() {
            put(line, &[" subject="]);
            escape(line, subject);
        }
        put(line, &[" ", self.visit.id().as_str(), if ended.is_whole { "" } else { " aborted" }]);
    }
}

pub(super) fn put(line: &mut Vec<u8>, texts: &[&str]) {
    texts.iter().for_each(|text| line.extend_from_slice(text.as_bytes()));
}

/// At least so many digits.
pub(super) fn digits(line: &mut Vec<u8>, number: u64, least: usize) {
    let mut text = [b'0'; 20];
    let (mut rest, mut used) = (number, 0);
    for digit in text.iter_mut().rev() {
        if rest == 0 && used >= least {
            break;
        }
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        (rest, used) = (rest / 10, used + 1);
    }
    line.extend_from_slice(text.get(text.len() - used..).unwrap_or_default());
}

/// Milliseconds with three places.
fn millis(line: &mut Vec<u8>, took: Duration) {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    digits(line, micros / 1000, 1);
    line.push(b'.');
    digits(line, micros % 1000, 3);
}

fn address(line: &mut Vec<u8>, remote: SocketAddr) {
    match remote.ip() {
        std::net::IpAddr::V4(ip) => {
            for (n, byte) in ip.octets().into_iter().enumerate() {
                if n > 0 {
                    line.push(b'.');
                }
                digits(line, u64::from(byte), 1);
            }
        }
        // A vector can always be written to.
        std::net::IpAddr::V6(ip) => drop(write!(line, "{ip}")),
    }
}

/// As JSON has it inside of quotation marks; so no text can begin a line or a member of its own.
fn escape(line: &mut Vec<u8>, text: &str) {
    if text.bytes().all(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1F | 0x7F..)) {
        return line.extend_from_slice(text.as_bytes());
    }
    for letter in text.chars() {
        match letter {
            '"' | '\\' => put(line, &["\\", letter.encode_utf8(&mut [0; 4])]),
            // Line separators of Unicode and the like are for no log.
            letter if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') => {
                drop(write!(line, "\\u{:04x}", u32::from(letter)));
            }
            letter => put(line, &[letter.encode_utf8(&mut [0; 4])]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{digits, escape, millis};
    use std::time::Duration;

    fn made(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut line = Vec::new();
        write(&mut line);
        String::from_utf8(line).expect("it is text")
    }

    #[test]
    fn numbers() {
        let shown = |n, least| made(|line| digits(line, n, least));
        assert_eq!([shown(0, 1), shown(7, 3), shown(1234, 3)], ["0", "007", "1234"]);
        assert_eq!(shown(u64::MAX, 1), u64::MAX.to_string());
        assert_eq!(made(|line| millis(line, Duration::from_micros(12_034))), "12.034");
    }

    #[test]
    fn texts() {
        let hostile = "/a\"b\\c\n\u{7f}\u{85}\u{2028}ä";
        let written = made(|line| escape(line, hostile));
        assert_eq!(written, "/a\\\"b\\\\c\\u000a\\u007f\\u0085\\u2028ä");
        let read: String = serde_json::from_str(&format!("\"{written}\"")).expect("it is JSON");
        assert_eq!(read, hostile);
    }
}
