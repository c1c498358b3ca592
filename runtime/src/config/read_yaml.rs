//! YAML with its places, over the events of saphyr-parser. Plain scalars follow the core schema, as bodies in YAML do.

use super::finding::{Finding, Show};
use super::tree::{Item, Node, Origin, Source, Table, Value};
use crate::yaml::{is_text, number};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag};
use std::collections::HashMap;
use std::sync::Arc;

/// Values nested deeper are refused.
const MOST_DEPTH: usize = 64;
/// Aliases may make this many values of a file at most.
const MOST_NODES: usize = 50_000;

/// The tree of a file; the first fault of its syntax is told.
pub(super) fn read(source: &Arc<Source>, findings: &mut Vec<Finding>) -> Option<Node> {
    let events = Parser::new_from_str(&source.text);
    let bytes = source.text.char_indices().map(|(at, _)| at).collect();
    let mut reader = Reader { events, source, bytes, anchors: HashMap::new(), nodes: 0 };
    match reader.document() {
        Ok(node) => Some(node),
        Err((message, at)) => {
            let message = format!("this is not valid YAML: {message}");
            findings.push(Finding { show: Show::Nothing, ..Finding::new(message, at) });
            None
        }
    }
}

type Fault = (String, Origin);

struct Reader<'s> {
    events: Parser<'s, StrInput<'s>>,
    source: &'s Arc<Source>,
    /// By number of a character: its byte.
    bytes: Vec<usize>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl<'s> Reader<'s> {
    fn origin(&self, at: Span) -> Origin {
        let byte = |n: usize| self.bytes.get(n).copied().unwrap_or(self.source.text.len());
        Origin::File(self.source.clone(), byte(at.start.index()), byte(at.end.index()))
    }

    fn next(&mut self) -> Result<(Event<'s>, Span), Fault> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                Err((error.info().to_owned(), self.origin(Span::new(*error.marker(), *error.marker()))))
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn document(&mut self) -> Result<Node, Fault> {
        let mut read = None;
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing, _) => {}
                (Event::StreamEnd, _) => break,
                (_, at) if read.is_some() => {
                    return Err(("there is more than one document".to_owned(), self.origin(at)));
                }
                (event, at) => read = Some(self.node(event, at, 0)?),
            }
        }
        Ok(match read {
            Some(Node { value: Value::Null, .. }) | None => Node::default(),
            Some(node) => node,
        })
    }

    fn node(&mut self, event: Event<'s>, at: Span, depth: usize) -> Result<Node, Fault> {
        let from = self.origin(at);
        self.nodes += 1;
        if depth > MOST_DEPTH || self.nodes > MOST_NODES {
            return Err(("there is more than a configuration may hold".to_owned(), from));
        }
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, tag) => (anchor, scalar(&text, style, tag.as_deref())),
            Event::SequenceStart(anchor, _) => (anchor, self.list(depth)?),
            Event::MappingStart(anchor, _) => (anchor, self.mapping(depth)?),
            Event::Alias(anchor) => {
                let named = self.anchors.get(&anchor).cloned();
                let node = named.ok_or_else(|| ("an alias of nothing".to_owned(), from))?;
                self.nodes += size(&node);
                return Ok(node);
            }
            _ => return Err(("the text ends inside a list or a mapping".to_owned(), from)),
        };
        let node = Node { value, from };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn list(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut list = Vec::new();
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok(Value::List(list));
            }
            list.push(self.node(event, at, depth + 1)?);
        }
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, Fault> {
        let mut table = Table::new();
        loop {
            let (event, at) = self.next()?;
            let name = match event {
                Event::MappingEnd => return Ok(Value::Table(table)),
                Event::Scalar(text, ..) => text.into_owned(),
                _ => return Err(("a key is not a text".to_owned(), self.origin(at))),
            };
            let key = self.origin(at);
            let (event, at) = self.next()?;
            let node = self.node(event, at, depth + 1)?;
            let item = Item { key: key.clone(), is_loose: false, node };
            if table.insert(name, item).is_some() {
                return Err(("this key is there twice".to_owned(), key));
            }
        }
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(list) => list.iter().map(size).sum(),
        Value::Table(table) => table.values().map(|item| size(&item.node)).sum(),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => 0,
        Value::String(_) | Value::Text(_) => 0,
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    if is_text(style, tag) {
        return Value::String(text.to_owned());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(text) {
            Some(number) => match (number.parse(), number.parse()) {
                (Ok(whole), _) => Value::Integer(whole),
                (_, Ok(float)) => Value::Float(float),
                _ => Value::String(text.to_owned()),
            },
            None => Value::String(text.to_owned()),
        },
    }
}
