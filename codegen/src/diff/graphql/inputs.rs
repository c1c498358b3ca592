//! Input objects and enums.

use super::super::Level::{Breaking, Dangerous, Safe};
use super::fields::{Ids, must_be_given};
use super::{Differ, Pair, docs, pairs};
use crate::graphql::{Decl, Input, Type};
use indexmap::IndexMap;

impl Differ<'_> {
    pub(super) fn input_fields(
        &mut self,
        owner: &Type,
        old: Option<&IndexMap<String, Input>>,
        new: &IndexMap<String, Input>,
    ) -> &'static str {
        let type_name = &owner.decl.name;
        for (name, pair) in pairs(old, new) {
            let path = format!("{type_name}.{name}");
            let told = format!("the input field `{path}`");
            match pair {
                Pair::Gone(was) => {
                    let deprecated = if was.decl.deprecated().is_some() { " (deprecated)" } else { "" };
                    let text = format!("{told}{deprecated} was removed");
                    let spans = (Some(was.decl.span), Some(owner.decl.span));
                    self.report("INPUT_FIELD_REMOVED", Breaking, (&path, text), spans);
                }
                Pair::Come(is) => self.input_field_added(&path, owner, old.is_none(), is),
                Pair::Both(was, is) => {
                    self.input(&path, &told, (was, is), &Ids::INPUT_FIELD);
                    self.usage(("INPUT_FIELD_DEFINITION", &path, &told), Some(&was.decl), &is.decl);
                }
            }
        }
        "INPUT_OBJECT"
    }

    fn input_field_added(&mut self, path: &str, owner: &Type, in_new_type: bool, new: &Input) {
        let told = format!("the input field `{path}`");
        let (level, more) = match &new.default {
            _ if in_new_type => (Safe, String::new()),
            Some(default) => (Dangerous, format!(" with the default `{default}`")),
            None if must_be_given(new) => (Breaking, " and must be given".to_owned()),
            None => (Safe, String::new()),
        };
        let text = format!("{told} of the type `{}` was added{more}", new.ty.wrapped);
        let old = if in_new_type { None } else { self.old.types.get(&owner.decl.name) };
        let spans = (old.map(|old| old.decl.span), Some(new.decl.span));
        self.report("INPUT_FIELD_ADDED", level, (path, text), spans);
        if new.decl.docs.is_some() {
            let text = format!("the description of {told} was added");
            self.report("INPUT_FIELD_DESCRIPTION_ADDED", Safe, (path, text), (None, Some(new.decl.span)));
        }
        self.usage(("INPUT_FIELD_DEFINITION", path, &told), None, &new.decl);
    }

    pub(super) fn values(
        &mut self,
        owner: &Type,
        old: Option<&IndexMap<String, Decl>>,
        new: &IndexMap<String, Decl>,
    ) -> &'static str {
        let type_name = &owner.decl.name;
        for (name, pair) in pairs(old, new) {
            let path = format!("{type_name}.{name}");
            match pair {
                Pair::Gone(was) => {
                    let deprecated = if was.deprecated().is_some() { " (deprecated)" } else { "" };
                    let text =
                        format!("the value `{name}`{deprecated} of the enum `{type_name}` was removed");
                    let spans = (Some(was.span), Some(owner.decl.span));
                    self.report("ENUM_VALUE_REMOVED", Breaking, (&path, text), spans);
                }
                Pair::Come(is) => {
                    let is_safe = old.is_none() || self.positions.is_only_taken(type_name);
                    let level = if is_safe { Safe } else { Dangerous };
                    let text = format!("the value `{name}` was added to the enum `{type_name}`");
                    self.report("ENUM_VALUE_ADDED", level, (&path, text), (None, Some(is.span)));
                    self.value(&path, None, is);
                }
                Pair::Both(was, is) => self.value(&path, Some(was), is),
            }
        }
        "ENUM"
    }

    fn value(&mut self, path: &str, old: Option<&Decl>, new: &Decl) {
        let spans = (old.map(|old| old.span), Some(new.span));
        if let Some((_, verb)) = docs(old.and_then(|old| old.docs.as_deref()), new.docs.as_deref()) {
            let text = format!("the description of the value `{path}` {verb}");
            self.report("ENUM_VALUE_DESCRIPTION_CHANGED", Safe, (path, text), spans);
        }
        let at = format!("{path}.@deprecated");
        let (was, is) = (old.and_then(Decl::deprecated), new.deprecated());
        if was != is {
            let (what, at, text) = match (was, is) {
                (None | Some(Decl::NO_REASON), Some(is)) => {
                    ("ADDED", at.as_str(), format!("the value `{path}` is deprecated now: {is}"))
                }
                (_, None) => ("REMOVED", path, format!("the value `{path}` is not deprecated any more")),
                (Some(_), Some(Decl::NO_REASON)) => {
                    ("REMOVED", path, format!("the value `{path}` is deprecated without a reason now"))
                }
                (Some(_), Some(is)) => (
                    "CHANGED",
                    at.as_str(),
                    format!("the reason for which `{path}` is deprecated is now: {is}"),
                ),
            };
            self.report(format!("ENUM_VALUE_DEPRECATION_REASON_{what}"), Safe, (at, text), spans);
        }
        self.usage(("ENUM_VALUE", path, &format!("the value `{path}`")), old, new);
    }
}
