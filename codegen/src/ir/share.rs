//! One type for parts of a document that are alike: documents repeat unnamed objects and enumerations by the hundred,
//! and every copy would be a type of its own.

use std::collections::HashMap;

use super::{Api, Name, Shape, Ty, TypeDef, TypeId, Types};
use crate::source::Span;

/// A path of this many steps or fewer (`Pet`, `status`) is a place of its own; what stands there keeps its own type.
const NEAR: usize = 2;

/// Replaces unnamed types deep inside others by one that looks the same and is called the same at the end of its path.
/// The one with the shortest path stays.
pub fn share_alike(api: &mut Api) {
    let mut order: Vec<(usize, String, TypeId)> = Vec::new();
    for (id, def) in api.types.iter() {
        if let (Name::Derived(path), Some(last)) = (&def.decl.name, last(def)) {
            order.push((path.len(), last.to_owned(), id));
        }
    }
    order.sort_by_key(|(steps, _, id)| (*steps, *id));
    let mut same: HashMap<TypeId, TypeId> = HashMap::new();
    let mut looks: HashMap<Shape, usize> = HashMap::new();
    let mut prints: HashMap<TypeId, usize> = HashMap::new();
    loop {
        let mut first: HashMap<(&str, usize), TypeId> = HashMap::new();
        let before = same.len();
        for (_, _, id) in &order {
            prints.entry(*id).or_insert_with(|| {
                let next = looks.len();
                *looks.entry(bare(&api.types.get(*id).shape)).or_insert(next)
            });
        }
        for (steps, last, id) in order.iter().filter(|(_, _, id)| !same.contains_key(id)).collect::<Vec<_>>()
        {
            let known = *first.entry((last, prints[id])).or_insert(*id);
            if known != *id && *steps > NEAR {
                same.insert(*id, known);
            }
        }
        if same.len() == before {
            break;
        }
        for id in retarget(&mut api.types, &same) {
            prints.remove(&id);
        }
    }
    if same.is_empty() {
        return;
    }
    api.each_ty_mut(&mut |ty, _| replace(ty, &same));
    let kept: Vec<TypeId> = api.types.iter().map(|(id, _)| id).filter(|id| !same.contains_key(id)).collect();
    api.keep_types(&kept);
}

fn last(def: &TypeDef) -> Option<&str> {
    match &def.decl.name {
        Name::Derived(path) if def.decl.hints.name.is_none() && def.decl.hints.xml.is_none() => {
            path.last().map(String::as_str)
        }
        Name::Derived(_) | Name::Given(_) => None,
    }
}

fn replace(ty: &mut Ty, same: &HashMap<TypeId, TypeId>) {
    if let super::Kind::Named(id) = &mut ty.kind
        && let Some(other) = same.get(id)
    {
        *id = *other;
    }
}

/// Points definitions at what stays; gives those that changed.
fn retarget(types: &mut Types, same: &HashMap<TypeId, TypeId>) -> Vec<TypeId> {
    let ids: Vec<TypeId> = types.iter().map(|(id, _)| id).collect();
    ids.into_iter()
        .filter(|id| {
            let mut changed = false;
            types.get_mut(*id).each_ty_mut(&mut |ty| {
                ty.each_id_mut(&mut |id| {
                    if let Some(other) = same.get(id) {
                        *id = *other;
                        changed = true;
                    }
                });
            });
            changed
        })
        .collect()
}

/// What a shape says, without places.
fn bare(shape: &Shape) -> Shape {
    let mut shape = shape.clone();
    match &mut shape {
        Shape::Struct(object) => {
            for field in &mut object.fields {
                field.decl.span = Span::default();
            }
        }
        Shape::Enum(list) => list.variants.iter_mut().for_each(|variant| variant.decl.span = Span::default()),
        Shape::Union(union) => {
            union.variants.iter_mut().for_each(|variant| variant.decl.span = Span::default())
        }
        Shape::Alias(_) => {}
    }
    let mut def = TypeDef { decl: super::Decl::given("", Span::default()), shape, examples: Vec::new() };
    def.each_ty_mut(&mut Ty::forget_places);
    def.shape
}

impl Ty {
    /// Are both the same type, wherever they stand?
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let bare = |ty: &Self| {
            let mut ty = ty.clone();
            ty.forget_places();
            ty
        };
        bare(self) == bare(other)
    }

    /// Forgets where rules stand, so that types can be compared.
    fn forget_places(&mut self) {
        use super::{Kind, Rule};
        for rule in &mut self.rules {
            if let Rule::Pattern(_, at) | Rule::Sanitize(_, at) = rule {
                *at = Span::default();
            }
        }
        match &mut self.kind {
            Kind::List(inner) | Kind::Map(inner) | Kind::Nullable(inner) => inner.forget_places(),
            Kind::Tuple(items) => items.iter_mut().for_each(Ty::forget_places),
            Kind::Prim(_) | Kind::Named(_) | Kind::Any => {}
        }
    }
}

impl Api {
    /// Keeps only these types, in this order, and numbers them anew. Nothing that is kept may refer to one that is not.
    pub fn keep_types(&mut self, kept: &[TypeId]) {
        let places: HashMap<TypeId, u32> = kept.iter().zip(0..).map(|(id, n)| (*id, n)).collect();
        let renumber = |id: &mut TypeId| {
            *id = TypeId(*places.get(id).expect("whoever calls keeps all that is referred to"));
        };
        let mut types = Types::default();
        for id in kept {
            types.add(self.types.get(*id).clone());
        }
        self.types = types;
        self.each_ty_mut(&mut |ty, _| {
            if let super::Kind::Named(id) = &mut ty.kind {
                renumber(id);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::{Diagnostics, Sources, openapi};

    fn names(schemas: &str) -> String {
        let text =
            format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\ncomponents:\n  schemas:\n{schemas}");
        let api = openapi::lower(
            &Sources::from_text("a.yaml", text),
            openapi::Reading::Practice,
            &mut Diagnostics::default(),
        );
        let names: Vec<String> = api.types.iter().map(|(_, def)| def.decl.name.text()).collect();
        names.join(" ")
    }

    #[test]
    fn deep_twins_become_one() {
        let owner = "{type: object, properties: {site: {type: string, enum: [a, b]}}}";
        let text = format!(
            "    A: {{type: object, properties: {{owner: {owner}}}}}\n    B: {{type: object, properties: {{x: {{type: object, properties: {{owner: {owner}}}}}}}}}"
        );
        assert_eq!(names(&text), "A B A.owner.site A.owner B.x");
    }

    #[test]
    fn near_twins_and_other_names_stay() {
        let state = "{type: string, enum: [a, b]}";
        let text = format!(
            "    A: {{type: object, properties: {{state: {state}}}}}\n    B: {{type: object, properties: {{state: {state}, x: {{type: object, properties: {{mode: {state}}}}}}}}}"
        );
        assert_eq!(names(&text), "A B A.state B.state B.x.mode B.x");
    }
}
