//! Headers of answers: their types by status, and what the runtime is told to read them.

use super::Context;
use super::text::{Code, entry, key, list, object, string, wide_object};
use super::ty::{self, At};
use crate::check::style::{Reading, reading};
use crate::ir::{
    Endpoint, EnumRepr, Explode, Header, IntFormat, Kind, Prim, Response, Shape, Status, Style, Ty,
};

/// What is printed for the headers of an operation.
#[derive(Debug, Default)]
pub(super) struct Headers {
    /// Those of each status, as the arms of a type of `S`.
    pub(super) types: Code,
    /// What the runtime is told.
    pub(super) table: Code,
}

/// `None` for an operation without headers.
pub(super) fn print(cx: &Context<'_>, n: usize) -> Option<Headers> {
    let (endpoint, names) = (&cx.checked.api.endpoints[n], &cx.names.functions[n]);
    if !has_some(endpoint) {
        return None;
    }
    let all: Vec<One<'_>> = endpoint
        .responses
        .iter()
        .zip(&names.headers)
        .map(|(response, names)| One { response, fields: fields(cx, response, names) })
        .collect();
    Some(Headers { types: types(&all), table: table(&all) })
}

/// Whether an answer of the operation has a header.
pub(super) fn has_some(endpoint: &Endpoint) -> bool {
    endpoint.is_served() && endpoint.responses.iter().any(|response| !response.headers.is_empty())
}

struct One<'a> {
    response: &'a Response,
    fields: Vec<Field<'a>>,
}

struct Field<'a> {
    header: &'a Header,
    name: &'a str,
    ty: String,
    /// How the runtime reads it.
    reading: String,
}

fn fields<'a>(cx: &Context<'_>, response: &'a Response, names: &'a [String]) -> Vec<Field<'a>> {
    let fields = response.headers.iter().zip(names).map(|(header, name)| {
        let (ty, reading) = value(cx, header);
        Field { header, name, ty, reading }
    });
    fields.collect()
}

/// The type of a header and the way to read it: what its style cannot spell is a text.
fn value(cx: &Context<'_>, header: &Header) -> (String, String) {
    let own = || ty::ty(cx, &header.ty, At::Beside).0;
    if let Style::Content(media_type) = &header.style {
        return match reading(media_type) {
            Reading::Json => (own(), "as: \"json\"".to_owned()),
            _ => ("string".to_owned(), "as: \"text\"".to_owned()),
        };
    }
    let explode = match &header.style {
        Style::Simple(Explode::Yes) => ", explode: true",
        _ => "",
    };
    let api = &cx.checked.api;
    if let Some(word) = scalar(cx, &header.ty) {
        return (own(), format!("as: {}", string(word)));
    }
    let read = match api.resolve(api.without_null(&header.ty).0).0 {
        Kind::List(item) => scalar(cx, item).map(|word| format!("list: {}", string(word))),
        Kind::Map(value) => scalar(cx, value).map(|word| format!("map: {}{explode}", string(word))),
        Kind::Named(id) => match &api.types.get(*id).shape {
            Shape::Struct(of) => {
                let words = of.fields.iter().map(|field| {
                    Some(format!("{}: {}", key(&field.decl.name.text()), string(scalar(cx, &field.ty)?)))
                });
                let words: Option<Vec<String>> = words.collect();
                words.map(|words| format!("object: {}{explode}", object(words.into_iter())))
            }
            Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => None,
        },
        Kind::Prim(_) | Kind::Tuple(_) | Kind::Nullable(_) | Kind::Any => None,
    };
    read.map_or_else(
        || ("string".to_owned(), "as: \"text\"".to_owned()),
        |read| (ty::ty(cx, api.without_null(&header.ty).0, At::Beside).0, read),
    )
}

/// The runtime's word for what a text stands for; `None`: it has parts, or may be several.
pub(super) fn scalar(cx: &Context<'_>, of: &Ty) -> Option<&'static str> {
    let api = &cx.checked.api;
    match api.resolve(api.without_null(of).0).0 {
        Kind::Prim(Prim::Boolean) => Some("boolean"),
        Kind::Prim(Prim::Integer(IntFormat::Plain | IntFormat::Int64 | IntFormat::Uint64))
            if cx.options.typescript.bigint =>
        {
            Some("exact")
        }
        Kind::Prim(Prim::Integer(_) | Prim::Number(_)) => Some("number"),
        Kind::Prim(Prim::String(crate::ir::Format::Upload)) => None,
        Kind::Prim(Prim::String(_)) => Some("text"),
        Kind::Named(id) => match &api.types.get(*id).shape {
            Shape::Enum(list) if list.repr == EnumRepr::Integer => Some("number"),
            Shape::Enum(_) => Some("text"),
            Shape::Struct(_) | Shape::Union(_) | Shape::Alias(_) => None,
        },
        Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => None,
    }
}

/// `S extends 200 ? { … } : { … }`: the last are those of the statuses that no number stands for.
fn types(all: &[One<'_>]) -> Code {
    let mut arms = String::new();
    let exact = all.iter().filter_map(|one| match one.response.status {
        Status::Code(code) if !one.fields.is_empty() => Some((code, one)),
        Status::Code(_) | Status::Range(_) | Status::Default => None,
    });
    for (code, one) in exact {
        let fields = one.fields.iter().map(|field| member(field.name, &field.ty, field.header.required));
        arms += &format!("S extends {code}\n  ? {}\n  : ", members(fields.collect()));
    }
    Code(arms + &members(others(all)))
}

/// The headers of ranges and of the default: which of them it is, nobody knows from a `number`.
fn others(all: &[One<'_>]) -> Vec<String> {
    let ranges: Vec<&One<'_>> =
        all.iter().filter(|one| !matches!(one.response.status, Status::Code(_))).collect();
    let mut names: Vec<&str> = Vec::new();
    for field in ranges.iter().flat_map(|one| &one.fields) {
        if !names.contains(&field.name) {
            names.push(field.name);
        }
    }
    let merged = names.into_iter().map(|name| {
        let same: Vec<&Field<'_>> =
            ranges.iter().flat_map(|one| &one.fields).filter(|field| field.name == name).collect();
        let mut types: Vec<String> = same.iter().map(|field| field.ty.clone()).collect();
        types.dedup();
        let required = same.len() == ranges.len() && same.iter().all(|field| field.header.required);
        member(name, &types.join(" | "), required)
    });
    merged.collect()
}

fn member(name: &str, ty: &str, required: bool) -> String {
    let maybe = if required || ty == "unknown" { "" } else { " | undefined" };
    format!("readonly {}: {ty}{maybe}", key(name))
}

fn members(members: Vec<String>) -> String {
    if members.is_empty() { "object".to_owned() } else { format!("{{ {} }}", members.join("; ")) }
}

/// By status, as the runtime finds the answer of a status.
fn table(all: &[One<'_>]) -> Code {
    let ranges =
        all.iter().any(|one| !matches!(one.response.status, Status::Code(_)) && !one.fields.is_empty());
    // An answer that is told by its number has none of the headers of a range.
    let rows = all.iter().filter(|one| ranges || !one.fields.is_empty()).map(|one| {
        let specs = one.fields.iter().map(|field| {
            let required = if field.header.required { ", required: true" } else { "" };
            let wire = string(&field.header.decl.name.text().to_ascii_lowercase());
            entry(field.name, &format!("{{ name: {wire}, {}{required} }}", field.reading))
        });
        let status = match one.response.status {
            Status::Code(code) => code.to_string(),
            Status::Range(class) => format!("\"{class}XX\""),
            Status::Default => "default".to_owned(),
        };
        format!("{status}: {}", wide_object(&specs.collect::<Vec<_>>(), "    "))
    });
    Code(list(std::iter::once(wide_object(&rows.collect::<Vec<_>>(), "  ")), "", ""))
}
