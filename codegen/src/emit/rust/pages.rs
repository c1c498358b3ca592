//! How a client asks for the pages of a list.

use super::print::{WIDTH, columns};
use super::server::Operation;
use super::text::text;
use super::ty::{Holder, holder, plain};
use super::{Context, ident};
use crate::check::link::Step;
use crate::check::pages::{Next, Paged};
use crate::ir::Shape;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// `pages cursor ("after") [Pet = |answer| …, |answer| …]`.
pub(super) fn paging(cx: &Context<'_>, one: &Operation<'_>, paged: &Paged) -> String {
    let item = text(&plain(cx, &paged.item));
    let list = items(cx, &quote!(answer), &paged.items);
    let list = text(&quote!(|answer| #list));
    let spec = |n: usize| {
        let param = &one.endpoint.params[n];
        let name = Literal::string(&param.decl.name.text());
        let words = super::style::words(param);
        text(&quote!((#name #(#words)*)))
    };
    let mark = |steps: &[Step]| {
        let value = super::link::opened_way(cx, &quote!(answer), steps);
        text(&quote!(|answer| Some(#value.to_string())))
    };
    let (how, before) = match &paged.next {
        Next::Link => ("link".to_owned(), None),
        Next::Address(steps) => ("address".to_owned(), Some(mark(steps))),
        Next::Cursor(n, steps) => (format!("cursor {}", spec(*n)), Some(mark(steps))),
        Next::Page(n, first) => (format!("page {}", spec(*n)), Some(first.to_string())),
        Next::Offset(n) => (format!("offset {}", spec(*n)), None),
    };
    let mut all: Vec<String> = before.into_iter().chain([list]).collect();
    if let Some(first) = all.first_mut() {
        *first = format!("{item} = {first}");
    }
    let line = format!("pages {how} [{}]", all.join(", "));
    if columns(&line) + 12 <= WIDTH {
        return line;
    }
    format!("pages {how} [\n                {},\n            ]", all.join(",\n                "))
}

/// The list in an answer, which is taken apart.
fn items(cx: &Context<'_>, value: &TokenStream, steps: &[Step]) -> TokenStream {
    let Some((step, rest)) = steps.split_first() else { return value.clone() };
    let Shape::Struct(object) = &cx.checked.api.types.get(step.of).shape else { return value.clone() };
    let (field, name) = (&object.fields[step.field], ident(cx.checked.idents.member(step.of, step.field)));
    let place = quote!(#value.#name);
    let maybe = match holder(cx, &field.ty, &field.presence) {
        Holder::Plain if !cx.checked.api.without_null(&field.ty).1 => return items(cx, &place, rest),
        Holder::Plain | Holder::Option => place,
        Holder::Patch => quote!(#place.value()),
    };
    if rest.is_empty() {
        return quote!(#maybe.unwrap_or_default());
    }
    let inner = items(cx, &quote!(inner), rest);
    quote!(#maybe.map(|inner| #inner).unwrap_or_default())
}
