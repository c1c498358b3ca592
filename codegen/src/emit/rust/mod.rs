//! Rust. Everything is built from tokens; text of the schema becomes string literals, checked identifiers and
//! documentation attributes, and nothing else.

mod argument;
pub(super) mod client;
mod declare;
mod docs;
mod form;
#[cfg(test)]
pub(super) mod hostile;
mod link;
mod literal;
pub(super) mod module;
mod outcome;
mod pages;
pub(super) mod part;
mod print;
mod request;
mod response;
mod route;
pub(super) mod security;
pub(super) mod server;
mod style;
mod text;
mod ty;
pub(super) mod types;
mod validate;
pub(super) mod webhooks;
mod xml;

use crate::check::Checked;
use crate::config::Options;
use crate::ir::Format;
use proc_macro2::{Ident, Span};

/// What every printer needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) checked: &'a Checked,
    pub(super) options: &'a Options,
    /// What of it is printed.
    pub(super) part: part::Part<'a>,
}

impl Context<'_> {
    /// Whether users gave a format a type of their own.
    fn mapped(&self) -> impl Fn(&Format) -> bool {
        |format| crate::check::mapped(format, self.options).is_some()
    }
}

/// A name as `names` spelled it.
fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
