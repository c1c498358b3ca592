//! `validate.rs`: what must hold of the types beyond their shape.

use super::print::{Entry, Page, Table};
use super::{Context, docs, ident, literal};
use crate::check::rules::{Check, Count, checks, live};
use crate::ir::{Format, Rest, Shape, Ty, TypeId};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use std::ops::Bound;

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>) -> String {
    let mut inner = docs::inner("What must hold of the types beyond their shape.");
    if cx.checked.order.iter().any(|id| has_impl(cx, *id)) {
        inner.extend(quote!(
            use super::types::*;
        ));
    }
    let mut page = Page::new(&inner);
    for id in cx.checked.order.iter().filter(|id| has_impl(cx, **id) && cx.checked.ruled[id.0 as usize]) {
        let name = ident(cx.checked.idents.ty(*id));
        let body = rules(cx, *id);
        page.item(implementation(&name, &body));
    }
    let all: Vec<TypeId> = cx.checked.order.iter().copied().filter(|id| has_impl(cx, *id)).collect();
    let names = |ids: &mut dyn Iterator<Item = &TypeId>| -> Vec<Entry> {
        ids.map(|id| ident(cx.checked.idents.ty(*id))).map(|name| quote!(#name).into()).collect()
    };
    let free = names(&mut all.iter().filter(|id| !cx.checked.ruled[id.0 as usize]));
    for (name, entries) in
        [(quote!(apiloom::no_rules), free), (quote!(apiloom::validate), names(&mut all.iter()))]
    {
        if !entries.is_empty() {
            page.table(&Table { name, head: TokenStream::new(), entries, tail: TokenStream::new() });
        }
    }
    page.finish()
}

/// `impl apiloom::Rules`.
pub(super) fn implementation(name: &Ident, body: &TokenStream) -> TokenStream {
    quote! {
        impl apiloom::Rules for #name {
            fn rules(&self, v: &mut apiloom::Checker) { #body }
        }
    }
}

/// Plain aliases are the type that they stand for, and have nothing of their own.
fn has_impl(cx: &Context<'_>, id: TypeId) -> bool {
    match &cx.checked.api.types.get(id).shape {
        Shape::Struct(_) | Shape::Enum(_) | Shape::Union(_) => true,
        Shape::Alias(alias) => alias.recursive,
    }
}

fn rules(cx: &Context<'_>, id: TypeId) -> TokenStream {
    let idents = &cx.checked.idents;
    match &cx.checked.api.types.get(id).shape {
        Shape::Struct(object) => {
            let fields = object.fields.iter().enumerate().map(|(n, field)| {
                let name = ident(idents.member(id, n));
                let key = Literal::string(&field.decl.name.text());
                statements(cx, &quote!(#key), &quote!(&self.#name), &field.ty)
            });
            let rest = match (&object.rest, idents.rest(id).map(ident)) {
                (Rest::Collect(value), Some(rest)) => {
                    let map = Ty::plain(crate::ir::Kind::Map(Box::new(value.clone())));
                    statements(cx, &quote!(()), &quote!(&self.#rest), &map)
                }
                (Rest::Ignore | Rest::Deny | Rest::Collect(_), _) => TokenStream::new(),
            };
            quote!(#(#fields)* #rest)
        }
        Shape::Union(union) => {
            let mut silent = false;
            let mut arms = TokenStream::new();
            for (n, variant) in union.variants.iter().enumerate() {
                let name = ident(idents.member(id, n));
                let body = statements(cx, &quote!(()), &quote!(value), &variant.ty);
                silent |= body.is_empty();
                if !body.is_empty() {
                    arms.extend(quote!(Self::#name(value) => { #body }));
                }
            }
            let others = silent.then(|| quote!(_ => {}));
            quote!(match self { #arms #others })
        }
        Shape::Alias(alias) => statements(cx, &quote!(()), &quote!(&self.0), &alias.ty),
        Shape::Enum(_) => TokenStream::new(),
    }
}

/// The checks of a value at a place.
pub(super) fn statements(cx: &Context<'_>, at: &TokenStream, value: &TokenStream, ty: &Ty) -> TokenStream {
    let mapped = cx.mapped();
    let checks = live(checks(&cx.checked.api, ty, &mapped), &cx.checked.ruled);
    checks.iter().map(|check| statement(at, value, check)).collect()
}

fn statement(at: &TokenStream, value: &TokenStream, check: &Check<'_>) -> TokenStream {
    match check {
        Check::Length(range) => {
            let range = count(*range);
            quote!(v.length(#at, #value, #range);)
        }
        Check::Pattern(pattern) => quote!(v.pattern(#at, #value, #pattern);),
        Check::Format(of) => {
            let format = format(of);
            quote!(v.format(#at, #value, apiloom::Format::#format);)
        }
        Check::Integers(low, high) => {
            let (low, high) = (low.map(literal::integer), high.map(literal::integer));
            let range = match (low, high) {
                (low, Some(high)) => quote!(#low..=#high),
                (low, None) => quote!(#low..),
            };
            quote!(v.range(#at, #value, #range);)
        }
        Check::Numbers(low, high) => {
            let range = numbers(*low, *high);
            quote!(v.range(#at, #value, #range);)
        }
        Check::IntegerStep(step) => {
            let step = literal::integer(*step);
            quote!(v.multiple_of(#at, #value, #step);)
        }
        Check::NumberStep(step) => {
            let step = literal::number(*step);
            quote!(v.multiple_of(#at, #value, #step);)
        }
        Check::Items(range) => {
            let range = count(*range);
            quote!(v.items(#at, #value, #range);)
        }
        Check::Unique => quote!(v.unique(#at, #value);),
        Check::Properties(range) => {
            let range = count(*range);
            quote!(v.properties(#at, #value, #range);)
        }
        Check::Texts(all) => quote!(v.one_of(#at, #value, &[#(#all),*]);),
        Check::IntegerList(all) => {
            let all = all.iter().copied().map(literal::integer);
            quote!(v.one_of(#at, #value, &[#(#all),*]);)
        }
        Check::NumberList(all) => {
            let all = all.iter().copied().map(literal::number);
            quote!(v.one_of(#at, #value, &[#(#all),*]);)
        }
        Check::Booleans(all) => quote!(v.one_of(#at, #value, &[#(#all),*]);),
        Check::Nested(_) => quote!(v.nested(#at, #value);),
        Check::Each(inner) => {
            let inner = inner.iter().map(|check| statement(&quote!(()), &quote!(item), check));
            quote!(v.each(#at, #value, |v, item| { #(#inner)* });)
        }
        Check::Keys(inner) => {
            let inner = inner.iter().map(|check| statement(&quote!(()), &quote!(key), check));
            quote!(v.keys(#at, #value, |v, key| { #(#inner)* });)
        }
    }
}

fn count(range: Count) -> TokenStream {
    let literal = |n: u64| Literal::u64_unsuffixed(n);
    match (range.least.map(literal), range.most.map(literal)) {
        (low, Some(high)) => quote!(#low..=#high),
        (low, None) => quote!(#low..),
    }
}

fn numbers(low: Bound<f64>, high: Bound<f64>) -> TokenStream {
    let bound = |bound: Bound<f64>| match bound {
        Bound::Included(n) | Bound::Excluded(n) => Some(literal::number(n)),
        Bound::Unbounded => None,
    };
    let (least, most) = (bound(low), bound(high));
    match (low, high) {
        (Bound::Included(_) | Bound::Unbounded, Bound::Included(_)) => quote!(#least..=#most),
        (Bound::Included(_) | Bound::Unbounded, Bound::Excluded(_) | Bound::Unbounded) => {
            quote!(#least..#most)
        }
        (Bound::Excluded(_), high) => {
            let high = match high {
                Bound::Included(_) => quote!(std::ops::Bound::Included(#most)),
                Bound::Excluded(_) => quote!(std::ops::Bound::Excluded(#most)),
                Bound::Unbounded => quote!(std::ops::Bound::Unbounded),
            };
            quote!((std::ops::Bound::Excluded(#least), #high))
        }
    }
}

/// The runtime's name of a format that it checks.
fn format(format: &Format) -> Ident {
    ident(match format {
        Format::Date => "Date",
        Format::DateTime => "DateTime",
        Format::Time => "Time",
        Format::Duration => "Duration",
        Format::Uuid => "Uuid",
        Format::Uri => "Uri",
        Format::UriReference => "UriReference",
        Format::UriTemplate => "UriTemplate",
        Format::Email => "Email",
        Format::Hostname => "Hostname",
        Format::Ipv4 => "Ipv4",
        Format::Ipv6 => "Ipv6",
        Format::Regex | Format::Plain | Format::Byte | Format::Binary | Format::Password => "Regex",
        Format::JsonPointer => "JsonPointer",
        Format::Other(name) => match name.as_str() {
            "idn-email" => "IdnEmail",
            "idn-hostname" => "IdnHostname",
            "iri" => "Iri",
            "iri-reference" => "IriReference",
            _ => "RelativeJsonPointer",
        },
    })
}
