//! JSON text (RFC 8259) into a tree with exact places.

use super::tree::{Entry, MAX_DEPTH, Map, Node, Value};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};

/// Reads a whole text; a syntax error is reported and gives nothing.
pub(crate) fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, file, diagnostics };
    let node = reader.value(0).and_then(|node| {
        reader.space();
        if reader.at < reader.bytes.len() { Err(reader.unexpected("the end of the text")) } else { Ok(node) }
    });
    match node {
        Ok(node) => Some(node),
        Err(fault) => {
            let end = (fault.at + 1).min(text.len());
            let span = Span { file, start: fault.at as u32, end: end as u32 };
            diagnostics.report(fault.code, span, fault.message);
            None
        }
    }
}

struct Fault {
    code: Code,
    at: usize,
    message: String,
}

type Read<T> = Result<T, Fault>;

struct Reader<'s, 'd> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    file: FileId,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_, '_> {
    fn space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn span(&self, start: usize) -> Span {
        Span { file: self.file, start: start as u32, end: self.at as u32 }
    }

    fn unexpected(&self, wanted: &str) -> Fault {
        let found = match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(char) => format!("`{}`", char.escape_debug()),
            None => "the end of the text".to_owned(),
        };
        Fault { code: Code::Syntax, at: self.at, message: format!("expected {wanted}, found {found}") }
    }

    fn value(&mut self, depth: usize) -> Read<Node> {
        if depth > MAX_DEPTH {
            let message = format!("the document nests more than {MAX_DEPTH} levels deep");
            return Err(Fault { code: Code::TooDeep, at: self.at, message });
        }
        self.space();
        let start = self.at;
        let value = match self.bytes.get(self.at) {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return Err(self.unexpected("a JSON value")),
        };
        Ok(Node { value, span: self.span(start) })
    }

    fn word(&mut self, word: &str, value: Value) -> Read<Value> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.unexpected("a JSON value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn map(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut entries = Vec::new();
        self.space();
        if self.bytes.get(self.at) == Some(&b'}') {
            self.at += 1;
            return Ok(Value::Map(Map::default()));
        }
        loop {
            self.space();
            let start = self.at;
            if self.bytes.get(self.at) != Some(&b'"') {
                return Err(self.unexpected("a key in quotes"));
            }
            let key = self.string()?;
            let at = self.span(start);
            self.space();
            if self.bytes.get(self.at) != Some(&b':') {
                return Err(self.unexpected("`:`"));
            }
            self.at += 1;
            entries.push(Entry { key, at, value: self.value(depth + 1)? });
            if !self.more(b'}', "`,` or `}`")? {
                entries.shrink_to_fit();
                return Ok(Value::Map(Map::build(entries, self.diagnostics)));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.bytes.get(self.at) == Some(&b']') {
            self.at += 1;
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if !self.more(b']', "`,` or `]`")? {
                items.shrink_to_fit();
                return Ok(Value::List(items));
            }
        }
    }

    /// Steps over a comma (true) or the closing bracket (false).
    fn more(&mut self, close: u8, wanted: &str) -> Read<bool> {
        self.space();
        match self.bytes.get(self.at) {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(byte) if *byte == close => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(self.unexpected(wanted)),
        }
    }

    fn number(&mut self) -> Read<Value> {
        let start = self.at;
        while matches!(self.bytes.get(self.at), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        if super::tree::number(text).is_none() {
            self.at = start;
            return Err(Fault {
                code: Code::Syntax,
                at: start,
                message: format!("`{text}` is not a JSON number"),
            });
        }
        Ok(Value::Number(text.into()))
    }

    fn string(&mut self) -> Read<Box<str>> {
        self.at += 1;
        let start = self.at;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let text = self.text[start..self.at].into();
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => return self.escaped(start),
                Some(0..=0x1f) | None => return Err(self.unexpected("the closing quote of a text")),
                Some(_) => self.at += 1,
            }
        }
    }

    /// The slow half of [`Self::string`]: from the first backslash on.
    fn escaped(&mut self, start: usize) -> Read<Box<str>> {
        let mut text = self.text[start..self.at].to_owned();
        loop {
            let from = self.at;
            while !matches!(self.bytes.get(self.at), Some(b'"' | b'\\' | 0..=0x1f) | None) {
                self.at += 1;
            }
            text.push_str(&self.text[from..self.at]);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text.into());
                }
                Some(b'\\') => text.push(self.escape()?),
                _ => return Err(self.unexpected("the closing quote of a text")),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        self.at += 1;
        let char = match self.bytes.get(self.at) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.unexpected("one of `\"\\/bfnrtu` after a backslash")),
        };
        self.at += 1;
        Ok(char)
    }

    /// `uXXXX`, or two of them for a surrogate pair; a lone surrogate becomes U+FFFD.
    fn unicode(&mut self) -> Read<char> {
        self.at += 1;
        let high = self.hex()?;
        if (0xd800..0xdc00).contains(&high) && self.bytes[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Read<u32> {
        let digits = self.bytes.get(self.at..self.at + 4).and_then(|hex| std::str::from_utf8(hex).ok());
        match digits.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            Some(hex) => {
                self.at += 4;
                Ok(u32::from_str_radix(hex, 16).expect("four hexadecimal digits fit"))
            }
            None => Err(self.unexpected("four hexadecimal digits after `\\u`")),
        }
    }
}
