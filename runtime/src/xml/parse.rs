//! Text into a tree of elements (XML 1.0 with namespaces), within limits.

use crate::fault::Fault;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// Elements nested deeper are refused.
const MOST_DEPTH: usize = 64;
/// A document of more elements and attributes is refused: each costs far more than its text.
const MOST_NODES: usize = 100_000;
/// An element of more attributes is refused: each is compared with all before it.
const MOST_ATTRIBUTES: usize = 1000;
/// The namespace of `xsi:nil` and its like.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element or an attribute's name: without prefix, and its namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) local: String,
    pub(super) namespace: Option<String>,
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) tag: Tag,
    pub(super) attributes: Vec<(Tag, String)>,
    pub(super) children: Vec<Element>,
    /// All text directly inside, joined.
    pub(super) text: String,
    /// `xsi:nil="true"`
    pub(super) nil: bool,
}

struct Parser<'x> {
    reader: NsReader<&'x [u8]>,
    text: &'x str,
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
}

/// The root element.
pub(super) fn parse(text: &str) -> Result<Element, Fault> {
    if let Some(bad) = text.chars().find(|c| !is_char(*c)) {
        return Err(syntax(format!("the character U+{:04X} is not allowed", u32::from(bad))));
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut reader = NsReader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    let mut parser = Parser { reader, text, open: Vec::new(), root: None, nodes: 0 };
    while parser.event()? {}
    match (parser.open.last(), parser.root) {
        (Some(open), _) => Err(syntax(format!("the element `{}` is not closed", shown(&open.tag.local)))),
        (None, Some(root)) => Ok(root),
        (None, None) => Err(syntax("there is no element".to_owned())),
    }
}

fn limit(count: usize, most: usize, of: &str) -> Result<(), Fault> {
    if count <= most { Ok(()) } else { Err(Fault::new("size", format!("there may be {most} {of} at most"))) }
}

/// XML 1.0, production 2.
pub(super) fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn syntax(detail: String) -> Fault {
    Fault::new("syntax", format!("is not well-formed XML: {detail}"))
}

/// A name in a message.
pub(super) fn shown(name: &str) -> String {
    name.chars().take(64).collect()
}

impl Parser<'_> {
    /// Takes one event; false at the end.
    fn event(&mut self) -> Result<bool, Fault> {
        let event = self.reader.read_event();
        let event = event.map_err(|error| self.at(&error.to_string()))?;
        match event {
            Event::Start(start) => self.start(&start)?,
            Event::Empty(start) => {
                self.start(&start)?;
                self.end()?;
            }
            Event::End(_) => self.end()?,
            Event::Text(text) => self.push(&text.xml10_content())?,
            Event::CData(text) => self.cdata(&text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref();
                let found = match resolved.map_err(|error| self.at(&error.to_string()))? {
                    Some(c) => Some(c).filter(|c| is_char(*c)).map(String::from),
                    None => quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                        .map(str::to_owned),
                };
                match found {
                    Some(text) => self.cdata(&text)?,
                    None => return Err(self.at("an entity is not known")),
                }
            }
            Event::DocType(_) => return Err(self.at("a document type is not allowed")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return Ok(false),
        }
        Ok(true)
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), Fault> {
        if self.root.is_some() {
            return Err(self.at("there is more than one root element"));
        }
        if self.open.len() >= MOST_DEPTH {
            return Err(Fault::new("depth", format!("elements may be nested {MOST_DEPTH} deep at most")));
        }
        self.count()?;
        let (namespace, local) = self.reader.resolver().resolve_element(start.name());
        let tag = self.tag(&namespace, local.as_ref())?;
        let mut element =
            Element { tag, attributes: Vec::new(), children: Vec::new(), text: String::new(), nil: false };
        for (n, attribute) in start.attributes().enumerate() {
            self.count()?;
            limit(n + 1, MOST_ATTRIBUTES, "attributes of an element")?;
            let attribute = attribute.map_err(|error| self.at(&error.to_string()))?;
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let value = attribute.normalized_value(XmlVersion::Implicit1_0);
            let value = value.map_err(|error| self.at(&error.to_string()))?;
            if !value.chars().all(is_char) {
                return Err(self.at("a character is not allowed"));
            }
            let (namespace, local) = self.reader.resolver().resolve_attribute(attribute.key);
            let tag = self.tag(&namespace, local.as_ref())?;
            if tag.namespace.as_deref() == Some(INSTANCE) {
                element.nil |= tag.local == "nil" && matches!(value.trim(), "true" | "1");
            } else {
                element.attributes.push((tag, value.into_owned()));
            }
        }
        self.open.push(element);
        Ok(())
    }

    fn tag(&self, namespace: &ResolveResult<'_>, local: &str) -> Result<Tag, Fault> {
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => Some(namespace.0.to_owned()),
            ResolveResult::Unbound => None,
            ResolveResult::Unknown(_) => return Err(self.at("a prefix is not declared")),
        };
        Ok(Tag { local: local.to_owned(), namespace })
    }

    fn count(&mut self) -> Result<(), Fault> {
        self.nodes += 1;
        limit(self.nodes, MOST_NODES, "elements and attributes")
    }

    fn end(&mut self) -> Result<(), Fault> {
        let Some(element) = self.open.pop() else { return Err(self.at("an element ends that is not open")) };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    /// Text that may stand outside of the root element if it is blank.
    fn push(&mut self, text: &str) -> Result<(), Fault> {
        if self.open.is_empty() && text.trim().is_empty() { Ok(()) } else { self.cdata(text) }
    }

    fn cdata(&mut self, text: &str) -> Result<(), Fault> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None => return Err(self.at("there is text outside of the root element")),
        }
        Ok(())
    }

    fn at(&self, detail: &str) -> Fault {
        let position = usize::try_from(self.reader.error_position().max(self.reader.buffer_position()));
        let before = self.text.get(..position.unwrap_or(usize::MAX)).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let detail: String = detail.chars().take(200).collect();
        syntax(format!("{detail} (line {line}, column {column})"))
    }
}
