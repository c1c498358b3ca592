//! Directives where they are applied.
//!
//! What a directive means nobody but its users know: that one came or went may break, except for those that GraphQL
//! defines.

use super::super::Level::{self, Breaking, Dangerous, Safe};
use super::{Differ, Spans};
use crate::graphql::{Applied, Decl};
use crate::source::Span;
use std::collections::HashMap;

/// What a directive is applied to: the end of the ids, the path, and how it is told.
type Host<'a> = (&'a str, &'a str, &'a str);

impl Differ<'_> {
    pub(super) fn schema_usage(&mut self) {
        let (old, new) = (self.old, self.new);
        let spans = (Some(old.span), Some(new.span));
        self.applied(("SCHEMA", "", "the schema"), (&old.applied, &new.applied), spans, false);
    }

    /// The directives of something; without `old` it is new itself.
    pub(super) fn usage(&mut self, host: Host<'_>, old: Option<&Decl>, new: &Decl) {
        let before = old.map(|old| old.applied.as_slice()).unwrap_or_default();
        let spans = (old.map(|old| old.span), Some(new.span));
        self.applied(host, (before, &new.applied), spans, old.is_none());
    }

    /// A directive that is applied several times is compared in order.
    fn applied(&mut self, host: Host<'_>, (old, new): (&[Applied], &[Applied]), at: Spans, is_new: bool) {
        let (kind, path, told) = host;
        let mut after: HashMap<&str, std::collections::VecDeque<&Applied>> = HashMap::new();
        for applied in new {
            after.entry(&applied.name).or_default().push_back(applied);
        }
        for was in old {
            let at_directive = format!("{path}.@{}", was.name);
            if let Some(is) = after.get_mut(was.name.as_str()).and_then(|list| list.pop_front()) {
                self.given(&at_directive, Some(was), is);
                continue;
            }
            let level = if matches!(was.name.as_str(), "deprecated" | "oneOf") { Safe } else { Dangerous };
            let text = format!("`@{}` was removed from {told}", was.name);
            let id = format!("DIRECTIVE_USAGE_{kind}_REMOVED");
            self.report(id, level, (&at_directive, text), (Some(was.span), at.1));
        }
        for is in new {
            let is_left =
                after.get(is.name.as_str()).is_some_and(|list| list.iter().any(|one| std::ptr::eq(*one, is)));
            if !is_left {
                continue;
            }
            let level = if is_new { Safe } else { added(&is.name) };
            let text = format!("`@{}` was added to {told}", is.name);
            let at_directive = format!("{path}.@{}", is.name);
            let id = format!("DIRECTIVE_USAGE_{kind}_ADDED");
            self.report(id, level, (&at_directive, text), (at.0, Some(is.span)));
            self.given(&at_directive, None, is);
        }
    }

    /// The arguments that are given. Another value is told as the old one gone and the new one come.
    fn given(&mut self, path: &str, old: Option<&Applied>, new: &Applied) {
        let spans = |old: Option<&Applied>| -> (Option<Span>, Option<Span>) {
            (old.map(|old| old.span), Some(new.span))
        };
        for (name, was) in old.iter().flat_map(|old| &old.arguments) {
            if new.arguments.get(name).is_none_or(|is| is != was) {
                let text = format!("the argument `{name}: {was}` of `@{}` was removed", new.name);
                self.report(
                    "DIRECTIVE_USAGE_ARGUMENT_REMOVED",
                    Dangerous,
                    (&format!("{path}.{name}"), text),
                    spans(old),
                );
            }
        }
        for (name, is) in &new.arguments {
            if old.and_then(|old| old.arguments.get(name)).is_none_or(|was| is != was) {
                let text = format!("the argument `{name}: {is}` of `@{}` was added", new.name);
                self.report(
                    "DIRECTIVE_USAGE_ARGUMENT_ADDED",
                    Safe,
                    (&format!("{path}.{name}"), text),
                    spans(old),
                );
            }
        }
    }
}

/// `@oneOf` refuses what was taken before (section 3.13.5).
fn added(name: &str) -> Level {
    match name {
        "deprecated" => Safe,
        "oneOf" => Breaking,
        _ => Dangerous,
    }
}
