//! XML: which types travel in it, and what each of their members is there.

use super::media::{essence, shown};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Content, Decl, Field, Kind, Name, Presence, Shape, Ty, TypeId, Xml, XmlNode};
use std::collections::BTreeMap;

/// A name in XML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct XmlName {
    /// Without its prefix; may be empty.
    pub local: String,
    /// The prefix.
    pub prefix: String,
    /// The namespace.
    pub namespace: String,
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmlMember {
    /// Its key in JSON.
    pub key: String,
    /// What it is; `None`: the items of a list, side by side.
    pub node: XmlNode,
    /// Its name; empty for text.
    pub name: XmlName,
    /// The name of its items, if it is a list.
    pub item: Option<XmlName>,
    /// What it holds, or its items.
    pub inside: Inside,
    /// Whether an empty list stands for one that is not there.
    pub required: bool,
}

/// What stands inside of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inside {
    /// Text.
    Text,
    /// Whatever there is.
    Any,
    /// A type with a table.
    Type(TypeId),
}

/// By type that travels in XML: its name as a document, and the members of a struct.
pub type XmlTypes = BTreeMap<TypeId, (XmlName, Vec<XmlMember>)>;

/// True for `application/xml`, `text/xml` and any `+xml` (RFC 7303).
#[must_use]
pub fn is_xml(media_type: &str) -> bool {
    let essence = essence(media_type);
    matches!(essence.as_str(), "application/xml" | "text/xml") || essence.ends_with("+xml")
}

/// Can a body of this type be XML? A tuple, and text that users gave a type of their own, have no table.
#[must_use]
pub fn can_be_xml(api: &Api, ty: &Ty, mapped: &impl Fn(&crate::ir::Format) -> bool) -> bool {
    match api.resolve(api.without_null(ty).0).0 {
        Kind::Prim(crate::ir::Prim::String(format)) => !mapped(format),
        Kind::Tuple(_) => false,
        Kind::List(item) => can_be_xml(api, item, mapped),
        Kind::Prim(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Named(_) | Kind::Any => true,
    }
}

/// Every type that XML reaches.
pub(super) fn types(api: &Api, diagnostics: &mut Diagnostics) -> XmlTypes {
    let mut found = XmlTypes::new();
    let mut open: Vec<TypeId> = Vec::new();
    let requests =
        api.endpoints.iter().filter_map(|endpoint| endpoint.body.as_ref()).flat_map(|body| &body.content);
    let answers =
        api.endpoints.iter().flat_map(|endpoint| &endpoint.responses).flat_map(|answer| &answer.content);
    for content in requests.chain(answers).filter(|content: &&Content| is_xml(&content.media_type)) {
        content.ty.each_id(&mut |id| open.push(id));
    }
    let roots = open.clone();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let def = api.types.get(id);
        // Plain aliases are looked through, but their ids lead on.
        def.each_ty(&mut |ty| ty.each_id(&mut |id| open.push(id)));
        if matches!(&def.shape, Shape::Alias(alias) if !alias.recursive) {
            continue;
        }
        // Inside of others an enumeration is text like any other.
        if matches!(def.shape, Shape::Enum(_)) && !roots.contains(&id) {
            continue;
        }
        let members = match &def.shape {
            Shape::Struct(object) => {
                object.fields.iter().filter_map(|field| member(api, field, diagnostics)).collect()
            }
            Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => Vec::new(),
        };
        found.insert(id, (root(&def.decl), members));
    }
    found
}

/// The name of a type as a document (OpenAPI 3.2, section 4.26.2 "XML Node Names").
fn root(decl: &Decl) -> XmlName {
    let own = match &decl.name {
        Name::Given(name) => name.clone(),
        Name::Derived(path) => path.last().cloned().unwrap_or_default(),
    };
    named(decl.hints.xml.as_deref(), &own)
}

fn named(xml: Option<&Xml>, otherwise: &str) -> XmlName {
    let text = |of: fn(&Xml) -> &Option<String>| xml.and_then(|xml| of(xml).clone());
    XmlName {
        local: text(|xml| &xml.name).unwrap_or_else(|| otherwise.to_owned()),
        prefix: text(|xml| &xml.prefix).unwrap_or_default(),
        namespace: text(|xml| &xml.namespace).unwrap_or_default(),
    }
}

/// What the definition says that a type names; aliases lend what they say.
fn definition<'a>(api: &'a Api, ty: &'a Ty) -> Option<&'a Xml> {
    match &api.without_null(ty).0.kind {
        Kind::Named(id) => {
            let def = api.types.get(*id);
            let inner = match &def.shape {
                Shape::Alias(alias) if !alias.recursive => Some(&alias.ty),
                _ => None,
            };
            def.decl.hints.xml.as_deref().or_else(|| inner.and_then(|ty| definition(api, ty)))
        }
        _ => None,
    }
}

fn inside(api: &Api, ty: &Ty) -> Inside {
    match api.resolve(api.without_null(ty).0).0 {
        Kind::Prim(_) => Inside::Text,
        Kind::Named(id) if matches!(api.types.get(*id).shape, Shape::Enum(_)) => Inside::Text,
        Kind::Named(id) => Inside::Type(*id),
        Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => Inside::Any,
    }
}

fn member(api: &Api, field: &Field, diagnostics: &mut Diagnostics) -> Option<XmlMember> {
    let key = field.decl.name.text();
    let own = field.decl.hints.xml.as_deref();
    let target = definition(api, &field.ty);
    let node = own.and_then(|xml| xml.node).or_else(|| target.and_then(|xml| xml.node));
    let name = named(own.filter(|xml| xml.name.is_some()).or(target).or(own), &key);
    let required = field.presence == Presence::Required;
    if let Kind::List(item) = api.resolve(api.without_null(&field.ty).0).0 {
        let about =
            own.and_then(|xml| xml.item.as_deref()).or_else(|| target.and_then(|xml| xml.item.as_deref()));
        let about = about.filter(|xml| xml.name.is_some()).or_else(|| definition(api, item)).or(about);
        let wrapped = node == Some(XmlNode::Element);
        let otherwise = if wrapped { &name.local } else { &key };
        let item_name = named(about, otherwise);
        if !matches!(node, None | Some(XmlNode::Element | XmlNode::None)) {
            unusable(field, "a list cannot be an attribute or text", diagnostics);
        }
        let node = if wrapped { XmlNode::Element } else { XmlNode::None };
        return Some(XmlMember {
            key,
            node,
            name,
            item: Some(item_name),
            inside: inside(api, item),
            required,
        });
    }
    let inside = inside(api, &field.ty);
    let node = match node {
        Some(XmlNode::Attribute | XmlNode::Text | XmlNode::Cdata) if inside != Inside::Text => {
            unusable(field, "an object cannot be an attribute or text", diagnostics);
            XmlNode::Element
        }
        // What a reference leads to makes the element (3.2); anything else cannot do without.
        None | Some(XmlNode::None) => XmlNode::Element,
        Some(node) => node,
    };
    Some(XmlMember { key, node, name, item: None, inside, required })
}

fn unusable(field: &Field, what: &str, diagnostics: &mut Diagnostics) {
    let message = format!("`{}`: {what} in XML; it is an element", shown(&field.decl.name.text()));
    diagnostics.report(Code::BadXml, field.decl.span, message);
}
