//! `validate.rs`: what must hold of the types beyond their shape.

use super::print::{Page, columns, pack};
use super::request::wire;
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
    let free = cx.checked.order.iter().filter(|id| has_impl(cx, **id) && !cx.checked.ruled[id.0 as usize]);
    let free: Vec<String> = free.map(|id| cx.checked.idents.ty(*id).to_owned()).collect();
    if !free.is_empty() {
        page.free(&free);
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
            let fields = object.fields.iter().enumerate().filter_map(|(n, field)| {
                let name = idents.member(id, n);
                row(cx, &label(name, wire(name, &field.decl.name.text())), &field.ty)
            });
            let rest = match (&object.rest, idents.rest(id)) {
                (Rest::Collect(value), Some(rest)) => {
                    let map = Ty::plain(crate::ir::Kind::Map(Box::new(value.clone())));
                    row(cx, &label(rest, Some(quote!((())))), &map)
                }
                (Rest::Ignore | Rest::Deny | Rest::Collect(_), _) => None,
            };
            let rows: Vec<String> = whole.chain(fields).chain(rest).collect();
            page.checks(&format!("{type_name} {{"), &rows, "} }");
        }
        Shape::Union(union) if whole.is_empty() => {
            let rows = variants(cx, id, union);
            page.checks(&format!("{type_name} variants"), &rows, "}");
        }
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

/// A field and its key, as a row begins.
fn label(name: &str, key: Option<TokenStream>) -> String {
    format!("{name}{}", key.map(|key| text(&key)).unwrap_or_default())
}

/// The variants whose values have rules of their own, then a row for each that has others.
fn variants(cx: &Context<'_>, id: TypeId, union: &Union) -> Vec<String> {
    let (mut nested, mut rows) = (Vec::new(), Vec::new());
    for (n, variant) in union.variants.iter().enumerate() {
        let name = cx.checked.idents.member(id, n);
        match live_checks(cx, &variant.ty).as_slice() {
            [] => {}
            [Check::Nested(_)] => nested.push(name),
            many => rows.push(many.iter().fold(format!("{name}:"), |row, check| row + " " + &entry(check))),
        }
    }
    if !nested.is_empty() {
        let line = format!("nested [{}]", nested.join(", "));
        let all: Vec<String> = nested.iter().map(|name| (*name).to_owned()).collect();
        let block = || format!("nested [\n{}]", pack(&all, ","));
        rows.insert(0, if columns(&line) <= NARROW { line } else { block() });
    }
    rows
}

fn live_checks<'a>(cx: &Context<'a>, ty: &'a Ty) -> Vec<Check<'a>> {
    live(checks(&cx.checked.api, ty, &cx.mapped()), &cx.checked.ruled)
}

/// The checks of a value at a place, each a statement, over several lines if it is a long one.
pub(super) fn statements(cx: &Context<'_>, at: &TokenStream, value: &TokenStream, ty: &Ty) -> Vec<String> {
    live_checks(cx, ty).iter().map(|check| statement(&text(at), &text(value), check) + ";").collect()
}

/// The checks of a field in a row, unless there are none.
fn row(cx: &Context<'_>, label: &str, ty: &Ty) -> Option<String> {
    let checks = live_checks(cx, ty);
    let row = checks.iter().fold(format!("{label}:"), |row, check| row + " " + &entry(check));
    (!checks.is_empty()).then_some(row)
}

/// A check by its name, and what it takes.
fn entry(check: &Check<'_>) -> String {
    let (method, arguments) = call(check);
    if arguments.is_empty() { method.to_owned() } else { format!("{method} ({arguments})") }
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
        Check::Tuple(items) => ("tuple", places(items)),
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

/// The checks of the items of a tuple.
fn places(items: &[Vec<Check<'_>>]) -> String {
    let item = |(n, checks): (usize, &Vec<Check<'_>>)| -> Vec<String> {
        checks.iter().map(|check| statement(&n.to_string(), &format!("&items.{n}"), check)).collect()
    };
    block("items", &items.iter().enumerate().flat_map(item).collect::<Vec<_>>())
}

fn closure(name: &str, inner: &[Check<'_>]) -> String {
    block(name, &inner.iter().map(|check| statement("()", name, check)).collect::<Vec<_>>())
}

/// A closure over a checker and a value.
fn block(name: &str, inner: &[String]) -> String {
    let line = match inner {
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
