//! `validate.rs`: what must hold of the types beyond their shape.

use super::print::{Entry, Page, Table, WIDTH, columns, pack};
use super::text::text;
use super::{Context, docs, ident, literal};
use crate::check::rules::{Check, Count, checks, live};
use crate::ir::{Format, Rest, Shape, Ty, TypeId, Union};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote};
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
        page.rules(&name, &body);
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

/// Plain aliases are the type that they stand for, and have nothing of their own.
fn has_impl(cx: &Context<'_>, id: TypeId) -> bool {
    match &cx.checked.api.types.get(id).shape {
        Shape::Struct(_) | Shape::Enum(_) | Shape::Union(_) => true,
        Shape::Alias(alias) => alias.recursive,
    }
}

fn rules(cx: &Context<'_>, id: TypeId) -> Vec<String> {
    let idents = &cx.checked.idents;
    match &cx.checked.api.types.get(id).shape {
        Shape::Struct(object) => {
            let fields = object.fields.iter().enumerate().flat_map(|(n, field)| {
                let name = ident(idents.member(id, n));
                let key = Literal::string(&field.decl.name.text());
                statements(cx, &quote!(#key), &quote!(&this.#name), &field.ty)
            });
            let rest = match (&object.rest, idents.rest(id).map(ident)) {
                (Rest::Collect(value), Some(rest)) => {
                    let map = Ty::plain(crate::ir::Kind::Map(Box::new(value.clone())));
                    statements(cx, &quote!(()), &quote!(&this.#rest), &map)
                }
                (Rest::Ignore | Rest::Deny | Rest::Collect(_), _) => Vec::new(),
            };
            fields.chain(rest).collect()
        }
        Shape::Union(union) => vec![arms(cx, id, union)],
        Shape::Alias(alias) => statements(cx, &quote!(()), &quote!(&this.0), &alias.ty),
        Shape::Enum(_) => Vec::new(),
    }
}

/// A `match` over the variants that have something to check.
fn arms(cx: &Context<'_>, id: TypeId, union: &Union) -> String {
    let mut arms = Vec::new();
    let mut silent = false;
    for (n, variant) in union.variants.iter().enumerate() {
        let name = ident(cx.checked.idents.member(id, n));
        match statements(cx, &quote!(()), &quote!(value), &variant.ty).as_slice() {
            [] => silent = true,
            [one] => arms.push(format!("Self::{name}(value) => {}", one.trim_end_matches(';'))),
            many => {
                let line = format!("Self::{name}(value) => {{ {} }}", many.join(" "));
                let long = columns(&line) + 5 > WIDTH || line.contains('\n');
                let block =
                    || many.iter().map(|one| format!("\n        {}", one.replace('\n', "\n        ")));
                arms.push(if !long {
                    line
                } else {
                    format!("Self::{name}(value) => {{{}\n    }}", block().collect::<String>())
                });
            }
        }
    }
    if silent {
        arms.push("_ => {}".to_owned());
    }
    format!("match this {{\n{}}}", pack(&arms))
}

/// The checks of a value at a place, each a statement, over several lines if it is a long one.
pub(super) fn statements(cx: &Context<'_>, at: &TokenStream, value: &TokenStream, ty: &Ty) -> Vec<String> {
    let mapped = cx.mapped();
    let checks = live(checks(&cx.checked.api, ty, &mapped), &cx.checked.ruled);
    checks.iter().map(|check| statement(at, value, check) + ";").collect()
}

fn statement(at: &TokenStream, value: &TokenStream, check: &Check<'_>) -> String {
    let line = |method: &str, arguments: &TokenStream| {
        let method = ident(method);
        text(&quote!(v.#method(#at, #value #arguments)))
    };
    let counted = |method: &str, range: Count| {
        let range = count(range);
        line(method, &quote!(, #range))
    };
    let step = |step: TokenStream| line("multiple_of", &quote!(, #step));
    match check {
        Check::Length(range) => counted("length", *range),
        Check::Pattern(pattern) => line("pattern", &quote!(, #pattern)),
        Check::Format(of) => {
            let format = format(of);
            line("format", &quote!(, apiloom::Format::#format))
        }
        Check::Integers(low, high) => {
            let range = integers(*low, *high);
            line("range", &quote!(, #range))
        }
        Check::Numbers(low, high) => {
            let range = numbers(*low, *high);
            line("range", &quote!(, #range))
        }
        Check::IntegerStep(n) => step(literal::integer(*n)),
        Check::NumberStep(n) => step(literal::number(*n)),
        Check::Items(range) => counted("items", *range),
        Check::Unique => line("unique", &TokenStream::new()),
        Check::Properties(range) => counted("properties", *range),
        Check::Texts(all) => one_of(at, value, all.iter().map(|text| quote!(#text))),
        Check::IntegerList(all) => one_of(at, value, all.iter().map(|n| literal::integer(*n))),
        Check::NumberList(all) => one_of(at, value, all.iter().map(|n| literal::number(*n))),
        Check::Booleans(all) => one_of(at, value, all.iter().map(|truth| quote!(#truth))),
        Check::Nested(_) => line("nested", &TokenStream::new()),
        Check::Each(inner) => closure(&line("each", &quote!(, |v, item|)), &quote!(item), inner),
        Check::Keys(inner) => closure(&line("keys", &quote!(, |v, key|)), &quote!(key), inner),
    }
}

/// A list of allowed values, packed when it is long.
fn one_of(at: &TokenStream, value: &TokenStream, all: impl Iterator<Item = impl ToTokens>) -> String {
    let open = text(&quote!(v.one_of(#at, #value,)));
    let open = open.trim_end_matches(')');
    let all: Vec<String> = all.map(|one| text(&one.into_token_stream())).collect();
    let line = format!("{open} &[{}])", all.join(", "));
    if columns(&line) + 6 <= WIDTH { line } else { format!("{open} &[\n{}])", pack(&all)) }
}

/// `open` is a call up to the body of a closure, and `)`.
fn closure(open: &str, name: &TokenStream, inner: &[Check<'_>]) -> String {
    let open = open.trim_end_matches(')');
    let inner: Vec<String> = inner.iter().map(|check| statement(&quote!(()), name, check)).collect();
    let long = inner.iter().any(|one| one.contains('\n'));
    let line = match inner.as_slice() {
        [one] => format!("{open} {one})"),
        _ => format!("{open} {{ {} }})", inner.join("; ")),
    };
    if !long && columns(&line) + 6 <= WIDTH {
        return line;
    }
    let lines = inner.iter().map(|one| format!("{};", one.replace('\n', "\n    ")));
    format!("{open} {{\n    {}\n}})", lines.collect::<Vec<_>>().join("\n    "))
}

fn integers(low: Option<i128>, high: Option<i128>) -> TokenStream {
    match (low.map(literal::integer), high.map(literal::integer)) {
        (low, Some(high)) => quote!(#low..=#high),
        (low, None) => quote!(#low..),
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
