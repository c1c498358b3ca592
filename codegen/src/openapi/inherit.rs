//! Inheritance as OpenAPI 3.0 describes it: a schema with a discriminator and no `oneOf`, which others extend through
//! `allOf`. Where it is used, any of its heirs may stand.

use std::collections::HashMap;

use super::document::{Address, address};
use super::lower::{Body, Lower, Lowered, step};
use super::schema::{Piece, Schema};
use super::tree::{Map, Node};
use super::union::{defined, mapping, property_name};
use crate::ir::{Decl, Kind, Look, Name, Shape, Tag, Ty, Union, UnionVariant};

/// Finds the heirs of every schema with a discriminator and no choice.
pub(crate) fn find_heirs<'t>(lower: &mut Lower<'t, '_>, schemas: &'t Map) {
    let mut children: HashMap<Address, Vec<(&'t str, &'t Node)>> = HashMap::new();
    for entry in schemas.iter() {
        for part in entry.value.get("allOf").and_then(Node::as_list).unwrap_or_default() {
            if let Some(target) = lower.document.target(part) {
                children.entry(address(target.node)).or_default().push((&entry.key, &entry.value));
            }
        }
    }
    for entry in schemas.iter() {
        let node = &entry.value;
        let is_base =
            node.get("discriminator").is_some() && node.get("oneOf").is_none() && node.get("anyOf").is_none();
        if !is_base {
            continue;
        }
        let mut heirs: Vec<(&'t str, &'t Node)> = Vec::new();
        let mut open = vec![address(node)];
        while let Some(at) = open.pop() {
            for (name, child) in children.get(&at).into_iter().flatten() {
                if address(child) != address(node)
                    && !heirs.iter().any(|(_, known)| address(known) == address(child))
                {
                    heirs.push((name, child));
                    open.push(address(child));
                }
            }
        }
        if !heirs.is_empty() {
            lower.heirs.insert(address(node), heirs);
        }
    }
}

/// The union that stands for a base: its heirs, and the base itself where the mapping names it.
pub(crate) fn union_of_heirs<'t>(
    lower: &mut Lower<'t, '_>,
    node: &'t Node,
    schema: &Schema<'t>,
    path: &[String],
) -> Lowered {
    let heirs = lower.heirs.get(&address(node)).cloned().unwrap_or_default();
    let discriminator = node.get("discriminator").unwrap_or(node);
    let Some(property) = property_name(lower, discriminator) else {
        return lower.lower(&[Piece::whole(node)], path);
    };
    let mapped = mapping(lower, discriminator);
    let tags = |at: &Node, name: &str| {
        let tags: Vec<String> = mapped
            .iter()
            .filter(|(_, to)| *to == address(at))
            .map(|(value, _)| (*value).to_owned())
            .collect();
        if tags.is_empty() { vec![name.to_owned()] } else { tags }
    };
    let mut variants = Vec::new();
    for (name, heir) in heirs {
        let Some(id) = lower.known(heir) else { continue };
        let decl = Decl::given(name, heir.span);
        let ty = Ty::plain(Kind::Named(id));
        variants.push(UnionVariant { decl, ty, tags: tags(heir, name), look: Look::Any, indirect: false });
    }
    if mapped.iter().any(|(_, to)| *to == address(node)) {
        let base = lower.lower(&[Piece::whole(node)], path).body;
        let ty = defined(lower, base, step(path, "Base"), node);
        let name = path.last().cloned().unwrap_or_default();
        let decl = Decl::new(Name::Derived(vec!["Base".to_owned()]), node.span);
        variants.push(UnionVariant { decl, ty, tags: tags(node, &name), look: Look::Any, indirect: false });
    }
    let union = Union { variants, tag: Tag::Property(property), exclusive: true, rules: Vec::new() };
    Lowered { body: Body::Shape(Shape::Union(union)), nullable: schema.allows_null(), complete: true }
}
