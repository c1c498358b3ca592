//! `validate.rs`: what must hold of the types beyond their shape.

use super::print::{Entry, Page, Table, WIDTH, columns, pack};
use super::text::text;
use super::{Context, docs, ident, literal};
use crate::check::rules::{Check, Count, checks, live, on_whole};
use crate::ir::{Format, Rest, Shape, Ty, TypeId, Union};
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
        rules(cx, *id, &mut page);
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

fn rules(cx: &Context<'_>, id: TypeId, page: &mut Page) {
    let idents = &cx.checked.idents;
    let type_name = ident(idents.ty(id));
    let def = cx.checked.api.types.get(id);
    let is_ruled = |ty: &Ty| !statements(cx, &quote!(()), &quote!(value), ty).is_empty();
    let whole = on_whole(def, &is_ruled);
    match &def.shape {
        Shape::Struct(object) => {
            let whole = whole.iter().map(|check| {
                let (method, text) = call(check);
                format!("{method} {text}")
            });
            let fields = object.fields.iter().enumerate().flat_map(|(n, field)| {
                let key = Literal::string(&field.decl.name.text());
                entries(cx, &ident(idents.member(id, n)), &quote!(#key), &field.ty)
            });
            let rest = match (&object.rest, idents.rest(id).map(ident)) {
                (Rest::Collect(value), Some(rest)) => {
                    let map = Ty::plain(crate::ir::Kind::Map(Box::new(value.clone())));
                    entries(cx, &rest, &quote!(()), &map)
                }
                (Rest::Ignore | Rest::Deny | Rest::Collect(_), _) => Vec::new(),
            };
            page.checks(&type_name, &whole.chain(fields).chain(rest).collect::<Vec<_>>());
        }
        Shape::Union(union) if whole.is_empty() => page.rules(&type_name, &[arms(cx, id, union)]),
        Shape::Union(_) => {
            let whole = whole.iter().map(|check| statement("()", "this", check) + ";");
            page.rules(&type_name, &whole.collect::<Vec<_>>());
        }
        Shape::Alias(alias) => {
            page.rules(&type_name, &statements(cx, &quote!(()), &quote!(&this.0), &alias.ty));
        }
        Shape::Enum(_) => {}
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
    format!("match this {{\n{}}}", pack(&arms, ","))
}

/// The checks of a value at a place, each a statement, over several lines if it is a long one.
pub(super) fn statements(cx: &Context<'_>, at: &TokenStream, value: &TokenStream, ty: &Ty) -> Vec<String> {
    let mapped = cx.mapped();
    let checks = live(checks(&cx.checked.api, ty, &mapped), &cx.checked.ruled);
    checks.iter().map(|check| statement(&text(at), &text(value), check) + ";").collect()
}

/// The checks of a field, each an entry of a table.
fn entries(cx: &Context<'_>, name: &Ident, key: &TokenStream, ty: &Ty) -> Vec<String> {
    let mapped = cx.mapped();
    let checks = live(checks(&cx.checked.api, ty, &mapped), &cx.checked.ruled);
    let entry = |check: &Check<'_>| {
        let (method, arguments) = call(check);
        let arguments = if arguments.is_empty() { arguments } else { format!(" ({arguments})") };
        format!("{name}: {method} {key}{arguments}")
    };
    checks.iter().map(entry).collect()
}

fn statement(at: &str, value: &str, check: &Check<'_>) -> String {
    let (method, arguments) = call(check);
    let gap = if arguments.is_empty() { "" } else { ", " };
    format!("v.{method}({at}, {value}{gap}{arguments})")
}

/// The method of the runtime's `Checker`, and what it takes beside place and value.
fn call(check: &Check<'_>) -> (&'static str, String) {
    let counted = |range: &Count| text(&count(*range));
    match check {
        Check::Length(range) => ("length", counted(range)),
        Check::Pattern(pattern) => ("pattern", text(&quote!(#pattern))),
        Check::Format(of) => {
            let format = format(of);
            ("format", text(&quote!(apiloom::Format::#format)))
        }
        Check::Integers(low, high) => ("range", text(&integers(*low, *high))),
        Check::Numbers(low, high) => ("range", text(&numbers(*low, *high))),
        Check::IntegerStep(n) => ("multiple_of", text(&literal::integer(*n))),
        Check::NumberStep(n) => ("multiple_of", text(&literal::number(*n))),
        Check::Items(range) => ("items", counted(range)),
        Check::Unique => ("unique", String::new()),
        Check::Properties(range) => ("properties", counted(range)),
        Check::Texts(all) => ("one_of", list(all.iter().map(|text| quote!(#text)))),
        Check::IntegerList(all) => ("one_of", list(all.iter().map(|n| literal::integer(*n)))),
        Check::NumberList(all) => ("one_of", list(all.iter().map(|n| literal::number(*n)))),
        Check::Booleans(all) => ("one_of", list(all.iter().map(|truth| quote!(#truth)))),
        Check::Nested(_) => ("nested", String::new()),
        Check::Each(inner) => ("each", closure("item", inner)),
        Check::Keys(inner) => ("keys", closure("key", inner)),
        Check::Schema(schema) => ("schema", literal::raw(schema)),
    }
}

/// The widest arguments that stay on one line.
const NARROW: usize = 72;

/// A list of allowed values, packed when it is long.
fn list(all: impl Iterator<Item = TokenStream>) -> String {
    let all: Vec<String> = all.map(|one| text(&one)).collect();
    let line = format!("&[{}]", all.join(", "));
    if columns(&line) <= NARROW { line } else { format!("&[\n{}]", pack(&all, ",")) }
}

fn closure(name: &str, inner: &[Check<'_>]) -> String {
    let inner: Vec<String> = inner.iter().map(|check| statement("()", name, check)).collect();
    let line = match inner.as_slice() {
        [one] => format!("|v, {name}| {one}"),
        _ => format!("|v, {name}| {{ {} }}", inner.join("; ")),
    };
    if !line.contains('\n') && (inner.len() == 1 || columns(&line) <= NARROW) {
        return line;
    }
    let lines = inner.iter().map(|one| format!("    {};\n", one.replace('\n', "\n    ")));
    format!("|v, {name}| {{\n{}}}", lines.collect::<String>())
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
        Format::Regex | Format::Plain | Format::Byte | Format::Binary | Format::Upload | Format::Password => {
            "Regex"
        }
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
