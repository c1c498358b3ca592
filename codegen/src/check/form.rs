//! Forms: which properties of a body are files, and how the others are spelled.

use super::media::{essence, is_json, shown};
use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{
    Api, Content, Encoding, Explode, Field, Format, Kind, Prim, Rest, Rule, Shape, Style, Ty, TypeId,
};
use std::collections::BTreeMap;

/// How a property of a form is spelled (OpenAPI 3.2, section 4.15 "Encoding Object").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spelling {
    /// Text, or several texts of one name.
    Plain,
    /// JSON.
    Json,
    /// Items with commas between them.
    Joined,
    /// Items with spaces between them.
    Spaces,
    /// Items with bars between them.
    Pipes,
    /// Keys and values with commas between them.
    Pairs,
    /// `name[key]=value`
    Deep,
    /// Keys among the form's own.
    Spread(Vec<String>),
    /// A file.
    File,
}

/// A property of a form that is not a plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The property; empty: those that the schema does not name.
    pub key: String,
    /// Its spelling.
    pub spelling: Spelling,
    /// Whether it is a list of such.
    pub list: bool,
    /// The media types it may have; empty: any.
    pub media_types: Vec<String>,
    /// Headers it must have.
    pub headers: Vec<String>,
}

/// By type that a form is read into: the properties that are not plain texts.
pub type Forms = BTreeMap<TypeId, Vec<Part>>;

/// True for a body that is a form.
#[must_use]
pub fn is_form(media_type: &str) -> bool {
    matches!(essence(media_type).as_str(), "application/x-www-form-urlencoded" | "multipart/form-data")
}

fn is_multipart(media_type: &str) -> bool {
    essence(media_type) == "multipart/form-data"
}

/// Makes files of what is binary in multipart bodies.
pub(super) fn check(api: &mut Api, _: &Options, _: &mut Diagnostics) {
    let mut roots: Vec<(TypeId, Vec<Encoding>)> = Vec::new();
    for content in
        api.endpoints.iter().filter_map(|endpoint| endpoint.body.as_ref()).flat_map(|body| &body.content)
    {
        if is_multipart(&content.media_type) {
            let mut structs = Vec::new();
            roots_of(api, &content.ty, &mut structs);
            roots.extend(structs.into_iter().map(|id| (id, content.encodings.clone())));
        }
    }
    for (id, encodings) in roots {
        let Shape::Struct(object) = &api.types.get(id).shape else { continue };
        let mut object = object.clone();
        for field in &mut object.fields {
            let name = field.decl.name.text();
            let encoding = encodings.iter().find(|encoding| encoding.property == name);
            uploads(api, &mut field.ty, encoding);
        }
        if let Rest::Collect(ty) = &mut object.rest {
            uploads(api, ty, None);
        }
        api.types.get_mut(id).shape = Shape::Struct(object);
    }
}

/// The structs that a form may be: the type itself, or the variants of a union.
fn roots_of(api: &Api, ty: &Ty, found: &mut Vec<TypeId>) {
    match api.resolve(api.without_null(ty).0).0 {
        Kind::Named(id) if found.contains(id) => {}
        Kind::Named(id) => match &api.types.get(*id).shape {
            Shape::Struct(_) => found.push(*id),
            Shape::Union(union) => {
                union.variants.iter().for_each(|variant| roots_of(api, &variant.ty, found))
            }
            Shape::Enum(_) | Shape::Alias(_) => {}
        },
        Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => {}
    }
}

/// Replaces binary text, and what its encoding says is no text, by a file.
fn uploads(api: &Api, ty: &mut Ty, encoding: Option<&Encoding>) {
    let (inner, nullable) = api.without_null(ty);
    let (kind, rules) = api.resolve(inner);
    let textual = |media: &String| is_json(media) || essence(media).starts_with("text/");
    let other = encoding.is_some_and(|encoding| {
        !encoding.media_types.is_empty() && !encoding.media_types.iter().any(textual)
    });
    let file = match kind {
        Kind::Prim(Prim::String(Format::Binary)) => true,
        Kind::Prim(Prim::String(Format::Plain)) | Kind::Any => other,
        Kind::List(item) => {
            let mut item = (**item).clone();
            let rules = rules.into_iter().cloned().collect();
            uploads(api, &mut item, encoding);
            if is_file(api, &item) {
                let list = Ty { kind: Kind::List(Box::new(item)), rules };
                *ty = if nullable { Ty::plain(Kind::Nullable(Box::new(list))) } else { list };
            }
            return;
        }
        Kind::Prim(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Named(_) => false,
    };
    if file {
        // How long a file is can be checked; what is written in it cannot.
        let rules = rules.into_iter().filter(|rule| matches!(rule, Rule::MinLength(_) | Rule::MaxLength(_)));
        let file = Ty { kind: Kind::Prim(Prim::String(Format::Upload)), rules: rules.cloned().collect() };
        *ty = if nullable { Ty::plain(Kind::Nullable(Box::new(file))) } else { file };
    }
}

fn is_file(api: &Api, ty: &Ty) -> bool {
    let kind = api.resolve(api.without_null(ty).0).0;
    matches!(kind, Kind::Prim(Prim::String(Format::Upload)))
}

/// How the properties of every form are spelled.
pub(super) fn forms(api: &Api, diagnostics: &mut Diagnostics) -> Forms {
    let mut forms = Forms::new();
    for content in
        api.endpoints.iter().filter_map(|endpoint| endpoint.body.as_ref()).flat_map(|body| &body.content)
    {
        if !is_form(&content.media_type) {
            unused(content, diagnostics);
            continue;
        }
        let Kind::Named(id) = api.resolve(api.without_null(&content.ty).0).0 else { continue };
        let parts = parts(api, content, diagnostics);
        match forms.get(id) {
            Some(known) if *known != parts => {
                let name = shown(&api.types.get(*id).decl.name.text());
                let message =
                    format!("the properties of `{name}` are spelled otherwise in a form before this one");
                diagnostics
                    .report(Code::SharedEncoding, content.span, message)
                    .help("give each body a schema of its own; the first one holds for both now");
            }
            Some(_) => {}
            None => _ = forms.insert(*id, parts),
        }
    }
    forms
}

fn unused(content: &Content, diagnostics: &mut Diagnostics) {
    if let Some(encoding) =
        content.encodings.first().filter(|_| !essence(&content.media_type).starts_with("multipart/"))
    {
        let message =
            format!("`encoding` has no meaning for `{}`; it is ignored", shown(&content.media_type));
        diagnostics.report(Code::BadEncoding, encoding.span, message);
    }
}

fn parts(api: &Api, content: &Content, diagnostics: &mut Diagnostics) -> Vec<Part> {
    let mut structs = Vec::new();
    roots_of(api, &content.ty, &mut structs);
    let mut parts: Vec<Part> = Vec::new();
    let mut known = Vec::new();
    let mut open = false;
    for id in structs {
        let Shape::Struct(object) = &api.types.get(id).shape else { continue };
        for field in &object.fields {
            let key = field.decl.name.text();
            if !known.contains(&key) {
                parts.extend(part(api, content, field, diagnostics));
                known.push(key);
            }
        }
        if let Rest::Collect(ty) = &object.rest {
            open = true;
            let (spelling, list) = by_itself(api, ty);
            if spelling != Spelling::Plain && parts.iter().all(|part| !part.key.is_empty()) {
                parts.push(Part {
                    key: String::new(),
                    spelling,
                    list,
                    media_types: Vec::new(),
                    headers: Vec::new(),
                });
            }
        }
    }
    // What is said of all others does not hold for these.
    if parts.iter().any(|part| part.key.is_empty()) {
        for key in &known {
            if parts.iter().all(|part| part.key != *key) {
                let (spelling, list) = (Spelling::Plain, false);
                parts.push(Part {
                    key: key.clone(),
                    spelling,
                    list,
                    media_types: Vec::new(),
                    headers: Vec::new(),
                });
            }
        }
    }
    let strangers = content.encodings.iter().filter(|encoding| !open && !known.contains(&encoding.property));
    for encoding in strangers.filter(|_| !known.is_empty()) {
        let message =
            format!("there is no property `{}` to be spelled; this is ignored", shown(&encoding.property));
        diagnostics.report(Code::BadEncoding, encoding.span, message);
    }
    parts
}

/// What a type is spelled like if nothing is said, and whether it is a list.
fn by_itself(api: &Api, ty: &Ty) -> (Spelling, bool) {
    let composed = |kind: &Kind| match kind {
        Kind::Map(_) | Kind::List(_) | Kind::Tuple(_) => true,
        Kind::Named(id) => match &api.types.get(*id).shape {
            Shape::Struct(_) | Shape::Alias(_) => true,
            Shape::Enum(_) => false,
            Shape::Union(union) => union.variants.iter().any(|variant| {
                let kind = api.resolve(api.without_null(&variant.ty).0).0;
                !matches!(kind, Kind::Prim(_) | Kind::Any)
                    && !matches!(kind, Kind::Named(id) if matches!(api.types.get(*id).shape, Shape::Enum(_)))
            }),
        },
        Kind::Prim(_) | Kind::Nullable(_) | Kind::Any => false,
    };
    let of = |ty: &Ty| match api.resolve(api.without_null(ty).0).0 {
        Kind::Prim(Prim::String(Format::Upload)) => Spelling::File,
        kind if composed(kind) => Spelling::Json,
        _ => Spelling::Plain,
    };
    match api.resolve(api.without_null(ty).0).0 {
        Kind::List(item) => (of(item), true),
        Kind::Tuple(_) => (Spelling::Plain, true),
        _ => (of(ty), false),
    }
}

/// The entry of a property; none if it is a plain text.
fn part(api: &Api, content: &Content, field: &Field, diagnostics: &mut Diagnostics) -> Option<Part> {
    let key = field.decl.name.text();
    let encoding = content.encodings.iter().find(|encoding| encoding.property == key);
    let (usual, list) = by_itself(api, &field.ty);
    let mut part = Part { key, spelling: usual.clone(), list, media_types: Vec::new(), headers: Vec::new() };
    if let Some(encoding) = encoding {
        part.spelling = spelled(api, field, encoding, (usual, list), diagnostics);
        if is_multipart(&content.media_type) {
            part.headers.clone_from(&encoding.headers);
            if part.spelling == Spelling::File {
                part.media_types.clone_from(&encoding.media_types);
            }
        }
    }
    // Joined items are a list by themselves.
    part.list &= matches!(part.spelling, Spelling::Json | Spelling::File);
    let plain = part.spelling == Spelling::Plain && part.media_types.is_empty() && part.headers.is_empty();
    (!plain).then_some(part)
}

fn spelled(
    api: &Api,
    field: &Field,
    encoding: &Encoding,
    (usual, list): (Spelling, bool),
    diagnostics: &mut Diagnostics,
) -> Spelling {
    let is_object = usual == Spelling::Json && !list;
    let spelling = match &encoding.style {
        None if usual == Spelling::Plain && encoding.media_types.iter().any(|media| is_json(media)) => {
            Spelling::Json
        }
        None if usual == Spelling::Json && !encoding.media_types.is_empty() => {
            if encoding.media_types.iter().any(|media| is_json(media)) {
                Spelling::Json
            } else {
                Spelling::Plain
            }
        }
        None => usual.clone(),
        Some(_) if usual == Spelling::File => Spelling::File,
        Some(Style::DeepObject) if is_object || list => Spelling::Deep,
        Some(Style::Form(Explode::No)) if is_object => Spelling::Pairs,
        Some(Style::Form(Explode::Yes)) if is_object => {
            keys(api, &field.ty).map_or(Spelling::Plain, Spelling::Spread)
        }
        Some(Style::Form(Explode::Yes)) => Spelling::Plain,
        Some(Style::Form(Explode::No)) if list => Spelling::Joined,
        Some(Style::SpaceDelimited) if list => Spelling::Spaces,
        Some(Style::PipeDelimited) if list => Spelling::Pipes,
        Some(_) => Spelling::Plain,
    };
    // Text cannot hold what has members.
    if usual == Spelling::Json && spelling == Spelling::Plain {
        let message = format!(
            "`{}` cannot be read from what is said here; it is read as JSON",
            shown(&encoding.property)
        );
        diagnostics.report(Code::BadEncoding, encoding.span, message);
        return usual;
    }
    spelling
}

/// The keys of an object.
fn keys(api: &Api, ty: &Ty) -> Option<Vec<String>> {
    let Kind::Named(id) = api.resolve(api.without_null(ty).0).0 else { return None };
    let Shape::Struct(object) = &api.types.get(*id).shape else { return None };
    Some(object.fields.iter().map(|field| field.decl.name.text()).collect())
}
