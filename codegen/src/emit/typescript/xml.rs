//! `xml.ts`: how each type stands in XML, as tables of `markup.ts`, which is the same for all.

use super::headers::scalar;
use super::text::{Code, list, object, string, wide_object};
use super::{Context, filters};
use crate::check::xml::{Inside, XmlMember, XmlName};
use crate::ir::{Kind, Shape, Ty, TypeId, XmlNode};
use askama::Template;

/// What reads and writes.
pub(super) const MARKUP: &str = include_str!("../../../templates/typescript/markup.ts");

#[derive(Template)]
#[template(path = "typescript/xml.ts")]
struct File {
    types: Vec<Named>,
}

struct Named {
    name: Code,
    table: Code,
}

/// Prints the file; `None` where nothing travels in XML.
pub(super) fn print(cx: &Context<'_>) -> Option<String> {
    let known = cx.checked.order.iter().filter_map(|id| Some((*id, cx.checked.xml.get(id)?)));
    let types: Vec<Named> = known
        .map(|(id, (name, members))| Named {
            name: Code(cx.names.ty(id).to_owned()),
            table: Code(table(cx, id, name, members)),
        })
        .collect();
    (!types.is_empty()).then(|| super::rendered(&File { types }))
}

/// What the runtime is told of a body.
pub(super) fn codec(cx: &Context<'_>, ty: &Ty) -> String {
    format!("m.xml({})", of(cx, ty, "x."))
}

fn table(cx: &Context<'_>, id: TypeId, name: &XmlName, members: &[XmlMember]) -> String {
    let shape = &cx.checked.api.types.get(id).shape;
    let body = match shape {
        Shape::Struct(_) => {
            let members: Vec<String> = members.iter().map(|one| member(cx, id, one)).collect();
            format!(
                "members: [\n{}  ]",
                members.iter().map(|one| format!("    {one},\n")).collect::<String>()
            )
        }
        Shape::Union(union) => {
            let variants = union.variants.iter().map(|variant| of(cx, &variant.ty, ""));
            format!("oneOf: {}", list(variants, "[", "]"))
        }
        Shape::Enum(_) => format!("of: {}", string(scalar_of(cx, id))),
        Shape::Alias(alias) => match &alias.ty.kind {
            Kind::List(item) => format!("list: {}", of(cx, item, "")),
            _ => "of: \"any\"".to_owned(),
        },
    };
    wide_object(&[format!("name: {}", spelled(name)), body], "")
}

fn scalar_of(cx: &Context<'_>, id: TypeId) -> &'static str {
    match &cx.checked.api.types.get(id).shape {
        Shape::Enum(list) if list.repr == crate::ir::EnumRepr::Integer => "number",
        Shape::Enum(_) | Shape::Struct(_) | Shape::Union(_) | Shape::Alias(_) => "text",
    }
}

fn spelled(name: &XmlName) -> String {
    let XmlName { local, prefix, namespace } = name;
    let parts = match (prefix.as_str(), namespace.as_str()) {
        ("", "") => vec![local],
        (_, "") => vec![local, prefix],
        _ => vec![local, prefix, namespace],
    };
    list(parts.into_iter().map(|part| string(part)), "[", "]")
}

fn member(cx: &Context<'_>, of_type: TypeId, member: &XmlMember) -> String {
    let api = &cx.checked.api;
    let bare = member.node == XmlNode::None && member.item.is_some();
    let word = match member.node {
        XmlNode::None if bare => "bare",
        XmlNode::Attribute => "attribute",
        XmlNode::Text => "text",
        XmlNode::Cdata => "cdata",
        XmlNode::Element | XmlNode::None => "element",
    };
    let own = match &api.types.get(of_type).shape {
        Shape::Struct(object) => object.fields.iter().find(|field| field.decl.name.text() == member.key),
        Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => None,
    };
    let inner = own.map(|field| match api.resolve(api.without_null(&field.ty).0).0 {
        Kind::List(item) if member.item.is_some() => item,
        _ => &field.ty,
    });
    let inside = match (inner, &member.inside) {
        (Some(ty), Inside::Text | Inside::Any) => of(cx, ty, ""),
        (None, Inside::Text) => "\"text\"".to_owned(),
        (None, Inside::Any) => "\"any\"".to_owned(),
        (_, Inside::Type(id)) => format!("() => {}", cx.names.ty(*id)),
    };
    let mut entries = vec![format!("key: {}", string(&member.key)), format!("as: {}", string(word))];
    if !member.name.local.is_empty() && !bare {
        entries.push(format!("name: {}", spelled(&member.name)));
    }
    entries.extend(member.item.as_ref().map(|item| format!("item: {}", spelled(item))));
    entries.push(format!("of: {inside}"));
    if bare && member.required {
        entries.push("required: true".to_owned());
    }
    object(entries.into_iter())
}

/// What stands inside of an element: `prefix` is that of the tables.
fn of(cx: &Context<'_>, ty: &Ty, prefix: &str) -> String {
    let api = &cx.checked.api;
    if let Some(word) = scalar(cx, ty) {
        return string(word);
    }
    match api.resolve(api.without_null(ty).0).0 {
        Kind::Named(id) if cx.checked.xml.contains_key(id) => format!("() => {prefix}{}", cx.names.ty(*id)),
        Kind::List(item) => format!("{{ list: {} }}", of(cx, item, prefix)),
        Kind::Map(value) => format!("{{ map: {} }}", of(cx, value, prefix)),
        Kind::Prim(_) => "\"text\"".to_owned(),
        Kind::Named(_) | Kind::Tuple(_) | Kind::Nullable(_) | Kind::Any => "\"any\"".to_owned(),
    }
}
