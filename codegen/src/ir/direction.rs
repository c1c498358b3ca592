//! Splits types whose fields are readOnly or writeOnly by direction: what a request holds is another type than what a
//! response holds, but only where the two differ. A pure pass over the model.

use super::{Access, Api, Decl, Name, Rest, Shape, Ty, TypeDef, TypeId};
use std::collections::BTreeMap;

/// What [`split`] did.
#[derive(Debug, Default)]
pub struct Split {
    /// The request's version of a type, by the type that remains for responses.
    pub inputs: BTreeMap<TypeId, TypeId>,
    /// By type of a request: the keys of its fields that were readOnly.
    pub passed: BTreeMap<TypeId, Vec<String>>,
}

/// Which directions a type travels in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Use {
    request: bool,
    response: bool,
}

/// Drops the fields that do not travel, and gives types that travel both ways and differ a second version for requests.
/// Bodies and parameters are requests, answers and their headers are responses; what nobody uses counts as a response.
pub fn split(api: &mut Api) -> Split {
    let uses = uses(api);
    let differs = differing(api);
    let mut inputs = BTreeMap::new();
    let both: Vec<TypeId> = api
        .types
        .iter()
        .map(|(id, _)| id)
        .filter(|id| {
            let n = id.0 as usize;
            differs[n] && uses[n].request && uses[n].response
        })
        .collect();
    for id in both {
        let def = input_of(api.types.get(id));
        inputs.insert(id, api.types.add(def));
    }
    let mut passed = BTreeMap::new();
    for n in 0..api.types.len() {
        let id = TypeId(u32::try_from(n).expect("ids are 32 bits wide"));
        let request = uses.get(n).is_none_or(|used| used.request && !used.response);
        let def = api.types.get_mut(id);
        let dropped = drop_fields(def, if request { Access::ReadOnly } else { Access::WriteOnly });
        if request {
            passed.extend((!dropped.is_empty()).then_some((id, dropped)));
            def.each_ty_mut(&mut |ty| retarget(ty, &inputs));
        }
    }
    for endpoint in &mut api.endpoints {
        endpoint.params.iter_mut().for_each(|param| retarget(&mut param.ty, &inputs));
        endpoint
            .body
            .iter_mut()
            .flat_map(|body| &mut body.content)
            .for_each(|content| retarget(&mut content.ty, &inputs));
    }
    Split { inputs, passed }
}

fn retarget(ty: &mut Ty, inputs: &BTreeMap<TypeId, TypeId>) {
    ty.each_id_mut(&mut |id| {
        if let Some(input) = inputs.get(id) {
            *id = *input;
        }
    });
}

/// Drops the fields of one direction, and gives their keys.
fn drop_fields(def: &mut TypeDef, access: Access) -> Vec<String> {
    let Shape::Struct(object) = &mut def.shape else { return Vec::new() };
    let dropped = object.fields.extract_if(.., |field| field.access == access);
    dropped.map(|field| field.decl.name.text()).collect()
}

/// The same definition under a name of its own.
fn input_of(def: &TypeDef) -> TypeDef {
    let mut path = match (&def.decl.hints.name, &def.decl.name) {
        (Some(chosen), _) => vec![chosen.clone()],
        (None, Name::Given(name)) => vec![name.clone()],
        (None, Name::Derived(path)) => path.clone(),
    };
    path.push("Input".to_owned());
    let mut hints = def.decl.hints.clone();
    hints.name = None;
    TypeDef { decl: Decl { name: Name::Derived(path), hints, ..def.decl.clone() }, ..def.clone() }
}

fn uses(api: &Api) -> Vec<Use> {
    let mut request = Vec::new();
    let mut response = Vec::new();
    for endpoint in &api.endpoints {
        endpoint.params.iter().for_each(|param| param.ty.each_id(&mut |id| request.push(id)));
        for content in endpoint.body.iter().flat_map(|body| &body.content) {
            content.ty.each_id(&mut |id| request.push(id));
        }
        for answer in &endpoint.responses {
            answer.each_ty(&mut |ty| ty.each_id(&mut |id| response.push(id)));
        }
    }
    let request = reach(api, request, Access::ReadOnly);
    let response = reach(api, response, Access::WriteOnly);
    request.into_iter().zip(response).map(|(request, response)| Use { request, response }).collect()
}

/// Everything that `open` leads to, fields that do not travel left out.
fn reach(api: &Api, mut open: Vec<TypeId>, absent: Access) -> Vec<bool> {
    let mut reached = vec![false; api.types.len()];
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut reached[id.0 as usize], true) {
            continue;
        }
        travelling(api.types.get(id), absent, &mut |ty| ty.each_id(&mut |id| open.push(id)));
    }
    reached
}

fn travelling<'a>(def: &'a TypeDef, absent: Access, visit: &mut impl FnMut(&'a Ty)) {
    match &def.shape {
        Shape::Struct(object) => {
            object.fields.iter().filter(|field| field.access != absent).for_each(|field| visit(&field.ty));
            if let Rest::Collect(ty) = &object.rest {
                visit(ty);
            }
        }
        Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => def.each_ty(visit),
    }
}

/// Which types look different in the two directions: those with a field of one direction, and those that hold them.
fn differing(api: &Api) -> Vec<bool> {
    let mut holders: Vec<Vec<TypeId>> = vec![Vec::new(); api.types.len()];
    let mut open = Vec::new();
    for (id, def) in api.types.iter() {
        def.each_ty(&mut |ty| ty.each_id(&mut |held| holders[held.0 as usize].push(id)));
        if let Shape::Struct(object) = &def.shape
            && object.fields.iter().any(|field| field.access != Access::Both)
        {
            open.push(id);
        }
    }
    let mut differs = vec![false; api.types.len()];
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut differs[id.0 as usize], true) {
            open.extend(&holders[id.0 as usize]);
        }
    }
    differs
}

#[cfg(test)]
mod tests {
    use super::split;
    use crate::ir::sample;
    use crate::ir::{Access, Shape, TypeId};

    fn fields(api: &crate::ir::Api, id: TypeId) -> String {
        let def = api.types.get(id);
        let Shape::Struct(object) = &def.shape else { return def.decl.name.text() };
        let names: Vec<String> = object.fields.iter().map(|field| field.decl.name.text()).collect();
        format!("{}: {}", def.decl.name.text(), names.join(" "))
    }

    #[test]
    fn types_split_only_where_directions_differ() {
        let mut api = sample::api();
        let tag = sample::object(&mut api, "Tag", &[("label", Access::Both)]);
        let user = sample::object(
            &mut api,
            "User",
            &[("id", Access::ReadOnly), ("name", Access::Both), ("password", Access::WriteOnly)],
        );
        let holder = sample::holder(&mut api, "Holder", &[user, tag]);
        sample::post(&mut api, "/users", holder, holder);
        let split = split(&mut api);
        assert_eq!(split.inputs.keys().copied().collect::<Vec<_>>(), [user, holder]);
        assert_eq!(fields(&api, user), "User: id name");
        assert_eq!(fields(&api, split.inputs[&user]), "User.Input: name password");
        assert_eq!(fields(&api, tag), "Tag: label");
        assert_eq!(split.passed[&split.inputs[&user]], ["id"]);
        let body = api.endpoints[0].body.as_ref().expect("the sample has one");
        body.content[0].ty.each_id(&mut |id| assert_eq!(id, split.inputs[&holder]));
    }

    #[test]
    fn one_direction_drops_what_does_not_travel() {
        let mut api = sample::api();
        let asked = sample::object(&mut api, "Asked", &[("id", Access::ReadOnly), ("name", Access::Both)]);
        let told =
            sample::object(&mut api, "Told", &[("id", Access::ReadOnly), ("secret", Access::WriteOnly)]);
        sample::post(&mut api, "/x", asked, told);
        assert!(split(&mut api).inputs.is_empty());
        assert_eq!(fields(&api, asked), "Asked: name");
        assert_eq!(fields(&api, told), "Told: id");
    }
}
