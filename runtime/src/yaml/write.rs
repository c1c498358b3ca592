//! JSON text, as serde_json writes it, as a YAML document in block style. Whatever another reader could take for something
//! else than a text (YAML 1.1 has many such words) is quoted.

/// Writes a document.
pub(super) fn document(json: &str) -> String {
    let mut writer = Writer { rest: json, out: String::with_capacity(json.len() + json.len() / 4) };
    writer.value(0, Place::Start);
    writer.out.push('\n');
    writer.out
}

/// A key of so many bytes is long; an escape is longer than what it stands for.
const LONG_KEY: usize = 160;

/// Where a value stands.
#[derive(Clone, Copy)]
enum Place {
    /// At the start of the line of its own, as far as it is indented.
    Start,
    /// Behind a key.
    Key,
}

struct Writer<'j> {
    rest: &'j str,
    out: String,
}

impl<'j> Writer<'j> {
    fn value(&mut self, depth: usize, place: Place) {
        match self.rest.as_bytes() {
            [b'[', b']', ..] | [b'{', b'}', ..] => {
                let whole = self.take(2);
                self.inline(whole, place);
            }
            [b'[', ..] => self.list(depth, place),
            [b'{', ..] => self.object(depth, place),
            [b'"', ..] => {
                let text = self.string();
                self.inline("", place);
                self.text(text);
            }
            _ => {
                let end = self.rest.find([',', ']', '}']).unwrap_or(self.rest.len());
                let scalar = self.take(end);
                self.inline(scalar, place);
            }
        }
    }

    fn inline(&mut self, text: &str, place: Place) {
        if matches!(place, Place::Key) {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    fn list(&mut self, depth: usize, place: Place) {
        for n in 0.. {
            match self.rest.as_bytes().first() {
                Some(b'[' | b',') => self.take(1),
                _ => break,
            };
            if n > 0 || matches!(place, Place::Key) {
                self.line(depth);
            }
            self.out.push_str("- ");
            self.value(depth + 1, Place::Start);
        }
        self.take(1);
    }

    fn object(&mut self, depth: usize, place: Place) {
        for n in 0.. {
            match self.rest.as_bytes().first() {
                Some(b'{' | b',') => self.take(1),
                _ => break,
            };
            if n > 0 || matches!(place, Place::Key) {
                self.line(depth);
            }
            self.key(depth);
            self.take(1);
            self.value(depth + 1, Place::Key);
        }
        self.take(1);
    }

    /// Only a key of less than 1024 characters may go without a `?` (YAML 1.2.2, section 8.2.2).
    fn key(&mut self, depth: usize) {
        let key = self.string();
        if key.len() < LONG_KEY {
            self.text(key);
        } else {
            self.out.push_str("? ");
            self.text(key);
            self.line(depth);
        }
        self.out.push(':');
    }

    fn line(&mut self, depth: usize) {
        self.out.push('\n');
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    /// A string with its quotes.
    fn string(&mut self) -> &'j str {
        let mut is_escaped = false;
        let end = self.rest.bytes().enumerate().skip(1).find(|(_, byte)| {
            let is_end = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            is_end
        });
        self.take(end.map_or(self.rest.len(), |(at, _)| at + 1))
    }

    /// A string of JSON is one of YAML, but for characters that YAML wants to see escaped (YAML 1.2.2, section 5.1) and some
    /// that were ends of lines before.
    fn text(&mut self, quoted: &str) {
        let text = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
        if is_plain(text) {
            self.out.push_str(text);
            return;
        }
        for c in quoted.chars() {
            match c {
                '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                    self.out.push_str(&format!("\\u{:04x}", u32::from(c)));
                }
                c => self.out.push(c),
            }
        }
    }

    fn take(&mut self, bytes: usize) -> &'j str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }
}

/// Words that some version of YAML reads as something else.
const WORDS: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan"];

/// Is it a text without quotes, to every reader?
fn is_plain(text: &str) -> bool {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte));
    is_word && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}
