//! One generation in several folders: a group of operations and the types that only it uses each in a module of its own,
//! what is shared at the top. A change of one group's schemas then leaves the files of the others alone.

use super::Context;
use crate::check::Checked;
use crate::config::{Options, Split};
use crate::ir::TypeId;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// What of an API a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// Everything.
    Whole,
    /// What no group has for itself, of an API whose groups have folders.
    Shared(&'a Owners),
    /// A group, by its index, and what only it uses.
    Group(usize, &'a Owners),
}

/// The types that a single group uses, and the index of that group.
pub(crate) type Owners = BTreeMap<TypeId, usize>;

/// The owners of types when the groups get folders of their own; `None` when there is one folder. Webhooks
/// are a group, and so are callbacks.
pub(crate) fn owners(checked: &Checked, options: &Options) -> Option<Owners> {
    let Split::Tag = options.split else { return None };
    let mut users: BTreeMap<TypeId, Vec<usize>> = BTreeMap::new();
    let mut roots: BTreeMap<usize, Vec<TypeId>> = BTreeMap::new();
    for endpoint in &checked.api.endpoints {
        let open = roots.entry(endpoint.group).or_default();
        endpoint.each_ty(&mut |ty| ty.each_id(&mut |id| open.push(id)));
    }
    for (group, open) in roots {
        for id in reached(checked, open) {
            users.entry(id).or_default().push(group);
        }
    }
    let only = |(id, groups): (TypeId, Vec<usize>)| match groups.as_slice() {
        [group] => Some((id, *group)),
        _ => None,
    };
    Some(users.into_iter().filter_map(only).collect())
}

fn reached(checked: &Checked, mut open: Vec<TypeId>) -> BTreeSet<TypeId> {
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            checked.api.types.get(id).each_ty(&mut |ty| ty.each_id(&mut |next| open.push(next)));
        }
    }
    seen
}

impl<'a> Context<'a> {
    /// The types of this part, in the order they are printed.
    pub(super) fn order(&self) -> impl Iterator<Item = &'a TypeId> + use<'a> {
        let part = self.part;
        self.checked.order.iter().filter(move |id| match part {
            Part::Whole => true,
            Part::Shared(owners) => !owners.contains_key(*id),
            Part::Group(group, owners) => owners.get(*id) == Some(&group),
        })
    }

    /// Whether the operations of a group are in this part.
    pub(super) fn has_group(&self, group: usize) -> bool {
        match self.part {
            Part::Whole => true,
            Part::Shared(_) => false,
            Part::Group(own, _) => own == group,
        }
    }

    /// Whether the service as a whole is in this part.
    pub(super) fn has_service(&self) -> bool {
        match self.part {
            Part::Whole | Part::Shared(_) => true,
            Part::Group(..) => false,
        }
    }

    /// Where a file finds the names of other files: `beside` it, or in all folders when there are several.
    pub(super) fn imports(&self, beside: TokenStream) -> TokenStream {
        match self.part {
            Part::Whole => beside,
            Part::Shared(_) => quote! { use super::*; },
            Part::Group(..) => quote! { use super::super::*; },
        }
    }

    /// The groups that get a folder beside this part: those with operations, or with types when only types are printed.
    pub(crate) fn folders(&self) -> Vec<Context<'a>> {
        let Part::Shared(owners) = self.part else { return Vec::new() };
        let groups =
            (0..self.checked.api.groups.len()).map(|n| Context { part: Part::Group(n, owners), ..*self });
        groups.filter(|cx| cx.serves() || cx.calls() || cx.tells() || cx.has_types()).collect()
    }

    /// Whether this part has a `types.rs`: a group has one when it has types for itself.
    pub(crate) fn has_types(&self) -> bool {
        self.has_service() || self.order().next().is_some()
    }

    /// Whether this part has a `webhooks.rs`.
    pub(crate) fn tells(&self) -> bool {
        let mut told = self.checked.api.endpoints.iter().filter(|endpoint| !endpoint.is_served());
        self.options.serves() && told.any(|endpoint| self.has_group(endpoint.group))
    }

    /// Whether this part has a `server.rs`.
    pub(crate) fn serves(&self) -> bool {
        let endpoints = &self.checked.api.endpoints;
        self.options.serves()
            && match self.part {
                Part::Whole | Part::Shared(_) => true,
                Part::Group(n, _) => endpoints.iter().any(|one| one.group == n && one.is_served()),
            }
    }

    /// Whether this part has a `client.rs`.
    pub(crate) fn calls(&self) -> bool {
        let endpoints = &self.checked.api.endpoints;
        self.options.calls()
            && match self.part {
                Part::Whole | Part::Shared(_) => true,
                Part::Group(n, _) => endpoints.iter().any(|one| one.group == n && one.is_served()),
            }
    }
}
