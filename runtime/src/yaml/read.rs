//! A YAML document as JSON text, over the events of saphyr-parser. Plain scalars follow the core schema (YAML 1.2.2, section
//! 10.3): `no` is a text, `010` is ten. An alias repeats the JSON of what it names.

use crate::fault::Fault;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Values nested deeper are refused, as in JSON.
const MOST_DEPTH: usize = 127;

/// The JSON of the one document of a text.
pub(super) fn json(text: &str, aliased: usize) -> Result<Vec<u8>, Fault> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let out = Vec::with_capacity(text.len() + text.len() / 4);
    let events = Parser::new_from_str(text);
    Reader { events, out, anchors: HashMap::new(), left: aliased, most: aliased }.document()
}

/// What an anchor names: where its JSON stands, and how deep that nests.
struct Anchored {
    json: Range<usize>,
    height: usize,
}

struct Reader<'s> {
    events: Parser<'s, StrInput<'s>>,
    out: Vec<u8>,
    anchors: HashMap<usize, Anchored>,
    /// How many bytes aliases may still add.
    left: usize,
    most: usize,
}

impl<'s> Reader<'s> {
    fn next(&mut self) -> Result<(Event<'s>, Span), Fault> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => Err(refused(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn document(mut self) -> Result<Vec<u8>, Fault> {
        let mut is_read = false;
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing, _) => {}
                (Event::StreamEnd, _) => break,
                (_, at) if is_read => return Err(syntax("there is more than one document", at.start)),
                (event, at) => {
                    self.node(event, at, 0)?;
                    is_read = true;
                }
            }
        }
        if !is_read {
            self.out.extend_from_slice(b"null");
        }
        Ok(self.out)
    }

    /// Writes a value at a depth, and tells how deep it nests itself.
    fn node(&mut self, event: Event<'s>, at: Span, depth: usize) -> Result<usize, Fault> {
        if depth > MOST_DEPTH {
            return Err(too_deep());
        }
        let start = self.out.len();
        let (anchor, height) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.scalar(&text, style, tag.as_deref(), at)?;
                (anchor, 0)
            }
            Event::SequenceStart(anchor, _) => (anchor, self.list(depth)?),
            Event::MappingStart(anchor, _) => (anchor, self.object(depth)?),
            Event::Alias(anchor) => return self.alias(anchor, at, depth),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => {
                return Err(syntax("the text ends inside a list or a mapping", at.start));
            }
        };
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored { json: start..self.out.len(), height });
        }
        Ok(height)
    }

    fn list(&mut self, depth: usize) -> Result<usize, Fault> {
        let mut height = 0;
        self.out.push(b'[');
        for n in 0.. {
            let (event, at) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                break;
            }
            if n > 0 {
                self.out.push(b',');
            }
            height = height.max(1 + self.node(event, at, depth + 1)?);
        }
        self.out.push(b']');
        Ok(height)
    }

    fn object(&mut self, depth: usize) -> Result<usize, Fault> {
        let mut height = 0;
        self.out.push(b'{');
        for n in 0.. {
            let (event, at) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                break;
            }
            if n > 0 {
                self.out.push(b',');
            }
            self.key(event, at)?;
            self.out.push(b':');
            let (event, at) = self.next()?;
            height = height.max(1 + self.node(event, at, depth + 1)?);
        }
        self.out.push(b'}');
        Ok(height)
    }

    /// A key is a text, however it is written; lists and mappings are none.
    fn key(&mut self, event: Event<'s>, at: Span) -> Result<(), Fault> {
        let start = self.out.len();
        match event {
            Event::Scalar(text, _, anchor, _) => {
                self.text(&text)?;
                if anchor != 0 {
                    self.anchors.insert(anchor, Anchored { json: start..self.out.len(), height: 0 });
                }
                return Ok(());
            }
            Event::Alias(anchor) => {
                self.alias(anchor, at, 0)?;
                match self.out.get(start) {
                    Some(b'"') => return Ok(()),
                    Some(b'[' | b'{') | None => {}
                    Some(_) => {
                        self.out.insert(start, b'"');
                        self.out.push(b'"');
                        return Ok(());
                    }
                }
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceStart(..)
            | Event::SequenceEnd
            | Event::MappingStart(..)
            | Event::MappingEnd => {}
        }
        Err(syntax("a key is not a text", at.start))
    }

    fn alias(&mut self, anchor: usize, at: Span, depth: usize) -> Result<usize, Fault> {
        let Some(Anchored { json, height }) = self.anchors.get(&anchor) else {
            return Err(syntax("an alias stands inside the value that it names", at.start));
        };
        if depth + height > MOST_DEPTH {
            return Err(too_deep());
        }
        self.left = self.left.checked_sub(json.len()).ok_or_else(|| {
            Fault::new("size", format!("aliases may add {} bytes of JSON at most", self.most))
        })?;
        self.out.extend_from_within(json.clone());
        Ok(*height)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, at: Span) -> Result<(), Fault> {
        if is_text(style, tag) {
            return self.text(text);
        }
        match text {
            "" | "~" | "null" | "Null" | "NULL" => self.out.extend_from_slice(b"null"),
            "true" | "True" | "TRUE" => self.out.extend_from_slice(b"true"),
            "false" | "False" | "FALSE" => self.out.extend_from_slice(b"false"),
            _ if is_no_number(text) => return Err(syntax("JSON has no such number", at.start)),
            _ => match number(text) {
                Some(number) => self.out.extend_from_slice(number.as_bytes()),
                None => return self.text(text),
            },
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        serde_json::to_writer(&mut self.out, text).map_err(|error| Fault::new("syntax", error.to_string()))
    }
}

/// YAML 1.2.2, section 6.9.1 and 10.3.2: quoted texts, `!`, `!!str`. Tags that nobody knows change nothing.
pub(crate) fn is_text(style: ScalarStyle, tag: Option<&Tag>) -> bool {
    match tag {
        Some(tag) if tag.is_yaml_core_schema() => {
            let is_resolved = matches!(tag.suffix.as_str(), "null" | "bool" | "int" | "float");
            !is_resolved && (tag.suffix == "str" || style != ScalarStyle::Plain)
        }
        Some(tag) if tag.handle.is_empty() && tag.suffix == "!" => true,
        Some(_) | None => style != ScalarStyle::Plain,
    }
}

fn is_no_number(text: &str) -> bool {
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(rest, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

/// A number in JSON's spelling, when the core schema says that the text is one.
pub(crate) fn number(text: &str) -> Option<Cow<'_, str>> {
    if !matches!(text.as_bytes().first()?, b'-' | b'+' | b'.' | b'0'..=b'9') {
        return None;
    }
    let based = |digits: &str, base: u32| {
        let sound = digits.bytes().all(|byte| char::from(byte).is_digit(base));
        sound.then(|| u128::from_str_radix(digits, base).ok())?.map(|n| Cow::Owned(n.to_string()))
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return based(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return based(digits, 8);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = rest.find(['e', 'E']).map_or((rest, ""), |at| rest.split_at(at));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let power =
        exponent.strip_prefix(['e', 'E']).map(|power| power.strip_prefix(['-', '+']).unwrap_or(power));
    let is_power = power.is_none_or(|power| !power.is_empty() && are_digits(power));
    if !is_power || !are_digits(whole) || !are_digits(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let trimmed = whole.trim_start_matches('0');
    if trimmed.len() == whole.len()
        && !whole.is_empty()
        && digits.len() != whole.len() + 1
        && !text.starts_with('+')
    {
        return Some(Cow::Borrowed(text));
    }
    let whole = if trimmed.is_empty() { "0" } else { trimmed };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(Cow::Owned(format!("{sign}{whole}{point}{fraction}{exponent}")))
}

fn too_deep() -> Fault {
    Fault::new("depth", format!("values may be nested {MOST_DEPTH} deep at most"))
}

fn refused(error: &ScanError) -> Fault {
    if error.info().contains("recursion limit") { too_deep() } else { syntax(error.info(), *error.marker()) }
}

fn syntax(what: &str, at: Marker) -> Fault {
    let (line, column) = (at.line(), at.col() + 1);
    Fault::new("syntax", format!("is not valid YAML: {what} (line {line}, column {column})"))
}
