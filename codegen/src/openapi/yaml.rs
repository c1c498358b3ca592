//! YAML 1.2 text into a tree with exact places, over the events of saphyr-parser. Plain scalars follow the core schema:
//! `no` is a text, `010` is ten. Merge keys (`<<`) of YAML 1.1 are read because documents use them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, StrInput, Tag};

use super::tree::{Entry, MAX_DEPTH, Map, Node, Value};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};

/// How many nodes aliases may add to a document before it is taken for a bomb.
const MAX_ALIASED_NODES: usize = 500_000;

/// How many misplaced brackets are put right.
const MAX_REPAIRS: usize = 200;

/// Reads the first document of a text; a syntax error is reported and gives nothing.
pub(crate) fn parse(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_REPAIRS {
        let mut own = Diagnostics::default();
        match read(file, &text, &mut own) {
            Ok(node) => {
                diagnostics.append(own);
                return node;
            }
            Err(fault) => match repaired(&text, fault.span.start as usize) {
                Some(better) => {
                    let message =
                        "a closing bracket must be indented more than the key whose value it closes";
                    diagnostics.report(Code::LooseYaml, fault.span, message);
                    text = Cow::Owned(better);
                }
                None => {
                    diagnostics.report(fault.code, fault.span, fault.message);
                    return None;
                }
            },
        }
    }
    let end = Span { file, start: 0, end: 0 };
    diagnostics.report(
        Code::Syntax,
        end,
        format!("more than {MAX_REPAIRS} closing brackets are not indented enough"),
    );
    None
}

/// Most YAML readers allow a closing bracket at the indentation of its key, YAML 1.2.2 (section 7.4) does not. Gives the
/// text with such a line joined to the one before it; every other byte stays in its place.
fn repaired(text: &str, at: usize) -> Option<String> {
    let line = text.get(..at)?.rfind('\n')? + 1;
    let rest = text[line..].trim_start_matches([' ', '\t']);
    let before = text[..line - 1].rsplit('\n').next().unwrap_or_default();
    if !rest.starts_with(['}', ']']) || before.contains('#') || line < 2 {
        return None;
    }
    let mut text = text.to_owned();
    let from = if text[..line].ends_with("\r\n") { line - 2 } else { line - 1 };
    text.replace_range(from..line, &" ".repeat(line - from));
    Some(text)
}

fn read(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Read<Option<Node>> {
    let events = Parser::new_from_str(text);
    let places = Places { text, chars: 0, bytes: 0 };
    Reader { events, places, file, anchors: HashMap::new(), aliased: 0, diagnostics }.document()
}

struct Fault {
    code: Code,
    span: Span,
    message: String,
}

/// Turns the parser's character counts into bytes; they mostly go forward, so a cursor is cheap.
struct Places<'s> {
    text: &'s str,
    chars: usize,
    bytes: usize,
}

impl Places<'_> {
    fn byte(&mut self, chars: usize) -> u32 {
        let bytes = self.text.as_bytes();
        while self.chars < chars && self.bytes < bytes.len() {
            self.bytes += 1;
            while bytes.get(self.bytes).is_some_and(|byte| byte & 0xc0 == 0x80) {
                self.bytes += 1;
            }
            self.chars += 1;
        }
        while self.chars > chars {
            self.bytes -= 1;
            while bytes.get(self.bytes).is_some_and(|byte| byte & 0xc0 == 0x80) {
                self.bytes -= 1;
            }
            self.chars -= 1;
        }
        self.bytes as u32
    }
}

struct Reader<'s, 'd> {
    events: Parser<'s, StrInput<'s>>,
    places: Places<'s>,
    file: FileId,
    anchors: HashMap<usize, (Node, usize)>,
    aliased: usize,
    diagnostics: &'d mut Diagnostics,
}

type Read<T> = Result<T, Fault>;

impl<'s> Reader<'s, '_> {
    fn next(&mut self) -> Read<(Event<'s>, Span)> {
        match self.events.next_event() {
            Some(Ok((event, span))) => {
                let span = self.span(span);
                Ok((event, span))
            }
            Some(Err(error)) => Err(self.syntax(&error)),
            None => Ok((Event::StreamEnd, self.end())),
        }
    }

    fn end(&self) -> Span {
        let end = self.places.text.len() as u32;
        Span { file: self.file, start: end, end }
    }

    fn span(&mut self, span: saphyr_parser::Span) -> Span {
        let start = self.places.byte(span.start.index());
        let end = self.places.byte(span.end.index()).max(start);
        Span { file: self.file, start, end }
    }

    fn syntax(&mut self, error: &ScanError) -> Fault {
        let start = self.places.byte(error.marker().index());
        let end = (start + 1).min(self.places.text.len() as u32).max(start);
        if error.info().contains("recursion limit") {
            let message = format!("the document nests more than {MAX_DEPTH} levels deep");
            return Fault { code: Code::TooDeep, span: Span { file: self.file, start, end }, message };
        }
        let message = format!("the text is not well-formed YAML: {}", error.info());
        Fault { code: Code::Syntax, span: Span { file: self.file, start, end }, message }
    }

    fn document(&mut self) -> Read<Option<Node>> {
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing, _) => {}
                (Event::StreamEnd, _) => return Ok(None),
                (event, span) => return self.node(event, span, 0).map(|(node, _)| Some(node)),
            }
        }
    }

    /// A node and how many nodes it holds, itself included.
    fn node(&mut self, event: Event<'s>, span: Span, depth: usize) -> Read<(Node, usize)> {
        if depth > MAX_DEPTH {
            let message = format!("the document nests more than {MAX_DEPTH} levels deep");
            return Err(Fault { code: Code::TooDeep, span, message });
        }
        let (node, size, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tag.as_deref();
                (Node { value: scalar(&text, style, tag), span }, 1, anchor)
            }
            Event::SequenceStart(anchor, _) => {
                let (node, size) = self.list(span, depth)?;
                (node, size, anchor)
            }
            Event::MappingStart(anchor, _) => {
                let (node, size) = self.map(span, depth)?;
                (node, size, anchor)
            }
            Event::Alias(anchor) => return self.alias(anchor, span),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => {
                let message = "the text ends inside a list or a mapping".to_owned();
                return Err(Fault { code: Code::Syntax, span, message });
            }
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok((node, size))
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Read<(Node, usize)> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            let message = "an alias stands inside the value that it names".to_owned();
            return Err(Fault { code: Code::Syntax, span, message });
        };
        self.aliased += size;
        if self.aliased > MAX_ALIASED_NODES {
            let message = format!("aliases add more than {MAX_ALIASED_NODES} values to the document");
            return Err(Fault { code: Code::TooLarge, span, message });
        }
        Ok((node.clone(), *size))
    }

    fn list(&mut self, start: Span, depth: usize) -> Read<(Node, usize)> {
        let (mut items, mut total) = (Vec::new(), 1);
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                let span =
                    Span { end: close(start, span, items.last().map(|node: &Node| node.span)), ..start };
                return Ok((Node { value: Value::List(items), span }, total));
            }
            let (node, size) = self.node(event, span, depth + 1)?;
            items.push(node);
            total += size;
        }
    }

    fn map(&mut self, start: Span, depth: usize) -> Read<(Node, usize)> {
        let (mut entries, mut merged, mut total) = (Vec::new(), Vec::new(), 1);
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                let span =
                    Span { end: close(start, span, entries.last().map(|e: &Entry| e.value.span)), ..start };
                merge(&mut entries, merged);
                return Ok((Node { value: Value::Map(Map::build(entries, self.diagnostics)), span }, total));
            }
            let plain = matches!(&event, Event::Scalar(_, ScalarStyle::Plain, ..));
            let text = match &event {
                Event::Scalar(text, ..) => Some(text.clone()),
                _ => None,
            };
            let (key, key_size) = self.node(event, span, depth + 1)?;
            let (event, value_span) = self.next()?;
            let (value, size) = self.node(event, value_span, depth + 1)?;
            total += key_size + size;
            match text.as_deref().or_else(|| key.lexeme()) {
                Some("<<") if plain => merged.push(value),
                Some(text) => entries.push(Entry { key: text.into(), at: key.span, value }),
                None => {
                    let message =
                        format!("a key must be a text, and this one is {}; it is left out", key.kind());
                    self.diagnostics.report(Code::BadKey, key.span, message);
                }
            }
        }
    }
}

/// Where a block or flow collection ends: at its closing bracket, or with its last value.
fn close(start: Span, end: Span, last: Option<Span>) -> u32 {
    if end.end > end.start { end.end } else { last.map_or(start.end, |last| last.end).max(start.start) }
}

/// Adds the entries of merged mappings that the mapping does not have itself.
fn merge(entries: &mut Vec<Entry>, merged: Vec<Node>) {
    if merged.is_empty() {
        return;
    }
    let sources = merged.iter().flat_map(|node| match &node.value {
        Value::List(list) => list.iter().collect(),
        Value::Map(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![node],
    });
    let mut known: HashSet<Box<str>> = entries.iter().map(|own| own.key.clone()).collect();
    for map in sources.filter_map(Node::as_map) {
        for entry in map.iter() {
            if known.insert(entry.key.clone()) {
                entries.push(entry.clone());
            }
        }
    }
}

/// YAML 1.2.2, section 10.3.2: the core schema's tag resolution.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    if let Some(tag) = tag.filter(|tag| tag.is_yaml_core_schema()) {
        if tag.suffix == "str" {
            return Value::String(text.into());
        }
    } else if style != ScalarStyle::Plain {
        return Value::String(text.into());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.into()), Value::Number),
    }
}

/// A number in JSON's spelling, when the core schema says that the text is one.
fn number(text: &str) -> Option<Box<str>> {
    let first = text.bytes().next()?;
    if !matches!(first, b'-' | b'+' | b'.' | b'0'..=b'9') {
        return None;
    }
    if super::tree::number(text).is_some() {
        return Some(text.into());
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return i128::from_str_radix(hex, 16).ok().map(|n| n.to_string().into());
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return i128::from_str_radix(octal, 8).ok().map(|n| n.to_string().into());
    }
    let (sign, rest) = match first {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let (digits, exponent) = match rest.find(['e', 'E']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    let json = format!("{sign}{whole}{fraction}{exponent}");
    super::tree::number(&json).map(|_| json.into())
}
