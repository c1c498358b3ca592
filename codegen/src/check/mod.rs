//! The barrier: what passes it, backends may trust.

mod bounds;
pub mod callback;
mod default;
pub mod form;
pub mod link;
pub mod media;
pub mod pages;
mod pattern;
pub mod reply;
mod request;
pub mod route;
pub mod rules;
pub mod sanitize;
mod servers;
pub mod style;
mod types;
mod unchecked;
pub mod xml;

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::direction::{self, Split};
use crate::ir::{Api, Format, TypeId};
use crate::names::Idents;
use std::collections::BTreeMap;

/// An API and its names that backends may trust.
#[derive(Debug)]
pub struct Checked {
    /// The model, split by direction.
    pub api: Api,
    /// How Rust spells its names.
    pub idents: Idents,
    /// The types in the order of the document; a request's version stands right after the response's.
    pub order: Vec<TypeId>,
    /// By [`TypeId`]: whether a value of the type can break a rule.
    pub ruled: Vec<bool>,
    /// By type of a request: keys of fields that only responses have, which clients may send back.
    pub passed: BTreeMap<TypeId, Vec<String>>,
    /// By type that forms are read into: how its properties are spelled.
    pub forms: form::Forms,
    /// By type that travels in XML: what it is there.
    pub xml: xml::XmlTypes,
    /// By index of [`Api::endpoints`]: what travels.
    pub served: Vec<media::Served>,
    /// By index of [`Api::endpoints`]: links that become functions.
    pub links: Vec<Vec<link::Followed>>,
    /// By index of [`Api::endpoints`]: lists that come in pages.
    pub pages: Vec<Option<pages::Paged>>,
}

/// A check over the whole API. It may take away what cannot be kept, after saying so.
pub type Rule = fn(&mut Api, &Options, &mut Diagnostics);

/// Every check, in the order they run.
pub const RULES: &[Rule] = &[
    types::check,
    pattern::check,
    bounds::check,
    style::check,
    default::check,
    route::check,
    form::check,
    servers::check,
    callback::check,
    media::check,
];

/// Checks an API; `None` when an error was found.
pub fn check(mut api: Api, options: &Options, diagnostics: &mut Diagnostics) -> Option<Checked> {
    for rule in RULES {
        rule(&mut api, options, diagnostics);
    }
    let split = direction::split(&mut api);
    let idents = Idents::new(&api, diagnostics);
    let mapped = |format: &Format| mapped(format, options).is_some();
    unchecked::report(&api, &mapped, diagnostics);
    let ruled = rules::ruled(&api, &mapped);
    let mut served: Vec<_> =
        api.endpoints.iter().map(|endpoint| media::serve(&api, endpoint, &mapped)).collect();
    for (served, _) in served.iter_mut().zip(route::shadowed(&api)).filter(|(_, first)| first.is_some()) {
        served.path = None;
    }
    for (served, fits) in served.iter_mut().zip(route::deciding(&api)) {
        served.fits = fits;
    }
    for (endpoint, served) in api.endpoints.iter().zip(&served) {
        if !endpoint.is_served() && !served.is_writable(&api, endpoint) {
            let message =
                "its body or parameters can be read and not written: no function makes this message";
            diagnostics.report(Code::NoSender, endpoint.decl.span, message);
        }
    }
    sanitize::report(&api, &served, &mapped, diagnostics);
    let links = link::follow(&api, &served, &mapped, diagnostics);
    let pages = pages::find(&api, &served, diagnostics);
    let forms = form::forms(&api, diagnostics);
    let xml = xml::types(&api, diagnostics);
    let order = order(&api, &split);
    let passed = split.passed;
    let checked = Checked { api, idents, order, ruled, passed, forms, xml, served, links, pages };
    (!diagnostics.has_errors()).then_some(checked)
}

fn order(api: &Api, split: &Split) -> Vec<TypeId> {
    let inputs: std::collections::BTreeSet<TypeId> = split.inputs.values().copied().collect();
    let own = api.types.iter().map(|(id, _)| id).filter(|id| !inputs.contains(id));
    own.flat_map(|id| std::iter::once(id).chain(split.inputs.get(&id).copied())).collect()
}

/// The Rust type that users chose for a format.
#[must_use]
pub fn mapped<'o>(format: &Format, options: &'o Options) -> Option<&'o str> {
    options.types.get(format.wire()?).map(String::as_str)
}
