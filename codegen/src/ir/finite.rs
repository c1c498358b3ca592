//! Finds types that no finite value has: objects that require each other.

use super::{Api, Kind, Presence, Shape, Ty, TypeId};

/// Types of which every value would hold another of their kind, without end.
#[must_use]
pub fn find_endless(api: &Api) -> Vec<TypeId> {
    let mut finite = vec![false; api.types.len()];
    loop {
        let mut found = false;
        for (id, def) in api.types.iter() {
            let n = id.0 as usize;
            if !finite[n] && has_end(&def.shape, &finite) {
                (finite[n], found) = (true, true);
            }
        }
        if !found {
            break;
        }
    }
    api.types.iter().map(|(id, _)| id).filter(|id| !finite[id.0 as usize]).collect()
}

fn has_end(shape: &Shape, finite: &[bool]) -> bool {
    match shape {
        Shape::Struct(object) => object
            .fields
            .iter()
            .filter(|field| field.presence == Presence::Required)
            .all(|field| ends(&field.ty, finite)),
        Shape::Enum(_) => true,
        Shape::Union(union) => union.variants.iter().any(|variant| ends(&variant.ty, finite)),
        Shape::Alias(alias) => ends(&alias.ty, finite),
    }
}

/// Lists, maps and nullable types can be empty.
fn ends(ty: &Ty, finite: &[bool]) -> bool {
    match &ty.kind {
        Kind::Named(id) => finite[id.0 as usize],
        Kind::Tuple(items) => items.iter().all(|item| ends(item, finite)),
        Kind::Prim(_) | Kind::List(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => true,
    }
}
