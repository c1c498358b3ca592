//! What must hold of values beyond their shape: the checks that stand behind a field, a variant or a whole type.

use super::print::{columns, pack};
use super::text::text;
use super::{Context, literal};
use crate::check::rules::{Check, Count, checks, live, on_whole};
use crate::ir::{Format, Ty, TypeId};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::ops::Bound;

/// The checks of a type's values as a whole, by name and with what they take.
pub(super) fn whole(cx: &Context<'_>, id: TypeId) -> Vec<String> {
    let is_ruled = |ty: &Ty| !live_checks(cx, ty).is_empty();
    on_whole(cx.checked.api.types.get(id), &is_ruled).iter().map(entry).collect()
}

/// The checks of a value, by name and with what they take.
pub(super) fn entries(cx: &Context<'_>, ty: &Ty) -> Vec<String> {
    live_checks(cx, ty).iter().map(entry).collect()
}

fn live_checks<'a>(cx: &Context<'a>, ty: &'a Ty) -> Vec<Check<'a>> {
    live(checks(&cx.checked.api, ty, &cx.mapped()), &cx.checked.ruled)
}

/// What is done to texts on the way in: what stands behind the type.
pub(super) fn sanitizers(cx: &Context<'_>, ty: &Ty) -> TokenStream {
    let all = crate::check::sanitize::sanitizers(&cx.checked.api, ty, &cx.mapped());
    if all.is_empty() {
        return TokenStream::new();
    }
    let words = all.iter().map(|one| super::ident(&one.word().replace('-', "_")));
    quote!(as (#(#words)*))
}

/// Checks as they stand behind a type, long ones on lines of their own.
pub(super) fn behind(checks: &[String]) -> String {
    let line = checks.join(" ");
    match checks {
        [] => line,
        _ if columns(&line) <= NARROW && !line.contains('\n') => format!(" [{line}]"),
        many => format!("\n                [{}]", many.join("\n                 ")),
    }
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
        Check::Format(of) => (format(of), String::new()),
        Check::Integers(low, high) => ("range", text(&bounds(*low, *high, literal::integer))),
        Check::Numbers(low, high) => ("range", text(&bounds(*low, *high, literal::number))),
        Check::Decimals(low, high) => ("range", text(&bounds(*low, *high, literal::decimal))),
        Check::DecimalStep(n) => ("multiple_of", text(&literal::decimal(*n))),
        Check::IntegerStep(n) => ("multiple_of", text(&literal::integer(*n))),
        Check::NumberStep(n) => ("multiple_of", text(&literal::number(*n))),
        Check::Items(range) => ("items", counted(range)),
        Check::Unique => ("unique", String::new()),
        Check::Properties(range) => ("properties", counted(range)),
        Check::Texts(all) => ("one_of", list(all.iter().map(|text| quote!(#text)))),
        Check::IntegerList(all) => ("one_of", list(all.iter().map(|n| literal::integer(*n)))),
        Check::NumberList(all) => ("one_of", list(all.iter().map(|n| literal::number(*n)))),
        Check::DecimalList(all) => ("one_of", list(all.iter().map(|n| literal::decimal(*n)))),
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

fn count(range: Count) -> TokenStream {
    let literal = |n: u64| Literal::u64_unsuffixed(n);
    match (range.least.map(literal), range.most.map(literal)) {
        (low, Some(high)) => quote!(#low..=#high),
        (low, None) => quote!(#low..),
    }
}

fn bounds<N: Copy>(low: Bound<N>, high: Bound<N>, print: fn(N) -> TokenStream) -> TokenStream {
    let bound = |bound: Bound<N>| match bound {
        Bound::Included(n) | Bound::Excluded(n) => Some(print(n)),
        Bound::Unbounded => None,
    };
    let (least, most) = (bound(low), bound(high));
    match (low, high) {
        (Bound::Included(_) | Bound::Unbounded, Bound::Included(_)) => quote!(#least..=#most),
        (Bound::Included(_) | Bound::Unbounded, Bound::Excluded(_) | Bound::Unbounded) => {
            quote!(#least..#most)
        }
        (Bound::Excluded(_), Bound::Included(_)) => quote!(apiloom::above(#least, ..=#most)),
        (Bound::Excluded(_), Bound::Excluded(_) | Bound::Unbounded) => {
            quote!(apiloom::above(#least, ..#most))
        }
    }
}

/// The check of a format.
fn format(format: &Format) -> &'static str {
    match format {
        Format::Date => "date",
        Format::DateTime => "date_time",
        Format::Time => "time",
        Format::Duration => "duration",
        Format::Uuid => "uuid",
        Format::Uri => "uri",
        Format::UriReference => "uri_reference",
        Format::UriTemplate => "uri_template",
        Format::Email => "email",
        Format::Hostname => "hostname",
        Format::Ipv4 | Format::Ipv6 | Format::Base64Url | Format::HttpDate => "regex",
        Format::Regex | Format::Plain | Format::Byte | Format::Decimal => "regex",
        Format::Binary | Format::Upload | Format::Password => "regex",
        Format::JsonPointer => "json_pointer",
        Format::Other(name) => match name.as_str() {
            "idn-email" => "idn_email",
            "idn-hostname" => "idn_hostname",
            "iri" => "iri",
            "iri-reference" => "iri_reference",
            _ => "relative_json_pointer",
        },
    }
}
