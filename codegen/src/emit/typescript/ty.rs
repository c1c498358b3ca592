//! Types as TypeScript writes them.

use super::Context;
use super::text::{Code, string};
use crate::ir::{Format, IntFormat, Kind, Prim, Shape, Tag, Ty, TypeId};

/// Where a type is written: names of `types.ts` have a prefix elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// In `types.ts`.
    Types,
    /// In another file.
    Beside,
}

/// The type of a value.
pub(super) fn ty(cx: &Context<'_>, of: &Ty, at: At) -> Code {
    Code(print(cx, &of.kind, at))
}

fn print(cx: &Context<'_>, kind: &Kind, at: At) -> String {
    match kind {
        Kind::Prim(prim) => scalar(cx, prim).to_owned(),
        Kind::List(item) => format!("{}[]", one(&print(cx, &item.kind, at))),
        Kind::Tuple(items) => {
            let items: Vec<String> = items.iter().map(|item| print(cx, &item.kind, at)).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Map(value) => format!("{{ [key: string]: {} }}", print(cx, &value.kind, at)),
        Kind::Nullable(inner) => match print(cx, &cx.checked.api.without_null(inner).0.kind, at) {
            any if any == "unknown" => any,
            inner => format!("{} | null", inner),
        },
        Kind::Named(id) => name(cx, *id, at),
        Kind::Any => "unknown".to_owned(),
    }
}

/// A type as a member of a union or as items: in parentheses where it has parts.
pub(super) fn one(ty: &str) -> String {
    if ty.contains(" | ") { format!("({ty})") } else { ty.to_owned() }
}

/// The name of a type.
pub(super) fn name(cx: &Context<'_>, id: TypeId, at: At) -> String {
    let name = cx.names.ty(id);
    match at {
        At::Types => name.to_owned(),
        At::Beside => format!("t.{name}"),
    }
}

fn scalar(cx: &Context<'_>, prim: &Prim) -> &'static str {
    let brands = cx.options.typescript.brands;
    match prim {
        Prim::Boolean => "boolean",
        Prim::Integer(IntFormat::Plain | IntFormat::Int64 | IntFormat::Uint64)
            if cx.options.typescript.bigint =>
        {
            "r.Int64"
        }
        Prim::Integer(_) | Prim::Number(_) => "number",
        Prim::String(Format::Upload) => "r.Upload",
        // A schema for which users have a type of Rust: nothing is known of it here.
        Prim::String(Format::Other(format)) if format.contains('\n') => "unknown",
        Prim::String(format) if brands => brand(format),
        Prim::String(_) => "string",
    }
}

fn brand(format: &Format) -> &'static str {
    match format {
        Format::Date => "r.Brand<\"date\">",
        Format::DateTime => "r.Brand<\"date-time\">",
        Format::Time => "r.Brand<\"time\">",
        Format::Duration => "r.Brand<\"duration\">",
        Format::Uuid => "r.Brand<\"uuid\">",
        Format::Uri => "r.Brand<\"uri\">",
        Format::Email => "r.Brand<\"email\">",
        Format::Ipv4 => "r.Brand<\"ipv4\">",
        Format::Ipv6 => "r.Brand<\"ipv6\">",
        Format::Byte | Format::Base64Url => "r.Brand<\"byte\">",
        Format::Plain
        | Format::UriReference
        | Format::UriTemplate
        | Format::Hostname
        | Format::Binary
        | Format::Upload
        | Format::HttpDate
        | Format::Decimal
        | Format::Password
        | Format::Regex
        | Format::JsonPointer
        | Format::Other(_) => "string",
    }
}

/// Whether a definition leads back to itself without an object or a list between: TypeScript has no such types.
pub(super) fn is_circular(cx: &Context<'_>, id: TypeId) -> bool {
    let mut seen = Vec::new();
    let mut open = bare(cx, id);
    while let Some(next) = open.pop() {
        if next == id {
            return true;
        }
        if !seen.contains(&next) {
            seen.push(next);
            open.extend(bare(cx, next));
        }
    }
    false
}

/// The definitions that a definition is another word for.
fn bare(cx: &Context<'_>, id: TypeId) -> Vec<TypeId> {
    let named = |ty: &Ty| match &cx.checked.api.without_null(ty).0.kind {
        Kind::Named(id) => Some(*id),
        Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => None,
    };
    match &cx.checked.api.types.get(id).shape {
        Shape::Struct(_) | Shape::Enum(_) => Vec::new(),
        Shape::Alias(alias) => named(&alias.ty).into_iter().collect(),
        Shape::Union(union) => union.variants.iter().filter_map(|variant| named(&variant.ty)).collect(),
    }
}

/// The members of a union: objects with the values of their tag.
pub(super) fn union(cx: &Context<'_>, id: TypeId) -> Code {
    let Shape::Union(union) = &cx.checked.api.types.get(id).shape else { return Code::default() };
    let mut members: Vec<String> = Vec::new();
    for variant in &union.variants {
        let own = ty(cx, &variant.ty, At::Types).0;
        let member = match &union.tag {
            Tag::Property(key)
                if !variant.tags.is_empty() && !is_told(cx, &variant.ty, key, &variant.tags) =>
            {
                let tags: Vec<String> = variant.tags.iter().map(|tag| string(tag)).collect();
                format!("({} & {{ {}: {} }})", one(&own), super::text::key(key), tags.join(" | "))
            }
            Tag::Property(_) | Tag::Shape => one(&own),
        };
        if !members.contains(&member) {
            members.push(member);
        }
    }
    if members.iter().any(|member| member == "unknown") {
        return Code("unknown".to_owned());
    }
    super::text::union(&members, 30)
}

/// Whether a variant's own property says which values its tag has.
fn is_told(cx: &Context<'_>, ty: &Ty, key: &str, tags: &[String]) -> bool {
    let api = &cx.checked.api;
    let Kind::Named(id) = api.resolve(ty).0 else { return false };
    let Shape::Struct(object) = &api.types.get(*id).shape else { return false };
    let Some(field) = object.fields.iter().find(|field| field.decl.name.text() == key) else { return false };
    let Kind::Named(id) = api.resolve(&field.ty).0 else { return false };
    let Shape::Enum(list) = &api.types.get(*id).shape else { return false };
    field.presence == crate::ir::Presence::Required
        && list.others == crate::ir::Others::Refused
        && list.variants.iter().all(|one| match &one.value {
            crate::ir::EnumValue::String(text) => tags.contains(text),
            crate::ir::EnumValue::Integer(_) => false,
        })
}
