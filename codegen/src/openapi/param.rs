//! Parameters.

use super::document::{address, reference, unescape};
use super::lower::{Lower, Path, presence, reference_path, step};
use super::tree::Node;
use crate::code::Code;
use crate::ir::{Allows, Decl, Explode, Param, Place, Presence, Style, Ty};

/// The path that names what a component holds: its own name when it is reached by reference.
pub(crate) fn component_path(node: &Node, path: &[String]) -> Path {
    match reference(node).and_then(Node::as_str) {
        Some(text) => reference_path(text)
            .into_iter()
            .filter(|part| !matches!(part.as_str(), "parameters" | "responses" | "requestBodies" | "headers"))
            .map(|part| unescape(&part))
            .collect(),
        None => path.to_vec(),
    }
}

pub(crate) fn params<'t>(
    lower: &mut Lower<'t, '_>,
    item: &'t Node,
    operation: &'t Node,
    template: &str,
    path: &[String],
) -> Vec<Param> {
    let mut params: Vec<Param> = Vec::new();
    for (owner, node) in [item, operation].into_iter().flat_map(|owner| {
        let list = owner.get("parameters").and_then(Node::as_list).unwrap_or_default();
        list.iter().map(move |node| (owner, node))
    }) {
        let own = address(owner) == address(operation);
        let Some(param) = param(lower, node, template, path) else { continue };
        let same = |other: &Param| other.place == param.place && other.decl.name == param.decl.name;
        match params.iter().position(same) {
            Some(at) if own && params[at].decl.span.start < item.span.start => params[at] = param,
            Some(at) => {
                let from_item = item.get("parameters").is_some_and(|list| {
                    list.span.file == params[at].decl.span.file
                        && (list.span.start..list.span.end).contains(&params[at].decl.span.start)
                });
                if !(own && (from_item || reference(node).is_some())) {
                    let text = param.decl.name.text();
                    lower.document.report(
                        Code::DuplicateParam,
                        node.span,
                        format!("the parameter `{text}` is described twice"),
                    );
                }
                params[at] = param;
            }
            None => params.push(param),
        }
    }
    path_params(lower, operation, template, &mut params);
    params
}

/// Every variable of the template needs a parameter, and every path parameter a variable.
fn path_params(lower: &mut Lower<'_, '_>, operation: &Node, template: &str, params: &mut Vec<Param>) {
    let variables: Vec<&str> =
        template.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect();
    for name in &variables {
        let described =
            params.iter().any(|param| param.place == Place::Path && param.decl.name.text() == *name);
        if described {
            continue;
        }
        lower
            .document
            .report(
                Code::PathParam,
                operation.span,
                format!("the parameter `{name}` of the path is not described"),
            )
            .help("it is read as a text");
        let kind = crate::ir::Kind::Prim(crate::ir::Prim::String(crate::ir::Format::Plain));
        params.push(Param {
            decl: Decl::given(*name, operation.span),
            place: Place::Path,
            style: Style::Simple(Explode::No),
            ty: Ty::plain(kind),
            presence: Presence::Required,
            examples: Vec::new(),
            allows: Allows::default(),
        });
    }
    params.retain(|param| {
        let name = param.decl.name.text();
        let keep = param.place != Place::Path || variables.contains(&name.as_str());
        if !keep {
            let message = format!("the path `{template}` has no `{{{name}}}`; the parameter is left out");
            lower.document.report(Code::PathParam, param.decl.span, message);
        }
        keep
    });
}

fn param<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, template: &str, path: &[String]) -> Option<Param> {
    let path = component_path(node, path);
    let node = lower.document.follow(node)?;
    lower.document.map(node, "a parameter")?;
    lower.document.known(
        node,
        &[
            "$ref",
            "name",
            "in",
            "description",
            "required",
            "deprecated",
            "allowEmptyValue",
            "example",
            "examples",
            "style",
            "explode",
            "allowReserved",
            "schema",
            "content",
            "summary",
        ],
    );
    let (Some(name), Some(place)) = (lower.document.text(node, "name"), lower.document.text(node, "in"))
    else {
        lower.document.report(Code::BadParam, node.span, "a parameter needs `name` and `in`; it is left out");
        return None;
    };
    let Some(place) = place_of(place) else {
        let at = node.get("in").map_or(node.span, |at| at.span);
        let found =
            lower.document.report(Code::BadParam, at, format!("`in: {place}` is not a place of parameters"));
        found.help(match place {
            "body" | "formData" => "describe it as a `requestBody`; that is how it was done in Swagger 2.0",
            _ => "one of path, query, querystring, header, cookie",
        });
        return None;
    };
    if place == Place::Header
        && ["accept", "content-type", "authorization"].contains(&name.to_ascii_lowercase().as_str())
    {
        return None; // OpenAPI 3.2, section 4.12: such a definition shall be ignored.
    }
    let path = if path.last().is_some_and(|last| last == name) { path } else { step(&path, name) };
    let (ty, content) = value(lower, node, &path);
    let style = content.map(Style::Content).unwrap_or_else(|| style_of(lower, node, place));
    let required = lower.document.flag(node, "required") == Some(true) || place == Place::Path;
    if place == Place::Path && lower.document.flag(node, "required") != Some(true) {
        lower.document.report(
            Code::PathParam,
            node.span,
            format!("the path parameter `{name}` of `{template}` must say `required: true`"),
        );
    }
    let mut decl = Decl::given(name, node.span);
    decl.docs = lower.document.text(node, "description").unwrap_or_default().trim().to_owned();
    decl.deprecated = lower.document.deprecated(node);
    decl.hints = lower.document.hints(node);
    let default = node.get("schema").and_then(|schema| lower.about(schema).default);
    let examples = examples(node);
    let allows = allows(lower, node, place);
    Some(Param { decl, place, style, ty, presence: presence(required, default), examples, allows })
}

/// `allowEmptyValue` has a meaning in queries only.
fn allows<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, place: Place) -> Allows {
    let empty = lower.document.flag(node, "allowEmptyValue") == Some(true) && place == Place::Query;
    Allows { empty, reserved: lower.document.flag(node, "allowReserved") == Some(true) }
}

fn place_of(text: &str) -> Option<Place> {
    Some(match text {
        "path" => Place::Path,
        "query" => Place::Query,
        "querystring" => Place::QueryString,
        "header" => Place::Header,
        "cookie" => Place::Cookie,
        _ => return None,
    })
}

/// The type of a parameter or header, and the media type when it is given as `content`.
pub(crate) fn value<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, path: &[String]) -> (Ty, Option<String>) {
    if let Some(schema) = node.get("schema") {
        return (lower.ty(schema, path), None);
    }
    match lower.document.entries(node, "content").first() {
        Some(entry) => {
            let media = lower.document.follow(&entry.value).and_then(|media| media.get("schema"));
            (media.map_or_else(Ty::any, |schema| lower.ty(schema, path)), Some(entry.key.to_string()))
        }
        None => {
            lower.document.report(
                Code::BadParam,
                node.span,
                "neither `schema` nor `content` says what the value is",
            );
            let kind = crate::ir::Kind::Prim(crate::ir::Prim::String(crate::ir::Format::Plain));
            (Ty::plain(kind), None)
        }
    }
}

fn style_of<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, place: Place) -> Style {
    let default = match place {
        Place::Path | Place::Header => "simple",
        Place::Query | Place::QueryString | Place::Cookie => "form",
    };
    let text = lower.document.text(node, "style").unwrap_or(default);
    let explode = match lower.document.flag(node, "explode") {
        Some(true) => Explode::Yes,
        Some(false) => Explode::No,
        None if text == "form" || text == "cookie" => Explode::Yes,
        None => Explode::No,
    };
    let fits: &[Place] = match text {
        "simple" => &[Place::Path, Place::Header],
        "label" | "matrix" => &[Place::Path],
        "form" => &[Place::Query, Place::QueryString, Place::Cookie],
        "spaceDelimited" | "pipeDelimited" | "deepObject" => &[Place::Query],
        "cookie" => &[Place::Cookie],
        _ => &[],
    };
    let text = if fits.contains(&place) {
        text
    } else {
        unfit(lower, node, text, default);
        default
    };
    match text {
        "label" => Style::Label(explode),
        "matrix" => Style::Matrix(explode),
        "form" => Style::Form(explode),
        // With `explode` these two are written like `form` with it.
        "spaceDelimited" | "pipeDelimited" if explode == Explode::Yes => Style::Form(explode),
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        "cookie" => Style::Cookie(explode),
        _ => Style::Simple(explode),
    }
}

/// OpenAPI 3.2, section 4.12.2.2: each style belongs to some places.
fn unfit<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, text: &str, default: &str) {
    let at = node.get("style").map_or(node.span, |at| at.span);
    let known =
        ["simple", "label", "matrix", "form", "spaceDelimited", "pipeDelimited", "deepObject", "cookie"];
    let what = if known.contains(&text) { "a style of this place" } else { "a style" };
    lower.document.report(Code::BadParam, at, format!("`{text}` is not {what}; read as `{default}`")).help(
        match default {
            "form" => {
                "a query takes form, spaceDelimited, pipeDelimited and deepObject, a cookie form and cookie"
            }
            _ => "a path takes simple, label and matrix, a header simple",
        },
    );
}

/// `example` and the values of `examples`.
pub(crate) fn examples(node: &Node) -> Vec<serde_json::Value> {
    let one = node.get("example").map(Node::to_json);
    let named = node.get("examples").and_then(Node::as_map).into_iter().flat_map(|all| all.iter());
    one.into_iter().chain(named.filter_map(|entry| entry.value.get("value")).map(Node::to_json)).collect()
}
