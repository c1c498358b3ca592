//! Whether the style of a parameter can spell its type, and how its `content` is read.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{
    Api, Endpoint, Explode, Format, Kind, Param, Place, Presence, Prim, Shape, Style, Ty, TypeId,
};

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    let mut endpoints = std::mem::take(&mut api.endpoints);
    for endpoint in &mut endpoints {
        whole_query(endpoint, diagnostics);
        for param in &mut endpoint.params {
            as_json(api, param, diagnostics);
            unread_content(api, param, diagnostics);
        }
    }
    api.endpoints = endpoints;
}

/// A list that its style cannot spell is JSON, as it is in practice. Of an object the rest can be spelled.
fn as_json(api: &Api, param: &mut Param, diagnostics: &mut Diagnostics) {
    let Some(what) = unspelled(api, param) else { return };
    let is_list = matches!(api.resolve(api.without_null(&param.ty).0).0, Kind::List(_) | Kind::Tuple(_));
    let (code, end) = if is_list {
        (Code::JsonParam, "it is read as JSON")
    } else {
        (Code::NoSpelling, "such a value is refused")
    };
    let name = param.decl.name.text();
    diagnostics
        .report(
            code,
            param.decl.span,
            format!("the parameter `{name}` has {what}, which its style cannot spell; {end}"),
        )
        .help("describe it as `content` with `application/json`, or use `style: deepObject`");
    if is_list {
        param.style = Style::Content("application/json".to_owned());
    }
}

/// OpenAPI 3.2, section 4.12: `querystring` may be there once, and not beside `query`.
fn whole_query(endpoint: &Endpoint, diagnostics: &mut Diagnostics) {
    let whole = endpoint.params.iter().find(|param| param.place == Place::QueryString);
    let other = |param: &&Param| matches!(param.place, Place::Query | Place::QueryString);
    let mut others = endpoint.params.iter().filter(other);
    let Some((whole, other)) = whole.zip(others.find(|other| Some(*other) != whole)) else { return };
    let (name, other_name) = (whole.decl.name.text(), other.decl.name.text());
    diagnostics
        .report(
            Code::WholeQuery,
            whole.decl.span,
            format!("`{name}` takes the whole query, which `{other_name}` is a part of; both are read"),
        )
        .related(other.decl.span, "the other parameter");
}

/// How a media type of a parameter is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As JSON.
    Json,
    /// As a form.
    Form,
    /// As it is.
    Text,
}

/// How a parameter with this `content` is read.
#[must_use]
pub fn reading(media_type: &str) -> Reading {
    match super::media::essence(media_type).as_str() {
        _ if super::media::is_json(media_type) => Reading::Json,
        "application/x-www-form-urlencoded" => Reading::Form,
        _ => Reading::Text,
    }
}

/// What is neither JSON nor a form is text; so is its type, unless that is a single value.
fn unread_content(api: &Api, param: &mut Param, diagnostics: &mut Diagnostics) {
    let Style::Content(media_type) = &param.style else { return };
    if reading(media_type) != Reading::Text || is_single(api, &param.ty) {
        return;
    }
    if !matches!(param.ty.kind, Kind::Any) {
        let what = format!(
            "the parameter `{}` of type `{}` is handed over as text; only JSON and forms are read",
            param.decl.name.text(),
            super::media::shown(media_type)
        );
        diagnostics.report(Code::NoStyle, param.decl.span, what);
    }
    param.ty = Ty::plain(Kind::Prim(Prim::String(Format::Plain)));
    if matches!(param.presence, Presence::Default(_)) {
        param.presence = Presence::Optional;
    }
}

fn is_single(api: &Api, ty: &Ty) -> bool {
    let ty = api.without_null(ty).0;
    match api.resolve(ty).0 {
        Kind::Prim(_) => true,
        Kind::Named(id) => matches!(api.types.get(*id).shape, Shape::Enum(_)),
        Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => false,
    }
}

/// How far a style can spell what is inside a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// A value of any kind.
    Whole,
    /// In an object whose entries may be repeated: single values and lists of them.
    Entry,
    /// Single values.
    Single,
}

/// What a style cannot spell.
fn unspelled(api: &Api, param: &Param) -> Option<&'static str> {
    let repeats = match &param.style {
        Style::Content(_) | Style::DeepObject => return None,
        Style::Form(Explode::Yes) | Style::Cookie(Explode::Yes) | Style::Matrix(Explode::Yes) => true,
        Style::Form(Explode::No) | Style::Cookie(Explode::No) | Style::Matrix(Explode::No) => false,
        Style::Simple(_) | Style::Label(_) | Style::SpaceDelimited | Style::PipeDelimited => false,
    };
    let entry = if repeats { Reach::Entry } else { Reach::Single };
    Spelling { api, entry, seen: Vec::new() }.missing(&param.ty, Reach::Whole)
}

struct Spelling<'a> {
    api: &'a Api,
    entry: Reach,
    seen: Vec<TypeId>,
}

impl Spelling<'_> {
    fn missing(&mut self, ty: &Ty, reach: Reach) -> Option<&'static str> {
        let api = self.api;
        match api.resolve(api.without_null(ty).0).0 {
            Kind::Prim(_) | Kind::Any | Kind::Nullable(_) => None,
            Kind::List(_) | Kind::Tuple(_) if reach == Reach::Single => {
                Some("a list inside a list or an object")
            }
            Kind::List(item) => self.missing(item, Reach::Single),
            Kind::Tuple(items) => items.iter().find_map(|item| self.missing(item, Reach::Single)),
            Kind::Map(_) if reach != Reach::Whole => Some("an object inside a list or an object"),
            Kind::Map(value) => self.missing(value, self.entry),
            Kind::Named(id) if self.seen.contains(id) => None,
            Kind::Named(id) => {
                self.seen.push(*id);
                let missing = self.named(*id, reach);
                self.seen.pop();
                missing
            }
        }
    }

    fn named(&mut self, id: TypeId, reach: Reach) -> Option<&'static str> {
        let api = self.api;
        match &api.types.get(id).shape {
            Shape::Enum(_) => None,
            Shape::Alias(alias) => self.missing(&alias.ty, reach),
            Shape::Union(union) => {
                // One variant that can be spelled is enough: the value may be that one.
                let all: Vec<_> =
                    union.variants.iter().map(|variant| self.missing(&variant.ty, reach)).collect();
                all.iter().all(Option::is_some).then(|| all.first().copied().flatten()).flatten()
            }
            Shape::Struct(_) if reach != Reach::Whole => Some("an object inside a list or an object"),
            Shape::Struct(object) => {
                object.fields.iter().find_map(|field| self.missing(&field.ty, self.entry))
            }
        }
    }
}
