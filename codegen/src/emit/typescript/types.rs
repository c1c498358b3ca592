//! `types.ts`: every type of the schema.

use super::text::{Code, Docs, literal, string, union};
use super::ty::{self, At};
use super::{Context, Field};
use crate::ir::{Enum, EnumValue, Others, Presence, Rest, Shape, Struct, TypeId};
use askama::Template;

#[derive(Template)]
#[template(path = "typescript/types.ts")]
struct File {
    runtime: bool,
    types: Vec<Type>,
}

/// An interface, or another name for a type.
struct Type {
    docs: Docs,
    name: Code,
    is_interface: bool,
    fields: Vec<Field>,
    is_open: bool,
    /// Of other keys, or what the name stands for.
    rest: Code,
}

use super::filters;

/// Prints the file.
pub(super) fn print(cx: &Context<'_>) -> String {
    let types: Vec<Type> = cx.checked.order.iter().map(|id| definition(cx, *id)).collect();
    let uses = |code: &Code| code.uses("r");
    let runtime = types.iter().any(|one| uses(&one.rest) || one.fields.iter().any(|field| uses(&field.ty)));
    super::rendered(&File { runtime, types })
}

fn definition(cx: &Context<'_>, id: TypeId) -> Type {
    let def = cx.checked.api.types.get(id);
    let name = Code(cx.names.ty(id).to_owned());
    let docs = Docs::of(&def.decl, &[]);
    let alias = |rest: Code| Type {
        docs: docs.clone(),
        name: name.clone(),
        is_interface: false,
        fields: Vec::new(),
        is_open: false,
        rest,
    };
    match &def.shape {
        Shape::Struct(object) => {
            let (fields, rest) = (fields(cx, object), rest(cx, object));
            Type {
                docs,
                name,
                is_interface: true,
                fields,
                is_open: rest.is_some(),
                rest: rest.unwrap_or_default(),
            }
        }
        Shape::Enum(list) => alias(values(list)),
        Shape::Union(_) | Shape::Alias(_) if ty::is_circular(cx, id) => alias(Code("unknown".to_owned())),
        Shape::Union(_) => alias(ty::union(cx, id)),
        Shape::Alias(of) => alias(ty::ty(cx, &of.ty, At::Types)),
    }
}

fn fields(cx: &Context<'_>, object: &Struct) -> Vec<Field> {
    let field = |field: &crate::ir::Field| Field {
        docs: Docs::of(&field.decl, &default(&field.presence)),
        key: field.decl.name.text(),
        optional: field.presence != Presence::Required,
        ty: ty::ty(cx, &field.ty, At::Types),
    };
    object.fields.iter().map(field).collect()
}

/// What a value is that is left out.
pub(super) fn default(presence: &Presence) -> Vec<String> {
    match presence {
        Presence::Required | Presence::Optional => Vec::new(),
        Presence::Default(value) => vec![format!("Default: {}", literal(value))],
    }
}

/// The type of other keys: an index holds for those that have names too, so it is theirs as well.
fn rest(cx: &Context<'_>, object: &Struct) -> Option<Code> {
    let Rest::Collect(other) = &object.rest else { return None };
    let own = object.fields.iter().map(|field| ty::ty(cx, &field.ty, At::Types).0);
    let mut all: Vec<String> = vec![ty::ty(cx, other, At::Types).0];
    for ty in own {
        if !all.contains(&ty) {
            all.push(ty);
        }
    }
    if object.fields.iter().any(|field| field.presence != Presence::Required) {
        all.push("undefined".to_owned());
    }
    let any = all.iter().any(|ty| ty == "unknown");
    Some(Code(if any { "unknown".to_owned() } else { all.join(" | ") }))
}

fn values(list: &Enum) -> Code {
    let mut values: Vec<String> = list
        .variants
        .iter()
        .map(|variant| match &variant.value {
            EnumValue::String(text) => string(text),
            EnumValue::Integer(number) => number.to_string(),
        })
        .collect();
    if list.others == Others::Kept {
        // Not `string` itself, of which the values would be a part that editors no longer show.
        values.push("(string & {})".to_owned());
    }
    union(&values, 30)
}
