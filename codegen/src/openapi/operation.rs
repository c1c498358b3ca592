//! Paths, operations, parameters, bodies and responses into endpoints.

use std::collections::HashMap;

use super::document::{address, reference, unescape};
use super::lower::{Lower, Path, presence, reference_path, step};
use super::tree::{Entry, Node};
use crate::code::Code;
use crate::ir::{
    Body, Content, Decl, Endpoint, Explode, Group, Header, Name, Param, Place, Policy, Presence, Response,
    Status, Style, Ty,
};

/// HTTP methods that a path item names by key.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Collects endpoints and the groups that they are in.
pub(crate) struct Operations<'t> {
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) groups: Vec<Group>,
    by_tag: HashMap<String, usize>,
    ids: HashMap<&'t str, &'t Node>,
    global_security: Option<&'t Node>,
}

impl<'t> Operations<'t> {
    pub(crate) fn new(lower: &mut Lower<'t, '_>, root: &'t Node) -> Self {
        let mut operations = Self {
            endpoints: Vec::new(),
            groups: Vec::new(),
            by_tag: HashMap::new(),
            ids: HashMap::new(),
            global_security: root.get("security"),
        };
        for tag in lower.document.list(root, "tags") {
            let Some(name) = lower.document.text(tag, "name") else { continue };
            if operations.by_tag.contains_key(name) {
                continue;
            }
            let mut decl = Decl::given(name, tag.span);
            decl.docs = lower.document.docs(tag);
            decl.hints = lower.document.hints(tag);
            operations.by_tag.insert(name.to_owned(), operations.groups.len());
            operations.groups.push(Group { decl });
        }
        operations
    }

    /// Reads one path of `paths`.
    pub(crate) fn path(&mut self, lower: &mut Lower<'t, '_>, entry: &'t Entry) {
        if entry.key.starts_with("x-") {
            return;
        }
        if !entry.key.starts_with('/') {
            lower
                .document
                .report(Code::BadPath, entry.at, format!("the path `{}` does not start with `/`", entry.key))
                .help(format!("write `/{}`", entry.key));
            return;
        }
        let Some(item) = lower.document.follow(&entry.value) else { return };
        if lower.document.map(item, "a path item").is_none() {
            return;
        }
        lower.document.known(
            item,
            &[
                "$ref",
                "summary",
                "description",
                "servers",
                "parameters",
                "get",
                "put",
                "post",
                "delete",
                "options",
                "head",
                "patch",
                "trace",
                "query",
                "additionalOperations",
            ],
        );
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                self.operation(lower, item, operation, method.to_ascii_uppercase(), entry);
            }
        }
        for more in lower.document.entries(item, "additionalOperations") {
            self.operation(lower, item, &more.value, more.key.to_string(), entry);
        }
    }

    fn operation(
        &mut self,
        lower: &mut Lower<'t, '_>,
        item: &'t Node,
        node: &'t Node,
        method: String,
        at: &'t Entry,
    ) {
        let Some(map) = lower.document.map(node, "an operation") else { return };
        lower.document.known(
            node,
            &[
                "tags",
                "summary",
                "description",
                "externalDocs",
                "operationId",
                "parameters",
                "requestBody",
                "responses",
                "callbacks",
                "deprecated",
                "security",
                "servers",
            ],
        );
        let span =
            item.as_map().and_then(|map| map.entry(&method.to_ascii_lowercase())).map_or(node.span, |e| e.at);
        let mut decl = Decl::new(self.name(lower, node, &method, &at.key), span);
        decl.docs = lower.document.docs(node);
        decl.deprecated = lower.document.deprecated(node);
        decl.hints = lower.document.hints(node);
        let path = match &decl.name {
            Name::Given(name) => vec![name.clone()],
            Name::Derived(path) => path.clone(),
        };
        if let Some(callbacks) =
            map.entry("callbacks").filter(|entry| entry.value.as_map().is_some_and(|m| !m.is_empty()))
        {
            lower
                .document
                .report(Code::NoCallbacks, callbacks.at, "callbacks are not generated")
                .help("send them from the handler with a client of your choice");
        }
        let params = params(lower, item, node, &at.key, &path);
        let body = node.get("requestBody").and_then(|body| request_body(lower, body, &path));
        let responses = responses(lower, node, &path);
        let endpoint = Endpoint {
            group: self.group(lower, node),
            method,
            path: at.key.to_string(),
            params,
            body,
            responses,
            auth: super::security::choices(lower, node.get("security").or(self.global_security)),
            policy: Policy::default(),
            servers: super::info::servers(lower, node),
            decl,
        };
        self.endpoints.push(endpoint);
    }

    fn name(&mut self, lower: &mut Lower<'t, '_>, node: &'t Node, method: &str, path: &str) -> Name {
        let steps = || {
            let parts = path.split(['/', '{', '}', '.', ':']).filter(|part| !part.is_empty());
            std::iter::once(method.to_ascii_lowercase()).chain(parts.map(str::to_owned)).collect()
        };
        let Some(id) = lower.document.text(node, "operationId").filter(|id| !id.trim().is_empty()) else {
            return Name::Derived(steps());
        };
        if let Some(first) = self.ids.insert(id, node) {
            let at = node.get("operationId").map_or(node.span, |at| at.span);
            let first_at = first.get("operationId").map_or(first.span, |at| at.span);
            lower
                .document
                .report(Code::DuplicateOperationId, at, format!("two operations have the operationId `{id}`"))
                .help("give each its own; this one is called after its method and path now")
                .related(first_at, "the first is here");
            self.ids.insert(id, first);
            return Name::Derived(steps());
        }
        Name::Given(id.to_owned())
    }

    fn group(&mut self, lower: &mut Lower<'t, '_>, node: &'t Node) -> usize {
        let tag = lower.document.list(node, "tags").first();
        let name = tag.and_then(Node::lexeme).unwrap_or("default");
        let at = tag.map_or(node.span, |tag| tag.span);
        *self.by_tag.entry(name.to_owned()).or_insert_with(|| {
            self.groups.push(Group { decl: Decl::given(name, at) });
            self.groups.len() - 1
        })
    }
}

/// The path that names what a component holds: its own name when it is reached by reference.
fn component_path(lower: &mut Lower<'_, '_>, node: &Node, path: &[String]) -> Path {
    let _ = &lower;
    match reference(node).and_then(Node::as_str) {
        Some(text) => reference_path(text)
            .into_iter()
            .filter(|part| !matches!(part.as_str(), "parameters" | "responses" | "requestBodies" | "headers"))
            .map(|part| unescape(&part))
            .collect(),
        None => path.to_vec(),
    }
}

fn params<'t>(
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
    let path = component_path(lower, node, path);
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
            _ => "one of path, query, header, cookie",
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
    Some(Param { decl, place, style, ty, presence: presence(required, default), examples })
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
fn value<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, path: &[String]) -> (Ty, Option<String>) {
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
    match text {
        "simple" => Style::Simple(explode),
        "label" => Style::Label(explode),
        "matrix" => Style::Matrix(explode),
        "form" | "cookie" => Style::Form(explode),
        // With `explode` these two are written like `form` with it.
        "spaceDelimited" | "pipeDelimited" if explode == Explode::Yes => Style::Form(explode),
        "spaceDelimited" => Style::SpaceDelimited,
        "pipeDelimited" => Style::PipeDelimited,
        "deepObject" => Style::DeepObject,
        other => {
            let at = node.get("style").map_or(node.span, |at| at.span);
            lower
                .document
                .report(Code::BadParam, at, format!("`{other}` is not a style; read as `{default}`"))
                .help("one of simple, label, matrix, form, spaceDelimited, pipeDelimited, deepObject");
            if default == "form" { Style::Form(explode) } else { Style::Simple(explode) }
        }
    }
}

/// `example` and the values of `examples`.
fn examples(node: &Node) -> Vec<serde_json::Value> {
    let one = node.get("example").map(Node::to_json);
    let named = node.get("examples").and_then(Node::as_map).into_iter().flat_map(|all| all.iter());
    one.into_iter().chain(named.filter_map(|entry| entry.value.get("value")).map(Node::to_json)).collect()
}

fn request_body<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, path: &[String]) -> Option<Body> {
    let own = component_path(lower, node, path);
    let path = if reference(node).is_some() { own } else { step(&own, "body") };
    let node = lower.document.follow(node)?;
    lower.document.map(node, "a request body")?;
    lower.document.known(node, &["$ref", "description", "content", "required", "summary"]);
    let content = content(lower, node, &path);
    if content.is_empty() {
        lower.document.report(
            Code::MissingField,
            node.span,
            "the request body has no `content`; it is left out",
        );
        return None;
    }
    let docs = lower.document.text(node, "description").unwrap_or_default().trim().to_owned();
    let required = lower.document.flag(node, "required") == Some(true);
    Some(Body { docs, required, content, span: node.span })
}

fn content<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, path: &[String]) -> Vec<Content> {
    let mut all = Vec::new();
    for entry in lower.document.entries(node, "content") {
        if !entry.key.contains('/') {
            lower.document.report(
                Code::BadMediaType,
                entry.at,
                format!("`{}` is not a media type", entry.key),
            );
            continue;
        }
        let Some(media) = lower.document.follow(&entry.value) else { continue };
        lower.document.known(
            media,
            &[
                "schema",
                "example",
                "examples",
                "encoding",
                "itemSchema",
                "prefixEncoding",
                "itemEncoding",
                "$ref",
            ],
        );
        let ty = media.get("schema").map_or_else(Ty::any, |schema| lower.ty(schema, path));
        all.push(Content {
            media_type: entry.key.to_string(),
            ty,
            examples: examples(media),
            span: entry.at,
        });
    }
    all
}

fn responses<'t>(lower: &mut Lower<'t, '_>, operation: &'t Node, path: &[String]) -> Vec<Response> {
    let mut all: Vec<Response> = Vec::new();
    for entry in lower.document.entries(operation, "responses") {
        if entry.key.starts_with("x-") {
            continue;
        }
        let Some(status) = status_of(&entry.key) else {
            lower
                .document
                .report(
                    Code::BadStatus,
                    entry.at,
                    format!("`{}` is not a status code; the response is left out", entry.key),
                )
                .help("write a code from 100 to 599, a class such as `4XX`, or `default`");
            continue;
        };
        let own = component_path(lower, &entry.value, path);
        let path = if reference(&entry.value).is_some() { own } else { step(&own, &status_word(status)) };
        let Some(node) = lower.document.follow(&entry.value) else { continue };
        if lower.document.map(node, "a response").is_none() {
            continue;
        }
        lower.document.known(node, &["$ref", "summary", "description", "headers", "content", "links"]);
        let mut decl = Decl::given(&*entry.key, entry.at);
        decl.docs = lower.document.docs(node);
        let headers = headers(lower, node, &path);
        let content = content(lower, node, &path);
        if all.iter().any(|known| known.status == status) {
            lower.document.report(
                Code::BadStatus,
                entry.at,
                format!("the status `{}` is described twice", entry.key),
            );
            continue;
        }
        all.push(Response { status, decl, headers, content });
    }
    if all.is_empty() {
        lower
            .document
            .report(Code::NoResponse, operation.span, "the operation describes no response; it answers 204")
            .help("describe at least one under `responses`");
        let mut decl = Decl::given("204", operation.span);
        decl.docs = "No response is described.".to_owned();
        all.push(Response { status: Status::Code(204), decl, headers: Vec::new(), content: Vec::new() });
    }
    all.sort_by_key(|response| response.status == Status::Default);
    all
}

fn status_of(text: &str) -> Option<Status> {
    if text == "default" {
        return Some(Status::Default);
    }
    if text.len() == 3 && text[1..].eq_ignore_ascii_case("xx") {
        let class = text.chars().next()?.to_digit(10)?;
        return (1..=5).contains(&class).then_some(Status::Range(class as u8));
    }
    let code: u16 = text.parse().ok()?;
    (100..=599).contains(&code).then_some(Status::Code(code))
}

fn status_word(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Range(class) => format!("{class}xx"),
        Status::Default => "default".to_owned(),
    }
}

fn headers<'t>(lower: &mut Lower<'t, '_>, response: &'t Node, path: &[String]) -> Vec<Header> {
    let mut all = Vec::new();
    for entry in lower.document.entries(response, "headers") {
        if entry.key.eq_ignore_ascii_case("content-type") {
            continue; // OpenAPI 3.2, section 4.17: it shall be ignored.
        }
        let own = component_path(lower, &entry.value, path);
        let Some(node) = lower.document.follow(&entry.value) else { continue };
        if lower.document.map(node, "a header").is_none() {
            continue;
        }
        let path = if reference(&entry.value).is_some() { own } else { step(&own, &entry.key) };
        let mut decl = Decl::given(&*entry.key, entry.at);
        decl.docs = lower.document.text(node, "description").unwrap_or_default().trim().to_owned();
        decl.hints = lower.document.hints(node);
        let (ty, _) = value(lower, node, &path);
        all.push(Header { decl, ty, required: lower.document.flag(node, "required") == Some(true) });
    }
    all
}
