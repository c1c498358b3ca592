//! A tree of elements into the value that JSON would give, by the table of a type.

use super::parse::{Element, Tag, parse, shown};
use super::{Body, Kind, Name, Root, Shape, Type, Xml};
use crate::fault::{Fault, MOST_FAULTS, Step};
use crate::json::node::Node;
use crate::json::{Reading, examine};
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::HashMap;

/// Reads a document.
pub(crate) fn read<T: DeserializeOwned + Type>(text: &str) -> Reading<T> {
    let failed = |fault| Reading { value: None, faults: vec![fault], placeholders: Vec::new() };
    let element = match parse(text) {
        Ok(element) => element,
        Err(fault) => return failed(fault),
    };
    let root = T::root();
    if !root.name.local.is_empty() && !fits(root.name, &element.tag) {
        let detail =
            format!("the root element is not `{}` but `{}`", root.name.local, shown(&element.tag.local));
        return failed(Fault::new("type", detail));
    }
    let mut faults = Vec::new();
    let node = inside(root, &element, &mut faults);
    let mut reading = examine(Some(&node));
    reading.faults.splice(0..0, faults);
    reading.faults.truncate(MOST_FAULTS);
    reading
}

/// Is this its name? A namespace that neither side leaves open must be the same.
fn fits(name: Name, tag: &Tag) -> bool {
    let namespace = tag.namespace.as_deref().unwrap_or_default();
    name.local == tag.local
        && (name.namespace.is_empty() || namespace.is_empty() || name.namespace == namespace)
}

/// Steps into a value, and says of the faults found there that they are there.
fn step<T>(faults: &mut Vec<Fault>, at: impl Fn() -> Step, read: impl FnOnce(&mut Vec<Fault>) -> T) -> T {
    let first = faults.len();
    let value = read(faults);
    faults.iter_mut().skip(first).for_each(|fault| fault.within(at()));
    value
}

fn key(name: &str) -> Step {
    Step::Key(Cow::Owned(name.to_owned()))
}

fn fault(faults: &mut Vec<Fault>, fault: Fault) {
    if faults.len() < MOST_FAULTS {
        faults.push(fault);
    }
}

fn inside<'e>(root: Root, element: &'e Element, faults: &mut Vec<Fault>) -> Node<'e> {
    if element.nil {
        return Node::Null;
    }
    match root.body {
        Body::Object(members) => object(&|| members.iter().copied(), element, faults),
        Body::OneOf(_) => {
            let members = union(root);
            object(&|| members.iter().copied(), element, faults)
        }
        Body::List(item) => {
            let item = item();
            let items = element.children.iter().enumerate();
            let read = |(n, child)| step(faults, || Step::Index(n), |faults| inside(item, child, faults));
            Node::Array(items.map(read).collect())
        }
        Body::Text => text(element, faults),
        Body::Any => any(element),
    }
}

/// The members of all variants: which variant it is, is decided by the value that they make.
fn union(root: Root) -> Vec<(&'static str, Xml)> {
    let mut all: Vec<(&'static str, Xml)> = Vec::new();
    let mut open = vec![root];
    let mut steps = 0;
    while let Some(root) = open.pop() {
        steps += 1;
        match root.body {
            Body::Object(members) => {
                all.extend(
                    members
                        .iter()
                        .filter(|(key, _)| all.iter().all(|(known, _)| known != key))
                        .copied()
                        .collect::<Vec<_>>(),
                );
            }
            // A union of unions that leads back to itself.
            Body::OneOf(variants) if steps < 64 => open.extend(variants.iter().rev().map(|root| root())),
            Body::OneOf(_) | Body::List(_) | Body::Text | Body::Any => {}
        }
    }
    all
}

fn text<'e>(element: &'e Element, faults: &mut Vec<Fault>) -> Node<'e> {
    if let Some(child) = element.children.first() {
        let detail = format!("expected text, found the element `{}`", shown(&child.tag.local));
        fault(faults, Fault::new("type", detail));
    }
    Node::Text(Cow::Borrowed(&element.text))
}

fn any(element: &Element) -> Node<'_> {
    if element.nil {
        return Node::Null;
    }
    if element.attributes.is_empty() && element.children.is_empty() {
        return Node::Text(Cow::Borrowed(&element.text));
    }
    let mut others = Others::default();
    for (tag, value) in &element.attributes {
        others.push(&tag.local, Node::Text(Cow::Borrowed(value)));
    }
    for child in &element.children {
        others.push(&child.tag.local, any(child));
    }
    Node::Object(others.entries)
}

/// What no member is: kept under its own name, as a list if it comes again.
#[derive(Default)]
struct Others<'e> {
    entries: Vec<(Cow<'e, str>, Node<'e>)>,
    places: HashMap<&'e str, (usize, bool)>,
}

impl<'e> Others<'e> {
    fn push(&mut self, name: &'e str, node: Node<'e>) {
        let (place, many) = self.places.entry(name).or_insert((self.entries.len(), false));
        match self.entries.get_mut(*place) {
            None => self.entries.push((Cow::Borrowed(name), node)),
            Some((_, Node::Array(items))) if *many => items.push(node),
            Some((_, first)) => {
                *many = true;
                let before = std::mem::replace(first, Node::Null);
                *first = Node::Array(vec![before, node]);
            }
        }
    }
}

fn object<'e, I: Iterator<Item = (&'static str, Xml)>>(
    members: &dyn Fn() -> I,
    element: &'e Element,
    faults: &mut Vec<Fault>,
) -> Node<'e> {
    let mut slots: Vec<Option<Node<'e>>> = members().map(|_| None).collect();
    let mut others = Others::default();
    for (tag, value) in &element.attributes {
        let found = members().position(|(_, xml)| xml.kind == Kind::Attribute && fits(xml.name, tag));
        let place = found.and_then(|n| slots.get_mut(n));
        match place {
            // XML itself refuses an attribute that is there twice.
            Some(slot) => *slot = Some(Node::Text(Cow::Borrowed(value))),
            None => unknown(members, &tag.local, &mut others, faults, || Node::Text(Cow::Borrowed(value))),
        }
    }
    for child in &element.children {
        let found = members().enumerate().find(|(_, (_, xml))| match xml.kind {
            Kind::Element => fits(xml.name, &child.tag),
            Kind::Bare => xml.item.is_some_and(|item| fits(item, &child.tag)),
            Kind::Attribute | Kind::Text | Kind::Cdata => false,
        });
        match found.and_then(|(n, member)| Some((slots.get_mut(n)?, member))) {
            Some((slot, (name, xml))) => step(faults, || key(name), |faults| fill(slot, xml, child, faults)),
            None => unknown(members, &child.tag.local, &mut others, faults, || any(child)),
        }
    }
    own_text(members, element, &mut slots, faults);
    let mut entries = others.entries;
    for ((name, xml), slot) in members().zip(slots) {
        let empty = || (xml.required && xml.kind == Kind::Bare).then(|| Node::Array(Vec::new()));
        if let Some(node) = slot.or_else(empty) {
            entries.push((Cow::Borrowed(name), node));
        }
    }
    Node::Object(entries)
}

/// The text of the element itself.
fn own_text<'e, I: Iterator<Item = (&'static str, Xml)>>(
    members: &dyn Fn() -> I,
    element: &'e Element,
    slots: &mut [Option<Node<'e>>],
    faults: &mut Vec<Fault>,
) {
    let place = members().position(|(_, xml)| matches!(xml.kind, Kind::Text | Kind::Cdata));
    match place.and_then(|n| slots.get_mut(n)) {
        Some(slot) if !element.text.is_empty() || element.children.is_empty() => {
            *slot = Some(Node::Text(Cow::Borrowed(&element.text)));
        }
        Some(_) => {}
        None if element.text.trim().is_empty() => {}
        None => fault(faults, Fault::new("unknown", "text is not expected here")),
    }
}

/// A name that no member has. One that is the key of a member which is called otherwise in XML cannot be kept.
fn unknown<'e, I: Iterator<Item = (&'static str, Xml)>>(
    members: &dyn Fn() -> I,
    name: &'e str,
    others: &mut Others<'e>,
    faults: &mut Vec<Fault>,
    node: impl FnOnce() -> Node<'e>,
) {
    if members().any(|(known, _)| known == name) {
        let mut found = Fault::new("unknown", "is not known under this name in XML");
        found.within(key(name));
        fault(faults, found);
    } else {
        others.push(name, node());
    }
}

/// Puts what an element holds into a member's slot.
fn fill<'e>(slot: &mut Option<Node<'e>>, xml: Xml, child: &'e Element, faults: &mut Vec<Fault>) {
    match (xml.item, xml.kind) {
        (Some(_), Kind::Bare) => {
            let Node::Array(items) = slot.get_or_insert_with(|| Node::Array(Vec::new())) else { return };
            let at = items.len();
            items.push(step(faults, || Step::Index(at), |faults| shape(xml.shape, child, faults)));
        }
        _ if slot.is_some() => fault(faults, Fault::new("duplicate", "this element is there twice")),
        (Some(_), _) if child.nil => *slot = Some(Node::Null),
        (Some(item), _) => *slot = Some(wrapped(item, xml.shape, child, faults)),
        (None, _) => *slot = Some(shape(xml.shape, child, faults)),
    }
}

fn wrapped<'e>(item: Name, of: Shape, wrapper: &'e Element, faults: &mut Vec<Fault>) -> Node<'e> {
    let mut items = Vec::new();
    for child in &wrapper.children {
        let at = items.len();
        if fits(item, &child.tag) {
            items.push(step(faults, || Step::Index(at), |faults| shape(of, child, faults)));
        } else {
            let detail =
                format!("expected the element `{}`, found `{}`", item.local, shown(&child.tag.local));
            fault(faults, Fault::new("unknown", detail));
        }
    }
    if !wrapper.text.trim().is_empty() {
        fault(faults, Fault::new("type", format!("expected elements `{}`, found text", item.local)));
    }
    Node::Array(items)
}

fn shape<'e>(shape: Shape, element: &'e Element, faults: &mut Vec<Fault>) -> Node<'e> {
    match shape {
        _ if element.nil => Node::Null,
        Shape::Text => text(element, faults),
        Shape::Any => any(element),
        Shape::Type(root) => inside(root(), element, faults),
    }
}
