//! TOML with its places.

use super::finding::{Finding, Show};
use super::tree::{Item, Node, Origin, Source, Table, Value};
use std::ops::Range;
use std::sync::Arc;
use toml::de::{DeFloat, DeInteger, DeTable, DeValue};

/// The tree of a file; faults of its syntax are told.
pub(super) fn read(source: &Arc<Source>, findings: &mut Vec<Finding>) -> Option<Node> {
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    for error in &errors {
        let at = origin(source, error.span().unwrap_or(0..0));
        let message = format!("this is not valid TOML: {}", error.message().replace('\n', ", "));
        findings.push(Finding { show: Show::Nothing, ..Finding::new(message, at) });
    }
    if !errors.is_empty() {
        return None;
    }
    let mut reader = Reader { source, findings };
    let span = table.span();
    Some(reader.table(table.get_ref(), span))
}

/// One value, as it may stand behind a `=`.
pub(super) fn value(text: &str, from: &Origin) -> Option<Node> {
    let source = Arc::new(Source { name: String::new(), text: text.to_owned() });
    let value = DeValue::parse(&source.text).ok()?;
    let mut findings = Vec::new();
    let mut node = Reader { source: &source, findings: &mut findings }.node(value.get_ref(), value.span());
    relocate(&mut node, from);
    findings.is_empty().then_some(node)
}

/// Says of everything that it comes from elsewhere.
fn relocate(node: &mut Node, from: &Origin) {
    node.from = from.clone();
    match &mut node.value {
        Value::List(list) => list.iter_mut().for_each(|node| relocate(node, from)),
        Value::Table(table) => table.values_mut().for_each(|item| {
            item.key = from.clone();
            relocate(&mut item.node, from);
        }),
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) => {}
        Value::String(_) | Value::Text(_) => {}
    }
}

fn origin(source: &Arc<Source>, span: Range<usize>) -> Origin {
    Origin::File(source.clone(), span.start, span.end)
}

struct Reader<'a> {
    source: &'a Arc<Source>,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn table(&mut self, table: &DeTable<'_>, span: Range<usize>) -> Node {
        let mut entries = Table::new();
        for (key, value) in table {
            let node = self.node(value.get_ref(), value.span());
            let at = origin(self.source, key.span());
            entries.insert(key.get_ref().to_string(), Item { key: at, is_loose: false, node });
        }
        Node { value: Value::Table(entries), from: origin(self.source, span) }
    }

    fn node(&mut self, value: &DeValue<'_>, span: Range<usize>) -> Node {
        let from = origin(self.source, span.clone());
        let value = match value {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Boolean(truth) => Value::Bool(*truth),
            DeValue::Datetime(moment) => Value::String(moment.to_string()),
            DeValue::Integer(number) => self.integer(number, &from),
            DeValue::Float(number) => float(number),
            DeValue::Array(list) => {
                let nodes = list.iter().map(|value| self.node(value.get_ref(), value.span()));
                Value::List(nodes.collect())
            }
            DeValue::Table(table) => return self.table(table, span),
        };
        Node { value, from }
    }

    fn integer(&mut self, number: &DeInteger<'_>, from: &Origin) -> Value {
        i64::from_str_radix(number.as_str(), number.radix()).map_or_else(
            |_| {
                self.findings.push(Finding::new("numbers have 64 bits at most", from.clone()));
                Value::Null
            },
            Value::Integer,
        )
    }
}

fn float(number: &DeFloat<'_>) -> Value {
    number.as_str().parse().map_or(Value::Null, Value::Float)
}
