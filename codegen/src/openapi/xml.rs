//! The `xml` keyword of a schema.

use super::document::Document;
use super::tree::{Node, Value};
use crate::code::Code;
use crate::ir::{Xml, XmlNode};

/// What a schema says of its place in XML; what it says of its items too.
pub(crate) fn xml<'t>(document: &mut Document<'t, '_>, node: &'t Node) -> Option<Xml> {
    let item = node.get("items").and_then(|items| own(document, items)).map(Box::new);
    match (own(document, node), item) {
        (None, None) => None,
        (own, item) => Some(Xml { item, ..own.unwrap_or_default() }),
    }
}

fn own<'t>(document: &mut Document<'t, '_>, node: &'t Node) -> Option<Xml> {
    // Only schemas have it; other objects of a document that have hints may have a key of this name too.
    let xml = node.get("xml").filter(|xml| matches!(xml.value, Value::Map(_)))?;
    let known = ["name", "namespace", "prefix", "attribute", "wrapped", "nodeType"];
    document.known(xml, &known);
    let text = |document: &mut Document<'t, '_>, key| document.text(xml, key).map(str::to_owned);
    let name = text(document, "name").filter(|name| usable(document, xml, "name", name));
    let prefix =
        text(document, "prefix").filter(|name| name.is_empty() || usable(document, xml, "prefix", name));
    let namespace = text(document, "namespace");
    let node = kind(document, xml);
    Some(Xml { name, prefix: prefix.filter(|prefix| !prefix.is_empty()), namespace, node, item: None })
}

/// XML 1.0, production 5, without the colon that namespaces use.
fn usable<'t>(document: &mut Document<'t, '_>, xml: &'t Node, key: &str, name: &str) -> bool {
    let letter = |c: char| c.is_alphabetic() || c == '_';
    let good =
        name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_numeric() || "-.".contains(c));
    if !good {
        let at = xml.get(key).map_or(xml.span, |at| at.span);
        let shown: String = name.chars().take(60).collect();
        let message = format!("`{}` is not a name in XML; it is ignored", shown.escape_debug());
        document.report(Code::BadXml, at, message).help(
            "begin with a letter, go on with letters, digits, `-`, `.` and `_`; a prefix has its own key",
        );
    }
    good
}

fn kind<'t>(document: &mut Document<'t, '_>, xml: &'t Node) -> Option<XmlNode> {
    if let Some(node) = xml.get("nodeType") {
        let kind = match node.as_str() {
            Some("element") => XmlNode::Element,
            Some("attribute") => XmlNode::Attribute,
            Some("text") => XmlNode::Text,
            Some("cdata") => XmlNode::Cdata,
            Some("none") => XmlNode::None,
            _ => {
                document
                    .report(Code::BadXml, node.span, "this is not a `nodeType`; it is ignored")
                    .help("one of element, attribute, text, cdata, none");
                return None;
            }
        };
        return Some(kind);
    }
    if document.flag(xml, "attribute") == Some(true) {
        return Some(XmlNode::Attribute);
    }
    (document.flag(xml, "wrapped") == Some(true)).then_some(XmlNode::Element)
}
