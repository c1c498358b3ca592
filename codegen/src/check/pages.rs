//! Lists that come in pages: which operations have them, and how the next page is asked for.

use super::link::Step;
use super::media::{Payload, Served};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::ir::{
    Api, Endpoint, Format, Kind, PageKind, Pagination, Place, Prim, Response, Shape, Status, Ty,
};

/// A list that comes in pages.
#[derive(Debug, Clone)]
pub struct Paged {
    /// The fields from the answer to the list.
    pub items: Vec<Step>,
    /// What the list holds.
    pub item: Ty,
    /// How the next page is asked for.
    pub next: Next,
}

/// How the next page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// By the address in the header `Link` (RFC 8288).
    Link,
    /// By the address in a field of the answer.
    Address(Vec<Step>),
    /// By a parameter, from a field of the answer.
    Cursor(usize, Vec<Step>),
    /// By a parameter that counts pages from a first one.
    Page(usize, i64),
    /// By a parameter that counts items.
    Offset(usize),
}

/// What the list is called, where an answer has several.
const ITEMS: [&str; 9] =
    ["items", "data", "results", "values", "entries", "records", "list", "content", "elements"];
/// What holds the cursor, where it is not at the top.
const ABOUT: [&str; 9] = [
    "meta",
    "metadata",
    "pagination",
    "paging",
    "page_info",
    "page",
    "links",
    "cursors",
    "response_metadata",
];
/// A parameter that takes a cursor, and the field that gives it.
const CURSORS: [(&str, &[&str]); 12] = [
    ("cursor", &["next_cursor", "cursor", "next", "end_cursor"]),
    ("after", &["after", "next_cursor", "end_cursor", "next"]),
    ("page_token", &["next_page_token", "next_token"]),
    ("next_token", &["next_token"]),
    ("next_page_token", &["next_page_token"]),
    ("next_cursor", &["next_cursor"]),
    ("continuation_token", &["continuation_token", "next_continuation_token"]),
    ("continue", &["continue"]),
    ("pagination_token", &["next_token", "pagination_token"]),
    ("marker", &["next_marker", "marker"]),
    ("start_cursor", &["next_cursor"]),
    ("page_cursor", &["next_page_cursor", "next_cursor"]),
];
const ADDRESSES: [&str; 5] = ["next", "next_url", "next_page_url", "next_page", "next_link"];
const PAGES: [&str; 3] = ["page", "page_number", "page_no"];
const OFFSETS: [&str; 4] = ["offset", "skip", "start_index", "start_at"];

/// By index of the endpoints.
pub(super) fn find(api: &Api, served: &[Served], diagnostics: &mut Diagnostics) -> Vec<Option<Paged>> {
    let all = api.endpoints.iter().zip(served);
    all.map(|(endpoint, served)| {
        let said = endpoint.policy.pagination.as_ref();
        if said.is_some_and(|said| said.off) || !endpoint.is_served() {
            return None;
        }
        let found = paged(api, endpoint, served, said);
        if let (Some(said), None) = (said, &found) {
            let message = "the pages that this says cannot be found in the operation; no stream is made of them";
            diagnostics.report(Code::BadPagination, said.span, message).help(
                "`items` leads to a list in the one JSON answer of success, `next` to a text or number, and `param` is one of the query",
            );
        }
        found
    })
    .collect()
}

fn paged(api: &Api, endpoint: &Endpoint, served: &Served, said: Option<&Pagination>) -> Option<Paged> {
    // Only what changes nothing is asked again and again.
    let safe = matches!(endpoint.method.as_str(), "GET" | "QUERY") || said.is_some();
    let (n, response) = success(endpoint)?;
    let [choice] = served.responses[n].as_slice() else { return None };
    let codec =
        choice.first().filter(|codec| safe && codec.payload == Payload::Json && endpoint.body.is_none())?;
    let body = &response.content[codec.content].ty;
    let (items, item) = list(api, body, said.and_then(|said| said.items.as_deref()))?;
    let next = next(api, endpoint, (response, body), said)?;
    Some(Paged { items, item, next })
}

/// The one answer of success.
fn success(endpoint: &Endpoint) -> Option<(usize, &Response)> {
    let good = |status: Status| match status {
        Status::Code(code) => code < 400,
        Status::Range(class) => class < 4,
        Status::Default => false,
    };
    let mut all = endpoint.responses.iter().enumerate().filter(|(_, response)| good(response.status));
    all.next().filter(|_| all.next().is_none())
}

/// Words in one spelling: `nextCursor` and `next-cursor` are `next_cursor`.
fn plain(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.push(if letter == '-' || letter == '.' || letter == ' ' {
            '_'
        } else {
            letter.to_ascii_lowercase()
        });
    }
    out.trim_matches(['_', '$', '@']).to_owned()
}

/// The fields of a struct, with their names in one spelling.
fn fields<'a>(api: &'a Api, ty: &'a Ty) -> Vec<(String, String, Step, &'a Ty)> {
    let Kind::Named(of) = api.resolve(api.without_null(ty).0).0 else { return Vec::new() };
    let Shape::Struct(object) = &api.types.get(*of).shape else { return Vec::new() };
    let all = object.fields.iter().enumerate().filter(|(_, field)| !field.indirect);
    all.map(|(n, field)| {
        let name = field.decl.name.text();
        (plain(&name), name, Step { of: *of, field: n }, &field.ty)
    })
    .collect()
}

/// The way by wire names.
fn walk(api: &Api, ty: &Ty, path: &[String]) -> Option<(Vec<Step>, Ty)> {
    let Some((first, rest)) = path.split_first() else { return Some((Vec::new(), ty.clone())) };
    let all = fields(api, ty);
    let (_, _, step, inner) = all.iter().find(|(_, wire, ..)| wire == first)?;
    let (mut steps, ty) = walk(api, inner, rest)?;
    steps.insert(0, *step);
    Some((steps, ty))
}

fn item(api: &Api, ty: &Ty) -> Option<Ty> {
    match api.resolve(api.without_null(ty).0).0 {
        Kind::List(item) => Some((**item).clone()),
        Kind::Prim(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Named(_) | Kind::Any => {
            None
        }
    }
}

/// The list of an answer: the answer itself, or one of its fields.
fn list(api: &Api, body: &Ty, said: Option<&[String]>) -> Option<(Vec<Step>, Ty)> {
    if let Some(path) = said {
        let (steps, ty) = walk(api, body, path)?;
        return Some((steps, item(api, &ty)?));
    }
    if api.without_null(body).1 {
        return None;
    }
    if let Some(item) = item(api, body) {
        return Some((Vec::new(), item));
    }
    let lists: Vec<(String, Step, Ty)> = fields(api, body)
        .into_iter()
        .filter_map(|(name, _, step, ty)| Some((name, step, item(api, ty)?)))
        .collect();
    let named = || ITEMS.iter().find_map(|known| lists.iter().find(|(name, ..)| name == known));
    let (_, step, item) = match lists.as_slice() {
        [one] => one,
        _ => named()?,
    };
    Some((vec![*step], item.clone()))
}

/// A text or a whole number.
fn is_mark(api: &Api, ty: &Ty) -> bool {
    match api.resolve(api.without_null(ty).0).0 {
        Kind::Prim(Prim::Integer(_)) => true,
        Kind::Prim(Prim::String(format)) => {
            matches!(format, Format::Plain | Format::Uri | Format::UriReference | Format::Other(_))
        }
        Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) => false,
        Kind::Nullable(_) | Kind::Named(_) | Kind::Any => false,
    }
}

fn is_number(api: &Api, ty: &Ty) -> bool {
    matches!(api.resolve(api.without_null(ty).0).0, Kind::Prim(Prim::Integer(_)))
}

/// A field of one of these names, at the top or in what is about the page.
fn mark(api: &Api, body: &Ty, names: &[&str]) -> Option<Vec<Step>> {
    let all = fields(api, body);
    let near = |all: &[(String, String, Step, &Ty)]| {
        names.iter().find_map(|known| {
            all.iter().find(|(name, _, _, ty)| name == known && is_mark(api, ty)).map(|(_, _, step, _)| *step)
        })
    };
    if let Some(step) = near(&all) {
        return Some(vec![step]);
    }
    let about = all.iter().filter(|(name, ..)| ABOUT.contains(&name.as_str()));
    about.map(|(_, _, step, ty)| Some(vec![*step, near(&fields(api, ty))?])).find_map(|found| found)
}

fn next(
    api: &Api,
    endpoint: &Endpoint,
    (response, body): (&Response, &Ty),
    said: Option<&Pagination>,
) -> Option<Next> {
    let param = |wanted: &dyn Fn(&str) -> bool| {
        endpoint.params.iter().position(|param| {
            param.place == Place::Query && wanted(&param.decl.name.text()) && is_mark(api, &param.ty)
        })
    };
    let number = |names: &[&str]| {
        param(&|name| names.contains(&plain(name).as_str()))
            .filter(|n| is_number(api, &endpoint.params[*n].ty))
    };
    let has_link = response.headers.iter().any(|header| header.decl.name.text().eq_ignore_ascii_case("link"));
    let kind = said.and_then(|said| said.kind);
    let chosen = said.and_then(|said| said.param.as_ref());
    let chosen = chosen.map(|name| param(&|other| other == name));
    let field = |names: &[&str]| match said.and_then(|said| said.next.as_deref()) {
        Some(path) => walk(api, body, path).filter(|(_, ty)| is_mark(api, ty)).map(|(steps, _)| steps),
        None => mark(api, body, names),
    };
    let cursor = || match chosen {
        Some(n) => Some(Next::Cursor(n?, field(&CURSORS.map(|(name, _)| name))?)),
        None => CURSORS.iter().find_map(|(name, fields)| {
            let n = param(&|other| plain(other) == *name)?;
            Some(Next::Cursor(n, field(fields)?))
        }),
    };
    let page = || {
        let n = chosen.unwrap_or_else(|| number(&PAGES))?;
        Some(Next::Page(n, first(&endpoint.params[n].ty, &endpoint.params[n].presence)))
    };
    let offset = || chosen.unwrap_or_else(|| number(&OFFSETS)).map(Next::Offset);
    match kind {
        Some(PageKind::Link) => match said.and_then(|said| said.next.as_ref()) {
            Some(_) => field(&ADDRESSES).map(Next::Address),
            None => Some(Next::Link),
        },
        Some(PageKind::Cursor) => cursor(),
        Some(PageKind::Page) => page(),
        Some(PageKind::Offset) => offset(),
        None if has_link => Some(Next::Link),
        None => cursor().or_else(|| address(api, body)).or_else(page).or_else(offset),
    }
}

/// The address of the next page in a field.
fn address(api: &Api, body: &Ty) -> Option<Next> {
    let steps = mark(api, body, &ADDRESSES)?;
    let last = steps.last()?;
    let Shape::Struct(object) = &api.types.get(last.of).shape else { return None };
    let ty = &object.fields[last.field].ty;
    (!is_number(api, ty)).then_some(Next::Address(steps))
}

/// The number of the first page: what counts when nobody says one, or the least there is.
fn first(ty: &Ty, presence: &crate::ir::Presence) -> i64 {
    use crate::ir::{Presence, Rule};
    let least = ty.rules.iter().find_map(|rule| match rule {
        Rule::Minimum(bound) => bound.to_string().parse().ok(),
        _ => None,
    });
    match presence {
        Presence::Default(value) => value.as_i64(),
        Presence::Required | Presence::Optional => None,
    }
    .or(least)
    .unwrap_or(1)
}
