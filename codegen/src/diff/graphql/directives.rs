//! Definitions of directives.

use super::super::Level::{Breaking, Dangerous, Safe};
use super::fields::{Ids, must_be_given};
use super::{Differ, Pair, docs, pairs};
use crate::graphql::Directive;

/// Directives that every schema has (section 3.13).
const BUILT_IN: [&str; 5] = ["skip", "include", "deprecated", "specifiedBy", "oneOf"];

impl Differ<'_> {
    pub(super) fn definitions(&mut self) {
        let (old, new) = (self.old, self.new);
        for (name, pair) in pairs(Some(&old.directives), &new.directives) {
            if BUILT_IN.contains(&name) {
                continue;
            }
            let path = format!("@{name}");
            match pair {
                Pair::Gone(was) => {
                    let text = format!("the directive `@{name}` was removed");
                    self.report("DIRECTIVE_REMOVED", Breaking, (&path, text), (Some(was.decl.span), None));
                }
                Pair::Come(is) => {
                    let text = format!("the directive `@{name}` was added");
                    self.report("DIRECTIVE_ADDED", Safe, (&path, text), (None, Some(is.decl.span)));
                    self.definition(&path, None, is);
                }
                Pair::Both(was, is) => self.definition(&path, Some(was), is),
            }
        }
    }

    fn definition(&mut self, path: &str, old: Option<&Directive>, new: &Directive) {
        let spans = (old.map(|old| old.decl.span), Some(new.decl.span));
        if let Some((_, verb)) = docs(old.and_then(|old| old.decl.docs.as_deref()), new.decl.docs.as_deref())
        {
            let text = format!("the description of `{path}` {verb}");
            self.report("DIRECTIVE_DESCRIPTION_CHANGED", Safe, (path, text), spans);
        }
        match (old.is_some_and(|old| old.repeatable), new.repeatable) {
            (true, false) => {
                let text = format!("`{path}` cannot be repeated any more");
                self.report("DIRECTIVE_REPEATABLE_REMOVED", Dangerous, (path, text), spans);
            }
            (false, true) => {
                let text = format!("`{path}` can be repeated now");
                self.report("DIRECTIVE_REPEATABLE_ADDED", Safe, (path, text), spans);
            }
            _ => {}
        }
        let before = old.map(|old| old.locations.as_slice()).unwrap_or_default();
        for location in new.locations.iter().filter(|one| !before.contains(one)) {
            let text = format!("`{path}` can be applied to {location} now");
            self.report("DIRECTIVE_LOCATION_ADDED", Safe, (path, text), spans);
        }
        for location in before.iter().filter(|one| !new.locations.contains(one)) {
            let text = format!("`{path}` cannot be applied to {location} any more");
            self.report("DIRECTIVE_LOCATION_REMOVED", Breaking, (path, text), spans);
        }
        self.definition_arguments(path, old, new);
    }

    fn definition_arguments(&mut self, path: &str, old: Option<&Directive>, new: &Directive) {
        for (name, pair) in pairs(old.map(|old| &old.arguments), &new.arguments) {
            let at = format!("{path}.{name}");
            match pair {
                Pair::Gone(was) => {
                    let text = format!("the argument `{name}` of `{path}` was removed");
                    let spans = (Some(was.decl.span), Some(new.decl.span));
                    self.report("DIRECTIVE_ARGUMENT_REMOVED", Breaking, (&at, text), spans);
                }
                Pair::Come(is) => {
                    let breaks = old.is_some() && must_be_given(is);
                    let text = format!("the argument `{name}: {}` was added to `{path}`", is.ty.wrapped);
                    let level = if breaks { Breaking } else { Safe };
                    let spans = (old.map(|old| old.decl.span), Some(is.decl.span));
                    self.report("DIRECTIVE_ARGUMENT_ADDED", level, (path, text), spans);
                }
                Pair::Both(was, is) => {
                    let told = format!("the argument `{name}` of `{path}`");
                    self.input(&at, &told, (was, is), &Ids::DIRECTIVE_ARGUMENT);
                }
            }
        }
    }
}
