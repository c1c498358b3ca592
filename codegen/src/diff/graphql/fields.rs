//! Fields of objects and interfaces, and their arguments.

use super::super::Level::{self, Breaking, Dangerous, Safe};
use super::{Differ, Pair, docs, pairs};
use crate::graphql::{Decl, Field, Input, Shape, Type, Wrapped};
use indexmap::IndexMap;

impl Differ<'_> {
    pub(super) fn fields(
        &mut self,
        owner: &Type,
        old: Option<&IndexMap<String, Field>>,
        new: &IndexMap<String, Field>,
    ) {
        let kind = if matches!(owner.shape, Shape::Interface(_)) { "interface" } else { "object type" };
        let type_name = &owner.decl.name;
        for (name, pair) in pairs(old, new) {
            let path = format!("{type_name}.{name}");
            match pair {
                Pair::Gone(was) => {
                    let deprecated = if was.decl.deprecated().is_some() { " (deprecated)" } else { "" };
                    let text =
                        format!("the field `{name}`{deprecated} of the {kind} `{type_name}` was removed");
                    let spans = (Some(was.decl.span), Some(owner.decl.span));
                    self.report("FIELD_REMOVED", Breaking, (&path, text), spans);
                }
                Pair::Come(is) => {
                    let text = format!("the field `{name}` was added to the {kind} `{type_name}`");
                    self.report("FIELD_ADDED", Safe, (&path, text), (None, Some(is.decl.span)));
                    self.field(&path, None, is);
                }
                Pair::Both(was, is) => self.field(&path, Some(was), is),
            }
        }
    }

    fn field(&mut self, path: &str, old: Option<&Field>, new: &Field) {
        let spans = (old.map(|old| old.decl.span), Some(new.decl.span));
        if let Some((what, verb)) =
            docs(old.and_then(|old| old.decl.docs.as_deref()), new.decl.docs.as_deref())
        {
            let text = format!("the description of the field `{path}` {verb}");
            self.report(format!("FIELD_DESCRIPTION_{what}"), Safe, (path, text), spans);
        }
        self.deprecation(path, old.map(|old| &old.decl), &new.decl);
        if let Some(old) = old
            && old.ty.wrapped != new.ty.wrapped
        {
            let level = if is_safe_given(&old.ty.wrapped, &new.ty.wrapped) { Safe } else { Breaking };
            let text = format!(
                "the type of the field `{path}` changed from `{}` to `{}`",
                old.ty.wrapped, new.ty.wrapped
            );
            self.report("FIELD_TYPE_CHANGED", level, (path, text), (Some(old.ty.span), Some(new.ty.span)));
        }
        for (name, pair) in pairs(old.map(|old| &old.arguments), &new.arguments) {
            let at = format!("{path}.{name}");
            match pair {
                Pair::Gone(was) => {
                    let text = format!(
                        "the argument `{name}: {}` of the field `{path}` was removed",
                        was.ty.wrapped
                    );
                    let spans = (Some(was.decl.span), Some(new.decl.span));
                    self.report("FIELD_ARGUMENT_REMOVED", Breaking, (&at, text), spans);
                }
                Pair::Come(is) => self.argument_added(&at, path, old, is),
                Pair::Both(was, is) => self.argument(&at, path, was, is),
            }
        }
        self.usage(
            ("FIELD_DEFINITION", path, &format!("the field `{path}`")),
            old.map(|old| &old.decl),
            &new.decl,
        );
    }

    fn argument_added(&mut self, at: &str, path: &str, field: Option<&Field>, new: &Input) {
        let (level, more) = match (field, must_be_given(new), &new.default) {
            (None, ..) => (Safe, String::new()),
            (Some(_), true, _) => (Breaking, " and must be given".to_owned()),
            (Some(_), false, Some(default)) => (Dangerous, format!(" with the default `{default}`")),
            (Some(_), false, None) => (Dangerous, String::new()),
        };
        let Input { decl, ty, .. } = new;
        let text =
            format!("the argument `{}: {}` was added to the field `{path}`{more}", decl.name, ty.wrapped);
        let spans = (field.map(|field| field.decl.span), Some(decl.span));
        self.report("FIELD_ARGUMENT_ADDED", level, (at, text), spans);
    }

    fn argument(&mut self, at: &str, path: &str, old: &Input, new: &Input) {
        let told = format!("the argument `{}` of the field `{path}`", new.decl.name);
        self.input(at, &told, (old, new), &Ids::FIELD_ARGUMENT);
        self.usage(("ARGUMENT_DEFINITION", at, &told), Some(&old.decl), &new.decl);
    }

    fn deprecation(&mut self, path: &str, old: Option<&Decl>, new: &Decl) {
        let spans = (old.map(|old| old.span), Some(new.span));
        let at = format!("{path}.@deprecated");
        let (what, text) = match (old.and_then(Decl::deprecated), new.deprecated()) {
            (None, Some(_)) => ("ADDED", format!("the field `{path}` is deprecated")),
            (Some(_), None) => ("REMOVED", format!("the field `{path}` is not deprecated any more")),
            (Some(was), Some(is)) if was != is => match (was, is) {
                (Decl::NO_REASON, _) => {
                    ("REASON_ADDED", format!("`{path}` is deprecated for a reason now: {is}"))
                }
                (_, Decl::NO_REASON) => {
                    ("REASON_REMOVED", format!("`{path}` is deprecated without a reason now"))
                }
                _ => ("REASON_CHANGED", format!("the reason for which `{path}` is deprecated is now: {is}")),
            },
            _ => return,
        };
        let at = if what == "REASON_REMOVED" { path } else { &at };
        self.report(format!("FIELD_DEPRECATION_{what}"), Safe, (at, text), spans);
    }
}

/// The ids of what changes in something that takes values.
pub(super) struct Ids {
    pub(super) docs: [&'static str; 3],
    pub(super) default: &'static str,
    pub(super) ty: &'static str,
}

impl Ids {
    pub(super) const FIELD_ARGUMENT: Self = Self {
        docs: ["FIELD_ARGUMENT_DESCRIPTION_CHANGED"; 3],
        default: "FIELD_ARGUMENT_DEFAULT_CHANGED",
        ty: "FIELD_ARGUMENT_TYPE_CHANGED",
    };
    pub(super) const DIRECTIVE_ARGUMENT: Self = Self {
        docs: ["DIRECTIVE_ARGUMENT_DESCRIPTION_CHANGED"; 3],
        default: "DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED",
        ty: "DIRECTIVE_ARGUMENT_TYPE_CHANGED",
    };
    pub(super) const INPUT_FIELD: Self = Self {
        docs: [
            "INPUT_FIELD_DESCRIPTION_ADDED",
            "INPUT_FIELD_DESCRIPTION_REMOVED",
            "INPUT_FIELD_DESCRIPTION_CHANGED",
        ],
        default: "INPUT_FIELD_DEFAULT_VALUE_CHANGED",
        ty: "INPUT_FIELD_TYPE_CHANGED",
    };
}

impl Differ<'_> {
    /// An argument or an input field that is on both sides.
    pub(super) fn input(&mut self, at: &str, told: &str, (old, new): (&Input, &Input), ids: &Ids) {
        let spans = (Some(old.decl.span), Some(new.decl.span));
        if let Some((what, verb)) = docs(old.decl.docs.as_deref(), new.decl.docs.as_deref()) {
            let [added, removed, changed] = ids.docs;
            let id = match what {
                "ADDED" => added,
                "REMOVED" => removed,
                _ => changed,
            };
            self.report(id, Safe, (at, format!("the description of {told} {verb}")), spans);
        }
        let text = match (&old.default, &new.default) {
            (None, Some(is)) => Some(format!("the default of {told} is `{is}` now")),
            (Some(was), None) => Some(format!("the default `{was}` of {told} was removed")),
            (Some(was), Some(is)) if !was.means(is) => {
                Some(format!("the default of {told} changed from `{was}` to `{is}`"))
            }
            _ => None,
        };
        if let Some(text) = text {
            self.report(ids.default, Dangerous, (at, text), spans);
        }
        if old.ty.wrapped != new.ty.wrapped {
            let level: Level = if is_safe_taken(&old.ty.wrapped, &new.ty.wrapped) { Safe } else { Breaking };
            let text =
                format!("the type of {told} changed from `{}` to `{}`", old.ty.wrapped, new.ty.wrapped);
            self.report(ids.ty, level, (at, text), (Some(old.ty.span), Some(new.ty.span)));
        }
    }
}

/// Whether callers must give it (section 3.6.1, required arguments).
pub(super) fn must_be_given(input: &Input) -> bool {
    input.default.is_none() && matches!(input.ty.wrapped, Wrapped::NonNull(_))
}

/// Whether all that is given now could be given before.
fn is_safe_given(old: &Wrapped, new: &Wrapped) -> bool {
    match (old, new) {
        (Wrapped::NonNull(old), Wrapped::NonNull(new)) => is_safe_given(old, new),
        (old, Wrapped::NonNull(new)) => is_safe_given(old, new),
        (Wrapped::List(old), Wrapped::List(new)) => is_safe_given(old, new),
        (Wrapped::Named(old), Wrapped::Named(new)) => old == new,
        _ => false,
    }
}

/// Whether all that was taken before is taken now.
fn is_safe_taken(old: &Wrapped, new: &Wrapped) -> bool {
    match (old, new) {
        (Wrapped::NonNull(old), Wrapped::NonNull(new)) => is_safe_taken(old, new),
        (Wrapped::NonNull(old), new) => is_safe_taken(old, new),
        (Wrapped::List(old), Wrapped::List(new)) => is_safe_taken(old, new),
        (Wrapped::Named(old), Wrapped::Named(new)) => old == new,
        _ => false,
    }
}
