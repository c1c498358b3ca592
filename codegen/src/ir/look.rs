//! How the members of a union are told apart: what each looks like, and tags that a schema implies without saying so.

use std::collections::HashMap;

use super::{Api, EnumValue, Kind, Look, Others, Presence, Prim, Shape, Struct, Tag, Ty, TypeId};

/// Sets the look of every variant. Where all variants are objects with a required property that holds a different
/// constant in each, the union gets that property as its tag.
pub fn find_looks(api: &mut Api) {
    let unions: Vec<TypeId> =
        api.types.iter().filter(|(_, def)| matches!(def.shape, Shape::Union(_))).map(|(id, _)| id).collect();
    let mut known = Known::new();
    for id in unions {
        let Shape::Union(union) = &api.types.get(id).shape else { continue };
        let looks: Vec<Look> =
            union.variants.iter().map(|variant| look(api, &variant.ty, &mut known)).collect();
        let implied = if union.tag == Tag::Shape { implied_tag(&looks) } else { None };
        let Shape::Union(union) = &mut api.types.get_mut(id).shape else { continue };
        for (variant, look) in union.variants.iter_mut().zip(looks) {
            if let (Some(tag), Look::Object(keys)) = (&implied, &look) {
                variant.tags = keys
                    .iter()
                    .filter(|(key, _)| key == tag)
                    .filter_map(|(_, value)| value.clone())
                    .collect();
            }
            variant.look = look;
        }
        if let Some(tag) = implied {
            union.tag = Tag::Property(tag);
        }
    }
}

fn implied_tag(looks: &[Look]) -> Option<String> {
    let constant = |look: &Look, key: &str| match look {
        Look::Object(keys) => keys.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.clone()),
        Look::String
        | Look::Integer
        | Look::Number
        | Look::Boolean
        | Look::Array
        | Look::Null
        | Look::Any => None,
    };
    let Look::Object(first) = looks.first()? else { return None };
    let candidates = first.iter().filter(|(_, value)| value.is_some());
    for (key, _) in candidates {
        let mut values: Vec<String> = looks.iter().filter_map(|look| constant(look, key)).collect();
        values.sort();
        values.dedup();
        if values.len() == looks.len() {
            return Some(key.clone());
        }
    }
    None
}

/// Looks of definitions; `None` while one is being found out.
type Known = HashMap<TypeId, Option<Look>>;

fn look(api: &Api, ty: &Ty, known: &mut Known) -> Look {
    match &ty.kind {
        Kind::Prim(Prim::Boolean) => Look::Boolean,
        Kind::Prim(Prim::Integer(_)) => Look::Integer,
        Kind::Prim(Prim::Number(_)) => Look::Number,
        Kind::Prim(Prim::String(_)) => Look::String,
        Kind::List(_) | Kind::Tuple(_) => Look::Array,
        Kind::Map(_) => Look::Object(Vec::new()),
        Kind::Nullable(_) | Kind::Any => Look::Any,
        Kind::Named(id) => match known.get(id) {
            Some(look) => look.clone().unwrap_or(Look::Any),
            None => {
                known.insert(*id, None);
                let look = look_of(api, &api.types.get(*id).shape, known);
                known.insert(*id, Some(look.clone()));
                look
            }
        },
    }
}

fn look_of(api: &Api, shape: &Shape, known: &mut Known) -> Look {
    match shape {
        Shape::Struct(object) => Look::Object(keys(api, object)),
        Shape::Enum(values) => match values.variants.first().map(|variant| &variant.value) {
            Some(EnumValue::Integer(_)) => Look::Integer,
            Some(EnumValue::String(_)) | None => Look::String,
        },
        Shape::Alias(alias) => look(api, &alias.ty, known),
        Shape::Union(union) => {
            common(union.variants.iter().map(|variant| look(api, &variant.ty, known)).collect())
        }
    }
}

/// What all members of a nested union have in common.
fn common(looks: Vec<Look>) -> Look {
    let mut looks = looks.into_iter();
    let Some(mut all) = looks.next() else { return Look::Any };
    for look in looks {
        all = match (all, look) {
            (Look::Object(a), Look::Object(b)) => {
                let both = a.into_iter().filter_map(|(key, value)| {
                    let other = b.iter().find(|(name, _)| *name == key)?;
                    let value = value.filter(|value| other.1.as_ref() == Some(value));
                    Some((key, value))
                });
                Look::Object(both.collect())
            }
            (Look::Integer | Look::Number, Look::Integer | Look::Number) => Look::Number,
            (a, b) if a == b => a,
            _ => return Look::Any,
        };
    }
    all
}

/// Required keys, with their constant where the type has a single value.
fn keys(api: &Api, object: &Struct) -> Vec<(String, Option<String>)> {
    let required = object.fields.iter().filter(|field| field.presence == Presence::Required);
    required
        .map(|field| {
            let constant = match &field.ty.kind {
                Kind::Named(id) => match &api.types.get(*id).shape {
                    Shape::Enum(values) => match values.variants.as_slice() {
                        [only] if values.others == Others::Refused => match &only.value {
                            EnumValue::String(text) => Some(text.clone()),
                            EnumValue::Integer(_) => None,
                        },
                        _ => None,
                    },
                    Shape::Struct(_) | Shape::Union(_) | Shape::Alias(_) => None,
                },
                Kind::Prim(_)
                | Kind::List(_)
                | Kind::Tuple(_)
                | Kind::Map(_)
                | Kind::Nullable(_)
                | Kind::Any => None,
            };
            (field.decl.name.text(), constant)
        })
        .collect()
}
