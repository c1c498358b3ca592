//! Text into a tree of elements (XML 1.0 with namespaces), within limits and without document types.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// Elements nested deeper are refused.
const MAX_DEPTH: usize = 64;

/// A document of more elements and attributes is refused: each costs far more than its text.
const MAX_NODES: usize = 100_000;

/// Each attribute of an element is compared with all before it.
const MAX_ATTRIBUTES: usize = 1_000;

/// The namespace of `xsi:nil`.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element; names are without prefixes.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// All text directly inside, joined.
    pub(super) text: String,
    /// `xsi:nil="true"`
    pub(super) nil: bool,
}

/// The root element.
///
/// # Errors
/// A sentence that says why the text is not well-formed.
pub(super) fn parse(text: &str) -> Result<Element, String> {
    let mut reader = NsReader::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(text));
    reader.config_mut().enable_all_checks(true);
    let mut open: Vec<Element> = Vec::new();
    let (mut root, mut nodes) = (None, 0);
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let ended = matches!(event, Event::End(_) | Event::Empty(_));
        let text = match event {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) => {
                if root.is_some() || open.len() >= MAX_DEPTH {
                    return Err(
                        "there is a second root element, or elements are nested too deeply".to_owned()
                    );
                }
                let element = element(&reader, &start)?;
                nodes += 1 + element.attributes.len();
                if nodes > MAX_NODES {
                    return Err(format!("there may be {MAX_NODES} elements and attributes at most"));
                }
                open.push(element);
                None
            }
            Event::Text(text) => Some(text.xml10_content().into_owned()),
            Event::CData(text) => Some(text.xml10_content().into_owned()),
            Event::GeneralRef(reference) => {
                Some(match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(letter) => letter.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
                        .ok_or("an entity is not known")?
                        .to_owned(),
                })
            }
            Event::DocType(_) => return Err("a document type is not allowed".to_owned()),
            Event::End(_) | Event::Decl(_) | Event::PI(_) | Event::Comment(_) => None,
        };
        if let Some(text) = text {
            match open.last_mut() {
                Some(element) => element.text.push_str(&text),
                None if text.trim().is_empty() => {}
                None => return Err("there is text outside of the root element".to_owned()),
            }
        }
        if ended && let Some(element) = open.pop() {
            match open.last_mut() {
                Some(parent) => parent.children.push(element),
                None => root = Some(element),
            }
        }
    }
    match open.last() {
        Some(element) => Err(format!("the element `{}` is not closed", element.name)),
        None => root.ok_or_else(|| "there is no element".to_owned()),
    }
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, String> {
    let (namespace, name) = reader.resolver().resolve_element(start.name());
    if matches!(namespace, ResolveResult::Unknown(_)) {
        return Err("a prefix is not declared".to_owned());
    }
    let mut element = Element { name: name.as_ref().to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if element.attributes.len() >= MAX_ATTRIBUTES {
            return Err(format!("an element may have {MAX_ATTRIBUTES} attributes at most"));
        }
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        match namespace {
            ResolveResult::Unknown(_) => return Err("a prefix is not declared".to_owned()),
            ResolveResult::Bound(namespace) if namespace.0 == INSTANCE => {
                element.nil |= name.as_ref() == "nil" && matches!(value.trim(), "true" | "1");
            }
            ResolveResult::Bound(_) | ResolveResult::Unbound => {
                element.attributes.push((name.as_ref().to_owned(), value.into_owned()));
            }
        }
    }
    Ok(element)
}
