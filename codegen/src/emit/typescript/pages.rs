//! Which operations answer in pages, and what leads from one page to the next: seen from names that are common.

use super::Context;
use super::text::{Code, list, object, string};
use crate::check::media::Payload;
use crate::ir::{Endpoint, Kind, Param, Place, Presence, Prim, Rule, Shape, Status, Struct, Ty};

/// Queries that take the mark of the next page.
const CURSORS: &[&str] = &[
    "cursor",
    "pagetoken",
    "nexttoken",
    "nextpagetoken",
    "startingafter",
    "after",
    "continuationtoken",
    "marker",
    "continue",
];

/// Properties that hold it.
const NEXT: &[&str] = &[
    "nextcursor",
    "nextpagetoken",
    "nexttoken",
    "continuationtoken",
    "nextmarker",
    "next",
    "endcursor",
    "cursor",
    "continue",
    "after",
];

/// Objects around it.
const AROUND: &[&str] = &[
    "meta",
    "metadata",
    "pagination",
    "paging",
    "pageinfo",
    "page",
    "cursors",
    "cursor",
    "responsemetadata",
];

const PAGES: &[&str] = &["page", "pagenumber", "pageindex", "pageno"];
const OFFSETS: &[&str] = &["offset", "skip", "startindex", "startat"];
const ITEMS: &[&str] = &["data", "items", "results", "records", "entries", "values", "content"];

/// What the runtime is told; `None` for an operation without pages.
pub(super) fn detect(cx: &Context<'_>, n: usize) -> Option<Code> {
    let (endpoint, names) = (&cx.checked.api.endpoints[n], &cx.names.functions[n].params);
    if endpoint.method != "GET" || endpoint.body.is_some() {
        return None;
    }
    let at = endpoint
        .responses
        .iter()
        .position(|one| matches!(one.status, Status::Code(200) | Status::Range(2)))?;
    if endpoint.responses[at]
        .headers
        .iter()
        .any(|header| header.decl.name.text().eq_ignore_ascii_case("link"))
    {
        return Some(Code("{ by: \"link\" }".to_owned()));
    }
    let codec =
        cx.checked.served[n].responses[at].iter().flatten().find(|codec| codec.payload == Payload::Json)?;
    let body = &endpoint.responses[at].content[codec.content].ty;
    let query = |known: &[&str]| query(endpoint, names, known);
    if let (Some((name, _)), Some(next)) = (query(CURSORS), next(cx, body)) {
        return Some(Code(table("cursor", name, &[format!("next: {}", path(&next))])));
    }
    let items = format!("items: {}", path(&items(cx, body)?));
    let number = |(name, param): (&String, &Param)| {
        let integer = matches!(cx.checked.api.resolve(&param.ty).0, Kind::Prim(Prim::Integer(_)));
        integer.then(|| (name.clone(), first(cx, param)))
    };
    if let Some((name, first)) = query(PAGES).and_then(number) {
        return Some(Code(table("page", &name, &[items, format!("first: {first}")])));
    }
    let (name, _) = query(OFFSETS).and_then(number)?;
    Some(Code(table("offset", &name, &[items])))
}

fn table(by: &str, param: &str, more: &[String]) -> String {
    let head = [format!("by: {}", string(by)), format!("param: {}", string(param))];
    object(head.into_iter().chain(more.iter().cloned()))
}

fn path(steps: &[String]) -> String {
    list(steps.iter().map(|step| string(step)), "[", "]")
}

/// A name without case and signs.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn query<'a>(endpoint: &'a Endpoint, names: &'a [String], known: &[&str]) -> Option<(&'a String, &'a Param)> {
    let mut params = names.iter().zip(&endpoint.params);
    params.find(|(_, one)| one.place == Place::Query && known.contains(&bare(&one.decl.name.text()).as_str()))
}

/// The number of the first page: what the parameter is by itself, or its least value, or one.
fn first(cx: &Context<'_>, param: &Param) -> u8 {
    let least = cx
        .checked
        .api
        .resolve(&param.ty)
        .1
        .into_iter()
        .any(|rule| matches!(rule, Rule::Minimum(number) if number.as_u64() == Some(0)));
    match &param.presence {
        Presence::Default(value) => u8::from(value.as_u64() != Some(0)),
        Presence::Required | Presence::Optional => u8::from(!least),
    }
}

fn fields<'a>(cx: &'a Context<'_>, ty: &'a Ty) -> Option<&'a Struct> {
    let api = &cx.checked.api;
    let Kind::Named(id) = api.resolve(api.without_null(ty).0).0 else { return None };
    match &api.types.get(*id).shape {
        Shape::Struct(object) => Some(object),
        Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => None,
    }
}

/// Where the mark of the next page is.
fn next(cx: &Context<'_>, body: &Ty) -> Option<Vec<String>> {
    let object = fields(cx, body)?;
    if let Some(own) = mark(cx, object) {
        return Some(vec![own]);
    }
    object.fields.iter().find_map(|field| {
        let name = field.decl.name.text();
        let inner = AROUND.contains(&bare(&name).as_str()).then(|| fields(cx, &field.ty)).flatten()?;
        Some(vec![name, mark(cx, inner)?])
    })
}

fn mark(cx: &Context<'_>, object: &Struct) -> Option<String> {
    let api = &cx.checked.api;
    let text = |ty: &Ty| matches!(api.resolve(api.without_null(ty).0).0, Kind::Prim(Prim::String(_)));
    let named = |known: &&str| {
        object.fields.iter().find(|field| bare(&field.decl.name.text()) == *known && text(&field.ty))
    };
    NEXT.iter().find_map(named).map(|field| field.decl.name.text())
}

/// Where the items of a page are.
fn items(cx: &Context<'_>, body: &Ty) -> Option<Vec<String>> {
    let api = &cx.checked.api;
    let is_list = |ty: &Ty| matches!(api.resolve(api.without_null(ty).0).0, Kind::List(_));
    if is_list(body) {
        return Some(Vec::new());
    }
    let lists: Vec<String> = fields(cx, body)?
        .fields
        .iter()
        .filter(|field| is_list(&field.ty))
        .map(|field| field.decl.name.text())
        .collect();
    match lists.as_slice() {
        [only] => Some(vec![only.clone()]),
        several => {
            several.iter().find(|name| ITEMS.contains(&bare(name).as_str())).map(|name| vec![name.clone()])
        }
    }
}
