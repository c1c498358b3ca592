//! Finds where types contain themselves: fields and variants that need a box, aliases that need a wrapper.

use super::{Api, Kind, Shape, Ty, TypeId};

/// Sets `indirect` on fields and variants, and `recursive` on aliases.
pub fn find_recursion(api: &mut Api) {
    let aliases = components(api, &|shape, out| {
        if let Shape::Alias(alias) = shape {
            all_named(&alias.ty, out);
        }
    });
    let ids: Vec<TypeId> = api.types.iter().map(|(id, _)| id).collect();
    for id in &ids {
        let is_alias = |other: TypeId| matches!(api.types.get(other).shape, Shape::Alias(_));
        let endless = is_alias(*id) && aliases.is_recursive(*id);
        if let Shape::Alias(alias) = &mut api.types.get_mut(*id).shape {
            alias.recursive = endless;
        }
    }
    let direct = components(api, &|shape, out| match shape {
        Shape::Struct(object) => object.fields.iter().for_each(|field| held(&field.ty, out)),
        Shape::Union(union) => union.variants.iter().for_each(|variant| held(&variant.ty, out)),
        Shape::Alias(alias) => held(&alias.ty, out),
        Shape::Enum(_) => {}
    });
    for id in ids {
        let back = |ty: &Ty| {
            let mut out = Vec::new();
            held(ty, &mut out);
            out.iter().any(|other| direct.together(id, *other))
        };
        match &mut api.types.get_mut(id).shape {
            Shape::Struct(object) => {
                object.fields.iter_mut().for_each(|field| field.indirect = back(&field.ty))
            }
            Shape::Union(union) => {
                union.variants.iter_mut().for_each(|variant| variant.indirect = back(&variant.ty))
            }
            Shape::Enum(_) | Shape::Alias(_) => {}
        }
    }
}

/// Types that a value holds in itself, without a list or map between.
fn held(ty: &Ty, out: &mut Vec<TypeId>) {
    match &ty.kind {
        Kind::Named(id) => out.push(*id),
        Kind::Nullable(inner) => held(inner, out),
        Kind::Tuple(items) => items.iter().for_each(|item| held(item, out)),
        Kind::Prim(_) | Kind::List(_) | Kind::Map(_) | Kind::Any => {}
    }
}

fn all_named(ty: &Ty, out: &mut Vec<TypeId>) {
    match &ty.kind {
        Kind::Named(id) => out.push(*id),
        Kind::Nullable(inner) | Kind::List(inner) | Kind::Map(inner) => all_named(inner, out),
        Kind::Tuple(items) => items.iter().for_each(|item| all_named(item, out)),
        Kind::Prim(_) | Kind::Any => {}
    }
}

/// Strongly connected components of the types.
struct Components {
    of: Vec<usize>,
    recursive: Vec<bool>,
}

impl Components {
    fn together(&self, a: TypeId, b: TypeId) -> bool {
        self.of[a.0 as usize] == self.of[b.0 as usize] && self.is_recursive(a)
    }

    fn is_recursive(&self, id: TypeId) -> bool {
        self.recursive[self.of[id.0 as usize]]
    }
}

/// Tarjan's algorithm, without recursion: a document may chain thousands of types.
fn components(api: &Api, edges: &dyn Fn(&Shape, &mut Vec<TypeId>)) -> Components {
    const NEW: usize = usize::MAX;
    let len = api.types.len();
    let graph: Vec<Vec<usize>> = api
        .types
        .iter()
        .map(|(_, def)| {
            let mut out = Vec::new();
            edges(&def.shape, &mut out);
            out.into_iter().map(|id| id.0 as usize).collect()
        })
        .collect();
    let (mut index, mut low, mut of) = (vec![NEW; len], vec![0; len], vec![NEW; len]);
    let (mut stack, mut recursive, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..len {
        if index[root] != NEW {
            continue;
        }
        let mut work = vec![(root, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                (index[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
            }
            if let Some(&to) = graph[node].get(edge) {
                work.push((node, edge + 1));
                if index[to] == NEW {
                    work.push((to, 0));
                } else if of[to] == NEW {
                    low[node] = low[node].min(index[to]);
                }
                continue;
            }
            if low[node] == index[node] {
                let mut size = 0;
                while let Some(member) = stack.pop() {
                    of[member] = recursive.len();
                    size += 1;
                    if member == node {
                        break;
                    }
                }
                recursive.push(size > 1 || graph[node].contains(&node));
            }
            if let Some((parent, _)) = work.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
        }
    }
    Components { of, recursive }
}
