//! `oneOf` and `anyOf`: an enumeration, a nullable type, or a union.

use super::document::{Address, address, only_text, reference};
use super::lower::{Body, Lower, Lowered, reference_path, step};
use super::schema::{Choice, Piece, Schema, gather, only_reference};
use super::tree::Node;
use super::types::Types;
use crate::code::Code;
use crate::ir::{
    Decl, Enum, EnumRepr, EnumValue, EnumVariant, Format, Kind, Look, Name, Others, Prim, Shape, Tag, Ty,
    TypeDef, Union, UnionVariant,
};

/// What the first choice of a schema comes to; `None` when it says nothing that types can say.
pub(crate) fn choose<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>, path: &[String]) -> Option<Lowered> {
    // Alternatives that are only conditions stay for the check of the whole.
    let told = |choice: &&Choice<'_>| {
        choice.variants.iter().any(|variant| !is_null(variant) && !is_condition(variant))
    };
    let choice = *schema
        .choices
        .iter()
        .find(told)
        .or(schema.choices.first().filter(|one| one.variants.iter().all(is_null)))?;
    let variants: Vec<&'t Node> = choice.variants.iter().filter(|variant| !is_null(variant)).collect();
    let mut null = schema.allows_null() || variants.len() < choice.variants.len();
    if variants.is_empty() {
        return None;
    }
    let rest = rest_of(schema, choice);
    let base = gather(&mut lower.document, &rest);
    let substance = base.has_substance() || !base.choices.is_empty();
    if !substance && let Some(enumeration) = as_enum(lower, &variants) {
        return Some(Lowered::shape(Shape::Enum(enumeration), null));
    }
    if !substance && all_text(lower, &variants) {
        if let Some(open) = open_enum(lower, &variants) {
            return Some(Lowered::shape(Shape::Enum(open), null));
        }
        return Some(Lowered::ty(Ty::plain(Kind::Prim(Prim::String(Format::Plain))), null));
    }
    let mut union = Vec::with_capacity(variants.len());
    for (n, node) in variants.iter().enumerate() {
        let (decl, path) = variant_name(lower, node, n, path, variants.len());
        let ty = if substance {
            let pieces: Vec<_> = std::iter::once(Piece::whole(node)).chain(rest.iter().copied()).collect();
            lower.pieces(&pieces, &path)
        } else {
            lower.ty(node, &path)
        };
        let ty = match ty.kind {
            Kind::Nullable(inner) => {
                null = true;
                *inner
            }
            Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Named(_) | Kind::Any => ty,
        };
        union.push((*node, UnionVariant { decl, ty, tags: Vec::new(), look: Look::Any, indirect: false }));
    }
    if let [(_, only)] = union.as_slice() {
        return Some(Lowered { complete: substance, ..Lowered::ty(only.ty.clone(), null) });
    }
    let discriminator = choice.node.get("discriminator").or(schema.discriminator);
    let tag = discriminator.and_then(|discriminator| tag(lower, discriminator, &mut union));
    let (rules, exclusive) = match tag {
        Some(_) => (Vec::new(), choice.exclusive),
        None => super::exclusive::rules(lower, schema, choice, substance),
    };
    let variants = union.into_iter().map(|(_, variant)| variant).collect();
    let tag = tag.map_or(Tag::Shape, Tag::Property);
    let union = Union { variants, tag, exclusive, rules };
    Some(Lowered { complete: substance, ..Lowered::shape(Shape::Union(union), null) })
}

/// The alternative that is only null.
fn is_null(node: &Node) -> bool {
    node.get("type").and_then(Node::as_str) == Some("null")
        || node.get("const").is_some_and(Node::is_null)
        || node.get("enum").and_then(Node::as_list).is_some_and(|list| matches!(list, [one] if one.is_null()))
}

/// Everything that a schema says beside a choice.
fn rest_of<'t>(schema: &Schema<'t>, choice: Choice<'t>) -> Vec<Piece<'t>> {
    let without = |piece: &Piece<'t>| {
        let mut piece = *piece;
        if address(piece.node) == address(choice.node) {
            piece.no_one_of |= choice.exclusive;
            piece.no_any_of |= !choice.exclusive;
        }
        piece
    };
    schema.pieces.iter().map(without).collect()
}

/// True when an alternative only says which properties must be there.
pub(crate) fn is_condition(node: &Node) -> bool {
    let structural = ["required", "not", "title", "description", "minProperties", "maxProperties"];
    let typed = |entry: &super::tree::Entry| &*entry.key == "type" && entry.value.as_str() == Some("object");
    let bare = |node: &Node| {
        node.as_map().is_some_and(|map| {
            map.iter().all(|entry| {
                // `properties` that are all without a schema of their own name keys only for `required`.
                structural.contains(&&*entry.key)
                    || entry.key.starts_with("x-")
                    || typed(entry)
                    || (&*entry.key == "properties"
                        && entry.value.as_map().is_some_and(|all| all.iter().all(|p| only_text(&p.value))))
            })
        })
    };
    let inner = ["allOf", "anyOf", "oneOf"].iter().find_map(|key| node.get(key)).and_then(Node::as_list);
    match inner {
        Some(parts) if node.as_map().is_some_and(|map| map.len() == 1) => parts.iter().all(is_condition),
        _ => bare(node) && node.as_map().is_some_and(|map| !map.is_empty()),
    }
}

/// Alternatives that are all enumerations of one kind: their values together.
fn as_enum<'t>(lower: &mut Lower<'t, '_>, variants: &[&'t Node]) -> Option<Enum> {
    let mut all: Vec<EnumVariant> = Vec::new();
    for node in variants {
        let listed = node.get("const").is_some() || node.get("enum").is_some() || reference(node).is_some();
        if !listed || node.get("properties").is_some() {
            return None;
        }
        let schema = gather(&mut lower.document, &[Piece::whole(node)]);
        let [(values, _)] = schema.enums.as_slice() else { return None };
        for value in values.iter().filter(|value| !value.is_null()) {
            let wire = match Types::of(value) {
                Types::STRING => EnumValue::String(value.as_str()?.to_owned()),
                Types::INTEGER => EnumValue::Integer(value.lexeme()?.parse().ok()?),
                _ => return None,
            };
            let title = schema.title.filter(|title| values.len() == 1 && title.len() <= 60);
            let mut decl = Decl::given(title.or(value.lexeme())?, value.span);
            decl.docs = if values.len() == 1 { schema.docs.clone() } else { String::new() };
            if !all.iter().any(|known| known.value == wire) {
                all.push(EnumVariant { decl, value: wire });
            }
        }
    }
    let strings = all.iter().filter(|variant| matches!(variant.value, EnumValue::String(_))).count();
    let repr = if strings == all.len() { EnumRepr::String } else { EnumRepr::Integer };
    (!all.is_empty() && (strings == all.len() || strings == 0)).then_some(Enum {
        variants: all,
        repr,
        others: Others::Refused,
    })
}

/// True when every alternative is a text and one of them is any text: an open enumeration.
fn all_text<'t>(lower: &mut Lower<'t, '_>, variants: &[&'t Node]) -> bool {
    let mut any = false;
    for node in variants {
        let schema = gather(&mut lower.document, &[Piece::whole(node)]);
        let text_enum =
            schema.enums.iter().all(|(values, _)| values.iter().all(|value| value.as_str().is_some()));
        let is_text = (schema.typed && schema.types.without(Types::NULL) == Types::STRING)
            || (!schema.typed && !schema.enums.is_empty());
        if !is_text || !text_enum || !schema.choices.is_empty() {
            return false;
        }
        any |= schema.enums.is_empty() && schema.rules.is_empty() && schema.format.is_none();
    }
    any
}

/// The values that some alternatives of texts list, when there are any; others are good too.
fn open_enum<'t>(lower: &mut Lower<'t, '_>, variants: &[&'t Node]) -> Option<Enum> {
    let lists = |node: &&&'t Node| !gather(&mut lower.document, &[Piece::whole(node)]).enums.is_empty();
    let listed: Vec<&'t Node> = variants.iter().filter(lists).copied().collect();
    let list = as_enum(lower, &listed)?;
    Some(Enum { others: Others::Kept, ..list })
}

/// What an alternative is called: after its reference, its title, or its kind.
fn variant_name<'t>(
    lower: &mut Lower<'t, '_>,
    node: &'t Node,
    n: usize,
    path: &[String],
    of: usize,
) -> (Decl, Vec<String>) {
    let text = only_reference(node, lower.document.version)
        .and_then(|at| lower.document.target(at))
        .map(|at| at.text);
    if let Some(text) = text {
        let name = reference_path(text).pop().unwrap_or_default();
        return (Decl::given(name.clone(), node.span), step(path, &name));
    }
    let title =
        node.get("title").and_then(Node::as_str).filter(|title| !title.is_empty() && title.len() <= 40);
    let constant = node
        .get("properties")
        .and_then(Node::as_map)
        .into_iter()
        .flat_map(|all| all.iter())
        .find_map(|entry| constant_of(&entry.value));
    let name = match (title, constant) {
        (Some(title), _) => title.to_owned(),
        (None, Some(constant)) => constant.to_owned(),
        (None, None) => match node.get("type").and_then(Node::as_str) {
            Some("object") | None => format!("Variant{}", n + 1),
            Some(kind) => kind.to_owned(),
        },
    };
    if of == 1 {
        return (Decl::given(name, node.span), path.to_vec());
    }
    (Decl::new(Name::Derived(vec![name.clone()]), node.span), step(path, &name))
}

fn constant_of(node: &Node) -> Option<&str> {
    let listed = node.get("enum").and_then(Node::as_list).and_then(|list| match list {
        [one] => one.as_str(),
        _ => None,
    });
    node.get("const").and_then(Node::as_str).or(listed).filter(|text| !text.is_empty() && text.len() <= 40)
}

/// Reads a discriminator: gives the property, and every variant its values. `None` when it does not fit.
fn tag<'t>(
    lower: &mut Lower<'t, '_>,
    discriminator: &'t Node,
    variants: &mut [(&'t Node, UnionVariant)],
) -> Option<String> {
    let property = property_name(lower, discriminator)?;
    let mapped = mapping(lower, discriminator);
    for (node, variant) in variants.iter_mut() {
        let target = only_reference(node, lower.document.version).and_then(|at| lower.document.target(at));
        let here = target.map_or(address(node), |target| address(target.node));
        variant.tags =
            mapped.iter().filter(|(_, to)| *to == here).map(|(value, _)| (*value).to_owned()).collect();
        if variant.tags.is_empty() {
            variant.tags = constants(lower, node, &property);
        }
        if variant.tags.is_empty()
            && let Some(target) = target
        {
            variant.tags = reference_path(target.text).pop().into_iter().collect();
        }
        if variant.tags.is_empty() {
            lower
                .document
                .report(Code::BadDiscriminator, node.span, format!("no value of `{property}` means this alternative"))
                .help("give it a name under `components/schemas`, or a `const` for the property; alternatives are told apart by their shape now");
            return None;
        }
    }
    let mut seen = std::collections::HashSet::new();
    for (node, variant) in variants.iter() {
        if let Some(twice) = variant.tags.iter().find(|tag| !seen.insert((*tag).clone())) {
            let message = format!("the value `{twice}` of `{property}` means two alternatives");
            lower.document.report(Code::BadDiscriminator, node.span, message);
            return None;
        }
    }
    Some(property)
}

pub(crate) fn property_name<'t>(lower: &mut Lower<'t, '_>, discriminator: &'t Node) -> Option<String> {
    // Swagger 2 wrote the name of the property itself.
    let name = discriminator.as_str().or_else(|| lower.document.text(discriminator, "propertyName"));
    if name.is_none() {
        lower.document.report(
            Code::BadDiscriminator,
            discriminator.span,
            "the discriminator has no `propertyName`",
        );
    }
    name.map(str::to_owned)
}

/// Values of a discriminator and the schemas that they mean.
pub(crate) fn mapping<'t>(lower: &mut Lower<'t, '_>, discriminator: &'t Node) -> Vec<(&'t str, Address)> {
    let mut mapped = Vec::new();
    for entry in lower.document.entries(discriminator, "mapping") {
        let Some(text) = entry.value.as_str() else {
            lower.document.wrong(&entry.value, "a mapping of a discriminator", "a reference");
            continue;
        };
        let file = entry.value.span.file.0 as usize;
        let by_name = lower.document.trees[file]
            .as_ref()
            .and_then(|root| root.get("components")?.get("schemas")?.get(text));
        let node = by_name.or_else(|| lower.document.resolve(text, entry.value.span));
        mapped.extend(node.map(|node| (&*entry.key, address(node))));
    }
    mapped
}

/// The texts that a schema allows for a property.
fn constants<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, property: &str) -> Vec<String> {
    let schema = gather(&mut lower.document, &[Piece::whole(node)]);
    let Some(property) = schema.properties.get(property) else { return Vec::new() };
    let pieces: Vec<_> = property.pieces.iter().map(|node| Piece::whole(node)).collect();
    let schema = gather(&mut lower.document, &pieces);
    schema
        .enums
        .first()
        .map(|(values, _)| values.iter().filter_map(|value| value.as_str()).map(str::to_owned).collect())
        .unwrap_or_default()
}

/// A definition for a body that needs one.
pub(crate) fn defined(lower: &mut Lower<'_, '_>, body: Body, path: Vec<String>, at: &Node) -> Ty {
    match body {
        Body::Ty(ty) => ty,
        Body::Shape(shape) => {
            let def = TypeDef { decl: Decl::new(Name::Derived(path), at.span), shape, examples: Vec::new() };
            Ty::plain(Kind::Named(lower.types.add(def)))
        }
    }
}
